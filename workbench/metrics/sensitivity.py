"""How much of a number is its definition? One metric under everybody's definition of it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.definitions.periods import Period
from workbench.definitions.wording import shown
from workbench.metrics.answers import answers
from workbench.metrics.cube import Where
from workbench.metrics.declaration import Answer, Metric
from workbench.workspace import Workspace

DEFAULT = "default"


@dataclass(frozen=True)
class Line:
    """One definition: its key, its words, who counts so, what it gives, and on which side of the
    target that lies (``met``, ``missed``, ``unclear`` where the interval holds the target)."""

    key: str
    says: str
    whose: str
    answer: Answer
    verdict: str


@dataclass(frozen=True)
class Sensitivity:
    """A metric in one period: one line per definition, our default first."""

    metric: Metric
    period: Period
    lines: tuple[Line, ...]

    def finding(self) -> str:
        """From where to where the number moves with nothing but its definition."""
        values = [one for one in self.lines if one.answer.value is not None]
        if len(values) < 2:
            return "Fewer than two of its definitions can be computed here."
        least = min(values, key=lambda one: one.answer.value or 0.0)
        most = max(values, key=lambda one: one.answer.value or 0.0)
        unit = self.metric.unit
        told = (
            f"By definition alone it lies between {shown(least.answer.value, unit)} "
            f"({least.key}) and {shown(most.answer.value, unit)} ({most.key})."
        )
        verdicts = {one.verdict for one in values}
        if {"met", "missed"} <= verdicts:
            told += " The target is met by some and missed by others."
        return told


def sensitivity(
    workspace: Workspace, metric: Metric, period: Period, *, where: Where | None = None
) -> Sensitivity:
    """What is this number under each definition of it?"""
    ours = Line(DEFAULT, metric.formula, metric.source, *_judged(workspace, metric, period, where))
    others = [
        Line(one.key, one.says, one.whose,
             *_judged(workspace, metric.variant(one.key), period, where))
        for one in metric.variants
    ]  # fmt: skip
    return Sensitivity(metric, period, (ours, *others))


def _judged(
    workspace: Workspace, metric: Metric, period: Period, where: Where | None
) -> tuple[Answer, str]:
    one = answers(workspace, metric, period, where=where)[0]
    return one, verdict(metric, one)


def verdict(metric: Metric, one: Answer) -> str:
    """On which side of its target does a number lie, interval and all?"""
    floor, ceiling = metric.target
    if (floor is None and ceiling is None) or one.value is None:
        return ""
    if one.low is None or one.high is None:
        return "unclear"
    if floor is not None:
        return "met" if one.low >= floor else "missed" if one.high < floor else "unclear"
    assert ceiling is not None
    return "met" if one.high <= ceiling else "missed" if one.low > ceiling else "unclear"
