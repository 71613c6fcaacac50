"""How was each column read? Its field, how many cells are filled, and one cell before and after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from workbench.intake.canonical import Canonical
from workbench.intake.mappings.headers import source_column
from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.rules import CUSTOM, ColumnRule
from workbench.intake.persons.personal import scrub
from workbench.intake.stored import names_in_custom
from workbench.tables.schema import Kind

_MARK = re.compile(r"^(-?\d+\.\d+)e0$")  # as a JSON number is told from a text
_LONGEST = 40  # characters of a cell that are shown
_WORDS = 4  # of a column of few words


@dataclass(frozen=True)
class ColumnRead:
    """One canonical column and where it came from.

    ``origin``: the field of the export, or what stands in for one. ``seen`` and ``became``: one
    cell and its value, or the commonest values; nothing of what identifies a person. ``notes``:
    what was decided about the whole column.
    """

    table: str
    column: str
    origin: str
    filled: int
    read: int
    seen: str
    became: str
    notes: tuple[str, ...] = ()


def columns_read(
    connection: duckdb.DuckDBPyConnection,
    found: Sequence[Canonical],
    fields: tuple[str, ...],
    *,
    redact: bool,
) -> tuple[ColumnRead, ...]:
    """Every column of every document that was applied, in their order."""
    return tuple(
        column
        for canonical in found
        for column in _of_document(connection, canonical, fields, redact=redact)
    )


def _of_document(
    connection: duckdb.DuckDBPyConnection,
    canonical: Canonical,
    fields: tuple[str, ...],
    *,
    redact: bool,
) -> list[ColumnRead]:
    mapping = canonical.mapping
    if not mapping.columns:
        return []
    told = [
        f"count(c{n}), count(v{n}), {_pair(n)}, {_words(mapping, name, n)}"
        for n, name in enumerate(mapping.columns)
    ]
    typed = canonical.rows.replace("rows_", "typed_")
    row = connection.execute(f"SELECT {', '.join(told)} FROM {typed}").fetchall()[0]
    columns = []
    for n, (name, rule) in enumerate(mapping.columns.items()):
        filled, read, pair, words = row[4 * n : 4 * n + 4]
        seen, became = (pair["c"], pair["v"]) if pair else ("", "")
        if words is not None:
            seen, became = "", _counted(words)
        if redact:  # before a text is cut: half a number is not known as one
            seen, became = scrub(seen or ""), scrub(became or "")
        hidden = _hidden(mapping, name, rule, redact=redact)
        if hidden and read:
            seen, became = "", hidden
        columns.append(
            ColumnRead(
                mapping.table, name, _origin(rule, fields, mapping.source), filled, read,
                _short(_MARK.sub(r"\1", seen or "")), _value(mapping, name, became or ""),
                _notes(canonical, name, source_column(rule, fields) or name),
            )
        )  # fmt: skip
    return columns


def _value(mapping: Mapping, name: str, value: str) -> str:
    """A value as it is shown; a duration with its unit."""
    unit = "" if name.startswith(CUSTOM) else mapping.canonical.column(name).unit
    if unit == "minutes" and value:
        return f"{float(value):,.1f} minutes"
    if value.endswith("+00") and value[4:5] == "-":
        return value.removesuffix("+00").replace(" ", "T") + "Z"
    return _short(value)


def _pair(n: int) -> str:
    """SQL: the first cell that has a value, and that value."""
    both = f"{{'c': CAST(c{n} AS VARCHAR), 'v': CAST(v{n} AS VARCHAR)}}"
    return f"first({both}) FILTER (WHERE v{n} IS NOT NULL)"


def _words(mapping: Mapping, name: str, n: int) -> str:
    """SQL: every value of a column of few words and how often it stands there."""
    if name.startswith(CUSTOM):
        return "NULL"
    column = mapping.canonical.column(name)
    if not column.allowed and column.kind is not Kind.BOOLEAN:
        return "NULL"
    return f"map_entries(histogram(CAST(v{n} AS VARCHAR)))"


def _counted(words: list[dict[str, Any]]) -> str:
    """The commonest words and how often each stands there."""
    common = sorted(words, key=lambda entry: (-entry["value"], entry["key"]))[:_WORDS]
    return ", ".join(f"{entry['key']} {entry['value']:,}" for entry in common)


def _origin(rule: ColumnRule, fields: tuple[str, ...], source: str) -> str:
    """The field a rule reads, or what gives its value."""
    found = source_column(rule, fields) if fields else None
    if found is None and rule.source and not fields:
        found = rule.source[0]
    if found is None and rule.fallback is not None:
        return _origin(rule.fallback, fields, source)
    if found is not None:
        return found
    if rule.const is not None:
        return f"always {rule.const.replace('{source}', source)!r}"
    if rule.join:
        return " + ".join(rule.join)
    return "counted" if rule.ordinal_within else "(absent)"


def _notes(canonical: Canonical, name: str, shown: str) -> tuple[str, ...]:
    """The notes about one column, without its name before them."""
    return tuple(
        dict.fromkeys(
            note.removeprefix(f"{start}: ")
            for note in canonical.notes
            for start in (name, shown)
            if note.startswith(f"{start}: ")
        )
    )


def _hidden(mapping: Mapping, name: str, rule: ColumnRule, *, redact: bool) -> str:
    """What is told instead of a value that may identify a person."""
    if name.startswith(CUSTOM):
        if (
            redact
            and names_in_custom(name, rule)
            and rule.type in (None, "text", "list", "integer")
        ):
            return "a pseudonym"
        return "text, scrubbed" if rule.scrub and redact else ""
    column = mapping.canonical.column(name)
    if column.personal == "key":
        return "a pseudonym" if redact else "as written"
    if column.personal == "text":
        return "text, scrubbed" if redact else "text, as written"
    return ""


def _short(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
