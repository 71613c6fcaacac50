"""Broken and hostile exports whose truth is known, and what the gate made of each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from typer.testing import CliRunner

from workbench.cli import app
from workbench.store.delta import files_at
from workbench.store.engine import scratch
from workbench.store.store import Store

_BLANKS = " \t\n\r\u00a0"  # what the gate takes off both ends of a text
_TIMES = {"created_at": "created_at", "updated_at": "updated_at", "last_solved_at": "solved_at"}
_TEXTS = {
    "ticket_id": "ticket_id", "status": "status", "requester_key": "requester",
    "subject": "subject",
}  # fmt: skip
_ZONES = {"dst_gap.csv": "America/New_York"}  # its truth is written as wall clocks of that zone
_UNNAMED = {"blank_header.csv": "status"}  # a column without a name feeds nothing
# Files the manifest would also accept with another outcome than the one it names.
_ALSO_RIGHT = {
    "iso_then_dmy.csv": "rejects", "epoch_mixed.csv": "rejects", "xlsx_named_csv.csv": "load",
    "utf16le_nobom.csv": "load", "backslash_quotes.csv": "load", "mixed_shapes.ndjson": "load",
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One file: what its manifest expects, what the gate did, and whether that was right."""

    file: str
    expected: str
    outcome: str
    verdict: str  # right, silently wrong, refused though loadable, not refused, badly refused
    why: str = ""


def imported(path: Path, mapping: Path, workspace: Path) -> dict[str, Any]:
    """``workbench import PATH --json`` of one file, as a user would run it."""
    zone = ["--timezone", _ZONES[path.name]] if path.name in _ZONES else []
    done = CliRunner().invoke(app, [
        "import", str(path), "--mapping", str(mapping), "--no-redact", "--json",
        "--workspace", str(workspace), *zone,
    ])  # fmt: skip
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    (found,) = json.loads(done.stdout)["files"]
    assert done.exit_code == (3 if found["error"] else 0)
    return found


def judged(path: Path, entry: dict[str, Any], mapping: Path, workspace: Path) -> Judged:
    """Import one file and hold it against its entry of the manifest."""
    before = _everything(workspace)
    found = imported(path, mapping, workspace)
    outcome, expected = found["outcome"], entry["expect"]

    def verdict(word: str, why: str = "") -> Judged:
        return Judged(path.name, expected, outcome, word, why)

    if found["error"]:
        if set(found["error"]) != {"what", "where", "fix"} or not all(found["error"].values()):
            return verdict("badly refused", str(found["error"]))
        if path.name not in found["error"]["where"] or _everything(workspace) != before:
            return verdict("badly refused", "the place is missing, or the store has changed")
        word = "right" if expected == "refuse" else "refused though loadable"
        return verdict(word, found["error"]["what"])
    if expected == "refuse" and _ALSO_RIGHT.get(path.name) != "load":
        return verdict("not refused", "; ".join(found["warnings"]))
    if found["records_in"] != found["kept"] + len(found["rejected"]):
        return verdict("silently wrong", "records do not add up")
    lines = [r["line"] for r in found["rejected"]]
    if entry["truth"] is None:  # loaded instead of refused, where that is also right
        return verdict("right", f"{found['kept']} rows")
    if lines != entry["rejects"]:
        return verdict("silently wrong", f"rejected lines {lines}, expected {entry['rejects']}")
    wrong = _differences(_stored(workspace), _read_as_told(path.name, entry["truth"]))
    return verdict("silently wrong", wrong) if wrong else verdict("right")


def _read_as_told(file: str, truth: list[dict[str, str]]) -> list[dict[str, str]]:
    """The truth as far as the file can tell it, under what is declared about it."""
    told = [dict(row) for row in truth]
    for row in told:
        if file in _UNNAMED:
            row[_UNNAMED[file]] = ""
        for name in _TIMES.values() if file in _ZONES else ():
            clock = datetime.fromisoformat(row[name]).replace(tzinfo=ZoneInfo(_ZONES[file]))
            row[name] = clock.astimezone(UTC).isoformat()
    return told


def _everything(folder: Path) -> list[tuple[str, int, int]]:
    return sorted(
        (str(p), p.stat().st_size, p.stat().st_mtime_ns)
        for p in folder.rglob("*")
        if p.is_file() and "lock" not in p.name
    )


def _stored(workspace: Path) -> dict[str, dict[str, Any]]:
    """Rows of the stored tickets by their identifier."""
    store = Store(workspace / "store")
    known = store.state.tables.get("tickets")
    if known is None:
        return {}
    with scratch() as connection:
        files = files_at(store.folder / "tickets", known.version)
        rows = connection.read_parquet(files).to_arrow_table().to_pylist()
    return {row["ticket_id"]: row for row in rows}


def _differences(stored: dict[str, dict[str, Any]], truth: list[dict[str, str]]) -> str:
    """The first field that is not as it should be, or nothing."""
    known = {row["ticket_id"].strip(_BLANKS): row for row in truth}
    if set(stored) != set(known) or len(known) != len(truth):
        return f"{len(stored)} tickets, expected {len(truth)}"
    for ticket, row in known.items():
        for ours, theirs in _TEXTS.items():
            if (stored[ticket][ours] or "") != row[theirs].strip(_BLANKS):
                return f"{ticket}: {ours} is {stored[ticket][ours]!r}, expected {row[theirs]!r}"
        for ours, theirs in _TIMES.items():
            if stored[ticket][ours] != _moment(row[theirs]):
                return f"{ticket}: {ours} is {stored[ticket][ours]}, expected {row[theirs]}"
        amount = json.loads(stored[ticket]["custom"])["amount"]
        if (None if amount is None else Decimal(str(amount))) != _amount(row["amount"]):
            return f"{ticket}: amount is {amount}, expected {row['amount']}"
    return ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None
