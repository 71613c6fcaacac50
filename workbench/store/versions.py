"""What was loaded then? Every import that changed something is a numbered version, and is kept.

``versions/000012.json`` names the Delta version of every table and how many of the files on
record belong to it. It is written just before ``state.json``; one that is newer than the state
belongs to an import that did not end.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.errors import UsageError, WorkbenchError
from workbench.store.state import StoreState, TableState, replace_json

_FOLDER = "versions"


@dataclass(frozen=True)
class Version:
    """One state of the store: its number, when it was written, its tables and files."""

    version: int
    written_at: str
    tables: dict[str, TableState]
    files: int


def keep_version(folder: Path, state: StoreState) -> None:
    """Record what the store holds as ``state.version``."""
    kept = Version(state.version, state.written_at, state.tables, len(state.files))
    replace_json(_file(folder, state.version), asdict(kept))


def versions(folder: Path, state: StoreState) -> list[Version]:
    """Every version up to the current one, the earliest first."""
    names = sorted((folder / _FOLDER).glob("[0-9]*.json"))
    return [v for v in map(_read, names) if v.version <= state.version]


def state_at(folder: Path, state: StoreState, wanted: str) -> StoreState:
    """The store as it was: at a version's number, or at the end of a day or at a moment (UTC)."""
    kept = versions(folder, state)
    if not kept:
        raise UsageError(
            "no version was kept here yet.", where=str(folder),
            fix="The next import begins the record.",
        )  # fmt: skip
    found = _numbered(kept, wanted) if wanted.isdecimal() else _latest(kept, wanted)
    return replace(
        state, tables=found.tables, files=state.files[: found.files], version=found.version
    )


def _numbered(kept: list[Version], wanted: str) -> Version:
    for one in kept:
        if one.version == int(wanted):
            return one
    raise UsageError(
        f"there is no version {wanted}; there are {kept[0].version} to {kept[-1].version}.",
        where="--as-of", fix="See 'workbench tables --versions'.",
    )  # fmt: skip


def _latest(kept: list[Version], wanted: str) -> Version:
    moment = _moment(wanted)
    before = [v for v in kept if datetime.fromisoformat(v.written_at) <= moment]
    if not before:
        first = kept[0]
        raise UsageError(
            f"nothing was loaded by {wanted}; the first import was at {first.written_at}.",
            where="--as-of", fix="See 'workbench tables --versions'.",
        )  # fmt: skip
    return before[-1]


def _moment(wanted: str) -> datetime:
    try:
        moment = datetime.fromisoformat(wanted)
    except ValueError as fault:
        raise UsageError(
            f"{wanted!r} is neither a version nor a date.", where="--as-of",
            fix="Write 12, 2025-03-31 or 2025-03-31T18:00:00Z.",
        ) from fault  # fmt: skip
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    day_only = len(wanted.strip()) <= len("2025-03-31")
    return moment + timedelta(days=1, microseconds=-1) if day_only else moment


def _read(path: Path) -> Version:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        tables = {name: TableState(**entry) for name, entry in raw["tables"].items()}
        return Version(raw["version"], raw["written_at"], tables, raw["files"])
    except (ValueError, KeyError, TypeError) as fault:
        raise WorkbenchError(
            "this record of an earlier version is damaged.", where=str(path),
            fix="Restore it from a copy, or delete it: only that version is then lost.",
        ) from fault  # fmt: skip


def _file(folder: Path, version: int) -> Path:
    return folder / _FOLDER / f"{version:06}.json"
