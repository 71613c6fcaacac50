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
    # At the ends the formula gives 0 and 1, but for the last bit.
    return (float(low) if hits else 0.0), (float(high) if hits < n else 1.0)


def quantile(values: NDArray[np.float64], q: float = 0.5) -> Interval:
    """Order statistics around a quantile: exact whatever the distribution, blank where n is small.

    The ranks are the innermost ones whose binomial(n, q) coverage is still 95 % or more; for a
    median they exist from n = 6 on.
    """
    n = len(values)
    if not n:
        return None, None
    tail = (1 - CONFIDENCE) / 2
    lower, upper = int(stats.binom.ppf(tail, n, q)), int(stats.binom.ppf(1 - tail, n, q)) + 1
    if lower < 1 or upper > n:
        return None, None
    # Only two places need to be right, and a million values need not be sorted for them.
    placed = np.partition(values, (lower - 1, upper - 1))
    return float(placed[lower - 1]), float(placed[upper - 1])


def ratio(count: int, base: int) -> Interval:
    """Ratio of two independent Poisson counts: given their sum, the first is binomial."""
    if base == 0:
        return None, None
    low, high = proportion_confint(count, count + base, alpha=1 - CONFIDENCE, method="wilson")
    return float(low / (1 - low)), float(high / (1 - high)) if high < 1 else None


def total(amount: float, squares: float, n: int, *, is_signed: bool = False) -> Interval:
    """Sum of a random number of random amounts (compound Poisson): variance = sum of squares."""
    if n == 0:
        return None, None
    spread = _Z * math.sqrt(squares)
    low = amount - spread
    return low if is_signed else max(low, 0.0), amount + spread


def mean(amounts: NDArray[np.float64], weights: NDArray[np.float64]) -> Interval:
    """A mean (sum of amounts / sum of weights) of clusters, one entry each: linearised variance.

    Taylor linearisation of a ratio with G - 1 degrees of freedom (Cochran 1977, ch. 6; it is what
    survey packages print), so that ten tickets of one customer do not count as ten opinions.
    """
    clusters, weight = len(amounts), float(weights.sum())
    if clusters < 2 or weight <= 0:
        return None, None
    value = float(amounts.sum()) / weight
    residuals = amounts - value * weights
    variance = clusters / (clusters - 1) * float(np.square(residuals).sum()) / weight**2
    spread = float(stats.t.ppf(0.5 + CONFIDENCE / 2, clusters - 1)) * math.sqrt(variance)
    return value - spread, value + spread


def unit_cost(amount: float, n: int) -> Interval:
    """A booked amount over a Poisson count: only the count is uncertain (Garwood's bounds)."""
    if n == 0:
        return None, None
    tail = (1 - CONFIDENCE) / 2
    fewest, most = stats.chi2.ppf(tail, 2 * n) / 2, stats.chi2.ppf(1 - tail, 2 * n + 2) / 2
    return float(amount / most), float(amount / fewest)
