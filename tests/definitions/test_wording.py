"""Numbers as a reader sees them."""

from __future__ import annotations

import pytest

from workbench.definitions.wording import (
    BLANK,
    counted,
    points,
    points_spread,
    shown,
    signed,
    spread,
)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.712, "share", "71.2 %"),
        (0.0, "share", "0.0 %"),
        (1.0, "share", "100.0 %"),
        (89.3, "minutes", "89 min"),
        (119.9, "minutes", "120 min"),
        (150.0, "minutes", "2.5 h"),
        (8.8, "hours", "8.8 h"),
        (120.0, "hours", "5.0 days"),
        (1234.0, "tickets", "1,234"),
        (8652.25, "currency", "8,652"),
        (25.68, "per 100 orders", "25.7 per 100 orders"),
        (None, "share", BLANK),
        (float("nan"), "minutes", BLANK),
    ],
)
def test_a_value_carries_its_unit(value: float | None, unit: str, text: str) -> None:
    assert shown(value, unit) == text


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (0.68, 0.741, "share", "68.0–74.1 %"),
        (100.0, 150.0, "minutes", "100 min–2.5 h"),
        (90.0, 120.0, "hours", "90.0 h–5.0 days"),
        (23.4, 28.2, "per 100 orders", "23.4–28.2 per 100 orders"),
        (971.4, 2012.1, "currency", "971–2,012"),
        (None, 0.5, "share", ""),
        (0.5, None, "share", ""),
    ],
)
def test_an_interval_says_a_shared_unit_once(
    low: float | None, high: float | None, unit: str, text: str
) -> None:
    assert spread(low, high, unit) == text


def test_counting_knows_one_from_many() -> None:
    assert counted(1, "ticket") == "1 ticket"
    assert counted(0, "ticket") == "0 tickets"
    assert counted(2000, "ticket") == "2,000 tickets"
    assert counted(2, "reply", "replies") == "2 replies"


def test_a_difference_always_shows_its_sign() -> None:
    assert points(0.031) == "+3.1 points"
    assert points(-0.031) == "−3.1 points"
    assert points_spread(-0.212, -0.111) == "−21.2 to −11.1"


@pytest.mark.parametrize("nothing", [0.0, -0.0, 0.04, -0.04])
def test_zero_has_no_sign(nothing: float) -> None:
    assert signed(nothing) == "0.0"
