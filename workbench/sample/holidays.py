"""On which days does the shop rest?"""

from __future__ import annotations

from datetime import date, timedelta

_MONDAY, _THURSDAY = 0, 3


def holidays(year: int) -> dict[date, str]:
    """Return the days of a year on which the shop is closed, with their names."""
    return {
        date(year, 1, 1): "New Year's Day",
        _nth(year, 6, _MONDAY, 0): "Memorial Day",  # the Monday before June
        date(year, 7, 4): "Independence Day",
        _nth(year, 9, _MONDAY, 1): "Labor Day",
        _nth(year, 11, _THURSDAY, 4): "Thanksgiving",
        date(year, 12, 25): "Christmas Day",
    }


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    """Return the n-th such weekday of a month, the last of the month before for 0."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))
