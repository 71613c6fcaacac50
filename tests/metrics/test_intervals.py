"""Intervals against published figures, and against their own exact coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from workbench.metrics import intervals


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_share_is_wilsons_interval_of_newcombe_1998(
    hits: int, n: int, low: float, high: float
) -> None:
    assert intervals.share(hits, n) == pytest.approx((low, high), abs=5e-5)


def total_of(amounts: np.ndarray) -> intervals.Interval:
    return intervals.total(float(amounts.sum()), float(np.square(amounts).sum()), len(amounts))


def test_nothing_counted_has_no_interval() -> None:
    assert intervals.share(0, 0) == (None, None)
    assert intervals.ratio(0, 0) == (None, None)
    assert intervals.total(0.0, 0.0, 0) == (None, None)
    assert intervals.quantile(np.array([])) == (None, None)


def test_one_of_one_is_far_from_certain() -> None:
    low, high = intervals.share(1, 1)
    assert low == pytest.approx(1 / (1 + 1.959964**2), abs=1e-6)  # Wilson's formula at n = 1
    assert high == pytest.approx(1.0)


@given(st.integers(1, 500), st.data())
def test_share_holds_its_value_within_0_and_1(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = intervals.share(hits, n)
    assert low is not None
    assert high is not None
    assert -1e-12 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1 + 1e-12


@pytest.mark.parametrize("n", range(1, 6))
def test_five_values_are_too_few_for_the_interval_of_a_median(n: int) -> None:
    assert intervals.quantile(np.arange(n, dtype=float)) == (None, None)


@pytest.mark.parametrize("n", [*range(6, 60), 100, 544, 1000])
def test_median_covers_95_percent_exactly_and_no_rank_more_than_needed(n: int) -> None:
    values = np.random.default_rng(n).permutation(np.arange(1, n + 1)).astype(float)
    low, high = intervals.quantile(values)
    assert low is not None
    assert high is not None
    rank = round(low)
    assert round(high) == n + 1 - rank  # symmetric order statistics

    def coverage(r: int) -> float:  # the true median lies below the r-th value of n by binomial
        return 1 - 2 * stats.binom.cdf(r - 1, n, 0.5)

    assert coverage(rank) >= 0.95 > coverage(rank + 1)


def test_median_of_six_is_their_range() -> None:
    assert intervals.quantile(np.array([6.0, 1, 5, 2, 4, 3])) == (1, 6)  # 1 - 2/64 = 96.9 %


def test_ratio_is_the_conditional_binomial() -> None:
    low, high = intervals.ratio(30, 100)
    share = intervals.share(30, 130)
    assert low is not None
    assert high is not None
    assert (low / (1 + low), high / (1 + high)) == pytest.approx(share)
    assert low < 0.3 < high


def test_ratio_of_no_events_has_an_upper_end() -> None:
    low, high = intervals.ratio(0, 100)
    assert low == pytest.approx(0, abs=1e-12)
    assert high == pytest.approx(1.959964**2 / 100, rel=1e-3)


def test_total_of_equal_amounts_is_the_poisson_interval_times_the_amount() -> None:
    low, high = total_of(np.full(100, 7.0))
    assert low == pytest.approx(7 * (100 - 1.959964 * 10), rel=1e-6)
    assert high == pytest.approx(7 * (100 + 1.959964 * 10), rel=1e-6)


def test_one_large_amount_widens_a_total_and_never_below_zero() -> None:
    low, high = total_of(np.array([1.0, 1.0, 1000.0]))
    assert low == 0
    assert high > 2900


def test_total_covers_a_compound_poisson_sum() -> None:
    draw = np.random.default_rng(0)
    covered = 0
    for _ in range(2000):
        low, high = total_of(draw.lognormal(3, 0.7, draw.poisson(60)))
        assert low is not None
        assert high is not None
        covered += low <= 60 * np.exp(3 + 0.7**2 / 2) <= high
    assert 0.92 <= covered / 2000 <= 0.965  # nominal .95; skewed sums fall a little short
