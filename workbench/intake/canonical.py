"""One mapping document applied to ``raw``: canonical rows, and the records that are none."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from workbench.intake.columns.domain import (
    contradictions,
    currency_contradictions,
    currency_notes,
    rounded_times,
    rounding_notes,
)
from workbench.intake.columns.readings import Asked, Conventions, Reading
from workbench.intake.columns.values import readings_of
from workbench.intake.mappings.cells import cell_of, exported, fill_cells
from workbench.intake.mappings.headers import header_zone, is_there
from workbench.intake.mappings.kinds import is_identifier, kind_of
from workbench.intake.mappings.mapping import Mapping, expanded
from workbench.intake.mappings.rules import CUSTOM
from workbench.intake.persons.redact import scrubbed
from workbench.intake.sql import quoted
from workbench.intake.stored import columns_of
from workbench.tables.schema import Kind


@dataclass(frozen=True)
class Faulty:
    """A record that cannot become a row: its number in the file, and why."""

    record: int
    reason: str


@dataclass(frozen=True)
class Canonical:
    """Typed rows of one table, in file order, each with the record it came from.

    ``rows`` names a view of the engine with the table's columns plus ``_record``; a key may still
    repeat, and records at fault are still in it. ``file`` holds just these rows as Parquet, where
    they were laid down already.
    """

    mapping: Mapping
    rows: str
    faulty: tuple[Faulty, ...]
    notes: tuple[str, ...]
    file: Path | None = None


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
    asked = asked_of(connection, mapping, origin, conventions)
    readings = dict(zip(mapping.columns, readings_of(connection, asked), strict=True))
    typed = fill_typed(connection, readings, origin.place)
    faulty, odd = _faulty(connection, mapping, readings, typed, redact=redact)
    rows = f"rows_{origin.place}"
    selected = ", ".join(columns_of(mapping, readings, redact=redact))
    connection.execute(f"CREATE OR REPLACE VIEW {rows} AS SELECT _record, {selected} FROM {typed}")
    notes = (*notes_of(mapping, readings), *_unheard(connection, mapping, origin), *odd)
    return Canonical(mapping, rows, faulty, tuple(dict.fromkeys(notes)))


def asked_of(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    origin: Origin,
    conventions: Conventions,
    unpadded: Collection[int] = (),
) -> list[Asked]:
    """The cells of one document, and what is known of its columns before they are looked at."""
    fill_cells(
        connection, mapping, origin.fields, raw=origin.raw, place=origin.place, unpadded=unpadded
    )
    return [_asked(mapping, origin, place, conventions) for place in range(len(mapping.columns))]


def fill_typed(
    connection: duckdb.DuckDBPyConnection, readings: dict[str, Reading], place: int
) -> str:
    """A view of the cells, and beside every text c0, c1, … its value v0, v1 and so on."""
    values = ", ".join(f"({read.value}) AS v{n}" for n, read in enumerate(readings.values()))
    connection.execute(
        f"CREATE OR REPLACE VIEW typed_{place} AS SELECT *, {values} FROM cells_{place}"
    )
    return f"typed_{place}"


def notes_of(mapping: Mapping, readings: dict[str, Reading]) -> tuple[str, ...]:
    """What a reader should know of the mapping and of how its columns were read."""
    return (*mapping.notes, *(note for read in readings.values() for note in read.notes))


def _asked(mapping: Mapping, origin: Origin, place: int, conventions: Conventions) -> Asked:
    """What is known of one mapped column before its cells are looked at."""
    name, rule = list(mapping.columns.items())[place]
    cell = cell_of(mapping, name, origin.fields, origin.file, f"cells_{origin.place}")
    zone = header_zone(rule, origin.fields, origin.file)
    conventions = replace(conventions, timezone=zone) if zone else conventions
    if is_identifier(mapping, name, rule):
        marked = "name" if name.endswith("_key") else "number"
        return Asked(cell, Kind.TEXT, rule, conventions, marked)
    return Asked(cell, kind_of(mapping, name, rule), rule, conventions)


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


def _faulty(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    readings: dict[str, Reading],
    typed: str,
    *,
    redact: bool,
) -> tuple[tuple[Faulty, ...], list[str]]:
    """Every record that breaks a rule, with its first fault worded; what to say of the others."""
    places = {name: place for place, name in enumerate(readings)}
    tests = fault_tests(mapping, readings, redact=redact)
    rounded = rounded_times(mapping.table, places)
    found = connection.execute(
        f"SELECT _record, reason, late FROM (SELECT _record, {_cases(tests)} AS reason, "
        f"{_cases(rounded)} AS late FROM {typed}) "
        "WHERE reason IS NOT NULL OR late IS NOT NULL ORDER BY _record"
    ).fetchall()
    faults = tuple(Faulty(record, reason) for record, reason, _ in found if reason)
    notes = rounding_notes((record, late) for record, reason, late in found if not reason)
    return faults, [*notes, *currency_notes(connection, typed, places)]


def fault_tests(
    mapping: Mapping, readings: dict[str, Reading], *, redact: bool
) -> list[tuple[str, str]]:
    """SQL: what makes a record unfit for the table, each with its reason."""
    tests = []
    for place, (name, read) in enumerate(readings.items()):
        cell, value = f"c{place}", f"v{place}"
        label = mapping.label(name)
        whole = scrubbed(cell) if redact else cell  # half a number is not known as one
        told = f"left({whole}, 60)"
        shown = f"{quoted(label)} || ': ' || chr(39) || {told} || chr(39) || ' is not "
        words = () if name.startswith(CUSTOM) else mapping.canonical.column(name).allowed
        if words:
            allowed = ", ".join(quoted(word) for word in words)
            tests.append((f"{value} NOT IN ({allowed})", f"{shown}a known value'"))
        if read.value != cell:  # a text is its own value
            unread = f"{cell} IS NOT NULL AND {value} IS NULL"
            unread += f" AND NOT coalesce({read.excused}, false)"
            tests.append((unread, f"{shown}{quoted(read.wanted)[1:]}"))
        if name in mapping.needs:
            tests.append((f"{value} IS NULL", quoted(f"{label} is empty")))
    places = {name: place for place, name in enumerate(readings)}
    tests += contradictions(mapping.table, places)
    if "currency" in places:
        money = [n for name, n in places.items() if kind_of(mapping, name, mapping.columns[name])
                 is Kind.MONEY]  # fmt: skip
        tests += currency_contradictions(money, places["currency"])
    return tests


def _cases(tests: list[tuple[str, str]]) -> str:
    cases = " ".join(f"WHEN {test} THEN {words}" for test, words in tests)
    return f"CASE {cases} END" if cases else "CAST(NULL AS VARCHAR)"
