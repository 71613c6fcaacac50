"""The report about contact drivers: what it says first, what it says once, and what it leaves."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from driver_labels import by_name, written
from drivers.topics import small_workspace
from hand_made import Log

from workbench.analyses.driver_changes import driver_changes
from workbench.analyses.driver_costs import driver_costs
from workbench.analyses.driver_emergence import driver_emergence
from workbench.analyses.driver_gaps import driver_gaps
from workbench.analyses.driver_months import driver_months
from workbench.analyses.driver_shares import driver_shares
from workbench.analyses.driver_spikes import driver_spikes
from workbench.analyses.driver_themes import driver_themes
from workbench.analyses.driver_vendors import driver_vendors
from workbench.definitions.periods import Period
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.editing import merge, move, rename, set_state, split, undo
from workbench.drivers.fitting import FitOptions, fit
from workbench.drivers.history import Event
from workbench.drivers.labelled import LabelledTickets
from workbench.drivers.listing import event_words, listed_drivers
from workbench.reporting import driver_sections as sections
from workbench.reporting.driver_catalogue import (
    catalogue_frame,
    catalogue_section,
    history_frame,
    history_section,
)
from workbench.reporting.driver_findings import findings
from workbench.reporting.driver_tickets import (
    basis_of,
    driver_answers,
    drivers_of,
    scope_of,
    ticket_map,
    tickets_of,
)
from workbench.reporting.page import Page
from workbench.reporting.verify import SIZE_BUDGET
from workbench.workspace import Workspace

NOW = datetime(2025, 7, 1, tzinfo=UTC)
JUNE = Period.month("2025-06")
HOSTILE = "<img src=x onerror=alert(1)>"


def results(data: Workspace, found: LabelledTickets | None) -> dict[str, Any]:
    """What the notebook asks, under the names the findings take."""
    kinds = {
        "shares": driver_shares, "changes": driver_changes, "new": driver_emergence,
        "spikes": driver_spikes, "months": driver_months, "costs": driver_costs,
        "vendors": driver_vendors,
    }  # fmt: skip
    told = {name: ask(data, JUNE, labelled=found) for name, ask in kinds.items()}
    return told | {"longer": driver_changes(data, JUNE.last(3), labelled=found)}


def every_section(data: Workspace, found: LabelledTickets | None) -> list[dict[str, Any]]:
    """All sections of the page, in its order."""
    told = results(data, found)
    shares = told["shares"]
    return [
        sections.shares_section(shares, tickets_of(data, found, JUNE)),
        sections.changes_section(told["changes"], told["longer"], shares),
        sections.new_section(told["new"], shares),
        sections.spikes_section(told["spikes"], shares),
        sections.months_section(told["months"], shares),
        sections.themes_section(driver_themes(data, JUNE, labelled=found), shares),
        sections.costs_section(told["costs"], shares),
        sections.gaps_section(driver_gaps(data, JUNE, labelled=found), shares),
        sections.vendors_section(told["vendors"], shares),
        sections.map_section(ticket_map(data, found, JUNE)),
        catalogue_section(CatalogueFolder(data.root)),
        history_section(CatalogueFolder(data.root)),
    ]  # fmt: skip


def drawn(many: list[dict[str, Any]]) -> str:
    page = Page("Contact drivers", JUNE.title, "all", "today")
    return "".join(page.section(**one).html for one in many)


@pytest.fixture
def log() -> Log:
    made = Log(until="2025-06-30 23:00")
    for month in ("2025-03", "2025-04", "2025-05"):
        written(made, month, late=40, broken=40)
    written(made, "2025-06", late=30, broken=30, app=25)
    return made


@pytest.fixture
def world(log: Log, tmp_path: Path) -> tuple[Workspace, LabelledTickets]:
    born = datetime(2025, 6, 1).date()
    found = by_name(log, app={"born": born, "state": "proposed", "name": HOSTILE})
    names = found.frame["driver"].replace({"app": HOSTILE})
    return log.workspace(tmp_path), replace(found, frame=found.frame.assign(driver=names))


def test_every_section_can_be_put_on_a_page_and_runs_nothing(world: Any) -> None:
    many = every_section(*world)
    html = drawn(many)
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html
    assert [one["id"] for one in many] == [
        "shares", "changes", "new", "spikes", "months", "themes", "costs", "gaps", "vendors",
        "map", "catalogue", "history",
    ]  # fmt: skip
    for one in many:
        assert one["sentences"][0].endswith(".")


def test_a_caveat_is_said_once(world: Any) -> None:
    data, found = world
    told = every_section(data, replace(found, caveats=["Only this once."]))
    assert [one["id"] for one in told if "Only this once." in one.get("caveats", ())] == ["shares"]


def test_what_is_new_comes_before_levels_and_is_told_once(world: Any) -> None:
    told = sorted(findings(**results(*world)), key=lambda one: -one.weight)
    assert told[0].section in ("new", "changes")
    assert told[-1].section == "shares"
    about_app = [one for one in told if f"“{HOSTILE}”" in one.text]
    assert {one.section for one in about_app} <= {"new", "changes"}
    assert len({one.text for one in told}) == len(told)


def test_a_proposed_driver_waits_in_words(world: Any) -> None:
    data, found = world
    told = results(data, found)
    section = sections.new_section(told["new"], told["shares"])
    assert f"Not yet looked at: “{HOSTILE}”." in section["sentences"]


def test_many_drivers_are_drawn_in_part_and_told_in_full(tmp_path: Path) -> None:
    made = Log(until="2025-06-30 23:00")
    written(made, "2025-06", **{f"topic{chr(97 + i)}": 30 - i for i in range(26)})
    data, found = made.workspace(tmp_path), by_name(made)
    shares = driver_shares(data, JUNE, labelled=found)
    section = sections.shares_section(shares, None)
    assert "Drawn are the 16 largest of 26 drivers; the table has all." in section["sentences"]
    assert len(section["frame"]) == 26
    labels = [label.get_text() for label in section["figure"].get_yticklabels()]
    assert labels[:2] == ["topica", "topicb"]
    assert len(labels) == 16


def test_the_tickets_listed_are_those_counted(world: Any) -> None:
    data, found = world
    listed = tickets_of(data, found, JUNE)
    assert listed is not None
    shares = driver_shares(data, JUNE, labelled=found)
    assert len(listed) == shares.n == 85
    assert listed["driver"].value_counts().to_dict() == {"late": 30, "broken": 30, HOSTILE: 25}
    assert listed["at"].is_monotonic_increasing
    assert "85 contacts in June 2025" in scope_of(data, JUNE)
    counted = [one for one in driver_answers(data, found, JUNE) if one.by]
    assert sum(one.value or 0 for one in counted if one.metric == "tickets_created") == 85


def test_without_texts_or_reasons_every_section_says_why(tmp_path: Path) -> None:
    made = Log(until="2025-06-30 23:00")
    for day in range(1, 29):
        made.row(f"silent-{day}", f"2025-06-{day:02}")
    data = made.workspace(tmp_path)
    found = drivers_of(data, n_drivers=5, seed=0)
    assert found is None
    many = every_section(data, found)
    assert not any("figure" in one for one in many)
    assert all("too few to group" in one["sentences"][0] for one in many[:9])
    told = results(data, found)
    assert [one.section for one in findings(**told)] == ["shares"]
    assert len(sections.missing(list(told.items()))) == len(told)
    assert basis_of(data, found) == ""
    assert len(driver_answers(data, found, JUNE)) == 2
    drawn(many)


def test_without_a_catalogue_the_page_says_so(tmp_path: Path) -> None:
    data = small_workspace(tmp_path)
    found = drivers_of(data, n_drivers=5, seed=0)
    assert "grouped for this page alone: 5 of them" in basis_of(data, found)
    told = catalogue_section(CatalogueFolder(data.root))["sentences"]
    assert "There is no catalogue" in told[0]
    assert "Nothing was ever fitted." in history_section(CatalogueFolder(data.root))["sentences"]
    mapped = ticket_map(data, found, most=40)
    assert (mapped.n, len(mapped.frame)) == (132, 40)
    assert set(mapped.frame["driver"]) <= {one.name for one in found.drivers.values()} | {"unclear"}
    assert not (tmp_path / "catalogue").exists()


@pytest.fixture
def folder(tmp_path: Path) -> CatalogueFolder:
    """Five drivers to which every kind of edit was done."""
    data = small_workspace(tmp_path)
    fit(data, FitOptions(n_drivers=5, n_themes=2), now=NOW)
    rename(data, "d001", "Late parcels", theme="Delivery", now=NOW)
    merge(data, ["d002"], "d001", now=NOW)
    split(data, "d003", now=NOW)
    move(data, ["parcel-0"], "d004", now=NOW)
    set_state(data, "d005", "ignore", now=NOW)
    undo(data, now=NOW)
    return CatalogueFolder(tmp_path)


def test_the_history_tells_what_was_done_and_what_undo_takes_back(folder: CatalogueFolder) -> None:
    frame = history_frame(folder).set_index("n")
    assert list(frame.index) == [7, 6, 5, 4, 3, 2, 1]
    assert frame["what"].to_dict() == {
        1: "fit of 5 drivers in 132 contacts",
        2: "renamed d001 to “Late parcels” and put d001 under “Delivery”",
        3: "merged d002 into d001",
        4: "split d003 into d006, d007",
        5: "moved 1 ticket to d004",
        6: "put aside d005",
        7: "took back event 6 (ignore)",
    }
    assert frame.loc[[6, 5, 7], "state"].tolist() == ["undone", "next to undo", ""]
    said = history_section(folder)["sentences"]
    assert said[1] == "The next undo takes back event 5: moved 1 ticket to d004."


def test_the_catalogue_lists_who_is_there_and_what_was_last_done(folder: CatalogueFolder) -> None:
    frame = catalogue_frame(folder).set_index("id")
    assert set(frame.index) == {"d001", "d004", "d005", "d006", "d007"}
    assert frame.loc["d001", ["name", "theme"]].tolist() == ["Late parcels", "Delivery"]
    assert frame.loc["d001", "last"] == "2025-07-01: merged d002 into d001"
    assert frame.loc["d006", "last"] == "2025-07-01: split d003 into d006, d007"
    assert frame.loc["d005", "last"] == "2025-07-01: fit"
    assert frame["n"].sum() <= listed_drivers(folder)[0].total == 132
    assert (
        f"Version {folder.version}: 5 drivers, 7 events." in catalogue_section(folder)["sentences"]
    )


@pytest.mark.parametrize(
    ("do", "details", "words"),
    [
        ("assign", {"contacts": 1, "born": [{"id": "d031"}]}, "assigned 1 contact; born: d031"),
        ("refit", {"drivers": [1, 2], "contacts": 9, "agreement": 0.5},
         "refit of 2 drivers in 9 contacts, agreement with the last one 0.50"),
        ("dismiss", {"driver": "d031"}, "dismissed d031"),
        ("accept", {"driver": "d031"}, "accepted d031"),
        ("something new", {"driver": "d031"}, "something new d031"),
    ],
)  # fmt: skip
def test_every_kind_of_event_has_words(do: str, details: dict[str, Any], words: str) -> None:
    assert event_words(Event(1, "2025-07-01T00:00:00Z", do, details)) == words


def test_the_demo_publishes_it_and_its_catalogue_is_as_before(demo: Any) -> None:
    page = demo.workspace / "site" / "contact_drivers" / "2025-06" / "index.html"
    html = page.read_text(encoding="utf-8")
    assert page.stat().st_size < SIZE_BUDGET
    assert f"version {CatalogueFolder(demo.workspace).version}." in html
    for name in ("findings", "shares", "changes", "new", "map", "catalogue", "history"):
        assert f'id="{name}"' in html
    listed = next(page.parent.rglob("shares_tickets.csv"))
    assert len(pd.read_csv(listed)) > 400


@pytest.mark.slow
def test_a_workspace_without_catalogue_is_reported_on(demo: Any, workbench: Any, tmp_path: Path):
    shutil.copytree(demo.workspace / "store", tmp_path / "store")
    done = workbench(
        "run", "contact_drivers", "--period", "2025-06", "-p", "n_drivers=12", "--workspace",
        tmp_path,
    )  # fmt: skip
    assert done.code == 0, done.err
    html = Path(done.out.strip()).read_text(encoding="utf-8")
    assert "grouped for this page alone: 12 of them" in html
    assert not (tmp_path / "catalogue").exists()
