"""How long do owners take to answer, and is it in the time that was agreed?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import Kind, Metric, Variant
from workbench.metrics.escalations import ESCALATIONS, OWNERSHIP_MAP
from workbench.metrics.facts.escalations import escalation_facts, with_elapsed
from workbench.metrics.facts.windows import known_until, minutes_between
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

# What an outcome says where the rules had the answer already.
BY_THE_RULES = r"(policy applied|(as|per|within|in line with|standard) policy)"

_Counted = Callable[[Workspace, datetime], ir.Table]


def _on_time(step: str, agreed: str) -> _Counted:
    """Escalations against the minutes their rule agrees for a step."""

    def observations(workspace: Workspace, as_of: datetime) -> ir.Table:
        e = escalation_facts(workspace)
        until = known_until(workspace, e, as_of, "escalations")
        e = with_elapsed(workspace, e, until, [step])
        took, passed = e[f"{step}_minutes"], e.until_minutes
        # Early answers wait as well: counted before the time is over, they would come first.
        is_open = passed < e[agreed]
        return observed(
            e, at=e["at"], ref=e.escalation_id,
            is_unknown=~e[f"tells_{step}"] | e[agreed].isnull() | passed.isnull(),
            is_immature=is_open, hit=took <= e[agreed],
        )  # fmt: skip

    return observations


def _hours(step: str, *, by_clock: bool = False) -> _Counted:
    def observations(workspace: Workspace, as_of: datetime) -> ir.Table:
        e = escalation_facts(workspace)
        if by_clock:
            until = known_until(workspace, e, as_of, "escalations")
            e = with_elapsed(workspace, e, until, [step])
            minutes = ibis.ifelse(e.clock.isnull(), ibis.null("float64"), e[f"{step}_minutes"])
        else:
            minutes = minutes_between(e["at"], e[step])
        is_before = (minutes < 0).fill_null(False)
        return observed(
            e, at=ibis.coalesce(e[step], e["at"]), ref=e.escalation_id,
            is_excluded=e[step].isnull() | is_before,
            is_unknown=~e[f"tells_{step}"] | (e[step].notnull() & minutes.isnull()),
            value=minutes.fill_null(0.0) / ibis.literal(60.0),
        )  # fmt: skip

    return observations


def _by_the_rules(workspace: Workspace, as_of: datetime) -> ir.Table:
    e = escalation_facts(workspace)
    says_so = e.outcome.lower().re_search(BY_THE_RULES)
    knows = workspace.remembered(
        ("outcomes name the policy",), lambda: int(e.filter(says_so).count().to_pandas()) > 0
    )
    return observed(
        e, at=ibis.coalesce(e.decided_at, e["at"]), ref=e.escalation_id,
        is_unknown=e.outcome.isnull() | ibis.literal(not knows), hit=says_so,
    )  # fmt: skip


_CLOCK = (
    " Minutes are calendar or business minutes, as the map says; business minutes run on the "
    "workspace's only schedule, else on the one all SLA policies name. The rule is the map's row "
    "of the category and tier, else of the category for all tiers. Judged once the time is over; "
    "what has no answer by then is late."
)
_NO_RULE = (
    "escalations without a rule in the map or without a schedule for it; logs that never record "
    "this step"
)

ESCALATION_ACK_ON_TIME = Metric(
    name="escalation_ack_on_time",
    counts="escalations",
    version=1,
    label="Escalations acknowledged on time",
    question="What share of escalations does the owner acknowledge in the time agreed?",
    formula="Of escalations handed over, those acknowledged within the map's ack_min." + _CLOCK,
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(ESCALATIONS, OWNERSHIP_MAP),
    basis="escalations handed over in the period",
    observations=_on_time("ack_at", "ack_min"),
    young="not yet due",
    exclusions=_NO_RULE,
    needs_value="times of acknowledgement, and what the ownership map agrees for them",
    source="own definition; operational-level agreements as GLPI counts them",
)

ESCALATION_DECISION_ON_TIME = Metric(
    name="escalation_decision_on_time",
    counts="escalations",
    version=1,
    label="Escalations decided on time",
    question="What share of escalations does the owner decide in the time agreed?",
    formula="Of escalations handed over, those decided within the map's decide_min." + _CLOCK,
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(ESCALATIONS, OWNERSHIP_MAP),
    basis="escalations handed over in the period",
    observations=_on_time("decided_at", "decide_min"),
    young="not yet due",
    exclusions=_NO_RULE,
    needs_value="times of decision, and what the ownership map agrees for them",
    source="own definition; operational-level agreements as GLPI counts them",
)

ESCALATION_DECISION_TIME = Metric(
    name="escalation_decision_time",
    counts="escalations",
    version=1,
    label="Time to decision",
    question="How long until the owner decides?",
    formula="Median calendar hours from the hand-over to the decision.",
    unit="hours",
    better="lower",
    kind=Kind.MEDIAN,
    needs=(ESCALATIONS,),
    basis="escalations decided in the period",
    observations=_hours("decided_at"),
    exclusions="escalations not decided so far, or before they were handed over",
    needs_value="times of decision",
    source="own definition",
    variants=(
        Variant(
            "own_clock",
            says="Median hours on the clock the ownership map agrees: business hours where it says "
            "so.",
            whose="own definition; what escalation_decision_on_time measures",
            changes={
                "observations": _hours("decided_at", by_clock=True),
                "needs": (ESCALATIONS, OWNERSHIP_MAP),
                "exclusions": "escalations not decided so far, and those without a rule in the map "
                "or without a schedule for it",
                "needs_value": "times of decision, and what the ownership map agrees for them",
            },
        ),
    ),
)

ESCALATION_RESOLUTION_TIME = Metric(
    name="escalation_resolution_time",
    counts="escalations",
    version=1,
    label="Time until the customer is told",
    question="How long does a customer wait for the outcome of an escalation?",
    formula="Median calendar hours from the hand-over until the customer was told the outcome.",
    unit="hours",
    better="lower",
    kind=Kind.MEDIAN,
    needs=(ESCALATIONS,),
    basis="escalations of which customers were told in the period",
    observations=_hours("customer_told_at"),
    exclusions="escalations of which the customer was not told so far, or before the hand-over",
    needs_value="times at which customers were told",
    source="own definition",
)

OVER_ESCALATION = Metric(
    name="over_escalation",
    counts="escalations",
    version=1,
    label="Escalated without need",
    question="What share of decisions only repeats what the rules say?",
    formula="Of escalations with an outcome, those whose outcome says that the policy was applied "
    "(policy applied; as, per, within, in line with or standard policy).",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(ESCALATIONS,),
    basis="escalations decided in the period (by the hand-over where the day is not recorded)",
    observations=_by_the_rules,
    exclusions="escalations without an outcome",
    needs_value="outcomes that tell when only the policy was applied",
    source="own definition",
)
