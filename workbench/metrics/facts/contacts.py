"""When did the same person ask again, and which tickets are one and the same issue?"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.definitions.dimensions import DIMENSIONS, DRIVER
from workbench.metrics.facts.drivers import DRIVERS
from workbench.metrics.facts.history import TICKET
from workbench.metrics.facts.tickets import carried, counted_tickets
from workbench.workspace import Workspace

ISSUE_DAYS = 7  # a further ticket of the same person within these days is the same issue


def with_next_contact(workspace: Workspace, *, same_reason: bool = False) -> ir.Table:
    """`ticket_facts` of the tickets that count, with ``next_contact_at``: when the same person
    opened another one after this one was first solved.

    With ``same_reason`` only tickets about the same reason count, and ``reason`` is there: the
    contact driver where drivers were found, else what the help desk recorded.
    """
    t = counted_tickets(workspace)
    key = ["contact_key"]
    if same_reason:
        t, key = with_reason(workspace, t), ["contact_key", "reason"]
    name = "next_same_reason" + ("_by_driver" if workspace.holds(DRIVERS) else "")
    following = workspace.once(name if same_reason else "next_contact", lambda: _following(t, key))
    joined = t.left_join(following, TICKET, rname="n_{name}")
    return joined.select(*t.columns, "next_contact_at")


def with_reason(workspace: Workspace, t: ir.Table) -> ir.Table:
    """Tickets with the ``reason`` for which they were opened; empty where nobody knows it."""
    if not workspace.holds(DRIVERS):
        return t.mutate(reason=t.reason_raw)
    drivers = workspace.table(DRIVERS)
    joined = t.left_join(drivers, TICKET, rname="d_{name}")
    return joined.select(*t.columns, reason=ibis.coalesce(joined[DRIVER], joined.reason_raw))


def _following(t: ir.Table, key: list[str]) -> ir.Table:
    """One row per first solve that somebody's next ticket followed.

    Solves and tickets of a person are put in one order, and each solve looks down it: a person
    with a thousand tickets costs a thousand steps, where a join would make a million pairs.
    """
    is_known = t[key[0]].notnull() if len(key) == 1 else t[key[0]].notnull() & t[key[1]].notnull()
    t = t.filter(is_known)
    nobody = {"source": ibis.null("string"), "ticket_id": ibis.null("string")}
    asked = t.filter(~t.agent_initiated)
    asked = asked.select(
        *key, moment="created_at", is_solve=ibis.literal(0, "int8"), asked_at="created_at", **nobody
    )
    # A solve dated before its ticket would find that very ticket after it.
    solved = t.filter((t.solved_first_at >= t.created_at).fill_null(False)).select(
        *key, "source", "ticket_id", moment="solved_first_at", is_solve=ibis.literal(1, "int8"),
        asked_at=ibis.null(t.created_at.type()),
    )  # fmt: skip
    both = asked.union(solved.select(*asked.columns))
    # Backwards, so that what is still to come has gone by already. At one moment a solve stands
    # before a ticket in this order: what was opened in that second is no further contact.
    later = ibis.window(
        group_by=key, order_by=[both.moment.desc(), both.is_solve.desc(), both.ticket_id],
        rows=(None, -1),
    )  # fmt: skip
    both = both.mutate(next_contact_at=both.asked_at.min().over(later))
    return both.filter(both.is_solve == 1, both.next_contact_at.notnull()).select(
        *TICKET, "next_contact_at"
    )


def issue_facts(workspace: Workspace) -> ir.Table:
    """Which tickets are one and the same issue of one customer?

    One row per issue: a ticket, and every further one that the same person opened within 7 days
    after the one before was last solved (or opened, while it is not). ``ticket_id`` is the first of
    them and gives the dimensions; ``n_tickets``, ``opened_at``, ``last_opened_at``,
    ``resolved_at`` (empty while any of them is open), and ``contact_key``, the person.
    """
    return workspace.once("issue_facts", lambda: _issues(workspace))


def _issues(workspace: Workspace) -> ir.Table:
    t = carried(counted_tickets(workspace))
    t = t.filter(~t.agent_initiated, t.contact_key.notnull())
    ends = ibis.greatest(t.created_at, ibis.coalesce(t.solved_last_at, t.created_at))
    t = t.mutate(ends_at=ends)
    so_far = ibis.window(
        group_by="contact_key", order_by=["created_at", "source", "ticket_id"], rows=(None, -1)
    )
    t = t.mutate(before=t.ends_at.max().over(so_far))
    is_new = t.before.isnull() | (t.created_at > t.before + ibis.interval(days=ISSUE_DAYS))
    t = t.mutate(begins=is_new.fill_null(True).cast("int64"))
    running = ibis.window(
        group_by="contact_key", order_by=["created_at", "source", "ticket_id"], rows=(None, 0)
    )
    t = t.mutate(issue=t.begins.sum().over(running))
    totals = t.group_by("contact_key", "issue").aggregate(
        n_tickets=t.count(), last_opened_at=t.created_at.max(),
        ended_at=t.solved_last_at.max(), n_open=(~t.is_done).sum(),
    )  # fmt: skip
    firsts = t.filter(t.begins == 1)
    joined = firsts.join(totals, ["contact_key", "issue"], rname="i_{name}")
    return joined.select(
        *TICKET, *DIMENSIONS[:-1], "contact_key", "n_tickets", "last_opened_at",
        opened_at="created_at",
        resolved_at=ibis.ifelse(
            joined.n_open == 0, joined.ended_at, ibis.null(t.created_at.type())
        ),
    )  # fmt: skip
