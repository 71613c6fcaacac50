"""Every metric is the same number on both engines: counts exactly, floats to 1e-9."""

from __future__ import annotations

import math
from typing import Any

import pytest

from workbench.definitions.periods import Period
from workbench.metrics.answers import answers
from workbench.metrics.declaration import Answer
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

SPAN = Period.parse("2024-01..2025-06")
SPLITS = ("month", "team")


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        whole = one.is_integer() and other.is_integer()
        return one == other or (not whole and math.isclose(one, other, rel_tol=1e-9))
    return one == other


def differences(one: Answer, other: Answer) -> dict[str, tuple[Any, Any]]:
    theirs = vars(other)
    return {
        name: (value, theirs[name])
        for name, value in vars(one).items()
        if not same(value, theirs[name])
    }


def assert_agree(duckdb: Workspace, spark: Workspace, metric: str, by: str) -> None:
    here = answers(duckdb, METRICS[metric], SPAN, by=by)
    there = answers(spark, METRICS[metric], SPAN, by=by)
    assert [one.by for one in here] == [one.by for one in there]
    differing = [(one.by, differences(one, other)) for one, other in zip(here, there, strict=True)]
    assert not [found for found in differing if found[1]]


@pytest.mark.slow
@pytest.mark.parametrize("metric", METRICS)
def test_the_committed_sample(committed, metric: str) -> None:
    for by in SPLITS:
        assert_agree(committed.duckdb, committed.spark, metric, by)


@pytest.mark.slow
@pytest.mark.parametrize("metric", METRICS)
def test_a_hundred_thousand_tickets(generated, metric: str) -> None:
    assert generated.duckdb.state.tables["tickets"].rows > 100_000
    for by in SPLITS:
        assert_agree(generated.duckdb, generated.spark, metric, by)


def test_a_difference_would_be_seen() -> None:
    assert same(0.1 + 0.2, 0.3)
    assert same(None, None)
    assert not same(0.3, 0.3000001)
    assert not same(1e12, 1e12 + 1)
    assert not same(0.5, None)
    assert not same("ok", "small_n")
