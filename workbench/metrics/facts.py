"""One row per ticket: what happened to it, as far as the export knows."""

from __future__ import annotations

from datetime import datetime, timedelta

import ibis
import ibis.expr.types as ir

from workbench.metrics.authors import authored_messages
from workbench.tables.helpdesk import DONE
from workbench.workspace import Workspace

REPEAT_WITHIN = timedelta(days=90)
_TICKET = ["source", "ticket_id"]


def ticket_facts(workspace: Workspace) -> ir.Table:
    """What happened to each ticket?

    One row per ticket: its dimensions, who asked (``customer_key``, one person across sources),
    whether it counts (``is_counted``: no spam, not merged away, not deleted), public human agent
    replies, and the moments of first reply, first and last solve, first reopen and the same
    customer's next ticket after the first solve. Durations in minutes. An unknown is null.
    Computed once per open workspace.
    """
    return workspace.once("ticket_facts", lambda: _with_next_contact(_told(workspace)))


def _told(workspace: Workspace) -> ir.Table:
    t = _named(workspace)
    t = t.mutate(
        is_counted=~(
            t.is_spam.fill_null(False)
            | t.merged_into.notnull()
            | (t.status == "deleted").fill_null(False)
        ),
        is_done=t.status.isin(DONE).fill_null(False),
        agent_initiated=t.agent_initiated.fill_null(False),
    )
    t = _with_replies(workspace, t)
    return _with_history(workspace, t)


def _named(workspace: Workspace) -> ir.Table:
    """Tickets with their team's name and the person who asked."""
    t = workspace.table("tickets")
    if workspace.has("teams"):
        teams = workspace.table("teams").select("source", "group_id", "team")
        t = t.left_join(teams, ["source", "group_id"], rname="teams_{name}")
        t = t.mutate(team=ibis.coalesce(t.team, t.group_id))
    else:
        t = t.mutate(team=t.group_id)
    if workspace.has("customers"):
        people = workspace.table("customers").select(
            "source", requester_key="customer_id", person="customer_key"
        )
        t = t.left_join(people, ["source", "requester_key"], rname="people_{name}")
        # A number of one help desk is nobody in another; only an identified person is the same.
        t = t.mutate(
            customer_key=ibis.coalesce(t.person, t.requester_key),
            contact_key=ibis.coalesce(t.person, t.source + "/" + t.requester_key),
        )
    else:
        t = t.mutate(customer_key=t.requester_key, contact_key=t.source + "/" + t.requester_key)
    t = t.mutate(agent=_agent(workspace, t))
    return t.mutate(tier=ibis.literal("tier ") + t.tier.cast("string"))


def _agent(workspace: Workspace, t: ir.Table) -> ir.StringValue:
    """Who holds it: a number that two help desks give to two people is told apart."""
    desks = workspace.state.tables["tickets"].sources
    if len(desks) < 2 or not workspace.has("agents"):
        return t.assignee_id
    agents = workspace.table("agents")
    shared = agents.group_by("agent_id").having(agents.source.nunique() > 1).aggregate()
    both = t.assignee_id.isin(shared.agent_id).fill_null(False)
    return ibis.ifelse(both, t.source + "/" + t.assignee_id, t.assignee_id)


def _with_replies(workspace: Workspace, t: ir.Table) -> ir.Table:
    """Public replies a person wrote after the ticket began; else what the export reports."""
    reported = ibis.coalesce(
        t.first_reply_at,
        t.created_at + (t.reported_first_reply * 60).round().cast("int64").as_interval("s"),
    )
    if not workspace.has("messages"):
        return t.mutate(
            first_replied_at=reported, n_replies=t.n_public_agent, has_messages=ibis.literal(False)
        )
    m = authored_messages(workspace)
    said = t.select("source", "ticket_id", "created_at").join(m, _TICKET, rname="m_{name}")
    said = said.filter(
        said.is_public, said.author_role == "agent", ~said.is_automated.fill_null(False),
        said["at"] > said.created_at,
    )  # fmt: skip
    replies = said.group_by(_TICKET).aggregate(first_said_at=said["at"].min(), n_said=said.count())
    spoken = m.group_by(_TICKET).aggregate(n_messages=m.count())
    t = t.left_join(replies, _TICKET, rname="r_{name}").left_join(spoken, _TICKET, rname="s_{name}")
    has_messages = t.n_messages.notnull()
    return t.mutate(
        has_messages=has_messages,
        first_replied_at=ibis.ifelse(has_messages, t.first_said_at, reported),
        n_replies=ibis.ifelse(has_messages, t.n_said.fill_null(0), t.n_public_agent),
    )


def _with_history(workspace: Workspace, t: ir.Table) -> ir.Table:
    """Solves and reopens from the status history; the export's own times where it has none."""
    stated_last = ibis.coalesce(t.last_solved_at, t.closed_at)
    never_reopened = (t.n_reopens == 0).fill_null(False)
    stated_first = ibis.coalesce(
        t.first_solved_at, ibis.ifelse(never_reopened, stated_last, ibis.null("timestamp('UTC')"))
    )
    if workspace.has("events"):
        turns = status_turns(workspace)
        known = (
            turns.group_by(_TICKET)
            .aggregate(
                solved_first=turns["at"].min(where=turns.is_solve),
                solved_last=turns["at"].max(where=turns.is_solve),
                reopened_at=turns["at"].min(where=~turns.is_solve),
                n_turns=turns.count(),
                # A history that begins with a reopen was cut off: its first solve is not in it.
                is_whole=turns.is_solve.argmin(turns["at"]),
            )
            .filter(lambda r: r.is_whole)
        )
        t = t.left_join(known, _TICKET, rname="k_{name}")
        # What a ticket of another source states stands where the history does not reach it.
        stated_last = ibis.coalesce(t.solved_last, stated_last)
        stated_first = ibis.coalesce(t.solved_first, stated_first)
        reopened, has_history = t.reopened_at, t.n_turns.notnull()
    else:
        reopened, has_history = ibis.null("timestamp('UTC')"), ibis.literal(False)
    return t.select(
        *_TICKET, "created_at", "status", "customer_key", "contact_key", "team", "agent",
        "channel", "tier", "priority",
        "is_counted", "is_done", "agent_initiated", "n_replies", "n_reopens", "n_reassignments",
        "sla_met", "reason_raw", "order_ref", "has_messages",
        has_history=has_history,
        first_replied_at=t.first_replied_at,
        solved_first_at=stated_first,
        solved_last_at=stated_last,
        reopened_at=reopened,
        first_reply_minutes=_minutes(t.created_at, t.first_replied_at),
        resolution_minutes=_minutes(t.created_at, stated_last),
    )  # fmt: skip


def status_turns(workspace: Workspace) -> ir.Table:
    """When did tickets become solved, or stop being solved?

    One row per turn: ``is_solve`` true into solved or closed, false out of it. Moves within
    (solved to closed) are no turns.
    """
    e = workspace.table("events").filter(lambda e: e.field == "status")
    now_done = e.new.isin(DONE).fill_null(False)
    was_done = e.old.isin(DONE).fill_null(False)
    e = e.mutate(is_solve=now_done).filter(now_done != was_done)
    return e.select(*_TICKET, "at", "seq", "is_solve")


def _with_next_contact(t: ir.Table) -> ir.Table:
    asked = t.filter(t.is_counted, ~t.agent_initiated).select("contact_key", asked_at="created_at")
    solved = t.filter(t.solved_first_at.notnull()).select(
        *_TICKET, "contact_key", "solved_first_at"
    )
    pairs = solved.join(
        asked,
        [
            solved.contact_key == asked.contact_key,
            asked.asked_at > solved.solved_first_at,
            asked.asked_at <= solved.solved_first_at + ibis.interval(days=REPEAT_WITHIN.days),
        ],
        rname="a_{name}",
    )
    following = pairs.group_by(_TICKET).aggregate(next_contact_at=pairs.asked_at.min())
    return t.left_join(following, _TICKET, rname="n_{name}").drop("n_source", "n_ticket_id")


def _minutes(start: ir.TimestampValue, end: ir.TimestampValue) -> ir.FloatingValue:
    # An explicit float, so that no engine computes this as a decimal.
    return (end.epoch_seconds() - start.epoch_seconds()).cast("float64") / 60.0


def within(later: ir.TimestampValue, earlier: ir.TimestampValue, days: int) -> ir.BooleanValue:
    """Does ``later`` fall into the ``days`` after ``earlier`` (end included)? Null counts as no."""
    return (later <= earlier + ibis.interval(days=days)).fill_null(False)


def is_open_window(
    start: ir.TimestampValue, days: int, until: ir.TimestampValue
) -> ir.BooleanValue:
    """Is the window of ``days`` after ``start`` still open where the data stop (``until``)?"""
    return start + ibis.interval(days=days) > until


def known_until(
    workspace: Workspace, rows: ir.Table, as_of: datetime, *tables: str
) -> ir.TimestampValue:
    """Up to which moment is what follows each row known?

    Two sources seldom stop on the same day: a row is known as far as its own source tells in all
    of ``tables``; where that source feeds none of a table, as far as the table reaches.
    """
    loaded = [workspace.state.tables[name] for name in tables if workspace.has(name)]
    sources = sorted({source for table in loaded for source in table.sources})
    ends = []
    for source in sources:
        told = [table.sources.get(source, table.as_of) for table in loaded]
        end = min((datetime.fromisoformat(t) for t in told if t is not None), default=as_of)
        ends.append((rows.source == source, ibis.literal(end)))
    return ibis.cases(*ends, else_=ibis.literal(as_of)) if ends else ibis.literal(as_of)
