"""How much comes in, and how much lies open?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import ORDERS, TICKETS, Kind, Metric
from workbench.metrics.facts import status_turns, ticket_facts
from workbench.metrics.observed import observed
from workbench.workspace import Workspace


def _contacts(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    return observed(
        t, at=t.created_at, ref=t.ticket_id, is_excluded=~t.is_counted | t.agent_initiated
    )


def orders_placed(workspace: Workspace, as_of: datetime) -> ir.Table:
    """Orders as the base of rates: one row per order, cancelled and replacement ones left out."""
    o = workspace.table("orders")
    return observed(
        o, at=o.created_at, ref=o.order_id,
        is_excluded=o.cancelled_at.notnull() | o.is_replacement.fill_null(False),
    )  # fmt: skip


def stock_changes(workspace: Workspace, as_of: datetime) -> ir.Table:
    """When did the number of open tickets change?

    One row per change, ``value`` +1 (created; reopened, then with ``hit``) or -1 (solved). With
    status history it is exact; without, a ticket counts as open from creation to its last solve,
    which overstates the past of reopened tickets. What is open where the data stop is open in the
    last row too.
    """
    t = ticket_facts(workspace).filter(lambda r: r.is_counted)
    # Done without a time of it: nobody knows since when, so it is neither open nor closed then.
    is_undated = ~t.has_history & t.is_done & t.solved_last_at.isnull()
    changes = [_change(t, t.created_at, 1, is_excluded=is_undated)]
    plain = t.filter(~t.has_history, t.solved_last_at.notnull(), t.is_done)
    changes.append(_change(plain, plain.solved_last_at, -1))
    if workspace.has("events"):
        turns = status_turns(workspace).rename(turned_at="at")
        turned = t.filter(t.has_history).inner_join(
            turns, ["source", "ticket_id"], rname="e_{name}"
        )
        value = ibis.ifelse(turned.is_solve, -1, 1)
        changes.append(_change(turned, turned.turned_at, value, is_turn=True))
    return ibis.union(*changes)


def _change(
    rows: ir.Table,
    at: ir.TimestampValue,
    value: ir.NumericValue | int,
    *,
    is_turn: bool = False,
    is_excluded: ir.BooleanValue | None = None,
) -> ir.Table:
    amount = ibis.literal(value) if isinstance(value, int) else value
    return observed(rows, at=at, ref=rows.ticket_id, value=amount, hit=ibis.literal(is_turn),
                    is_excluded=is_excluded)  # fmt: skip


CONTACT_RATE = Metric(
    name="contact_rate",
    version=1,
    label="Contact rate",
    question="How many contacts does it take to serve 100 orders?",
    formula="Inbound tickets created per 100 orders placed in the same period.",
    unit="per 100 orders",
    better="lower",
    kind=Kind.RATIO,
    needs=(TICKETS, ORDERS),
    basis="tickets and orders created in the period",
    observations=_contacts,
    base=orders_placed,
    exclusions="spam, merged, deleted and agent-started tickets; cancelled and replacement orders",
    source="tickets / orders x 100, as e-commerce help desks define it",
)

BACKLOG = Metric(
    name="backlog",
    version=1,
    label="Backlog",
    question="How many tickets lie open at the end of the period's last day?",
    formula="Tickets created by the end of the period (UTC) and not solved or closed at that "
    "moment, from the status history.",
    unit="tickets",
    better="lower",
    kind=Kind.STOCK,
    needs=(TICKETS,),
    basis="all tickets loaded",
    observations=stock_changes,
    exclusions="spam, merged and deleted tickets; tickets that are done without a time of it",
    min_n=0,
    needs_value="the times at which tickets were solved",
    source="tickets not in (solved, closed, deleted) at day end, from field history",
)

TICKETS_CREATED = Metric(
    name="tickets_created",
    version=1,
    label="Tickets created",
    question="How many contacts came in?",
    formula="Inbound tickets created in the period.",
    unit="tickets",
    better="neither",
    kind=Kind.TOTAL,
    needs=(TICKETS,),
    basis="tickets created in the period",
    observations=_contacts,
    exclusions="spam, merged, deleted and agent-started tickets",
    min_n=0,
    source="count of tickets by creation time",
)
