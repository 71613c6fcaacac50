"""How far is the run? One protocol, cell by cell: a bar on a terminal, else plain lines."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Progress(Protocol):
    """Hears about a run as it happens."""

    def start(self, report: str, cells: int) -> None:
        """A run of ``cells`` code cells begins."""

    def cell(self, number: int, cells: int, title: str) -> None:
        """Code cell ``number`` of ``cells`` begins."""

    def stop(self, message: str) -> None:
        """The run is over; ``message`` says how."""


class Silent:
    """Says nothing."""

    def start(self, report: str, cells: int) -> None:
        return

    def cell(self, number: int, cells: int, title: str) -> None:
        return

    def stop(self, message: str) -> None:
        return


class Lines:
    """One plain line per cell: for logs and cron mail."""

    def __init__(self, stream: TextIO, report: str = "") -> None:
        self.stream = stream
        self.report = report

    def _say(self, text: str) -> None:
        with suppress(OSError, ValueError):  # nobody reads any more: no reason for a run to fail
            self.stream.write(f"{self.report}: {text}\n")
            self.stream.flush()

    def start(self, report: str, cells: int) -> None:
        self.report = self.report or report
        self._say(f"{cells} cells")

    def cell(self, number: int, cells: int, title: str) -> None:
        self._say(f"cell {number}/{cells} {title}".rstrip())

    def stop(self, message: str) -> None:
        self._say(message)


class Bar:
    """A rich progress bar, for a person at a terminal; several on one ``board`` do not mix."""

    def __init__(self, stream: TextIO, board: RichProgress | None = None, report: str = "") -> None:
        self.report = report
        self.bar = board if board is not None else rich_board(stream)
        self.is_shared = board is not None
        self.task: TaskID | None = None

    def start(self, report: str, cells: int) -> None:
        self.task = self.bar.add_task(
            "starting the kernel", total=cells, report=self.report or report
        )
        self.bar.start()

    def cell(self, number: int, cells: int, title: str) -> None:
        if self.task is not None:
            self.bar.update(self.task, completed=number - 1, total=cells, description=title[:30])

    def stop(self, message: str) -> None:
        if self.task is not None:
            done = message.startswith(("published", "made"))
            whole = self.bar.tasks[self.bar.task_ids.index(self.task)].total if done else None
            self.bar.update(self.task, description=message[:60], completed=whole)
        if not self.is_shared:
            self.bar.stop()


class Board:
    """Progress of several reports at a time; leave it with ``with``."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.bars = rich_board(stream) if stream.isatty() else None

    def of(self, report: str) -> Progress:
        """A line of its own for one more run."""
        return (
            Bar(self.stream, self.bars, report)
            if self.bars is not None
            else Lines(self.stream, report)
        )

    def __enter__(self) -> Board:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bars is not None:
            self.bars.stop()


def rich_board(stream: TextIO) -> RichProgress:
    """Where bars are drawn: report, cells done, time, and the cell at work."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.fields[report]}", markup=False),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", style="dim", markup=False),
        console=Console(file=stream),
        transient=False,
    )


def progress_on(stream: TextIO) -> Progress:
    """A bar if ``stream`` is a terminal, plain lines if not."""
    return Bar(stream) if stream.isatty() else Lines(stream)
