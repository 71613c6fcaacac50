"""Which business hours hold for a ticket?"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.metrics.business_hours import schedules
from workbench.metrics.facts.history import TICKET, field_changes, sources_telling
from workbench.workspace import Workspace


def default_schedule(workspace: Workspace) -> str:
    """The schedule of tickets whose history names none; empty where nobody can tell.

    It is the only one there is, else the one that all SLA policies name. Where that leaves a
    choice nothing is guessed, and `lacks_schedule` says so.
    """
    known = sorted(schedules(workspace))
    if len(known) == 1:
        return known[0]
    named = _named_by_policies(workspace)
    return named[0] if len(named) == 1 and named[0] in known else ""


def lacks_schedule(workspace: Workspace) -> str:
    """What is missing to count business hours, in words; empty where nothing is."""
    if default_schedule(workspace):
        return ""
    known = sorted(schedules(workspace))
    if not known:
        return "needs business hours (schedules)"
    return (
        f"needs to know which of {len(known)} schedules ({', '.join(known)}) holds for tickets: "
        "let all rows of sla_policies name one"
    )


def _named_by_policies(workspace: Workspace) -> list[str]:
    return workspace.remembered(("schedules of policies",), lambda: _of_policies(workspace))


def _of_policies(workspace: Workspace) -> list[str]:
    if not workspace.has("sla_policies"):
        return []
    p = workspace.table("sla_policies").filter(lambda p: p.schedule.notnull())
    return sorted(p.select("schedule").distinct().to_pyarrow()["schedule"].to_pylist())


def with_last_schedule(workspace: Workspace, t: ir.Table) -> ir.Table:
    """Tickets with ``schedule``: the last one their history names (Zendesk's own rule), else the
    default."""
    fallback = ibis.literal(default_schedule(workspace) or None, "string")
    if not sources_telling(workspace, "schedule"):
        return t.mutate(schedule=fallback)
    e = field_changes(workspace, "schedule").filter(lambda e: e.new.notnull())
    place = ibis.row_number().over(ibis.window(group_by=TICKET, order_by=e.order.desc()))
    last = e.mutate(place=place).filter(lambda e: e.place == 0).select(*TICKET, last="new")
    joined = t.left_join(last, TICKET, rname="c_{name}")
    return joined.select(*t.columns, schedule=ibis.coalesce(joined["last"], fallback))


def schedule_spans(workspace: Workspace, t: ir.Table) -> ir.Table:
    """Which schedule did each ticket have, from when to when?

    One row per ticket and schedule it held: ``schedule``, ``held_from`` (empty: from its
    beginning) and ``held_to`` (empty: to the end). A ticket whose history names none has the
    default one throughout.
    """
    fallback = ibis.literal(default_schedule(workspace) or None, "string")
    bare = t.select(*TICKET)
    no_time = ibis.null(workspace.table("tickets").created_at.type())
    if not sources_telling(workspace, "schedule"):
        return bare.mutate(schedule=fallback, held_from=no_time, held_to=no_time)
    e = field_changes(workspace, "schedule")
    e = e.join(bare, TICKET)
    held = e.select(
        *TICKET, schedule=ibis.coalesce(e.new, fallback), held_from="at", held_to="until"
    )
    before = e.filter(e.order == 1).select(
        *TICKET, schedule=ibis.coalesce(e.old, e.new, fallback), held_from=no_time, held_to="at"
    )
    never = bare.anti_join(e.select(*TICKET).distinct(), TICKET)
    never = never.mutate(schedule=fallback, held_from=no_time, held_to=no_time)
    return ibis.union(held, before.select(*held.columns), never.select(*held.columns))
