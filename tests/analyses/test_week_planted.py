"""What was planted in the sample shows in the week it happened, and not in a quiet one."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from driver_labels import ROOT, true_labels

from workbench.analyses.driver_changes import driver_changes
from workbench.analyses.driver_spikes import driver_spikes
from workbench.analyses.week_escalations import week_escalations
from workbench.analyses.week_figures import week_figures
from workbench.analyses.week_volume import MORE, USUAL, week_volume
from workbench.definitions.periods import Period
from workbench.workspace import Workspace

SURGE, QUIET = Period.week("2025-W09"), Period.week("2025-W26")


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((ROOT / "data/sample/truth.json").read_text())
    return told["truths"]


@pytest.fixture(scope="module")
def shop(demo) -> Workspace:
    return Workspace.open(demo.workspace)


def test_the_surge_is_a_surge_and_a_quiet_week_is_not(shop, truth) -> None:
    assert pd.Timestamp(truth["surge"]["start"], tz="UTC") <= SURGE.start
    found = week_volume(shop, SURGE)
    assert found.verdict == MORE
    assert found.usual is not None
    assert found.created / found.usual == pytest.approx(truth["surge"]["volume_ratio"], rel=0.2)
    assert week_volume(shop, QUIET).verdict == USUAL


def test_first_replies_are_slower_in_the_surge(shop) -> None:
    line = week_figures(shop, SURGE, weeks=8, history=26).line("first_response_time")
    assert line is not None
    assert line.state == "watch"
    assert line.before is not None
    assert line.told.low > line.before.high


def test_the_driver_of_the_surge_stands_out_of_the_weeks_before(shop) -> None:
    labels = true_labels(shop)
    spikes = driver_spikes(shop, SURGE, labelled=labels)
    assert spikes.episodes["driver"].iloc[0] == "where is my order"
    changes = driver_changes(
        shop, SURGE, labelled=labels, before=SURGE.shifted(-1).last(8)
    )  # fmt: skip
    assert changes.volume is not None
    assert changes.volume_low > 1
    assert driver_spikes(shop, QUIET, labelled=labels).episodes.empty


def test_the_founder_gets_the_planted_share_of_any_week(shop, truth) -> None:
    planted = truth["founder_escalations"]["ticket_share"]
    for week in (SURGE, QUIET):
        found = week_escalations(shop, week)
        groups = found.frame.set_index(["split", "group"])
        founder = groups.loc[("decided by", "Founder")]
        created = int(found.weekly["created"].iloc[:-1].tail(found.weeks).sum())
        each = created / found.weeks
        assert founder["low_before"] < planted * each < founder["high_before"]
        assert found.moved == ""
        assert found.finding().count("per 100 tickets created") == 2


def test_windows_that_are_open_are_blank_and_the_last_closed_week_is_told(shop) -> None:
    figures = week_figures(shop, QUIET, weeks=8, history=26)
    for name, week in (("fcr", "2025-W25"), ("reopen_rate", "2025-W24")):
        line = figures.line(name)
        assert line is not None
        assert line.this.value is None
        assert line.this.status == "immature"
        assert str(line.judged) == week
        assert line.told.value is not None
