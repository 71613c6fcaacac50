"""How a number is written for a reader: units, percent and blanks, in one place."""

from __future__ import annotations

import math

BLANK = "–"
_SMALL = 3


def shown(value: float | None, unit: str) -> str:
    """A value with its unit: ``71.2 %``, ``3.4 h``, ``12.4 per 100 orders``."""
    if value is None or math.isnan(value):
        return BLANK
    if unit == "share":
        return f"{100 * value:.1f} %"
    if unit == "minutes":
        return f"{value:,.0f} min" if value < 120 else f"{value / 60:,.1f} h"
    if unit == "hours":
        return f"{value:,.1f} h" if value < 96 else f"{value / 24:,.1f} days"
    if unit in ("tickets", "orders", "refunds"):
        return f"{value:,.0f}"
    if unit == "currency":
        return f"{value:,.0f}"
    digits = 1 if abs(value) >= _SMALL else 2  # 0.13 handoffs and 0.08 are not the same
    return f"{value:,.{digits}f} {unit}".strip()


def spread(low: float | None, high: float | None, unit: str) -> str:
    """An interval with its unit once: ``68.0–74.1 %``; empty where there is none."""
    if low is None or high is None:
        return ""
    first, last = shown(low, unit), shown(high, unit)
    number, blank, tail = first.partition(" ")
    return f"{number}–{last}" if blank and last.endswith(tail) else f"{first}–{last}"


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """``1 ticket``, ``2,000 tickets``."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def points(change: float) -> str:
    """A difference of two shares: ``+3.1 points``."""
    return f"{signed(100 * change)} points"


def points_spread(low: float, high: float) -> str:
    """The interval of such a difference: ``−21.2 to −11.1``."""
    return f"{signed(100 * low)} to {signed(100 * high)}"


def signed(number: float, digits: int = 1) -> str:
    """A number that always shows its sign, with a real minus; zero has none."""
    rounded = round(number, digits)
    text = f"{rounded:+,.{digits}f}" if rounded else f"{0:.{digits}f}"
    return text.replace("-", "−")
