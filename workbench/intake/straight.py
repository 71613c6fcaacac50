"""The straight way: a large file is read, proved and laid down in one pass, if nothing is amiss.

How each column is to be read is supposed from the first records; the pass itself proves every
supposition on every record and stops at the first doubt. Then, and for all that this way does not
know, the careful way decides, which looks at whole columns before it reads them. Both give the
same rows: this one only where there was nothing to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from workbench.intake.canonical import (
    Canonical,
    Origin,
    asked_of,
    fault_tests,
    fill_typed,
    notes_of,
)
from workbench.intake.columns.domain import currency_notes, rounded_times
from workbench.intake.columns.plain import Form, Plain, proof_of, supposed_forms
from workbench.intake.columns.readings import Asked, Conventions, Reading
from workbench.intake.columns.values import reading
from workbench.intake.delimited.records import Delimited, rejects, swallowing
from workbench.intake.mappings.cells import looks_around, padded
from workbench.intake.mappings.headers import is_there, source_column
from workbench.intake.mappings.mapping import Mapping, expanded
from workbench.intake.mappings.rules import CUSTOM
from workbench.intake.sql import named
from workbench.intake.stored import columns_of
from workbench.tables.schema import Kind

LARGE = 32_000_000  # bytes below which either way takes a moment
_FIRST = 2_000
_ROW_GROUP = 50_000  # both as the store writes them
_DOUBT = "what was supposed does not hold"


def straight_rows(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    text: Delimited,
    conventions: Conventions,
    *,
    redact: bool,
) -> Canonical | None:
    """The rows of a file in order throughout; None where the careful way must decide."""
    if not _is_simple(mapping, text):
        return None
    mapping = expanded(mapping, text.fields)
    file = text.content.folder / "rows.parquet"
    try:
        supposed = _supposed(connection, mapping, text, conventions)
        if supposed is None:
            return None
        _lay_down(connection, mapping, text, supposed, conventions, file, redact=redact)
        return _if_complete(connection, mapping, text, supposed, file)
    except duckdb.Error:  # a doubt, or what this way cannot do: the careful way has the words
        return None


def _is_simple(mapping: Mapping, text: Delimited) -> bool:
    """Does every record stand for itself, with no word to be looked up and no mark in its text?"""
    rules = mapping.columns.values()
    return (
        mapping.rows == "records"
        and mapping.keep_if is None
        and mapping.unpivot is None
        and not (looks_around(mapping) or text.content.marks)
        and not any(rule.per or rule.minor_units or rule.otherwise is not None for rule in rules)
        and all(is_there(rule, text.fields) for rule in rules)
    )


@dataclass(frozen=True)
class _Supposed:
    """How the first records show that each column is read: its form, by place, where it has one;
    ``empty`` are the places of those that hold nothing there, and must hold nothing throughout."""

    asked: Sequence[Asked]
    forms: dict[int, Form]
    empty: frozenset[int]

    def readings(
        self, connection: duckdb.DuckDBPyConnection, mapping: Mapping, filled: dict[int, int]
    ) -> dict[str, Reading]:
        """The readings; ``filled`` counts the texts of each column for what is said of it."""
        found = {}
        for n, (name, one) in enumerate(zip(mapping.columns, self.asked, strict=True)):
            plain = Plain(self.forms[n], filled.get(n, 0)) if n in self.forms else None
            nothing = n in self.empty
            found[name] = Reading("NULL", "") if nothing else reading(connection, one, plain)
        return found


def _supposed(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    text: Delimited,
    conventions: Conventions,
) -> _Supposed | None:
    """What the first records show of every column; None if one could still be read in two ways."""
    connection.execute(
        f"CREATE OR REPLACE TABLE first_records AS SELECT *, row_number() OVER () AS _record "
        f"FROM {text.reader} LIMIT {_FIRST}"
    )
    first = Origin("first_records", text.fields, text.content.name)
    asked = asked_of(connection, mapping, first, conventions)
    forms = supposed_forms(connection, asked)
    counts = ", ".join(f"count({one.cell.sql})" for one in asked)
    filled = connection.execute(f"SELECT {counts} FROM cells").fetchall()[0]
    empty = frozenset(n for n, count in enumerate(filled) if not count)
    certain = all(n in forms or n in empty or _is_settled(one) for n, one in enumerate(asked))
    return _Supposed(asked, forms, empty) if certain else None


def _is_settled(asked: Asked) -> bool:
    """Is this column read in one way whatever its cells hold?"""
    plain = asked.kind in (Kind.TEXT, Kind.BOOLEAN) and not asked.identifier
    return plain and asked.rule.unit is None


def _lay_down(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    text: Delimited,
    supposed: _Supposed,
    conventions: Conventions,
    file: Path,
    *,
    redact: bool,
) -> None:
    """Write the rows in file order; raises `duckdb.Error` at the first record in doubt."""
    proved = _proved_fields(mapping, text, supposed)
    doubtful = " OR ".join(swallowing(text, proved)) or "false"
    connection.execute(
        f"CREATE OR REPLACE VIEW passing AS SELECT *, row_number() OVER () AS _record "
        f"FROM {text.reader} WHERE {_unless(doubtful)}"
    )
    passing = Origin("passing", text.fields, text.content.name)
    asked_of(connection, mapping, passing, conventions, unpadded=supposed.forms)
    readings = supposed.readings(connection, mapping, {})
    typed = fill_typed(connection, readings, 0)
    places = {name: place for place, name in enumerate(readings)}
    doubts = [f"NOT {proof_of(f'c{place}', form)}" for place, form in supposed.forms.items()]
    written = [place for place, form in supposed.forms.items() if form is Form.AS_WRITTEN]
    doubts += [padded(f"c{place}") for place in written]
    doubts += [f"c{place} IS NOT NULL" for place in sorted(supposed.empty)]
    doubts += [test for test, _ in fault_tests(mapping, readings, redact=redact)]
    doubts += [test for test, _ in rounded_times(mapping.table, places)]
    doubtful = " OR ".join(f"coalesce({doubt}, false)" for doubt in doubts)
    columns = columns_of(mapping, readings, redact=redact)
    connection.execute(
        f"COPY (SELECT {', '.join(columns)} FROM {typed} WHERE {_unless(doubtful)}) "
        f"TO '{file}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, "
        f"ROW_GROUP_SIZE {_ROW_GROUP})"
    )


def _proved_fields(mapping: Mapping, text: Delimited, supposed: _Supposed) -> set[str]:
    """Fields whose form leaves no room for a line end."""
    rules = list(mapping.columns.values())
    forms = supposed.forms.items()
    proved = [rules[place] for place, form in forms if form is not Form.AS_WRITTEN]
    return {field for rule in proved if (field := source_column(rule, text.fields))}


def _unless(doubtful: str) -> str:
    """SQL: true, and the end of the pass where a record is in doubt."""
    return f"CASE WHEN {doubtful} THEN error('{_DOUBT}') ELSE true END"


def _if_complete(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    text: Delimited,
    supposed: _Supposed,
    file: Path,
) -> Canonical | None:
    """The rows laid down, if they are as many as quotes and line ends alone told."""
    connection.execute(
        f"CREATE OR REPLACE VIEW rows_0 AS SELECT *, source_row AS _record "
        f"FROM read_parquet('{file}')"
    )
    names = list(mapping.columns)
    shown = {n: named(names[n]) for n in supposed.forms if not names[n].startswith(CUSTOM)}
    counted = ", ".join(["count(*)", *(f"count({name})" for name in shown.values())])
    total, *counts = connection.execute(f"SELECT {counted} FROM rows_0").fetchall()[0]
    if total != text.ends.count or rejects(connection, text):
        return None
    filled = dict(zip(shown, counts, strict=True))
    told = notes_of(mapping, supposed.readings(connection, mapping, filled))
    if "currency" in names:
        told += tuple(
            currency_notes(connection, "(SELECT currency AS v0 FROM rows_0)", {"currency": 0})
        )
    return Canonical(mapping, "rows_0", (), tuple(dict.fromkeys(told)), file)
