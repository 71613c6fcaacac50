"""The explorer: one notebook an analyst keeps open.

Controls in a row, key figures under it, three linked charts, and the tickets behind what is
selected. A change of a control adds up aggregates; it does not pass over the data.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from workbench.analyses.breakdown import Breakdown, breakdown
from workbench.analyses.drivers import label_drivers
from workbench.analyses.exploration import Selection, key_figures, selected_trend
from workbench.analyses.movement import movement
from workbench.charts.breakdown import breakdown_chart
from workbench.charts.movement import MOST, movement_chart
from workbench.charts.trends import metric_trend_chart
from workbench.definitions.dimensions import DRIVER
from workbench.definitions.periods import Period
from workbench.definitions.wording import shown
from workbench.errors import WorkbenchError
from workbench.explore.choices import Choices
from workbench.explore.clickable import ClickableChart
from workbench.explore.controls import Controls
from workbench.explore.drawing import canvas
from workbench.explore.figures import STYLE, figures_html
from workbench.explore.saving import SaveRow
from workbench.explore.tickets import Tickets
from workbench.workspace import Workspace

# Drawn at the size they are shown at, so that words keep theirs.
_WIDE = {"width": 9.6, "height": 2.5, "left": 0.055, "bottom": 0.25}
_NARROW = {"width": 4.7, "height": 3.3, "left": 0.36, "bottom": 0.32}


def explore(workspace: str = "") -> widgets.Widget:
    """The explorer on a workspace (default: the one the lab was opened on), as a widget.

    Where there is nothing to explore it says in one line why, and what to do.
    """
    try:
        return Explorer(Workspace.open(workspace)).widget
    except WorkbenchError as fault:
        return widgets.HTML(f'{STYLE}<p class="wb-fault">{escape(str(fault))}</p>')


class Explorer:
    """Widgets and what joins them; ``widget`` is what a notebook shows."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.choices = Choices.of(workspace)
        self.controls = Controls(self.choices, self._on_change)
        self.tickets = Tickets(workspace, self.choices.agents)
        self.saving = SaveRow(self.controls.parameters)
        self.figures = widgets.HTML()
        self.said = widgets.HTML()
        self.fault = widgets.HTML()
        self.trend, self.groups, self.why = (ClickableChart() for _ in range(3))
        self.picked: tuple[str, str] | None = None  # what was clicked: ("month" or a split, value)
        self._drawn: Breakdown | None = None
        self._parts: list[str] = []  # the groups of the bars that say why
        self.trend.observe(self._on_month, "picked")
        self.groups.observe(self._on_group, "picked")
        self.why.observe(self._on_part, "picked")
        self.widget = self._laid_out()
        self.redraw()

    @property
    def selection(self) -> Selection:
        """What the controls say."""
        return Selection(self.controls.period, self.controls.where)

    def redraw(self) -> None:
        """Bring everything under the controls up to date with them."""
        selection, metric, split = self.selection, self.controls.metric, self.controls.split
        figures = key_figures(self.workspace, selection, chosen=metric.name)
        self.figures.value = figures_html(figures, selection, metric.name)
        trend = selected_trend(self.workspace, metric, selection, self.choices.shown)
        _show(self.trend, is_shown=not trend.is_empty)
        figure, ax = canvas(**_WIDE)
        metric_trend_chart(trend, ax, focus=selection.period)
        told = {
            f"month-{month}": f"{Period.month(month).title}: {shown(_plain(value), metric.unit)}"
            for month, value in zip(trend.frame["month"].dt.strftime("%Y-%m"), trend.frame["value"],
                                    strict=True)
        }  # fmt: skip
        self.trend.draw(figure, told, self._chosen_month())
        self._drawn = breakdown(self.workspace, metric, selection, split)
        self._draw_groups()
        moved = movement(self.workspace, metric, selection, split)
        _show(self.why, is_shown=not moved.why_not)
        figure, ax = canvas(**_NARROW)
        movement_chart(moved, ax)
        self._parts = [str(group) for group in moved.frame["group"].head(MOST)]
        told = {f"part-{i}": f"Tickets of {moved.name(g)}" for i, g in enumerate(self._parts)}
        self.why.draw(figure, told)
        self.said.value = (
            f'<p class="wb-said">{escape(self._drawn.finding())} {escape(moved.finding())}</p>'
            f'<p class="wb-note">{escape(" ".join([*moved.caveats, *self._drawn.caveats]))}</p>'
        )
        self._show_tickets()

    def _draw_groups(self) -> None:
        drawn = self._drawn
        if drawn is None:
            return
        _show(self.groups, is_shown=bool(drawn.frame["value"].notna().any()))
        figure, ax = canvas(**_NARROW)
        chosen = self.picked[1] if self.picked and self.picked[0] == drawn.split else ""
        breakdown_chart(drawn, ax, chosen=chosen)
        groups = list(drawn.frame["group"])
        unit = drawn.metric.unit
        parts = {
            f"group-{i}": f"{drawn.name(row['group'])}: {shown(_plain(row['value']), unit)},"
            f" n {row['n']:,}"
            for i, row in enumerate(drawn.frame.to_dict("records"))
        }
        self.groups.draw(figure, parts, f"group-{groups.index(chosen)}" if chosen in groups else "")

    def _show_tickets(self) -> None:
        selection = self.selection
        if self.picked is not None:
            split, value = self.picked
            if split == "month":
                selection = Selection(Period.month(value), selection.where)
            else:
                selection = selection.only(split, value)
        self.tickets.show(self.controls.metric, selection, is_part=self.picked is not None)

    def _chosen_month(self) -> str:
        return f"month-{self.picked[1]}" if self.picked and self.picked[0] == "month" else ""

    def _on_change(self) -> None:
        self.picked = None
        self._guarded(self.redraw)

    def _on_month(self, change: Any) -> None:
        self._pick(("month", str(change["new"]["id"]).removeprefix("month-")))

    def _on_group(self, change: Any) -> None:
        if self._drawn is not None:
            place = int(str(change["new"]["id"]).removeprefix("group-"))
            self._pick((self._drawn.split, str(self._drawn.frame["group"].iloc[place])))

    def _on_part(self, change: Any) -> None:
        place = int(str(change["new"]["id"]).removeprefix("part-"))
        self._pick((self.controls.split, self._parts[place]))

    def _pick(self, what: tuple[str, str]) -> None:
        """Choose a part of a chart; the same one again lets go of it."""
        self.picked = None if what == self.picked else what
        self.trend.chosen = self._chosen_month()
        self._guarded(self._draw_groups)
        self._guarded(self._show_tickets)

    def _guarded(self, action: Callable[[], None]) -> None:
        """A fault must be seen: widget callbacks swallow what they raise."""
        said = ""
        try:
            if self.controls.wants_drivers:
                try:
                    self._find_drivers()
                except WorkbenchError as fault:  # the rest must follow the controls all the same
                    said = f'<p class="wb-fault">{escape(str(fault))}</p>'
            action()
            self.fault.value = said
        except WorkbenchError as fault:
            self.fault.value = f'<p class="wb-fault">{escape(str(fault))}</p>'
        except Exception as fault:
            self.fault.value = f'<p class="wb-fault">This view failed: {escape(repr(fault))}</p>'
            raise

    def _find_drivers(self) -> None:
        """Group the tickets' texts, the first time someone asks for drivers."""
        self.fault.value = '<p class="wb-note">Grouping tickets by what customers wrote …</p>'
        try:
            self.tickets.note = label_drivers(self.workspace)
        except WorkbenchError:
            self.controls.forget_drivers()
            raise
        self.choices = Choices.of(self.workspace)
        self.controls.offer(DRIVER, self.choices.values[DRIVER])

    def _laid_out(self) -> widgets.Widget:
        as_of = self.workspace.as_of("tickets")
        missing = [f"no {split} is recorded" for split in self.choices.missing]
        levels = [f"{source} {level}" for source, level in self.workspace.levels().items()]
        facts = [f"Data as of {as_of:%Y-%m-%d}" if as_of else "", ", ".join(levels), *missing]
        head = f'{STYLE}<div class="wb-title">Ticket explorer</div>'
        head += f'<p class="wb-note">{escape(" · ".join(filter(None, facts)))}</p>'
        for chart in (self.groups, self.why):
            chart.layout = widgets.Layout(flex="1 1 420px", min_width="380px", max_width="500px")
        self.trend.layout = widgets.Layout(max_width="1000px")
        row = widgets.Layout(flex_flow="row wrap", align_items="flex-start")
        return widgets.VBox(
            [
                widgets.HTML(head), self.controls.widget, self.fault, self.figures, self.trend,
                widgets.HBox([self.groups, self.why], layout=row), self.said,
                self.tickets.widget, self.saving.widget,
            ]
        )  # fmt: skip


def _show(chart: ClickableChart, *, is_shown: bool) -> None:
    """A chart with nothing in it takes no room; the sentence under it says why."""
    chart.layout.display = None if is_shown else "none"


def _plain(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
