"""From observations to numbers: value, n, interval, what was left out and what is too young."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from workbench.definitions.dimensions import DIMENSIONS
from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.metrics import intervals
from workbench.metrics.declaration import Answer, Kind, Metric
from workbench.metrics.refunds import currencies
from workbench.metrics.tally import Tally
from workbench.workspace import Workspace

MONTH = "month"
NOT_RECORDED = "not recorded"  # the group of rows without a value in ``by``
GAP = "the data "  # how a note about what the data do not cover begins
UNHEARD = "not known for"  # how a note about sources without what it takes begins
MATURE_ENOUGH = 0.5  # share of things whose window has closed, below which a value stays blank
_PER = {"per 100 orders": 100.0}


def answers(
    workspace: Workspace, metric: Metric, period: Period, *, by: str | None = None
) -> list[Answer]:
    """What is this metric in this period, overall or for each group of ``by``?

    ``by`` is ``month`` or one of the dimensions; groups come in order, one answer each.
    """
    if by is not None and by not in (*DIMENSIONS, MONTH):
        raise UsageError(
            f"cannot split by {by!r}.", where="--by",
            fix=f"There are: {', '.join((*DIMENSIONS, MONTH))}.",
        )  # fmt: skip
    lacking = lacks(workspace, metric)
    if lacking:
        return [not_computable(metric, lacking)]
    seen = observations(workspace, metric)
    if metric.needs_value and len(seen) and seen["is_excluded"].all():
        n = len(_within(seen, period))
        return [replace(not_computable(metric, f"needs {metric.needs_value}"), n_excluded=n)]
    if by in DIMENSIONS and len(seen) and seen[by].isna().all():
        return [not_computable(metric, needs_split(by))]
    return list(_grouped(workspace, metric, seen, period, Reach.of(workspace, metric), by))


def needs_split(split: str) -> str:
    """Why a metric has no answer for one group of ``split``: an order has no team."""
    article = "an" if split[0] in "aeiou" else "a"
    return f"needs {article} {split} for what it counts"


def lacks(workspace: Workspace, metric: Metric) -> str:
    """What this workspace lacks to compute a metric at all, in words; empty where nothing."""
    lacking = metric.missing(workspace)
    if lacking:
        return "needs " + " and ".join(lacking)
    if metric.unit == "currency" and len(currencies(workspace)) > 1:
        return f"needs one currency; refunds are in {', '.join(currencies(workspace))}"
    return "" if workspace.as_of(*metric.tables(workspace)) else "needs dated rows"


def answer(workspace: Workspace, metric: Metric, period: Period) -> Answer:
    """The one overall answer of a period."""
    return answers(workspace, metric, period)[0]


def tickets_behind(workspace: Workspace, metric: Metric, period: Period) -> pd.DataFrame:
    """The things a number counts: one row each, with ``ref``, cohort time, dimensions, and
    whether it was a hit, left out or too young."""
    if metric.missing(workspace):
        return pd.DataFrame(columns=["ref", "at", *DIMENSIONS])
    seen = observations(workspace, metric)
    return _within(seen, period).sort_values(["at", "ref"], ignore_index=True)


def observations(workspace: Workspace, metric: Metric) -> pd.DataFrame:
    """All observations of a computable metric, worked out by the engine once per open workspace.

    One row per thing counted, in the shape `Metric` describes.
    """
    as_of = workspace.as_of(*metric.tables(workspace))
    if as_of is None:
        raise UsageError(f"{metric.name} needs dated rows.", where="observations")
    return workspace.remembered(
        ("observations", metric.name), lambda: metric.observations(workspace, as_of).to_pandas()
    )


def _within(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    return rows[(rows["at"] >= period.start) & (rows["at"] < period.end)]


@dataclass(frozen=True)
class Reach:
    """From when to when all tables of a metric speak."""

    begins: datetime | None
    as_of: datetime

    @classmethod
    def of(cls, workspace: Workspace, metric: Metric) -> Reach:
        """The reach of one metric that can be computed: it begins where its last table does."""
        as_of = workspace.as_of(*metric.tables(workspace))
        if as_of is None:
            raise UsageError(f"{metric.name} needs dated rows.", where="metrics")
        firsts = [workspace.first_at(need.table) for need in metric.needs]
        return cls(max((first for first in firsts if first is not None), default=None), as_of)

    def gaps(self, period: Period) -> list[str]:
        """What of the period lies outside, in words."""
        notes = []
        if self.begins is not None and (self.begins - period.start).days >= 1:
            notes.append(f"{GAP}begin on {self.begins:%Y-%m-%d}")
        if (period.end - self.as_of).days > 1:
            notes.append(f"{GAP}stop on {self.as_of:%Y-%m-%d}")
        return notes


def _grouped(
    workspace: Workspace, metric: Metric, seen: pd.DataFrame, period: Period, reach: Reach,
    by: str | None,
) -> Iterator[Answer]:  # fmt: skip
    spans = period.months if by == MONTH else (period,)
    for span in spans:
        # A stock is what all changes so far add up to; everything else happened in the span.
        part = seen[seen["at"] < span.end] if metric.kind is Kind.STOCK else _within(seen, span)
        base = _base(workspace, metric, span, reach.as_of)
        if by is None or by == MONTH:
            label = {MONTH: str(span)} if by else {}
            found = judged(metric, label, Tally.of(metric, part), base, span, reach)
            yield told(found, _unheard(metric, seen, part))
        else:
            ever = seen["is_excluded"].groupby(seen[by].fillna(NOT_RECORDED)).all()
            for group, rows in part.groupby(part[by].fillna(NOT_RECORDED), sort=True):
                if metric.needs_value and ever[group]:
                    yield unjudgeable(metric, {by: group}, len(rows))
                else:
                    found = judged(metric, {by: group}, Tally.of(metric, rows), base, span, reach)
                    yield told(found, _unheard(metric, seen, rows))


def _unheard(metric: Metric, seen: pd.DataFrame, part: pd.DataFrame) -> str:
    if not metric.needs_value or not part["is_excluded"].any():
        return ""
    never = seen["is_excluded"].groupby(seen["source"]).all()
    return unheard(metric, sorted(set(part["source"]) & set(never[never].index)))


def unheard(metric: Metric, sources: list[str]) -> str:
    """A note on sources of which nothing can ever be judged: they lack what it takes."""
    if not sources:
        return ""
    return f"{UNHEARD} {', '.join(sources)}: needs {metric.needs_value}"


def unheard_in(one: Answer) -> list[str]:
    """The notes of an answer on sources it does not speak for."""
    return [note for note in one.why.split("; ") if note.startswith(UNHEARD)]


def gap_in(one: Answer) -> str:
    """What of an answer's period the data do not cover, in words; empty where they cover it."""
    return "; ".join(note for note in one.why.split("; ") if note.startswith(GAP))


def told(found: Answer, note: str) -> Answer:
    """The answer with one more note."""
    return replace(found, why="; ".join(filter(None, (found.why, note))))


def _base(workspace: Workspace, metric: Metric, span: Period, as_of: datetime) -> int | None:
    if metric.base is None:
        return None
    base = metric.base
    rows = workspace.remembered(
        ("base", metric.name),
        lambda: base(workspace, as_of).select("at", "is_excluded").to_pandas(),
    )
    return int((~_within(rows, span)["is_excluded"]).sum())


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
        middle = float(np.median(tally.values)) if n else None
        return middle, n, n, intervals.median(tally.values)
    if metric.kind is Kind.RATIO:
        per, placed = _PER.get(metric.unit, 1.0), base or 0
        low, high = intervals.ratio(n, placed)
        scaled = (low * per if low is not None else None, high * per if high is not None else None)
        return (n / placed * per if placed else None), n, placed, scaled
    if metric.kind is Kind.STOCK:
        return tally.amount, tally.amount, int(round(tally.amount)), (None, None)
    return tally.amount, tally.amount, n, intervals.total(tally.amount, tally.squares, n)


def _status(
    metric: Metric, counts: tuple[int, int, int], period: Period, reach: Reach
) -> tuple[str, str]:
    n_mature, n_young, n = counts
    total = n_mature + n_young
    if n_young and n_mature < MATURE_ENOUGH * total:
        return "immature", (
            f"{n_young:,} of {total:,} are younger than {metric.window_days} days "
            f"where the data stop ({reach.as_of:%Y-%m-%d})"
        )
    notes = []
    if n_young:
        notes.append(f"{n_young:,} younger than {metric.window_days} days left out")
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
