"""Does an interval of 95 % hold the truth 95 times in 100? Worlds whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from workbench.metrics import intervals

WORLDS = 4000
LOW, HIGH = 0.93, 0.97

Draw = Callable[[np.random.Generator], tuple[intervals.Interval, float]]


def share(p: float, n: int) -> Draw:
    return lambda draw: (intervals.share(int(draw.binomial(n, p)), n), p)


def skewed_quantile(q: float, n: int) -> Draw:
    truth = float(np.exp(1.2 * {0.5: 0.0, 0.9: 1.2815515655446004}[q]))
    return lambda draw: (intervals.quantile(draw.lognormal(0, 1.2, n), q), truth)


def clustered_mean(customers: int) -> Draw:
    """Customers differ, write up to nine times, and those who write often take more."""

    def world(draw: np.random.Generator) -> tuple[intervals.Interval, float]:
        tickets = draw.integers(1, 10, customers)
        level = 1.0 + 0.1 * tickets + draw.normal(0, 0.5, customers)
        amounts = np.array(
            [draw.normal(m, 0.3, n).sum() for m, n in zip(level, tickets, strict=True)]
        )
        truth = 1.0 + 0.1 * (np.arange(1, 10) ** 2).sum() / np.arange(1, 10).sum()
        return intervals.mean(amounts, tickets.astype(float)), float(truth)

    return world


def ratio(count: float, base: float) -> Draw:
    def world(draw: np.random.Generator) -> tuple[intervals.Interval, float]:
        return intervals.ratio(int(draw.poisson(count)), int(draw.poisson(base))), count / base

    return world


def unit_cost(n: float) -> Draw:
    return lambda draw: (intervals.unit_cost(10_000.0, int(draw.poisson(n))), 10_000.0 / n)


def flow(came: float, went: float) -> Draw:
    """More goes than comes: a total that lies below zero."""

    def world(draw: np.random.Generator) -> tuple[intervals.Interval, float]:
        plus, minus = int(draw.poisson(came)), int(draw.poisson(went))
        squares, n = float(plus + minus), plus + minus
        return intervals.total(plus - minus, squares, n, is_signed=True), came - went

    return world


@pytest.mark.parametrize(
    "world",
    [
        share(0.65, 489), share(0.08, 400), share(0.85, 60),
        skewed_quantile(0.5, 540), skewed_quantile(0.5, 61), skewed_quantile(0.9, 540),
        clustered_mean(400), clustered_mean(60),
        ratio(540, 1660), ratio(37, 1578), unit_cost(540), flow(500, 520),
    ],
)  # fmt: skip
def test_the_truth_lies_inside_ninety_five_times_in_a_hundred(world: Draw) -> None:
    draw = np.random.default_rng(20250401)
    inside = 0
    for _ in range(WORLDS):
        (low, high), truth = world(draw)
        assert low is not None
        assert high is not None
        inside += low <= truth <= high
    assert LOW <= inside / WORLDS <= HIGH


def test_tickets_of_one_customer_are_no_independent_opinions() -> None:
    """Counted one by one, ten tickets of each customer would claim three times the precision."""
    draw = np.random.default_rng(7)
    level = draw.normal(2, 1, 50)
    by_customer = intervals.mean(level * 10, np.full(50, 10.0))
    one_by_one = intervals.mean(np.repeat(level, 10), np.ones(500))
    width = [high - low for low, high in (by_customer, one_by_one)]  # type: ignore[operator]
    assert width[0] / width[1] == pytest.approx(np.sqrt(10), rel=0.05)


def test_a_mean_of_one_customer_has_no_interval() -> None:
    assert intervals.mean(np.array([4.0]), np.array([2.0])) == (None, None)
    assert intervals.mean(np.empty(0), np.empty(0)) == (None, None)


def test_a_ratio_estimate_is_cochrans() -> None:
    """Cochran 1977, 6.3: the variance of a ratio from its residuals, by hand on four clusters."""
    amounts, weights = np.array([3.0, 1, 4, 2]), np.array([2.0, 1, 3, 2])
    value = 10 / 8
    residuals = [3 - 2 * value, 1 - value, 4 - 3 * value, 2 - 2 * value]
    variance = 4 / 3 * sum(r * r for r in residuals) / 64
    low, high = intervals.mean(amounts, weights)
    assert low is not None
    assert high is not None
    assert (high - low) / 2 == pytest.approx(3.182446 * variance**0.5, rel=1e-6)  # t, 3 degrees


def test_unit_cost_is_the_amount_over_garwoods_bounds() -> None:
    """Ten events: the exact Poisson interval is 4.795 to 18.390 (Garwood 1936)."""
    low, high = intervals.unit_cost(100.0, 10)
    assert low == pytest.approx(100 / 18.390, rel=1e-3)
    assert high == pytest.approx(100 / 4.795, rel=1e-3)
