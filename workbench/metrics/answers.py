"""What is this metric, in this period, for these groups? The one question everything asks."""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import datetime

import pandas as pd

from workbench.definitions.dimensions import DIMENSIONS
from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.metrics.aggregates import cells_of
from workbench.metrics.cube import MONTH, Cube, Where
from workbench.metrics.declaration import Answer, Metric
from workbench.workspace import Workspace


def answers(
    workspace: Workspace, metric: Metric, period: Period, *, by: str | None = None,
    where: Where | None = None,
) -> list[Answer]:  # fmt: skip
    """What is this metric in this period, overall or for each group of ``by``?

    ``by`` is ``month`` or anything `groups.split_names` lists: a dimension, ``tag``, ``driver``,
    a field of the ticket or ``custom.NAME``; groups come in order, one answer each. ``where``
    keeps what has the given value of each split it names.
    """
    kept = dict(where or {})
    split = None if by in (None, MONTH) else by
    cells = cells_of(workspace, metric, period, splits=[*filter(None, [split]), *kept])
    if isinstance(cells, Answer):
        return [cells]
    _check(cells, kept)
    whole = cells.answer(period, kept)
    if whole.status == "not_computable":
        return [replace(whole, by={})]
    if by == MONTH:
        return cells.months(period, kept)
    return cells.by(period, kept, split) if split else [whole]


def _check(cells: Cube, where: Where) -> None:
    """A value nobody has is more often a slip of the pen than a question."""
    for split, value in where.items():
        known = cells.groups(split)
        if known and value not in known:
            near = difflib.get_close_matches(value, known, n=1)
            some = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
            raise UsageError(
                f"nothing has {split} {value!r}.", where="--where",
                fix=f"Did you mean {near[0]!r}?" if near else f"There are: {some}.",
            )  # fmt: skip


def answer(workspace: Workspace, metric: Metric, period: Period) -> Answer:
    """The one overall answer of a period."""
    return answers(workspace, metric, period)[0]


def tickets_behind(workspace: Workspace, metric: Metric, period: Period) -> pd.DataFrame:
    """The things a number counts: one row each, with ``ref``, cohort time, dimensions, and
    whether it was a hit, left out or too young."""
    if metric.missing(workspace):
        return pd.DataFrame(columns=["ref", "at", *DIMENSIONS])
    rows = metric.observations(workspace, _as_of(workspace, metric))
    inside = rows.filter(rows["at"] >= period.start, rows["at"] < period.end)
    return inside.order_by("at", "source", "ref").to_pandas()


def observations(workspace: Workspace, metric: Metric) -> pd.DataFrame:
    """All observations of a computable metric, worked out by the engine once per open workspace.

    One row per thing counted, in the shape `Metric` describes; meant for a few hundred thousand.
    """
    as_of = _as_of(workspace, metric)
    return workspace.remembered(
        ("observations", metric.name), lambda: metric.observations(workspace, as_of).to_pandas()
    )


def _as_of(workspace: Workspace, metric: Metric) -> datetime:
    as_of = workspace.as_of(*metric.tables(workspace))
    if as_of is None:
        raise UsageError(f"{metric.name} needs dated rows.", where="observations")
    return as_of
