"""The map of tickets for a notebook: which it shows, and a line where there is none."""

from __future__ import annotations

import ipywidgets as widgets

from workbench.drivers.labelled import labelled_tickets
from workbench.errors import WorkbenchError
from workbench.explore.driver_map import driver_map_widget
from workbench.explore.driver_words import fault, said
from workbench.explore.figures import STYLE
from workbench.reporting.driver_tickets import ticket_map
from workbench.workspace import Workspace


def map_tickets(workspace: str = "", *, most: int = 1500) -> widgets.Widget:
    """The map of a workspace's tickets to point at, with the drivers as they stand now."""
    try:
        data = Workspace.open(workspace)
        found = ticket_map(data, labelled_tickets(data), most=most)
    except WorkbenchError as why:
        return widgets.HTML(STYLE + fault(str(why)))
    shown = driver_map_widget(found)
    shown.layout = widgets.Layout(max_width="900px")
    return widgets.VBox([shown, widgets.HTML(STYLE + said(found.finding()))])
