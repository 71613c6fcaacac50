"""How much lay open at the end of each day, and how long had it lain there?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from workbench.definitions.periods import Period
from workbench.definitions.wording import counted
from workbench.metrics.backlog import stock_changes
from workbench.metrics.facts.stock import without_history
from workbench.workspace import Workspace

AGES = (0, 1, 3, 7, 30)  # days since a ticket was created at which a band of the stock begins
_QUARTER = 900  # seconds: every zone's midnight falls on a quarter of an hour


@dataclass(frozen=True)
class BacklogByDay:
    """``frame``: one row per day of the period up to where the data stop: ``day`` (its date in
    ``zone``), ``open`` at its end, and of these ``age_<from>_<to>d`` by days since creation; the
    last band has no end. ``approximate`` are the sources without status history, for which a
    ticket counts as open from its creation to its last solve."""

    frame: pd.DataFrame
    zone: str
    approximate: list[str]
    caveats: list[str] = field(default_factory=list)

    def finding(self) -> str:
        """How the backlog stood at the end, and how much of it was old."""
        if self.frame.empty:
            return "The data do not reach this period."
        last = self.frame.iloc[-1]
        old = sum(int(last[name]) for name in map(str, self.frame) if _begins(name) >= 7)
        told = (
            f"At the end of {last['day']:%-d %B %Y} {counted(int(last['open']), 'ticket')} lay "
            f"open, {old:,} of them created more than 7 days before."
        )
        rough = ", ".join(self.approximate)
        return f"{told} Approximate for {rough}: no status history (L2)." if rough else told


def backlog_by_day(workspace: Workspace, period: Period, *, zone: str = "UTC") -> BacklogByDay:
    """How much lay open at the end of each day of ``period``, and for how long already?

    Days end at midnight in ``zone``, which is named as in the tz database.
    """
    as_of = workspace.as_of("tickets")
    ends = _day_ends(period, as_of, zone)
    stocks = [_stock(workspace, as_of, age, ends) for age in AGES] if as_of else []
    rough = without_history(workspace)
    caveats = [f"Approximate for {', '.join(rough)}: no status history (L2)."] if rough else []
    if not stocks:
        return BacklogByDay(pd.DataFrame(columns=["day", "open"]), zone, rough, caveats)
    bands = {
        f"age_{first}_{last}d": stocks[i] - stocks[i + 1]
        for i, (first, last) in enumerate(pairwise(AGES))
    }
    bands[f"age_{AGES[-1]}d"] = stocks[-1]
    days = [pd.Timestamp(end, tz="UTC").tz_convert(zone) - pd.Timedelta(seconds=1) for end in ends]
    frame = pd.DataFrame(
        {"day": [day.tz_localize(None).normalize() for day in days], "open": stocks[0], **bands}
    )
    return BacklogByDay(frame, zone, rough, caveats)


def _begins(name: str) -> int:
    return int(name.split("_")[1].rstrip("d")) if name.startswith("age_") else -1


def _day_ends(period: Period, as_of: datetime | None, zone: str) -> list[pd.Timestamp]:
    """The midnights that end the days of a period, as far as the data reach."""
    if as_of is None:
        return []
    place = ZoneInfo(zone)
    start, end = (moment.replace(tzinfo=None) for moment in (period.start, period.end))
    midnights = pd.date_range(start, end, freq="D", inclusive="right")
    moments = midnights.tz_localize(place, nonexistent="shift_forward", ambiguous=True)
    inside = moments.tz_convert("UTC")
    # The day on which the data stop is told as it stood then; later ones nobody knows.
    known = inside[inside < pd.Timestamp(as_of) + pd.Timedelta(days=1)]
    return [moment.tz_localize(None) for moment in known]


def _stock(
    workspace: Workspace, as_of: datetime, older_than: int, ends: list[pd.Timestamp]
) -> np.ndarray:
    """The stock at each moment: the engine adds up quarters of an hour, numpy the rest."""
    changes = stock_changes(workspace, as_of, older_than=older_than)
    changes = changes.filter(~changes.is_excluded)
    quarter = (changes["at"].epoch_seconds() // _QUARTER).name("quarter")
    found = changes.group_by(quarter).aggregate(value=changes.value.sum()).order_by("quarter")
    summed = found.to_pyarrow()
    quarters = summed["quarter"].to_numpy()
    running = np.concatenate([[0.0], np.cumsum(summed["value"].to_numpy())])
    at = np.array([int(end.timestamp()) // _QUARTER for end in ends], dtype=np.int64)
    return running[np.searchsorted(quarters, at, side="left")].astype(np.int64)
