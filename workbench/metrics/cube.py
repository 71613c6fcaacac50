"""Aggregates of one metric by month and every dimension, so that a filter costs no scan.

The engine passes over the observations once per version of the data; what a filter then adds up
gives the same answers as `answers`, from the same function, because sums of disjoint cells are
exact and a median keeps its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.definitions.dimensions import DIMENSIONS
from workbench.definitions.periods import Period
from workbench.metrics.answers import (
    MONTH,
    NOT_RECORDED,
    Reach,
    judged,
    lacks,
    not_computable,
    unjudgeable,
)
from workbench.metrics.declaration import TICKETS, Answer, Kind, Metric
from workbench.metrics.tally import Tally
from workbench.workspace import Workspace

DRIVER = "driver"
SPLITS = (*DIMENSIONS, DRIVER)
_SUMS = ("mature", "hits", "young", "young_hits", "excluded", "amount", "squares")

Where = Mapping[str, str]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Cube:
    """A cell is one month and one value of every dimension. ``codes`` say which value a cell has
    of each dimension's ``labels``; ``sums`` hold the parts of a `Tally`; ``values`` of cell ``i``
    stand from ``starts[i]`` to ``starts[i + 1]``."""

    metric: Metric
    reach: Reach
    month: NDArray[np.int32]
    labels: dict[str, list[str]]
    codes: dict[str, NDArray[np.int32]]
    sums: dict[str, NDArray[np.float64]]
    values: NDArray[np.float64]
    starts: NDArray[np.int64]
    base: dict[int, int] | None

    def answer(self, period: Period, where: Where) -> Answer:
        """The metric in a period, of what ``where`` (dimension: value) leaves."""
        return self._answer({}, period, where)

    def months(self, period: Period, where: Where) -> list[Answer]:
        """One answer per month of a period."""
        return [self._answer({MONTH: str(m)}, m, where) for m in period.months]

    def by(self, period: Period, where: Where, split: str) -> list[Answer]:
        """One answer per group of ``split`` that has anything in the period, in order."""
        if not self.knows(split):
            return [not_computable(self.metric, needs_split(split))]
        inside = self._chosen(where) & self._within(period)
        if self.metric.needs_value and self._is_never_judged(self._chosen(where)):
            return [unjudgeable(self.metric, {}, int(self.sums["excluded"][inside].sum()))]
        present = np.unique(self.codes[split][inside])
        groups = [self.labels[split][code] for code in present]
        return [self._answer({split: g}, period, {**where, split: g}) for g in sorted(groups)]

    def groups(self, split: str) -> list[str]:
        """All values of a dimension, in order; empty where nothing counted has one."""
        return sorted(self.labels[split]) if self.knows(split) else []

    def knows(self, split: str) -> bool:
        """Does anything that is counted here have a value of this dimension?"""
        return self.labels[split] not in ([], [NOT_RECORDED])

    def _answer(self, by: dict[str, Any], period: Period, where: Where) -> Answer:
        unknown = [split for split in where if not self.knows(split)]
        if unknown:
            return not_computable(self.metric, needs_split(unknown[0]))
        chosen = self._chosen(where)
        inside = chosen & self._within(period)
        if self.metric.needs_value and self._is_never_judged(chosen):
            return unjudgeable(self.metric, by, int(self.sums["excluded"][inside].sum()))
        tally = self._tally(inside)
        return judged(self.metric, by, tally, self._base(period), period, self.reach)

    def _chosen(self, where: Where) -> Mask:
        mask = np.ones(len(self.month), dtype=bool)
        for split, value in where.items():
            labels = self.labels[split]
            mask &= self.codes[split] == (labels.index(value) if value in labels else -1)
        return mask

    def _within(self, period: Period) -> Mask:
        before_end = self.month < _month(period.end)
        # A stock is what all changes so far add up to; everything else happened in the span.
        if self.metric.kind is Kind.STOCK:
            return np.asarray(before_end)
        return np.asarray(before_end & (self.month >= _month(period.start)))

    def _is_never_judged(self, chosen: Mask) -> bool:
        judged_at_all = self.sums["mature"][chosen].sum() + self.sums["young"][chosen].sum()
        return bool(judged_at_all == 0 and self.sums["excluded"][chosen].sum() > 0)

    def _tally(self, mask: Mask) -> Tally:
        part = {name: float(sums[mask].sum()) for name, sums in self.sums.items()}
        return Tally(
            mature=int(part["mature"]), hits=part["hits"], young=int(part["young"]),
            young_hits=part["young_hits"], excluded=int(part["excluded"]),
            amount=part["amount"], squares=part["squares"], values=self._values(mask),
        )  # fmt: skip

    def _values(self, mask: Mask) -> NDArray[np.float64]:
        if self.metric.kind is not Kind.MEDIAN:
            return np.empty(0)
        return self.values[np.repeat(mask, np.diff(self.starts))]

    def _base(self, period: Period) -> int | None:
        if self.base is None:
            return None
        return sum(self.base.get(_month(month.start), 0) for month in period.months)


def cube_of(workspace: Workspace, metric: Metric) -> Cube | Answer:
    """The aggregates of a metric, made once per open workspace, or why there are none.

    The driver dimension is there once `label_tickets` has told which ticket has which driver.
    """
    lacking = lacks(workspace, metric)
    if lacking:
        return not_computable(metric, lacking)
    has_drivers = workspace.holds(_DRIVERS)
    return workspace.remembered(
        ("cube", metric.name, has_drivers), lambda: _aggregated(workspace, metric)
    )


def needs_split(split: str) -> str:
    """Why a metric has no answer for one group of ``split``: an order has no team."""
    article = "an" if split[0] in "aeiou" else "a"
    return f"needs {article} {split} for what it counts"


_DRIVERS = "ticket_drivers"


def label_tickets(workspace: Workspace, drivers: Mapping[str, Iterable[str]]) -> None:
    """Say which ticket has which driver: columns ``source``, ``ticket_id`` and ``driver``."""
    rows = ibis.memtable(pa.table({name: pa.array(drivers[name], pa.string()) for name in drivers}))
    workspace.once(_DRIVERS, lambda: rows)


def seen(workspace: Workspace, metric: Metric) -> ir.Table:
    """A metric's observations with their month number, their driver, and no dimension empty."""
    with_drivers = workspace.holds(_DRIVERS) and TICKETS in metric.needs
    name = f"seen_{metric.name}" + ("_by_driver" if with_drivers else "")
    return workspace.once(name, lambda: _labelled(workspace, metric, with_drivers))


def _labelled(workspace: Workspace, metric: Metric, with_drivers: bool) -> ir.Table:
    rows = metric.observations(workspace, Reach.of(workspace, metric).as_of)
    if with_drivers:
        drivers = workspace.table(_DRIVERS).rename(ref="ticket_id")
        rows = rows.left_join(drivers, ["source", "ref"], rname="d_{name}")
    else:
        rows = rows.mutate(driver=ibis.null("string"))
    filled = {split: rows[split].fill_null(NOT_RECORDED) for split in SPLITS}
    month = rows["at"].year() * 12 + rows["at"].month() - 1
    kept = ["at", "ref", "is_excluded", "is_immature", "hit", "value"]
    return rows.select(*kept, **filled, month=month)


def _aggregated(workspace: Workspace, metric: Metric) -> Cube:
    rows = seen(workspace, metric)
    counted = ~rows.is_excluded
    mature, young = counted & ~rows.is_immature, counted & rows.is_immature
    sums = {
        "mature": mature.sum(),
        "hits": (mature & rows.hit).sum(),
        "young": young.sum(),
        "young_hits": (young & rows.hit).sum(),
        "excluded": rows.is_excluded.sum(),
        "amount": rows.value.sum(where=mature),
        "squares": (rows.value * rows.value).sum(where=mature),
    }
    if metric.kind is Kind.MEDIAN:
        sums["values"] = rows.value.collect(where=mature)
    cells = rows.group_by(["month", *SPLITS]).aggregate(**sums)
    found = cells.order_by(["month", *SPLITS]).to_pyarrow()
    labels, codes = {}, {}
    for split in SPLITS:
        column = found[split].combine_chunks().dictionary_encode()
        labels[split] = column.dictionary.to_pylist()
        codes[split] = column.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    values, starts = _flattened(found)
    return Cube(
        metric=metric,
        reach=Reach.of(workspace, metric),
        month=found["month"].to_numpy().astype(np.int32),
        labels=labels,
        codes=codes,
        sums={name: _numbers(found[name]) for name in _SUMS},
        values=values,
        starts=starts,
        base=_base_by_month(workspace, metric),
    )


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    # A cell without anything mature has no sum: nothing adds up to nothing.
    filled = column.cast(pa.float64()).fill_null(0.0)
    return np.asarray(filled.to_numpy(), dtype=np.float64)


def _flattened(found: pa.Table) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    if "values" not in found.column_names:
        return np.empty(0), np.zeros(len(found) + 1, dtype=np.int64)
    lists = found["values"].combine_chunks()
    lengths = lists.value_lengths().fill_null(0).to_numpy()
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return lists.flatten().to_numpy(zero_copy_only=False).astype(np.float64), starts


def _base_by_month(workspace: Workspace, metric: Metric) -> dict[int, int] | None:
    if metric.base is None:
        return None
    rows = metric.base(workspace, Reach.of(workspace, metric).as_of)
    rows = rows.filter(~rows.is_excluded)
    number = (rows["at"].year() * 12 + rows["at"].month() - 1).name("month")
    counted = rows.group_by(number).aggregate(n=rows.count()).to_pyarrow()
    return dict(zip(counted["month"].to_pylist(), counted["n"].to_pylist(), strict=True))


def _month(moment: Any) -> int:
    return int(moment.year * 12 + moment.month - 1)
