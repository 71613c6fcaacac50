"""How much lies open, and for how long already?"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import TICKETS, Kind, Metric, Variant
from workbench.metrics.facts.stock import open_spans, without_history
from workbench.metrics.facts.tickets import counted_tickets
from workbench.metrics.observed import observed
from workbench.workspace import Workspace


def stock_changes(workspace: Workspace, as_of: datetime, *, older_than: int = 0) -> ir.Table:
    """When did the number of open tickets change?

    One row per change, ``value`` +1 (created; reopened, then with ``hit``) or -1 (solved; with
    ``hit`` where the history tells). What is open where the data stop is open in the last row too.
    With ``older_than`` a ticket joins the stock that many days after it was created.
    """
    spans = open_spans(workspace)
    if older_than:
        old_at = spans.created_at + ibis.interval(days=older_than)
        spans = spans.mutate(open_from=ibis.greatest(spans.open_from, old_at))
        # Solved before it was that old: never in this stock.
        spans = spans.filter(spans.open_to.isnull() | (spans.open_to > spans.open_from))
    opened = observed(
        spans, at=spans.open_from, ref=spans.ticket_id, value=ibis.literal(1),
        hit=spans.is_reopened, is_excluded=spans.is_undated,
    )  # fmt: skip
    ended = spans.filter(spans.open_to.notnull() & ~spans.is_undated)
    closed = observed(
        ended, at=ended.open_to, ref=ended.ticket_id, value=ibis.literal(-1), hit=ended.has_history
    )
    return opened.union(closed.select(*opened.columns))


def _from_snapshot(workspace: Workspace, as_of: datetime) -> ir.Table:
    """As a table of tickets alone would have it: open from creation to the last solve."""
    t = counted_tickets(workspace)
    is_undated = t.is_done & t.solved_last_at.isnull()
    opened = observed(t, at=t.created_at, ref=t.ticket_id, is_excluded=is_undated)
    done = t.filter(t.is_done & t.solved_last_at.notnull())
    closed = observed(done, at=done.solved_last_at, ref=done.ticket_id, value=ibis.literal(-1))
    return opened.union(closed.select(*opened.columns))


def _older(days: int) -> Variant:
    return Variant(
        f"older_than_{days}d", f"Of the backlog, tickets created more than {days} days earlier.",
        "age bands of a backlog",
        {"observations": partial(stock_changes, older_than=days)},
    )  # fmt: skip


BACKLOG = Metric(
    name="backlog",
    version=1,
    label="Backlog",
    question="How many tickets lie open at the end of the period's last day?",
    formula="Tickets created by the end of the period (UTC) and not solved or closed at that "
    "moment, from the status history; without one, not solved for the last time.",
    unit="tickets",
    better="lower",
    kind=Kind.STOCK,
    needs=(TICKETS,),
    basis="all tickets loaded",
    observations=stock_changes,
    exclusions="spam, merged and deleted tickets; tickets that are done without a time of it",
    min_n=0,
    needs_value="the times at which tickets were solved",
    roughly_for=without_history,
    source="tickets not in (solved, closed, deleted) at day end, from field history",
    variants=(
        _older(1), _older(7), _older(30),
        Variant("from_snapshot", "Tickets created by then and not solved for the last time: what a "
                "table of tickets alone can tell. Time between a solve and a reopening counts as "
                "open.", "exports without history (L0)", {"observations": _from_snapshot}),
    ),
)  # fmt: skip
