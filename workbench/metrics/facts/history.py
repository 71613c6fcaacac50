"""What the history of a ticket tells: when a field changed, when it was solved and reopened."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.tables.helpdesk import DONE
from workbench.workspace import Workspace

TICKET = ["source", "ticket_id"]


def field_changes(workspace: Workspace, field: str, *, of: ir.Table | None = None) -> ir.Table:
    """How did one field of every ticket (of those in ``of``, where given) change?

    One row per change: ``at``, ``actor_id``, ``old``, ``new``; ``order``, its place among the
    ticket's changes of this field, from 1; ``before_at`` and ``until``, when it changed before and
    after. Where an export tells only what a field became (warehouses do), ``old`` is what it was
    set to before.
    """
    e = workspace.table("events").filter(lambda e: e.field == field)
    if of is not None:
        e = e.semi_join(of, TICKET)
    in_order = ibis.window(group_by=TICKET, order_by=["at", "seq", "event_id"])
    # All of it from one sort of the log.
    e = e.mutate(
        before=e.new.lag().over(in_order),
        order=ibis.row_number().over(in_order) + 1,
        before_at=e["at"].lag().over(in_order),
        until=e["at"].lead().over(in_order),
    )
    kept = ("at", "actor_id", "new", "order", "before_at", "until")
    return e.select(*TICKET, *kept, old=ibis.coalesce(e.old, e.before))


def _status_changes(workspace: Workspace) -> ir.Table:
    """Changes of status without their order; to number them all would take a sort of the log."""
    if tells_old(workspace, "status"):
        e = workspace.table("events").filter(lambda e: e.field == "status")
        return e.select(*TICKET, "at", "old", "new")
    return field_changes(workspace, "status").select(*TICKET, "at", "old", "new")


def tells_old(workspace: Workspace, field: str) -> bool:
    """Does every source with changes of a field say what it was before?"""

    def found() -> bool:
        e = workspace.table("events").filter(lambda e: e.field == field)
        told = e.group_by("source").aggregate(n=e.old.count()).to_pyarrow()
        return all(n > 0 for n in told["n"].to_pylist())

    return workspace.remembered(("tells what it was before", field), found)


def sources_telling(workspace: Workspace, field: str) -> list[str]:
    """The sources whose history has changes of a field at all."""
    if not workspace.has("events"):
        return []

    def found() -> list[str]:
        e = workspace.table("events").filter(lambda e: e.field == field)
        return sorted(e.select("source").distinct().to_pyarrow()["source"].to_pylist())

    return workspace.remembered(("sources telling", field), found)


def status_turns(workspace: Workspace) -> ir.Table:
    """When did tickets become solved, or stop being solved?

    One row per turn: ``is_solve`` true into solved or closed, false out of it. Moves within
    (solved to closed) are no turns.
    """
    e = _status_changes(workspace)
    now_done = e.new.isin(DONE).fill_null(False)
    was_done = e.old.isin(DONE).fill_null(False)
    e = e.mutate(is_solve=now_done).filter(now_done != was_done)
    return e.select(*TICKET, "at", "is_solve")


def reopenings(workspace: Workspace) -> ir.Table:
    """What came of each time a ticket was reopened?

    One row per reopening: ``reopened_at``, ``solved_again_at`` (empty while it is open),
    ``n_replies`` that a person wrote in between, and ``is_thanks``: it was solved again and nobody
    had to answer. ``is_first`` marks the ticket's first. Without messages the last two are empty.
    """
    return workspace.once("reopenings", lambda: _with_answers(workspace, _reopened(workspace)))


def _reopened(workspace: Workspace) -> ir.Table:
    turns = status_turns(workspace)
    # At one and the same second a ticket is solved before it is reopened.
    in_order = ibis.window(
        group_by=TICKET, order_by=[turns["at"], turns.is_solve.cast("int8").desc()]
    )
    turns = turns.mutate(
        next_at=turns["at"].lead().over(in_order), n_before=ibis.row_number().over(in_order)
    )
    back = turns.filter(~turns.is_solve)
    firsts = ibis.window(group_by=TICKET, order_by=["at", "n_before"])
    return back.select(
        *TICKET, reopened_at=back["at"], solved_again_at=back.next_at,
        is_first=ibis.row_number().over(firsts) == 0,
    )  # fmt: skip


def _with_answers(workspace: Workspace, back: ir.Table) -> ir.Table:
    if not workspace.has("messages"):
        return back.mutate(n_replies=ibis.null("int64"), is_thanks=ibis.null("boolean"))
    m = workspace.table("messages")
    is_reply = m.is_public.fill_null(False) & (m.author_role == "agent")
    said = m.filter(is_reply & ~m.is_automated.fill_null(False)).select(*TICKET, said_at="at")
    spoken = m.select(*TICKET).distinct().mutate(has_messages=ibis.literal(True))
    pairs = back.left_join(said, TICKET, rname="m_{name}")
    is_between = (pairs.said_at > pairs.reopened_at) & (
        pairs.said_at <= ibis.coalesce(pairs.solved_again_at, pairs.said_at)
    )
    counted = pairs.group_by([*TICKET, "reopened_at", "solved_again_at", "is_first"]).aggregate(
        n_replies=is_between.fill_null(False).sum()
    )
    told = counted.left_join(spoken, TICKET, rname="s_{name}")
    is_known = told.has_messages.fill_null(False)
    return told.select(
        *TICKET, "reopened_at", "solved_again_at", "is_first",
        n_replies=ibis.ifelse(is_known, told.n_replies, ibis.null("int64")),
        is_thanks=ibis.ifelse(
            is_known, (told.n_replies == 0) & told.solved_again_at.notnull(), ibis.null("boolean")
        ),
    )  # fmt: skip
