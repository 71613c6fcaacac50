"""Spikes: flat worlds are quiet, planted ones are found, and nothing is called a cause."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from driver_labels import by_name, written
from hand_made import Log
from numpy.typing import NDArray
from statsmodels.stats.multitest import multipletests

from workbench.analyses.driver_spikes import driver_spikes
from workbench.analyses.driver_weeks import expected
from workbench.definitions.periods import Period

DRIVERS, HISTORY, WEEKS, WORLDS = 20, 30, 9, 150


def flat_world(random: np.random.Generator, kind: str) -> NDArray[np.int64]:
    """Weekly counts without any spike: Poisson, overdispersed, or with a season."""
    weeks = np.arange(HISTORY + WEEKS)[:, None]
    mean = np.exp(random.uniform(np.log(1.5), np.log(40), DRIVERS)) * np.ones_like(weeks, float)
    if kind == "overdispersed":
        mean = mean * random.gamma(1 / 0.03, 0.03, mean.shape)
    if kind == "unequal":
        excess = random.uniform(0.001, 0.12, DRIVERS)
        mean = mean * random.gamma(1 / excess, excess, mean.shape)
    if kind == "season":
        mean = mean * np.exp(0.2 * np.sin(2 * np.pi * weeks / 52))
    return random.poisson(mean)


def finds_any(counts: NDArray[np.int64]) -> bool:
    p = expected(counts, np.zeros(DRIVERS, dtype="int64")).p[HISTORY:]
    return bool(multipletests(p.ravel(), alpha=0.05, method="fdr_bh")[0].any())


@pytest.mark.parametrize("kind", ["poisson", "overdispersed", "unequal", "season"])
def test_few_flat_worlds_have_any_finding(kind: str) -> None:
    random = np.random.default_rng(7)
    found = np.mean([finds_any(flat_world(random, kind)) for _ in range(WORLDS)])
    assert found <= 0.07


def test_a_planted_spike_is_found_in_most_worlds() -> None:
    random = np.random.default_rng(7)
    hits = []
    for _ in range(60):
        counts = flat_world(random, "overdispersed")
        counts[-1, 0] = random.poisson(45)
        counts[:-1, 0] = random.poisson(15, len(counts) - 1)
        hits.append(finds_any(counts))
    assert np.mean(hits) > 0.9


def test_a_spike_does_not_hide_the_next_and_a_new_level_becomes_usual() -> None:
    counts = np.full((60, 1), 20)
    counts[20] = 80
    counts[24] = 80
    counts[40:] = 60
    found = expected(counts, np.zeros(1, dtype="int64"))
    assert found.mean[24, 0] == 20  # the spike of week 20 was left out
    assert found.p[24, 0] < 1e-4
    assert found.p[40, 0] < 1e-4
    assert found.p[59, 0] > 0.05


def test_there_is_no_verdict_before_eight_weeks() -> None:
    found = expected(np.full((30, 2), 5), np.array([0, 10]))
    assert np.isnan(found.p[:8, 0]).all()
    assert not np.isnan(found.p[8:, 0]).any()
    assert np.isnan(found.p[:18, 1]).all()


def year(root: Path, spike: int):
    """Half a year of three contacts a day, and a week of many more."""
    log = Log(until="07-01")
    day = date(2025, 1, 1)
    while day < date(2025, 7, 1):
        in_spike = date(2025, 6, 9) <= day <= date(2025, 6, 15)
        for name, n in (("late", spike if in_spike else 3), ("broken", 3)):
            for i in range(n):
                log.row(f"{name}-{day}-{i}", f"{day}", f"{name}{day}{i}")
        day += timedelta(days=1)
    log.add("calendar_events", event_id="1", at="06-05", kind="campaign", label="Bundle")
    log.add("calendar_events", event_id="2", at="06-18", kind="release", label="After it")
    return log.workspace(root), by_name(log)


def test_a_planted_week_is_told_with_what_it_coincides_with(tmp_path: Path) -> None:
    workspace, labels = year(tmp_path, 10)
    found = driver_spikes(workspace, Period.month("2025-06"), labelled=labels)
    (one,) = found.episodes.to_dict("records")
    assert (one["driver"], one["n"], one["expected"]) == ("late", 70, 21)
    assert (f"{one['first']:%m-%d}", f"{one['last']:%m-%d}") == ("06-09", "06-15")
    assert one["coincides_with"] == "campaign “Bundle” (5 Jun 2025)"
    assert one["low"] < one["ratio"] < one["high"]
    assert len(found.frame) == 10  # two drivers, the five weeks that end in June
    text = found.finding()
    assert "“late” brought 70 contacts where 21 were expected (×3.3" in text
    assert "coincides with campaign" in text
    assert "cause" not in text
    assert 0 < found.by_chance < 1


def test_a_steady_month_has_no_spike(tmp_path: Path) -> None:
    workspace, labels = year(tmp_path, 3)
    found = driver_spikes(workspace, Period.month("2025-06"), labelled=labels)
    assert found.finding() == (
        "No driver spiked in June 2025: 10 driver-weeks looked at, 5 % false discoveries allowed."
    )


def test_drivers_put_aside_and_unclear_ones_are_not_looked_at(tmp_path: Path) -> None:
    log = Log(until="07-01")
    for month in range(1, 6):
        written(log, f"2025-0{month}", late=28, odd=28, unclear=28)
    written(log, "2025-06", late=28, odd=300, unclear=300)
    labels = by_name(log, odd={"state": "ignored"})
    found = driver_spikes(log.workspace(tmp_path), Period.month("2025-06"), labelled=labels)
    assert set(found.frame["driver"]) == {"late"}
    assert found.episodes.empty
    assert (found.n, found.n_ignored, found.n_unclear) == (628, 300, 300)


def test_too_short_a_history_is_said(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-06", late=28)
    found = driver_spikes(log.workspace(tmp_path), Period.month("2025-06"), labelled=by_name(log))
    assert found.why_not.startswith("needs 8 whole weeks of a driver")
