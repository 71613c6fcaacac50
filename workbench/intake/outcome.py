"""What became of each file at the gate, in the shape ``import --json`` prints."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.intake.persons.personal import scrub


@dataclass(frozen=True)
class Rejected:
    """One record that was not let in: its physical line, the reason, and its text."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True)
class FileOutcome:
    """One file. ``tables`` counts the rows written or confirmed per canonical table.

    For what is not refused, ``records_in == kept + len(rejected)`` always holds. A record may
    become rows of several tables, or (a field the file repeats) of none.
    """

    path: str
    source: str = ""
    table: str = ""
    records_in: int = 0
    kept: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[str, ...] = ()
    tables: dict[str, int] = field(default_factory=dict)
    sha256: str = ""
    error: WorkbenchError | None = None

    @property
    def outcome(self) -> str:
        """``loaded``, ``loaded_with_rejects`` or ``refused``."""
        if self.error is not None:
            return "refused"
        return "loaded_with_rejects" if self.rejected else "loaded"

    def refused(self, error: WorkbenchError) -> FileOutcome:
        """This file turned away: nothing of it was kept."""
        return replace(self, error=error, kept=0, updated=0, unchanged=0, rejected=(), tables={})

    def masked(self) -> FileOutcome:
        """What is told of a file ends up in logs, so it is scrubbed like the texts stored."""
        rejected = (replace(r, reason=scrub(r.reason), raw=scrub(r.raw)) for r in self.rejected)
        return replace(
            self, rejected=tuple(rejected), warnings=tuple(scrub(w) for w in self.warnings),
            error=self.error and _masked(self.error, Path(self.path).name),
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The contract of ``workbench import --json``."""
        return {
            "path": self.path,
            "source": self.source,
            "table": self.table,
            "outcome": self.outcome,
            "records_in": self.records_in,
            "kept": self.kept,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [{"line": r.line, "reason": r.reason, "raw": r.raw} for r in self.rejected],
            "warnings": list(self.warnings),
            "tables": self.tables,
            "error": None
            if self.error is None
            else {"what": self.error.what, "where": self.error.where, "fix": self.error.fix},
        }


def _masked(error: WorkbenchError, file: str) -> WorkbenchError:
    """The error without persons; the file keeps its name, by which it must be found."""
    folder, name, rest = error.where.partition(file)
    where = f"{folder}{name}{scrub(rest)}" if name else scrub(error.where)
    return type(error)(scrub(error.what), where=where, fix=scrub(error.fix))
