"""In which weeks did a driver bring more contacts than its own past explains?"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from workbench.analyses.driver_calendar import (
    CALENDAR,
    NEAR_DAYS,
    NO_CALENDAR,
    calendar,
    coincidence,
    near,
)
from workbench.analyses.driver_contacts import (
    LISTED,
    DriverContacts,
    DriverResult,
    driver_contacts,
    is_named,
)
from workbench.analyses.driver_weeks import (
    BASELINE,
    FEWEST,
    ends_within,
    expected,
    weekly_counts,
)
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted
from workbench.drivers.labelled import LabelledTickets
from workbench.workspace import Workspace

FALSE_DISCOVERIES = 0.05
_WEEK = pd.Timedelta(days=7)
_COLUMNS = [*LISTED, "week", "n", "expected", "ratio", "low", "high", "p", "q", "is_spike"]
_EPISODES = [*LISTED, "first", "last", "weeks", "n", "expected", "ratio", "low", "high", "q",
             "coincides_with"]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DriverSpikes(DriverResult):
    """``frame``: one row per driver and week (Monday) that ends in the period: ``n``, the number
    ``expected`` from the driver's twelve weeks before, their ``ratio`` with ``low``, ``high``,
    ``p`` (negative binomial, see `driver_weeks`), ``q`` (Benjamini and Hochberg over all rows of
    the frame) and ``is_spike`` where q is at most 5 %. Intervals are 95 %; those of spikes are
    widened for having been picked (Benjamini and Yekutieli 2005).

    ``episodes``: one row per run of spike weeks of a driver, clearest first: ``first`` and
    ``last`` day, ``weeks``, ``n``, ``expected``, ``ratio``, ``low``, ``high``, ``q`` (the least)
    and ``coincides_with``: what the calendar has from 14 days before to its last day.
    ``by_chance``: the share of all weeks looked at of which as much could be said.
    ``weekly``: one row per driver and week up to the period's end, for charts."""

    episodes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_EPISODES))
    weekly: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_chance: float | None = None

    def finding(self) -> str:
        """The clearest spike, by how much, and what it coincides with."""
        if self.why_not:
            return f"Spikes of drivers cannot be told: {self.why_not}."
        looked = f"{counted(len(self.frame), 'driver-week')} looked at"
        if self.episodes.empty:
            return (
                f"No driver spiked in {self.period.name}: {looked}, 5 % false discoveries allowed."
            )
        one = self.episodes.iloc[0]
        weeks = counted(int(one["weeks"]), "week")
        text = (
            f"“{one['driver']}” brought {one['n']:,} contacts where {one['expected']:,.0f} were "
            f"expected (×{one['ratio']:.1f}, {one['low']:.1f}–{one['high']:.1f}) in {weeks} from "
            f"{one['first']:%-d %B %Y}"
        )
        if one["coincides_with"]:
            text += f"; this coincides with {one['coincides_with']}"
        rest = len(self.episodes) - 1
        more = f"; {counted(rest, 'more spike')}" if rest else ""
        return f"{text} ({looked}{more})."


def driver_spikes(
    workspace: Workspace, period: Period, *, labelled: LabelledTickets | None = None
) -> DriverSpikes:
    """In which weeks that end in the period did a driver spike, and what does that coincide with?

    Each driver is held against its own past only: in a surge of everything everything spikes.
    """
    nothing = DriverSpikes(frame=pd.DataFrame(columns=_COLUMNS), period=period)
    contacts = driver_contacts(workspace, labelled)
    if isinstance(contacts, str):
        return replace(nothing, why_not=contacts)
    counts = weekly_counts(workspace, contacts)
    counts = counts[counts.index < pd.Timestamp(period.end.replace(tzinfo=None))]
    inside = ends_within(pd.DatetimeIndex(counts.index), period)
    listing = is_named(contacts.listing)
    weekly = _held_against_past(counts[listing["driver_id"]], contacts)
    tested = weekly[weekly["week"].isin(counts.index[inside]) & weekly["p"].notna()]
    sizes = contacts.sizes(period)
    if tested.empty:
        why = f"needs {FEWEST} whole weeks of a driver before a whole week of {period.name}"
        return replace(nothing, why_not=why, **sizes)
    frame = _judged(tested).merge(listing[LISTED], on="driver_id")
    events = calendar(workspace)
    episodes = _episodes(frame, events)
    by_chance = _with_event(frame["week"].drop_duplicates(), events)
    caveats = [
        *contacts.labelled.caveats,
        f"Expected is the mean of up to {BASELINE} weeks before; a season within them counts as "
        "usual.",
        _told(workspace, events, by_chance),
    ]
    return DriverSpikes(
        frame=frame[_COLUMNS].sort_values(["week", "driver"], ignore_index=True), period=period,
        episodes=episodes, weekly=weekly.merge(listing[LISTED], on="driver_id"),
        by_chance=by_chance if len(events) else None, caveats=caveats, **sizes,
    )  # fmt: skip


def _with_event(weeks: pd.Series, events: pd.DataFrame) -> float:
    """The share of weeks with something in the calendar, by the rule for spikes."""
    last = pd.Timedelta(days=6)
    return float(np.mean([not near(events, week, week + last).empty for week in weeks]))


def _told(workspace: Workspace, events: pd.DataFrame, share: float) -> str:
    if not workspace.has(CALENDAR) or events.empty:
        return NO_CALENDAR
    return (
        f"Coincides means: in the calendar at most {NEAR_DAYS} days before or during the spike. As "
        f"much is true of {100 * share:.0f} % of the weeks looked at, spike or none; it is no "
        "cause."
    )


def _held_against_past(counts: pd.DataFrame, contacts: DriverContacts) -> pd.DataFrame:
    """One row per driver and week: ``n``, ``expected``, what it rests on, and ``p``."""
    values = counts.to_numpy(dtype="int64")
    born = contacts.listing.set_index("driver_id")["born"]
    begins = np.array([_begin(counts[name], born[name]) for name in counts.columns], dtype="int64")
    held = expected(values, begins)
    shape = {"week": np.repeat(counts.index, len(counts.columns))}
    shape["driver_id"] = np.tile(counts.columns, len(counts))
    arrays = {
        "n": values, "expected": held.mean, "total": held.total, "excess": held.excess, "p": held.p,
    }  # fmt: skip
    return pd.DataFrame({**shape, **{name: array.ravel() for name, array in arrays.items()}})


def _begin(counts: pd.Series, born: Any) -> int:
    """The row from which on a driver's weeks are whole: after the one it was first seen in."""
    seen = np.flatnonzero(counts.to_numpy())
    first = int(seen[0]) + 1 if len(seen) else len(counts)
    if born is None or pd.isna(born):
        return first
    return max(first, int((counts.index <= pd.Timestamp(born)).sum()))


def _judged(tested: pd.DataFrame) -> pd.DataFrame:
    is_spike, q, *_ = multipletests(tested["p"], alpha=FALSE_DISCOVERIES, method="fdr_bh")
    rows = tested.assign(q=q, is_spike=is_spike, ratio=_ratios(tested["n"], tested["expected"]))
    # Who picks out k of m and then gives intervals lets 5 % of those be wrong, not of all.
    picked = FALSE_DISCOVERIES * max(int(is_spike.sum()), 1) / len(rows)
    levels = np.where(is_spike, picked, 0.05)
    return rows.assign(**_reach(rows.assign(weeks=1), levels))


def _ratios(n: pd.Series, mean: pd.Series) -> pd.Series:
    return (n / mean).where(mean > 0)


def _reach(rows: pd.DataFrame, levels: Any) -> dict[str, pd.Series]:
    """The interval of counted over expected: both vary, by more than Poisson counts."""
    past = rows["total"] / (rows["expected"] / rows["weeks"])  # weeks of the baseline
    noise = 1 / rows["n"] + 1 / rows["total"] + rows["excess"] * (1 / rows["weeks"] + 1 / past)
    factor = np.exp(stats.norm.isf(np.asarray(levels) / 2) * np.sqrt(noise))
    return {"low": rows["ratio"] / factor, "high": rows["ratio"] * factor}


def _episodes(frame: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    spikes = frame[frame["is_spike"]].sort_values(["driver_id", "week"])
    is_new = (spikes["driver_id"] != spikes["driver_id"].shift()) | (
        spikes["week"] != spikes["week"].shift() + _WEEK
    )
    level = FALSE_DISCOVERIES * max(len(spikes), 1) / max(len(frame), 1)
    rows = [_episode(run, events, level) for _, run in spikes.groupby(is_new.cumsum())]
    found = pd.DataFrame(rows, columns=_EPISODES)
    return found.sort_values(["q", "ratio"], ascending=[True, False], ignore_index=True)


def _episode(run: pd.DataFrame, events: pd.DataFrame, level: float) -> dict[str, object]:
    begins = run.iloc[0]
    n, mean, weeks = int(run["n"].sum()), float(run["expected"].sum()), len(run)
    ratio = n / mean if mean else math.nan
    whole = pd.DataFrame(
        {
            "n": [n], "expected": [mean], "ratio": [ratio], "weeks": [weeks],
            "total": [begins["total"]], "excess": [begins["excess"]],
        }
    )  # fmt: skip
    sure = _reach(whole, level)
    first, last = run["week"].iloc[0], run["week"].iloc[-1] + pd.Timedelta(days=6)
    return {
        **{name: begins[name] for name in LISTED}, "first": first, "last": last, "weeks": weeks,
        "n": n, "expected": mean, "ratio": ratio, "low": float(sure["low"].iloc[0]),
        "high": float(sure["high"].iloc[0]), "q": float(run["q"].min()),
        "coincides_with": coincidence(near(events, first, last)),
    }  # fmt: skip
