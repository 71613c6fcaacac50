"""How far is the run? One protocol, cell by cell: a bar on a terminal, else plain lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
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

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.report = ""

    def _say(self, text: str) -> None:
        self.stream.write(f"{self.report}: {text}\n")
        self.stream.flush()

    def start(self, report: str, cells: int) -> None:
        self.report = report
        self._say(f"{cells} cells")

    def cell(self, number: int, cells: int, title: str) -> None:
        self._say(f"cell {number}/{cells} {title}".rstrip())

    def stop(self, message: str) -> None:
        self._say(message)


class Bar:
    """A rich progress bar, for a person at a terminal."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self.bar = RichProgress(
            TextColumn("{task.fields[report]}", markup=False),
            BarColumn(bar_width=16),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", style="dim", markup=False),
            console=Console(file=stream),
            transient=False,
        )
        self.task: TaskID | None = None

    def start(self, report: str, cells: int) -> None:
        self.task = self.bar.add_task("starting the kernel", total=cells, report=report)
        self.bar.start()

    def cell(self, number: int, cells: int, title: str) -> None:
        if self.task is not None:
            self.bar.update(self.task, completed=number - 1, total=cells, description=title[:30])

    def stop(self, message: str) -> None:
        if self.task is not None:
            whole = self.bar.tasks[0].total if message.startswith("published") else None
            self.bar.update(self.task, description=message, completed=whole)
        self.bar.stop()


def progress_on(stream: TextIO) -> Progress:
    """A bar if ``stream`` is a terminal, plain lines if not."""
    return Bar(stream) if stream.isatty() else Lines(stream)
