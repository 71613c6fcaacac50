"""Differences of two shares against Newcombe's published intervals."""

from __future__ import annotations

import pytest

from workbench.analyses.comparisons import share_change


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((10, 10), (0, 20), 0.6791, 1.0)],
)
def test_difference_is_newcombes_method_10(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    change = share_change(*before, *after)
    assert change.change == pytest.approx(after[0] / after[1] - before[0] / before[1])
    assert (change.low, change.high) == pytest.approx((low, high), abs=5e-5)
    assert change.is_clear


def test_swapping_the_groups_turns_the_sign() -> None:
    there, back = share_change(48, 80, 56, 70), share_change(56, 70, 48, 80)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


def test_more_comparisons_widen_every_interval_until_the_claim_is_gone() -> None:
    alone = share_change(48, 80, 56, 70)
    among_ten = share_change(48, 80, 56, 70, comparisons=10)
    assert among_ten.low < alone.low < alone.high < among_ten.high
    assert alone.is_clear
    assert not among_ten.is_clear


def test_equal_shares_are_no_change() -> None:
    same = share_change(10, 100, 10, 100)
    assert same.change == 0
    assert not same.is_clear


def test_one_ticket_against_one_says_nothing() -> None:
    assert not share_change(0, 1, 1, 1).is_clear
