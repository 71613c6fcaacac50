"""The editor of drivers without a browser: every button, what it says, and what it leaves."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from drivers.topics import small_workspace

from workbench.drivers.assigning import assign
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.editing import rename
from workbench.drivers.fitting import FitOptions, fit
from workbench.explore.driver_editor import DriverEditor, edit_drivers
from workbench.explore.driver_places import map_tickets
from workbench.workspace import Workspace

NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)
HOSTILE = "<img src=x onerror=alert(1)>\u202e"


def now() -> datetime:
    return NOW


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five drivers of what was said before May, and one that was born then."""
    root = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:  # drivers are born among few texts
        patch.setattr("workbench.drivers.births.LEAST_KNOWN", 1)
        patch.setattr("workbench.drivers.fitting.LEAST_MESSAGES", 1)
        found = small_workspace(root)
        until = datetime(2025, 5, 1, tzinfo=UTC)
        fit(found, FitOptions(n_drivers=5, n_themes=2, until=until), now=NOW)
        assign(found, now=NOW)
    return root


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Workspace:
    """A copy of it, to be changed."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Workspace.open(tmp_path)


@pytest.fixture
def editor(data: Workspace) -> DriverEditor:
    return DriverEditor(data, now=now)


def folder(editor: DriverEditor) -> CatalogueFolder:
    return CatalogueFolder(editor.workspace.root)


def choose(editor: DriverEditor, *ids: str) -> None:
    editor.controls.list.value = ids


def press(editor: DriverEditor, do: str) -> str:
    """Press a button that can be pressed; what it says."""
    button = editor.controls.buttons[do]
    assert not button.disabled, f"{do} cannot be pressed"
    button.click()
    return str(editor.controls.said[do].value)


def listed(editor: DriverEditor) -> list[str]:
    return [label.replace("\u00a0", " ") for label, _ in editor.controls.list.options]


def ids(editor: DriverEditor) -> list[str]:
    return [value for _, value in editor.controls.list.options]


def usable(editor: DriverEditor) -> set[str]:
    return {do for do, button in editor.controls.buttons.items() if not button.disabled}


def test_a_line_tells_id_state_size_share_and_name(editor: DriverEditor) -> None:
    row = editor.rows[-1]
    line = next(line for line in listed(editor) if line.startswith(row.driver.driver_id))
    assert line.split()[:3] == [row.driver.driver_id, row.driver.state, f"{row.n}"]
    assert row.share in line
    assert row.driver.name[:30] in line
    assert sum(row.n for row in editor.rows) <= editor.rows[0].total == 132


def test_what_was_born_stands_first_with_its_day_and_evidence(editor: DriverEditor) -> None:
    first = editor.rows[0].driver
    assert first.state == "proposed"
    assert first.born is not None
    head = editor.controls.head.value
    assert f"Proposed:</b> {first.driver_id}" in head
    assert f"Born {first.born}" in head
    assert "where the fit had" in head
    choose(editor, first.driver_id)
    assert "Words that set it apart" in editor.controls.details.value


def test_rename_is_seen_everywhere_and_taken_back(editor: DriverEditor) -> None:
    choose(editor, "d002")
    was = editor.controls.name.value
    editor.controls.name.value = "Late parcels"
    assert "renamed d002 to “Late parcels”" in press(editor, "rename")
    assert any("Late parcels" in line for line in listed(editor))
    assert folder(editor).catalogue.drivers["d002"].name == "Late parcels"
    assert editor.controls.list.value == ("d002",)
    assert "renamed d002" in editor.controls.takes_back.value
    assert "2025-07-01T06:00:00Z" in editor.controls.history.value
    assert "took back event" in press(editor, "undo")
    assert editor.controls.name.value == was
    assert "undo" not in usable(editor)


def test_a_theme_is_given_to_all_that_are_chosen(editor: DriverEditor) -> None:
    choose(editor, "d001", "d002")
    editor.controls.theme.value = "Delivery"
    press(editor, "theme")
    drivers = folder(editor).catalogue.drivers
    assert [drivers[name].theme for name in ("d001", "d002")] == ["Delivery", "Delivery"]
    assert len(folder(editor).events) == 4


def test_merge_leaves_one_and_split_makes_parts(editor: DriverEditor) -> None:
    choose(editor, "d001", "d002")
    before = len(editor.rows)
    n = sum(row.n for row in editor.chosen)
    editor.controls.into.value = "d001"
    assert "merged d002 into d001" in press(editor, "merge")
    assert "d002" not in ids(editor)
    assert editor.chosen[0].n == n
    editor.controls.parts.value = 3
    assert "split d001 into" in press(editor, "split")
    assert "d001" not in ids(editor)
    assert len(editor.rows) == before - 1 - 1 + 3
    for _ in range(2):
        press(editor, "undo")
    assert {"d001", "d002"} < set(ids(editor))


def test_states_decide_which_buttons_can_be_pressed(editor: DriverEditor) -> None:
    assert usable(editor) == {"reload", "fit"}
    born = editor.rows[0].driver.driver_id
    choose(editor, born)
    assert {"accept", "dismiss", "ignore"} < usable(editor)
    press(editor, "accept")
    assert not {"accept", "dismiss", "show"} & usable(editor)
    assert "put aside" in press(editor, "ignore")
    assert folder(editor).catalogue.drivers[born].state == "ignored"
    press(editor, "show")
    choose(editor, born, "d001")
    assert not {"rename", "split", "move"} & usable(editor)


def test_dismissing_takes_it_off_the_list(editor: DriverEditor) -> None:
    born = editor.rows[0].driver.driver_id
    choose(editor, born)
    press(editor, "dismiss")
    assert born not in ids(editor)
    assert "Proposed" not in editor.controls.head.value


def test_tickets_are_moved_by_their_ids(editor: DriverEditor) -> None:
    choose(editor, "d003")
    editor.controls.tickets.value = "parcel-0, desk/grinder-1;"
    assert "moved 2 tickets to d003" in press(editor, "move")
    assert editor.controls.tickets.value == ""
    placed = folder(editor).placed().set_index("ticket_id")
    assert placed.loc[["parcel-0", "grinder-1"], "driver"].tolist() == ["d003", "d003"]


@pytest.mark.parametrize("name", ["", "x" * 81, "\x00\x1b", "unclear"])
def test_a_name_that_is_none_is_refused_beside_the_button(editor: DriverEditor, name: str) -> None:
    choose(editor, "d001")
    editor.controls.name.value = name
    told = press(editor, "rename")
    assert 'class="wb-fault"' in told
    assert told.count("\n") == 0
    assert len(folder(editor).events) == 2
    assert editor.controls.name.value == name  # to be put right


def test_what_cannot_be_is_told_and_changes_nothing(editor: DriverEditor) -> None:
    choose(editor, "d001")
    assert "choose the driver to merge into" in press(editor, "merge")
    editor.controls.tickets.value = "no-such-ticket"
    assert "no-such-ticket" in press(editor, "move")
    assert editor.controls.tickets.value == "no-such-ticket"
    editor.controls.name.value = editor.rows[1].driver.name.upper()
    if editor.rows[1].driver.driver_id != "d001":
        assert "is that of driver" in press(editor, "rename")
    assert len(folder(editor).events) == 2


def test_hostile_names_and_subjects_are_words(editor: DriverEditor) -> None:
    choose(editor, "d001")
    editor.controls.name.value = editor.controls.theme.value = HOSTILE
    theme = editor.controls.theme.value
    press(editor, "rename")
    editor.controls.theme.value = theme
    press(editor, "theme")
    key = editor.rows[1].driver.examples[0]
    editor._subjects[key] = HOSTILE
    editor.refresh()
    choose(editor, *ids(editor))
    shown = editor.controls
    for box in (shown.head, shown.details, shown.history, shown.takes_back, *shown.said.values()):
        assert "<img" not in box.value
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown.details.value


def test_an_undo_of_what_was_not_shown_is_refused(editor: DriverEditor) -> None:
    choose(editor, "d001")
    editor.controls.name.value = "Mine"
    press(editor, "rename")
    rename(editor.workspace, "d002", "Somebody else's", now=NOW)
    assert "changed elsewhere" in press(editor, "undo")
    assert any("Somebody else's" in line for line in listed(editor))
    assert "took back" in press(editor, "undo")
    assert folder(editor).catalogue.drivers["d001"].name == "Mine"


def test_a_driver_gone_meanwhile_leaves_the_list(editor: DriverEditor) -> None:
    choose(editor, "d002")
    other = DriverEditor(editor.workspace, now=now)
    choose(other, "d002")
    other.controls.into.value = "d001"
    press(other, "merge")
    editor.controls.name.value = "Too late"
    assert "was merged into d001" in press(editor, "rename")
    assert "d002" not in ids(editor)


def test_without_a_catalogue_a_button_begins_one(tmp_path: Path) -> None:
    editor = DriverEditor(small_workspace(tmp_path), now=now)
    assert editor.controls._editing.layout.display == "none"
    seen: list[str] = []
    editor.controls.said["fit"].observe(lambda change: seen.append(change["new"]), "value")
    editor.controls.n_drivers.value = 4
    assert "fit of 4 drivers in 132 contacts" in press(editor, "fit")
    assert "Finding drivers" in seen[0]
    assert editor.controls._editing.layout.display is None
    assert editor.controls._fitting.layout.display == "none"
    assert len(editor.rows) == 4


def test_nothing_to_edit_is_one_clear_line(tmp_path: Path) -> None:
    shown = edit_drivers(str(tmp_path), now=now)
    assert "nothing was ever imported here" in shown.value
    assert "nothing was ever imported here" in map_tickets(str(tmp_path)).value


def test_the_map_shows_the_drivers_as_they_are_called_now(data: Workspace) -> None:
    rename(data, "d001", "Late parcels", now=NOW)
    chart, told = map_tickets(str(data.root), most=60).children
    assert "Late parcels" in chart.svg
    assert "60 of 132 tickets" in told.value
