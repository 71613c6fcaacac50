"""``workbench import --explain``: what would load, and why, for people and for programs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from workbench.commands.terminal import one_line, say, show_table
from workbench.intake.columns_read import ColumnRead
from workbench.intake.explain import Explanation, Fit, explanation
from workbench.intake.imports import export_files
from workbench.intake.options import Options

_SHOWN_REJECTS = 5
_SHOWN_NAMES = 12
_LONGEST = 60
LEVELS = {
    "L0": "one row per ticket", "L0 + history": "tickets and the history of their fields",
    "L1": "tickets and every message", "L2": "tickets, messages and the history of fields",
}  # fmt: skip


def explain_exports(paths: list[Path], options: Options) -> list[Explanation]:
    """How each file would be read; no workspace is opened."""
    return [explanation(path, options) for path in export_files(paths)]


def show_explanations(found: list[Explanation]) -> None:
    """One section per file."""
    for place, told in enumerate(found):
        say(("\n" if place else "") + one_line(told.outcome.path))
        _show_file(told)
        if told.outcome.error is not None:
            say(f"  refused    {told.outcome.error}")
            continue
        _show_columns(told)
        _show_outcome(told)


def _show_file(told: Explanation) -> None:
    packed = [told.container] if told.container not in ("", "plain") else []
    packed += [f"member {told.member}"] if told.member else []
    parts = [*packed, told.encoding, f"{told.line_ends} line ends", told.kind]
    if told.delimiter:
        parts[-1] = f"{len(told.fields):,} columns"
        parts += [f"divided by {told.delimiter}", f"header on line {told.header_line:,}"]
    if told.encoding:
        say(f"  file       {one_line(', '.join(parts))}")
    if told.format is not None:
        of = f" of {len(told.fields):,}" if told.fields else ""
        say(f"  format     {told.format.name}: reads {told.format.reads:,}{of} columns")
    elif told.fields:
        say("  format     none known")
    for fit in told.others:
        say(f"  not        {_lacking(fit)}")


def _lacking(fit: Fit) -> str:
    if not fit.lacks:
        return f"{fit.name}: reads only {fit.reads:,}"
    more = f" and {len(fit.lacks) - 2} more" if len(fit.lacks) > 2 else ""
    lacks = ", ".join(name.split(" / ")[0] for name in fit.lacks[:2])
    return one_line(f"{fit.name}: reads {fit.reads:,}, lacks {lacks}{more}")


def _show_columns(told: Explanation) -> None:
    tables = dict.fromkeys(column.table for column in told.columns)
    for table in tables:
        here = [c for c in told.columns if c.table == table]
        rows = [
            [c.column, one_line(c.origin), f"{c.filled:,}", one_line(_before_and_after(c))]
            for c in here
            if c.filled
        ]
        say("")
        show_table([table, "from", "filled", "read as"], rows, right="filled")
        empty = [c.column for c in here if not c.filled]
        if empty:
            say(f"  empty: {_names(empty)}")
    say("")


def _before_and_after(column: ColumnRead) -> str:
    if not column.seen or column.seen == column.became:
        return column.became
    return f"{column.seen} → {column.became}"


def _show_outcome(told: Explanation) -> None:
    outcome = told.outcome
    rows = ", ".join(f"{count:,} {table}" for table, count in outcome.tables.items())
    say(f"  would load {rows or 'nothing'}; {len(outcome.rejected):,} of {outcome.records_in:,} "
        "records rejected")  # fmt: skip
    for rejected in outcome.rejected[:_SHOWN_REJECTS]:
        say(f"    line {rejected.line:,}: {one_line(rejected.reason)}")
    if len(outcome.rejected) > _SHOWN_REJECTS:
        say(f"    and {len(outcome.rejected) - _SHOWN_REJECTS:,} more; --json lists them all")
    if told.level:
        say(f"  level      {told.level}: {LEVELS[told.level]}")
    if told.unread:
        say(f"  not read   {_names(told.unread)}")
    for note in _notes(told):
        say(f"  note       {note}")


def _notes(told: Explanation) -> list[str]:
    """What an import would note; columns of which the same is said stand together."""
    alike: dict[str, list[str]] = {}
    for note in told.outcome.warnings:
        subject, _, what = note.partition(": ")
        known = {c.origin for c in told.columns} | {c.column for c in told.columns}
        if subject in known and what:
            alike.setdefault(re.sub(r"\d[\d,]*", "#", what), []).append(note)
        else:
            alike.setdefault(note, []).append(note)
    return [_joined(notes) for notes in alike.values()]


def _joined(notes: list[str]) -> str:
    if len(notes) == 1:
        return one_line(notes[0])
    what = notes[0].partition(": ")[2]
    return one_line(f"{_names([n.partition(': ')[0] for n in notes], 4)}: {what}")


def _names(names: list[str] | tuple[str, ...], most: int = _SHOWN_NAMES) -> str:
    shown = [name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…" for name in names]
    more = f" and {len(shown) - most:,} more" if len(shown) > most else ""
    return one_line(", ".join(shown[:most]) + more)


def as_json(told: Explanation) -> dict[str, Any]:
    """One file of ``import --explain --json``."""
    return {
        "path": told.outcome.path,
        "file": {
            "container": told.container, "member": told.member, "encoding": told.encoding,
            "line_ends": told.line_ends, "kind": told.kind, "delimiter": told.delimiter,
            "header_line": told.header_line or None, "fields": list(told.fields),
        },
        "format": None if told.format is None else _fit(told.format),
        "other_formats": [_fit(fit) for fit in told.others],
        "columns": [
            {
                "table": c.table, "column": c.column, "from": c.origin, "filled": c.filled,
                "read": c.read, "seen": c.seen, "became": c.became, "notes": list(c.notes),
            }
            for c in told.columns
        ],
        "not_read": list(told.unread),
        "level": told.level or None,
        "would": told.outcome.as_json(),
    }  # fmt: skip


def _fit(fit: Fit) -> dict[str, Any]:
    return {"name": fit.name, "reads": fit.reads, "lacks": list(fit.lacks)}
