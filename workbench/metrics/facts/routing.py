"""Who held a ticket, one after the other?"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.metrics.facts.authors import authored_messages
from workbench.metrics.facts.history import TICKET, sources_telling
from workbench.metrics.facts.holdings import holdings, span_minutes
from workbench.metrics.facts.tickets import carried, counted_tickets
from workbench.metrics.facts.windows import minutes_between
from workbench.workspace import Workspace

HOLDERS = {"assignee": "", "group": "group_"}


def routing_facts(workspace: Workspace) -> ir.Table:
    """Through how many hands did each ticket that counts go?

    One row per ticket with what is `carried` of it and, for assignees and (``group_``) for groups:
    ``n_handoffs``, from one holder to another, repeats and pauses without a holder left out;
    ``n_stations``, times a holder was set, as help desks count; ``n_returns``, handoffs back to
    somebody who had held it before; ``knows_assignees``, ``knows_groups``: does its source tell?
    ``first_assigned_at`` and ``unassigned_minutes`` up to the first solve.
    """
    return workspace.once("routing_facts", lambda: _routed(workspace))


def _routed(workspace: Workspace) -> ir.Table:
    t = carried(counted_tickets(workspace))
    kept = list(t.columns)
    for field, prefix in HOLDERS.items():
        telling = sources_telling(workspace, field)
        knows = f"knows_{field}s"
        names = [f"{prefix}{n}" for n in ("n_handoffs", "n_stations", "n_returns")]
        kept += [knows, *names]
        if not telling:
            t = t.mutate(**{knows: ibis.literal(False)}, **{n: ibis.null("int64") for n in names})
            continue
        held = holdings(workspace, field)
        held = held.rename({f"{field}_{c}": c for c in held.columns if c not in TICKET})
        t = t.left_join(held, TICKET, rname=f"{field}_right_{{name}}")
        # No change of holder in a history that tells them is no handoff, not an unknown number.
        is_known = t.source.isin(telling)
        none = ibis.ifelse(is_known, 0, ibis.null("int64"))
        counts = ("n_handoffs", "n_stations", "n_returns")
        told = {
            n: ibis.coalesce(t[f"{field}_{c}"], none) for n, c in zip(names, counts, strict=True)
        }
        t = t.mutate(**{knows: is_known}, **told)
    t = _with_pauses(workspace, t)
    return t.select(*kept, "first_assigned_at", "unassigned_minutes")


def _with_pauses(workspace: Workspace, t: ir.Table) -> ir.Table:
    """How long did nobody hold it, up to its first solve?"""
    if not sources_telling(workspace, "assignee"):
        return t.mutate(
            first_assigned_at=ibis.null(t.created_at.type()),
            unassigned_minutes=ibis.null("float64"),
        )
    begins = ibis.ifelse(
        t.assignee_begins_free,
        span_minutes(t.created_at, t.assignee_first_change_at, t.solved_first_at), 0.0,
    )  # fmt: skip
    whole = minutes_between(t.created_at, t.solved_first_at)
    never = ibis.ifelse(t.agent.isnull(), whole, 0.0)  # solved by nobody, or held all along
    minutes = ibis.coalesce(begins + t.assignee_pause_minutes, never)
    is_told = t.knows_assignees & t.solved_first_at.notnull()
    return t.mutate(
        first_assigned_at=t.assignee_first_held_at,
        unassigned_minutes=ibis.ifelse(is_told, minutes, ibis.null("float64")),
    )


def author_facts(workspace: Workspace) -> ir.Table:
    """How many people wrote on each ticket?

    One row per ticket that counts, with what is `carried` of it, ``n_public_authors``, people who
    wrote to the customer, and ``n_commenters``, who wrote at all; empty without messages.
    """
    return workspace.once("author_facts", lambda: _authored(workspace))


def _authored(workspace: Workspace) -> ir.Table:
    t = carried(counted_tickets(workspace))
    if not workspace.has("messages"):
        return t.mutate(n_public_authors=ibis.null("int64"), n_commenters=ibis.null("int64"))
    m = authored_messages(workspace)
    m = m.filter((m.author_role == "agent") & ~m.is_automated.fill_null(False))
    # One row per person first: to count what differs, ticket by ticket, costs more than to sum.
    people = (
        m.filter(m.author_id.notnull())
        .group_by([*TICKET, "author_id"])
        .aggregate(wrote_publicly=m.is_public.fill_null(False).any())
    )
    wrote = people.group_by(TICKET).aggregate(
        n_public_authors=people.wrote_publicly.sum(), n_commenters=people.count()
    )
    joined = t.left_join(wrote, TICKET, rname="a_{name}")
    return joined.select(
        *t.columns,
        n_public_authors=ibis.ifelse(t.has_messages, joined.n_public_authors.fill_null(0), None),
        n_commenters=ibis.ifelse(t.has_messages, joined.n_commenters.fill_null(0), None),
    )
