"""How has one metric moved, month by month, overall or group by group?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import pandas as pd

from workbench.definitions.periods import Period
from workbench.metrics.answers import MONTH, answers
from workbench.metrics.declaration import Answer, Metric
from workbench.metrics.judging import NOT_RECORDED
from workbench.workspace import Workspace

HISTORY_MONTHS = 18
ALL = "all"


@dataclass(frozen=True)
class MetricTrend:
    """One metric over months. ``frame``: one row per month and group with ``month`` (first day),
    ``group``, ``value``, ``low``, ``high``, ``n``, ``n_immature``, ``status``; a value is blank
    where it is too young or not computable."""

    frame: pd.DataFrame
    metric: Metric
    by: str | None
    why_blank: str

    @property
    def is_empty(self) -> bool:
        """Is there no value at all?"""
        return bool(self.frame["value"].isna().all())

    @property
    def young_months(self) -> list[pd.Timestamp]:
        """The months in which no group has a value and one is too young to have it."""
        told = self.frame.loc[self.frame["value"].notna(), "month"]
        young = self.frame.loc[self.frame["status"] == "immature", "month"]
        return list(young[~young.isin(told)].drop_duplicates())

    @property
    def groups(self) -> list[str]:
        """The groups, in order."""
        return list(dict.fromkeys(self.frame["group"]))


def history(workspace: Workspace, period: Period, *, months: int = HISTORY_MONTHS) -> Period:
    """The months a trend shows: at most ``months`` up to the period, none before the data."""
    wanted = period.of_months().last(months)
    first = workspace.first_at("tickets") or workspace.first_at("orders")
    if first is None or first <= wanted.start:
        return wanted
    begins = Period.month(f"{first:%Y-%m}").start
    return Period(min(begins, period.start), period.end)


def metric_trend(
    workspace: Workspace,
    metric: Metric,
    period: Period,
    *,
    by: str | None = None,
    groups: Iterable[str] | None = None,
    min_n: int = 1,
) -> MetricTrend:
    """How has ``metric`` moved over the months of ``period``?

    Months of a group with fewer than ``min_n`` things are blank. ``groups`` limits what is shown.
    """
    months = {m: answers(workspace, metric, m, by=by) for m in period.months}
    found = {(m, _group(a, by)): a for m, of_month in months.items() for a in of_month}
    every = sorted({group for _, group in found})
    wanted = every if groups is None or every == [ALL] else list(groups)
    # A group without anything in a month has a blank there, or its line would bridge the gap.
    rows = [trend_row(m.start, g, found.get((m, g)), min_n) for m in period.months for g in wanted]
    frame = pd.DataFrame(rows, columns=TREND_COLUMNS)
    blanks = [a.why for (_, g), a in found.items() if a.value is None and a.why and g in wanted]
    fewer = f"every month has fewer than {min_n:,}" if min_n > 1 else "nothing to count"
    return MetricTrend(frame, metric, by, blanks[-1] if blanks else fewer)


def _group(one: Answer, by: str | None) -> str:
    return str(one.by.get(by, ALL)) if by else ALL


TREND_COLUMNS = ["month", "group", "value", "low", "high", "n", "numerator", "n_immature", "status"]


def trend_row(month: datetime, group: str, one: Answer | None, min_n: int = 1) -> dict[str, object]:
    """One row of a `MetricTrend`'s frame; blank where nothing or too little was counted."""
    if one is None:
        empty = {"n": 0, "numerator": 0, "n_immature": 0, "status": "small_n"}
        return {MONTH: month.replace(tzinfo=None), "group": group, **empty}
    enough = (one.denominator or 0) >= min_n or one.metric == "backlog"
    kept = asdict(one) if enough else {}
    return {
        MONTH: month.replace(tzinfo=None), "group": group,
        "value": kept.get("value"), "low": kept.get("low"), "high": kept.get("high"),
        "n": one.denominator, "numerator": one.numerator, "n_immature": one.n_immature,
        "status": one.status if enough or one.status != "ok" else "small_n",
    }  # fmt: skip


def largest_groups(
    workspace: Workspace, metric: Metric, period: Period, *, by: str, most: int = 4
) -> list[str]:
    """The groups with the most things counted in the period, largest first.

    Rows that name no ``by`` are not a group.
    """
    found = [a for a in answers(workspace, metric, period, by=by) if a.by]
    found = [a for a in found if a.by[by] != NOT_RECORDED]
    found.sort(key=lambda a: (-(a.denominator or 0), str(a.by[by])))
    return [str(a.by[by]) for a in found[:most]]
