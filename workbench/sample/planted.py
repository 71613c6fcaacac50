"""What do all planted truths have in common: a sentence, and plain values for the truth file."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Protocol


class Truth(Protocol):
    """A planted truth: a frozen dataclass that says in one sentence what it means."""

    __dataclass_fields__: Any

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        ...


def plain(truth: Truth) -> dict[str, Any]:
    """Return a truth as it stands in the truth file."""
    values = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(truth).items()  # type: ignore[call-overload]
    }
    return {**values, "meaning": truth.meaning}


def month_start(start: date, months: int) -> date:
    """Return the first day of the month that comes this many months after the start's month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)


def at_share(start: date, days: int, share: float) -> date:
    """Return the day on which a share of the span has passed."""
    return start + timedelta(days=int(days * share))


def weeks_within(weeks: float, days: int, most: float) -> int:
    """Return a number of weeks in days, but never more than a share of the span."""
    return max(min(round(weeks * 7), int(days * most)), 3)
