"""How long does it take, and whose turn was it meanwhile?"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import ibis.expr.types as ir

from workbench.metrics.declaration import (
    ASSIGNMENTS,
    HISTORY,
    SCHEDULES,
    TICKETS,
    Kind,
    Metric,
    Variant,
)
from workbench.metrics.facts.routing import routing_facts
from workbench.metrics.facts.schedules import lacks_schedule
from workbench.metrics.facts.tickets import counted_tickets
from workbench.metrics.facts.waits import wait_facts
from workbench.metrics.facts.windows import lasted_minutes
from workbench.metrics.observed import observed
from workbench.metrics.speed import business_minutes
from workbench.workspace import Workspace

_HOUR = 60.0
_LEFT_OUT = "spam, merged, deleted and agent-started tickets"
_LAST_SOLVED = "tickets last solved in the period"


def _resolutions(
    workspace: Workspace, as_of: datetime, *, solved: str = "solved_last_at",
    with_open: bool = False, clock: str = "calendar",
) -> ir.Table:  # fmt: skip
    t = counted_tickets(workspace)
    if not with_open:
        t = t.filter(t.is_done)
    if clock == "calendar":
        t = t.mutate(minutes=lasted_minutes(t.created_at, t[solved]))
    else:
        t = business_minutes(workspace, t, "created_at", solved)
    return observed(
        t, at=t[solved], ref=t.ticket_id, owner=t.contact_key, value=t.minutes / _HOUR,
        is_excluded=t.agent_initiated | t.minutes.isnull(),
    )  # fmt: skip


def _waits(workspace: Workspace, as_of: datetime, *, parts: tuple[str, ...]) -> ir.Table:
    t = wait_facts(workspace)
    waited = sum((t[f"{part}_minutes"] for part in parts[1:]), t[f"{parts[0]}_minutes"])
    return observed(
        t, at=t.solved_last_at, ref=t.ticket_id, owner=t.contact_key, value=waited / _HOUR,
        is_excluded=t.agent_initiated, is_unknown=waited.isnull(),
    )  # fmt: skip


def _unassigned(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = routing_facts(workspace)
    return observed(
        t, at=t.solved_first_at, ref=t.ticket_id, owner=t.contact_key, value=t.unassigned_minutes,
        is_excluded=t.agent_initiated, is_unknown=~t.knows_assignees,
    )  # fmt: skip


_BUSINESS = {"lacking": lacks_schedule}
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
    basis=_LAST_SOLVED,
    observations=_resolutions,
    exclusions=f"{_LEFT_OUT}; tickets that are open again",
    source="Zendesk 'full resolution time', restricted to tickets currently solved",
    variants=(
        Variant("with_reopened", "Median hours to the last solve, tickets that are open again "
                "included: their clock stops at a solve that did not hold.", "dbt_zendesk",
                {"observations": partial(_resolutions, with_open=True)}),
        Variant("business", "Median hours within business hours, on the last schedule a ticket "
                "had.", "Zendesk 'within business hours'",
                {"observations": partial(_resolutions, clock="business"),
                 "needs": (TICKETS, SCHEDULES), **_BUSINESS}),
        Variant("p90", "90th percentile of the calendar hours.", "service-level reporting",
                {"quantile": 0.9}),
        Variant("mean", "Mean of the calendar hours; a few slow tickets move it.",
                "Freshdesk, HubSpot averages", {"kind": Kind.MEAN}),
    ),
)  # fmt: skip

FIRST_RESOLUTION_TIME = Metric(
    name="first_resolution_time",
    version=1,
    label="First resolution time",
    question="How long until the ticket is solved for the first time?",
    formula="Median calendar hours from creation to the first solve, whatever came after it.",
    unit="hours",
    better="lower",
    kind=Kind.MEDIAN,
    needs=(TICKETS,),
    basis="tickets first solved in the period",
    observations=partial(_resolutions, solved="solved_first_at", with_open=True),
    exclusions=_LEFT_OUT,
    needs_value="status history (L2) or a first solve time",
    source="Zendesk 'first resolution time'",
    variants=(
        Variant("business", "Median hours within business hours.",
                "Zendesk 'within business hours'",
                {"observations": partial(_resolutions, solved="solved_first_at", with_open=True,
                                         clock="business"),
                 "needs": (TICKETS, SCHEDULES), **_BUSINESS}),
    ),
)  # fmt: skip


def _wait(
    name: str, label: str, question: str, formula: str, parts: tuple[str, ...],
    variants: tuple[Variant, ...] = (), source: str = "Zendesk ticket metrics",
) -> Metric:  # fmt: skip
    business = Variant(
        "business", "The same within business hours.", "Zendesk 'within business hours'",
        {"observations": partial(_waits, parts=tuple(f"business_{part}" for part in parts)),
         "needs": (TICKETS, HISTORY, SCHEDULES), **_BUSINESS},
    )  # fmt: skip
    return Metric(
        name=name, version=1, label=label, question=question, formula=formula, unit="hours",
        better="lower", kind=Kind.MEDIAN, needs=(TICKETS, HISTORY), basis=_LAST_SOLVED,
        observations=partial(_waits, parts=parts),
        exclusions=f"{_LEFT_OUT}; tickets without status history",
        needs_value="status history (L2)", source=source, variants=(*variants, business),
    )  # fmt: skip


REQUESTER_WAIT = _wait(
    "requester_wait", "Requester wait time", "How long was it the team's turn?",
    "Median calendar hours a solved ticket spent new or open, and solved where it was reopened "
    "later.", ("active", "solved_again"),
    (Variant("with_hold", "New, open and on hold; solved time left out.", "dbt_zendesk",
             {"observations": partial(_waits, parts=("active", "hold"))}),),
    "Zendesk CSV 'requester wait time'",
)  # fmt: skip
AGENT_WAIT = _wait(
    "agent_wait", "Agent wait time", "How long was it the customer's turn?",
    "Median calendar hours a solved ticket spent pending.", ("pending",),
)  # fmt: skip
ON_HOLD_TIME = _wait(
    "on_hold_time", "On-hold time", "How long was it somebody else's turn?",
    "Median calendar hours a solved ticket spent on hold.", ("hold",),
)  # fmt: skip

UNASSIGNED_TIME = Metric(
    name="unassigned_time",
    version=1,
    label="Unassigned time",
    question="How long does a ticket lie with nobody?",
    formula="Median calendar minutes without an assignee before the first solve.",
    unit="minutes",
    better="lower",
    kind=Kind.MEDIAN,
    needs=(TICKETS, ASSIGNMENTS),
    basis="tickets first solved in the period",
    observations=_unassigned,
    exclusions=f"{_LEFT_OUT}; tickets without assignee history",
    needs_value="assignee history (L2)",
    source="Zendesk 'unassigned time', from the history of the assignee",
)
