"""How sure is a number? 95 % intervals for the kinds of number a support team reports."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

CONFIDENCE = 0.95
_Z = float(stats.norm.ppf(0.5 + CONFIDENCE / 2))

Interval = tuple[float | None, float | None]


def share(hits: int, n: int) -> Interval:
    """Wilson's interval of a proportion (Newcombe 1998, method 3)."""
    if n == 0:
        return None, None
    low, high = proportion_confint(hits, n, alpha=1 - CONFIDENCE, method="wilson")
    return float(low), float(high)


def median(values: NDArray[np.float64]) -> Interval:
    """Order statistics around the median: exact whatever the distribution, blank under n = 6.

    The ranks are the innermost ones whose binomial(n, 1/2) coverage is still 95 % or more.
    """
    n = len(values)
    rank = int(stats.binom.ppf((1 - CONFIDENCE) / 2, n, 0.5)) if n else 0
    if rank < 1:
        return None, None
    # Only two places need to be right, and a million values need not be sorted for them.
    placed = np.partition(values, (rank - 1, n - rank))
    return float(placed[rank - 1]), float(placed[n - rank])


def ratio(count: int, base: int) -> Interval:
    """Ratio of two independent Poisson counts: given their sum, the first is binomial."""
    if base == 0:
        return None, None
    low, high = proportion_confint(count, count + base, alpha=1 - CONFIDENCE, method="wilson")
    return float(low / (1 - low)), float(high / (1 - high)) if high < 1 else None


def total(amount: float, squares: float, n: int) -> Interval:
    """Sum of a random number of random amounts (compound Poisson): variance = sum of squares."""
    if n == 0:
        return None, None
    spread = _Z * math.sqrt(squares)
    return max(amount - spread, 0.0), amount + spread
