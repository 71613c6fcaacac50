"""From a metric's observations to its `Cube`: one pass of the engine per open workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.metrics.answers import NOT_RECORDED, Reach, lacks, not_computable
from workbench.metrics.cube import SPLITS, SUMS, Cube
from workbench.metrics.declaration import Answer, Kind, Metric
from workbench.workspace import Workspace

_DRIVERS = "ticket_drivers"


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


def label_tickets(workspace: Workspace, drivers: Mapping[str, Iterable[str]]) -> None:
    """Say which ticket has which driver: columns ``source``, ``ticket_id`` and ``driver``."""
    rows = ibis.memtable(pa.table({name: pa.array(drivers[name], pa.string()) for name in drivers}))
    workspace.once(_DRIVERS, lambda: rows)


def seen(workspace: Workspace, metric: Metric) -> ir.Table:
    """A metric's observations with their month number, their driver, and no dimension empty."""
    with_drivers = workspace.holds(_DRIVERS) and metric.counts == "tickets"
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
        sums={name: _numbers(found[name]) for name in SUMS},
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
