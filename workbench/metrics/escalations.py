"""How much is handed up, and does it come back with an answer?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import TICKETS, Kind, Metric, Need, Variant
from workbench.metrics.facts.escalations import escalation_facts, knows_founders
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.facts.windows import is_open_window, known_until, within
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

ESCALATIONS = Need("escalations", "a log of escalations")
OWNERSHIP_MAP = Need("ownership_map", "an ownership map")

ESCALATED_DAYS = 14
CLOSED_DAYS = 14
TOP_TIER = 3

_Counted = Callable[[Workspace, datetime], ir.Table]


def _escalated(only: Callable[[ir.Table], ir.BooleanValue], founders: bool = False) -> _Counted:
    def observations(workspace: Workspace, as_of: datetime) -> ir.Table:
        t = ticket_facts(workspace)
        t = t.filter(t.is_counted)
        e = escalation_facts(workspace).filter(lambda e: e.is_ticket)
        first = e.filter(only(e))
        first = first.group_by(desk="home", escalated="ticket_id").aggregate(
            first_at=first["at"].min()
        )
        joined = t.left_join(first, [("source", "desk"), ("ticket_id", "escalated")])
        until = known_until(workspace, joined, as_of, "tickets", "escalations")
        cannot_tell = founders and not knows_founders(workspace)
        return observed(
            joined, at=joined.created_at, ref=joined.ticket_id,
            is_unknown=~joined.source.isin(_desks(workspace)) | ibis.literal(cannot_tell),
            is_immature=is_open_window(joined.created_at, ESCALATED_DAYS, until),
            hit=within(joined.first_at, joined.created_at, ESCALATED_DAYS),
            owner=joined.customer_key,
        )  # fmt: skip

    return observations


def _desks(workspace: Workspace) -> list[str]:
    """The help desks whose tickets the log speaks of; of the others nothing is known."""

    def found() -> list[str]:
        e = escalation_facts(workspace).filter(lambda e: e.is_ticket)
        return sorted(e.select("home").distinct().to_pyarrow()["home"].to_pylist())

    return workspace.remembered(("desks with escalations",), found)


def _returns(workspace: Workspace, as_of: datetime) -> ir.Table:
    e = escalation_facts(workspace)
    return observed(
        e, at=e["at"], ref=e.escalation_id, is_unknown=e.was_returned.isnull(), hit=e.was_returned
    )


def _loops(workspace: Workspace, as_of: datetime) -> ir.Table:
    e = escalation_facts(workspace)
    told = within(e.customer_told_at, e["at"], CLOSED_DAYS)
    closed = within(e.loop_closed_at, e["at"], CLOSED_DAYS)
    until = known_until(workspace, e, as_of, "escalations")
    return observed(
        e, at=e["at"], ref=e.escalation_id,
        is_unknown=~(e.tells_customer_told_at & e.tells_loop_closed_at),
        is_immature=is_open_window(e["at"], CLOSED_DAYS, until), hit=told & closed,
    )  # fmt: skip


def _handovers(workspace: Workspace, as_of: datetime) -> ir.Table:
    e = escalation_facts(workspace)
    return observed(
        e, at=e["at"], ref=e.escalation_id, is_unknown=~e.has_handover, hit=e.is_handover_whole
    )


def _to_founder(workspace: Workspace, as_of: datetime) -> ir.Table:
    e = escalation_facts(workspace)
    cannot_tell = ibis.literal(not knows_founders(workspace))
    return observed(
        e, at=e["at"], ref=e.escalation_id, is_unknown=e.owner.isnull() | cannot_tell,
        hit=e.is_founders,
    )  # fmt: skip


def _unmapped(workspace: Workspace, as_of: datetime) -> ir.Table:
    e = escalation_facts(workspace)
    return observed(
        e, at=e["at"], ref=e.escalation_id, is_unknown=e.category.isnull(), hit=~e.is_mapped
    )


ESCALATION_RATE = Metric(
    name="escalation_rate",
    version=1,
    label="Escalation rate",
    question="What share of tickets is handed up?",
    formula=f"Of tickets created, those with a recorded escalation within {ESCALATED_DAYS} days; a "
    "ticket escalated twice counts once.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS, ESCALATIONS),
    basis="tickets created in the period",
    observations=_escalated(lambda e: ibis.literal(True)),
    window_days=ESCALATED_DAYS,
    exclusions="spam, merged and deleted tickets; tickets of help desks of which the log names "
    "none; escalations that are derived and not recorded",
    needs_value="recorded escalations that name their ticket",
    source="share of tickets escalated, from the escalation log",
    variants=(
        Variant(
            f"tier{TOP_TIER}",
            says=f"Of tickets created, those with a recorded escalation to tier {TOP_TIER} within "
            f"{ESCALATED_DAYS} days.",
            whose="teams that count only what leaves support",
            changes={"observations": _escalated(lambda e: e.level == TOP_TIER)},
        ),
        Variant(
            "founder",
            says="Of tickets created, those with a recorded escalation to the founder (an owner "
            "called Founder, or an agent with that role) within "
            f"{ESCALATED_DAYS} days.",
            whose="owner-led shops: how much of support still needs the owner",
            changes={
                "observations": _escalated(lambda e: e.is_founders, founders=True),
                "needs_value": "recorded escalations that name their ticket, and an owner called "
                "Founder or an agent with the role founder",
            },
        ),
    ),
)

BOUNCE_BACK_RATE = Metric(
    name="bounce_back_rate",
    counts="escalations",
    version=1,
    label="Escalations sent back",
    question="What share of escalations comes back as incomplete or misrouted?",
    formula="Of escalations handed over, those the log marks as sent back.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(ESCALATIONS,),
    basis="escalations handed over in the period",
    observations=_returns,
    exclusions="escalations that do not say whether they were sent back",
    needs_value="a mark of escalations that were sent back",
    source="own definition",
)

LOOP_CLOSED_RATE = Metric(
    name="loop_closed_rate",
    counts="escalations",
    version=1,
    label="Loops closed",
    question="After what share of escalations do both the customer and support learn the outcome?",
    formula=f"Of escalations handed over, those of which within {CLOSED_DAYS} days the customer "
    "was told and support learned the outcome.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(ESCALATIONS,),
    basis="escalations handed over in the period",
    observations=_loops,
    window_days=CLOSED_DAYS,
    exclusions="logs that never record when customers or support learn of it",
    needs_value="the times at which customers were told and loops closed",
    source="own definition",
)

HANDOVER_COMPLETENESS = Metric(
    name="handover_completeness",
    counts="escalations",
    version=1,
    label="Complete hand-overs",
    question="What share of escalations is handed over with everything the owner needs?",
    formula="Of escalations whose log has fields named handover_…, those where all of them say "
    "true, yes or 1.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(ESCALATIONS,),
    basis="escalations handed over in the period",
    observations=_handovers,
    exclusions="escalations without any such field",
    needs_value="fields of the hand-over, in columns named handover_…",
    source="own definition",
)

FOUNDER_SHARE = Metric(
    name="founder_share",
    counts="escalations",
    version=1,
    label="Escalations to the founder",
    question="What share of escalations must the founder decide?",
    formula="Of escalations handed over, those whose owner is called Founder, in upper or lower "
    "case, or is an agent with the role founder.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(ESCALATIONS,),
    basis="escalations handed over in the period",
    observations=_to_founder,
    exclusions="escalations without an owner",
    needs_value="an owner called Founder, or an agent with the role founder",
    source="own definition",
)

UNMAPPED_SHARE = Metric(
    name="unmapped_share",
    counts="escalations",
    version=1,
    label="Escalations without an owner on the map",
    question="What share of escalations is of a kind nobody was made responsible for?",
    formula="Of escalations handed over, those whose category has no row in the ownership map, "
    "whatever the tier.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(ESCALATIONS, OWNERSHIP_MAP),
    basis="escalations handed over in the period",
    observations=_unmapped,
    exclusions="escalations without a category",
    needs_value="the category of escalations",
    source="own definition",
)
