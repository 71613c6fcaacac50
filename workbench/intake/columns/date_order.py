"""Dates such as 01/02/2025: day or month first, proved or declared for the whole column."""

from __future__ import annotations

import duckdb

from workbench.errors import IntakeError
from workbench.intake.columns.date_forms import bound
from workbench.intake.columns.readings import Cell, Conventions, full, tally

DMY = (
    r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:,?[ T](\d{1,2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?"
    r"(?: ?([AaPp][Mm]))?"
    r"(?: ?(Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?))?)?"
)
# What databases write where there is no date.
NO_DATE = (
    r"(?:0000-00-00|0001-01-01|1753-01-01|1899-12-3[01]|1900-01-0[01]|1970-01-01|[29]999-12-31"
    r"|0?1[-/.]0?1[-/.](?:0001|1753|1900|1970)|(?:31[-/.]12|12[-/.]31)[-/.][29]999)"
    r"(?:[ T,].*|Z)?"
)


def date_order(
    connection: duckdb.DuckDBPyConnection, cell: Cell, conventions: Conventions
) -> tuple[str, tuple[str, ...]]:
    """Day or month first: proved by a part over 12, or declared; never guessed."""
    part = f"TRY_CAST(regexp_extract({cell.sql}, '{DMY}', %d) AS INTEGER)"
    like = f"{full(cell, DMY)} AND NOT {full(cell, NO_DATE)}"
    dates, first_over, second_over, alike = tally(
        connection,
        cell,
        like,
        f"{like} AND {part % 1} > 12",
        f"{like} AND {part % 2} > 12",
        f"{like} AND {part % 1} = {part % 2}",
    )
    declared = conventions.date_order
    if not dates:
        return declared or "day_first", ()
    contradicted = first_over if declared == "month_first" else second_over
    if declared and contradicted and not (first_over and second_over):
        other = "month_first" if declared == "day_first" else "day_first"
        raise IntakeError(
            f"column {cell.name!r} was declared {declared}, but {contradicted:,} of its {dates:,} "
            f"dates can only be {other}.",
            where=cell.file,
            fix=f"Pass --date-order {other}, or leave it out.",
        )
    if first_over and second_over:
        told = f"declared {declared}" if declared else "not declared"
        raise IntakeError(
            f"column {cell.name!r} mixes date orders: {first_over:,} values can only be "
            f"day-first, {second_over:,} only month-first (of {dates:,}; {told}).",
            where=cell.file,
            fix="Export it with ISO dates.",
        )
    if declared:
        return declared, ()
    if first_over or second_over:
        proved = "day_first" if first_over else "month_first"
        proofs = max(first_over, second_over)
        both = dates - proofs - alike
        note = f"{cell.name}: {proved}, proved by {proofs:,} of {dates:,} values"
        return proved, (note + (f"; {both:,} read both ways without it" if both else ""),)
    raise IntakeError(
        f"every date in column {cell.name!r} ({dates:,}) reads both as day-first and month-first.",
        where=cell.file,
        fix="Pass --date-order day_first or month_first.",
    )


def shifted(cell: Cell, clock: str) -> str:
    """SQL: a wall clock with the offset written behind it, as UTC."""
    offset = f"regexp_replace(regexp_extract({cell.sql}, '{DMY}', 7), 'UTC|GMT', 'Z')"
    return f"try_cast(strftime({clock}, '%Y-%m-%d %H:%M:%S.%f') || {offset} AS TIMESTAMPTZ)"


def parted(cell: Cell, order: str) -> str:
    """SQL: the wall clock of such a date, its parts in this order."""
    names = "['a', 'b', 'y', 'clock', 'second', 'half', 'zone']"
    day, month = ("a", "b") if order == "day_first" else ("b", "a")
    text = (
        f"p.y || '-' || p.{month} || '-' || p.{day} || ' ' || "
        "coalesce(nullif(p.clock, ''), '0:00') || coalesce(nullif(p.second, ''), ':00')"
    )
    whole, half = "'%Y-%m-%d %H:%M:%S", "'%Y-%m-%d %I:%M:%S"
    moment = (
        f"CASE WHEN p.half = '' THEN try_strptime({text}, [{whole}', {whole}.%f']) "
        f"ELSE try_strptime({text} || ' ' || upper(p.half), [{half} %p', {half}.%f %p']) END"
    )
    return bound("p", f"regexp_extract({cell.sql}, '{DMY}', {names})", moment)
