"""Which stretch of time does a question ask about?

A period is whole calendar months in UTC, half open: ``start <= t < end``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from workbench.errors import UsageError

_MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])")


def _month_start(text: str) -> datetime:
    match = _MONTH.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"{text!r} is not a month.", where="period", fix="Write a month as 2025-06."
        )
    return datetime(int(match[1]), int(match[2]), 1, tzinfo=UTC)


def _shifted(moment: datetime, months: int) -> datetime:
    index = moment.year * 12 + moment.month - 1 + months
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


@dataclass(frozen=True, order=True)
class Period:
    """Whole months from ``start`` (inclusive) to ``end`` (exclusive), both UTC midnights."""

    start: datetime
    end: datetime

    @classmethod
    def month(cls, text: str) -> Period:
        """The one month written ``2025-06``."""
        start = _month_start(text)
        return cls(start, _shifted(start, 1))

    @classmethod
    def parse(cls, text: str, *, now: datetime | None = None) -> Period:
        """Read ``2025-06``, ``2025-01..2025-06`` or ``last_month`` (needs ``now``)."""
        if text.strip() == "last_month":
            if now is None:
                raise UsageError(
                    "'last_month' needs a clock.", where="period", fix="Name the month: 2025-06."
                )
            today = now.astimezone(UTC) if now.tzinfo else now
            this_month = datetime(today.year, today.month, 1, tzinfo=UTC)
            return cls(_shifted(this_month, -1), this_month)
        first, dots, last = text.partition("..")
        if not dots:
            return cls.month(first)
        start, end = _month_start(first), _shifted(_month_start(last), 1)
        if start >= end:
            raise UsageError(
                f"{text!r} ends before it starts.",
                where="period",
                fix="Write the earlier month first: 2025-01..2025-06.",
            )
        return cls(start, end)

    @property
    def months(self) -> tuple[Period, ...]:
        """Its months, in order."""
        count = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        starts = [_shifted(self.start, i) for i in range(count + 1)]
        return tuple(Period(a, b) for a, b in zip(starts, starts[1:], strict=False))

    def shifted(self, months: int) -> Period:
        """The period of the same length ``months`` later (negative: earlier)."""
        return Period(_shifted(self.start, months), _shifted(self.end, months))

    def last(self, months: int) -> Period:
        """The ``months`` months that end where this period ends."""
        return Period(_shifted(self.end, -months), self.end)

    def __str__(self) -> str:
        first = f"{self.start:%Y-%m}"
        final = f"{_shifted(self.end, -1):%Y-%m}"
        return first if first == final else f"{first}..{final}"

    @property
    def title(self) -> str:
        """How a reader says it: ``June 2025`` or ``January 2025 to June 2025``."""
        first, final = f"{self.start:%B %Y}", f"{_shifted(self.end, -1):%B %Y}"
        return first if first == final else f"{first} to {final}"
