"""A breakdown compares what can be compared, and says why the rest is not."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.analyses.breakdown import Breakdown
from workbench.metrics.declaration import Answer
from workbench.metrics.registry import METRICS


def result(rows: list[tuple[str, float | None, float | None, float | None, int, str]]) -> Breakdown:
    columns = ["group", "value", "low", "high", "n", "status"]
    whole = Answer("csat", {}, 0.8, 160, 200, 0.74, 0.85, 0, 0, "ok")
    return Breakdown(pd.DataFrame(rows, columns=columns), METRICS["csat"], "team", whole)


GOOD = ("Good", 0.9, 0.83, 0.94, 100, "ok")


def test_a_group_clearly_worse_is_named_with_its_interval_and_n():
    said = result([GOOD, ("Bad", 0.7, 0.6, 0.78, 100, "ok")]).finding()
    assert "is lowest for Bad: 70.0 % (60.0–78.0 %, n 100), against 80.0 % over all." in said


def test_a_group_that_may_be_like_the_rest_is_not_called_worse():
    said = result([GOOD, ("So-so", 0.78, 0.7, 0.85, 100, "ok")]).finding()
    assert "no team clearly differs for the worse" in said


@pytest.mark.parametrize(
    ("status", "why"),
    [("small_n", "too few"), ("immature", "too recent"), ("not_computable", "not computable")],
)
def test_who_is_not_compared_and_why(status, why):
    value = 0.0 if status == "small_n" else None
    said = result([GOOD, ("Odd", value, value, value, 1, status)]).finding()
    assert "lowest" not in said
    assert said.endswith(f"Not compared: 1 team {why}.")
