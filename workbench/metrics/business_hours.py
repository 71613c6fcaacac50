"""How many seconds had a schedule been open by a moment, asked of every row of a table at once?

The business clock of `workbench.definitions.business_time` as Ibis expressions: each moment is
joined to its UTC day in a small calendar, and the rest is whole numbers added up, so that DuckDB,
PySpark and numpy come to the same second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.definitions.business_time import BusinessClock, calendar_table
from workbench.definitions.opening_hours import DAY, Schedule, Shift
from workbench.errors import UsageError
from workbench.metrics.facts.windows import seconds
from workbench.tables.settings import DAYS
from workbench.workspace import Workspace

# A name for what is joined; no column of a table is called like this.
_PREFIX = "business_calendar_"


def schedules(workspace: Workspace) -> dict[str, Schedule]:
    """Which schedules does the business keep, by name? None where it says nothing of its hours.

    A schedule that two sources describe differently, or in two time zones, is a `UsageError`:
    nobody could tell which holds. Holidays are taken from all sources.
    """
    return workspace.remembered(("schedules",), lambda: _schedules(workspace))


def calendar(workspace: Workspace) -> ir.Table | None:
    """When is every schedule open, day by day? One row per schedule and UTC day.

    From the year before the earliest ticket to two years after the data stop; see
    `workbench.definitions.business_time.calendar_table` for its columns. Computed once per open
    workspace; None where no schedules are loaded.
    """
    kept = schedules(workspace)
    if not kept:
        return None

    def built() -> ir.Table:
        first, last = _span(workspace)
        clocks = [BusinessClock(schedule, first, last) for schedule in kept.values()]
        return ibis.memtable(calendar_table(clocks))

    return workspace.once("business_calendar", built)


def with_open_seconds(
    workspace: Workspace, rows: ir.Table, schedule: str, moments: Sequence[str]
) -> ir.Table:
    """How long had each row's schedule been open by each of its moments?

    ``rows`` and, for every timestamp column in ``moments``, a column ``<moment>_open``: open
    seconds (int64) under the schedule the text column ``schedule`` names, from a beginning of its
    own. Only the difference of two under one schedule means something: the business seconds from
    one moment to the other. Fractions of a second are cut off. Null where the moment or the
    schedule is null, the schedule is not loaded, or the moment lies outside the `calendar`.
    """
    found = calendar(workspace)
    if found is None:
        return rows.mutate(**{f"{moment}_open": ibis.null("int64") for moment in moments})
    return with_open_seconds_of(found, rows, schedule, moments)


def with_open_seconds_of(
    calendar: ir.Table, rows: ir.Table, schedule: str, moments: Sequence[str]
) -> ir.Table:
    """The same with a calendar of any engine; the rows must be tables of that engine."""
    for moment in moments:
        rows = _with_moment(calendar, rows, schedule, moment)
    return rows


def _with_moment(calendar: ir.Table, rows: ir.Table, schedule: str, moment: str) -> ir.Table:
    second = seconds(rows[moment])
    day = (second // DAY).cast("int64")
    keyed = rows.mutate(**{f"{_PREFIX}at": second - day * DAY, f"{_PREFIX}on": day})
    days = calendar.rename(f"{_PREFIX}{{name}}")
    joined = keyed.left_join(
        days,
        [
            keyed[schedule] == days[f"{_PREFIX}schedule"],
            keyed[f"{_PREFIX}on"] == days[f"{_PREFIX}day"],
        ],
    )
    passed = joined[f"{_PREFIX}open_before"]
    for k in range(1, sum(name.startswith("opens_") for name in calendar.columns) + 1):
        since_opening = joined[f"{_PREFIX}at"] - joined[f"{_PREFIX}opens_{k}"]
        passed += since_opening.clip(0, joined[f"{_PREFIX}lasts_{k}"])
    return joined.select(*rows.columns, **{f"{moment}_open": passed.cast("int64")})


def _span(workspace: Workspace) -> tuple[date, date]:
    """The whole years a calendar speaks of, none before 1970 or after 2299."""
    until = workspace.as_of() or datetime(1970, 1, 1, tzinfo=UTC)
    since = min(workspace.first_at("tickets") or until, until)
    first, last = (min(max(year, 1970), 2299) for year in (since.year - 1, until.year + 2))
    return date(first, 1, 1), date(last, 12, 31)


def _schedules(workspace: Workspace) -> dict[str, Schedule]:
    if not workspace.has("schedules"):
        return {}
    rows = workspace.table("schedules").to_pyarrow().to_pylist()
    holidays = (
        workspace.table("holidays").to_pyarrow().to_pylist() if workspace.has("holidays") else []
    )
    found = {}
    for name in sorted({row["schedule"] for row in rows}):
        own = [row for row in rows if row["schedule"] == name]
        tz, shifts = _agreed(name, own)
        rests = frozenset(date.fromisoformat(h["date"]) for h in holidays if h["schedule"] == name)
        found[name] = Schedule(name, tz, shifts, rests)
    return found


def _agreed(name: str, rows: list[dict[str, Any]]) -> tuple[str, tuple[Shift, ...]]:
    """The zone and the shifts that every source gives for a schedule."""
    zones = sorted({row["tz"] for row in rows})
    sources = sorted({row["source"] for row in rows})
    by_source = {
        tuple(sorted((_shift(row) for row in rows if row["source"] == source), key=_begins))
        for source in sources
    }
    if len(zones) > 1 or len(by_source) > 1:
        raise UsageError(
            f"{', '.join(sources)} give it {len(by_source)} sets of hours in {', '.join(zones)}.",
            where=f"schedule {name!r}",
            fix="Keep its hours in one file of settings, or give the schedules two names.",
        )
    return zones[0], by_source.pop()


def _begins(shift: Shift) -> tuple[int, int, int]:
    return shift.day, shift.opens, shift.closes


def _shift(row: dict[str, Any]) -> Shift:
    return Shift(DAYS.index(row["day"]), _minute(row["opens"]), _minute(row["closes"]))


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
