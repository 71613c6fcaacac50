"""One row per ticket: what happened to it, as far as the export knows."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.definitions.dimensions import DIMENSIONS
from workbench.metrics.facts.authors import authored_messages
from workbench.metrics.facts.history import TICKET, status_turns
from workbench.metrics.facts.windows import lasted_minutes
from workbench.tables.helpdesk import DONE
from workbench.workspace import Workspace

_NO_TIME = "timestamp('UTC')"


def ticket_facts(workspace: Workspace) -> ir.Table:
    """What happened to each ticket?

    One row per ticket: its dimensions, who asked (``customer_key``, one person across sources),
    whether it counts (``is_counted``: no spam, not merged away, not deleted), replies, and the
    moments of first reply, first and last solve and first reopen. Durations in minutes. An
    unknown is null. Computed once per open workspace.

    ``n_replies`` are public replies a person wrote after the ticket began, ``n_agent_comments``
    all public messages in an agent's name, an opening one and automated ones included.
    """
    return workspace.once("ticket_facts", lambda: _told(workspace))


def counted_tickets(workspace: Workspace) -> ir.Table:
    """The tickets metrics are about: no spam, not merged into another, not deleted."""
    t = ticket_facts(workspace)
    return t.filter(t.is_counted)


def carried(t: ir.Table) -> ir.Table:
    """What further facts repeat of a ticket: who it belongs to, when it began and when it ended.

    Facts are kept while a workspace is open, and every column is kept for every ticket."""
    return t.select(
        *TICKET, *DIMENSIONS[:-1], "contact_key", "created_at", "is_done", "agent_initiated",
        "has_history", "has_messages", "n_solves", "solved_first_at", "solved_last_at",
    )  # fmt: skip


def _told(workspace: Workspace) -> ir.Table:
    t = _named(workspace)
    t = t.mutate(
        is_counted=~(
            t.is_spam.fill_null(False)
            | t.merged_into.notnull()
            | (t.status == "deleted").fill_null(False)
        ),
        is_done=t.status.isin(DONE).fill_null(False),
        n_tags=t.tags.length(),
    )
    return _with_history(workspace, _with_replies(workspace, t))


def _named(workspace: Workspace) -> ir.Table:
    """Tickets with their team's name and the person who asked."""
    t = workspace.table("tickets")
    if workspace.has("teams"):
        teams = workspace.table("teams")
        teams = teams.select("source", "group_id", "team", vendor=teams.vendor.fill_null(teams.org))
        t = t.left_join(teams, ["source", "group_id"], rname="teams_{name}")
        t = t.mutate(team=ibis.coalesce(t.team, t.group_id))
    else:
        t = t.mutate(team=t.group_id, vendor=ibis.null("string"))
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
            first_replied_at=reported, first_any_reply_at=reported, n_replies=t.n_public_agent,
            n_agent_comments=t.n_public_agent, n_customer_messages=t.n_customer,
            agent_initiated=t.agent_initiated.fill_null(False), has_messages=ibis.literal(False),
        )  # fmt: skip
    said = _said(workspace)
    t = t.left_join(said, TICKET, rname="s_{name}")
    has_messages = t.n_messages.notnull()
    return t.mutate(
        has_messages=has_messages,
        first_replied_at=ibis.ifelse(has_messages, t.first_said_at, reported),
        first_any_reply_at=ibis.ifelse(has_messages, t.first_sent_at, reported),
        n_replies=ibis.ifelse(has_messages, t.n_said, t.n_public_agent),
        n_agent_comments=ibis.ifelse(has_messages, t.n_sent, t.n_public_agent),
        n_customer_messages=ibis.ifelse(has_messages, t.n_asked, t.n_customer),
        agent_initiated=ibis.coalesce(t.agent_initiated, t.agent_opened, False),
    )


def _said(workspace: Workspace) -> ir.Table:
    """One row per ticket with messages: who said how much, and when first.

    Whether a message came after the ticket began matters only where an agent's message may have
    begun it. Those few tickets are looked at with their creation, the others without.
    """
    m = authored_messages(workspace)
    is_public = m.is_public.fill_null(False)
    is_sent = is_public & (m.author_role == "agent")  # in an agent's name, whoever wrote it
    is_reply = is_sent & ~m.is_automated.fill_null(False)
    is_asked = is_public & (m.author_role == "customer")
    m = m.select(*TICKET, "at", is_sent=is_sent, is_reply=is_reply, is_asked=is_asked)
    said = m.group_by(TICKET).aggregate(
        n_messages=m.count(),
        first_said_at=m["at"].min(where=m.is_reply),
        n_said=m.is_reply.sum(),
        first_sent_at=m["at"].min(where=m.is_sent),
        n_sent=m.is_sent.sum(),
        n_asked=m.is_asked.sum(),
    )
    began = workspace.table("tickets").select(*TICKET, "created_at")
    said = said.join(began, TICKET)
    early = said.filter((said.first_sent_at <= said.created_at).fill_null(False))
    after = m.semi_join(early, TICKET).join(began, TICKET)
    is_after = after["at"] > after.created_at
    again = after.group_by(TICKET).aggregate(
        later_said_at=after["at"].min(where=after.is_reply & is_after),
        n_said_later=(after.is_reply & is_after).sum(),
        later_sent_at=after["at"].min(where=after.is_sent & is_after),
        is_asked_first=(after.is_asked & ~is_after).any(),
    )
    both = said.left_join(again, TICKET, rname="l_{name}")
    is_early = both.n_said_later.notnull()
    return both.select(
        *TICKET, "n_messages", "n_sent", "n_asked",
        first_said_at=ibis.ifelse(is_early, both.later_said_at, both.first_said_at),
        n_said=ibis.ifelse(is_early, both.n_said_later, both.n_said),
        first_sent_at=ibis.ifelse(is_early, both.later_sent_at, both.first_sent_at),
        agent_opened=is_early & ~both.is_asked_first.fill_null(False),
    )  # fmt: skip


def _with_history(workspace: Workspace, t: ir.Table) -> ir.Table:
    """Solves and reopens from the status history; the export's own times where it has none."""
    stated_last = ibis.coalesce(t.last_solved_at, t.closed_at)
    never_reopened = (t.n_reopens == 0).fill_null(False)
    stated_first = ibis.coalesce(
        t.first_solved_at, ibis.ifelse(never_reopened, stated_last, ibis.null(_NO_TIME))
    )
    unknown = {"n_solves": ibis.null("int64"), "n_turned_back": ibis.null("int64")}
    if workspace.has("events"):
        t = t.left_join(_turned(workspace), TICKET, rname="k_{name}")
        # What a ticket of another source states stands where the history does not reach it.
        stated_last = ibis.coalesce(t.solved_last, stated_last)
        stated_first = ibis.coalesce(t.solved_first, stated_first)
        reopened, has_history = t.reopened_at, t.n_solves.notnull()
        unknown = {"n_solves": t.n_solves, "n_turned_back": t.n_turned_back}
    else:
        reopened, has_history = ibis.null(_NO_TIME), ibis.literal(False)
    return t.select(
        *TICKET, "created_at", "status", "customer_key", "contact_key", "team", "vendor", "agent",
        "channel", "tier", "priority",
        "is_counted", "is_done", "agent_initiated", "n_replies", "n_agent_comments",
        "n_customer_messages", "n_reopens", "n_reassignments", "sla_met", "reason_raw",
        "order_ref", "has_messages", "first_any_reply_at", "n_tags",
        **unknown,
        has_history=has_history,
        first_replied_at=t.first_replied_at,
        solved_first_at=stated_first,
        solved_last_at=stated_last,
        reopened_at=reopened,
        first_reply_minutes=lasted_minutes(t.created_at, t.first_replied_at),
        resolution_minutes=lasted_minutes(t.created_at, stated_last),
    )  # fmt: skip


def _turned(workspace: Workspace) -> ir.Table:
    """One row per ticket that was ever solved, from a history that is whole."""
    turns = status_turns(workspace)
    told = turns.group_by(TICKET).aggregate(
        solved_first=turns["at"].min(where=turns.is_solve),
        solved_last=turns["at"].max(where=turns.is_solve),
        reopened_at=turns["at"].min(where=~turns.is_solve),
        n_solves=turns.is_solve.sum(),
        n_turned_back=(~turns.is_solve).sum(),
    )
    # A history that begins with a reopen was cut off: its first solve is not in it.
    begins = told.solved_first <= ibis.coalesce(told.reopened_at, told.solved_first)
    return told.filter(begins.fill_null(False))
