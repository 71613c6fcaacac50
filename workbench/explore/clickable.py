"""A chart whose parts can be pointed at, with a mouse or from the keyboard."""

from __future__ import annotations

import io
from pathlib import Path

import anywidget
import matplotlib as mpl
import traitlets
from matplotlib.figure import Figure

_HERE = Path(__file__).parent


class ClickableChart(anywidget.AnyWidget):
    """Shows ``svg``; the elements whose ids are in ``parts`` (id: what a screen reader says) are
    buttons. ``picked`` is the last one chosen, as ``{"id": ..., "count": ...}``; the count tells
    two clicks on one part from one. ``chosen`` is the id that is marked as pressed."""

    _esm = _HERE / "clickable.js"
    _css = _HERE / "clickable.css"
    svg = traitlets.Unicode().tag(sync=True)
    parts = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Unicode().tag(sync=True)
    picked = traitlets.Dict().tag(sync=True)

    def draw(self, figure: Figure, parts: dict[str, str], chosen: str = "") -> None:
        """Show a figure; all that changes is sent together."""
        with self.hold_sync():
            self.svg, self.parts, self.chosen = svg_of(figure), parts, chosen


def svg_of(figure: Figure) -> str:
    """A figure as SVG with its words as words: smaller, searchable, and in the page's own font."""
    sink = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "workbench"}):
        figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None})
    return sink.getvalue()
