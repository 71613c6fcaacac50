"""Which new driver is which old one: a few tickets that can be counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.drivers.matching import matched


def drivers(**tickets: object) -> pd.Series:
    return pd.Series(tickets, dtype=object)


def test_what_shares_its_tickets_is_the_same_driver() -> None:
    old = drivers(a="d1", b="d1", c="d1", d="d2", e="d2")
    found = matched(old, drivers(a=1, b=1, c=1, d=0, e=0), 2)
    assert found.same == {1: "d1", 0: "d2"}
    assert found.shared == 5
    assert found.agreement == 1
    assert found.table.to_dict("records") == [
        {"old": "d1", "new": 1, "tickets": 3, "share": 1.0},
        {"old": "d2", "new": 0, "tickets": 2, "share": 1.0},
    ]


def test_a_driver_is_matched_once_and_the_sum_counts() -> None:
    # d1 fell in two of two tickets each: one of them is d1, the other is mostly it.
    old = drivers(a="d1", b="d1", c="d1", d="d1", e="d2")
    found = matched(old, drivers(a=0, b=0, c=1, d=1, e=2), 3)
    assert sorted(found.same.values()) == ["d1", "d2"]
    assert found.mostly == {0: "d1", 1: "d1", 2: "d2"}
    assert found.table["share"].tolist() == [0.5, 1.0]


def test_too_few_shared_tickets_are_no_match() -> None:
    # Of d1's four tickets each new driver has one: one in four is less than 0.3.
    old = drivers(a="d1", b="d1", c="d1", d="d1")
    found = matched(old, drivers(a=0, b=1, c=2, d=3), 4)
    assert found.same == {}
    assert found.mostly == dict.fromkeys(range(4), "d1")


def test_three_of_ten_are_enough() -> None:
    old = drivers(**dict.fromkeys("abc", "d1"), **dict.fromkeys("defghij", "d2"))
    found = matched(old, drivers(**dict.fromkeys("abcdefghij", 0)), 1)
    assert found.same == {0: "d2"}
    assert found.mostly == {0: "d2"}
    assert found.agreement == pytest.approx(0)


def test_a_new_driver_of_many_old_ones_is_mostly_none() -> None:
    old = drivers(a="d1", b="d2", c="d3", d="d3", e="d1")
    assert matched(old, drivers(a=0, b=0, c=0, d=0, e=0), 1).mostly == {}


def test_only_tickets_that_both_placed_count() -> None:
    old, new = drivers(a="d1", b="d2", x="d3", y=None), drivers(a=0, b=1, y=1, z=2)
    found = matched(old, new, 3)
    assert found.shared == 2
    assert found.same == {0: "d1", 1: "d2"}
    assert 2 not in found.mostly


def test_nothing_shared_is_no_match() -> None:
    found = matched(drivers(a="d1"), drivers(b=0), 1)
    assert (found.same, found.mostly, found.shared, len(found.table)) == ({}, {}, 0, 0)
