"""How much comes in, and how much gets done?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import ORDERS, TICKETS, Kind, Metric, Variant
from workbench.metrics.facts.tickets import counted_tickets, ticket_facts
from workbench.metrics.facts.windows import month_number
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

_LEFT_OUT = "spam, merged, deleted and agent-started tickets"


def _contacts(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    return observed(
        t, at=t.created_at, ref=t.ticket_id, is_excluded=~t.is_counted | t.agent_initiated
    )


def _everything(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    return observed(t, at=t.created_at, ref=t.ticket_id)


def orders_placed(workspace: Workspace, as_of: datetime) -> ir.Table:
    """Orders as the base of rates: one row per order, cancelled and replacement ones left out."""
    o = workspace.table("orders")
    return observed(
        o, at=o.created_at, ref=o.order_id,
        is_excluded=o.cancelled_at.notnull() | o.is_replacement.fill_null(False),
    )  # fmt: skip


def _solved(workspace: Workspace, as_of: datetime, *, inbound: bool = False) -> ir.Table:
    t = counted_tickets(workspace)
    if inbound:
        t = t.filter(~t.agent_initiated)
    at = ibis.coalesce(t.solved_first_at, t.solved_last_at)
    return observed(t, at=at, ref=t.ticket_id)


def _flow(workspace: Workspace, as_of: datetime) -> ir.Table:
    came = _contacts(workspace, as_of)
    went = _solved(workspace, as_of, inbound=True)
    return came.union(went.mutate(value=-went.value).select(*came.columns))


def _per_customer(workspace: Workspace, as_of: datetime) -> ir.Table:
    """One row per person and month, dated at the person's first ticket of the month."""
    t = counted_tickets(workspace)
    t = t.filter(~t.agent_initiated)
    known = t.filter(t.contact_key.notnull())
    month = month_number(known.created_at).name("month")
    people = known.group_by("source", "contact_key", month).aggregate(
        created_at=known.created_at.min(), n=known.count()
    )
    return observed(
        people, at=people.created_at, ref=people.contact_key, value=people.n,
        owner=people.contact_key,
    )  # fmt: skip


def _untagged(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = counted_tickets(workspace)
    has_tag = (t.n_tags > 0).fill_null(False)
    has_reason = (t.reason_raw.strip() != "").fill_null(False)
    return observed(
        t, at=t.created_at, ref=t.ticket_id, owner=t.contact_key, is_excluded=t.agent_initiated,
        hit=~has_tag & ~has_reason,
    )  # fmt: skip


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
    exclusions=_LEFT_OUT,
    min_n=0,
    source="count of tickets by creation time",
    variants=(
        Variant("everything", "All tickets of the export created in the period, spam, merged, "
                "deleted and agent-started ones included.", "a help desk's own ticket count",
                {"observations": _everything, "exclusions": "nothing"}),
    ),
)  # fmt: skip

TICKETS_SOLVED = Metric(
    name="tickets_solved",
    version=1,
    label="Tickets solved",
    question="How many tickets were solved?",
    formula="Tickets first solved in the period, each once; by their last solve where the first is "
    "not known.",
    unit="tickets",
    better="neither",
    kind=Kind.TOTAL,
    needs=(TICKETS,),
    basis="tickets first solved in the period",
    observations=_solved,
    exclusions="spam, merged and deleted tickets",
    min_n=0,
    source="count of tickets by first solve",
)

NET_FLOW = Metric(
    name="net_flow",
    version=1,
    label="Net flow",
    question="Does more come in than gets done?",
    formula="Inbound tickets created, less inbound tickets first solved in the same period; not "
    "the change of the backlog, which reopened tickets move too.",
    unit="tickets",
    better="lower",
    kind=Kind.TOTAL,
    needs=(TICKETS,),
    basis="tickets created, and tickets first solved, in the period",
    observations=_flow,
    exclusions=_LEFT_OUT,
    min_n=0,
    is_signed=True,
    counts="changes",
    source="what Zammad's report calls backlog: created less closed per bucket",
)

CONTACT_RATE = Metric(
    name="contact_rate",
    version=2,
    label="Contact rate",
    question="How many contacts does it take to serve 100 orders?",
    formula="Inbound tickets created per 100 orders placed in the same period, as far as both are "
    "known.",
    unit="per 100 orders",
    better="lower",
    kind=Kind.RATIO,
    needs=(TICKETS, ORDERS),
    basis="tickets and orders created in the period",
    observations=_contacts,
    base=orders_placed,
    exclusions=f"{_LEFT_OUT}; cancelled and replacement orders",
    source="tickets / orders x 100, as e-commerce help desks define it",
)

CONTACTS_PER_CUSTOMER = Metric(
    name="contacts_per_customer",
    version=1,
    label="Contacts per customer",
    question="How often does a customer who writes at all write in a month?",
    formula="Mean inbound tickets per customer and month, of customers with at least one; a period "
    "of several months averages over customer-months.",
    unit="per customer",
    better="lower",
    kind=Kind.MEAN,
    needs=(TICKETS,),
    basis="customers who wrote in the month, by their first ticket of it",
    observations=_per_customer,
    by_month=True,
    exclusions=f"{_LEFT_OUT}; tickets of unknown customers",
    counts="customers",
    source="own definition",
)

UNTAGGED_SHARE = Metric(
    name="untagged_share",
    version=1,
    label="Untagged tickets",
    question="Of how many tickets did nobody record what they were about?",
    formula="Of inbound tickets, those without any tag and without a contact reason.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS,),
    basis="tickets created in the period",
    observations=_untagged,
    exclusions=_LEFT_OUT,
    source="own definition",
)
