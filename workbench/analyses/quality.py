"""Is quality drifting, and at which team?"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses.comparisons import ShareChange, share_change
from workbench.analyses.trends import MetricTrend, largest_groups, metric_trend
from workbench.definitions.periods import Period
from workbench.definitions.wording import points, points_spread, shown
from workbench.metrics.answers import tickets_behind
from workbench.metrics.declaration import Kind, Metric
from workbench.metrics.first_contact import FCR
from workbench.metrics.recorded import REASSIGNED_RECORDED, SLA_MET_RECORDED
from workbench.metrics.reopening import REOPEN_RATE
from workbench.metrics.satisfaction import CSAT
from workbench.metrics.speed import FIRST_RESPONSE_TIME
from workbench.metrics.waiting import FULL_RESOLUTION_TIME
from workbench.workspace import Workspace

PREFERRED: tuple[Metric, ...] = (FCR, REOPEN_RATE, CSAT, FIRST_RESPONSE_TIME)
FALLBACK: tuple[Metric, ...] = (FULL_RESOLUTION_TIME, SLA_MET_RECORDED, REASSIGNED_RECORDED)
WINDOW_MONTHS = 3
PANELS = 4


@dataclass(frozen=True)
class GroupShift:
    """How one group's share moved from its first months shown to its latest judged ones."""

    group: str
    metric: Metric
    first: str
    last: str
    change: ShareChange

    @property
    def is_worse(self) -> bool:
        """Did it clearly move the wrong way?"""
        wrong = self.change.change < 0 if self.metric.better == "higher" else self.change.change > 0
        return self.change.is_clear and wrong

    def sentence(self) -> str:
        """The shift as a reader would say it."""
        c = self.change
        moved = "fell" if c.change < 0 else "rose"
        return (
            f"{self.metric.label} at {self.group} {moved} from {shown(c.before, 'share')} "
            f"({self.first}, n {c.n_before:,}) to {shown(c.after, 'share')} ({self.last}, "
            f"n {c.n_after:,}): {points(c.change)} ({points_spread(c.low, c.high)})."
        )


@dataclass(frozen=True)
class QualityTrend:
    """``trends``: one per metric the data can answer, each by group. ``shifts``: every group's
    change in every share, largest wrong-way change first. ``tickets``: what the period's
    numbers count, one row per ticket and metric."""

    trends: tuple[MetricTrend, ...]
    shifts: tuple[GroupShift, ...]
    by: str
    hidden_groups: int
    tickets: pd.DataFrame
    caveats: list[str] = field(default_factory=list)

    @property
    def frame(self) -> pd.DataFrame:
        """All trends in one tidy frame, with the metric's name."""
        parts = [t.frame.assign(metric=t.metric.name) for t in self.trends]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def finding(self) -> str:
        """The clearest wrong-way shift, or that there is none."""
        worse = [s for s in self.shifts if s.is_worse]
        if worse:
            return worse[0].sentence()
        if not self.shifts:
            return "There are too few months to tell whether quality is drifting."
        return (
            f"No {self.by} shows a clear decline between its first and its latest {WINDOW_MONTHS} "
            "months shown; a small one may hide within the intervals."
        )


def quality_trend(
    workspace: Workspace,
    period: Period,
    *,
    shown: Period,
    by: str = "team",
    min_n: int = 30,
    most: int = 4,
) -> QualityTrend:
    """Is quality drifting, and at which ``by``, over the months of ``shown``?

    The ``most`` largest groups are shown; months of a group under ``min_n`` are blank.
    """
    usable = [m for m in PREFERRED if _has_values(workspace, m, shown)]
    if len(usable) < 2:
        usable += [m for m in FALLBACK if _has_values(workspace, m, shown)]
    usable = usable[:PANELS]
    first = usable[0] if usable else FULL_RESOLUTION_TIME
    everyone = largest_groups(workspace, first, shown, by=by, most=10_000)
    groups = everyone[:most]
    trends = tuple(
        metric_trend(workspace, m, shown, by=by, groups=groups, min_n=min_n)
        if groups
        else metric_trend(workspace, m, shown, min_n=min_n)
        for m in usable
    )
    shares = [t for t in trends if t.metric.kind is Kind.SHARE]
    looked_at = sum(len(t.groups) for t in shares)
    shifts = [s for t in shares for s in _shifts(t, looked_at)]
    shifts.sort(key=lambda s: (not s.is_worse, -abs(s.change.change)))
    parts = [tickets_behind(workspace, m, period).assign(metric=m.name) for m in usable]
    behind = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    caveats = [
        f"Shifts compare the first {WINDOW_MONTHS} months shown with the last {WINDOW_MONTHS} that "
        "can be judged; their intervals are widened for the number of comparisons.",
        "Groups are compared with their own past, not with each other: their tickets differ.",
    ]
    if not groups:
        caveats.append(f"The export names no {by}, so all tickets are shown together.")
    return QualityTrend(trends, tuple(shifts), by, len(everyone) - len(groups), behind, caveats)


def _has_values(workspace: Workspace, metric: Metric, shown: Period) -> bool:
    return not metric_trend(workspace, metric, shown).is_empty


def _shifts(trend: MetricTrend, comparisons: int) -> list[GroupShift]:
    found = []
    for group in trend.groups:
        rows = trend.frame[(trend.frame["group"] == group) & trend.frame["value"].notna()]
        if len(rows) < 2 * WINDOW_MONTHS:
            continue
        early, late = rows.head(WINDOW_MONTHS), rows.tail(WINDOW_MONTHS)
        change = share_change(
            int(early["numerator"].sum()), int(early["n"].sum()),
            int(late["numerator"].sum()), int(late["n"].sum()), comparisons=comparisons,
        )  # fmt: skip
        found.append(GroupShift(group, trend.metric, _span(early), _span(late), change))
    return found


def _span(rows: pd.DataFrame) -> str:
    return f"{rows['month'].min():%b %Y}–{rows['month'].max():%b %Y}"
