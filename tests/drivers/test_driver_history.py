"""The catalogue is its history: what a few events, written by hand, leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from workbench.drivers.history import Catalogue, Event, last_undoable, replayed
from workbench.drivers.placements import placements
from workbench.errors import UsageError

WHEN = "2025-01-01T00:00:00Z"


class Story:
    """Events as they are told, and what each placed."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.placed: dict[int, dict[str, Any]] = {}

    def __call__(self, do: str, placed: Mapping[str, Any] | None = None, **details: Any) -> int:
        n = len(self.events) + 1
        self.events.append(Event(n, WHEN, do, details))
        self.placed[n] = dict(placed or {})
        return n

    def fit(self, placed: Mapping[str, Any], *ids: str, do: str = "fit", **more: Any) -> int:
        """A fit whose drivers are labelled ``about d001``; ``more`` by id: into, is_edited."""
        drivers = [
            {"id": name, "label": f"about {name}", "theme": "all", **more.get(name, {})}
            for name in ids
        ]
        return self(do, placed, drivers=drivers)

    def assign(self, placed: Mapping[str, Any], *born: str, fit: int = 1) -> int:
        told = [{"id": n, "label": f"about {n}", "theme": "new", "born": WHEN} for n in born]
        return self("assign", placed, fit=fit, born=told, grown=[])

    def split(self, driver: str, placed: Mapping[str, Any]) -> int:
        parts = dict.fromkeys(placed.values())
        told = [{"id": name, "label": f"about {name}"} for name in parts]
        return self("split", placed, driver=driver, parts=told)

    def merge(self, *drivers: str, into: str) -> int:
        return self("merge", drivers=list(drivers), into=into)

    def move(self, ticket: str, to: str) -> int:
        return self("move", {ticket: to}, to=to, tickets=1)

    def undo(self) -> int:
        last = last_undoable(self.events)
        assert last is not None
        return self("undo", event=last.n, what=last.do)

    @property
    def now(self) -> Catalogue:
        return replayed(self.events)

    @property
    def names(self) -> dict[str, str]:
        return {name: one.name for name, one in self.now.present.items()}

    @property
    def states(self) -> dict[str, str]:
        return {name: one.state for name, one in self.now.present.items()}

    @property
    def where(self) -> dict[str, str]:
        """The driver that every ticket is shown under."""
        found = placements(self.now, self._rows)
        assert not found.duplicated(["source", "ticket_id"]).any()
        return dict(zip(found["ticket_id"], found["driver"], strict=True))

    def _rows(self, n: int) -> pd.DataFrame:
        rows = [
            ("desk", ticket, *(told if isinstance(told, tuple) else (told, None)))
            for ticket, told in self.placed[n].items()
        ]
        frame = pd.DataFrame(rows, columns=["source", "ticket_id", "driver", "otherwise"])
        return frame.assign(confidence=0.5)


@pytest.fixture
def story() -> Story:
    """Tickets a, b and c, each in a driver of its own."""
    told = Story()
    told.fit({"a": "d001", "b": "d002", "c": "d003"}, "d001", "d002", "d003")
    return told


def test_nothing_happened_and_nothing_is_there() -> None:
    assert replayed([]).fit is last_undoable([]) is None
    assert Story().where == Story().names == {}


def test_a_name_and_a_theme_change_apart(story: Story) -> None:
    story("rename", driver="d001", name="Late parcels")
    story("rename", driver="d001", theme="Delivery")
    one = story.now.drivers["d001"]
    assert (one.name, one.theme, one.label) == ("Late parcels", "Delivery", "about d001")
    story.undo()
    assert story.now.drivers["d001"].theme == "all"


def test_merges_chain_and_come_apart_in_turn(story: Story) -> None:
    story.merge("d001", into="d002")
    story.merge("d002", into="d003")
    assert set(story.names) == {"d003"}
    assert set(story.where.values()) == {"d003"}
    assert story.now.leaves == ["d001", "d002", "d003"]  # all keep their centres
    with pytest.raises(UsageError, match="merged into d003"):
        story.now.one("d001")
    for left in ({"d002", "d003"}, {"d001", "d002", "d003"}):
        story.undo()
        assert set(story.where.values()) == left


def test_a_split_ends_a_driver_and_what_was_merged_into_it(story: Story) -> None:
    story("rename", driver="d002", theme="Delivery")
    story.merge("d001", into="d002")
    story.split("d002", {"a": "d004", "b": "d005"})
    assert set(story.names) == {"d003", "d004", "d005"}
    assert story.now.drivers["d004"].theme == "Delivery"
    assert story.where == {"a": "d004", "b": "d005", "c": "d003"}
    assert story.now.leaves == ["d003", "d004", "d005"]
    with pytest.raises(UsageError, match="split into d004, d005"):
        story.now.one("d002")
    story.undo()
    assert story.where == {"a": "d002", "b": "d002", "c": "d003"}


def test_ignored_shown_accepted_and_dismissed(story: Story) -> None:
    story.assign({"x": ("d004", "d001"), "a": ("d004", "d001")}, "d004")
    assert story.states["d004"] == "proposed"
    story("ignore", driver="d003")
    assert story.states["d003"] == "ignored"
    story("show", driver="d003")
    story("accept", driver="d004")
    assert set(story.states.values()) == {"active"}
    story.undo()
    story("dismiss", driver="d004")
    assert "d004" not in story.states
    assert "d004" not in story.now.leaves
    assert story.where == {"a": "d001", "b": "d002", "c": "d003", "x": "d001"}
    story.undo()
    assert story.where["x"] == story.where["a"] == "d004"


def test_who_works_with_a_proposed_driver_accepts_it(story: Story) -> None:
    story.assign({"x": ("d004", "d001")}, "d004")
    merged = {"drivers": ["d001"], "into": "d004"}
    for do, told in (("rename", {"driver": "d004"}), ("merge", merged), ("move", {"to": "d004"})):
        story(do, **told)
        assert story.states["d004"] == "active"
        story.undo()
        assert story.states["d004"] == "proposed"


def test_undo_takes_the_last_edit_that_still_stands(story: Story) -> None:
    first = story("rename", driver="d001", name="First")
    second = story("rename", driver="d001", name="Second")
    story.undo()
    assert story.now.undone == {second}
    assert story.names["d001"] == "First"
    third = story("ignore", driver="d001")
    story.undo()
    story.undo()
    assert story.now.undone == {first, second, third}
    assert last_undoable(story.events) is None


def test_an_undone_refit_takes_its_assigns_along(story: Story) -> None:
    story("rename", driver="d001", name="Mine")
    n = story.fit({"a": "d004", "b": "d002", "c": "d002"}, "d004", "d002", do="refit")
    story.assign({"x": ("d005", "d002")}, "d005", fit=n)
    assert set(story.names) == {"d004", "d002", "d005"}
    story.undo()
    assert story.names == {"d001": "Mine", "d002": "about d002", "d003": "about d003"}
    assert story.where == {"a": "d001", "b": "d002", "c": "d003"}
    story.undo()
    assert story.names["d001"] == "about d001"


def test_a_refit_keeps_names_states_themes_and_birthdays(story: Story) -> None:
    story.assign({"x": ("d004", "d001")}, "d004")
    story("rename", driver="d001", name="Mine", theme="Delivery")
    story("ignore", driver="d002")
    ids = ("d001", "d002", "d004", "d005")
    placed = {"a": "d001", "b": "d002", "c": "d005", "x": ("d004", "d001")}
    story.fit(placed, *ids, do="refit", d001={"is_edited": True}, d005={"into": "d001"})
    drivers = story.now.drivers
    assert (drivers["d001"].name, drivers["d001"].theme) == ("Mine", "Delivery")
    assert (drivers["d002"].name, drivers["d002"].state) == ("about d002", "ignored")
    assert (drivers["d004"].state, str(drivers["d004"].born)) == ("proposed", "2025-01-01")
    assert story.where == {"a": "d001", "b": "d002", "c": "d001", "x": "d004"}
    assert set(story.names) == {"d001", "d002", "d004"}  # d005 goes on being part of d001


# Tickets that an analyst moved.


def test_a_moved_ticket_stays_through_assign_and_refit(story: Story) -> None:
    story.move("a", "d003")
    story.assign({"a": "d002", "x": "d001"})
    story.fit({"a": "d001", "b": "d001", "x": "d003"}, "d001", "d003", do="refit")
    assert story.where["a"] == "d003"
    assert story.where["b"] == "d001"
    story.undo()
    story.undo()
    assert story.where["a"] == "d002"  # what the assign said meanwhile


def test_a_moved_ticket_goes_where_its_driver_goes(story: Story) -> None:
    story.move("a", "d002")
    story.merge("d002", into="d003")
    assert story.where["a"] == "d003"
    # A refit knows nothing of d002: it was shown as d003.
    story.fit({"a": "d001", "b": "d003", "c": "d003"}, "d001", "d003", do="refit")
    assert story.where["a"] == "d003"
    story.split("d003", {"a": "d004", "b": "d005", "c": "d005"})
    assert story.where == {"a": "d004", "b": "d005", "c": "d005"}
    story.assign({"a": "d001"}, fit=story.now.fit.n)
    assert story.where["a"] == "d004"  # it is still one that was moved


# What an assign between an edit and its undo placed.


def test_tickets_in_parts_of_an_undone_split_are_in_the_whole(story: Story) -> None:
    story.split("d001", {"a": "d004"})
    story.split("d004", {"a": "d005"})
    story.assign({"x": "d005", "y": ("d006", "d005")}, "d006")
    story.undo()
    story.undo()
    assert story.where["x"] == "d001"
    story("dismiss", driver="d006")
    assert story.where["y"] == "d001"


def test_a_dismissed_driver_gives_its_tickets_to_a_split_one(story: Story) -> None:
    story.assign({"x": ("d004", "d001"), "y": ("d005", "d001")}, "d004", "d005")
    story("dismiss", driver="d004")
    story.split("d001", {"a": "d006", "x": "d007"})
    assert story.where["x"] == "d007"
    story("dismiss", driver="d005")
    assert story.where["y"] == "d006"  # nobody knew where in it, so the largest part
