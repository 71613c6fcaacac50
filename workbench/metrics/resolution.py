"""Is a solved ticket really solved?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import HISTORY, MESSAGES, TICKETS, Kind, Metric
from workbench.metrics.facts import is_open_window, known_until, ticket_facts, within
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

FCR_DAYS = 7
REOPEN_DAYS = 14


def _solved_at(t: ir.Table) -> ir.TimestampValue:
    """The first solve; without a history the last one, so that what is left out is still seen."""
    return ibis.coalesce(t.solved_first_at, t.solved_last_at)


def _first_contacts(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted)
    until = known_until(workspace, t, as_of, "tickets", "messages", "events")
    is_unknown = ~t.has_history | ~t.has_messages | t.customer_key.isnull()
    came_back = within(t.reopened_at, t.solved_first_at, FCR_DAYS) | within(
        t.next_contact_at, t.solved_first_at, FCR_DAYS
    )
    return observed(
        t,
        at=_solved_at(t),
        ref=t.ticket_id,
        is_excluded=is_unknown | t.agent_initiated | (t.n_replies == 0),
        is_immature=is_open_window(t.solved_first_at, FCR_DAYS, until),
        hit=(t.n_replies <= 1) & ~came_back,
    )


def _reopens(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted)
    until = known_until(workspace, t, as_of, "tickets", "events")
    return observed(
        t,
        at=_solved_at(t),
        ref=t.ticket_id,
        is_excluded=~t.has_history,
        is_immature=is_open_window(t.solved_first_at, REOPEN_DAYS, until),
        hit=within(t.reopened_at, t.solved_first_at, REOPEN_DAYS),
    )


def _recorded_reopens(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted)
    return observed(
        t, at=t.created_at, ref=t.ticket_id,
        is_excluded=t.n_reopens.isnull(), hit=t.n_reopens > 0,
    )  # fmt: skip


def _recorded_reassignments(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted)
    return observed(
        t, at=t.created_at, ref=t.ticket_id,
        is_excluded=t.n_reassignments.isnull(), hit=t.n_reassignments > 0,
    )  # fmt: skip


def _recorded_sla(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted)
    return observed(
        t, at=t.created_at, ref=t.ticket_id, is_excluded=t.sla_met.isnull(), hit=t.sla_met
    )


FCR = Metric(
    name="fcr",
    version=1,
    label="First contact resolution",
    question="What share of problems is solved with one answer and stays solved?",
    formula="Of tickets first solved, those with at most one public reply by a person, not "
    "reopened within 7 days, and no further ticket of the same customer within 7 days.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(TICKETS, MESSAGES, HISTORY),
    basis="tickets first solved in the period",
    observations=_first_contacts,
    window_days=FCR_DAYS,
    exclusions="spam, merged, deleted and agent-started tickets; tickets closed without a reply; "
    "tickets without messages, status history or a known customer",
    needs_value="messages and status history of the same tickets (L2)",
    target=(0.65, None),
    source="net FCR: one-touch, and neither reopened nor repeated",
)

REOPEN_RATE = Metric(
    name="reopen_rate",
    version=1,
    label="Reopen rate",
    question="What share of solved tickets comes back?",
    formula="Of tickets first solved, those reopened within 14 days; a ticket reopened twice "
    "counts once, and a reopening that only says thank you counts too.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS, HISTORY),
    basis="tickets first solved in the period",
    observations=_reopens,
    window_days=REOPEN_DAYS,
    exclusions="spam, merged and deleted tickets; tickets without status history",
    needs_value="status history (L2)",
    target=(None, 0.08),
    source="distinct tickets reopened / distinct tickets first solved, matured",
)

REOPENED_RECORDED = Metric(
    name="reopened_recorded",
    version=1,
    label="Reopened, as recorded",
    question="What share of tickets does the export itself count as reopened?",
    formula="Of tickets created, those whose exported reopen counter is above zero; no window.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS,),
    basis="tickets created in the period",
    observations=_recorded_reopens,
    exclusions="spam, merged and deleted tickets; tickets without a reopen counter",
    needs_value="a reopen counter in the export",
    source="the export's own counter",
)

REASSIGNED_RECORDED = Metric(
    name="reassigned_recorded",
    version=1,
    label="Reassigned, as recorded",
    question="What share of tickets changed hands, by the export's own count?",
    formula="Of tickets created, those whose exported reassignment counter is above zero.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS,),
    basis="tickets created in the period",
    observations=_recorded_reassignments,
    exclusions="spam, merged and deleted tickets; tickets without a reassignment counter",
    needs_value="a reassignment counter in the export",
    source="the export's own counter; for Zendesk, assignee stations less the first",
)

SLA_MET_RECORDED = Metric(
    name="sla_met_recorded",
    version=1,
    label="SLA met, as recorded",
    question="What share of tickets met their SLA, by the export's own flag?",
    formula="Of tickets created, those the export flags as having met their SLA.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(TICKETS,),
    basis="tickets created in the period",
    observations=_recorded_sla,
    exclusions="spam, merged and deleted tickets; tickets without the flag",
    needs_value="an SLA flag in the export",
    source="the export's own flag",
)
