"""Did the notebook really run to its end?

papermill executes; it does not decide. It saves a notebook whose kernel was killed with every cell
"completed", and returns without an error when a cell calls ``sys.exit()``. So the replies of the
kernel are counted here, and ``page.finish(...)`` must have left its record.

Importing this module costs seconds (papermill): only the runner does, and only when a run is due.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from workbench.reporting.cells import (
    cell_name,
    code_cells,
    marked_failed,
    read_notebook,
    short_title,
    without_markers,
    without_paths,
)
from workbench.reporting.files import write_whole
from workbench.reporting.kernels import START_SECONDS, Kernel
from workbench.reporting.manifest import CellTime
from workbench.reporting.progress import Progress


@dataclass(frozen=True)
class Outcome:
    """How an execution ended; an empty ``reason`` means every cell ran and the page finished."""

    reason: str
    cells: tuple[CellTime, ...]
    record: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Watch:
    """What the kernel itself replied, cell by cell."""

    progress: Progress
    total: int
    current: tuple[int, str] | None = None
    replied: set[int] = field(default_factory=set)
    error: str = ""
    times: list[CellTime] = field(default_factory=list)
    began: float = 0.0

    def begins(self, cell: Any, cell_index: int) -> None:
        self.current, self.began = (cell_index, cell.source), time.perf_counter()
        self.progress.cell(len(self.times) + 1, self.total, short_title(cell))

    def replies(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        seconds = round(time.perf_counter() - self.began, 3)
        self.times.append(CellTime(index=cell_index, seconds=seconds))
        content = execute_reply["content"]
        if content["status"] == "ok":
            self.replied.add(cell_index)
        else:
            name, value = content.get("ename", content["status"]), content.get("evalue", "")
            self.error = f"{name}: {value}" if value else str(name)


def execute(
    notebook: Path,
    folder: Path,
    parameters: Mapping[str, Any],
    *,
    report: str,
    run_id: str,
    kernel: Kernel,
    timeout_seconds: int,
    progress: Progress,
) -> Outcome:
    """Run ``notebook`` into ``folder/executed.ipynb`` and judge whether it told all it had to."""
    source = read_notebook(notebook)
    watch = _Watch(progress, total=len(code_cells(source)) + bool(parameters))  # one is injected
    progress.start(report, watch.total)
    executed = folder / "executed.ipynb"
    error: Exception | None = None
    with _logging_to(folder / "log.txt"):
        try:
            papermill.execute_notebook(
                _as_is(notebook),
                _as_is(executed),
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                start_timeout=START_SECONDS,
                execution_timeout=timeout_seconds,
                km=kernel.manager,
                on_cell_execute=watch.begins,
                on_cell_executed=watch.replies,
            )
        except Exception as caught:  # whatever it is becomes the run's one-line reason
            error = caught
    ran = without_markers(read_notebook(executed)) if executed.exists() else source
    reason = _why_failed(ran, watch, error, timeout_seconds)
    record, reason = _finish_record(folder, run_id) if not reason else ({}, reason)
    _keep(ran, executed, watch, reason)
    return Outcome(reason, tuple(watch.times), record)


def _as_is(path: Path) -> str:
    """The path for papermill, which fills braces in it with the parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _why_failed(ran: Any, watch: _Watch, error: Exception | None, timeout_seconds: int) -> str:
    where = cell_name(ran, watch.current[0]) if watch.current else ""
    if isinstance(error, DeadKernelError) and where:
        return f"{where}: the kernel died (killed, crashed or out of memory)"
    if isinstance(error, CellTimeoutError):
        return f"{where}: still running after {timeout_seconds} s"
    if watch.error:
        early = " (a report must run to its end)" if watch.error.startswith("SystemExit") else ""
        return f"{where}: {_one_line(watch.error)}{early}"
    if error is not None:
        return f"{where or 'the kernel did not start'}: {_one_line(repr(error))}"
    silent = [index for index in code_cells(ran) if index not in watch.replied]
    if silent:
        return f"{cell_name(ran, silent[0])}: never ran"
    if ran.metadata.get("papermill", {}).get("exception"):
        return f"{where}: papermill recorded an exception"
    return ""


def _finish_record(folder: Path, run_id: str) -> tuple[dict[str, Any], str]:
    """The record ``page.finish(...)`` left, or why there is none."""
    try:
        record = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}, "the last cell did not call page.finish(...): metrics.json is missing"
    if not isinstance(record, dict) or record.get("finished") is not True:
        return {}, "metrics.json does not say that the report finished"
    if record.get("run_id") != run_id:
        return {}, "metrics.json was written by another run"
    return record, ""


def _keep(ran: Any, executed: Path, watch: _Watch, reason: str) -> None:
    """Leave an executed notebook that a reviewer can open and that says itself if it failed."""
    if reason:
        failed_at = watch.current[0] if watch.current else None
        ran = marked_failed(ran, reason, replied=watch.replied, failed_at=failed_at)
    write_whole(executed, nbformat.writes(without_paths(ran)))


@contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    logger = logging.getLogger("papermill")
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
        handler.close()


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:299]}…"
