"""The tickets behind what is selected, a page at a time, and the one that was opened."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from workbench.analyses.exploration import Selection
from workbench.definitions.wording import counted
from workbench.explore.ticket_rows import table_of, ticket_html
from workbench.explore.ticket_table import TicketTable
from workbench.metrics.behind import PAGE, Behind, behind
from workbench.metrics.declaration import Kind, Metric
from workbench.metrics.judging import lacks
from workbench.workspace import Workspace


class Tickets:
    """A table that follows the selection; ``note`` is a sentence kept beside it."""

    def __init__(self, workspace: Workspace, agents: dict[str, str]) -> None:
        self._workspace, self._agents, self.note = workspace, agents, ""
        self._asked: tuple[Metric, Selection, bool] | None = None
        self._found: Behind | None = None
        self.title = widgets.HTML()
        self.table = TicketTable()
        self.table.observe(self._on_row, "picked")
        self.opened = widgets.HTML()
        self.earlier = widgets.Button(description="Earlier", disabled=True)
        self.later = widgets.Button(description="Later", disabled=True)
        self.earlier.on_click(lambda _: self._turn(-PAGE))
        self.later.on_click(lambda _: self._turn(PAGE))
        pager = widgets.HBox([self.earlier, self.later])
        self.widget = widgets.VBox([self.title, self.table, pager, self.opened])

    def show(self, metric: Metric, selection: Selection, *, is_part: bool) -> None:
        """Show the first page of what ``metric`` counts in ``selection``."""
        self._asked = (metric, selection, is_part)
        self._page(0)

    def _turn(self, step: int) -> None:
        if self._found is not None:
            self._page(max(0, self._found.first + step))

    def _page(self, first: int) -> None:
        if self._asked is None:
            return
        metric, selection, is_part = self._asked
        self.opened.value = ""
        lacking = lacks(self._workspace, metric)
        if lacking:
            self._found = None
            self.earlier.disabled = self.later.disabled = True
            self.title.value = _said(f"No tickets to show: {metric.label} {lacking}.", self.note)
            self.table.show([], [], "")
            return
        found = behind(self._workspace, metric, selection.period, selection.where, first=first)
        self._found = found
        columns, rows = table_of(found, metric, self._agents)
        noun = counted(found.n, metric.counts.removesuffix("s"))
        part = " (the part that was clicked; click it again to let go)" if is_part else ""
        is_stock = metric.kind is Kind.STOCK
        state = "open at the end of" if is_stock else "behind this number:"
        basis = "" if is_stock else f" {metric.label} counts {metric.basis}."
        names = {s: self._agents.get(v, v) for s, v in selection.where.items()}
        title = Selection(selection.period, names).title
        self.title.value = _said(
            f"{noun} {state} {title}{part}.{basis}",
            self.note if found.of_tickets else "",
        )
        last = first + len(rows)
        span = f"{first + 1:,}–{last:,} of {found.n:,}" if rows else "none"
        how = ", by the day they are counted on"
        how += "; choose a row to read the ticket" if found.of_tickets else ""
        self.table.show(columns if rows else [], rows, span + how if rows else "none")
        self.earlier.disabled, self.later.disabled = first == 0, last >= found.n

    def _on_row(self, change: Any) -> None:
        if self._found is None:
            return
        row = self._found.rows.iloc[int(change["new"]["row"])]
        self.opened.value = ticket_html(
            self._workspace, str(row["source"]), str(row["ref"]), self._agents
        )


def _said(text: str, note: str) -> str:
    more = f'<p class="wb-note">{escape(note)}</p>' if note else ""
    return f'<p class="wb-said"><b>Tickets.</b> {escape(text)}</p>{more}'
