"""How long do customers wait for an answer?"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import ibis
import ibis.expr.types as ir

from workbench.metrics.business_hours import with_open_seconds
from workbench.metrics.declaration import MESSAGES, SCHEDULES, TICKETS, Kind, Metric, Variant
from workbench.metrics.facts.history import TICKET
from workbench.metrics.facts.replies import customer_turns, substantive_replies
from workbench.metrics.facts.schedules import (
    lacks_schedule,
    schedule_spans,
    with_last_schedule,
)
from workbench.metrics.facts.tickets import counted_tickets
from workbench.metrics.facts.windows import lasted_minutes
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

REPLY = "first_replied_at"
_LEFT_OUT = "spam, merged, deleted and agent-started tickets"


def business_minutes(
    workspace: Workspace, t: ir.Table, start: str, end: str, *, each_schedule: bool = False
) -> ir.Table:
    """Tickets with ``minutes``, open minutes from ``start`` to ``end`` on their own schedule.

    That is the last schedule a ticket had (Zendesk's own rule); with ``each_schedule`` the time
    under every schedule it held is counted on that schedule (dbt_zendesk's rule). Where nothing
    records schedules the two are the same.
    """
    if not each_schedule:
        timed = with_last_schedule(workspace, t)
        timed = with_open_seconds(workspace, timed, "schedule", [start, end])
        seconds = timed[f"{end}_open"] - timed[f"{start}_open"]
        return timed.mutate(minutes=seconds.cast("float64") / ibis.literal(60.0))
    held = schedule_spans(workspace, t)
    spans = held.join(t.select(*TICKET, start, end), TICKET, rname="t_{name}")
    spans = spans.filter(spans[start].notnull() & spans[end].notnull())
    spans = spans.mutate(
        begins=ibis.greatest(spans[start], ibis.coalesce(spans.held_from, spans[start])),
        ends=ibis.least(spans[end], ibis.coalesce(spans.held_to, spans[end])),
    )
    spans = spans.filter(spans.ends >= spans.begins)
    spans = with_open_seconds(workspace, spans, "schedule", ["begins", "ends"])
    seconds = (spans.ends_open - spans.begins_open).sum().cast("float64")
    summed = spans.group_by(TICKET).aggregate(minutes=seconds / ibis.literal(60.0))
    joined = t.left_join(summed, TICKET, rname="m_{name}")
    return joined.select(*t.columns, "minutes")


def _first_replies(
    workspace: Workspace, as_of: datetime, *, replied: str = REPLY, with_started: bool = False,
    clock: str = "calendar",
) -> ir.Table:  # fmt: skip
    t = counted_tickets(workspace)
    if not with_started:
        t = t.filter(~t.agent_initiated)
    if clock == "calendar":
        t = t.mutate(minutes=lasted_minutes(t.created_at, t[replied]))
    else:
        each = clock == "each_schedule"
        t = business_minutes(workspace, t, "created_at", replied, each_schedule=each)
    # Without messages an unanswered ticket and an unknown reply time look alike.
    return observed(
        t, at=t.created_at, ref=t.ticket_id, owner=t.contact_key, value=t.minutes,
        is_excluded=t.minutes.isnull(), is_unknown=t.minutes.isnull() & ~t.has_messages & t.is_done,
    )  # fmt: skip


def _substantive(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = substantive_replies(workspace)
    t = t.filter(~t.agent_initiated)
    minutes = lasted_minutes(t.created_at, t.first_substantive_at)
    return observed(
        t, at=t.created_at, ref=t.ticket_id, owner=t.contact_key, value=minutes,
        is_excluded=minutes.isnull(), is_unknown=~t.knows_reasons,
    )  # fmt: skip


def _templates(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = substantive_replies(workspace)
    t = t.filter(~t.agent_initiated)
    return observed(
        t, at=t.created_at, ref=t.ticket_id, owner=t.contact_key, hit=t.first_is_template,
        is_excluded=t.first_replied_at.isnull(), is_unknown=~t.knows_reasons,
    )  # fmt: skip


def _next_replies(workspace: Workspace, as_of: datetime) -> ir.Table:
    turns = customer_turns(workspace)
    turns = turns.filter(~turns.is_first)
    minutes = lasted_minutes(turns.asked_at, turns.answered_at)
    return observed(
        turns, at=turns.asked_at, ref=turns.ticket_id, owner=turns.contact_key, value=minutes,
        is_excluded=minutes.isnull(),
    )  # fmt: skip


_BUSINESS = {"needs": (TICKETS, SCHEDULES), "lacking": lacks_schedule}
FIRST_RESPONSE_TIME = Metric(
    name="first_response_time",
    version=1,
    label="First response time",
    question="How long does a customer wait for the first public reply by a person?",
    formula="Median calendar minutes from the ticket's creation to the first public agent reply "
    "that no rule sent; where messages are not exported, as the help desk reports it.",
    unit="minutes",
    better="lower",
    kind=Kind.MEDIAN,
    needs=(TICKETS,),
    basis="tickets created in the period",
    observations=_first_replies,
    exclusions=f"{_LEFT_OUT}; tickets without a reply so far",
    needs_value="messages (L1) or a reported first reply time",
    source="Zendesk 'first reply time', without automated replies",
    variants=(
        Variant("any_reply", "Median minutes to the first public message in an agent's name, "
                "automated ones included.", "Zendesk CSV; what an SLA clock stops on",
                {"observations": partial(_first_replies, replied="first_any_reply_at")}),
        Variant("with_agent_started", "As any_reply, and tickets that an agent began count too, "
                "to the agent's next public comment.", "dbt_zendesk",
                {"observations": partial(_first_replies, replied="first_any_reply_at",
                                         with_started=True)}),
        Variant("substantive", "Median minutes to the first reply by a person that is no template: "
                "the same words on 20 tickets or more, of which no reason makes up half.",
                "this workbench, against first-response targets met with empty replies",
                {"observations": _substantive, "needs": (TICKETS, MESSAGES),
                 "needs_value": "messages (L1), and contact reasons or tags"}),
        Variant("business", "Median minutes within business hours, on the last schedule a ticket "
                "had.", "Zendesk 'within business hours'",
                {"observations": partial(_first_replies, clock="business"), **_BUSINESS}),
        Variant("business_each_schedule", "Median minutes within business hours, the time under "
                "each schedule a ticket had on that schedule.", "dbt_zendesk",
                {"observations": partial(_first_replies, clock="each_schedule"), **_BUSINESS}),
        Variant("p90", "90th percentile of the calendar minutes: nine of ten wait no longer.",
                "service-level reporting", {"quantile": 0.9}),
        Variant("mean", "Mean of the calendar minutes; a few slow tickets move it.",
                "Freshdesk, HubSpot averages", {"kind": Kind.MEAN}),
    ),
)  # fmt: skip

NEXT_RESPONSE_TIME = Metric(
    name="next_response_time",
    version=1,
    label="Next response time",
    question="How long does a customer who writes again wait?",
    formula="Median calendar minutes from the first message of each further turn of the customer "
    "to the next public reply by a person; messages in a row are one turn.",
    unit="minutes",
    better="lower",
    kind=Kind.MEDIAN,
    needs=(TICKETS, MESSAGES),
    basis="customer turns, from the second of a ticket on, by when they began",
    observations=_next_replies,
    exclusions="spam, merged and deleted tickets; turns without a reply so far",
    source="dbt_zendesk reply time: net-new customer comment to next agent comment",
    counts="replies",
)

TEMPLATE_REPLY_SHARE = Metric(
    name="template_reply_share",
    version=1,
    label="First replies that are templates",
    question="What share of first replies would fit any question?",
    formula="Of tickets answered by a person, those whose first reply is the same words as on at "
    "least 20 tickets, greeting, sign-off and numbers aside, of which no contact reason makes up "
    "half.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS, MESSAGES),
    basis="tickets created in the period",
    observations=_templates,
    exclusions=f"{_LEFT_OUT}; tickets without a reply by a person",
    needs_value="messages (L1), and contact reasons or tags",
    source="own definition",
)
