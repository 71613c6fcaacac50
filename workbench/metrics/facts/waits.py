"""In which status did a ticket's time go by?"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.metrics.business_hours import with_open_seconds
from workbench.metrics.facts.history import TICKET, field_changes
from workbench.metrics.facts.schedules import default_schedule
from workbench.metrics.facts.tickets import carried, counted_tickets
from workbench.metrics.facts.windows import minutes_between
from workbench.tables.helpdesk import DONE
from workbench.workspace import Workspace

# What each wait is made of; Zendesk's names. Time in solved counts only where a reopening ended it.
ACTIVE, PENDING, HOLD, SOLVED_AGAIN = "active", "pending", "hold", "solved_again"
WAITS = {ACTIVE: ("new", "open"), PENDING: ("pending",), HOLD: ("hold",)}


def status_spans(workspace: Workspace) -> ir.Table:
    """In which status was each ticket, from when to when?

    One row per stretch of one status that a later change ended: ``status``, ``starts_at``,
    ``ends_at``, and the status ``after`` it. The status a ticket is in at the end of its history
    is not among them.
    """
    changes = field_changes(workspace, "status")
    began = counted_tickets(workspace).select(*TICKET, "created_at")
    spans = changes.join(began, TICKET, rname="t_{name}")
    # Before its first change a ticket was in the status that change took it from.
    starts = ibis.coalesce(spans.before_at, spans.created_at)
    return spans.select(*TICKET, status="old", after="new", starts_at=starts, ends_at="at").filter(
        lambda s: s.status.notnull() & (s.ends_at > s.starts_at)
    )


def wait_facts(workspace: Workspace) -> ir.Table:
    """How long did each solved ticket wait, and for whom?

    One row per ticket that counts and is solved, with what is `carried` of it and, in calendar
    minutes, ``active_minutes`` (new and open), ``pending_minutes``, ``hold_minutes`` and
    ``solved_again_minutes`` (solved, until a reopening); ``business_`` before the name for the
    same in business minutes, empty without schedules. Empty without status history.
    """
    return workspace.once("wait_facts", lambda: _waited(workspace))


def _waited(workspace: Workspace) -> ir.Table:
    t = carried(counted_tickets(workspace)).filter(lambda t: t.is_done)
    waited = _summed(workspace)
    names = [c for c in waited.columns if c not in TICKET]
    joined = t.left_join(waited, TICKET, rname="w_{name}")
    filled = {
        name: ibis.ifelse(joined.has_history, joined[name].fill_null(0.0), ibis.null("float64"))
        for name in names
    }
    for wait in (*WAITS, SOLVED_AGAIN):
        filled.setdefault(f"business_{wait}_minutes", ibis.null("float64"))
    return joined.select(*t.columns, **filled)


def _summed(workspace: Workspace) -> ir.Table:
    """One row per ticket: minutes in each wait, on each clock there is."""
    spans = status_spans(workspace)
    lasted = {"": minutes_between(spans.starts_at, spans.ends_at)}
    schedule = default_schedule(workspace)
    if schedule:
        spans = spans.mutate(schedule=ibis.literal(schedule))
        spans = with_open_seconds(workspace, spans, "schedule", ["starts_at", "ends_at"])
        worked = (spans.ends_at_open - spans.starts_at_open).cast("float64") / 60.0
        lasted = {"": minutes_between(spans.starts_at, spans.ends_at), "business_": worked}
    comes_back = spans.status.isin(DONE) & ~spans.after.isin(DONE).fill_null(False)
    sums = {}
    for clock, minutes in lasted.items():
        for wait, statuses in WAITS.items():
            sums[f"{clock}{wait}_minutes"] = minutes.sum(where=spans.status.isin(statuses))
        sums[f"{clock}{SOLVED_AGAIN}_minutes"] = minutes.sum(where=comes_back)
    return spans.group_by(TICKET).aggregate(**sums)
