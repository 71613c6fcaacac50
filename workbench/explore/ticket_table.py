"""The table of tickets that follows every selection."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent


class TicketTable(anywidget.AnyWidget):
    """One row per ticket. ``columns`` are ``[key, heading]`` pairs, ``rows`` map keys to texts.

    ``picked`` is the number of the row last chosen, as ``{"row": ..., "count": ...}``; all texts
    are shown as texts, whatever a customer wrote in a subject.
    """

    _esm = _HERE / "ticket_table.js"
    _css = _HERE / "ticket_table.css"
    columns = traitlets.List().tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)
    picked = traitlets.Dict().tag(sync=True)

    def show(self, columns: list[list[str]], rows: list[dict[str, str]], caption: str) -> None:
        """Show other rows; all that changes is sent together."""
        with self.hold_sync():
            self.columns, self.rows, self.caption = columns, rows, caption
