"""Text to numbers: decimal point or comma, currencies, accountants' minus signs."""

from __future__ import annotations

import duckdb

from workbench.errors import IntakeError
from workbench.intake.columns.plain import Plain
from workbench.intake.columns.readings import (
    Cell,
    Conventions,
    Reading,
    full,
    is_absent,
    tally,
    told,
)
from workbench.tables.schema import Kind

# Thousands in threes, or as India groups them: 1,23,456.78.
_POINT = r"-?(?:[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d?(?:,\d{2})+,\d{3}|\d+)(?:\.\d+)?|-?\.\d+"
# How a JSON number with decimals arrives: its point is one, whatever is declared of texts.
_MARKED = r"-?\d+\.\d+e0"
_COMMA = r"-?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?|-?,\d+"
_UNIT = (
    r"(?:US|CA|AU|NZ|HK|A|C|R)\$|\p{Sc}|^(?:[A-Z]{3}|Fr\.|Rs\.?|kr\.?)|(?:[A-Z]{3}|kr\.?|zł|Kč)$"
)
_GAP = r"[\s\x{a0}\x{202f}\x{2009}\x{2007}\x{2019}'']"
# A blank or apostrophe inside a number groups thousands, or it is not one number.
_TORN = rf"\d{_GAP}+(?:\d{{1,2}}|\d{{4,}})(?:\D|$)"
_CASTS = {
    Kind.MONEY: "DECIMAL(18, 4)", Kind.NUMBER: "DOUBLE", Kind.INTEGER: "DECIMAL(38, 6)",
}  # fmt: skip


def number_reading(
    connection: duckdb.DuckDBPyConnection,
    cell: Cell,
    conventions: Conventions,
    kind: Kind,
    plain: Plain | None = None,
) -> Reading:
    """How to read one column as money, numbers or whole numbers."""
    if plain:
        cast = "BIGINT" if kind is Kind.INTEGER else _CASTS[kind]
        return Reading(f"try_cast({cell.sql} AS {cast})", "a number")
    _one_unit(connection, cell)
    clutter = f"{_GAP}|{_UNIT}"
    minus = f"replace({cell.sql}, '\u2212', '-')"  # as a typesetter writes it
    bare = f"regexp_replace(trim({minus}), '{clutter}', '', 'g')"
    bare = f"regexp_replace({bare}, '^(?:\\((.*)\\)|(.*)-)$', '-\\1\\2')"
    bare = f"CASE WHEN NOT regexp_matches({cell.sql}, '{_TORN}') THEN {bare} END"
    point, comma = (
        f"regexp_full_match({bare}, '{_POINT}')",
        f"regexp_full_match({bare}, '{_COMMA}')",
    )
    decimal, notes = _decimal(connection, cell, conventions, (bare, point, comma))
    digits = (
        f"replace({bare}, ',', '')"
        if decimal == "point"
        else f"replace(replace({bare}, '.', ''), ',', '.')"
    )
    value = f"CASE WHEN {full(cell, _MARKED)} THEN try_cast({cell.sql} AS {_CASTS[kind]}) "
    value += f"WHEN {point if decimal == 'point' else comma} THEN "
    value += f"try_cast({digits} AS {_CASTS[kind]}) END"
    if kind is Kind.INTEGER:  # 3.0 is a whole number, 3.5 is not one
        value = f"CASE WHEN ({value}) % 1 = 0 THEN try_cast(({value}) AS BIGINT) END"
    return Reading(value, "a number", notes, excused=is_absent(cell))


def _decimal(
    connection: duckdb.DuckDBPyConnection,
    cell: Cell,
    conventions: Conventions,
    forms: tuple[str, str, str],
) -> tuple[str, tuple[str, ...]]:
    """Point or comma: proved by a value that reads only one way, or declared; never guessed."""
    bare, point, comma = forms
    only_point, only_comma, both_marked, absent = tally(
        connection,
        cell,
        f"{point} AND NOT {comma}",
        f"{comma} AND NOT {point}",
        f"{point} AND {comma} AND regexp_matches({bare}, '[.,]')",
        is_absent(cell),
    )
    notes = told(cell, absent)
    if conventions.decimal is not None:
        return conventions.decimal, notes
    if both_marked and bool(only_point) == bool(only_comma):
        raise IntakeError(
            f"numbers in column {cell.name!r} read both ways ({both_marked:,} such as 1,234).",
            where=cell.file,
            fix="Say 'decimal: point' or 'decimal: comma' in the mapping.",
        )
    if only_comma > only_point:
        return "comma", (*notes, f"{cell.name}: decimal comma")
    return "point", notes


def _one_unit(connection: duckdb.DuckDBPyConnection, cell: Cell) -> None:
    found = connection.execute(
        f"SELECT DISTINCT mark FROM (SELECT regexp_extract({cell.sql}, '{_UNIT}') AS mark "
        f"FROM {cell.cells} WHERE regexp_matches({cell.sql}, '\\d')) WHERE mark <> '' ORDER BY mark"
    ).fetchall()
    if len(found) > 1:
        marks = ", ".join(mark for (mark,) in found[:5])
        raise IntakeError(
            f"column {cell.name!r} holds several currencies or units ({marks}).",
            where=cell.file,
            fix="Export one per file; a sum of two currencies is no sum.",
        )
