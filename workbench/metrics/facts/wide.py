"""Everything that is known of a ticket in one row, for whoever works with other tools."""

from __future__ import annotations

import ibis.expr.types as ir

from workbench.metrics.business_hours import with_open_seconds
from workbench.metrics.facts.contacts import with_next_contact
from workbench.metrics.facts.history import TICKET, reopenings
from workbench.metrics.facts.promises import lacks_policies, promise_facts
from workbench.metrics.facts.replies import substantive_replies
from workbench.metrics.facts.routing import author_facts, routing_facts
from workbench.metrics.facts.schedules import default_schedule, with_last_schedule
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.facts.waits import wait_facts
from workbench.workspace import Workspace

_ROUTING = (
    "n_handoffs", "n_stations", "n_returns", "group_n_handoffs", "group_n_stations",
    "group_n_returns", "first_assigned_at", "unassigned_minutes",
)  # fmt: skip
_PROMISES = ("policy", "priority_applied", "target_seconds", "elapsed_seconds", "state")


def wide_facts(workspace: Workspace) -> ir.Table:
    """What is known of each ticket, as far as this export tells?

    One row per ticket, tickets that do not count included: all of `ticket_facts`; the next contact
    of the same person; what came of reopenings; handoffs (`routing_facts`); waits in calendar and
    business minutes (`wait_facts`); business minutes to first reply and last solve; the first
    substantive reply; and per promise of the SLA its policy, clock and state. What an export does
    not tell has no column, or is empty.
    """
    t = ticket_facts(workspace)
    t = _joined(t, with_next_contact(workspace), ("next_contact_at",))
    t = _joined(t, routing_facts(workspace), _ROUTING)
    t = _joined(t, author_facts(workspace), ("n_public_authors", "n_commenters"))
    if workspace.has("events"):
        waits = wait_facts(workspace)
        t = _joined(t, waits, [c for c in waits.columns if c not in t.columns])
        back = reopenings(workspace)
        counted = back.group_by(TICKET).aggregate(
            n_thanks_reopens=back.is_thanks.sum(),
            first_reopen_is_thanks=back.is_thanks.any(where=back.is_first),
        )
        t = _joined(t, counted, ("n_thanks_reopens", "first_reopen_is_thanks"))
    if workspace.has("messages"):
        t = _joined(
            t, substantive_replies(workspace), ("first_substantive_at", "first_is_template")
        )
    if default_schedule(workspace):
        t = _worked(workspace, t)
    for promise in ("first_reply", "resolution"):
        if not lacks_policies(workspace, promise):
            kept = promise_facts(workspace, promise).rename(
                {f"sla_{promise}_{name}": name for name in _PROMISES}
            )
            t = _joined(t, kept, [f"sla_{promise}_{name}" for name in _PROMISES])
    return t


def _joined(t: ir.Table, more: ir.Table, names: tuple[str, ...] | list[str]) -> ir.Table:
    added = more.select(*TICKET, *names)
    return t.left_join(added, TICKET, rname="w_{name}").select(*t.columns, *names)


def _worked(workspace: Workspace, t: ir.Table) -> ir.Table:
    """The business minutes of first reply and last solve, on the last schedule of the ticket."""
    moments = ["created_at", "first_replied_at", "solved_last_at"]
    timed = with_open_seconds(workspace, with_last_schedule(workspace, t), "schedule", moments)
    sixty = 60.0
    first, last = timed.first_replied_at_open, timed.solved_last_at_open
    return timed.select(
        *t.columns,
        "schedule",
        business_first_reply_minutes=(first - timed.created_at_open).cast("float64") / sixty,
        business_resolution_minutes=(last - timed.created_at_open).cast("float64") / sixty,
    )
