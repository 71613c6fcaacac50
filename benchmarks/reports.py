"""What does a run cost beside what it wraps?

    python benchmarks/reports.py [--months 12] [--repeats 3]

- twelve: the monthly report for 12 months, by `workbench run monthly_report --period A..B` with one
  worker a processor, against 12 calls of the papermill command on the same notebook one after the
  other. Ours also judges, renders, verifies, publishes and indexes; papermill only executes. Goal:
  at most 0.5 of the wall time.
- one: one warm report (runner and kernel up, imports done) against the same cells as a plain script
  in a fresh Python. Goal: at most 1.3 of the wall time.

Both sides run on this machine in this run, on a workspace imported from the committed sample, with
contact drivers fitted and assigned as a timer does before it runs reports. Times
are wall seconds, the median of the repeats for `one`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import nbformat

from workbench.definitions.periods import Period
from workbench.reporting.cells import code_cells, tags
from workbench.reporting.making import make, warmed
from workbench.reporting.queueing import key_of_request, queued
from workbench.reporting.request import RunRequest
from workbench.reporting.requests import request_for

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "monthly_report.ipynb"
BIN = Path(sys.executable).parent
NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)
LAST = Period.month("2025-06")
ENVIRONMENT = {**os.environ, "WORKBENCH_NOW": NOW.isoformat()}


def called(*command: object, **environment: str) -> None:
    """Run a command to its end; a failure ends the benchmark."""
    subprocess.run(
        [str(word) for word in command], check=True, cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={**ENVIRONMENT, **environment},
    )  # fmt: skip


def measured(work: Callable[[], object]) -> float:
    """Wall seconds; the CPU seconds of kernels that another process forked are not ours to see."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def twelve(workspace: Path, months: int) -> None:
    """Our runner against as many papermill calls."""
    periods = LAST.last(months)
    out = workspace / "papermill"
    out.mkdir()

    def by_papermill() -> None:
        for period in periods.parts:
            called(BIN / "papermill", NOTEBOOK, out / f"{period}.ipynb", "-p", "period", period,
                   "--no-progress-bar", WORKBENCH_WORKSPACE=str(workspace))  # fmt: skip

    def by_us() -> None:
        called(BIN / "workbench", "run", "monthly_report", "--period", periods, "--accept",
               "--workspace", workspace)  # fmt: skip

    ours = measured(by_us)
    theirs = measured(by_papermill)
    made = len(list((workspace / "site" / "monthly_report").glob("*/index.html")))
    print(f"{made} of {months} reports published; papermill made {len(list(out.iterdir()))}")
    print(f"  papermill, one call each   {theirs:7.1f} s wall   1.00")
    print(f"  workbench run A..B         {ours:7.1f} s wall   {ours / theirs:.2f}   goal 0.50")


def one(workspace: Path, repeats: int) -> None:
    """A warm report against its cells as a script."""
    script = workspace / "report.py"
    script.write_text(as_script(NOTEBOOK), encoding="utf-8")
    request = request_for(
        "monthly_report", {"period": str(LAST)}, workspace=workspace, project_root=ROOT, now=NOW
    )
    warm_once(request)  # the runner's own imports, and the file cache
    plain, warm = [], []
    for _ in range(repeats):
        plain.append(plain_once(script, workspace))
        warm.append(warm_once(request))
    ours, theirs = statistics.median(warm), statistics.median(plain)
    print(f"one report, median of {repeats}")
    print(f"  plain script               {theirs:7.1f} s wall   1.00")
    print(f"  warm runner and kernel     {ours:7.1f} s wall   {ours / theirs:.2f}   goal 1.30")


def plain_once(script: Path, workspace: Path) -> float:
    """The wall seconds of the cells in a fresh Python, with the same files written."""
    run_dir = Path(mkdtemp(dir=workspace))
    (run_dir / "params.json").write_text('{"run_id": "plain"}')
    told = {"WORKBENCH_WORKSPACE": str(workspace), "WORKBENCH_RUN_DIR": str(run_dir)}
    return measured(lambda: called(sys.executable, script, MPLBACKEND="Agg", **told))


def warm_once(request: RunRequest) -> float:
    """The wall seconds of a run whose kernel has done its imports."""
    spec = queued(request, key_of_request(request), now=NOW)
    kernel = warmed(spec)
    kernel.wait()
    return measured(lambda: make(spec, kernel=kernel))


def as_script(notebook: Path) -> str:
    """The code cells one after the other; what a cell shows is computed all the same."""
    read = nbformat.read(notebook, as_version=4)
    sources = [read.cells[i].source for i in code_cells(read)]
    assert "parameters" in tags(read.cells[code_cells(read)[0]])
    return "\n".join(sources) + "\n"


def main() -> None:
    """Both comparisons, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="wb-bench-") as folder:
        workspace = Path(folder) / "ws"
        called(BIN / "workbench", "import", ROOT / "data" / "sample", "--workspace", workspace)
        called(
            BIN / "workbench",
            "drivers",
            "fit",
            "--period",
            "2024-01..2024-06",
            "--workspace",
            workspace,
        )
        called(BIN / "workbench", "drivers", "assign", "--workspace", workspace)
        one(workspace, asked.repeats)
        twelve(workspace, asked.months)


if __name__ == "__main__":
    main()
