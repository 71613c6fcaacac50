"""How do the results about one metric of one selection read on a page? Words only."""

from __future__ import annotations

import os
from typing import Any

import pandas as pd

from workbench.analyses.breakdown import Breakdown
from workbench.analyses.drivers import label_drivers
from workbench.analyses.exploration import KeyFigure, Selection
from workbench.analyses.movement import Movement
from workbench.analyses.trends import MetricTrend
from workbench.charts.breakdown import breakdown_chart
from workbench.charts.movement import movement_chart
from workbench.charts.trends import metric_trend_chart
from workbench.definitions.dimensions import DRIVER
from workbench.definitions.findings import Finding
from workbench.definitions.periods import Period
from workbench.definitions.wording import shown, spread
from workbench.errors import UsageError
from workbench.metrics.aggregates import cube_of
from workbench.metrics.behind import behind
from workbench.metrics.cube import Cube
from workbench.metrics.declaration import Metric
from workbench.metrics.judging import unheard_in
from workbench.metrics.volume import TICKETS_CREATED
from workbench.reporting.secrets import resolved
from workbench.workspace import Workspace

Section = dict[str, Any]


def selection_of(
    workspace: Workspace, period: str, months: int, by: str, **filters: str
) -> Selection:
    """The selection these parameters mean; drivers are grouped first where they are asked for.

    Raises `UsageError` for a value that no ticket has.
    """
    where = {split: resolved(value, os.environ) for split, value in filters.items() if value}
    if DRIVER in (by, *where):
        label_drivers(workspace)
    cube = cube_of(workspace, TICKETS_CREATED)
    for split, value in where.items():
        known = cube.groups(split) if isinstance(cube, Cube) else []
        if value not in known:
            raise UsageError(
                f"no ticket has the {split} {value!r}.", where=split,
                fix=f"There are: {', '.join(known) or 'none'}.",
            )  # fmt: skip
    return Selection(Period.month(period).last(months), where)


def findings(trend: MetricTrend, groups: Breakdown, moved: Movement) -> list[Finding]:
    """What the number is, what changed, and who stands out; what cannot be told comes last."""
    one, unit = groups.overall, trend.metric.unit
    found = [
        Finding(moved.finding(), "why", 0.0 if moved.why_not else 2.0),
        Finding(groups.finding(), "groups", 1.0),
    ]
    if one.value is not None:
        sure = ", ".join(filter(None, (spread(one.low, one.high, unit), f"n {one.denominator:,}")))
        level = (
            f"{trend.metric.label} is {shown(one.value, unit)} ({sure}) in {moved.period.title}."
        )
        found.append(Finding(level, "trend", 3.0))
    return found


def trend_section(trend: MetricTrend, selection: Selection) -> Section:
    """The metric month by month."""
    return {
        "id": "trend", "title": f"{trend.metric.label}, month by month",
        "figure": metric_trend_chart(trend, focus=selection.period),
        "sentences": [trend.metric.question], "frame": trend.frame,
        "definition": trend.metric.definition,
    }  # fmt: skip


def groups_section(workspace: Workspace, groups: Breakdown, selection: Selection) -> Section:
    """The metric group by group, with the tickets it counts."""
    tickets = None
    if not groups.why_not:
        tickets = behind(
            workspace, groups.metric, selection.period, selection.where, most=None
        ).rows
    return {
        "id": "groups", "title": f"By {groups.split}", "figure": breakdown_chart(groups),
        "sentences": [groups.finding()], "frame": groups.frame, "tickets": tickets,
        "definition": groups.metric.definition, "caveats": groups.caveats,
    }  # fmt: skip


def why_section(moved: Movement) -> Section:
    """Why it moved."""
    section = {"id": "why", "title": "Why it moved", "sentences": [moved.finding()]}
    if moved.why_not:
        return section
    return section | {
        "figure": movement_chart(moved), "frame": moved.frame, "caveats": moved.caveats,
        "definition": "Mix: what changed because groups make up another part of the whole. Rate: "
        "what changed within the groups (Kitagawa 1955). Both add up to the change.",
    }  # fmt: skip


def figures_section(figures: list[KeyFigure], selection: Selection) -> Section:
    """The other figures of the same tickets."""
    rows = [_figure_row(one, selection) for one in figures if one.is_shown]
    return {
        "id": "figures", "title": "The same tickets in other figures",
        "sentences": [f"All figures of {selection.title}, beside {selection.before.title}."],
        "frame": pd.DataFrame(rows),
    }  # fmt: skip


def _figure_row(one: KeyFigure, selection: Selection) -> dict[str, str]:
    unit = one.metric.unit
    return {
        "figure": one.metric.label,
        "value": shown(one.now.value, unit),
        "95 % interval": spread(one.now.low, one.now.high, unit),
        "n": f"{one.now.denominator or 0:,}",
        "before": shown(one.before.value, unit),
        "note": one.now.why,
    }


def missing(figures: list[KeyFigure]) -> list[tuple[str, str]]:
    """What these tickets cannot answer, or not all of them, and why."""
    return [
        (one.metric.label, one.now.why)
        for one in figures
        if not one.is_shown or unheard_in(one.now) or one.now.status == "immature"
    ]


def scope_of(metric: Metric, selection: Selection) -> str:
    """What the page is about, in words."""
    kept = ", ".join(f"{split} {value}" for split, value in selection.where.items())
    return f"{metric.label} of {kept or 'all tickets'}"
