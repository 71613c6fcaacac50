"""From a metric's observations to its `Cube`: one pass of the engine."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.definitions.dimensions import SPLITS
from workbench.definitions.periods import Period, Unit
from workbench.metrics.cube import SUMS, Cube, Owned
from workbench.metrics.declaration import Answer, Kind, Metric
from workbench.metrics.facts.drivers import DRIVERS
from workbench.metrics.facts.windows import month_number, week_number
from workbench.metrics.groups import with_splits
from workbench.metrics.judging import Reach, lacks, not_computable
from workbench.workspace import Workspace

_SOURCE = "source"
_SLOT = {"month": month_number, "week": week_number}
_KEPT_BELOW = 500_000  # rows of the largest table


def cube_of(workspace: Workspace, metric: Metric) -> Cube | Answer:
    """The aggregates of a metric by every dimension, made once per open workspace, or why there
    are none.

    The driver dimension is there once `label_tickets` has told which ticket has which driver.
    """
    lacking = lacks(workspace, metric)
    if lacking:
        return not_computable(metric, lacking)
    return workspace.remembered(
        ("cube", metric.name, workspace.holds(DRIVERS)),
        lambda: _cube(workspace, metric, seen(workspace, metric), SPLITS, None),
    )


def cells_of(
    workspace: Workspace, metric: Metric, period: Period, *, splits: Sequence[str]
) -> Cube | Answer:
    """The aggregates that one question takes, by its splits only.

    Up to half a million rows of a table they are made of all periods and kept, for a report asks
    for many. Beyond that the single values of one period only are fetched and nothing is kept, so
    that ten million tickets cost little more than their sums.
    """
    lacking = lacks(workspace, metric)
    if not lacking and metric.by_month and period.unit != "month":
        lacking = f"is counted by calendar month; ask about {Period.around(period.start)}"
    if lacking:
        return not_computable(metric, lacking)
    wanted = tuple(dict.fromkeys([_SOURCE, *splits]))
    loaded = max((table.rows for table in workspace.state.tables.values()), default=0)
    if loaded > _KEPT_BELOW:
        rows = rows_of(workspace, metric, wanted, period.unit)
        return _cube(workspace, metric, rows, wanted, period, period.unit)
    return workspace.remembered(
        ("cells", metric.name, wanted, period.unit, workspace.holds(DRIVERS)),
        lambda: _cube(
            workspace,
            metric,
            rows_of(workspace, metric, wanted, period.unit),
            wanted,
            None,
            period.unit,
        ),
    )


def seen(workspace: Workspace, metric: Metric) -> ir.Table:
    """A metric's observations with their month's number, their driver, and no dimension empty."""
    with_drivers = workspace.holds(DRIVERS) and metric.counts == "tickets"
    name = f"seen_{metric.name}" + ("_by_driver" if with_drivers else "")
    return workspace.once(name, lambda: rows_of(workspace, metric, SPLITS))


def rows_of(
    workspace: Workspace, metric: Metric, splits: Sequence[str], unit: Unit = "month"
) -> ir.Table:
    """A metric's observations with the splits asked for, none empty, and the number of their month
    or week as ``slot``."""
    reach = Reach.of(workspace, metric)
    rows = _in_common(metric, metric.observations(workspace, reach.as_of), reach)
    rows = with_splits(workspace, metric, rows, splits)
    return rows.mutate(slot=_SLOT[unit](rows["at"]))


def _in_common(metric: Metric, rows: ir.Table, reach: Reach) -> ir.Table:
    """Both sides of a ratio cover the same stretch of time, or it compares unlike with unlike."""
    if metric.base is None:
        return rows
    rows = rows.filter(rows["at"] <= ibis.literal(reach.as_of))
    if reach.begins is None:
        return rows
    day = reach.begins.replace(hour=0, minute=0, second=0, microsecond=0)
    return rows.filter(rows["at"] >= ibis.literal(day))


def _sums(metric: Metric, rows: ir.Table) -> dict[str, ir.Value]:
    counted = ~rows.is_excluded
    mature, young = counted & ~rows.is_immature, counted & rows.is_immature
    return {
        "mature": mature.sum(),
        "hits": (mature & rows.hit).sum(),
        "young": young.sum(),
        "young_hits": (young & rows.hit).sum(),
        "excluded": rows.is_excluded.sum(),
        "unknown": rows.is_unknown.sum(),
        "amount": rows.value.sum(where=mature),
        "squares": (rows.value * rows.value).sum(where=mature),
        "weight": rows.weight.sum(where=mature),
    }


def _cube(
    workspace: Workspace, metric: Metric, rows: ir.Table, splits: Sequence[str],
    period: Period | None, unit: Unit = "month",
) -> Cube:  # fmt: skip
    keys = ["slot", *splits]
    found = _cells(metric, rows, keys, period).order_by(keys).to_pyarrow()
    labels, codes = {}, {}
    for split in splits:
        column = found[split].combine_chunks().dictionary_encode()
        labels[split] = column.dictionary.to_pylist()
        codes[split] = column.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    values, starts, owned = _singles(found)
    if metric.kind is Kind.MEAN:
        values, starts, owned = _by_owner(rows, keys, period, found)
    return Cube(
        metric=metric,
        reach=Reach.of(workspace, metric),
        slot=found["slot"].to_numpy().astype(np.int32),
        labels=labels,
        codes=codes,
        sums={name: _numbers(found[name]) for name in SUMS},
        values=values,
        starts=starts,
        base=_base_by_slot(workspace, metric, unit),
        owned=owned,
        rough=frozenset(metric.roughly_for(workspace) if metric.roughly_for else ()),
        unit=unit,
    )


def _is_counted(rows: ir.Table, period: Period | None) -> ir.BooleanValue:
    """Is a row mature, and inside the period whose single values are wanted?"""
    is_mature = ~rows.is_excluded & ~rows.is_immature
    if period is None:
        return is_mature
    return is_mature & (rows["at"] >= period.start) & (rows["at"] < period.end)


def _cells(metric: Metric, rows: ir.Table, keys: list[str], period: Period | None) -> ir.Table:
    """One row per cell: its sums and, for a median, the single values in it."""
    sums = _sums(metric, rows)
    if metric.kind is Kind.MEDIAN:
        sums["singles"] = rows.value.collect(where=_is_counted(rows, period))
    return rows.group_by(keys).aggregate(**sums)


Singles = tuple[NDArray[np.float64], NDArray[np.int64], Owned | None]


def _by_owner(rows: ir.Table, keys: list[str], period: Period | None, cells: pa.Table) -> Singles:
    """Of a mean, one entry per cell and owner: that is what its interval counts."""
    counted = rows.filter(_is_counted(rows, period))
    entries = counted.group_by([*keys, "owner"]).aggregate(
        value=counted.value.sum(), weight=counted.weight.sum()
    )
    found = entries.order_by([*keys, "owner"]).to_pyarrow()
    lengths = _lengths(cells, found, keys)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    owners = found["owner"].combine_chunks().dictionary_encode().indices
    numbers = owners.to_numpy(zero_copy_only=False).astype(np.int32)
    return _numbers(found["value"]), starts, Owned(_numbers(found["weight"]), numbers)


def _lengths(cells: pa.Table, entries: pa.Table, keys: list[str]) -> NDArray[np.int64]:
    """How many entries each cell has; both tables are in order of the same keys."""
    counted = entries.group_by(keys).aggregate([([], "count_all")])
    places = cells.select(keys).append_column("place", pa.array(range(len(cells)), pa.int64()))
    joined = places.join(counted, keys, join_type="inner")
    lengths = np.zeros(len(cells), dtype=np.int64)
    lengths[joined["place"].to_numpy()] = joined["count_all"].to_numpy()
    return lengths


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    # A cell without anything mature has no sum: nothing adds up to nothing.
    filled = column.cast(pa.float64()).fill_null(0.0)
    return np.asarray(filled.to_numpy(), dtype=np.float64)


def _singles(found: pa.Table) -> Singles:
    if "singles" not in found.column_names:
        return np.empty(0), np.zeros(len(found) + 1, dtype=np.int64), None
    lists = found["singles"].combine_chunks()
    lengths = lists.value_lengths().fill_null(0).to_numpy()
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return lists.flatten().to_numpy(zero_copy_only=False).astype(np.float64), starts, None


def _base_by_slot(workspace: Workspace, metric: Metric, unit: Unit) -> dict[int, int] | None:
    if metric.base is None:
        return None
    reach = Reach.of(workspace, metric)
    rows = _in_common(metric, metric.base(workspace, reach.as_of), reach)
    rows = rows.filter(~rows.is_excluded)
    number = _SLOT[unit](rows["at"]).name("slot")
    counted = rows.group_by(number).aggregate(n=rows.count()).to_pyarrow()
    return dict(zip(counted["slot"].to_pylist(), counted["n"].to_pylist(), strict=True))
