"""One mapping document applied to ``raw``: canonical rows, and the records that are none."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from workbench.intake.mapping import Mapping, source_column
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
    _fill_cells(connection, mapping, fields)
    readings: dict[str, Reading] = {}
    for place, (name, rule) in enumerate(mapping.columns.items()):
        cell = Cell(f"c{place}", _shown(rule, fields, name), file)
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
        if rule.source and source_column(rule, fields) is None and not mapping.format:
            near = difflib.get_close_matches(rule.source[0], fields, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            notes.append(f"{name}: there is no column {rule.source[0]!r}{hint}; left empty")
        if rule.values is not None and rule.otherwise is not None:
            known = ", ".join(_text(word.lower()) for word in rule.values)
            found = _cell(mapping, rule, fields)
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


def _fill_cells(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, fields: tuple[str, ...]
) -> None:
    """``cells``: the mapped source texts c0, c1, … of the records that feed this table."""
    carried = [
        f"CASE WHEN {_name(by)} IS NULL THEN {_name(given)} ELSE first_value({_name(given)} "
        f"IGNORE NULLS) OVER (PARTITION BY {_name(by)} ORDER BY _record) END AS {_name(given)}"
        for given, by in mapping.fill.items()
    ]
    origin = "raw"
    if carried:
        origin = f"(SELECT * REPLACE ({', '.join(carried)}) FROM raw)"
    columns = ", ".join(
        f"{_mapped(rule, _cell(mapping, rule, fields))} AS c{place}"
        for place, rule in enumerate(mapping.columns.values())
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE cells AS SELECT _record, {columns} FROM {origin}"
        f"{_condition(mapping)} ORDER BY _record"
    )
    if mapping.rows == "first_of_key":
        keys = [k for k in mapping.canonical.key if k != "source"]
        places = [f"c{list(mapping.columns).index(k)}" for k in keys]
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE cells AS SELECT * FROM cells QUALIFY "
            f"row_number() OVER (PARTITION BY {', '.join(places)} ORDER BY _record) = 1 "
            f"OR {' OR '.join(f'{place} IS NULL' for place in places)} "
            "ORDER BY _record"
        )


def _condition(mapping: Mapping) -> str:
    if mapping.keep_if is None:
        return ""
    unwanted = ", ".join(_text(word) for word in mapping.keep_if.is_not)
    return f" WHERE coalesce(trim({_name(mapping.keep_if.column)}), '') NOT IN ({unwanted})"


def _cell(mapping: Mapping, rule: ColumnRule, fields: tuple[str, ...]) -> str:
    if rule.const is not None:
        return _text(rule.const)
    if rule.ordinal_within is not None:
        within = _name(rule.ordinal_within)
        return f"CAST(row_number() OVER (PARTITION BY {within} ORDER BY _record) AS VARCHAR)"
    if rule.join:
        # An empty part keeps its place: a, nothing, b is not a, b, nothing.
        parts = " || '-' || ".join(f"coalesce(trim({_name(part)}), '')" for part in rule.join)
        return f"nullif({parts}, {_text('-' * (len(rule.join) - 1))})"
    found = source_column(rule, fields)
    if found is None:
        return "CAST(NULL AS VARCHAR)"
    cell = f"nullif(trim({_name(found)}, ' \t\n\r\u00a0'), '')"
    if mapping.nulls:
        tokens = ", ".join(_text(token) for token in mapping.nulls)
        cell = f"CASE WHEN {cell} IN ({tokens}) THEN NULL ELSE {cell} END"
    if rule.pattern is not None:
        cell = f"nullif(regexp_extract({cell}, {_text(rule.pattern)}, 1), '')"
    return cell


def _mapped(rule: ColumnRule, cell: str) -> str:
    if rule.values is None:
        return cell
    cases = " ".join(
        f"WHEN {_text(word.lower())} THEN {_text(meaning) if meaning else 'NULL'}"
        for word, meaning in rule.values.items()
    )
    other = _text(rule.otherwise) if rule.otherwise is not None else f"{cell}"
    return (
        f"CASE WHEN {cell} IS NULL THEN NULL ELSE CASE lower({cell}) {cases} ELSE {other} END END"
    )


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
            allowed = ", ".join(_text(word) for word in words)
            tests.append((f"{value} NOT IN ({allowed})", f"{shown}a known value'"))
        unread = f"{cell} IS NOT NULL AND {value} IS NULL AND NOT coalesce({read.excused}, false)"
        tests.append((unread, f"{shown}{_text(read.wanted)[1:]}"))
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
            value = _text(mapping.source)
        elif column.name == "source_row":
            value = "_record"
        elif column.name == "custom":
            value = _custom(places)
        elif column.name in readings:
            value = places[column.name]
            if redact and column.personal:
                value = _redacted(value, column)
        else:
            value = "NULL"
        selected.append(f"CAST({value} AS {_SQL[column.kind]}) AS {_name(column.name)}")
    found = connection.sql(f"SELECT {', '.join(selected)} FROM typed ORDER BY _record")
    schema = pa.schema([pa.field("_record", pa.int64()), *table.schema])
    return found.to_arrow_table().cast(schema)


def _redacted(value: str, column: Column) -> str:
    if column.personal == "key":
        return pseudonym(value)
    if column.kind is Kind.LIST:
        return f"list_transform({value}, lambda word: {scrubbed('word')})"
    return scrubbed(value)


def _custom(places: dict[str, str]) -> str:
    own = {name: value for name, value in places.items() if name.startswith(CUSTOM)}
    if not own:
        return "NULL"
    pairs = ", ".join(f"{_text(n.removeprefix(CUSTOM))}, {value}" for n, value in own.items())
    return f"CAST(json_object({pairs}) AS VARCHAR)"


_SQL = {
    Kind.TEXT: "VARCHAR", Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN",
    Kind.TIME: "TIMESTAMPTZ", Kind.MONEY: "DECIMAL(18, 4)", Kind.LIST: "VARCHAR[]",
    Kind.JSON: "VARCHAR",
}  # fmt: skip


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
