"""The editor's list, inputs and buttons; what a button does is told by whoever made them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from workbench.explore import driver_words as words
from workbench.explore.figures import STYLE

# The states of a driver in which a button can be used.
STATES = {"ignore": ("active", "proposed"), "show": ("ignored",), "accept": ("proposed",),
          "dismiss": ("proposed",)}  # fmt: skip
OF_ONE, OF_SOME = ("rename", "split", "move"), ("theme", "merge")
_AUTO = {"description_width": "auto"}
_ROW = {"flex_flow": "row wrap", "align_items": "center", "grid_gap": "4px 10px"}


class DriverControls:
    """``on_click`` is called with a button's name; ``said[name]`` is the place beside it."""

    def __init__(self, on_click: Callable[[str], None], on_choice: Callable[[], None]) -> None:
        self._on_click = on_click
        self.buttons: dict[str, widgets.Button] = {}
        self.said: dict[str, widgets.HTML] = {}
        self.head, self.details, self.history, self.takes_back = (
            widgets.HTML() for _ in range(4)
        )  # fmt: skip
        self.list = widgets.SelectMultiple(
            description="Drivers", rows=16, style=_AUTO, layout=widgets.Layout(width="100%")
        )
        self.list.observe(lambda _: on_choice(), "value")
        self.name, self.theme = self._text("Name"), self._text("Theme")
        self.tickets = self._text("Tickets", "ids, or source/id")
        self.into = widgets.Dropdown(
            description="Merge into", options=[], style=_AUTO, layout=widgets.Layout(width="340px")
        )
        self.parts = self._number("Parts", 2, most=20)
        self.n_drivers = self._number("How many drivers", 30, most=500)
        self.widget = self._laid_out()

    @property
    def typed(self) -> tuple[str, str, str]:
        """What stands in the three text boxes."""
        return self.name.value, self.theme.value, self.tickets.value

    @typed.setter
    def typed(self, texts: tuple[str, str, str]) -> None:
        self.name.value, self.theme.value, self.tickets.value = texts

    def show_fitted(self, is_fitted: bool) -> None:
        """The list and its buttons where there are drivers, else the one to find some."""
        self._editing.layout.display = None if is_fitted else "none"
        self._fitting.layout.display = "none" if is_fitted else None

    def allow(self, states: list[str], *, can_undo: bool) -> None:
        """Only buttons that can be used on drivers in these states can be pressed."""
        self.buttons["undo"].disabled = not can_undo
        for do in OF_ONE:
            self.buttons[do].disabled = len(states) != 1
        for do in OF_SOME:
            self.buttons[do].disabled = not states
        for do, wanted in STATES.items():
            self.buttons[do].disabled = not states or any(s not in wanted for s in states)

    def offer(self, targets: list[tuple[str, str]]) -> None:
        """What can be merged into; what was chosen before stays so where it still exists."""
        kept = self.into.value
        self.into.options = targets
        self.into.value = kept if kept in {value for _, value in targets} else None

    def _text(self, label: str, hint: str = "") -> widgets.Text:
        wide = widgets.Layout(width="340px")
        return widgets.Text(description=label, placeholder=hint, style=_AUTO, layout=wide)

    def _number(self, label: str, value: int, *, most: int) -> widgets.BoundedIntText:
        narrow = widgets.Layout(width="auto", max_width="230px")
        return widgets.BoundedIntText(
            value, min=2, max=most, description=label, style=_AUTO, layout=narrow
        )

    def _row(self, inputs: list[Any], **labels: str) -> widgets.Widget:
        """What is asked, the buttons, and beside them what came of it."""
        said, made = widgets.HTML(), []
        for do, label in labels.items():
            button = widgets.Button(description=label, layout=widgets.Layout(width="auto"))
            button.on_click(self._bound(do))
            self.buttons[do], self.said[do] = button, said
            made.append(button)
        return widgets.HBox([*inputs, *made, said], layout=widgets.Layout(**_ROW))

    def _bound(self, do: str) -> Callable[[Any], None]:
        return lambda _: self._on_click(do)

    def _laid_out(self) -> widgets.Widget:
        title = f'{STYLE}{words.CSS}<div class="wb-title">Contact drivers</div>'
        self._fitting = self._row([self.n_drivers], fit="Find drivers")
        undo = self._row([], undo="Undo", reload="Reload")
        self._editing = widgets.VBox(
            [
                self.list, self.details,
                self._row([self.name], rename="Rename"),
                self._row([self.theme], theme="Change theme"),
                self._row([self.into], merge="Merge"),
                self._row([self.parts], split="Split"),
                self._row([self.tickets], move="Move to the chosen driver"),
                self._row([], accept="Accept", dismiss="Dismiss", ignore="Put aside",
                          show="Show again"),
                widgets.HBox([undo, self.takes_back], layout=widgets.Layout(**_ROW)),
                self.history,
            ]
        )  # fmt: skip
        box = widgets.VBox([widgets.HTML(title), self.head, self._fitting, self._editing])
        box.add_class("wb-drivers")
        return box
