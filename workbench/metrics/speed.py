"""How long do customers wait?"""

from __future__ import annotations

from datetime import datetime

import ibis.expr.types as ir

from workbench.metrics.declaration import TICKETS, Kind, Metric
from workbench.metrics.facts import ticket_facts
from workbench.metrics.observed import observed
from workbench.workspace import Workspace


def _first_replies(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted, ~t.agent_initiated)
    return observed(
        t, at=t.created_at, ref=t.ticket_id,
        is_excluded=t.first_reply_minutes.isnull(), value=t.first_reply_minutes,
    )  # fmt: skip


def _resolutions(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted, t.is_done)
    return observed(
        t, at=t.solved_last_at, ref=t.ticket_id,
        is_excluded=t.agent_initiated, value=t.resolution_minutes / 60.0,
    )  # fmt: skip


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
    exclusions="spam, merged, deleted and agent-started tickets; tickets without a reply so far",
    needs_value="messages (L1) or a reported first reply time",
    source="Zendesk 'first reply time', without automated replies",
)

FULL_RESOLUTION_TIME = Metric(
    name="full_resolution_time",
    version=1,
    label="Full resolution time",
    question="How long until the ticket is solved for good?",
    formula="Median calendar hours from creation to the last solve, of tickets that are solved "
    "or closed where the data stop.",
    unit="hours",
    better="lower",
    kind=Kind.MEDIAN,
    needs=(TICKETS,),
    basis="tickets last solved in the period",
    observations=_resolutions,
    exclusions="spam, merged, deleted and agent-started tickets; tickets that are open again",
    source="Zendesk 'full resolution time', restricted to tickets currently solved",
)
