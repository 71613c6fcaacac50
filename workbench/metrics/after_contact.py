"""What do customers do after a contact: are they paid back, do they order again?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import ORDERS, REFUNDS, TICKETS, Kind, Metric, Variant
from workbench.metrics.facts.following import came_within, went_before, with_neighbours
from workbench.metrics.facts.orders import names_no_order, refund_facts, with_order
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.facts.windows import is_open_window, known_until, within
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

REFUND_DAYS = 30
REFUND_DAYS_SHORT = 14
REPURCHASE_DAYS = 90

_Counted = Callable[[Workspace, datetime], ir.Table]


def _contacts(workspace: Workspace) -> ir.Table:
    t = ticket_facts(workspace)
    return t.filter(t.is_counted, ~t.agent_initiated, t.customer_key.notnull())


def _buyers(workspace: Workspace) -> ir.Table:
    """Everybody the shop knows: who ordered or was paid back."""
    known = refund_facts(workspace).select(customer_key="payee")
    if workspace.has("orders"):
        known = known.union(workspace.table("orders").select("customer_key"))
    return known.filter(known.customer_key.notnull()).distinct()


def _refunds_within(days: int) -> _Counted:
    def observations(workspace: Workspace, as_of: datetime) -> ir.Table:
        t = _contacts(workspace)
        paid = refund_facts(workspace)
        paid = paid.filter(paid.payee.notnull()).select(customer_key="payee", moment="at")
        t = with_neighbours(t, paid)
        t = t.mutate(is_buyer=t.customer_key.isin(_buyers(workspace).customer_key))
        until = known_until(workspace, t, as_of, "tickets", "refunds")
        return observed(
            t, at=t.created_at, ref=t.ticket_id, is_excluded=~t.is_buyer,
            is_immature=is_open_window(t.created_at, days, until), hit=came_within(t, days),
        )  # fmt: skip

    return observations


def _refunds_of_the_order(workspace: Workspace, as_of: datetime) -> ir.Table:
    """Tickets that name an order, and whether that order was paid back after them."""
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted, ~t.agent_initiated)
    named = with_order(workspace, t.mutate(at=t.created_at), ["source", "ticket_id"])
    paid = refund_facts(workspace).filter(lambda r: r.order_id.notnull())
    paid = paid.select(order="order_id", shop="order_source", moment="at")
    known = named.filter(named.order_id.notnull())
    asked = known.select("source", "ticket_id", "order_source", "order_id", asked_at="created_at")
    pairs = asked.inner_join(paid, [("order_id", "order"), ("order_source", "shop")])
    after = (pairs.moment > pairs.asked_at) & within(pairs.moment, pairs.asked_at, REFUND_DAYS)
    back = pairs.filter(after).select("source", "ticket_id").distinct()
    back = back.mutate(is_refunded=ibis.literal(True))
    rows = named.left_join(back, ["source", "ticket_id"], rname="b_{name}")
    until = known_until(workspace, rows, as_of, "tickets", "refunds")
    return observed(
        rows, at=rows.created_at, ref=rows.ticket_id,
        is_excluded=rows.order_id.isnull(),
        is_unknown=ibis.literal(names_no_order(workspace)),
        is_immature=is_open_window(rows.created_at, REFUND_DAYS, until),
        hit=rows.is_refunded,
    )  # fmt: skip


def _repurchases(workspace: Workspace, as_of: datetime) -> ir.Table:
    o = workspace.table("orders")
    o = o.filter(o.customer_key.notnull(), o.cancelled_at.isnull())
    o = o.filter(~o.is_replacement.fill_null(False))
    o = o.select("customer_key", moment="created_at")
    t = with_neighbours(_contacts(workspace), o)
    until = known_until(workspace, t, as_of, "tickets", "orders")
    return observed(
        t, at=t.created_at, ref=t.ticket_id, is_excluded=~went_before(t),
        is_immature=is_open_window(t.created_at, REPURCHASE_DAYS, until),
        hit=came_within(t, REPURCHASE_DAYS),
    )  # fmt: skip


REFUND_AFTER_TICKET = Metric(
    name="refund_after_ticket",
    version=1,
    label="Refund after a contact",
    question="What share of contacts is followed by a refund to the same customer?",
    formula=f"Of inbound tickets of people the shop knows, those followed by a paid refund to the "
    f"same customer within {REFUND_DAYS} days, strictly after the ticket was written. A refund "
    "that names no customer goes to the buyer of its order.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS, REFUNDS),
    basis="tickets created in the period",
    observations=_refunds_within(REFUND_DAYS),
    window_days=REFUND_DAYS,
    exclusions="spam, merged, deleted and agent-started tickets; people who never ordered nor were "
    "paid back; failed, canceled and zero refunds",
    needs_value="customers who can be linked to orders or refunds (import the help desk's users)",
    source="own definition; association, not cause",
    variants=(
        Variant(
            f"{REFUND_DAYS_SHORT}d",
            says=f"The same within {REFUND_DAYS_SHORT} days.",
            whose="own definition; how long a refund asked for takes",
            changes={
                "observations": _refunds_within(REFUND_DAYS_SHORT),
                "window_days": REFUND_DAYS_SHORT,
            },
        ),
        Variant(
            "by_order",
            says=f"Of inbound tickets that name an order, those followed by a paid refund of that "
            f"order within {REFUND_DAYS} days.",
            whose="own definition; leaves out what the customer was paid back for other orders",
            changes={
                "observations": _refunds_of_the_order,
                "needs": (TICKETS, ORDERS, REFUNDS),
                "exclusions": "spam, merged, deleted and agent-started tickets; tickets that name "
                "no known order; failed, canceled and zero refunds",
                "needs_value": "tickets and refunds that name their order",
            },
        ),
    ),
)

REPURCHASE_90 = Metric(
    name="repurchase_90",
    version=1,
    label="Order within 90 days of a contact",
    question="What share of contacts is followed by another order of the same customer?",
    formula=f"Of inbound tickets of people who had ordered before, those followed by an order of "
    f"the same customer within {REPURCHASE_DAYS} days, strictly after the ticket was written.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(TICKETS, ORDERS),
    basis="tickets created in the period",
    observations=_repurchases,
    window_days=REPURCHASE_DAYS,
    exclusions="spam, merged, deleted and agent-started tickets; people without an order before "
    "the ticket, as far as the orders reach back; cancelled and replacement orders",
    needs_value="customers who can be linked to orders (import the help desk's users)",
    source="shopify cohorts, started at the contact; association, not cause",
)
