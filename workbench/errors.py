"""Every error the workbench words itself: what, where, how to go on, and an exit code."""

from __future__ import annotations


class WorkbenchError(Exception):
    """Base of all worded errors.

    ``what`` says what is wrong and how many; ``where`` names the file, line or key;
    ``fix`` is the next step a reader can take. ``exit_code`` is what the command line returns.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(what, where, fix)  # all three, so that the error survives pickling

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (type(self), self.what, self.where, self.fix)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        if not self.fix:
            return text
        # what ends in a list of faults ends in a line break; the fix begins the next line
        return f"{text}{self.fix}" if text.endswith("\n") else f"{text} {self.fix}".strip()


def _rebuilt(kind: type[WorkbenchError], what: str, where: str, fix: str) -> WorkbenchError:
    return kind(what, where=where, fix=fix)


class UsageError(WorkbenchError):
    """The request itself is wrong: an unknown name, a malformed period, a missing import."""

    exit_code = 2


class ParameterError(UsageError):
    """A report's parameters are unknown, mistyped or out of range."""


class IntakeError(WorkbenchError):
    """A file was refused at the gate; nothing of it was stored."""

    exit_code = 3


class TableError(IntakeError):
    """A frame does not have the columns, types or keys its declared table promises."""


class ReportError(WorkbenchError):
    """A report could not be made; what was published before stays as it was."""

    exit_code = 4


class StoppedError(WorkbenchError):
    """Somebody told the command to end before it was done."""

    exit_code = 130


class LockedError(WorkbenchError):
    """Another run or import holds the lock."""

    exit_code = 5
