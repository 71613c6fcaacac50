"""One mapping document applied to ``raw``: canonical rows, and the records that are none."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from workbench.intake.cells import exported, fill_cells, named, quoted
from workbench.intake.mapping import Mapping, expanded, is_there, source_column
from workbench.intake.readings import Cell, Conventions, Reading
from workbench.intake.redact import pseudonym, scrubbed
from workbench.intake.rules import CUSTOM, TYPES, ColumnRule
from workbench.intake.values import identifier, reading
from workbench.tables.schema import Column, Kind


@dataclass(frozen=True)
class Faulty:
    """A record that cannot become a row: its number in the file, and why."""

    record: int
    reason: str


@dataclass(frozen=True)
class Canonical:
    """Typed rows of one table, in file order, each with the record it came from.

    ``rows`` has the table's columns plus ``_record``; a key may still repeat.
    """

    mapping: Mapping
    rows: pa.Table
    faulty: tuple[Faulty, ...]
    notes: tuple[str, ...]


def canonical_rows(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    fields: tuple[str, ...],
    conventions: Conventions,
    *,
    file: str,
    redact: bool,
) -> Canonical:
    """Read every mapped column of ``raw``; raise `IntakeError` where a column is undecidable."""
    mapping = expanded(mapping, fields)
    fill_cells(connection, mapping, fields)
    readings: dict[str, Reading] = {}
    for place, (name, rule) in enumerate(mapping.columns.items()):
        per = "" if rule.per is None else f"p{place}"
        cell = Cell(f"c{place}", _shown(rule, fields, name), file, per)
        if _is_identifier(mapping, name, rule):
            number = not name.endswith("_key")
            readings[name] = identifier(connection, cell, number=number)
        else:
            kind = _kind(mapping, name, rule)
            readings[name] = reading(connection, cell, kind, rule, conventions)
    _fill_values(connection, readings)
    faulty = _faulty(connection, mapping, readings)
    rows = _typed(connection, mapping, readings, redact=redact)
    told = [note for r in readings.values() for note in r.notes]
    notes = tuple(dict.fromkeys([*told, *_unheard(connection, mapping, fields)]))
    return Canonical(mapping, rows, faulty, notes)


def _unheard(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, fields: tuple[str, ...]
) -> list[str]:
    """What a user's mapping names and the file does not have, and words it had no entry for."""
    notes = []
    for name, rule in mapping.columns.items():
        if not is_there(rule, fields) and not mapping.format:
            near = difflib.get_close_matches(rule.source[0], fields, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            notes.append(f"{name}: there is no column {rule.source[0]!r}{hint}; left empty")
        if rule.values is not None and rule.otherwise is not None:
            known = ", ".join(quoted(word.lower()) for word in rule.values)
            found = exported(mapping, rule, fields)
            row = connection.execute(
                f"SELECT count(*), min({found}) FROM raw WHERE lower({found}) NOT IN ({known})"
            ).fetchall()[0]
            if row[0]:
                notes.append(
                    f"{name}: {row[0]:,} values such as {row[1]!r} have no entry, read as "
                    f"{rule.otherwise!r}"
                )
    return notes


def _shown(rule: ColumnRule, fields: tuple[str, ...], name: str) -> str:
    return source_column(rule, fields) or name


def _kind(mapping: Mapping, name: str, rule: ColumnRule) -> Kind:
    if name.startswith(CUSTOM):
        return TYPES[rule.type or "text"]
    return mapping.canonical.column(name).kind


def _is_identifier(mapping: Mapping, name: str, rule: ColumnRule) -> bool:
    """An id of the export: a key, or a reference to one; not a word that a mapping wrote."""
    if name.startswith(CUSTOM) or not rule.source or rule.values is not None:
        return False
    column = mapping.canonical.column(name)
    named = name.endswith("_id") or name in mapping.canonical.key or column.personal == "key"
    return column.kind is Kind.TEXT and named


def _fill_values(connection: duckdb.DuckDBPyConnection, readings: dict[str, Reading]) -> None:
    """``typed``: the cells, and beside every text c0, c1, … its value v0, v1 and so on."""
    values = ", ".join(
        f"({read.value}) AS v{place}" for place, read in enumerate(readings.values())
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE typed AS SELECT *, {values} FROM cells")


def _faulty(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, readings: dict[str, Reading]
) -> tuple[Faulty, ...]:
    """Every record that breaks a rule, with its first fault worded."""
    tests = []
    for place, (name, read) in enumerate(readings.items()):
        cell, value = f"c{place}", f"v{place}"
        shown = f"'{name}: ' || chr(39) || left({cell}, 60) || chr(39) || ' is not "
        words = () if name.startswith(CUSTOM) else mapping.canonical.column(name).allowed
        if words:
            allowed = ", ".join(quoted(word) for word in words)
            tests.append((f"{value} NOT IN ({allowed})", f"{shown}a known value'"))
        unread = f"{cell} IS NOT NULL AND {value} IS NULL AND NOT coalesce({read.excused}, false)"
        tests.append((unread, f"{shown}{quoted(read.wanted)[1:]}"))
        if name in mapping.needs:
            tests.append((f"{value} IS NULL", f"'{name} is empty'"))
    cases = " ".join(f"WHEN {test} THEN {reason}" for test, reason in tests)
    if not cases:
        return ()
    found = connection.execute(
        f"SELECT _record, reason FROM (SELECT _record, CASE {cases} END AS reason FROM typed) "
        "WHERE reason IS NOT NULL ORDER BY _record"
    ).fetchall()
    return tuple(Faulty(record, reason) for record, reason in found)


def _typed(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    readings: dict[str, Reading],
    *,
    redact: bool,
) -> pa.Table:
    table, selected = mapping.canonical, ["_record"]
    places = {name: f"v{place}" for place, name in enumerate(readings)}
    for column in table.columns:
        if column.name == "source":
            value = places.get("source", quoted(mapping.source))
        elif column.name == "source_row":
            value = "_record"
        elif column.name == "custom":
            value = _custom(mapping, places, redact=redact)
        elif column.name in readings:
            value = places[column.name]
            if redact and column.personal:
                value = _redacted(value, column)
        else:
            value = "NULL"
        selected.append(f"CAST({value} AS {_SQL[column.kind]}) AS {named(column.name)}")
    found = connection.sql(f"SELECT {', '.join(selected)} FROM typed ORDER BY _record")
    schema = pa.schema([pa.field("_record", pa.int64()), *table.schema])
    return found.to_arrow_table().cast(schema)


def _redacted(value: str, column: Column) -> str:
    if column.personal == "key":
        return pseudonym(value)
    if column.kind is Kind.LIST:
        return f"list_transform({value}, lambda word: {scrubbed('word')})"
    return scrubbed(value)


def _custom(mapping: Mapping, places: dict[str, str], *, redact: bool) -> str:
    own = {name: value for name, value in places.items() if name.startswith(CUSTOM)}
    if not own:
        return "NULL"
    pairs = ", ".join(
        f"{quoted(n.removeprefix(CUSTOM))}, "
        + (scrubbed(value) if redact and mapping.columns[n].scrub else value)
        for n, value in own.items()
    )
    return f"CAST(json_object({pairs}) AS VARCHAR)"


_SQL = {
    Kind.TEXT: "VARCHAR", Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN",
    Kind.TIME: "TIMESTAMPTZ", Kind.MONEY: "DECIMAL(18, 4)", Kind.LIST: "VARCHAR[]",
    Kind.JSON: "VARCHAR",
}  # fmt: skip
