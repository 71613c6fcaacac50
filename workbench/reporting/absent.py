"""Which pages should be there and were not even begun? No run tells of them, so the timer notes it.

``runs/.absent.json`` holds what the last ``run --due`` was refused; the index of the site names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from workbench.reporting.files import write_whole

RECORD = ".absent.json"


class Absent(BaseModel):
    """One period of one report, and why nobody could begin it."""

    model_config = ConfigDict(frozen=True)

    report: str
    period: str
    reason: str


_RECORD = TypeAdapter(list[Absent])


def note_absent(workspace: Path, absent: Sequence[Absent]) -> bool:
    """Keep what is absent now instead of what was; is there anything an index should say anew?"""
    if not absent and not read_absent(workspace):
        return False
    (workspace / "runs").mkdir(parents=True, exist_ok=True)
    write_whole(workspace / "runs" / RECORD, _RECORD.dump_json(list(absent), indent=2).decode())
    return True


def read_absent(workspace: Path) -> list[Absent]:
    """What the last ``run --due`` could not begin; nothing where it left no readable note."""
    try:
        return _RECORD.validate_json((workspace / "runs" / RECORD).read_bytes())
    except (OSError, ValidationError):
        return []
