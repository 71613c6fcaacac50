"""How does this week stand, metric by metric, against the weeks before?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pandas as pd

from workbench.analyses.maturity import is_judged, latest_judged
from workbench.analyses.scorecard import state_of
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, shown, spread
from workbench.metrics.answers import answer
from workbench.metrics.declaration import Answer, Kind, Metric
from workbench.metrics.judging import gap_in
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

STANDARD = (
    "tickets_created", "contact_rate", "backlog", "first_response_time", "full_resolution_time",
    "fcr", "repeat_rate", "reopen_rate", "csat", "refund_rate_cash", "escalation_rate",
    "escalation_decision_time",
)  # fmt: skip
# Shown only where the standard metric beside them cannot be computed, or no metric covers it.
AS_RECORDED = {
    "reopened_recorded": "reopen_rate", "reassigned_recorded": "fcr", "sla_met_recorded": "",
}  # fmt: skip
_PER_WEEK = (Kind.TOTAL, Kind.STOCK)  # several weeks are told as their mean, not as their sum


@dataclass(frozen=True)
class WeekFigure:
    """One metric: ``this`` is of the reported week; ``told`` of the week ``judged``, which is an
    earlier one where the reported week is too young; ``before`` of the ``weeks`` weeks before
    ``judged`` taken together (totals and stocks: per week). ``history`` ends with the reported
    week. ``state`` of ``told`` as in `scorecard.ScoreLine`; ``note`` says what is missing."""

    metric: Metric
    this: Answer
    judged: Period | None
    told: Answer
    before: Answer | None
    weeks: int
    history: tuple[float | None, ...]
    state: str
    note: str

    @property
    def is_late(self) -> bool:
        """Is what is told about an earlier week than the reported one?"""
        return self.this.value is None and self.told.value is not None


@dataclass(frozen=True)
class WeekFigures:
    """``lines``: one per metric the data can answer; ``not_computable``: why others cannot be.

    ``frame``: one row per metric: ``week`` it is told of, ``value``, ``low``, ``high``, ``n``, the
    same of the ``weeks`` before in columns ending in ``_before``, ``state`` and ``note``; shares
    are fractions, everything else is in ``unit``."""

    week: Period
    weeks: int
    lines: tuple[WeekFigure, ...]
    not_computable: tuple[tuple[str, str], ...]
    caveats: list[str] = field(default_factory=list)

    @property
    def frame(self) -> pd.DataFrame:
        """The figures as a table."""
        rows = []
        for line in self.lines:
            told, before = line.told, line.before
            rows.append({
                "metric": line.metric.label, "unit": line.metric.unit,
                "week": str(line.judged or ""), "value": told.value, "low": told.low,
                "high": told.high, "n": told.denominator, "weeks": line.weeks,
                "value_before": before.value if before else None,
                "low_before": before.low if before else None,
                "high_before": before.high if before else None,
                "n_before": before.denominator if before else None,
                "state": line.state, "note": line.note,
            })  # fmt: skip
        return pd.DataFrame(rows)

    @property
    def answers(self) -> list[Answer]:
        """The reported week's numbers, for the record a run keeps."""
        return [line.this for line in self.lines]

    def line(self, metric: str) -> WeekFigure | None:
        """The line of one metric, or ``None``."""
        return next((line for line in self.lines if line.metric.name == metric), None)

    def finding(self) -> str:
        """How many figures are clearly worse than before or miss their target."""
        bad = [ln for ln in self.lines if ln.state == "miss"]
        names = f": {', '.join(ln.metric.label for ln in bad)}" if bad else ""
        return f"{len(bad)} of {counted(len(self.lines), 'figure')} clearly miss a target{names}."


def week_figures(workspace: Workspace, week: Period, *, weeks: int, history: int) -> WeekFigures:
    """How does this week stand against the ``weeks`` before it, pooled?"""
    lines: list[WeekFigure] = []
    lacking: list[tuple[str, str]] = []
    for name in (*STANDARD, *AS_RECORDED):
        beside = AS_RECORDED.get(name)
        if beside and any(line.metric.name == beside for line in lines):
            continue
        line = week_figure(workspace, METRICS[name], week, weeks=weeks, history=history)
        if line.this.status == "not_computable":
            if beside is None:
                lacking.append((line.metric.label, line.this.why))
        elif beside is None or any(value is not None for value in line.history):
            lines.append(line)
    return WeekFigures(week, weeks, tuple(lines), tuple(lacking))


def week_figure(
    workspace: Workspace, metric: Metric, week: Period, *, weeks: int, history: int
) -> WeekFigure:
    """One metric of a week, or of the latest week that can be judged, and of the weeks before."""
    this = answer(workspace, metric, week)
    if this.status == "not_computable":
        return WeekFigure(metric, this, None, this, None, 0, (), "unknown", this.why)
    judged = latest_judged(workspace, metric, week) if this.status == "immature" else week
    told = answer(workspace, metric, judged) if judged is not None else this
    before, used = pooled(workspace, metric, judged or week, weeks)
    shown_weeks = [answer(workspace, metric, one) for one in week.last(history).parts]
    return WeekFigure(
        metric=metric, this=this, judged=judged, told=told, before=before, weeks=used,
        history=tuple(one.value if is_judged(one) else None for one in shown_weeks),
        state=state_of(metric, told, before or replace(told, low=None, high=None)),
        note=_note(metric, this, week),
    )  # fmt: skip


def pooled(
    workspace: Workspace, metric: Metric, week: Period, weeks: int
) -> tuple[Answer | None, int]:
    """A metric in the weeks before ``week`` taken together, and how many the data cover whole.

    A total is told per week; a stock is the mean of what each week ended with.
    """
    parts = week.shifted(-1).last(weeks).parts
    found = [answer(workspace, metric, one) for one in parts]
    covered = [
        part for part, one in zip(parts, found, strict=True)
        if not gap_in(one) and one.status != "immature"
    ]  # fmt: skip
    if not covered:
        return None, 0
    span = Period(covered[0].start, parts[-1].end, "week")
    used = len(span.parts)
    if metric.kind is Kind.STOCK:
        ends = [one.value for one in found[-used:] if one.value is not None]
        mean = sum(ends) / len(ends) if ends else None
        return replace(found[-1], value=mean, numerator=mean, low=None, high=None), used
    whole = answer(workspace, metric, span)
    return (_per_week(whole, used) if metric.kind in _PER_WEEK else whole), used


def _per_week(whole: Answer, weeks: int) -> Answer:
    return replace(
        whole,
        value=None if whole.value is None else whole.value / weeks,
        low=None if whole.low is None else whole.low / weeks,
        high=None if whole.high is None else whole.high / weeks,
    )


def _note(metric: Metric, this: Answer, week: Period) -> str:
    if this.value is not None or this.status != "immature":
        return this.why
    if not metric.window_days:
        return this.why
    closes = week.end + timedelta(days=metric.window_days)
    return f"this week can be judged from {closes:%-d %B %Y}"


def told_of(line: WeekFigure, week: Period) -> str:
    """A figure in words: ``9.1 % (5.0–16.2 %, n 98)``, and of which week where it is not this."""
    one, unit = line.told, line.metric.unit
    sure = ", ".join(filter(None, (spread(one.low, one.high, unit), f"n {one.denominator:,}")))
    where = f" in {line.judged.name}" if line.judged is not None and line.judged != week else ""
    return f"{shown(one.value, unit)} ({sure}){where}"


def before_of(line: WeekFigure) -> str:
    """What the figure was before, in words: ``, in the 8 weeks before 2.8 h (1.5–4.3 h, n 70)``."""
    one, unit = line.before, line.metric.unit
    if one is None or one.value is None:
        return ""
    sure = ", ".join(filter(None, (spread(one.low, one.high, unit), f"n {one.denominator:,}")))
    return f", in the {line.weeks} weeks before {shown(one.value, unit)} ({sure})"
