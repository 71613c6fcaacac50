"""How far do two raters agree beyond chance? Coefficients over paired scores.

Plain numbers of two lists, not metrics: a coefficient is no mean of rows.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Agreement:
    """Agreement of two raters: as observed, and beyond what chance would bring.

    ``kappa`` is Cohen's (1960), ``ac1`` Gwet's (2008). Where nearly everything is rated alike,
    kappa falls though the raters hardly differ; ac1 does not. ``None`` where chance alone agrees
    on everything.
    """

    n: int
    observed: float
    kappa: float | None
    ac1: float | None


def agreement(first: Sequence[Hashable], second: Sequence[Hashable]) -> Agreement:
    """How far do two raters agree on categories? One entry of each list per thing rated."""
    table = _counted(first, second)
    n = int(table.sum())
    if not n:
        raise ValueError("there is nothing both raters rated")
    shares = table / n
    observed = float(np.trace(shares))
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    usual = (rows + columns) / 2
    categories = len(usual)
    by_kappa = float(rows @ columns)
    by_ac1 = float((usual * (1 - usual)).sum() / (categories - 1)) if categories > 1 else 1.0
    return Agreement(n, observed, _beyond(observed, by_kappa), _beyond(observed, by_ac1))


def weighted_kappa(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Cohen's kappa of scores (1968), where a difference weighs by its square."""
    one, two = _paired(first, second)
    apart = float(np.square(one - two).mean())
    by_chance = float(np.square(one[:, None] - two[None, :]).mean())
    return 1 - apart / by_chance if by_chance > 0 else None


def icc_agreement(scores: NDArray[np.float64]) -> float | None:
    """Intraclass correlation ICC(2,1) (Shrout and Fleiss 1979): do raters give the same numbers?

    One row per thing rated, one column per rater. A rater who is always kinder lowers it.
    """
    n, k = scores.shape
    if n < 2 or k < 2:
        raise ValueError("it takes two things rated and two raters")
    grand = scores.mean()
    between_things = k * float(np.square(scores.mean(axis=1) - grand).sum()) / (n - 1)
    between_raters = n * float(np.square(scores.mean(axis=0) - grand).sum()) / (k - 1)
    rest = scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0) + grand
    residual = float(np.square(rest).sum()) / ((n - 1) * (k - 1))
    whole = between_things + (k - 1) * residual + k * (between_raters - residual) / n
    return (between_things - residual) / whole if whole > 0 else None


def _beyond(observed: float, by_chance: float) -> float | None:
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def _counted(first: Sequence[Hashable], second: Sequence[Hashable]) -> NDArray[np.float64]:
    if len(first) != len(second):
        raise ValueError(f"{len(first)} ratings cannot be paired with {len(second)}")
    place = {value: i for i, value in enumerate(dict.fromkeys([*first, *second]))}
    table = np.zeros((len(place), len(place)))
    for one, two in zip(first, second, strict=True):
        table[place[one], place[two]] += 1
    return table


def _paired(
    first: Sequence[float], second: Sequence[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if len(first) != len(second) or not len(first):
        raise ValueError(f"{len(first)} scores cannot be paired with {len(second)}")
    return np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
