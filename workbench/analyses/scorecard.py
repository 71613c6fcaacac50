"""How does this month stand, metric by metric?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from workbench.definitions.periods import Period
from workbench.definitions.wording import shown
from workbench.metrics.answers import answer
from workbench.metrics.declaration import Answer, Kind, Metric
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

STANDARD = (
    "tickets_created", "contact_rate", "backlog", "first_response_time", "full_resolution_time",
    "fcr", "reopen_rate", "csat", "refund_rate_cash", "refund_rate_cohort", "refund_amount",
    "churn_90",
)  # fmt: skip
# Shown only where the standard metric beside them cannot be computed, or no metric covers it.
AS_RECORDED = {
    "reopened_recorded": "reopen_rate", "reassigned_recorded": "fcr", "sla_met_recorded": "",
}  # fmt: skip


PARTIAL = "the data "  # how a note begins that says a month is covered only in part
PILING_UP = 1.5  # times the month before; under ten open tickets nothing piles up


@dataclass(frozen=True)
class ScoreLine:
    """One metric: this period, the previous one, the same month last year, and its history.

    ``state``: ``good`` (the whole 95 % interval meets the target), ``miss`` (all of it misses),
    ``watch`` (the interval holds the target, or, without a target, lies wholly on the worse side
    of the month before's; a backlog over 1.5 times the month before), ``steady`` (no target,
    not clearly worse), ``unknown`` (no value, or nothing whole to compare it with).
    """

    metric: Metric
    this: Answer
    previous: Answer
    year_ago: Answer
    history: tuple[float | None, ...]
    state: str
    note: str


@dataclass(frozen=True)
class Scorecard:
    """One line per metric the data can answer, and why the others cannot be."""

    lines: tuple[ScoreLine, ...]
    not_computable: tuple[tuple[str, str], ...]

    @property
    def answers(self) -> list[Answer]:
        """This period's numbers, for the record a run keeps."""
        return [line.this for line in self.lines]

    def line(self, metric: str) -> ScoreLine | None:
        """The line of one metric, or ``None``."""
        return next((ln for ln in self.lines if ln.metric.name == metric), None)


def scorecard(workspace: Workspace, period: Period, *, shown: Period) -> Scorecard:
    """How does this month stand, metric by metric? ``shown`` are the months of the history."""
    lines: list[ScoreLine] = []
    lacking: list[tuple[str, str]] = []
    for name in (*STANDARD, *AS_RECORDED):
        metric = METRICS[name]
        this = answer(workspace, metric, period)
        beside = AS_RECORDED.get(name)
        if beside and any(line.metric.name == beside for line in lines):
            continue
        if this.status == "not_computable":
            if beside is None:
                lacking.append((metric.label, this.why))
            continue
        line = _line(workspace, metric, this, period, shown)
        # A counter that only an export from before these months had is nothing to show.
        if beside is None or any(value is not None for value in (this.value, *line.history)):
            lines.append(line)
    return Scorecard(tuple(lines), tuple(lacking))


def _line(
    workspace: Workspace, metric: Metric, this: Answer, period: Period, shown: Period
) -> ScoreLine:
    previous = answer(workspace, metric, period.of_months().shifted(-1))
    months = [answer(workspace, metric, month) for month in shown.months]
    values = tuple(a.value if _is_told(a) else None for a in months)
    return ScoreLine(
        metric=metric,
        this=this,
        previous=previous,
        year_ago=answer(workspace, metric, period.shifted(-12)),
        history=values,
        state=state_of(metric, this, previous),
        note=_note(metric, this, period, months, shown),
    )


def _is_told(one: Answer) -> bool:
    return one.value is not None and (one.denominator or 0) > 0


def state_of(metric: Metric, this: Answer, previous: Answer) -> str:
    """How a number stands against its target, or else against the one before (`ScoreLine`)."""
    if this.value is None:
        return "unknown"
    floor, ceiling = metric.target
    # Part of a period is no measure for a whole one: it lacks what takes longer.
    is_partial = PARTIAL in this.why + previous.why
    if metric.kind is Kind.STOCK:
        if PARTIAL in this.why:
            return "unknown"
        return "watch" if _is_piling_up(this, previous) else "steady"
    if this.low is None or this.high is None:
        return "unknown"
    if floor is not None:
        return "good" if this.low >= floor else "miss" if this.high < floor else "watch"
    if ceiling is not None:
        return "good" if this.high <= ceiling else "miss" if this.low > ceiling else "watch"
    if metric.better == "neither":
        return "unknown" if is_partial else "steady"
    if previous.low is None or previous.high is None or is_partial:
        return "unknown"
    is_worse = this.low > previous.high if metric.better == "lower" else this.high < previous.low
    return "watch" if is_worse else "steady"


def _is_piling_up(this: Answer, previous: Answer) -> bool:
    before = previous.value or 0
    return PARTIAL not in previous.why and (this.value or 0) > PILING_UP * max(before, 10)


def _note(
    metric: Metric, this: Answer, period: Period, months: list[Answer], shown_months: Period
) -> str:
    if this.value is not None or this.status != "immature":
        return this.why
    told = [
        f"latest judged: {month.title}, {shown(one.value, metric.unit)}"
        for month, one in zip(shown_months.months, months, strict=True)
        if one.value is not None
    ]
    closes = period.end + timedelta(days=metric.window_days)
    return "; ".join([*told[-1:], f"this period from {closes:%-d %B %Y}"])
