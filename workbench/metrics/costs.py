"""What does a contact cost, and what a problem that is solved for good?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import TICKETS, Kind, Metric, Need
from workbench.metrics.facts.costs import cost_rows, is_young_month, paid_for
from workbench.metrics.facts.tickets import carried, ticket_facts
from workbench.metrics.facts.windows import is_open_window, known_until, within
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

COSTS = Need("costs", "monthly costs by team")
SETTLED_DAYS = 7  # as for first contact resolution
SOLVE_DAYS = 30


def _inbound(workspace: Workspace) -> ir.Table:
    t = ticket_facts(workspace)
    return t.filter(t.is_counted, ~t.agent_initiated)


def settled_tickets(workspace: Workspace) -> ir.Table:
    """Which contacts ended a problem?

    One row per inbound ticket, with ``settled_at``: its last solve, if it is done where the data
    stop and the same person opened no other ticket from its creation to 7 days after that solve;
    else null. So two tickets about one problem are at most one problem settled.
    """
    return workspace.once("settled_tickets", lambda: _settled(carried(_inbound(workspace))))


def _settled(t: ir.Table) -> ir.Table:
    # If any later ticket came too soon, the next one did.
    following = ibis.window(group_by="contact_key", order_by=["created_at", "source", "ticket_id"])
    next_at = ibis.ifelse(
        t.contact_key.notnull(), t.created_at.lead().over(following),
        ibis.null(t.created_at.type()),
    )  # fmt: skip
    t = t.mutate(next_at=next_at)
    came_again = within(t.next_at, t.solved_last_at, SETTLED_DAYS)
    is_settled = t.is_done & t.solved_last_at.notnull() & ~came_again
    return t.mutate(
        settled_at=ibis.ifelse(is_settled, t.solved_last_at, ibis.null(t.solved_last_at.type()))
    ).drop("next_at")


def _costs_and(workspace: Workspace, things: ir.Table, at: str, days: int) -> ir.Table:
    """Costs of weight 0 and things of value 0, to be divided by each other."""
    c = cost_rows(workspace, _inbound(workspace))
    paid = observed(
        c, at=c["at"], ref=c.ref, value=c.amount, weight=ibis.literal(0.0),
        is_unknown=c.is_unknown, is_immature=is_young_month(workspace, c["at"], days),
    )  # fmt: skip
    t = paid_for(workspace, things, _inbound(workspace), at)
    handled = observed(
        t, at=t[at].cast("timestamp('UTC')"), ref=t.ticket_id,
        value=ibis.literal(0.0), weight=ibis.literal(1.0),
        is_unknown=t.is_unknown, is_immature=is_young_month(workspace, t[at], days),
        owner=t.contact_key,
    )  # fmt: skip
    return paid.union(handled.select(*paid.columns))


def _per_contact(workspace: Workspace, as_of: datetime) -> ir.Table:
    return _costs_and(workspace, _inbound(workspace), "created_at", 0)


def _per_resolution(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = settled_tickets(workspace)
    return _costs_and(workspace, t.filter(t.settled_at.notnull()), "settled_at", SETTLED_DAYS)


def _contacts_per_resolution(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = settled_tickets(workspace)
    in_time = within(t.settled_at, t.created_at, SOLVE_DAYS)
    until = known_until(workspace, t, as_of, "tickets", "events")
    cannot_tell = t.is_done & t.solved_last_at.isnull()
    return observed(
        t,
        at=t.created_at,
        ref=t.ticket_id,
        is_unknown=cannot_tell | t.contact_key.isnull(),
        is_immature=is_open_window(t.created_at, SOLVE_DAYS + SETTLED_DAYS, until),
        hit=in_time,
        weight=in_time.cast("int64"),
        owner=t.contact_key,
    )


_LEFT_OUT = (
    "spam, merged, deleted and agent-started tickets; tickets of months without any costs, and of "
    "teams whose costs of that month are missing"
)
_TEAMS = (
    " A team's figure is its own costs over the tickets it holds; tickets of teams that are never "
    "in the books count in the whole only."
)

COST_PER_CONTACT = Metric(
    name="cost_per_contact",
    counts="contacts",
    version=1,
    label="Cost per contact",
    question="What does one contact cost?",
    formula="All costs of the month, whatever the component, over the inbound tickets created in "
    "the month." + _TEAMS,
    unit="per contact",
    better="lower",
    kind=Kind.UNIT_COST,
    needs=(TICKETS, COSTS),
    basis="costs by their month, tickets by their creation",
    observations=_per_contact,
    by_month=True,
    exclusions=_LEFT_OUT,
    needs_value="costs of the same months, in one currency",
    source="fully loaded cost / contacts handled",
)

COST_PER_RESOLUTION = Metric(
    name="cost_per_resolution",
    counts="resolutions",
    version=1,
    label="Cost per resolution",
    question="What does it cost to solve one problem for good?",
    formula="All costs of the month over the problems settled in it: inbound tickets last solved "
    "in the month, done where the data stop, whose customer opened no other ticket from then to "
    f"{SETTLED_DAYS} days after the solve." + _TEAMS,
    unit="per resolution",
    better="lower",
    kind=Kind.UNIT_COST,
    needs=(TICKETS, COSTS),
    basis="costs by their month, tickets by their last solve",
    observations=_per_resolution,
    by_month=True,
    window_days=SETTLED_DAYS,
    exclusions=_LEFT_OUT,
    needs_value="costs of the same months, in one currency",
    source="loaded cost / issues resolved, reopened and repeated ones merged into one issue",
)

CONTACTS_PER_RESOLUTION = Metric(
    name="contacts_per_resolution",
    version=1,
    label="Contacts per resolution",
    question="How many contacts does it take to solve one problem for good?",
    formula="Inbound tickets over those of them that settled a problem: solved for the last time "
    f"within {SOLVE_DAYS} days, done where the data stop, and followed by no other ticket of the "
    f"same customer until {SETTLED_DAYS} days after that solve.",
    unit="contacts",
    better="lower",
    kind=Kind.MEAN,
    needs=(TICKETS,),
    basis="tickets created in the period",
    observations=_contacts_per_resolution,
    window_days=SOLVE_DAYS + SETTLED_DAYS,
    exclusions="spam, merged, deleted and agent-started tickets; tickets of unknown people, and "
    "done ones without a time of it",
    needs_value="known customers and the times at which tickets were solved",
    source="cost per resolution over cost per contact: the multiplier that a low price per "
    "contact hides",
)
