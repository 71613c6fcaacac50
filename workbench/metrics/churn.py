"""Do customers who contacted support leave?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import ORDERS, TICKETS, Kind, Metric, Need
from workbench.metrics.facts import is_open_window, known_until, ticket_facts, within
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

CHURN_DAYS = 90
CHURN_EVENTS = Need("churn_events", "recorded churn")


def contacts_and_churn(workspace: Workspace, as_of: datetime) -> ir.Table:
    """Which contacts were followed by the customer leaving?

    One row per inbound ticket of a known customer, with ``is_churned`` (left within 90 days,
    strictly after the ticket), ``is_member`` (was a customer to lose at the time) and
    ``is_immature`` (90 days not yet observed). Recorded churn is used where there is any; else
    a customer who ordered in the 90 days before the contact and not in the 90 days after it
    has left.
    """
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted, ~t.agent_initiated, t.customer_key.notnull())
    if workspace.has("churn_events"):
        churned = _followed(t, workspace.table("churn_events").rename(left_at="at"), "left_at")
        joined = _with_flag(t, churned, "is_churned").mutate(is_member=ibis.literal(True))
    else:
        orders = workspace.table("orders").select("customer_key", ordered_at="created_at")
        back = _followed(t, orders, "ordered_at")
        joined = _with_flag(t, back, "came_back")
        joined = _with_flag(joined, _preceded(t, orders), "is_member")
        # Not having come back yet is no churn: the absence shows only when the window is over.
        open_still = _is_open(workspace, joined, as_of)
        joined = joined.mutate(is_churned=~joined.came_back & ~open_still)
    return joined.mutate(is_immature=lambda r: _is_open(workspace, r, as_of))


def _is_open(workspace: Workspace, t: ir.Table, as_of: datetime) -> ir.BooleanValue:
    ends = known_until(workspace, t, as_of, *CHURN_90.tables(workspace))
    return is_open_window(t.created_at, CHURN_DAYS, ends)


def _followed(t: ir.Table, later: ir.Table, moment: str) -> ir.Table:
    pairs = t.select("source", "ticket_id", "customer_key", "created_at").inner_join(
        later.select("customer_key", moment), "customer_key", rname="l_{name}"
    )
    after = (pairs[moment] > pairs.created_at) & within(pairs[moment], pairs.created_at, CHURN_DAYS)
    return pairs.filter(after).select("source", "ticket_id").distinct()


def _preceded(t: ir.Table, orders: ir.Table) -> ir.Table:
    pairs = t.select("source", "ticket_id", "customer_key", "created_at").inner_join(
        orders, "customer_key", rname="o_{name}"
    )
    before = (pairs.ordered_at <= pairs.created_at) & within(
        pairs.created_at, pairs.ordered_at, CHURN_DAYS
    )
    return pairs.filter(before).select("source", "ticket_id").distinct()


def _with_flag(t: ir.Table, flagged: ir.Table, name: str) -> ir.Table:
    marked = flagged.mutate(**{name: ibis.literal(True)})
    joined = t.left_join(marked, ["source", "ticket_id"], rname="g_{name}")
    kept = [c for c in joined.columns if not c.startswith("g_")]
    return joined.select(*kept).mutate(**{name: lambda r: r[name].fill_null(False)})


def _contacts(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = contacts_and_churn(workspace, as_of)
    return observed(
        t, at=t.created_at, ref=t.ticket_id,
        is_excluded=~t.is_member, is_immature=t.is_immature, hit=t.is_churned,
    )  # fmt: skip


CHURN_90 = Metric(
    name="churn_90",
    version=1,
    label="Churn within 90 days of a contact",
    question="What share of contacts is followed by the customer leaving?",
    formula="Of tickets of customers, those followed by churn within 90 days, strictly after the "
    "ticket was written. Churn is the recorded event; where none is recorded, a customer who "
    "ordered in the 90 days before and not in the 90 days after.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS,),
    one_of=(CHURN_EVENTS, ORDERS),
    basis="tickets created in the period, by the time of the contact",
    observations=_contacts,
    window_days=CHURN_DAYS,
    exclusions="spam, merged, deleted and agent-started tickets; people who were no customers in "
    "the 90 days before (order-based churn)",
    needs_value="customers who can be linked to orders or churn (import the help desk's users)",
    source="clock starts at the contact, so no immortal time; association, not cause",
)
