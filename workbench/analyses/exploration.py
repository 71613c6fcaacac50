"""What does one selection of tickets look like: its key figures, and how each moved?

A selection is a period and, per dimension, one value that is kept. Nothing here passes over the
data: all numbers come from the aggregates of `metrics.cube`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from workbench.analyses.trends import ALL, TREND_COLUMNS, MetricTrend, trend_row
from workbench.definitions.periods import Period
from workbench.metrics.aggregates import cube_of
from workbench.metrics.cube import Cube
from workbench.metrics.declaration import Answer, Metric
from workbench.metrics.judging import NOT_RECORDED
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

KEY_FIGURES = (
    "tickets_created", "contact_rate", "backlog", "first_response_time", "full_resolution_time",
    "fcr", "reopen_rate", "csat", "refund_rate_cohort", "churn_90",
)  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """A period, and the one value kept of each dimension in ``where``."""

    period: Period
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def before(self) -> Period:
        """The period of the same length that ends where this one begins."""
        return self.period.before

    @property
    def title(self) -> str:
        """How a reader says it: ``June 2025, team Brightline``."""
        kept = [f"{split} {value.removeprefix(split + ' ')}" for split, value in self.where.items()]
        return ", ".join([self.period.title, *kept])

    def only(self, split: str, value: str) -> Selection:
        """The part of it that has this value of one dimension."""
        return replace(self, where={**self.where, split: value})


@dataclass(frozen=True)
class KeyFigure:
    """One metric of a selection, and the same of the period before."""

    metric: Metric
    now: Answer
    before: Answer

    @property
    def is_shown(self) -> bool:
        """Can this data answer it at all?"""
        return self.now.status != "not_computable"


def key_figures(workspace: Workspace, selection: Selection, *, chosen: str = "") -> list[KeyFigure]:
    """The figures an analyst watches, in their fixed order, the impossible ones included.

    The ``chosen`` metric comes last where it is none of them.
    """
    names = dict.fromkeys([*KEY_FIGURES, *([chosen] if chosen else [])])
    return [_figure(workspace, METRICS[name], selection) for name in names]


def _figure(workspace: Workspace, metric: Metric, selection: Selection) -> KeyFigure:
    now = answer_of(workspace, metric, selection)
    return KeyFigure(metric, now, answer_of(workspace, metric, selection, selection.before))


def answer_of(
    workspace: Workspace, metric: Metric, selection: Selection, period: Period | None = None
) -> Answer:
    """A metric of a selection (or of the same tickets in another ``period``)."""
    cube = cube_of(workspace, metric)
    if isinstance(cube, Answer):
        return cube
    return cube.answer(period or selection.period, selection.where)


def selected_trend(
    workspace: Workspace, metric: Metric, selection: Selection, shown: Period
) -> MetricTrend:
    """A metric month by month, of the selection's tickets, over all months ``shown``."""
    cube = cube_of(workspace, metric)
    if isinstance(cube, Cube):
        found = cube.months(shown, selection.where)
    else:
        found = [cube] * len(shown.months)
    pairs = zip(shown.months, found, strict=True)
    rows = [trend_row(month.start, ALL, one) for month, one in pairs]
    whys = [one.why for one in found if one.value is None and one.why]
    why = whys[-1] if whys else "nothing to count"
    return MetricTrend(pd.DataFrame(rows, columns=TREND_COLUMNS), metric, None, why)


def agent_names(workspace: Workspace) -> dict[str, str]:
    """Names of agents, by what `ticket_facts` calls them: the number, with its source before it
    where two sources use the same one."""
    if not workspace.has("agents"):
        return {}
    agents = workspace.table("agents").select("source", "agent_id", "name").to_pandas().dropna()
    keys = agents["source"] + "/" + agents["agent_id"]
    named = [
        f"{name} ({source})" for name, source in zip(agents["name"], agents["source"], strict=True)
    ]
    once = agents[~agents["agent_id"].duplicated(keep=False)]
    return {
        **dict(zip(keys, named, strict=True)),
        **dict(zip(once["agent_id"], once["name"], strict=True)),
        NOT_RECORDED: NOT_RECORDED,
    }
