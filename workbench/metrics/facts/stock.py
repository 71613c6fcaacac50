"""From when to when did each ticket lie open?"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.metrics.facts.history import TICKET, reopenings
from workbench.metrics.facts.tickets import counted_tickets
from workbench.workspace import Workspace


def open_spans(workspace: Workspace) -> ir.Table:
    """The stretches in which tickets lay open.

    One row per stretch of a ticket that counts, with `ticket_facts`: ``open_from`` and ``open_to``
    (empty: still open where the data stop); ``is_reopened`` for every stretch but the first, and
    ``is_undated``: done, but nobody knows since when. With status history it is exact; without, a
    ticket lies open from its creation to its last solve, which overstates the past of reopened
    ones.
    """
    t = counted_tickets(workspace)
    # Done without a time of it: nobody knows since when, so it is neither open nor closed then.
    is_undated = ~t.has_history & t.is_done & t.solved_last_at.isnull()
    ended = ibis.ifelse(
        t.has_history, t.solved_first_at,
        ibis.ifelse(t.is_done, t.solved_last_at, ibis.null(t.solved_last_at.type())),
    )  # fmt: skip
    first = t.mutate(
        open_from=t.created_at, open_to=ended, is_reopened=ibis.literal(False),
        is_undated=is_undated,
    )  # fmt: skip
    if not workspace.has("events"):
        return first
    again = t.filter(t.has_history).join(reopenings(workspace), TICKET, rname="r_{name}")
    again = again.mutate(
        open_from=again.r_reopened_at, open_to=again.solved_again_at,
        is_reopened=ibis.literal(True), is_undated=ibis.literal(False),
    )  # fmt: skip
    return first.union(again.select(*first.columns))


def without_history(workspace: Workspace) -> list[str]:
    """The ticket sources that tell no status history: what depends on it is approximate there."""
    if not workspace.has("tickets"):
        return []
    tickets = workspace.state.tables["tickets"].sources
    events = workspace.state.tables["events"].sources if workspace.has("events") else {}
    return sorted(set(tickets) - set(events))
