"""The editor of contact drivers: name them, put them right, and take it back.

Every button is one event of the catalogue (`drivers.editing`) or one per chosen driver; what is
shown is read from the catalogue again after each. Beside the button stands what came of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial

import ipywidgets as widgets

from workbench.drivers import editing
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.fitting import FitOptions, fit
from workbench.drivers.history import Event, last_undoable
from workbench.drivers.listing import ListedDriver, event_words, listed_drivers
from workbench.errors import UsageError, WorkbenchError
from workbench.explore import driver_words as words
from workbench.explore.driver_controls import STATES, DriverControls
from workbench.explore.figures import STYLE
from workbench.workspace import Workspace

Clock = Callable[[], datetime]
_FINDING = "Finding drivers: reads and groups every contact, about a minute for 60,000 …"


def edit_drivers(workspace: str = "", *, now: Clock) -> widgets.Widget:
    """The editor on a workspace (default: the one the lab was opened on), as a widget.

    Where there is nothing to edit it says in one line why, and what to do.
    """
    try:
        return DriverEditor(Workspace.open(workspace), now=now).widget
    except WorkbenchError as fault:
        return widgets.HTML(STYLE + words.fault(str(fault)))


class DriverEditor:
    """Joins controls and catalogue; ``widget`` is what a notebook shows. ``now`` tells the time."""

    def __init__(self, workspace: Workspace, *, now: Clock) -> None:
        if not workspace.has("tickets"):
            raise UsageError(
                "no tickets are loaded.", where="workspace", fix="Import a ticket export first."
            )
        self.workspace, self._now = workspace, now
        self.rows: list[ListedDriver] = []
        self._subjects: words.Subjects = {}
        self._next_undo: Event | None = None
        self._folder = CatalogueFolder(workspace.root)
        self.controls = DriverControls(self._on_click, self._show_chosen)
        self.widget = self.controls.widget
        self._actions: dict[str, Callable[[], list[Event]]] = {
            "fit": self._fit, "rename": self._rename, "theme": self._change_theme,
            "merge": self._merge, "split": self._split, "move": self._move, "undo": self._undo,
            "reload": list, **{do: partial(self._set_state, do) for do in STATES},
        }  # fmt: skip
        self.refresh()

    @property
    def chosen(self) -> list[ListedDriver]:
        """The drivers that are chosen in the list."""
        return [row for row in self.rows if row.driver.driver_id in self.controls.list.value]

    def refresh(self) -> None:
        """Read the catalogue again; what was chosen stays chosen where it still exists."""
        self._folder = folder = CatalogueFolder(self.workspace.root)
        shown = self.controls
        shown.show_fitted(folder.catalogue.fit is not None)
        if folder.catalogue.fit is None:
            shown.head.value = words.note("No drivers were found in this workspace yet.")
            return
        kept = shown.list.value
        self.rows = listed_drivers(folder)
        if any(key not in self._subjects for row in self.rows for key in row.driver.examples):
            self._subjects |= words.example_subjects(self.workspace, self.rows)
        self._next_undo = last = last_undoable(folder.events)
        shown.head.value = words.head(folder, self.rows)
        shown.list.options = words.lines(self.rows, self._subjects)
        here = {row.driver.driver_id for row in self.rows}
        shown.list.value = tuple(name for name in kept if name in here)
        shown.history.value = words.history(folder)
        shown.takes_back.value = words.note(
            f"Undo takes back event {last.n}: {event_words(last)}."
            if last
            else "There is no edit to undo."
        )
        self._show_chosen()

    def _show_chosen(self) -> None:
        rows, shown = self.chosen, self.controls
        shown.details.value = words.details(rows, self._folder, self._subjects)
        one = rows[0].driver if len(rows) == 1 else None
        shown.name.value, shown.theme.value = (one.name, one.theme) if one else ("", "")
        others = [row.driver for row in self.rows if row.driver is not one]
        shown.offer([(f"{other.driver_id} {other.name}", other.driver_id) for other in others])
        states = [row.driver.state for row in rows]
        shown.allow(states, can_undo=self._next_undo is not None)

    def _on_click(self, do: str) -> None:
        """Do it, and say beside the button what came of it."""
        shown = self.controls
        for place in shown.said.values():
            place.value = ""
        shown.said[do].value = words.note(_FINDING if do == "fit" else "Working …")
        shown.buttons[do].disabled = True  # a second click would wait and do it again
        typed, told, is_done = shown.typed, "", False
        try:
            told = words.said("; ".join(event_words(one) for one in self._actions[do]()))
            is_done = True
        except WorkbenchError as fault:
            told = words.fault(str(fault))
        except Exception as fault:  # widget callbacks swallow what they raise
            told = words.fault(f"This failed: {fault!r}")
            raise
        finally:
            shown.buttons[do].disabled = False
            self._refresh_all()
            if not is_done:  # what was refused can be put right
                shown.typed = typed
            shown.said[do].value = told

    def _refresh_all(self) -> None:
        try:
            self.refresh()
        except WorkbenchError as fault:
            self.controls.head.value = words.fault(str(fault))

    def _one(self) -> str:
        if len(self.chosen) != 1:
            raise UsageError("choose one driver in the list.", where="drivers")
        return self.chosen[0].driver.driver_id

    def _rename(self) -> list[Event]:
        name = self.controls.name.value.strip()
        if not name:
            raise UsageError("there is no name.", where="name", fix="Write one.")
        return [editing.rename(self.workspace, self._one(), name, now=self._now())]

    def _change_theme(self) -> list[Event]:
        theme = self.controls.theme.value.strip()
        if not theme:
            raise UsageError("there is no theme.", where="theme", fix="Write one.")
        return [
            editing.rename(self.workspace, row.driver.driver_id, theme=theme, now=self._now())
            for row in self.chosen
        ]

    def _merge(self) -> list[Event]:
        into = self.controls.into.value
        if into is None:
            raise UsageError("choose the driver to merge into.", where="merge")
        parts = [row.driver.driver_id for row in self.chosen if row.driver.driver_id != into]
        return [editing.merge(self.workspace, parts, into, now=self._now())]

    def _split(self) -> list[Event]:
        parts = int(self.controls.parts.value)
        return [editing.split(self.workspace, self._one(), parts=parts, now=self._now())]

    def _move(self) -> list[Event]:
        tickets = [name for name in re.split(r"[\s,;]+", self.controls.tickets.value) if name]
        done = editing.move(self.workspace, tickets, self._one(), now=self._now())
        self.controls.tickets.value = ""
        return [done]

    def _set_state(self, do: str) -> list[Event]:
        return [
            editing.set_state(self.workspace, row.driver.driver_id, do, now=self._now())
            for row in self.chosen
        ]

    def _undo(self) -> list[Event]:
        last, shown = last_undoable(CatalogueFolder(self.workspace.root).events), self._next_undo
        if last is None or shown is None or last.n != shown.n:
            raise UsageError(
                "the drivers were changed elsewhere meanwhile.", where="undo",
                fix="Look at what is shown now, and choose Undo again.",
            )  # fmt: skip
        return [editing.undo(self.workspace, now=self._now())]

    def _fit(self) -> list[Event]:
        options = FitOptions(n_drivers=int(self.controls.n_drivers.value))
        return [fit(self.workspace, options, now=self._now())]
