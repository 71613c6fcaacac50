"""Aggregates of one metric by month or week and every dimension, so that a filter costs no scan.

The engine passes over the observations once per open workspace; what a filter then adds up
gives the same answers as `answers`, from the same function, because sums of disjoint cells are
exact and a median keeps its values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.definitions.periods import Period, Unit
from workbench.errors import UsageError
from workbench.metrics.declaration import Answer, Kind, Metric
from workbench.metrics.judging import (
    NOT_RECORDED,
    Reach,
    cliff,
    judged,
    needs_split,
    not_computable,
    roughly,
    told,
    unheard,
    unjudgeable,
)
from workbench.metrics.tally import Tally

MONTH = "month"
SUMS = (
    "mature", "hits", "young", "young_hits", "excluded", "unknown", "amount", "squares", "weight",
)  # fmt: skip

Where = Mapping[str, str]
Mask = NDArray[np.bool_]

_FIRST_MONDAY = datetime(1969, 12, 29, tzinfo=UTC)


@dataclass(frozen=True)
class Owned:
    """Of a mean's single values, the weight each stands for and the number of its owner."""

    weights: NDArray[np.float64]
    owners: NDArray[np.int32]


@dataclass(frozen=True)
class Cube:
    """A cell is one ``slot`` (a month, or a week: ``unit``) and one value of every dimension.
    ``codes`` say which value a cell has of each dimension's ``labels``; ``sums`` hold the parts of
    a `Tally`; ``values`` of cell ``i`` stand from ``starts[i]`` to ``starts[i + 1]``."""

    metric: Metric
    reach: Reach
    slot: NDArray[np.int32]
    labels: dict[str, list[str]]
    codes: dict[str, NDArray[np.int32]]
    sums: dict[str, NDArray[np.float64]]
    values: NDArray[np.float64]
    starts: NDArray[np.int64]
    base: dict[int, int] | None
    owned: Owned | None = None
    rough: frozenset[str] = frozenset()  # sources whose part of the number is an approximation
    unit: Unit = "month"

    def answer(self, period: Period, where: Where) -> Answer:
        """The metric in a period, of what ``where`` (dimension: value) leaves."""
        return self._answer({}, period, where)

    def months(self, period: Period, where: Where) -> list[Answer]:
        """One answer per month of a period."""
        return [self._answer({MONTH: str(m)}, m, where) for m in period.months]

    def by(self, period: Period, where: Where, split: str) -> list[Answer]:
        """One answer per group of ``split`` that has anything in the period, in order."""
        whole = self._answer({}, period, where)
        if whole.status == "not_computable":
            return [whole]
        if not self.knows(split):
            return [not_computable(self.metric, needs_split(split))]
        chosen = self._chosen(where)
        return self._grouped(period, chosen, chosen & self._within(period), split)

    def _grouped(self, period: Period, chosen: Mask, inside: Mask, split: str) -> list[Answer]:
        """All groups in one pass: with hundreds of agents, one pass each would be felt."""
        labels, codes = self.labels[split], self.codes[split]
        per_group = {
            name: np.bincount(codes[inside], weights=sums[inside], minlength=len(labels))
            for name, sums in self.sums.items()
        }
        ever = (self.sums["mature"] + self.sums["young"])[chosen]
        is_judged = np.bincount(codes[chosen], weights=ever, minlength=len(labels)) > 0
        values, bounds = self._values_by(inside, codes, len(labels))
        base, found = self._base(period), {}
        for code in np.unique(codes[inside]):
            part = {name: float(sums[code]) for name, sums in per_group.items()}
            group = {split: labels[code]}
            if self.metric.needs_value and not is_judged[code]:
                found[labels[code]] = unjudgeable(self.metric, group, int(part["excluded"]))
                continue
            cells = inside & (codes == code)
            if self.owned is None:
                tally = _tally_of(part, values[bounds[code] : bounds[code + 1]])
            else:
                tally = _tally_of(part, *self._by_owner(cells))
            one = judged(self.metric, group, tally, base, period, self.reach)
            found[labels[code]] = self._noted(one, cells, chosen & (codes == code), period)
        return [found[label] for label in sorted(found)]

    def counted(self, period: Period, where: Where) -> int:
        """How many things an answer counts: the tickets a reader can list behind it."""
        inside = self._chosen(where) & self._within(period)
        name = {Kind.STOCK: "amount", Kind.UNIT_COST: "weight"}.get(self.metric.kind, "mature")
        return int(round(self.sums[name][inside].sum()))

    def groups(self, split: str) -> list[str]:
        """All values of a dimension, in order; empty where nothing counted has one."""
        return sorted(self.labels[split]) if self.knows(split) else []

    def knows(self, split: str) -> bool:
        """Does anything that is counted here have a value of this dimension?"""
        return self.labels[split] not in ([], [NOT_RECORDED])

    def _answer(self, by: dict[str, Any], period: Period, where: Where) -> Answer:
        missing = self._unknown(where)
        if missing:
            return missing
        chosen = self._chosen(where)
        inside = chosen & self._within(period)
        if self.metric.needs_value and self._is_never_judged(chosen):
            return unjudgeable(self.metric, by, int(self.sums["excluded"][inside].sum()))
        part = {name: float(sums[inside].sum()) for name, sums in self.sums.items()}
        if self.owned is None:
            tally = _tally_of(part, self._values(inside))
        else:
            tally = _tally_of(part, *self._by_owner(inside))
        found = judged(self.metric, by, tally, self._base(period), period, self.reach)
        return self._noted(found, inside, chosen, period)

    def _noted(self, one: Answer, inside: Mask, chosen: Mask, period: Period) -> Answer:
        """The answer, with what it does not speak for."""
        for note in (
            self._unheard(inside),
            self._rough(inside),
            self._cliff(inside, chosen, period),
        ):
            one = told(one, note)
        return one

    def _rough(self, inside: Mask) -> str:
        """For which sources among these is the number an approximation?"""
        if not self.rough:
            return ""
        codes = np.unique(self.codes["source"][inside])
        return roughly(sorted(self.rough & {self.labels["source"][code] for code in codes}))

    def _cliff(self, inside: Mask, chosen: Mask, period: Period) -> str:
        """A note where the export tells of far fewer things than at other times."""
        if not self.sums["unknown"][inside].any():
            return ""
        mute = [self.labels["source"].index(source) for source in self._mute]
        heard = chosen & ~np.isin(self.codes["source"], mute)
        here, elsewhere = (self._known(heard & inside), self._known(heard & ~inside))
        return cliff(here, elsewhere, period) if here is not None and elsewhere is not None else ""

    def _known(self, cells: Mask) -> float | None:
        told_of = float(self.sums["mature"][cells].sum() + self.sums["young"][cells].sum())
        whole = told_of + float(self.sums["unknown"][cells].sum())
        return told_of / whole if whole else None

    def _unheard(self, inside: Mask) -> str:
        """Which sources among these can never be judged, in words."""
        if not self._mute or not self.sums["excluded"][inside].any():
            return ""
        sources = {self.labels["source"][code] for code in np.unique(self.codes["source"][inside])}
        return unheard(self.metric, sorted(sources & self._mute))

    @cached_property
    def _mute(self) -> frozenset[str]:
        """Sources of which nothing was ever judged: they lack what the metric takes."""
        if not self.metric.needs_value:
            return frozenset()
        every = [self._chosen({"source": source}) for source in self.labels["source"]]
        pairs = zip(self.labels["source"], every, strict=True)
        return frozenset(source for source, cells in pairs if self._is_never_judged(cells))

    def _unknown(self, splits: Iterable[str]) -> Answer | None:
        unknown = [split for split in splits if not self.knows(split)]
        return not_computable(self.metric, needs_split(unknown[0])) if unknown else None

    def _chosen(self, where: Where) -> Mask:
        mask = np.ones(len(self.slot), dtype=bool)
        for split, value in where.items():
            labels = self.labels[split]
            mask &= self.codes[split] == (labels.index(value) if value in labels else -1)
        return mask

    def _within(self, period: Period) -> Mask:
        if period.unit != self.unit:
            raise UsageError(
                f"{self.metric.name} was added up by {self.unit}; {period} is not made of those.",
                where="period",
            )
        before_end = self.slot < slot_number(period.end, self.unit)
        # A stock is what all changes so far add up to; everything else happened in the span.
        if self.metric.kind is Kind.STOCK:
            return np.asarray(before_end)
        return np.asarray(before_end & (self.slot >= slot_number(period.start, self.unit)))

    def _is_never_judged(self, chosen: Mask) -> bool:
        judged_at_all = self.sums["mature"][chosen].sum() + self.sums["young"][chosen].sum()
        return bool(judged_at_all == 0 and self.sums["excluded"][chosen].sum() > 0)

    def _values(self, mask: Mask) -> NDArray[np.float64]:
        cells = np.flatnonzero(mask)
        if self.metric.kind is not Kind.MEDIAN or not len(cells):
            return np.empty(0)
        # Cells are in order of time, so the values of a few months stand close together.
        first, last = cells[0], cells[-1] + 1
        lengths = np.diff(self.starts[first : last + 1])
        near = self.values[self.starts[first] : self.starts[last]]
        return near[np.repeat(mask[first:last], lengths)]

    def _by_owner(self, mask: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Values and weights of a mean, one entry per owner."""
        if self.owned is None:
            return np.empty(0), np.empty(0)
        kept = np.repeat(mask, np.diff(self.starts))
        _, owner = np.unique(self.owned.owners[kept], return_inverse=True)
        values, weights = (
            np.bincount(owner, weights=each[kept]).astype(np.float64)
            for each in (self.values, self.owned.weights)
        )
        return values, weights

    def _values_by(
        self, mask: Mask, codes: NDArray[np.int32], n: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The values of all groups, group after group, and where each group's begin."""
        if self.metric.kind is not Kind.MEDIAN:
            return np.empty(0), np.zeros(n + 1, dtype=np.int64)
        lengths = np.diff(self.starts)[mask]
        owner = np.repeat(codes[mask].astype(np.int16 if n < 2**15 else np.int32), lengths)
        bounds = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n))])
        # A stable sort of small whole numbers takes one pass over them.
        return self._values(mask)[np.argsort(owner, kind="stable")], bounds.astype(np.int64)

    def _base(self, period: Period) -> int | None:
        if self.base is None:
            return None
        return sum(self.base.get(slot_number(one.start, self.unit), 0) for one in period.parts)


def _tally_of(
    part: Mapping[str, float],
    values: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
) -> Tally:
    return Tally(
        mature=int(part["mature"]), hits=part["hits"], young=int(part["young"]),
        young_hits=part["young_hits"], excluded=int(part["excluded"]),
        amount=part["amount"], squares=part["squares"], weight=part["weight"],
        values=values, weights=np.empty(0) if weights is None else weights,
    )  # fmt: skip


def slot_number(moment: datetime, unit: Unit) -> int:
    """Months since year zero, or weeks since that of 1 January 1970: numbers to compare by."""
    if unit == "week":
        return (moment - _FIRST_MONDAY).days // 7
    return int(moment.year * 12 + moment.month - 1)
