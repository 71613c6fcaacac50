"""Which versions of which tables make up the store right now?

``state.json`` is the store's one commit point. An import writes new Delta versions first and then
replaces this file; readers open exactly the versions it names, so they see all of an import or
nothing of it, across every table. `versions.py` keeps what it said before.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError

STATE_FILE = "state.json"


@dataclass(frozen=True)
class TableState:
    """One loaded table: its Delta version, its size, and what is known about its data.

    ``first_at``/``as_of``: the span of its main time column and the moment its data stops, as
    ISO 8601. ``level``: L0, L1 or L2, only for tickets. ``sources``: the moment the data of
    each source stops.
    """

    version: int
    rows: int
    first_at: str | None = None
    as_of: str | None = None
    sources: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadedFile:
    """One file that was let through the gate: what, when, and how many records."""

    path: str
    sha256: str
    source: str
    tables: dict[str, int]
    records_in: int
    kept: int
    rejected: int
    imported_at: str
    warnings: tuple[str, ...] = ()
    read_as: str = ""  # names the conventions it was read with
    pseudonyms: str = ""  # names the key its persons were replaced with; empty if they were not


@dataclass(frozen=True)
class StoreState:
    """Everything a reader must know before opening a table; ``version`` counts from 1."""

    tables: dict[str, TableState] = field(default_factory=dict)
    files: tuple[LoadedFile, ...] = ()
    version: int = 0

    @property
    def data_version(self) -> str:
        """A short name of exactly this data: the same files, read alike in the same order."""
        digest = hashlib.sha256()
        for loaded in self.files:
            counts = sorted(loaded.tables.items())
            digest.update(f"{loaded.sha256} {loaded.read_as} {counts}\n".encode())
        return digest.hexdigest()[:12]

    @property
    def as_of(self) -> datetime | None:
        """The moment the data stops: the latest of its tables."""
        ends = [t.as_of for t in self.tables.values() if t.as_of]
        return datetime.fromisoformat(max(ends)).astimezone(UTC) if ends else None

    @property
    def written_at(self) -> str:
        """When the latest import that changed something ran, as ISO 8601."""
        return self.files[-1].imported_at if self.files else ""

    @property
    def pseudonyms(self) -> str:
        """The name of the key that persons were replaced with; empty if none were."""
        return next((f.pseudonyms for f in self.files if f.pseudonyms), "")

    def with_files(self, files: tuple[LoadedFile, ...]) -> StoreState:
        """This state with further files on record."""
        return replace(self, files=(*self.files, *files))


def read_state(folder: Path) -> StoreState:
    """The state recorded in ``folder``; an empty one where nothing was ever imported."""
    path = folder / STATE_FILE
    if not path.exists():
        return StoreState()
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return _state(raw)
    except (ValueError, KeyError, TypeError) as fault:
        raise WorkbenchError(
            "the store's record of itself is damaged.", where=str(path),
            fix="Restore it from a copy, or delete the store folder and import again.",
        ) from fault  # fmt: skip


def _state(raw: dict[str, Any]) -> StoreState:
    return StoreState(
        tables={name: TableState(**entry) for name, entry in raw["tables"].items()},
        files=tuple(LoadedFile(**{**f, "warnings": tuple(f["warnings"])}) for f in raw["files"]),
        version=raw.get("version", 0),
    )


def write_state(folder: Path, state: StoreState) -> None:
    """Replace the recorded state in one step: after a crash it is the old one or the new one."""
    replace_json(folder / STATE_FILE, asdict(state))


def replace_json(path: Path, value: dict[str, Any]) -> None:
    """Write a file beside ``path`` and put it in its place once it is safely on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.parent / f".{path.name}.staged"
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
    with staged.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(staged, path)
