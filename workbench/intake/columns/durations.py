"""Text to minutes: numbers of a declared unit, clocks, and spans in words."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from workbench.intake.columns.numbers import number_reading
from workbench.intake.columns.plain import Plain
from workbench.intake.columns.readings import Asked, Cell, Reading, full, tally
from workbench.intake.mappings.rules import UNITS
from workbench.tables.schema import Kind

_CLOCK = r"\d+:[0-5]\d(?::[0-5]\d)"
_PARTS = (
    (r"d(?:ays?)?", 1440.0), (r"h(?:(?:ou)?rs?)?", 60.0), (r"m(?:in(?:ute)?s?)?", 1.0),
    (r"s(?:ec(?:ond)?s?)?", 1 / 60),
)  # fmt: skip
_SPAN = ",? ?".join(rf"(?:(\d+(?:\.\d+)?) ?(?i:{word}))?" for word, _ in _PARTS)


def duration_reading(
    connection: duckdb.DuckDBPyConnection, asked: Asked, plain: Plain | None = None
) -> Reading:
    """Minutes, from a number of the declared unit, a clock such as 26:05:10, or ``1d 2h 3m``.

    Some exports say "hours" in the header and write hours, minutes and seconds; without seconds
    a clock is read only where hours are declared, for it could be minutes and seconds.

    Nothing takes less than no time: a negative duration is left empty and counted. The record
    stays, for what else it says of its ticket does not hang on a figure the help desk worked out.
    """
    cell, unit = asked.cell, asked.rule.unit or "minutes"
    if plain:
        number = number_reading(connection, cell, asked.conventions, Kind.NUMBER, plain)
        return Reading(f"({number.value}) * {UNITS[unit]!r}", f"{number.wanted} or a duration")
    form = _CLOCK + ("?" if unit == "hours" else "")
    clock, span = full(cell, form), full(cell, _SPAN)
    bare = f"(CASE WHEN {clock} OR {span} THEN NULL ELSE {cell.sql} END)"
    number = number_reading(connection, replace(cell, sql=bare), asked.conventions, Kind.NUMBER)
    value = (
        f"CASE WHEN {clock} THEN {_clock_minutes(cell)} WHEN {span} THEN {_span_minutes(cell)} "
        f"ELSE ({number.value}) * {UNITS[unit]!r} END"
    )
    negative = f"({full(cell, '-' + form)} OR coalesce(({value}) < 0, false))"
    (below,) = tally(connection, cell, negative)
    notes = number.notes
    if below:
        notes = (*notes, f"{cell.name}: {below:,} durations are negative; left empty")
    return Reading(
        f"CASE WHEN NOT {negative} THEN {value} END", f"{number.wanted} or a duration", notes,
        excused=f"({number.excused} OR {negative})",
    )  # fmt: skip


def _clock_minutes(cell: Cell) -> str:
    part = f"coalesce(try_cast(string_split({cell.sql}, ':')[%d] AS DOUBLE), 0)"
    return f"{part % 1} * 60 + {part % 2} + {part % 3} / 60"


def _span_minutes(cell: Cell) -> str:
    part = f"coalesce(try_cast(regexp_extract({cell.sql}, '{_SPAN}', %d) AS DOUBLE), 0)"
    return " + ".join(f"{part % n} * {minutes!r}" for n, (_, minutes) in enumerate(_PARTS, 1))
