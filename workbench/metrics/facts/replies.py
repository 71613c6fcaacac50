"""What did customers get to read, and did it answer them?"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.metrics.facts.authors import authored_messages
from workbench.metrics.facts.contacts import with_reason
from workbench.metrics.facts.history import TICKET
from workbench.metrics.facts.tickets import carried, counted_tickets
from workbench.workspace import Workspace

TEMPLATE_TICKETS = 20  # the same words on this many tickets are a template …
TEMPLATE_REASON = 0.5  # … unless one reason makes up this share of them: then they are its answer
_WORDS = "[^\\p{L}\\p{N}]+"


def customer_turns(workspace: Workspace) -> ir.Table:
    """How long did each thing a customer wrote lie unanswered?

    One row per turn of a customer in a ticket that counts: what they wrote without an answer in
    between is one turn, from its first message (``asked_at``) to the next public reply by a person
    (``answered_at``, empty so far). ``is_first`` marks what the ticket began with. Automated
    messages answer nothing.
    """
    return workspace.once("customer_turns", lambda: _turns(workspace))


def _turns(workspace: Workspace) -> ir.Table:
    m = authored_messages(workspace)
    is_reply = (m.author_role == "agent") & ~m.is_automated.fill_null(False)
    m = m.filter(m.is_public.fill_null(False), is_reply | (m.author_role == "customer"))
    m = m.select(*TICKET, "at", "message_id", is_asking=m.author_role == "customer")
    no_time = ibis.null(m["at"].type())
    m = m.mutate(
        replied_at=ibis.ifelse(m.is_asking, no_time, m["at"]),
        said_at=ibis.ifelse(m.is_asking, m["at"], no_time),
    )
    order = {"group_by": TICKET, "order_by": ["at", "message_id"]}  # one sort for all three
    m = m.mutate(
        goes_on=m.is_asking.lag().over(ibis.window(**order)),
        answered_at=m.replied_at.min().over(ibis.window(**order, rows=(0, None))),
        began_at=m.said_at.min().over(ibis.window(**order, rows=(None, 0))),
    )
    begins = m.filter(m.is_asking & ~m.goes_on.fill_null(False))
    begins = begins.select(
        *TICKET, "answered_at", asked_at="at", is_first=begins["at"] == begins.began_at
    )
    t = carried(counted_tickets(workspace))
    return begins.join(t, TICKET, rname="t_{name}").select(
        *t.columns, "asked_at", "answered_at", "is_first"
    )


def substantive_replies(workspace: Workspace) -> ir.Table:
    """When did each ticket get a reply that speaks to its matter?

    One row per ticket that counts and has messages, with `ticket_facts`,
    ``first_substantive_at``, and ``first_is_template``: was its first reply by a person a template?
    A template is the same words – greeting, sign-off and numbers aside – on at least 20 tickets
    of which no reason makes up half: words that answer one question are an answer, words that
    answer every question answer none. ``knows_reasons`` says whether anyone recorded reasons.
    """
    return workspace.once("substantive_replies", lambda: _substantive(workspace))


def _substantive(workspace: Workspace) -> ir.Table:
    t = counted_tickets(workspace)
    said = workspace.once("replies_in_words", lambda: _in_words(workspace, t))
    per_reason = said.group_by("source", "words", "reason").aggregate(n=said.ticket_id.nunique())
    spread = per_reason.group_by("source", "words").aggregate(
        n_tickets=per_reason.n.sum(), most=per_reason.n.max(where=per_reason.reason.notnull()),
        n_told=per_reason.n.sum(where=per_reason.reason.notnull()),
    )  # fmt: skip
    is_of_one = spread.most >= spread.n_told * TEMPLATE_REASON
    templates = spread.filter(
        (spread.words != "") & (spread.n_tickets >= TEMPLATE_TICKETS) & ~is_of_one.fill_null(True)
    ).select("source", "words", is_template=ibis.literal(True))
    marked = said.left_join(templates, ["source", "words"], rname="p_{name}")
    is_template = marked.is_template.fill_null(False)
    is_first = marked["at"] == marked.first_replied_at
    found = marked.group_by(TICKET).aggregate(
        first_substantive_at=marked["at"].min(where=~is_template),
        first_is_template=(is_first & is_template).any(),
    )
    joined = t.filter(t.has_messages).left_join(found, TICKET, rname="f_{name}")
    telling = _sources_with_reasons(workspace, said)
    return joined.select(
        *t.columns, "first_substantive_at",
        first_is_template=joined.first_is_template.fill_null(False),
        knows_reasons=joined.source.isin(telling) if telling else ibis.literal(False),
    )  # fmt: skip


def _in_words(workspace: Workspace, t: ir.Table) -> ir.Table:
    """One row per public reply by a person, with its bare words and its ticket's reason."""
    first_tag = workspace.table("tickets").select(*TICKET, "tags")
    reasoned = with_reason(workspace, t).left_join(first_tag, TICKET, rname="g_{name}")
    reasoned = reasoned.select(
        *TICKET, "created_at", "first_replied_at",
        reason=ibis.coalesce(
            reasoned.reason, ibis.ifelse(reasoned.tags.length() > 0, reasoned.tags[0], None)
        ),
    )  # fmt: skip
    m = authored_messages(workspace)
    m = m.filter(
        m.is_public.fill_null(False), m.author_role == "agent", ~m.is_automated.fill_null(False)
    )
    said = m.join(reasoned, TICKET, rname="t_{name}")
    said = said.filter(said["at"] > said.created_at)
    return said.select(*TICKET, "at", "first_replied_at", "reason", words=_bare(said.body))


def _bare(body: ir.StringValue) -> ir.StringValue:
    """The words of a reply without greeting, last line, numbers and punctuation."""
    text = body.fill_null("").lower().strip()
    greeting = "^[\\p{L}./]+( [\\p{L}./]+)?[ ,][^,\\n!.]{0,40}[,!\\n]"
    text = text.re_replace(greeting, "").strip()
    lines = text.re_replace("\\n[^\\n]*$", "")
    one_line = text.re_replace("[.!?] [^.!?]{1,60}$", "")
    kept = ibis.ifelse(text.contains("\n"), lines, one_line)
    return kept.re_replace("[0-9]+", "0").re_replace(_WORDS, " ").strip()


def _sources_with_reasons(workspace: Workspace, said: ir.Table) -> list[str]:
    told = said.filter(said.reason.notnull()).select("source").distinct()
    return workspace.remembered(
        ("sources with reasons",), lambda: sorted(told.to_pyarrow()["source"].to_pylist())
    )
