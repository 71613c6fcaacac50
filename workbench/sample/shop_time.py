"""What time is it at the shop: New York clock, opening hours and the busy parts of a day."""

from __future__ import annotations

import time
from bisect import bisect_right
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import numpy as np

from workbench.sample.holidays import holidays

NEW_YORK = ZoneInfo("America/New_York")
HOUR, DAY = 3600, 86400

BUSINESS_OPENS, BUSINESS_CLOSES = 9 * HOUR, 18 * HOUR  # Monday to Friday
_CONTACT_HOURS = np.array(
    [1.0, 0.6, 0.4, 0.3, 0.3, 0.5, 1.2, 2.6, 4.6, 6.6, 7.4, 7.2]
    + [6.8, 6.6, 6.4, 6.2, 5.8, 5.2, 4.6, 4.4, 4.2, 3.6, 2.6, 1.6]
)
_ORDER_HOURS = np.array(
    [1.2, 0.7, 0.4, 0.3, 0.4, 0.9, 2.2, 3.6, 4.6, 5.2, 5.6, 5.6]
    + [5.8, 5.2, 4.8, 4.6, 4.6, 4.8, 5.2, 5.8, 6.4, 6.2, 4.6, 2.6]
)
CONTACT_WEEKDAYS = np.array([1.27, 1.16, 1.06, 1.03, 0.98, 0.74, 0.76])
ORDER_WEEKDAYS = np.array([1.06, 1.0, 0.98, 0.98, 0.95, 0.98, 1.05])


class ShopTime:
    """The clock of one generated span; moments are whole seconds since 1970 in UTC."""

    def __init__(self, first: date, days: int) -> None:
        self.first = first
        # Lives of tickets run past the end before they are cut, so the clock runs on as well.
        self.dates = [first + timedelta(days=n) for n in range(-2, days + 120)]
        local = [datetime.combine(day, clock_time(), NEW_YORK) for day in self.dates]
        self._midnights = np.array([int(moment.timestamp()) for moment in local])
        offsets = (moment.utcoffset() for moment in local)
        self._offsets = [int(offset.total_seconds()) for offset in offsets if offset]
        self._build_business_hours()

    def _build_business_hours(self) -> None:
        opens, total, self._open_seconds = [], 0, [0]
        for midnight, day in zip(self._midnights.tolist(), self.dates, strict=True):
            if day.weekday() < 5 and day not in holidays(day.year):
                opens.append(midnight + BUSINESS_OPENS)
                total += BUSINESS_CLOSES - BUSINESS_OPENS
                self._open_seconds.append(total)
        self._opens = opens

    def midnight(self, day: int | np.ndarray) -> np.ndarray:
        """Return when the n-th day of the span begins in New York."""
        return self._midnights[np.asarray(day) + 2]

    def day_of(self, moments: np.ndarray) -> np.ndarray:
        """Return the day of the span that each moment falls on, in New York."""
        return np.searchsorted(self._midnights, moments, side="right") - 3

    def weekday(self, days: np.ndarray) -> np.ndarray:
        """Return the weekday of days of the span, Monday = 0."""
        return (self.first.weekday() + days) % 7

    def second_of_day(self, moments: np.ndarray) -> np.ndarray:
        """Return seconds since New York midnight."""
        return moments - self.midnight(self.day_of(moments))

    def local_text(self, moment: int) -> str:
        """Return a moment as the shop's order export writes it, with its offset."""
        day = bisect_right(self._midnights, moment) - 1
        # Clocks change two hours into the day, which then ends with the next day's offset.
        late = moment - int(self._midnights[day]) >= 2 * HOUR
        offset = self._offsets[day + 1 if late else day]
        text = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment + offset))
        return f"{text} -0{-offset // HOUR}00"

    def business_seconds(self, begin: int, end: int) -> int:
        """Return the seconds between two moments that lie in business hours."""
        return self._opened(end) - self._opened(begin)

    def _opened(self, moment: int) -> int:
        past = bisect_right(self._opens, moment)
        if not past:
            return 0
        since = min(moment - self._opens[past - 1], BUSINESS_CLOSES - BUSINESS_OPENS)
        return self._open_seconds[past - 1] + since


def contact_seconds(draw: np.random.Generator, n: int) -> np.ndarray:
    """Return seconds of the day at which customers write."""
    return _seconds(draw, n, _CONTACT_HOURS)


def order_seconds(draw: np.random.Generator, n: int) -> np.ndarray:
    """Return seconds of the day at which customers order."""
    return _seconds(draw, n, _ORDER_HOURS)


def _seconds(draw: np.random.Generator, n: int, hours: np.ndarray) -> np.ndarray:
    hour = draw.choice(24, size=n, p=hours / hours.sum())
    return hour * HOUR + draw.integers(0, HOUR, n)


def utc_text(moment: int) -> str:
    """Return a moment as ISO 8601 in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def next_full_hour(moments: np.ndarray) -> np.ndarray:
    """Return when the hourly automation next runs."""
    return -(-moments // HOUR) * HOUR
