"""One mapping document applied to ``raw``: canonical rows, and the records that are none."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace

import duckdb

from workbench.intake.cells import cell_of, exported, fill_cells, named, quoted
from workbench.intake.headers import header_zone, is_there
from workbench.intake.mapping import Mapping, expanded
from workbench.intake.personal import names_a_person
from workbench.intake.readings import Asked, Conventions, Reading
from workbench.intake.redact import pseudonym, scrubbed
from workbench.intake.rules import CUSTOM, TYPES, ColumnRule
from workbench.intake.values import readings_of
from workbench.tables.helpdesk import CHANGES_OF_HOLDER
from workbench.tables.schema import Column, Kind


@dataclass(frozen=True)
class Faulty:
    """A record that cannot become a row: its number in the file, and why."""

    record: int
    reason: str


@dataclass(frozen=True)
class Canonical:
    """Typed rows of one table, in file order, each with the record it came from.

    ``rows`` names a view of the engine with the table's columns plus ``_record``; a key may still
    repeat, and records at fault are still in it.
    """

    mapping: Mapping
    rows: str
    faulty: tuple[Faulty, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Origin:
    """Records as texts: the table or view they are in, its fields, and the file's name.

    ``place`` numbers what is made of them: a file may feed several tables.
    """

    raw: str
    fields: tuple[str, ...]
    file: str
    place: int = 0


def canonical_rows(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    origin: Origin,
    conventions: Conventions,
    *,
    redact: bool,
) -> Canonical:
    """Read every mapped column of the records; `IntakeError` where a column is undecidable."""
    mapping = expanded(mapping, origin.fields)
    fill_cells(connection, mapping, origin.fields, raw=origin.raw, place=origin.place)
    places = range(len(mapping.columns))
    asked = [_asked(mapping, origin, place, conventions) for place in places]
    readings = dict(zip(mapping.columns, readings_of(connection, asked), strict=True))
    typed = f"typed_{origin.place}"
    values = ", ".join(f"({read.value}) AS v{n}" for n, read in enumerate(readings.values()))
    connection.execute(
        f"CREATE OR REPLACE VIEW {typed} AS SELECT *, {values} FROM cells_{origin.place}"
    )
    faulty = _faulty(connection, mapping, readings, typed)
    rows = f"rows_{origin.place}"
    selected = ", ".join(_columns(mapping, readings, redact=redact))
    connection.execute(f"CREATE OR REPLACE VIEW {rows} AS SELECT {selected} FROM {typed}")
    told = [note for r in readings.values() for note in r.notes]
    notes = tuple(dict.fromkeys([*mapping.notes, *told, *_unheard(connection, mapping, origin)]))
    return Canonical(mapping, rows, faulty, notes)


def _asked(mapping: Mapping, origin: Origin, place: int, conventions: Conventions) -> Asked:
    """What is known of one mapped column before its cells are looked at."""
    name, rule = list(mapping.columns.items())[place]
    cell = cell_of(mapping, name, origin.fields, origin.file, f"cells_{origin.place}")
    zone = header_zone(rule, origin.fields, origin.file)
    conventions = replace(conventions, timezone=zone) if zone else conventions
    if _is_identifier(mapping, name, rule):
        marked = "name" if name.endswith("_key") else "number"
        return Asked(cell, Kind.TEXT, rule, conventions, marked)
    return Asked(cell, _kind(mapping, name, rule), rule, conventions)


def _unheard(connection: duckdb.DuckDBPyConnection, mapping: Mapping, origin: Origin) -> list[str]:
    """What a user's mapping names and the file does not have, and words it had no entry for."""
    notes, fields = [], origin.fields
    for name, rule in mapping.columns.items():
        if not is_there(rule, fields) and not mapping.format:
            near = difflib.get_close_matches(rule.source[0], fields, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            notes.append(f"{name}: there is no column {rule.source[0]!r}{hint}; left empty")
        if rule.values is not None and rule.otherwise is not None:
            known = ", ".join(quoted(word.lower()) for word in rule.values)
            found = exported(mapping, rule, fields)
            row = connection.execute(
                f"SELECT count(*), min({found}) FROM {origin.raw} "
                f"WHERE lower({found}) NOT IN ({known})"
            ).fetchall()[0]
            if row[0]:
                notes.append(
                    f"{name}: {row[0]:,} values such as {row[1]!r} have no entry, read as "
                    f"{rule.otherwise!r}"
                )
    return notes


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


def _faulty(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    readings: dict[str, Reading],
    typed: str,
) -> tuple[Faulty, ...]:
    """Every record that breaks a rule, with its first fault worded."""
    tests = []
    for place, (name, read) in enumerate(readings.items()):
        cell, value = f"c{place}", f"v{place}"
        label = mapping.label(name)
        shown = f"{quoted(label)} || ': ' || chr(39) || left({cell}, 60) || chr(39) || ' is not "
        words = () if name.startswith(CUSTOM) else mapping.canonical.column(name).allowed
        if words:
            allowed = ", ".join(quoted(word) for word in words)
            tests.append((f"{value} NOT IN ({allowed})", f"{shown}a known value'"))
        unread = f"{cell} IS NOT NULL AND {value} IS NULL AND NOT coalesce({read.excused}, false)"
        tests.append((unread, f"{shown}{quoted(read.wanted)[1:]}"))
        if name in mapping.needs:
            tests.append((f"{value} IS NULL", quoted(f"{label} is empty")))
    cases = " ".join(f"WHEN {test} THEN {reason}" for test, reason in tests)
    if not cases:
        return ()
    found = connection.execute(
        f"SELECT _record, reason FROM (SELECT _record, CASE {cases} END AS reason FROM {typed}) "
        "WHERE reason IS NOT NULL ORDER BY _record"
    ).fetchall()
    return tuple(Faulty(record, reason) for record, reason in found)


def _columns(mapping: Mapping, readings: dict[str, Reading], *, redact: bool) -> list[str]:
    """SQL: the columns of the canonical table, in their order, and ``_record``."""
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
                value = _redacted(value, column, places)
        else:
            value = "NULL"
        selected.append(f"CAST({value} AS {SQL_TYPES[column.kind]}) AS {named(column.name)}")
    return selected


def _redacted(value: str, column: Column, places: dict[str, str]) -> str:
    if column.personal == "key":
        return pseudonym(value)
    if column.personal == "change":  # who held a ticket is told by an agent's own address
        held = ", ".join(quoted(name) for name in CHANGES_OF_HOLDER)
        return f"CASE WHEN {places['field']} IN ({held}) THEN {value} ELSE {scrubbed(value)} END"
    if column.kind is Kind.LIST:
        return f"list_transform({value}, lambda word: {scrubbed('word')})"
    return scrubbed(value)


def _custom(mapping: Mapping, places: dict[str, str], *, redact: bool) -> str:
    own = {name: value for name, value in places.items() if name.startswith(CUSTOM)}
    if not own:
        return "NULL"
    pairs = ", ".join(
        f"{quoted(n.removeprefix(CUSTOM))}, "
        + (_redacted_custom(mapping, n, value) if redact else value)
        for n, value in own.items()
    )
    return f"CAST(json_object({pairs}) AS VARCHAR)"


def _redacted_custom(mapping: Mapping, name: str, value: str) -> str:
    """A field that holds a person becomes a pseudonym, any other text is scrubbed."""
    rule = mapping.columns[name]
    if _kind(mapping, name, rule) is not Kind.TEXT:
        return value
    called = (name.removeprefix(CUSTOM), *rule.source)
    return pseudonym(value) if any(map(names_a_person, called)) else scrubbed(value)


SQL_TYPES = {
    Kind.TEXT: "VARCHAR", Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN",
    Kind.TIME: "TIMESTAMPTZ", Kind.MONEY: "DECIMAL(18, 4)", Kind.LIST: "VARCHAR[]",
    Kind.JSON: "VARCHAR",
}  # fmt: skip
