"""How much of a stretch of time was a desk open, and when will so much of it have passed?

Moments are whole seconds since 1970 in UTC and durations whole seconds, so that every engine comes
to the same number.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from workbench.definitions.opening_hours import (
    DAY,
    Schedule,
    Seconds,
    epoch_day,
    fault,
    opened,
)

# Starts and ends of stretches in which the clock stands still. Of one dimension: for every moment
# asked about. Of two: a row for each, filled up with stretches that end as they start.
Pauses = tuple[npt.ArrayLike, npt.ArrayLike]

_EARLIEST, _LATEST = (calendar.timegm((year, 1, 1, 0, 0, 0)) for year in (1900, 2300))


class BusinessClock:
    """How many seconds has a schedule been open by a moment, counted from the day ``first``?

    Worked out for the UTC days ``first`` to ``last``, both included, and further as soon as it is
    asked about more: no answer depends on ``last``. Moments before 1900 or after 2299, and such
    as are no integers, are a `UsageError`.
    """

    def __init__(self, schedule: Schedule, first: date, last: date) -> None:
        if last < first:
            raise fault(schedule.name, f"{last} comes before {first}.", "Name the first day first.")
        self.schedule, self.first, self.last = schedule, first, last
        self._origin = epoch_day(first) * DAY
        end = (epoch_day(last) + 1) * DAY
        self._check(self._origin, end)
        self._opened = opened(schedule, self._origin, end)

    def open_seconds(self, moments: npt.ArrayLike) -> Seconds:
        """How many open seconds lie between the midnight ``first`` begins with and each moment?

        Negative before that midnight.
        """
        at = self._read(moments)
        if at.size:
            self._reach(int(at.min()), int(at.max()))
        return self._opened.before(at) - self._opened.before(np.asarray(self._origin))

    def between(
        self, start: npt.ArrayLike, end: npt.ArrayLike, pauses: Pauses | None = None
    ) -> Seconds:
        """How many open seconds lie between two moments, less those inside ``pauses``?

        Negative where the end comes first. Pauses may overlap, stand in any order and reach beyond
        both moments; one that still runs ends at any moment after ``end``.
        """
        begun, ended = np.broadcast_arrays(self._read(start), self._read(end))
        whole = self.open_seconds(ended) - self.open_seconds(begun)
        if pauses is None:
            return whole
        early, late = np.minimum(begun, ended)[..., None], np.maximum(begun, ended)[..., None]
        halts, resumes = (np.clip(p, early, late) for p in self._apart(pauses))
        paused = (self.open_seconds(resumes) - self.open_seconds(halts)).sum(axis=-1)
        return whole - np.where(ended < begun, -paused, paused)

    def due(
        self, start: npt.ArrayLike, seconds: npt.ArrayLike, pauses: Pauses | None = None
    ) -> Seconds:
        """What is the earliest moment by which so many open seconds have passed since ``start``?

        Zero seconds have passed at ``start`` itself, be it in open or in closed time. From closed
        time the clock runs on at the next opening; what fills a day up is due as it closes, not
        at the next opening. Open seconds inside ``pauses`` do not count. Seconds below zero, and
        more than the schedule is open until 2299, are a `UsageError`.
        """
        begun, wanted = np.broadcast_arrays(self._read(start), self._read(seconds))
        if (wanted < 0).any():
            raise fault(self.schedule.name, "seconds below zero are never due.", "Give 0 or more.")
        goal = self.open_seconds(begun) + wanted
        if pauses is not None:
            halts, resumes = (np.maximum(p, begun[..., None]) for p in self._apart(pauses))
            stops, runs = self.open_seconds(halts), self.open_seconds(resumes)
            for place in range(stops.shape[-1]):
                stop, lost = stops[..., place], runs[..., place] - stops[..., place]
                goal = np.where(stop < goal, goal + lost, goal)
        return np.where(wanted == 0, begun, self._earliest(goal))

    def days(self) -> pa.Table:
        """When is the schedule open on each UTC day of the span? See `calendar_table`."""
        return calendar_table([self])

    def stretches(self) -> tuple[Seconds, Seconds]:
        """Every open stretch from ``first`` to ``last``, cut at UTC midnights: start and length."""
        edges = np.arange(epoch_day(self.first), epoch_day(self.last) + 2) * DAY
        opens = self._opened.opens
        opens = np.union1d(edges, opens[(opens > edges[0]) & (opens < edges[-1])])
        lasts = np.diff(self._opened.before(opens))
        return opens[:-1][lasts > 0], lasts[lasts > 0]

    def _earliest(self, goal: Seconds) -> Seconds:
        """The earliest moment by which the clock shows ``goal``."""
        most = int(goal.max(initial=0))
        while int(self.open_seconds(self._opened.end)) < most:
            if self._opened.end == _LATEST or not self.schedule.shifts:
                what = "it is not open as long as was promised before the year 2300."
                raise fault(self.schedule.name, what, "Give it shifts, or promise less.")
            self._reach(self._origin, min(self._opened.end + DAY, _LATEST))
        return self._opened.moment(goal + self._opened.before(np.asarray(self._origin)))

    def _reach(self, start: int, end: int) -> None:
        """Know the open stretches over at least these moments."""
        self._check(start, end)
        known = self._opened
        # Twice as far as before, or a walk in small steps would begin anew with each.
        spare = known.end - known.start
        if start < known.start:
            known = opened(self.schedule, max(start - spare, _EARLIEST), known.end)
        if end > known.end:
            known = opened(self.schedule, known.start, min(end + spare, _LATEST))
        self._opened = known

    def _check(self, *moments: int) -> None:
        for moment in moments:
            if not _EARLIEST <= moment <= _LATEST:
                what = f"second {moment} since 1970 lies outside the years 1900 to 2299."
                raise fault(self.schedule.name, what, "Give seconds, not milliseconds.")

    def _apart(self, pauses: Pauses) -> tuple[Seconds, Seconds]:
        """Pauses in order, each without what the ones before it cover."""
        halts, resumes = np.broadcast_arrays(*(self._read(p) for p in pauses))
        if (resumes < halts).any():
            raise fault(self.schedule.name, "a pause ends before it starts.", "Swap the two.")
        order = np.argsort(halts, axis=-1)
        halts = np.take_along_axis(halts, order, axis=-1)
        resumes = np.maximum.accumulate(np.take_along_axis(resumes, order, axis=-1), axis=-1)
        covered = np.concatenate([halts[..., :1], resumes[..., :-1]], axis=-1)
        return np.maximum(halts, covered), resumes

    def _read(self, moments: npt.ArrayLike) -> Seconds:
        found = np.asarray(moments)
        if found.size and found.dtype.kind not in "iu":
            what = f"{found.dtype} is no type of whole seconds."
            raise fault(self.schedule.name, what, "Give integer seconds since 1970 in UTC.")
        return found.astype(np.int64)


def calendar_table(clocks: Sequence[BusinessClock]) -> pa.Table:
    """When is each schedule open on each UTC day, as columns any engine can add up?

    One row per schedule and UTC day of its clock's span: ``schedule``, ``day`` (since 1970),
    ``open_before`` (open seconds from the clock's first midnight to the day's) and, for each of
    the K stretches a day may have, ``opens_k`` (second of the day) and ``lasts_k`` (seconds), both
    0 where a day has fewer. By a moment, ``open_before`` and the sum over k of
    ``clip(second of the day - opens_k, 0, lasts_k)`` have passed. Two clocks of schedules of one
    name are a `UsageError`.
    """
    names = [clock.schedule.name for clock in clocks]
    for name in names:
        if names.count(name) > 1:
            raise fault(name, "two clocks run on it.", "Give a schedule one clock.")
    cut = [clock.stretches() for clock in clocks]
    per_day = [np.unique(opens // DAY, return_counts=True)[1] for opens, _ in cut]
    most = max((int(counts.max(initial=1)) for counts in per_day), default=1)
    pairs = [f"{word}_{k}" for k in range(1, most + 1) for word in ("opens", "lasts")]
    schema = pa.schema(
        [("schedule", pa.string()), *((n, pa.int64()) for n in ("day", "open_before", *pairs))]
    )
    parts = [_rows(clock, *found, schema) for clock, found in zip(clocks, cut, strict=True)]
    return pa.concat_tables([schema.empty_table(), *parts])


def _rows(clock: BusinessClock, opens: Seconds, lasts: Seconds, schema: pa.Schema) -> pa.Table:
    days = np.arange(epoch_day(clock.first), epoch_day(clock.last) + 1)
    of_day = opens // DAY
    place = np.arange(opens.size) - np.searchsorted(of_day, of_day)  # among those of its day
    pairs = np.zeros((len(schema) - 3, days.size), np.int64)
    pairs[2 * place, of_day - days[0]] = opens % DAY
    pairs[2 * place + 1, of_day - days[0]] = lasts
    names = [clock.schedule.name] * days.size
    return pa.table([names, days, clock.open_seconds(days * DAY), *pairs], schema=schema)
