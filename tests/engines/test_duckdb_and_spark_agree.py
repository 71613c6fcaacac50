"""Every metric is the same number on both engines: counts exactly, floats to 1e-9."""

from __future__ import annotations

import math
from typing import Any

import pytest

from workbench.definitions.periods import Period
from workbench.metrics.answers import answers
from workbench.metrics.declaration import Answer
from workbench.metrics.registry import METRICS, metric_named
from workbench.workspace import Workspace

SPAN = Period.parse("2024-01..2025-06")
# Definitions that take another way through the expressions: clocks, windows, further joins.
VARIANTS = (
    "first_response_time:business", "first_response_time:business_each_schedule",
    "first_response_time:substantive", "fcr:stayed_solved", "fcr:one_teammate", "fcr:same_reason",
    "reopen_rate:in_earnest", "reopen_rate:events_per_solve", "handoffs:commenters",
    "backlog:older_than_7d", "requester_wait:business", "sla_first_reply:substantive",
)  # fmt: skip


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
    here = answers(duckdb, metric_named(metric), SPAN, by=by)
    there = answers(spark, metric_named(metric), SPAN, by=by)
    assert [one.by for one in here] == [one.by for one in there]
    differing = [(one.by, differences(one, other)) for one, other in zip(here, there, strict=True)]
    assert not [found for found in differing if found[1]]


@pytest.mark.slow
@pytest.mark.parametrize("metric", [*METRICS, *VARIANTS])
def test_the_committed_sample(committed, metric: str) -> None:
    assert_agree(committed.duckdb, committed.spark, metric, "team")


@pytest.mark.slow
@pytest.mark.parametrize("metric", METRICS)
def test_a_hundred_thousand_tickets(generated, metric: str) -> None:
    assert generated.duckdb.state.tables["tickets"].rows > 100_000
    assert_agree(generated.duckdb, generated.spark, metric, "month")


def test_a_difference_would_be_seen() -> None:
    assert same(0.1 + 0.2, 0.3)
    assert same(None, None)
    assert not same(0.3, 0.3000001)
    assert not same(1e12, 1e12 + 1)
    assert not same(0.5, None)
    assert not same("ok", "small_n")
