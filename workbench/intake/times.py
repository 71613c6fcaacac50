"""Text to times: ISO 8601, day or month first, epochs; a zone where the text names none."""

from __future__ import annotations

import duckdb

from workbench.errors import IntakeError
from workbench.intake.plain import Form, Plain
from workbench.intake.readings import Cell, Conventions, Reading, full, tally

_ISO = (
    r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?"
    r"(?: ?(?:Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?))?"
)
_OFFSET = r".*(?:Z|UTC|GMT|:\d{2}(?:\.\d+)? ?[+-]\d{2}(?::?\d{2})?)"
_DMY = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:,?[ T](\d{1,2}:\d{2})(:\d{2})?(?: ?([AaPp][Mm]))?)?"
_EPOCHS = ((r"\d{10}", 1_000_000), (r"\d{13}", 1_000), (r"\d{16}", 1))
# What databases write where there is no date.
_NO_DATE = (
    r"(?:0000-00-00|0001-01-01|1753-01-01|1899-12-3[01]|1900-01-0[01]|1970-01-01|[29]999-12-31"
    r"|0?1[-/.]0?1[-/.](?:0001|1753|1900|1970)|(?:31[-/.]12|12[-/.]31)[-/.][29]999)"
    r"(?:[ T,].*|Z)?"
)
_FIRST, _LAST = 1900, 2199  # a year outside is a slip, not a date a report may show


def time_reading(
    connection: duckdb.DuckDBPyConnection,
    cell: Cell,
    conventions: Conventions,
    plain: Plain | None = None,
) -> Reading:
    """How to read one column as times in UTC."""
    zone = (conventions.timezone or "UTC").replace("'", "''")
    if plain:
        return _plain_reading(connection, cell, conventions, plain)
    x = cell.sql
    with_offset = f"(strlen({x}) > 10 AND {full(cell, _OFFSET)})"
    joined = f"regexp_replace(regexp_replace({x}, ' (GMT|UTC)$', 'Z'), ' ([+-])', '\\1')"
    order, notes = _date_order(connection, cell, conventions)
    clock = f"CASE WHEN {full(cell, _DMY)} THEN {_parted(cell, order)} ELSE {_plain(x)} END"
    cases = [
        f"WHEN {full(cell, _NO_DATE)} THEN NULL",
        f"WHEN {full(cell, _ISO)} AND {with_offset} THEN try_cast({joined} AS TIMESTAMPTZ)",
        f"WHEN {full(cell, _ISO)} OR {full(cell, _DMY)} THEN {_local(clock, zone)}",
        *(
            f"WHEN {full(cell, pattern)} THEN make_timestamptz(CAST({x} AS BIGINT) * {factor})"
            for pattern, factor in _EPOCHS
        ),
    ]
    value = f"CASE {' '.join(cases)} END"
    value = f"CASE WHEN year({value}) BETWEEN {_FIRST} AND {_LAST} THEN {value} END"
    naive, total, blank, twice = tally(
        connection,
        cell,
        f"strlen({x}) > 10 AND NOT {with_offset} AND NOT " + full(cell, r"\d+"),
        f"{x} IS NOT NULL",
        full(cell, _NO_DATE),
        f"NOT {with_offset} AND {_twice(clock, zone)}" if zone != "UTC" else "false",
    )
    if naive and conventions.timezone is None:
        notes = (*notes, _without_zone(cell, naive, total))
    if blank:
        notes = (*notes, f"{cell.name}: {blank:,} stand-ins such as 1970-01-01 read as no date")
    notes = (*notes, *_repeated(cell, twice, zone))
    wanted = "a date or time" + (f" in {zone}" if zone != "UTC" else "")
    return Reading(value, wanted, notes, excused=full(cell, _NO_DATE))


def _plain_reading(
    connection: duckdb.DuckDBPyConnection, cell: Cell, conventions: Conventions, plain: Plain
) -> Reading:
    """All texts are ISO 8601, either all with an offset or all without."""
    zone = (conventions.timezone or "UTC").replace("'", "''")
    wanted = "a date or time" + (f" in {zone}" if zone != "UTC" else "")
    if plain.form is Form.ZONED:
        return Reading(f"try_cast({cell.sql} AS TIMESTAMPTZ)", wanted)
    clock = _plain(cell.sql)
    notes: tuple[str, ...] = ()
    if plain.form is Form.MOMENT and conventions.timezone is None:
        notes = (_without_zone(cell, plain.filled, plain.filled),)
    if zone != "UTC":
        (twice,) = tally(connection, cell, _twice(clock, zone))
        notes = _repeated(cell, twice, zone)
    return Reading(_local(clock, zone), wanted, notes)


def _without_zone(cell: Cell, naive: int, total: int) -> str:
    return f"{cell.name}: {naive:,} of {total:,} times have no zone, read as UTC"


def _repeated(cell: Cell, twice: int, zone: str) -> tuple[str, ...]:
    if not twice:
        return ()
    return (
        f"{cell.name}: {twice:,} times fall in the hour that {zone} repeats; read as standard time",
    )


def _plain(text: str) -> str:
    return f"try_cast({text} AS TIMESTAMP)"


def _local(clock: str, zone: str) -> str:
    """A wall clock as UTC; empty where the zone skips that hour."""
    if zone == "UTC":
        return f"timezone('UTC', {clock})"
    moment = f"timezone('{zone}', {clock})"
    return f"CASE WHEN timezone('{zone}', {moment}) = {clock} THEN {moment} END"


def _twice(clock: str, zone: str) -> str:
    earlier = f"(timezone('{zone}', {clock}) - INTERVAL 1 HOUR)"
    return f"coalesce(timezone('{zone}', {earlier}) = {clock}, false)"


def _date_order(
    connection: duckdb.DuckDBPyConnection, cell: Cell, conventions: Conventions
) -> tuple[str, tuple[str, ...]]:
    """Day or month first: proved by a part over 12, or declared; never guessed."""
    part = f"TRY_CAST(regexp_extract({cell.sql}, '{_DMY}', %d) AS INTEGER)"
    like = f"{full(cell, _DMY)} AND NOT {full(cell, _NO_DATE)}"
    dates, first_over, second_over = tally(
        connection, cell, like, f"{like} AND {part % 1} > 12", f"{like} AND {part % 2} > 12"
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
        return proved, (f"{cell.name}: {proved}, proved by {proofs:,} of {dates:,} values",)
    raise IntakeError(
        f"every date in column {cell.name!r} ({dates:,}) reads both as day-first and month-first.",
        where=cell.file,
        fix="Pass --date-order day_first or month_first.",
    )


def _parted(cell: Cell, order: str) -> str:
    part = f"regexp_extract({cell.sql}, '{_DMY}', %d)"
    day, month = (1, 2) if order == "day_first" else (2, 1)
    clock = f"coalesce(nullif({part % 4}, ''), '0:00')"
    half = part % 6
    text = (
        f"{part % 3} || '-' || {part % month} || '-' || {part % day} || ' ' || {clock} || "
        f"coalesce(nullif({part % 5}, ''), ':00')"
    )
    return (
        f"CASE WHEN {half} = '' THEN try_strptime({text}, '%Y-%m-%d %H:%M:%S') "
        f"ELSE try_strptime({text} || ' ' || upper({half}), '%Y-%m-%d %I:%M:%S %p') END"
    )
