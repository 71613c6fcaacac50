"""Which ticket has which driver: from the catalogue, from texts, or from recorded reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hand_made import Log

from workbench.definitions.periods import Period
from workbench.drivers.assigning import assign
from workbench.drivers.driver import UNCLEAR
from workbench.drivers.editing import rename
from workbench.drivers.fitting import FitOptions, fit
from workbench.drivers.labelled import labelled_tickets
from workbench.errors import UsageError
from workbench.metrics.answers import answers
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

NOW = datetime(2025, 7, 1, tzinfo=UTC)
TOPICS = {
    "parcel": "Where is my parcel? Tracking has not moved since it left the warehouse",
    "grinder": "The grinder makes a loud noise and stopped grinding, is it under warranty",
    "coupon": "My coupon code is refused at checkout, the discount does not apply",
}


def desk(root: Path, more: int = 0) -> Workspace:
    log = Log(until="06-30")
    for topic, text in TOPICS.items():
        for i in range(40):
            log.row(f"{topic}-{i}", f"03-{1 + i % 28:02}", subject=topic, description=text)
        for i in range(more):
            log.row(f"{topic}-late-{i}", "06-05", subject=topic, description=text)
    log.row("silent", "03-05")
    return log.workspace(root)


def test_without_a_catalogue_contacts_are_grouped_for_this_view(tmp_path: Path) -> None:
    found = labelled_tickets(desk(tmp_path), n_drivers=3)
    assert found.basis == "text"
    assert "grouped for this view alone" in found.caveats[0]
    by_ticket = found.frame.set_index("ticket_id")
    assert (by_ticket["driver"] == UNCLEAR).sum() == 1
    assert by_ticket.loc["silent", ["driver", "driver_id", "theme"]].tolist() == [UNCLEAR] * 3
    assert sorted(found.frame["driver"].value_counts()) == [1, 40, 40, 40]
    assert not (tmp_path / "catalogue").exists()


def test_every_metric_can_be_split_by_what_was_found(tmp_path: Path) -> None:
    data = desk(tmp_path)
    found = labelled_tickets(data, n_drivers=3)
    told = answers(data, METRICS["tickets_created"], Period.month("2025-03"), by="driver")
    counts = {one.by["driver"]: one.value for one in told}
    assert counts == found.frame["driver"].value_counts().to_dict()


def test_with_one_ids_and_names_are_the_catalogues(tmp_path: Path) -> None:
    fit(desk(tmp_path), FitOptions(n_drivers=3), now=NOW)
    rename(Workspace.open(tmp_path), "d001", "First of all", now=NOW)
    found = labelled_tickets(Workspace.open(tmp_path))
    assert found.basis == "catalogue"
    assert found.caveats == []
    assert found.drivers["d001"].name == "First of all"
    assert set(found.frame["driver_id"]) == {"d001", "d002", "d003", UNCLEAR}
    assert set(found.frame.loc[found.frame["driver_id"] == "d001", "driver"]) == {"First of all"}


def test_contacts_not_yet_assigned_go_to_the_nearest_and_it_is_said(tmp_path: Path) -> None:
    data = desk(tmp_path, more=2)
    fit(data, FitOptions(n_drivers=3, until=datetime(2025, 4, 1, tzinfo=UTC)), now=NOW)
    before = labelled_tickets(Workspace.open(tmp_path))
    assert before.caveats[0].startswith("6 contacts not yet assigned went to the nearest driver")
    assert assign(data, now=NOW).n == 6
    after = labelled_tickets(Workspace.open(tmp_path))
    assert after.caveats == []
    key = ["source", "ticket_id"]
    both = before.frame.merge(after.frame, on=key, suffixes=("", "_after"))
    assert (both["driver_id"] == both["driver_id_after"]).all()
    assert len(both) == 127


def test_without_texts_the_recorded_reasons_are_taken(tmp_path: Path) -> None:
    log = Log(until="06-30")
    for i in range(90):
        log.row(f"{i}", "06-05", reason_raw="network" if i % 3 else None)
    found = labelled_tickets(log.workspace(tmp_path))
    assert found.basis == "recorded"
    assert found.frame["driver"].value_counts().to_dict() == {"network": 60, "not recorded": 30}


def test_nothing_to_group_by_is_said(tmp_path: Path) -> None:
    log = Log(until="06-30")
    for i in range(60):
        log.row(f"{i}", "06-05", subject="??")
    with pytest.raises(UsageError, match="too few to group"):
        labelled_tickets(log.workspace(tmp_path))


def test_two_drivers_never_share_a_name(tmp_path: Path) -> None:
    from workbench.drivers.labelled import _unique

    fit(desk(tmp_path), FitOptions(n_drivers=3), now=NOW)
    drivers = labelled_tickets(Workspace.open(tmp_path)).drivers
    same = {name: replace(one, name="The same") for name, one in drivers.items()}
    assert [one.name for one in _unique(same).values()] == [
        "The same", "The same (d002)", "The same (d003)",
    ]  # fmt: skip
