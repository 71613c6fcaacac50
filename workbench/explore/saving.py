"""Save the selection as a scheduled report."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

import ipywidgets as widgets

from workbench.errors import WorkbenchError
from workbench.project import project_root
from workbench.reporting.schedules import save_schedule

REPORT = "metric_report"
_THIS, _EACH = "the months selected", "the months up to the last one, whenever it runs"


class SaveRow:
    """A name, which months, and a button; below it where the file is and how to run it."""

    def __init__(self, parameters: Callable[[], dict[str, object]]) -> None:
        self._parameters = parameters
        auto = {"description_width": "auto"}
        self.name = widgets.Text(description="Save as report", placeholder="a_name", style=auto)
        self.months = widgets.Dropdown(
            description="about", options=[_THIS, _EACH], value=_THIS, style=auto,
            layout=widgets.Layout(width="auto"),
        )  # fmt: skip
        self.button = widgets.Button(description="Save", tooltip="Write parameters/…yaml")
        self.button.on_click(lambda _: self.save())
        self.said = widgets.HTML()
        wrapped = widgets.Layout(flex_flow="row wrap")
        row = widgets.HBox([self.name, self.months, self.button], layout=wrapped)
        self.widget = widgets.VBox([row, self.said])

    def save(self) -> None:
        """Write the file, or say in one line why not."""
        parameters = self._parameters()
        if self.months.value == _EACH:
            parameters["period"] = "last_month"
        folder = project_root(Path.cwd()) / "parameters"
        try:
            schedule = save_schedule(folder, REPORT, self.name.value.strip(), parameters)
        except WorkbenchError as fault:
            self.said.value = f'<p class="wb-fault">{escape(str(fault))}</p>'
            return
        self.said.value = (
            f'<p class="wb-said">Saved as parameters/{schedule.path.name}. Publish it with'
            f" <code>workbench run {schedule.report}</code>; the timer runs it too.</p>"
        )
