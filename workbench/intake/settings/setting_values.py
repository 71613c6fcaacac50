"""Words of a settings file as typed values: every fault is collected, with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from workbench.intake.columns.zones import zone_fault
from workbench.intake.mappings.rules import nearest
from workbench.tables.schema import Column, Kind, Table
from workbench.tables.settings import SCHEDULES

Fault = tuple[int, str]
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")


@dataclass(frozen=True)
class Cell:
    """One value as it is written, and its line."""

    line: int
    written: str | list[str]


@dataclass(frozen=True)
class Row:
    """One row as it is written, and the line it begins on; ``spoilt`` columns are told already."""

    line: int
    cells: dict[str, Cell]
    spoilt: frozenset[str] = frozenset()


def checked(table: Table, rows: list[Row], faults: list[Fault]) -> list[dict[str, Any]]:
    """Typed rows; whatever is wrong with them is added to ``faults``."""
    before = len(faults)
    found = [_typed(table, row, faults) for row in rows]
    if table is SCHEDULES and len(faults) == before:
        _number_shifts(found, rows, faults)
    seen: dict[tuple[Any, ...], int] = {}
    for row, cells in zip(rows, found, strict=True):
        key = tuple(cells.get(name) for name in table.key)
        if key in seen and len(faults) == before:
            faults.append((row.line, f"{table.name}: repeats the row on line {seen[key]}"))
        seen.setdefault(key, row.line)
    return found


def _typed(table: Table, row: Row, faults: list[Fault]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in table.columns:
        cell = row.cells.get(column.name)
        if cell is None:
            if column.default:
                found[column.name] = column.default
            elif column.required and column.name not in ("source", *row.spoilt):
                faults.append((row.line, f"{table.name}.{column.name} is missing"))
            continue
        try:
            found[column.name] = _value(column, cell.written)
        except ValueError as fault:
            faults.append((cell.line, f"{table.name}.{column.name}: {fault}"))
    return found


def _value(column: Column, written: str | list[str]) -> Any:
    if column.kind is Kind.LIST:
        if isinstance(written, str):
            raise ValueError(f"{written!r} is no list; write [{written}]")
        return written
    if isinstance(written, list):
        raise ValueError("is a list, and one value belongs there")
    if column.allowed and written not in column.allowed:
        known = ", ".join(column.allowed)
        raise ValueError(
            f"{written!r} is not allowed there{nearest(written, column.allowed)}; there are {known}"
        )
    return _READ[column.form or column.kind](written)


def _number_shifts(found: list[dict[str, Any]], rows: list[Row], faults: list[Fault]) -> None:
    """Number the shifts of each day by their hours; refuse hours that make no day."""
    zones: dict[str, str] = {}
    days: dict[tuple[str, str], list[tuple[dict[str, Any], int]]] = {}
    for row, cells in zip(rows, found, strict=True):
        name = cells["schedule"]
        if cells["closes"] <= cells["opens"]:
            hours = f"{cells['opens']} to {cells['closes']}"
            faults.append(
                (row.line, f"schedules: {hours} ends before it begins; split it at 24:00")
            )
        if zones.setdefault(name, cells["tz"]) != cells["tz"]:
            both = f"{zones[name]} and {cells['tz']}"
            faults.append((row.line, f"schedules: {name!r} is in two time zones, {both}"))
        days.setdefault((name, cells["day"]), []).append((cells, row.line))
    for shifts in days.values():
        shifts.sort(key=lambda shift: shift[0]["opens"])
        for place, (cells, line) in enumerate(shifts):
            cells["shift"] = place + 1
            if place and cells["opens"] < shifts[place - 1][0]["closes"]:
                faults.append((line, "schedules: overlaps another shift of the day"))


def _clock(written: str) -> str:
    if not _CLOCK.fullmatch(written):
        raise ValueError(f"{written!r} is no time of day such as 09:00")
    return written


def _date(written: str) -> str:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise ValueError(f"{written!r} is no date such as 2026-12-25") from None


def _zone(written: str) -> str:
    if zone_fault(written):
        raise ValueError(zone_fault(written))
    return written


def _whole(written: str) -> int:
    if not re.fullmatch(r"\d{1,9}", written):
        raise ValueError(f"{written!r} is no whole number from 0")
    return int(written)


def _number(written: str) -> float:
    try:
        found = float(written)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise ValueError(f"{written!r} is no number")
    return found


def _time(written: str) -> datetime:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written!r} is no date or time such as 2026-01-31") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


_READ: dict[str | Kind, Callable[[str], Any]] = {
    "clock": _clock, "date": _date, "zone": _zone, Kind.TEXT: str, Kind.INTEGER: _whole,
    Kind.NUMBER: _number, Kind.TIME: _time,
}  # fmt: skip
