"""How is a side of the contact drivers' benchmark run, and how are its groups scored?"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from peers.bertopic_scores import scores

PEERS = Path(__file__).parent
MODELS = ("minilm", "minilm-int8", "minilm-static")
DEFAULT, BY_HAND = "ours, TF-IDF", "TF-IDF+SVD+k-means"

Side = dict[str, Any]


class Bench:
    """What every part needs: where things lie, and sides to run."""

    def __init__(self, asked: argparse.Namespace, folder: Path) -> None:
        self.asked, self.folder = asked, folder
        kept = [asked.minilm / name for name in MODELS if (asked.minilm / name).is_dir()]
        self.models: list[Path] = asked.model or kept
        self.sides = {BY_HAND: ["scikit"], DEFAULT: ["ours"]}
        self.sides |= {f"ours, {p.name}": ["ours", "--model", str(p)] for p in self.models}
        if not self.models:
            print(f"embedding tier skipped: no --model, and none in {asked.minilm}")

    def texts(self, name: str, *given: object) -> Path:
        """Texts that `driver_texts.py` makes, once."""
        path = self.folder / "-".join([name, *(str(g) for g in given if isinstance(g, int))])
        if not path.exists():
            command = [sys.executable, PEERS / "driver_texts.py", name, *given, path]
            if subprocess.run([str(part) for part in command]).returncode:
                sys.exit(f"the texts of {name} could not be made")
        return path

    def banking(self) -> Path:
        """Banking77."""
        if not self.asked.banking.exists():
            sys.exit(f"no {self.asked.banking}: give Banking77's training texts as a CSV file")
        return self.texts("banking", self.asked.banking)

    def fit(self, label: str, texts: Path, drivers: int, *more: object, cached: bool) -> Side:
        """What one side takes, in a process of its own, and the driver of every text."""
        side, *model = self.sides[label]
        out = self.folder / "labels.txt"
        command = [sys.executable, PEERS / "driver_fit.py", side, texts, out, *model, *more]
        if cached and model:
            command += ["--cache", self.folder / "embeddings"]
        done = subprocess.run(
            [*map(str, command), "--drivers", str(drivers)], stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            sys.exit(f"{label} failed ({done.returncode})")
        told: Side = json.loads(done.stdout)
        if "skipped" not in told:
            told["labels"] = np.loadtxt(out, dtype=np.int32)
        return told

    def fits(
        self, label: str, texts: Path, drivers: int, *more: object, seeds: Iterable[int]
    ) -> list[Side]:
        """One fit per seed; none if this side cannot run here."""
        found = []
        for seed in seeds:
            told = self.fit(label, texts, drivers, "--seed", seed, *more, cached=True)
            if "skipped" in told:
                print(f"{label} skipped: {told['skipped']}")
                return []
            found.append(told)
        return found


def scored(reasons: Any, labels: Any) -> tuple[float, float, float]:
    """NMI, ARI and accuracy, in percent."""
    found = scores(list(reasons), list(labels))
    return found["nmi"], found["ari"], found["accuracy"]


def shown(numbers: Any) -> str:
    """Numbers with strokes between them."""
    return " / ".join(f"{n:.1f}" for n in numbers)


def verdict(
    words: str, found: float, bound: float, unit: str = "", *, at_most: bool = False
) -> None:
    """A number beside its target."""
    sign, is_met = ("<=", found <= bound) if at_most else (">=", found >= bound)
    met = "met" if is_met else "MISSED"
    print(f"{words}: {found:.1f}{unit} (target {sign} {bound}{unit}) {met}")


def described(path: Path) -> tuple[float, float]:
    """Which share of the texts is different from all others, and how long are they?"""
    hashes, letters, n = set(), 0, 0
    with path.open(encoding="utf-8") as file:
        for line in file:
            hashes.add(hash(line))
            letters, n = letters + len(line) - 3, n + 1
    return len(hashes) / n, letters / n
