"""Do customers who contacted support leave?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import ORDERS, TICKETS, Kind, Metric, Need, Variant
from workbench.metrics.facts.following import came_within, went_before, with_neighbours
from workbench.metrics.facts.months import customer_months
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.facts.windows import is_open_window, known_until
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
        losses = workspace.table("churn_events").select("customer_key", moment="at")
        joined = with_neighbours(t, losses)
        joined = joined.mutate(
            is_churned=came_within(joined, CHURN_DAYS), is_member=ibis.literal(True)
        )
    else:
        orders = workspace.table("orders").select("customer_key", moment="created_at")
        joined = with_neighbours(t, orders)
        joined = joined.mutate(
            came_back=came_within(joined, CHURN_DAYS), is_member=went_before(joined, CHURN_DAYS)
        )
        # Not having come back yet is no churn: the absence shows only when the window is over.
        open_still = _is_open(workspace, joined, as_of)
        joined = joined.mutate(is_churned=~joined.came_back & ~open_still)
    return joined.mutate(is_immature=lambda r: _is_open(workspace, r, as_of))


def _is_open(workspace: Workspace, t: ir.Table, as_of: datetime) -> ir.BooleanValue:
    ends = known_until(workspace, t, as_of, *CHURN_90.tables(workspace))
    return is_open_window(t.created_at, CHURN_DAYS, ends)


def _contacts(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = contacts_and_churn(workspace, as_of)
    return observed(
        t, at=t.created_at, ref=t.ticket_id,
        is_excluded=~t.is_member, is_immature=t.is_immature, hit=t.is_churned,
    )  # fmt: skip


def _customers(*, contacted: bool | None) -> Callable[[Workspace, datetime], ir.Table]:
    """Customer-months; with ``contacted`` those with, or without, a ticket in the month."""

    def observations(workspace: Workspace, as_of: datetime) -> ir.Table:
        who = customer_months(workspace, CHURN_DAYS)
        if contacted is not None:
            wrote = _months_with_a_ticket(workspace)
            who = who.left_join(wrote, ["customer_key", "begins"], rname="w_{name}")
            who = who.select(*[c for c in who.columns if not c.startswith("w_")])
            who = who.filter(who.wrote.fill_null(False) == ibis.literal(contacted))
        if workspace.has("churn_events"):
            until, is_lost = known_until(workspace, who, as_of, "churn_events"), who.was_lost
        else:
            until, is_lost = known_until(workspace, who, as_of, "orders"), ~who.came_back
        is_young = is_open_window(who.ends, CHURN_DAYS, until)
        # Without an order so far nobody has left yet; a recorded loss is one at once.
        hit = is_lost & ~is_young if not workspace.has("churn_events") else is_lost
        return observed(
            who, at=who.begins, ref=who.customer_key,
            is_immature=is_young, hit=hit, owner=who.customer_key,
        )  # fmt: skip

    return observations


def _months_with_a_ticket(workspace: Workspace) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted, ~t.agent_initiated, t.customer_key.notnull())
    begins = t.created_at.truncate("M").cast("timestamp('UTC')")
    return t.select("customer_key", begins=begins).distinct().mutate(wrote=ibis.literal(True))


_ACTIVE = (
    "Of customers active at the end of a month (an order in the 90 days up to it, and no recorded "
    "loss since), once for every month"
)
_LOST = (
    ", those lost in the 90 days after it: by a recorded loss; where none is recorded, by no order "
    "in them"
)
_CUSTOMER_MONTHS = {
    "counts": "customer months",
    "basis": "customers active at the end of the month",
    "exclusions": "orders of unknown people",
    "needs_value": "",
    "by_month": True,
}

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
    variants=(
        Variant(
            "overall",
            says=f"{_ACTIVE}{_LOST}.",
            whose="monthly customer churn of shops, whether or not anybody wrote",
            changes={
                "observations": _customers(contacted=None),
                "needs": (ORDERS,),
                **_CUSTOMER_MONTHS,
            },
        ),
        Variant(
            "not_contacted",
            says=f"{_ACTIVE} in which they opened no inbound ticket{_LOST}.",
            whose="the comparison group of retention studies; it chose itself, so no cause",
            changes={
                "observations": _customers(contacted=False),
                "needs": (TICKETS, ORDERS),
                **_CUSTOMER_MONTHS,
            },
        ),
        Variant(
            "contacted",
            says=f"{_ACTIVE} in which they opened an inbound ticket{_LOST}.",
            whose="the other side of not_contacted, counted by the same clock",
            changes={
                "observations": _customers(contacted=True),
                "needs": (TICKETS, ORDERS),
                **_CUSTOMER_MONTHS,
            },
        ),
    ),
)
