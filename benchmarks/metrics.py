"""What do the metrics cost over hand-written SQL, and over pandas, for the same numbers?

A help desk and a shop over 24 months are made on the spot (`peers/story.py`). Every default metric
the data can answer is then asked by month, with value, numerator, n, interval, what is left out and
what is too young:

- ours: ``answers(workspace, metric, period, by="month")``, one metric after the other;
- SQL: DuckDB under the same memory limit, facts as temporary tables, one query a metric;
- pandas: from the same Parquet files, for the metrics it is reasonable to write by hand.

Every side runs in processes of its own, by turns, best of two; CPU seconds do not contain what it
takes Python to start and import. Before any ratio is printed the sides must agree: counts exactly,
everything else to nine digits.

    python benchmarks/metrics.py [--tickets N] [--seed N] [--only NAME,NAME] [--profile]
    python benchmarks/metrics.py --big      10 million tickets under 4 GB: ours alone, must finish
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from peers.agreement import differences
from peers.questions import NAMES

PEERS = Path(__file__).parent / "peers"
TURNS = 2
BIG, BIG_LIMIT = 10_000_000, "4GB"
MOST_CPU, LEAST_MEMORY = 1.25, 2.0  # ours to SQL at most; pandas to ours at least
_SHOWN = 20

Side = dict[str, Any]


def measured(side: str, workspace: Path, names: list[str], *more: str) -> Side:
    """What one side found and took, in a process and a temporary folder of its own."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        results = Path(folder) / "results.json"
        command = [sys.executable, str(PEERS / f"{side}.py"), str(workspace), str(results)]
        child = subprocess.Popen(
            [*command, ",".join(names), *more], env={**os.environ, "TMPDIR": folder}
        )
        watched = Spilled(Path(folder))
        watched.start()
        status = child.wait()
        watched.is_over.set()
        watched.join()
        if status:
            sys.exit(f"{side} failed ({status})")
        found: Side = json.loads(results.read_text())
    return {**found, "spilled_mb": watched.most / 1e6}


class Spilled(threading.Thread):
    """Looks every half second how much a side has put on disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder, self.most, self.is_over = folder, 0, threading.Event()

    def run(self) -> None:
        """Watch until the side is done."""
        while not self.is_over.wait(0.5):
            self.most = max(self.most, self._size())

    def _size(self) -> int:
        total = 0
        for path in self.folder.glob("workbench-spill-*/**/*"):
            try:
                total += path.stat().st_size
            except OSError:
                continue  # gone since it was listed
        return total


def by_turns(workspace: Path, sides: dict[str, tuple[str, list[str]]]) -> dict[str, Side]:
    """The best of a few turns of every side, by its CPU seconds."""
    best: dict[str, Side] = {}
    for _ in range(TURNS):
        for label, (side, names) in sides.items():
            found = measured(side, workspace, names)
            if label not in best or found["cpu"] < best[label]["cpu"]:
                best[label] = found
    return best


def agreed(ours: Side, peer: Side, label: str) -> None:
    """Stop where a peer's numbers are not ours: one of the two is wrong."""
    found = differences(ours["found"], peer["found"])
    if found:
        print(*found[:_SHOWN], sep="\n")
        sys.exit(f"{label}: {len(found)} numbers differ from ours; no ratio means anything.")
    print(f"{label}: all numbers of {len(peer['found'])} metrics agree with ours")


def table(title: str, sides: dict[str, Side]) -> None:
    """CPU, wall and memory of every side."""
    print(f"\n{title}\n{'':24} {'CPU s':>8} {'wall s':>8} {'peak MB':>8} {'spilled MB':>11}")
    for label, side in sides.items():
        print(
            f"{label:24} {side['cpu']:8.2f} {side['wall']:8.2f} {side['peak_mb']:8,.0f}"
            f" {side['spilled_mb']:11,.0f}"
        )


def verdict(words: str, ratio: float, bound: float, *, at_most: bool) -> None:
    """A ratio beside its target."""
    is_met = ratio <= bound if at_most else ratio >= bound
    sign = "<=" if at_most else ">="
    print(f"{words}: {ratio:.2f} (target {sign} {bound}) {'met' if is_met else 'MISSED'}")


def told(ours: Side) -> None:
    """How many metrics, and why not the others."""
    print(f"\n{len(ours['found'])} metrics by month; left out:")
    for name, why in ours["left_out"].items():
        print(f"  {name}: {why}")


def profile(side: Side, sql: Side | None = None) -> None:
    """Where the CPU seconds went; a derived table counts apart from who asked first."""
    inside = sum(side["apart"].values())
    print(f"\n{'derived tables (ours)':32} {'CPU s':>7}   {inside:.1f} together")
    for name, took in sorted(side["apart"].items(), key=lambda pair: -pair[1]):
        print(f"{name:32} {took:7.2f}")
    theirs = sql["laps"] if sql else {}
    print(f"\n{'metrics, with what they build':32} {'CPU s':>7} {'SQL':>7}")
    for name, took in sorted(side["laps"].items(), key=lambda pair: -pair[1]):
        print(f"{name:32} {took:7.2f} {theirs.get(name, float('nan')):7.2f}")
    for name, took in theirs.items():
        if name.startswith("["):
            print(f"{name:32} {'':7} {took:7.2f}")


def compared(workspace: Path, only: list[str], is_profiled: bool) -> None:
    """All sides against each other."""
    names = only or NAMES
    ours_sql = by_turns(workspace, {"ours": ("ours", names), "hand-written SQL": ("sql", names)})
    ours, sql = ours_sql["ours"], ours_sql["hand-written SQL"]
    told(ours)
    agreed(ours, sql, "hand-written SQL")
    table("all metrics", ours_sql)
    verdict("CPU, ours to SQL", ours["cpu"] / sql["cpu"], MOST_CPU, at_most=True)
    if not only:
        with_pandas(workspace)
    if is_profiled:
        profile(measured("ours", workspace, names, "--profile"), sql)


def with_pandas(workspace: Path) -> None:
    """The metrics pandas answers, and ours for the same ones."""
    pandas = measured("frames", workspace, [])
    names = list(pandas["found"])
    sides = by_turns(workspace, {"ours": ("ours", names), "pandas": ("frames", names)})
    agreed(sides["ours"], sides["pandas"], "\npandas")
    table(f"the {len(names)} metrics pandas answers", sides)
    ours, pandas = sides["ours"], sides["pandas"]
    verdict("CPU, ours to pandas", ours["cpu"] / pandas["cpu"], 1.0, at_most=True)
    ratio = pandas["peak_mb"] / ours["peak_mb"]
    verdict("peak memory, pandas to ours", ratio, LEAST_MEMORY, at_most=False)


def alone(workspace: Path, only: list[str]) -> None:
    """Ours under a memory limit."""
    os.environ["WORKBENCH_MEMORY_LIMIT"] = BIG_LIMIT
    ours = measured("ours", workspace, only, "--profile")
    told(ours)
    table(f"memory limit {BIG_LIMIT}", {"ours": ours})
    profile(ours)


def main() -> None:
    """Make the data, measure, and leave nothing behind."""
    parser = argparse.ArgumentParser(description="Metrics against hand-written SQL and pandas.")
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--big", action="store_true", help="10 million tickets, 4 GB, ours alone")
    parser.add_argument("--only", default="", help="names of metrics, with commas between them")
    parser.add_argument("--profile", action="store_true", help="where the CPU seconds went")
    parser.add_argument("--data", type=Path, help="a folder this made before; it is kept")
    given = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # one waits for an hour, and wants to see
    tickets, only = BIG if given.big else given.tickets, [n for n in given.only.split(",") if n]
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        workspace = given.data or Path(folder) / "workspace"
        if not workspace.exists():
            start = time.perf_counter()
            command = [sys.executable, str(PEERS / "data.py"), str(workspace)]
            subprocess.run([*command, str(tickets), str(given.seed)], check=True)
            print(f"made in {time.perf_counter() - start:.0f} s")
        if given.big:
            alone(workspace, only)
        else:
            compared(workspace, only, given.profile)


if __name__ == "__main__":
    main()
