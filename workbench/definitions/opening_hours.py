"""When is a desk open? Schedules with their zones, split shifts and holidays, as stretches of UTC.

A schedule is open at exactly the moments at which a clock on its own wall reads a time inside one
of its shifts, on a date that is no holiday. Daylight saving needs no more: a wall time that is
skipped in spring is never read and never open, one that comes twice in autumn is open both times.
So 01:00 to 04:00 lasts two hours on the one day and four on the other, and a shift that ends inside
the hour that comes twice (00:00 to 01:30) opens again when that hour begins anew.
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt

from workbench.errors import UsageError

Seconds = npt.NDArray[np.int64]
DAY = 86400
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONDAY = 4  # 1970-01-05 was one
_LOOK = 6 * 3600  # no zone changes its offset twice within so many seconds


@dataclass(frozen=True)
class Shift:
    """Hours of one weekday: ``day`` from 0, Monday; minutes of the local day, ``closes`` <= 1440.

    ``closes`` is the first minute after the shift.
    """

    day: int
    opens: int
    closes: int


@dataclass(frozen=True)
class Schedule:
    """When is a desk open? Shifts of a week in its own time zone, and the days it rests.

    Shifts of a day may touch or overlap; what is open twice counts once. A shift that does not end
    after it begins is a `UsageError`, as it is at the gate, and so is an unknown zone.
    """

    name: str
    tz: str
    shifts: tuple[Shift, ...]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        _zone(self.tz, self.name)
        for shift in self.shifts:
            if shift.day not in range(7):
                raise fault(self.name, f"there is no day {shift.day}.", "0 is Monday, 6 Sunday.")
            hours = f"{_WEEKDAYS[shift.day]} {_wall(shift.opens)} to {_wall(shift.closes)}"
            if shift.opens < 0 or shift.closes > 1440:
                raise fault(self.name, f"{hours} leaves the day.", "Stay within 00:00 and 24:00.")
            if shift.closes <= shift.opens:
                following = _WEEKDAYS[(shift.day + 1) % 7]
                fix = f"Split it at 24:00: the rest is a shift of {following} from 00:00."
                raise fault(self.name, f"{hours} ends before it begins.", fix)


@dataclass(frozen=True)
class Opened:
    """Open stretches between two moments in order, none touching the next."""

    start: int
    end: int
    opens: Seconds  # the first may be of no length at ``start``, so that there always is one
    lasts: Seconds
    passed: Seconds  # open seconds by the end of each

    def before(self, moments: Seconds) -> Seconds:
        """How many seconds were open from ``start`` to each moment?"""
        place = np.searchsorted(self.opens, moments, side="right") - 1
        inside = np.minimum(moments - self.opens[place], self.lasts[place])
        return self.passed[place] - self.lasts[place] + inside

    def moment(self, passed: Seconds) -> Seconds:
        """The earliest moment by which so many seconds were open."""
        place = np.searchsorted(self.passed, passed, side="left")
        return self.opens[place] + passed - (self.passed[place] - self.lasts[place])


def opened(schedule: Schedule, start: int, end: int) -> Opened:
    """When is a schedule open between two moments (seconds since 1970 in UTC)?"""
    opens, closes = _on_the_wall(schedule, start // DAY - 1, end // DAY + 1)
    turns = _turns(_zone(schedule.tz, schedule.name), start, end)
    found = [np.array([[start], [start]])]
    for (begun, offset), ended in zip(turns, [*(t for t, _ in turns[1:]), end], strict=True):
        first = np.searchsorted(closes, begun + offset, side="right")
        last = np.searchsorted(opens, ended + offset, side="left")
        found.append(np.stack([opens[first:last], closes[first:last]]) - offset)
        found[-1] = np.clip(found[-1], begun, ended)
    opens, closes = _united(*np.concatenate(found, axis=1))
    return Opened(start, end, opens, closes - opens, np.cumsum(closes - opens))


def _on_the_wall(schedule: Schedule, first: int, last: int) -> tuple[Seconds, Seconds]:
    """Openings and closings of these days as the wall's clock shows them, in seconds since 1970."""
    days = np.arange(first, last + 1)
    days = days[~np.isin(days, [epoch_day(holiday) for holiday in schedule.holidays])]
    weekday = (days - _MONDAY) % 7
    found = [np.empty((2, 0), np.int64)]
    for shift in schedule.shifts:
        midnights = days[weekday == shift.day] * DAY
        found.append(np.stack([midnights + shift.opens * 60, midnights + shift.closes * 60]))
    return _united(*np.concatenate(found, axis=1))


def _united(opens: Seconds, closes: Seconds) -> tuple[Seconds, Seconds]:
    """The stretches in order, those that touch or overlap as one."""
    order = np.argsort(opens)
    opens, closes = opens[order], np.maximum.accumulate(closes[order])
    is_new = np.ones(opens.size + 1, bool)
    is_new[1:-1] = opens[1:] > closes[:-1]
    return opens[is_new[:-1]], closes[is_new[1:]]


@lru_cache(maxsize=64)
def _turns(zone: ZoneInfo, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The moments from ``start`` from which a zone's offset to UTC holds, and the offset."""

    def offset(moment: int) -> int:
        return calendar.timegm(datetime.fromtimestamp(moment, zone).timetuple()) - moment

    found = [(start, offset(start))]
    for moment in (*range(start + _LOOK, end, _LOOK), end):
        before = found[-1][1]
        if offset(moment) != before:
            since = range(max(moment - _LOOK, start), moment + 1)
            turn = since[bisect_left(since, True, key=lambda m: offset(m) != before)]
            found.append((turn, offset(turn)))
    return tuple(found)


def _zone(name: str, schedule: str) -> ZoneInfo:
    """A zone by its name, whose letters may be small or large, as at the gate."""
    if name.lower() not in _zones():
        raise fault(schedule, f"unknown time zone {name!r}.", "Write it as Europe/Berlin.")
    return ZoneInfo(_zones()[name.lower()])


@cache
def _zones() -> dict[str, str]:
    return {zone.lower(): zone for zone in available_timezones()}


def epoch_day(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _wall(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def fault(schedule: str, what: str, fix: str) -> UsageError:
    """What is wrong with a schedule, or with what was asked of it."""
    return UsageError(what, where=f"schedule {schedule!r}", fix=fix)
