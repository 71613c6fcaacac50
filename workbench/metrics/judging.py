"""From a tally to an answer: value, interval, what is too young, and what the data do not cover."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.metrics import intervals
from workbench.metrics.declaration import Answer, Kind, Metric
from workbench.metrics.tally import Tally
from workbench.workspace import Workspace

NOT_RECORDED = "not recorded"  # the group of rows without a value in ``by``
GAP = "the data "  # how a note about what the data do not cover begins
UNHEARD = "not known for"  # how a note about sources without what it takes begins
MATURE_ENOUGH = 0.5  # share of things whose window has closed, below which a value stays blank
CLIFF = 0.2  # a share known this much less often than elsewhere is a gap in the export
_PER = {"per 100 orders": 100.0}


@dataclass(frozen=True)
class Reach:
    """From when to when all tables of a metric speak."""

    begins: datetime | None
    as_of: datetime

    @classmethod
    def of(cls, workspace: Workspace, metric: Metric) -> Reach:
        """The reach of one metric that can be computed: it begins where its last table does."""
        ends = [_end(workspace, table) for table in metric.tables(workspace)]
        as_of = min((end for end in ends if end is not None), default=None)
        if as_of is None:
            raise UsageError(f"{metric.name} needs dated rows.", where="metrics")
        firsts = [workspace.first_at(need.table) for need in metric.needs]
        return cls(max((first for first in firsts if first is not None), default=None), as_of)

    def gaps(self, period: Period) -> list[str]:
        """What of the period lies outside, in words."""
        notes = []
        if self.begins is not None and (self.begins - period.start).days >= 1:
            notes.append(f"{GAP}begin on {self.begins:%Y-%m-%d}")
        slack = 1 if period.unit == "month" else 0  # a day is little of a month, not of a week
        if (period.end - self.as_of).days > slack:
            notes.append(f"{GAP}stop on {self.as_of:%Y-%m-%d}")
        return notes


def _end(workspace: Workspace, table: str) -> datetime | None:
    """Up to when does a table speak? A cost of a month speaks of all of it."""
    as_of = workspace.as_of(table)
    if as_of is None or table != "costs":
        return as_of
    return datetime(as_of.year + as_of.month // 12, as_of.month % 12 + 1, 1, tzinfo=as_of.tzinfo)


def needs_split(split: str) -> str:
    """Why a metric has no answer for one group of ``split``: an order has no team."""
    article = "an" if split[0] in "aeiou" else "a"
    return f"needs {article} {split} for what it counts"


def lacks(workspace: Workspace, metric: Metric) -> str:
    """What this workspace lacks to compute a metric at all, in words; empty where nothing."""
    lacking = metric.missing(workspace)
    if lacking:
        return "needs " + " and ".join(lacking)
    if not workspace.as_of(*metric.tables(workspace)):
        return "needs dated rows"
    return metric.lacking(workspace) if metric.lacking else ""


def unheard(metric: Metric, sources: list[str]) -> str:
    """A note on sources of which nothing can ever be judged: they lack what it takes."""
    if not sources:
        return ""
    return f"{UNHEARD} {', '.join(sources)}: needs {metric.needs_value}"


def roughly(sources: list[str]) -> str:
    """A note on sources whose export allows an approximation only."""
    return f"approximate for {', '.join(sources)}: no status history (L2)" if sources else ""


def unheard_in(one: Answer) -> list[str]:
    """The notes of an answer on sources it does not speak for."""
    return [note for note in one.why.split("; ") if note.startswith(UNHEARD)]


def gap_in(one: Answer) -> str:
    """What of an answer's period the data do not cover, in words; empty where they cover it."""
    return "; ".join(note for note in one.why.split("; ") if note.startswith(GAP))


def told(found: Answer, note: str) -> Answer:
    """The answer with one more note."""
    return replace(found, why="; ".join(filter(None, (found.why, note))))


def cliff(known: float, elsewhere: float, period: Period) -> str:
    """A note where far fewer things than usual can be judged: the export breaks off in between.

    ``known`` and ``elsewhere`` are the shares the export tells enough of, here and at other times.
    """
    if elsewhere - known < CLIFF:
        return ""
    return (
        f"{GAP}tell enough of {100 * known:.0f} % of what happened in {period}, "
        f"of {100 * elsewhere:.0f} % at other times"
    )


def judged(
    metric: Metric, by: dict[str, Any], tally: Tally, base: int | None, period: Period, reach: Reach
) -> Answer:
    """The answer a tally gives: blank where it is too young, empty or out of the data's reach."""
    if period.start > reach.as_of:
        return _blank(metric, by, "immature", "; ".join(reach.gaps(period)))
    if reach.begins is not None and period.end <= reach.begins:
        before = _blank(metric, by, "small_n", "; ".join(reach.gaps(period)))
        # Orders from before the first refund known are there, and cannot be judged.
        return replace(before, numerator=0, denominator=0, n_excluded=tally.seen)
    value, numerator, n, (low, high) = _computed(metric, tally, base)
    status, why = _status(metric, (tally.mature, tally.young, n), period, reach)
    # Nothing counted is a true zero of a total or a stock, and no value of anything else.
    shown = status in ("ok", "small_n") and (n > 0 or metric.kind in (Kind.STOCK, Kind.TOTAL))
    return Answer(
        metric=metric.name,
        by=by,
        value=value if shown else None,
        numerator=numerator,
        denominator=n,
        low=low if shown else None,
        high=high if shown else None,
        n_excluded=tally.excluded,
        n_immature=tally.young,
        status=status,
        why=why,
        numerator_immature=tally.young_hits,
    )


def _computed(
    metric: Metric, tally: Tally, base: int | None
) -> tuple[float | None, float, int, intervals.Interval]:
    n = tally.mature
    if metric.kind is Kind.SHARE:
        hits = int(tally.hits)
        return (hits / n if n else None), hits, n, intervals.share(hits, n)
    if metric.kind is Kind.MEDIAN:
        known = len(tally.values) > 0
        middle = float(np.quantile(tally.values, metric.quantile)) if known else None
        return middle, n, n, intervals.quantile(tally.values, metric.quantile)
    if metric.kind is Kind.MEAN:
        average = tally.amount / tally.weight if tally.weight > 0 else None
        return average, tally.amount, n, intervals.mean(tally.values, tally.weights)
    if metric.kind is Kind.UNIT_COST:
        things = int(round(tally.weight))
        if not tally.amount:  # nobody booked anything for these: that is not a cost of nothing
            return None, 0.0, things, (None, None)
        each = tally.amount / things if things else None
        return each, tally.amount, things, intervals.unit_cost(tally.amount, things)
    if metric.kind is Kind.RATIO:
        per, placed = _PER.get(metric.unit, 1.0), base or 0
        low, high = intervals.ratio(n, placed)
        scaled = (low * per if low is not None else None, high * per if high is not None else None)
        return (n / placed * per if placed else None), n, placed, scaled
    if metric.kind is Kind.STOCK:
        return tally.amount, tally.amount, int(round(tally.amount)), (None, None)
    spread = intervals.total(tally.amount, tally.squares, n, is_signed=metric.is_signed)
    return tally.amount, tally.amount, n, spread


def _status(
    metric: Metric, counts: tuple[int, int, int], period: Period, reach: Reach
) -> tuple[str, str]:
    n_mature, n_young, n = counts
    total = n_mature + n_young
    young = metric.young or f"younger than {metric.window_days} days"
    if n_young and n_mature < MATURE_ENOUGH * total:
        return "immature", (
            f"{n_young:,} of {total:,} are {young} where the data stop ({reach.as_of:%Y-%m-%d})"
        )
    notes = []
    if n_young:
        notes.append(f"{n_young:,} {young} left out")
    notes += reach.gaps(period)
    if n < metric.min_n:
        return "small_n", "; ".join([f"n is {n:,}, fewer than {metric.min_n}", *notes])
    return "ok", "; ".join(notes)


def not_computable(metric: Metric, why: str) -> Answer:
    """A metric that has no answer here, and why."""
    return _blank(metric, {}, "not_computable", why)


def unjudgeable(metric: Metric, by: dict[str, Any], n: int) -> Answer:
    """A group of which nothing could ever be judged: its export does not hold what it takes."""
    blank = _blank(metric, by, "not_computable", f"needs {metric.needs_value}")
    return replace(blank, n_excluded=n)


def _blank(metric: Metric, by: dict[str, Any], status: str, why: str) -> Answer:
    return Answer(metric.name, by, None, None, None, None, None, 0, 0, status, why)
