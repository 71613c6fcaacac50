"""How well does the driver pipeline find what people wrote about, and what does that cost?

    python benchmarks/drivers.py [BANKING77.csv] [--only quality,sample,speed,scale]
                                 [--sizes 10000,100000,1000000] [--minilm FOLDER] [--model FOLDER]

- quality: Banking77's 77 intents. Choices were made on half of its labels (seeded), so the other
  half is what counts. NMI / ARI / accuracy after the best one-to-one match, in percent.
- sample: the reasons planted in the sample, fitted in its main language, all languages placed.
- speed: texts per CPU second against BERTopic (MiniLM, one thread) on the same texts in the same
  run, its topics as it finds them and merged to as many as ours; its outliers are one group.
- scale: fits of more and more texts, and what placing a month costs against fitting again.

The peer made by hand is scikit-learn's TF-IDF of words, SVD to 200 and k-means. The embedding tier
runs with each --model, or the models that `minilm.py prepare` left in --minilm, and needs the extra
`embed`. Every fit runs in a process of its own with one thread; CPU seconds, not wall.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from peers.driver_sides import BY_HAND, DEFAULT, Bench, Side, described, scored, shown, verdict
from peers.driver_texts import rows_in

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "data/sample"
TARGETS = {"": (62, 30, 42), "onnx": (78, 48, 60)}  # NMI, ARI, accuracy; MiniLM is of kind onnx
SAMPLE_ARI, FASTER, LARGEST, MOST_GB = 80, 10, 1_000_000, 4
SEEDS, SAMPLE_SEEDS, SEEDS_OF_MORE, MORE_DRIVERS = (0, 1), range(5), range(3), (20, 30)
FIRST, LATER = 100_000, 10_000


def quality(bench: Bench) -> None:
    """Banking77, by halves."""
    texts = bench.banking()
    reasons = np.array([row["reason"] for row in rows_in(texts)])
    k, chosen_on = len(set(reasons)), np.random.default_rng(0).random(len(reasons)) < 0.5
    print(f"{len(reasons):,} texts, {k} intents and drivers; NMI / ARI / accuracy")
    print("choices were made on half the labels (fixed seed) and the other half is reported")
    parts = {"half reported": ~chosen_on, "half chosen on": chosen_on, "all": chosen_on | True}
    print(f"{'':26}" + "".join(f"{name:>22}" for name in parts))
    for label in bench.sides:
        fits = bench.fits(label, texts, k, seeds=SEEDS)
        rows = [
            [scored(reasons[part], fit["labels"][part]) for part in parts.values()] for fit in fits
        ]
        for seed, row in zip(SEEDS, rows, strict=False):
            print(f"{label:19} seed {seed} " + "".join(f"{shown(cell):>22}" for cell in row))
        if rows:
            mean = np.mean(rows, axis=0)
            print(f"{label:19} mean   " + "".join(f"{shown(cell):>22}" for cell in mean))
            targets = TARGETS.get(fits[0]["kind"], ()) if label != BY_HAND else ()
            for name, got, bound in zip(("NMI", "ARI", "accuracy"), mean[0], targets, strict=False):
                verdict(f"  {name} of the half reported", got, bound)


def sample(bench: Bench) -> None:
    """The sample's planted reasons."""
    texts = bench.texts("sample", SAMPLE)
    rows = rows_in(texts)
    others = sum(not row["is_main"] for row in rows)
    k, spoken = len({row["reason"] for row in rows}), [row["language"] for row in rows]
    foreign = float(np.isin(spoken, ["de", "es"]).mean())
    print(f"{len(rows):,} contacts, {k} reasons; fitted on {len(rows) - others:,}, all placed;")
    print(f"German and Spanish {foreign:.1%} of all; by hand: fitted on all, as they are written")
    print(f"{'':34}{'NMI / ARI / accuracy':>22}  ARI de  ARI es  most de+es in a driver")
    for label in bench.sides:
        is_default, by_hand = label == DEFAULT, label == BY_HAND
        more = ["--field", "words" if is_default else "text", "--later", 0 if by_hand else others]
        for n in (k,) if by_hand else (k, *MORE_DRIVERS):
            seeds = SAMPLE_SEEDS if n == k else SEEDS_OF_MORE
            fits = bench.fits(label, texts, n, *more, seeds=seeds)
            if not fits:
                break
            found = [planted(rows, fit["labels"]) for fit in fits]
            for seed, row in zip(seeds, found, strict=True):
                print_planted(f"{label:19} k={n} seed {seed}", row)
            print_planted(f"{label:19} k={n} mean", np.mean(found, axis=0))
            if n == k and not by_hand:
                verdict("  ARI", float(np.mean(found, axis=0)[1]), SAMPLE_ARI)


def planted(rows: list[Side], labels: Any) -> list[float]:
    """NMI, ARI, accuracy; ARI in German, in Spanish; their largest share in any one driver."""
    reasons, spoken = (np.array([row[name] for row in rows]) for name in ("reason", "language"))
    apart = [scored(reasons[spoken == one], labels[spoken == one])[1] for one in ("de", "es")]
    foreign = np.bincount(labels, weights=np.isin(spoken, ["de", "es"])) / np.bincount(labels)
    return [*scored(reasons, labels), *apart, 100 * float(np.nanmax(foreign))]


def print_planted(label: str, found: Any) -> None:
    """One line."""
    print(f"{label:34}{shown(found[:3]):>22}{found[3]:8.1f}{found[4]:8.1f}{found[5]:23.1f}%")


def speed(bench: Bench) -> None:
    """Against BERTopic."""
    texts = bench.banking()
    reasons = [row["reason"] for row in rows_in(texts)]
    k, took = len(set(reasons)), {}
    for label in bench.sides:
        n = 2 if label == DEFAULT else 1
        turns = [bench.fit(label, texts, k, cached=False) for _ in range(n)]
        if "skipped" in turns[0]:
            print(f"{label} skipped: {turns[0]['skipped']}")
            continue
        if any((turn["labels"] != turns[0]["labels"]).any() for turn in turns):
            sys.exit(f"{label}: two processes found different drivers; no ratio means anything.")
        took[label] = max(turns, key=lambda turn: turn["cpu"])  # the slower turn
        took[label]["scores"] = scored(reasons, took[label]["labels"])
    peers = [bertopic(bench, n) for n in (0, k)] if is_prepared(bench) else []
    print_costs(took | {f"BERTopic, {told['topics']} topics": told for told in peers})
    if peers:
        print_ratios(took, min(peers, key=lambda told: told["cpu"]))


def print_costs(took: dict[str, Side]) -> None:
    """What every side took, with and without the imports."""
    print(
        f"{'':22}{'CPU s':>8}{'imports':>9}{'texts / CPU s':>15}{'with imports':>14}{'peak MB':>9}"
        f"   NMI / ARI / accuracy"
    )
    for label, told in took.items():
        n, alone = told["texts"], told["cpu_without_import"]
        print(
            f"{label:22}{told['cpu']:8.1f}{told['cpu'] - alone:9.1f}{n / alone:15,.0f}"
            f"{n / told['cpu']:14,.0f}{told['peak_mb']:9,.0f}   {shown(told['scores'])}"
        )


def print_ratios(took: dict[str, Side], peer: Side) -> None:
    """How many times as much as each of our sides BERTopic takes, at its cheaper."""
    for label, told in took.items():
        with_imports, without = (peer[n] / told[n] for n in ("cpu", "cpu_without_import"))
        print(f"BERTopic to {label}: {with_imports:.1f}x with imports, {without:.1f}x without")
        if label == DEFAULT:
            verdict("  CPU with imports", with_imports, FASTER, "x")
            verdict("  CPU without imports", without, FASTER, "x")


def is_prepared(bench: Bench) -> bool:
    """Is there an environment for BERTopic? Says so if not."""
    found = (bench.asked.minilm / "venv/bin/python").exists()
    if not found:
        print(f"BERTopic skipped: none in {bench.asked.minilm}; prepare it with minilm.py")
    return found


def bertopic(bench: Bench, topics: int) -> Side:
    """BERTopic on Banking77, topics as it finds them (0) or merged to so many."""
    command = [HERE / "minilm.py", "--folder", bench.asked.minilm, "bertopic", bench.asked.banking]
    done = subprocess.run(
        [sys.executable, *command, "--topics", str(topics)],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    told: Side = json.loads(done.stdout)
    how = f"merged to {topics}" if topics else "as it finds them"
    print(f"BERTopic, {how}: {told['topics']} topics, {told['outlier_share']:.0%} outliers")
    told["peak_mb"] *= 2**20 / 1e6
    return told | {"scores": (told["nmi"], told["ari"], told["accuracy"])}


def scale(bench: Bench) -> None:
    """More and more texts, then a month placed."""
    sources = bench.banking(), bench.texts("sample", SAMPLE)
    print("made texts: real sentences recombined, every eighth word another, at least one (seeded)")
    print("     texts  different  letters    CPU s  texts / CPU s  peak MB")
    for n in bench.asked.sizes:
        texts = bench.texts("made", n, *sources)
        different, letters = described(texts)
        told = bench.fit(DEFAULT, texts, 30, cached=False)
        print(
            f"{n:10,}{different:11.1%}{letters:9.0f}{told['cpu_without_import']:9.1f}"
            f"{n / told['cpu_without_import']:15,.0f}{told['peak_mb']:9,.0f}"
        )
        if n == LARGEST:
            verdict("  peak", told["peak_mb"] / 1000, MOST_GB, " GB", at_most=True)
    texts = bench.texts("made", FIRST + LATER, *sources)
    month = bench.fit(DEFAULT, texts, 30, "--later", LATER, cached=False)
    again = bench.fit(DEFAULT, texts, 30, cached=False)
    print(
        f"placing {LATER:,} after a fit of {FIRST:,}: {month['cpu_placing']:.2f} CPU s; fitting all"
        f" again: {again['cpu_without_import']:.1f}, "
        f"{again['cpu_without_import'] / month['cpu_placing']:.1f} times as much"
    )


PARTS: dict[str, Callable[[Bench], None]] = {
    "quality": quality, "sample": sample, "speed": speed, "scale": scale,
}  # fmt: skip


def main() -> None:
    """Run the parts that were asked for, and leave nothing behind."""
    shared = Path(os.environ.get("WORKBENCH_SHARED", "../shared"))
    parser = argparse.ArgumentParser(description="Contact drivers: quality, speed and scale.")
    banking = shared / "data/banking77/train.csv"
    parser.add_argument("banking", type=Path, nargs="?", default=banking)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas between them")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--minilm", type=Path, default=HERE.parent / "build/minilm")
    parser.add_argument("--model", type=Path, action="append", help="may be repeated")
    asked = parser.parse_args()
    if unknown := set(asked.only.split(",")) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    asked.sizes = [int(size) for size in asked.sizes.split(",")]
    sys.stdout.reconfigure(line_buffering=True)  # it takes long, and one wants to see
    with TemporaryDirectory(prefix="workbench-bench-") as folder:
        bench = Bench(asked, Path(folder))
        for name in asked.only.split(","):
            began = time.perf_counter()
            print(f"\n== {name}")
            PARTS[name](bench)
            print(f"({name} took {time.perf_counter() - began:.0f} s)")


if __name__ == "__main__":
    main()
