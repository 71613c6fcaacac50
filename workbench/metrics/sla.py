"""Were the promises kept, and which are still open?"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import MESSAGES, TICKETS, Kind, Metric, Need, Variant
from workbench.metrics.facts.history import TICKET
from workbench.metrics.facts.promises import (
    FIRST_REPLY,
    RESOLUTION,
    SUBSTANTIVE_REPLY,
    lacks_policies,
    promise_facts,
)
from workbench.metrics.facts.stock import without_history
from workbench.metrics.facts.tickets import counted_tickets
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

POLICIES = Need("sla_policies", "SLA policies (settings)")
_LEFT_OUT = (
    "spam, merged, deleted and agent-started tickets; tickets no policy holds for; promises not "
    "yet kept and not yet due are shown as too young"
)


def _kept(
    workspace: Workspace, as_of: datetime, *, promise: str, current: bool = False
) -> ir.Table:
    t = promise_facts(workspace, promise, current=current)
    missing = _without_policy(workspace, t)
    is_unknown = t.state.isnull()
    if promise == SUBSTANTIVE_REPLY:
        is_unknown = is_unknown | ~t.knows_reasons
    judged = observed(
        t, at=t.created_at, ref=t.ticket_id, owner=t.contact_key, is_unknown=is_unknown,
        is_immature=t.state.isin(["active", "pending"]), hit=t.state == "met",
    )  # fmt: skip
    return judged.union(missing.select(*judged.columns))


def _without_policy(workspace: Workspace, promised: ir.Table) -> ir.Table:
    """Tickets that nothing was promised for: left out, and counted as such."""
    t = counted_tickets(workspace)
    t = t.filter(~t.agent_initiated).anti_join(promised, TICKET)
    return observed(
        t, at=t.created_at, ref=t.ticket_id, owner=t.contact_key, is_excluded=ibis.literal(True)
    )


def _in_state(workspace: Workspace, as_of: datetime, *, state: str, promise: str) -> ir.Table:
    t = promise_facts(workspace, promise)
    is_it = t.state == state
    if state == "breached":
        is_it = is_it & ~t.is_fulfilled
    t = t.filter(is_it)
    return observed(t, at=t.created_at, ref=t.ticket_id)


def _lacks_reply(workspace: Workspace) -> str:
    return lacks_policies(workspace, FIRST_REPLY)


def _lacks_resolution(workspace: Workspace) -> str:
    return lacks_policies(workspace, RESOLUTION)


_CURRENT = "The policy for the priority a ticket has now, not the one when its clock began."
SLA_FIRST_REPLY = Metric(
    name="sla_first_reply",
    version=1,
    label="First-reply SLA met",
    question="What share of first-reply promises was kept?",
    formula="Of promises kept or past due, those kept in time: a public reply in an agent's name, "
    "or the solve, within the policy's minutes on its own clock. The policy is the one for the "
    "priority the ticket had first.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(TICKETS, POLICIES),
    basis="tickets created in the period",
    observations=partial(_kept, promise=FIRST_REPLY),
    exclusions=_LEFT_OUT,
    lacking=_lacks_reply,
    young="not yet kept and not yet due",
    needs_value="first reply or solve times",
    source="Zendesk reply SLA: open and not due is neither met nor missed",
    variants=(
        Variant("substantive", "Kept only by a reply by a person that is no template, or the "
                "solve: the contract's clock, stopped by an answer.", "this workbench",
                {"observations": partial(_kept, promise=SUBSTANTIVE_REPLY),
                 "needs": (TICKETS, POLICIES, MESSAGES),
                 "needs_value": "messages (L1), and contact reasons or tags"}),
        Variant("current_priority", _CURRENT, "reports on the current field values",
                {"observations": partial(_kept, promise=FIRST_REPLY, current=True)}),
    ),
)  # fmt: skip

SLA_RESOLUTION = Metric(
    name="sla_resolution",
    version=1,
    label="Resolution SLA met",
    question="What share of resolution promises was kept?",
    formula="Of promises kept or past due, those kept in time: from creation to the last solve "
    "that stands, within the policy's minutes on its own clock, without time solved and without "
    "the statuses in which the policy pauses.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(TICKETS, POLICIES),
    basis="tickets created in the period",
    observations=partial(_kept, promise=RESOLUTION),
    exclusions=_LEFT_OUT,
    lacking=_lacks_resolution,
    young="not yet kept and not yet due",
    needs_value="solve times",
    roughly_for=without_history,
    source="Zendesk total resolution SLA with pauses",
    variants=(
        Variant("current_priority", _CURRENT, "reports on the current field values",
                {"observations": partial(_kept, promise=RESOLUTION, current=True)}),
    ),
)  # fmt: skip


def _open(name: str, label: str, question: str, formula: str, state: str, better: str) -> Metric:
    return Metric(
        name=name, version=1, label=label, question=question, formula=formula, unit="tickets",
        better=better, kind=Kind.TOTAL, needs=(TICKETS, POLICIES),
        basis="tickets created in the period, as they stand where the data stop",
        observations=partial(_in_state, state=state, promise=RESOLUTION),
        exclusions="spam, merged, deleted and agent-started tickets; tickets no policy holds for",
        min_n=0, lacking=_lacks_resolution, roughly_for=without_history,
        source="Zendesk SLA states",
        variants=(
            Variant("first_reply", "The same for the promise of a first reply.",
                    "Zendesk SLA states",
                    {"observations": partial(_in_state, state=state, promise=FIRST_REPLY),
                     "lacking": _lacks_reply}),
        ),
    )  # fmt: skip


SLA_OVERDUE = _open(
    "sla_overdue", "Resolution overdue", "How many open tickets are past due?",
    "Tickets not solved whose resolution was due before the data stop.", "breached", "lower",
)  # fmt: skip
SLA_ACTIVE = _open(
    "sla_active", "Resolution clock running", "How many promises are open and in time?",
    "Tickets not solved, not yet due, and in a status in which the clock runs.", "active",
    "neither",
)  # fmt: skip
SLA_PENDING = _open(
    "sla_pending", "Resolution clock paused", "How many promises wait for somebody else?",
    "Tickets not solved, not yet due, and in a status in which the policy pauses.", "pending",
    "neither",
)  # fmt: skip
