"""What was planted in the sample is found where its contacts have their true drivers."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from driver_labels import ROOT, true_labels

from workbench.analyses.driver_changes import driver_changes
from workbench.analyses.driver_costs import driver_costs
from workbench.analyses.driver_emergence import driver_emergence
from workbench.analyses.driver_months import driver_months
from workbench.analyses.driver_spikes import driver_spikes
from workbench.analyses.driver_vendors import driver_vendors
from workbench.definitions.periods import Period
from workbench.drivers.labelled import LabelledTickets
from workbench.workspace import Workspace


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((ROOT / "data/sample/truth.json").read_text())
    return told["truths"]


@pytest.fixture(scope="module")
def shop(demo) -> Workspace:
    return Workspace.open(demo.workspace)


@pytest.fixture(scope="module")
def labels(shop: Workspace) -> LabelledTickets:
    return true_labels(shop)


def test_the_campaign_and_the_surge_are_the_only_spikes(shop, labels, truth) -> None:
    found = driver_spikes(shop, Period.parse("2024-04..2025-06"), labelled=labels)
    spikes = found.episodes.set_index("driver")
    assert set(spikes.index) <= {"where is my order", "refund request", "product question"}
    surge = spikes.loc["where is my order"]
    assert abs(surge["first"] - pd.Timestamp(truth["surge"]["start"])).days <= 7
    assert abs(surge["last"] - pd.Timestamp(truth["surge"]["end"])).days <= 7
    refunds = spikes.loc["refund request"]
    assert refunds["low"] < truth["campaign"]["refund_request_ratio"] < refunds["high"]
    assert "campaign “Bundle campaign” (22 Nov 2024)" in refunds["coincides_with"]


def test_quiet_months_have_no_spike(shop, labels) -> None:
    for month in ("2024-08", "2025-06"):
        assert driver_spikes(shop, Period.month(month), labelled=labels).episodes.empty


def test_the_new_driver_is_born_with_the_release(shop, labels, truth) -> None:
    found = driver_emergence(shop, Period.month("2024-12"), labelled=labels)
    (row,) = found.frame.to_dict("records")
    assert (row["driver"], f"{row['born']:%Y-%m-%d}") == (
        "app login",
        truth["new_driver"]["release"],
    )
    assert row["low"] < truth["new_driver"]["ticket_share"] < row["high"]
    assert "App release with new login" in row["coincides_with"]
    assert (
        "“app login” went from 0.0 %"
        in driver_months(shop, Period.month("2025-06"), labelled=labels).finding()
    )


def test_the_trial_vendor_got_easier_drivers(shop, labels) -> None:
    found = driver_vendors(shop, Period.parse("2025-05..2025-06"), labelled=labels)
    assert found.split == "team"  # the export names one vendor only
    calder = found.vendors.set_index("vendor").loc["Calder Desk"]
    assert calder["easier_low"] > 0
    assert found.finding().startswith("Calder Desk got easier drivers")


def test_the_surge_is_volume_and_structure_at_once(shop, labels) -> None:
    found = driver_changes(shop, Period.month("2025-03"), labelled=labels)
    assert found.volume_low > 1
    against_quiet = driver_changes(shop, Period.month("2025-02"), labelled=labels)
    assert against_quiet.grown["driver"].to_list() in ([], ["where is my order"])


def test_costs_of_drivers_add_up_to_the_costs_of_their_teams(shop, labels) -> None:
    found = driver_costs(shop, Period.month("2025-03"), labelled=labels)
    assert found.frame["cost_share"].sum() == pytest.approx(1)
    assert (found.frame["cost_low"] <= found.frame["cost"]).all()
    booked = shop.frame("costs")
    booked = booked[booked["month"].dt.strftime("%Y-%m") == "2025-03"]
    assert found.frame["cost"].sum() == pytest.approx(float(booked["amount"].sum()), rel=0.05)
