"""Text to types, decided per column over the whole file, never per cell.

Every reader gives a `Reading`: SQL for the typed value, and notes for the report. What cannot be
decided is refused with the remedy.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from workbench.errors import IntakeError
from workbench.intake.columns.amounts import clock_reading, scaled, wanted
from workbench.intake.columns.durations import duration_reading
from workbench.intake.columns.numbers import number_reading
from workbench.intake.columns.plain import Plain, plain_forms
from workbench.intake.columns.readings import Asked, Cell, Reading, full, is_absent, tally
from workbench.intake.columns.times import time_reading
from workbench.intake.mappings.rules import CLOCK
from workbench.tables.schema import Kind

_TRUE = (
    "true", "t", "yes", "y", "1", "1.0", "on", "ja", "wahr", "oui", "vrai", "sí", "si", "sì",
    "verdadero", "vero", "sim", "verdadeiro", "waar", "tak", "kyllä",
)  # fmt: skip
_FALSE = (
    "false", "f", "no", "n", "0", "0.0", "off", "nein", "falsch", "non", "faux", "falso", "não",
    "nao", "nee", "onwaar", "nej", "nie", "ei",
)  # fmt: skip
_NOBODY = ("-", "--", "N/A", "#N/A")
_UNQUOTED = """regexp_replace(x, '^(?:"(.*)"|''(.*)'')$', '\\1\\2')"""


def readings_of(connection: duckdb.DuckDBPyConnection, asked: Sequence[Asked]) -> list[Reading]:
    """How to read these columns of ``cells``, in their order.

    One pass finds those that are in one plain form throughout; the others are read with care.
    """
    plain = plain_forms(connection, asked)
    found = [reading(connection, one, plain.get(place)) for place, one in enumerate(asked)]
    _check_one_date_order(asked, found)
    return found


def _check_one_date_order(asked: Sequence[Asked], found: Sequence[Reading]) -> None:
    """Nobody writes 03/01 for January in one column and 02/03 for February in the next."""
    proved = {read.date_order: one.cell for one, read in zip(asked, found, strict=True)}
    first, second = proved.get("day_first"), proved.get("month_first")
    if first and second:
        raise IntakeError(
            f"dates in column {first.name!r} can only be day-first, those in {second.name!r} only "
            "month-first.", where=first.file, fix="Export it with ISO dates.",
        )  # fmt: skip


def reading(
    connection: duckdb.DuckDBPyConnection, asked: Asked, plain: Plain | None = None
) -> Reading:
    """How to read one column; looks at all its values first, unless they are proved plain."""
    cell, kind, rule, conventions = asked.cell, asked.kind, asked.rule, asked.conventions
    if asked.identifier:
        if plain:
            return Reading(cell.sql, "text")
        return _identifier(connection, cell, number=asked.identifier == "number")
    if rule.unit == CLOCK:
        return clock_reading(cell)
    if rule.unit is not None:
        return duration_reading(connection, asked, plain)
    if kind is Kind.TIME:
        return time_reading(connection, cell, conventions, plain)
    if kind in (Kind.MONEY, Kind.NUMBER, Kind.INTEGER):
        found = number_reading(connection, cell, conventions, kind, plain)
        value, name = scaled(found.value, rule, cell), wanted(found.wanted, cell)
        return Reading(value, name, found.notes, found.excused)
    if kind is Kind.BOOLEAN:
        return _truth(cell)
    if kind is Kind.LIST and plain:
        return Reading(f"string_split({cell.sql}, ',')", "a list")
    if kind is Kind.LIST:
        return _list(connection, cell)
    return Reading(cell.sql, "text")


def _truth(cell: Cell) -> Reading:
    word = f"lower({cell.sql})"
    value = f"CASE WHEN {word} IN {_TRUE} THEN true WHEN {word} IN {_FALSE} THEN false END"
    return Reading(value, "yes or no", excused=is_absent(cell))


def _list(connection: duckdb.DuckDBPyConnection, cell: Cell) -> Reading:
    """Texts between commas, semicolons, bars or blanks, or a list as JSON or Python writes it.

    Blanks part words only where nothing else does, for ``late delivery, vip`` are two.
    """
    exact = f"starts_with({cell.sql}, '[') AND json_valid({cell.sql})"
    (marked,) = tally(connection, cell, f"regexp_matches({cell.sql}, '[,;|]') OR {exact}")
    bare = f"regexp_replace({cell.sql}, '^\\[(.*)\\]$', '\\1')"
    between = "\\s*[,;|]\\s*" if marked else "\\s+"
    words = f"list_transform(string_split_regex({bare}, '{between}'), lambda x: {_UNQUOTED})"
    members = f"CASE WHEN {exact} THEN json_extract_string({cell.sql}, '$[*]') ELSE {words} END"
    return Reading(f"list_filter({members}, lambda x: x <> '')", "a list")


def _identifier(connection: duckdb.DuckDBPyConnection, cell: Cell, *, number: bool) -> Reading:
    """How to read one column of identifiers: as they stand, unless a spreadsheet rewrote them.

    Where every one ends in ``.0``, that is the work of a program that took them for numbers; where
    one reads ``1.23E+11``, its digits are lost. ``number``: it is never a person's name. A name
    such as ``-`` is kept, for there are such names, and told, for it may stand for nobody.
    """
    rounded = full(cell, r"\d(?:[.,]\d+)?[eE]\+\d+|\d[.,]\d+[eE]\d+")
    nobody = f"upper({cell.sql}) IN {_NOBODY}"
    lost, floats, blank, total = tally(
        connection, cell, rounded, full(cell, r"\d+\.0"), nobody, f"{cell.sql} IS NOT NULL"
    )
    if lost * 2 > total:
        raise IntakeError(
            f"column {cell.name!r} holds {lost:,} identifiers that a spreadsheet has rounded, "
            "such as 1.23E+11; their digits are lost.",
            where=cell.file,
            fix="Export it again and do not save it from a spreadsheet.",
        )
    if floats and floats == total:
        note = f"{cell.name}: all {total:,} identifiers end in .0, which was taken off"
        return Reading(f"regexp_replace({cell.sql}, '\\.0$', '')", "text", (note,))
    notes: tuple[str, ...] = ()
    if floats:
        notes = (f"{cell.name}: {floats:,} of {total:,} identifiers end in .0; kept as written",)
    if lost and number:
        value = f"CASE WHEN NOT {rounded} THEN {cell.sql} END"
        return Reading(value, "an identifier; a spreadsheet has rounded it", notes)
    if blank > 1 and not number:
        told = "are kept as a name; all who have one count as one person"
        notes = (*notes, f"{cell.name}: {blank:,} cells such as - or N/A {told}")
    return Reading(cell.sql, "text", notes)
