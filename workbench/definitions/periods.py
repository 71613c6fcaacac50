"""Which stretch of time does a question ask about?

A period is whole calendar months, or whole ISO weeks (Monday to Monday), in UTC and half open:
``start <= t < end``. It counts in its own unit: a week's period before is a week.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from workbench.errors import UsageError

Unit = Literal["month", "week"]

_MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])", re.ASCII)
_WEEK = re.compile(r"([12]\d{3})-W(\d{2})", re.ASCII)
_WAYS = {"month": "Write a month as 2025-06.", "week": "Write a week as 2025-W26 (month: 2025-06)."}


def _month_start(text: str) -> datetime:
    match = _MONTH.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is not a month.", where="period", fix=_WAYS["month"])
    return datetime(int(match[1]), int(match[2]), 1, tzinfo=UTC)


def _week_start(text: str) -> datetime:
    match = _WEEK.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is not a week.", where="period", fix=_WAYS["week"])
    year, week = int(match[1]), int(match[2])
    count = date(year, 12, 28).isocalendar().week  # 28 December is always in the last week
    if not 1 <= week <= count:
        raise UsageError(
            f"{text!r} is not a week: {year} has the weeks 1 to {count}.",
            where="period", fix=_WAYS["week"],
        )  # fmt: skip
    monday = date.fromisocalendar(year, week, 1)
    return datetime(monday.year, monday.month, monday.day, tzinfo=UTC)


_STARTS: dict[Unit, Callable[[str], datetime]] = {"month": _month_start, "week": _week_start}


def _shifted(moment: datetime, count: int, unit: Unit) -> datetime:
    if unit == "week":
        return moment + timedelta(weeks=count)
    index = moment.year * 12 + moment.month - 1 + count
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Period:
    """Whole months or weeks from ``start`` (inclusive) to ``end`` (exclusive), UTC midnights."""

    start: datetime
    end: datetime
    unit: Unit = "month"

    @classmethod
    def month(cls, text: str) -> Period:
        """The one month written ``2025-06``."""
        start = _month_start(text)
        return cls(start, _shifted(start, 1, "month"))

    @classmethod
    def week(cls, text: str) -> Period:
        """The one ISO week written ``2025-W26``: Monday 00:00 UTC to the next Monday."""
        start = _week_start(text)
        return cls(start, _shifted(start, 1, "week"), "week")

    @classmethod
    def around(cls, moment: datetime, unit: Unit = "month") -> Period:
        """The one month or week that holds this moment."""
        day = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
        back = midnight.weekday() if unit == "week" else midnight.day - 1
        start = midnight - timedelta(days=back)
        return cls(start, _shifted(start, 1, unit), unit)

    @classmethod
    def parse(cls, text: str, *, now: datetime | None = None) -> Period:
        """Read ``2025-06``, ``2025-W26``, ``2025-01..2025-06``, ``2025-W20..2025-W26``,
        ``last_month`` or ``last_week`` (both need ``now``)."""
        named: dict[str, Unit] = {"last_month": "month", "last_week": "week"}
        unit = named.get(text.strip())
        if unit is not None:
            if now is None:
                raise UsageError(
                    f"{text.strip()!r} needs a clock.",
                    where="period", fix=f"Name the {unit}. {_WAYS[unit]}",
                )  # fmt: skip
            return cls.around(now, unit).shifted(-1)
        first, dots, last = text.partition("..")
        unit = "week" if "-W" in text else "month"
        if dots and ("-W" in first) != ("-W" in last):
            raise UsageError(
                f"{text!r} begins with one unit and ends with another.", where="period",
                fix="Write months (2025-01..2025-06) or weeks (2025-W20..2025-W26).",
            )  # fmt: skip
        start, end = _STARTS[unit](first), _shifted(_STARTS[unit](last or first), 1, unit)
        if dots and (not last or start >= end):
            raise UsageError(
                f"{text!r} ends before it starts.",
                where="period",
                fix=f"Write the earlier {unit} first: 2025-01..2025-06, 2025-W20..2025-W26.",
            )
        return cls(start, end, unit)

    @property
    def parts(self) -> tuple[Period, ...]:
        """Its months or its weeks, in order."""
        starts = [self.start]
        while starts[-1] < self.end:
            starts.append(_shifted(self.start, len(starts), self.unit))
        return tuple(
            Period(first, then, self.unit) for first, then in zip(starts, starts[1:], strict=False)
        )

    @property
    def months(self) -> tuple[Period, ...]:
        """Its months, in order; `UsageError` for weeks, which are no whole months."""
        return self.of_months().parts

    def of_months(self) -> Period:
        """The period itself, for what counts by month; `UsageError` for weeks."""
        if self.unit != "month":
            raise UsageError(
                f"{self} is asked about by month, and weeks are not whole months.",
                where="period", fix=f"Name a month, such as {Period.around(self.start)}.",
            )  # fmt: skip
        return self

    @property
    def before(self) -> Period:
        """The period of the same length that ends where this one begins."""
        return self.shifted(-len(self.parts))

    def shifted(self, count: int) -> Period:
        """The period of the same length ``count`` months or weeks later (negative: earlier)."""
        return Period(
            _shifted(self.start, count, self.unit), _shifted(self.end, count, self.unit), self.unit
        )

    def last(self, count: int) -> Period:
        """The ``count`` months or weeks that end where this period ends."""
        return Period(_shifted(self.end, -count, self.unit), self.end, self.unit)

    @property
    def _final(self) -> datetime:
        return _shifted(self.end, -1, self.unit)

    def __str__(self) -> str:
        first, final = _written(self.start, self.unit), _written(self._final, self.unit)
        return first if first == final else f"{first}..{final}"

    @property
    def name(self) -> str:
        """What a sentence calls it where its days are said already: ``week 26``, ``June 2025``."""
        if self.unit == "week":
            said = _weeks_said(self.start, self._final)
            return said[0].lower() + said[1:]
        return self.title

    @property
    def title(self) -> str:
        """How a reader says it: ``June 2025``, ``January 2025 to June 2025`` or
        ``Week 26, 23 to 29 June 2025``."""
        if self.unit == "week":
            return f"{_weeks_said(self.start, self._final)}, {_days_said(self.start, self.end)}"
        first, final = f"{self.start:%B %Y}", f"{self._final:%B %Y}"
        return first if first == final else f"{first} to {final}"


def _written(start: datetime, unit: Unit) -> str:
    if unit == "month":
        return f"{start:%Y-%m}"
    iso = start.isocalendar()
    return f"{iso.year}-W{iso.week:02}"


def _weeks_said(start: datetime, final: datetime) -> str:
    first, last = start.isocalendar(), final.isocalendar()
    if start == final:
        return f"Week {first.week}"
    if first.year == last.year:
        return f"Weeks {first.week} to {last.week}"
    return f"Week {first.week} of {first.year} to week {last.week} of {last.year}"


def _days_said(start: datetime, end: datetime) -> str:
    """``23 to 29 June 2025``: what both ends share is said once."""
    last = end - timedelta(days=1)
    head = f"{start.day}"
    if (start.year, start.month) != (last.year, last.month):
        head += f" {start:%B}"
    if start.year != last.year:
        head += f" {start.year}"
    return f"{head} to {last.day} {last:%B %Y}"
