"""Which drivers take a larger part than before, and which only rose with everything else?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep

from workbench.analyses.comparisons import share_change
from workbench.analyses.driver_contacts import (
    LISTED,
    DriverResult,
    coverage,
    driver_contacts,
    is_named,
)
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, points, points_spread
from workbench.drivers.labelled import LabelledTickets
from workbench.metrics import intervals
from workbench.workspace import Workspace

GREW, FELL, IN_STEP = "grew beyond volume", "fell behind volume", "in step with volume"
_COLUMNS = [
    *LISTED, "n_before", "n", "share_before", "share", "change", "change_low", "change_high",
    "ratio", "ratio_low", "ratio_high", "growth", "growth_low", "growth_high", "verdict",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DriverChanges(DriverResult):
    """``frame``: one row per driver, largest growth first, ``unclear`` last: counts ``n_before``
    and ``n``; ``share_before``, ``share`` and their difference ``change`` with ``change_low``,
    ``change_high`` (Newcombe); ``ratio`` of daily counts with ``ratio_low``, ``ratio_high`` (95 %,
    two Poisson counts); ``growth`` beyond volume, which is that ratio over the ratio of all
    contacts, with ``growth_low``, ``growth_high``; and its ``verdict`` in words. Intervals of
    ``change`` and ``growth`` are 95 % for all ``comparisons`` together (Bonferroni).

    ``volume``: the ratio of all contacts per day, with ``volume_low`` and ``volume_high``; blank
    where the data cover one side in part."""

    before: Period
    n_before: int = 0
    comparisons: int = 0
    volume: float | None = None
    volume_low: float | None = None
    volume_high: float | None = None

    @property
    def grown(self) -> pd.DataFrame:
        """Drivers that clearly take a larger part, the largest gain in share first."""
        rows = self.named
        return rows[rows["verdict"] == GREW].sort_values("change", ascending=False)

    @property
    def is_even(self) -> bool:
        """Are the two spans equally long, so that their counts can be set side by side?"""
        return len(self.period.parts) == len(self.before.parts)

    def _moved(self, before: int, now: int) -> str:
        if self.is_even:
            return f"{before:,} to {now:,}"
        return f"{before:,} in {self.before.name} to {now:,} in {self.period.name}"

    @property
    def volume_words(self) -> str:
        """What all contacts did, in words."""
        if self.volume is None or self.volume_low is None or self.volume_high is None:
            return "How all contacts changed cannot be told"
        word = "rose" if self.volume_low > 1 else "fell" if self.volume_high < 1 else ""
        times = f"×{self.volume:.2f} per day, {self.volume_low:.2f}–{self.volume_high:.2f}"
        counts = self._moved(self.n_before, self.n)
        return f"Contacts {word} ({counts}; {times})" if word else (
            f"Contacts stayed about level ({counts}; {times})"
        )  # fmt: skip

    def finding(self) -> str:
        """Volume or structure: what all contacts did, and which drivers left the others behind."""
        if self.why_not:
            return f"How drivers changed cannot be told: {self.why_not}."
        against = f"against {self.before.name}"
        tested = counted(self.comparisons, "driver")
        if self.grown.empty:
            found = f"{self.volume_words} {against}; none of {tested} clearly grew beyond that"
            is_moved = "stayed" not in self.volume_words and self.volume is not None
            return f"{found}: what shows is volume, not the mix." if is_moved else f"{found}."
        row = self.grown.iloc[0]
        more = f" {len(self.grown) - 1} more did so too." if len(self.grown) > 1 else ""
        return (
            f"{self.volume_words} {against}; “{row['driver']}” grew {_times(row['growth'])} "
            f"({row['growth_low']:.2f}–{_high(row['growth_high'])}) beyond that, "
            f"from {self._moved(row['n_before'], row['n'])} contacts ({points(row['change'])} of "
            f"share, {points_spread(row['change_low'], row['change_high'])}): a change of the mix, "
            f"not of volume alone.{more}"
        )


def _times(growth: float) -> str:
    return "from none" if np.isinf(growth) else f"×{growth:.2f}"


def _high(bound: float) -> str:
    return "no bound" if np.isinf(bound) else f"{bound:.2f}"


def driver_changes(
    workspace: Workspace, period: Period, *, labelled: LabelledTickets | None = None,
    before: Period | None = None,
) -> DriverChanges:  # fmt: skip
    """Which drivers grew beyond volume, and which only with it, against the period before?

    ``before`` may be longer than the period: counts are compared per day.
    """
    before = before or period.before
    empty = pd.DataFrame(columns=_COLUMNS)
    nothing = DriverChanges(frame=empty, period=period, before=before)
    contacts = driver_contacts(workspace, labelled, period, before)
    if isinstance(contacts, str):
        return replace(nothing, why_not=contacts)
    sizes, n_before = contacts.sizes(period), contacts.sizes(before)["n"]
    rows = contacts.listed(n=contacts.counts(period), n_before=contacts.counts(before))
    rows = rows[(rows["n"] > 0) | (rows["n_before"] > 0)]
    comparisons = max(len(is_named(rows)), 1)
    gaps = coverage(workspace, before) + coverage(workspace, period)
    days = (before.end - before.start) / (period.end - period.start)
    frame = _compared(rows, (n_before, sizes["n"]), comparisons, float("nan") if gaps else days)
    volume, (low, high) = sizes["n"] / n_before * days, _ratio(sizes["n"], n_before, days)
    caveats = [
        *contacts.labelled.caveats, *gaps,
        "Contacts are taken as independent of each other; customers who write about one fault "
        "make real intervals wider.",
    ]  # fmt: skip
    return DriverChanges(
        frame=frame, period=period, before=before, n_before=n_before, comparisons=comparisons,
        volume=None if gaps else volume, volume_low=None if gaps else low,
        volume_high=None if gaps else high, caveats=caveats, **sizes,
    )  # fmt: skip


def _compared(
    rows: pd.DataFrame, totals: tuple[int, int], comparisons: int, days: float
) -> pd.DataFrame:
    found = [
        _row(int(n_before), int(n), totals, comparisons, days)
        for n_before, n in zip(rows["n_before"], rows["n"], strict=True)
    ]
    frame = rows.reset_index(drop=True).join(pd.DataFrame(found))
    order = frame.assign(last=frame["state"] == "unclear")
    order = order.sort_values(["last", "growth", "driver"], ascending=[True, False, True])
    return order[_COLUMNS].reset_index(drop=True)


def _row(
    n_before: int, n: int, totals: tuple[int, int], comparisons: int, days: float
) -> dict[str, float | str | None]:
    moved = share_change(n_before, totals[0], n, totals[1], comparisons=comparisons)
    # The ratio of a driver over the ratio of the whole is the ratio of its two shares.
    with np.errstate(divide="ignore", invalid="ignore"):  # a share of zero is dealt with inside
        low, high = confint_proportions_2indep(
            n, totals[1], n_before, totals[0],
            compare="ratio", method="score", alpha=0.05 / comparisons,
        )  # fmt: skip
    low = max(float(low), 0.0)
    ratio_low, ratio_high = _ratio(n, n_before, days)
    return {
        "share_before": moved.before, "share": moved.after, "change": moved.change,
        "change_low": moved.low, "change_high": moved.high,
        "ratio": n / n_before * days if n_before else None,
        "ratio_low": ratio_low, "ratio_high": ratio_high,
        "growth": moved.after / moved.before if n_before else float("inf"),
        "growth_low": low, "growth_high": float(high),
        "verdict": GREW if low > 1 else FELL if high < 1 else IN_STEP,
    }  # fmt: skip


def _ratio(n: int, n_before: int, days: float) -> intervals.Interval:
    low, high = intervals.ratio(n, n_before)
    return (None if low is None else low * days), (None if high is None else high * days)
