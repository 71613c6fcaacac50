"""How many contacts a week has each driver, and how many were to be expected?

The expectation of a week is the mean of the twelve weeks before it. Weeks vary more than Poisson
counts do, so counts are taken as negative binomial with variance ``m + a·m²``: given the sum of a
week and its baseline, the week's part of it is beta-binomial, whatever the mean, and an uncertain
baseline is accounted for exactly. The excess ``a`` is learnt from how far past weeks lay from
their own expectation: a driver's own, drawn towards that of all drivers, and never below it.

Weeks that stand out with p below 0.001 are left out of later baselines, or a spike would hide the
next one. They come back when fewer than half of the baseline is left: a new level becomes the norm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from workbench.analyses.driver_contacts import DriverContacts
from workbench.definitions.periods import Period
from workbench.workspace import Workspace

BASELINE, FEWEST = 12, 8  # weeks of a baseline, and the fewest that allow a verdict
_FIRST = 4  # from here on a week has an expectation good enough to learn the excess from
_MEMORY = 52
_SET_ASIDE = 0.001
_PRIOR = 20.0  # weeks that the excess of all drivers counts for in that of one
_LEAST = 1e-4  # an excess that is as good as none, so that the formulas hold

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Expected:
    """Per week and driver (arrays of one shape): ``mean``, the ``total`` and number of ``weeks`` it
    rests on, the ``excess`` of the variance, and ``p``, how likely so many contacts or more are.
    Blank where there are fewer than eight weeks of a driver before."""

    mean: Floats
    total: Floats
    weeks: Floats
    excess: Floats
    p: Floats


def weekly_counts(workspace: Workspace, contacts: DriverContacts) -> pd.DataFrame:
    """Contacts per whole week (Monday, UTC; rows) and driver id (columns), zeros included.

    Weeks that the data cover only in part are left out.
    """
    at = contacts.frame["at"].dt.tz_localize(None)
    week = at.dt.to_period("W-SUN").dt.start_time
    counts = pd.crosstab(week, contacts.frame["driver_id"])
    counts = counts.reindex(columns=contacts.listing["driver_id"], fill_value=0)
    first, as_of = workspace.first_at("tickets"), workspace.as_of("tickets")
    if first is None or as_of is None or counts.empty:
        return counts
    every = pd.date_range(counts.index.min(), counts.index.max(), freq="7D", name="week")
    begins = pd.Timestamp(first).tz_localize(None).normalize()
    ends = pd.Timestamp(as_of).tz_localize(None).ceil("D")
    whole = every[(every >= begins) & (every + pd.Timedelta(days=7) <= ends)]
    return counts.reindex(whole, fill_value=0)


def ends_within(weeks: pd.DatetimeIndex, period: Period) -> Flags:
    """Which weeks end in a period? So every week is looked at once, when it is complete."""
    sunday = weeks + pd.Timedelta(days=6)
    start, end = (pd.Timestamp(at.replace(tzinfo=None)) for at in (period.start, period.end))
    return np.asarray((sunday >= start) & (sunday < end))


def expected(counts: NDArray[np.int64], begins: NDArray[np.int64]) -> Expected:
    """What was to be expected of every week (rows) and driver (columns)?

    ``begins`` is the row from which on a driver has a history.
    """
    blank = np.full(counts.shape, np.nan)
    found = Expected(*(blank.copy() for _ in range(5)))
    aside = np.zeros(counts.shape, dtype=bool)
    surplus, squares = np.zeros(counts.shape), np.zeros(counts.shape)
    for week in range(_FIRST, len(counts)):
        used = _baseline(aside, begins, week)
        window = slice(max(0, week - BASELINE), week)
        weeks = used.sum(axis=0)
        total = (counts[window] * used).sum(axis=0)
        mean = total / np.maximum(weeks, 1)
        excess = _excess(surplus, squares, ~aside, week)
        p = _tail(counts[week], total, weeks, excess)
        is_told = (week - begins) >= FEWEST
        aside[week] = is_told & (p < _SET_ASIDE)
        learns = (week - begins) >= _FIRST
        spread = (counts[week] - mean) ** 2 / (1 + 1 / np.maximum(weeks, 1))
        surplus[week], squares[week] = np.where(learns, spread - mean, 0), learns * mean**2
        columns = (mean, total, weeks, excess, p)
        for array, values in zip(
            (found.mean, found.total, found.weeks, found.excess, found.p), columns, strict=True
        ):
            array[week] = np.where(is_told, values, np.nan)
    return found


def _baseline(aside: Flags, begins: NDArray[np.int64], week: int) -> Flags:
    """Which of the weeks before count for each driver?"""
    rows = np.arange(max(0, week - BASELINE), week)
    known = rows[:, None] >= begins
    used = known & ~aside[rows]
    too_few = used.sum(axis=0) < BASELINE // 2
    return np.where(too_few, known, used)


def _excess(surplus: Floats, squares: Floats, kept: Flags, week: int) -> Floats:
    past = slice(max(0, week - _MEMORY), week)
    more, of = (surplus[past] * kept[past]).sum(axis=0), (squares[past] * kept[past]).sum(axis=0)
    weeks = (kept[past] & (squares[past] > 0)).sum(axis=0)
    everyone = max(float(more.sum()) / max(float(of.sum()), _LEAST), 0.0)
    own = np.where(of > 0, more / np.maximum(of, _LEAST), everyone)
    drawn = (weeks * own + _PRIOR * everyone) / (weeks + _PRIOR)
    return np.maximum(drawn, max(everyone, _LEAST))


def _tail(count: NDArray[np.int64], total: Floats, weeks: Floats, excess: Floats) -> Floats:
    """How likely is this many or more, given the sum of the week and its baseline?"""
    size, span = 1 / excess, np.maximum(weeks, 1)
    p: Floats = stats.betabinom.sf(count - 1, count + total, size, size * span)
    return np.clip(np.where(count + total > 0, p, 1.0), 0.0, 1.0)
