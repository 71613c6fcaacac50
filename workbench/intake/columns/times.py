"""Text to times: ISO 8601, day or month first, epochs; a zone where the text names none."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from workbench.errors import IntakeError
from workbench.intake.columns.date_forms import bound, respelled
from workbench.intake.columns.date_order import DMY, NO_DATE, date_order, parted, shifted
from workbench.intake.columns.plain import Form, Plain
from workbench.intake.columns.readings import (
    Cell,
    Conventions,
    Reading,
    full,
    is_absent,
    tally,
    told,
)

_ISO = (
    r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?"
    r"(?: ?(?:Z|UTC|GMT|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?))?"
)
_OFFSET = r".*(?:Z|UTC|GMT|:\d{2}(?:\.\d+)?(?: ?[AaPp][Mm])? ?[+-]\d{2}(?::?\d{2})?)"
_SHORT_YEAR = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?:[ T,].*)?"
_EPOCHS = (
    ("seconds", r"\d{10}(?:\.\d{1,6})?", 1_000_000),
    ("milliseconds", r"\d{13}", 1_000),
    ("microseconds", r"\d{16}", 1),
)
# A spreadsheet counts days since 1899-12-30; these are 1990-01-01 to 2099-12-31.
_SERIAL = r"\d{5}(?:\.\d{1,15})?"
_FIRST_SERIAL, _LAST_SERIAL = 32874, 73050
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
    known = "|".join(f"(?:{p})" for p in (_ISO, DMY, NO_DATE, *(e[1] for e in _EPOCHS)))
    total, read, serial, short, absent = tally(
        connection,
        cell,
        f"{cell.sql} IS NOT NULL",
        full(cell, known),
        _is_serial(cell),
        full(cell, _SHORT_YEAR),
        is_absent(cell),
    )
    if short * 2 > total:
        raise _short_years(cell, short, total)
    if serial and serial + absent == total:
        return _serial_reading(cell, serial, absent, conventions)
    as_written = cell
    if read + absent < total:
        cells = f"(SELECT {respelled(cell.sql)} AS t FROM {cell.cells})"
        cell = replace(cell, sql="t", cells=cells)
    x = cell.sql
    with_offset = f"(strlen({x}) > 10 AND {full(cell, _OFFSET)})"
    order, notes = date_order(connection, cell, conventions)
    proved = order if notes else ""
    ordered = parted(cell, order)
    clock = f"CASE WHEN {full(cell, DMY)} THEN {ordered} ELSE {_plain(x)} END"
    value = _moment(cell, ordered, clock, with_offset, zone)
    value = _of_text(as_written, cell, value)
    value = bound("v", value, f"CASE WHEN year(v) BETWEEN {_FIRST} AND {_LAST} THEN v END")
    repeats = bound("c", clock, _twice("c", zone))
    naive, blank, twice, *epochs = tally(
        connection,
        cell,
        f"strlen({x}) > 10 AND NOT {with_offset} AND NOT " + full(cell, r"\d+(?:\.\d+)?"),
        full(cell, NO_DATE),
        "false" if zone == "UTC" else f"NOT {with_offset} AND {repeats}",
        *(full(cell, pattern) for _, pattern, _ in _EPOCHS),
    )
    if naive and conventions.timezone is None:
        notes = (*notes, _without_zone(cell, naive, total))
    if blank:
        notes = (*notes, f"{cell.name}: {blank:,} stand-ins such as 1970-01-01 read as no date")
    notes = (*notes, *_repeated(cell, twice, zone), *_units(cell, epochs), *told(cell, absent))
    no_date = _of_text(as_written, cell, full(cell, NO_DATE))
    excused = f"({no_date} OR {is_absent(as_written)})"
    return Reading(value, _wanted(zone), notes, excused, proved)


def _moment(cell: Cell, ordered: str, clock: str, with_offset: str, zone: str) -> str:
    """SQL: the moment a text means, by the first of the forms it is in."""
    x = cell.sql
    joined = f"regexp_replace(regexp_replace({x}, ' (GMT|UTC)$', 'Z'), ' ([+-])', '\\1')"
    cases = [
        f"WHEN {full(cell, NO_DATE)} THEN NULL",
        f"WHEN {full(cell, _ISO)} AND {with_offset} THEN try_cast({joined} AS TIMESTAMPTZ)",
        f"WHEN {full(cell, DMY)} AND {with_offset} THEN {shifted(cell, ordered)}",
        f"WHEN {full(cell, _ISO)} OR {full(cell, DMY)} THEN {bound('c', clock, _local('c', zone))}",
        *(
            f"WHEN {full(cell, pattern)} THEN "
            f"make_timestamptz(CAST(CAST({x} AS DECIMAL(22, 6)) * {factor} AS BIGINT))"
            for _, pattern, factor in _EPOCHS
        ),
    ]
    return f"CASE {' '.join(cases)} END"


def _of_text(as_written: Cell, spelled: Cell, expression: str) -> str:
    """SQL: what is asked of a respelled text, asked of the text as written; spelled only once."""
    if spelled.sql == as_written.sql:
        return expression
    return bound("t", respelled(as_written.sql), expression)


def _wanted(zone: str) -> str:
    return "a date or time" + (f" in {zone}" if zone != "UTC" else "")


def _units(cell: Cell, counts: list[int]) -> tuple[str, ...]:
    found = [
        f"{count:,} in {name}" for (name, *_), count in zip(_EPOCHS, counts, strict=True) if count
    ]
    if len(found) < 2:
        return ()
    return (f"{cell.name}: counts since 1970 {', '.join(found)}; their digits tell them apart",)


def _short_years(cell: Cell, short: int, total: int) -> IntakeError:
    return IntakeError(
        f"column {cell.name!r} writes the year with two digits ({short:,} of {total:,} values), "
        "which leaves open which part is the year.",
        where=cell.file,
        fix="Export it with ISO dates, such as 2025-03-31.",
    )


def _is_serial(cell: Cell) -> str:
    number = f"try_cast({cell.sql} AS DOUBLE)"
    return f"{full(cell, _SERIAL)} AND {number} BETWEEN {_FIRST_SERIAL} AND {_LAST_SERIAL} + 1"


def _serial_reading(cell: Cell, serial: int, absent: int, conventions: Conventions) -> Reading:
    """All are days as a spreadsheet counts them; its clocks are exact to a millisecond."""
    zone = (conventions.timezone or "UTC").replace("'", "''")
    days = f"try_cast(CASE WHEN {_is_serial(cell)} THEN {cell.sql} END AS DOUBLE)"
    clock = f"(TIMESTAMP '1899-12-30' + to_milliseconds(CAST(round({days} * 86400000) AS BIGINT)))"
    note = f"{cell.name}: {serial:,} numbers such as 45342.375 read as a spreadsheet's days"
    if conventions.timezone is None:
        note += ", in UTC"
    return Reading(
        _local(clock, zone), _wanted(zone), (note, *told(cell, absent)), excused=is_absent(cell)
    )


def _plain_reading(
    connection: duckdb.DuckDBPyConnection, cell: Cell, conventions: Conventions, plain: Plain
) -> Reading:
    """All texts are ISO 8601, either all with an offset or all without."""
    zone = (conventions.timezone or "UTC").replace("'", "''")
    wanted = _wanted(zone)
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
    return f"{cell.name}: {naive:,} of {total:,} times have no zone, read as UTC; --timezone tells"


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
    """SQL: the zone shows this clock twice: an hour apart, or half of one (Lord Howe)."""
    moment = f"timezone('{zone}', {clock})"
    shown = (f"timezone('{zone}', {moment} - INTERVAL {gap} MINUTE)" for gap in (60, 30))
    return f"coalesce({' OR '.join(f'{each} = {clock}' for each in shown)}, false)"
