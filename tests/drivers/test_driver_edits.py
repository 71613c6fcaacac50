"""Whatever is done to a catalogue, in whatever order: no edit and no ticket gets lost."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from topics import small_workspace

from workbench.drivers.assigning import assign
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.editing import merge, move, rename, set_state, split, undo
from workbench.drivers.fitting import FitOptions, fit
from workbench.drivers.history import FITS, Catalogue, last_undoable
from workbench.drivers.refitting import refit
from workbench.errors import UsageError
from workbench.workspace import Workspace

NOW = datetime(2025, 7, 1, tzinfo=UTC)
MONTHS = [datetime(2025, month, 1, tzinfo=UTC) for month in (4, 5, 6, 7)]
KINDS = ("rename", "merge", "split", "move", "ignore", "show", "accept", "dismiss", "assign",
         "refit", "undo")  # fmt: skip
# What is done, and two numbers that say to what.
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 30), st.integers(0, 130)), max_size=8
)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with drivers until March, to be copied; drivers are born among few texts."""
    root = tmp_path_factory.mktemp("fitted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workbench.drivers.births.LEAST_KNOWN", 1)
        patch.setattr("workbench.drivers.fitting.LEAST_MESSAGES", 1)
        options = FitOptions(n_drivers=6, n_themes=2, until=MONTHS[0])
        fit(small_workspace(root), options, now=NOW)
        yield root


@dataclass(frozen=True)
class State:
    """What an analyst sees: ``shown`` is (name, theme, state) by id, ``where`` a driver by ticket.

    ``mine``: names that were given; ``moved``: the drivers a moved ticket may be in.
    """

    shown: dict[str, tuple[str, str, str]]
    where: dict[str, str]
    mine: dict[str, str] = field(default_factory=dict)
    moved: dict[str, set[str]] = field(default_factory=dict)


class Analyst:
    """Does one step after another, and looks after each whether everything is still there."""

    def __init__(self, fitted: Path, folder: Path) -> None:
        shutil.copytree(fitted, folder, dirs_exist_ok=True)
        self.workspace = Workspace.open(folder)
        self.state = self.seen({}, {})
        self.before: list[tuple[int, State]] = []  # every edit that stands, and what was before it
        self.ids: set[str] = set(self.catalogue.drivers)

    @property
    def folder(self) -> CatalogueFolder:
        return CatalogueFolder(self.workspace.root)

    @property
    def catalogue(self) -> Catalogue:
        return self.folder.catalogue

    def seen(self, mine: dict[str, str], moved: dict[str, set[str]]) -> State:
        placed, present = self.folder.placed(), self.catalogue.present
        assert not placed.duplicated(["source", "ticket_id"]).any()
        assert set(placed["driver"]) <= set(present), "a ticket has a driver that is not there"
        shown = {name: (one.name, one.theme, one.state) for name, one in present.items()}
        return State(shown, dict(zip(placed["ticket_id"], placed["driver"], strict=True)),
                     dict(mine), {t: set(d) for t, d in moved.items()})  # fmt: skip

    def does(self, do: str, one: int, other: int) -> None:
        events, was = self.folder.events, self.state
        names = sorted(was.shown)
        driver, second = names[one % len(names)], names[other % len(names)]
        ticket = sorted(was.where)[other % len(was.where)]
        steps: dict[str, Callable[[], Any]] = {
            "rename": lambda: rename(self.workspace, driver, f"Name {other}", now=NOW),
            "merge": lambda: merge(self.workspace, [driver], second, now=NOW),
            "split": lambda: split(self.workspace, driver, parts=2 + other % 2, now=NOW),
            "move": lambda: move(self.workspace, [ticket], driver, now=NOW),
            "assign": lambda: assign(self.workspace, until=MONTHS[other % 4], now=NOW),
            "refit": lambda: refit(self.workspace, _options(one, other), now=NOW),
            "undo": lambda: undo(self.workspace, now=NOW),
        }
        undone = last_undoable(events)
        try:
            steps.get(do, lambda: set_state(self.workspace, driver, do, now=NOW))()
        except UsageError:
            assert self.folder.events == events
            return
        later = self.folder.events
        assert later[: len(events)] == events, "history is not what it was"
        if later != events:
            self._looks(do, driver, second, ticket, undone.n if undone else 0)
        else:
            assert do == "assign"

    def _looks(self, do: str, driver: str, second: str, ticket: str, undone: int) -> None:
        was, event = self.state, self.folder.events[-1]
        mine, moved = dict(was.mine), {t: set(d) for t, d in was.moved.items()}
        if do == "rename":
            mine[driver] = event.details["name"]
        elif do == "move":
            moved[ticket] = {driver}
        elif do in ("merge", "split"):
            whole = driver
            goes = {second} if do == "merge" else {p["id"] for p in event.details["parts"]}
            moved = {t: (d - {whole}) | goes if whole in d else d for t, d in moved.items()}
            mine.pop(whole, None)
        elif do == "undo":
            _, before = self.before.pop()
            mine, moved = before.mine, before.moved
        self.state = self.seen(mine, moved)
        self._nothing_is_lost(was, keeps_all=do != "undo")
        if do == "undo":
            self._is_as_before(before, undone)
        elif do != "assign":
            self.before.append((event.n, was))
        self._ids_are_fresh(event.do, event.details, was)
        self._reads_back(event.n)

    def _nothing_is_lost(self, was: State, *, keeps_all: bool) -> None:
        if keeps_all:
            assert set(was.where) <= set(self.state.where), "a ticket was lost"
        for name, mine in self.state.mine.items():
            assert self.state.shown[name][0] == mine, "a name was lost"
        for ticket, drivers in self.state.moved.items():
            assert self.state.where[ticket] in drivers, "a moved ticket was moved"

    def _is_as_before(self, before: State, undone: int) -> None:
        """As before the edit, save what an assign found and placed in between."""
        between = [e for e in self.catalogue.active if e.n > undone and e.do == "assign"]
        rows = [self.folder.rows_of(event.n) for event in between]
        born = {one["id"] for event in between for one in event.details["born"]}
        placed = set(pd.concat(rows)["ticket_id"]) if rows else set()
        shown, where = self.state.shown, self.state.where
        assert {name: told for name, told in shown.items() if name not in born} == before.shown
        assert set(where) == set(before.where) | placed
        for ticket in set(before.where) - placed:
            assert where[ticket] == before.where[ticket]

    def _ids_are_fresh(self, do: str, details: Any, was: State) -> None:
        told = (*details.get("born", ()), *details.get("parts", ()))
        told += tuple(details["drivers"]) if do in FITS else ()
        new = [one["id"] for one in told if do not in FITS or one["id"] not in was.shown]
        assert not self.ids & set(new), "an id was used again"
        assert len(set(new)) == len(new)
        self.ids |= set(new)

    def _reads_back(self, n: int) -> None:
        folder = self.folder
        assert [event.n for event in folder.events] == list(range(1, n + 1))
        told = [json.dumps(event.details, sort_keys=True) for event in folder.events]
        again = CatalogueFolder(self.workspace.root)
        again._write(again.events)  # what was read and written is what is read
        assert [json.dumps(e.details, sort_keys=True) for e in again.events] == told
        fresh = CatalogueFolder(self.workspace.root)
        assert fresh.catalogue.present == folder.catalogue.present
        assert fresh.catalogue.into == folder.catalogue.into
        assert fresh.version == folder.version


def _options(one: int, other: int) -> FitOptions:
    """A fit of everything, or of a part of it."""
    since, until = [(None, None), (MONTHS[0], None), (None, MONTHS[2])][other % 3]
    return FitOptions(n_drivers=4 + one % 4, n_themes=2, seed=other, since=since, until=until)


ALL = ("assign", 0, 3)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
@example(
    steps=[ALL, ("move", 1, 7), ("merge", 1, 2), ("refit", 1, 0), ("refit", 2, 1), ("undo", 0, 0)]
)
@example(steps=[("split", 0, 0), ALL, ("undo", 0, 0), ("dismiss", 6, 0)])
@example(steps=[ALL, ("dismiss", 6, 0), ("split", 0, 0), ("assign", 0, 3), ("undo", 0, 0)])
@example(steps=[("assign", 0, 2), ALL, ("refit", 2, 0), ("dismiss", 4, 0), ("dismiss", 5, 0)])
@example(steps=[ALL, ("merge", 0, 6), ("dismiss", 5, 0), ("split", 5, 0), ("undo", 0, 0), ALL])
@example(
    steps=[("rename", 0, 1), ("rename", 3, 2), ("refit", 0, 1), ("undo", 0, 0), ("undo", 0, 0)]
)
def test_whatever_is_done_nothing_is_lost(fitted: Path, steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        analyst = Analyst(fitted, Path(folder))
        for step in steps:
            analyst.does(*step)


def test_a_new_topic_is_born_and_dismissed_without_a_trace(fitted: Path, tmp_path: Path) -> None:
    analyst = Analyst(fitted, tmp_path)
    analyst.does("assign", 0, 1)
    before = analyst.state
    assert len(assign(analyst.workspace, now=NOW).born) == 1
    born = {n for n, (_, _, state) in analyst.seen({}, {}).shown.items() if state == "proposed"}
    set_state(analyst.workspace, born.pop(), "dismiss", now=NOW)
    after = analyst.seen({}, {})
    assert {ticket: after.where[ticket] for ticket in before.where} == before.where
    assert assign(analyst.workspace, now=NOW).event is None
    assert "gizmo" in analyst.folder.settled_words


def test_what_cannot_be_done_is_said_and_changes_nothing(fitted: Path, tmp_path: Path) -> None:
    analyst = Analyst(fitted, tmp_path)
    workspace, events = analyst.workspace, analyst.folder.events
    for wrong in (
        lambda: undo(workspace, now=NOW),
        lambda: fit(workspace, FitOptions(), now=NOW),
        lambda: merge(workspace, ["d001"], "d001", now=NOW),
        lambda: merge(workspace, [], "d001", now=NOW),
        lambda: split(workspace, "d001", parts=1, now=NOW),
        lambda: move(workspace, [], "d001", now=NOW),
        lambda: move(workspace, ["nobody"], "d001", now=NOW),
        lambda: rename(workspace, "d999", "Name", now=NOW),
        lambda: rename(workspace, "d001", now=NOW),
        lambda: rename(workspace, "d001", "Unclear", now=NOW),
        lambda: set_state(workspace, "d001", "dismiss", now=NOW),
        lambda: set_state(workspace, "d001", "explode", now=NOW),
    ):
        with pytest.raises(UsageError):
            wrong()
    assert analyst.folder.events == events
    ticket = sorted(analyst.state.where)[0]
    move(workspace, [ticket, f"desk/{ticket}"], "d001", now=NOW)  # the same one, named twice
    assert analyst.seen({}, {}).where[ticket] == "d001"
