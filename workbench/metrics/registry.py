"""All metrics by name, in the rooms a reader looks for them."""

from __future__ import annotations

import difflib

from workbench.errors import UsageError
from workbench.metrics.after_contact import REFUND_AFTER_TICKET, REPURCHASE_90
from workbench.metrics.backlog import BACKLOG
from workbench.metrics.calibration import CALIBRATION_AGREEMENT, CALIBRATION_BIAS
from workbench.metrics.churn import CHURN_90
from workbench.metrics.costs import CONTACTS_PER_RESOLUTION, COST_PER_CONTACT, COST_PER_RESOLUTION
from workbench.metrics.declaration import Metric
from workbench.metrics.disputes import DISPUTE_LOSS, DISPUTE_RATE
from workbench.metrics.escalation_times import (
    ESCALATION_ACK_ON_TIME,
    ESCALATION_DECISION_ON_TIME,
    ESCALATION_DECISION_TIME,
    ESCALATION_RESOLUTION_TIME,
    OVER_ESCALATION,
)
from workbench.metrics.escalations import (
    BOUNCE_BACK_RATE,
    ESCALATION_RATE,
    FOUNDER_SHARE,
    HANDOVER_COMPLETENESS,
    LOOP_CLOSED_RATE,
    UNMAPPED_SHARE,
)
from workbench.metrics.first_contact import FCR, ONE_TOUCH
from workbench.metrics.loyalty import CES, NPS
from workbench.metrics.quality_reviews import QA_COVERAGE, QA_SCORE, SIMULATION_PASS_RATE
from workbench.metrics.recorded import REASSIGNED_RECORDED, REOPENED_RECORDED, SLA_MET_RECORDED
from workbench.metrics.refunds import (
    OUT_OF_POLICY_REFUND_RATE,
    REFUND_AMOUNT,
    REFUND_RATE_CASH,
    REFUND_RATE_COHORT,
    REFUND_VALUE_RATE,
)
from workbench.metrics.reopening import REOPEN_RATE, REPEAT_RATE, THANKS_REOPEN_SHARE
from workbench.metrics.reships import RESHIP_RATE
from workbench.metrics.routing import HANDED_OFF_SHARE, HANDOFFS, PING_PONG_RATE, TICKETS_PER_ISSUE
from workbench.metrics.satisfaction import CSAT, CSAT_RESPONSE_RATE
from workbench.metrics.sla import (
    SLA_ACTIVE,
    SLA_FIRST_REPLY,
    SLA_OVERDUE,
    SLA_PENDING,
    SLA_RESOLUTION,
)
from workbench.metrics.speed import FIRST_RESPONSE_TIME, NEXT_RESPONSE_TIME, TEMPLATE_REPLY_SHARE
from workbench.metrics.subscriptions import SUBSCRIPTION_CHURN
from workbench.metrics.volume import (
    CONTACT_RATE,
    CONTACTS_PER_CUSTOMER,
    NET_FLOW,
    TICKETS_CREATED,
    TICKETS_SOLVED,
    UNTAGGED_SHARE,
)
from workbench.metrics.waiting import (
    AGENT_WAIT,
    FIRST_RESOLUTION_TIME,
    FULL_RESOLUTION_TIME,
    ON_HOLD_TIME,
    REQUESTER_WAIT,
    UNASSIGNED_TIME,
)

ROOMS: dict[str, tuple[Metric, ...]] = {
    "Volume": (
        TICKETS_CREATED, TICKETS_SOLVED, NET_FLOW, BACKLOG, CONTACT_RATE, CONTACTS_PER_CUSTOMER,
        UNTAGGED_SHARE,
    ),
    "Speed": (
        FIRST_RESPONSE_TIME, NEXT_RESPONSE_TIME, TEMPLATE_REPLY_SHARE, FIRST_RESOLUTION_TIME,
        FULL_RESOLUTION_TIME, REQUESTER_WAIT, AGENT_WAIT, ON_HOLD_TIME, UNASSIGNED_TIME,
    ),
    "Promises": (SLA_FIRST_REPLY, SLA_RESOLUTION, SLA_OVERDUE, SLA_ACTIVE, SLA_PENDING),
    "Resolution": (
        FCR, ONE_TOUCH, REOPEN_RATE, THANKS_REOPEN_SHARE, REPEAT_RATE, TICKETS_PER_ISSUE,
    ),
    "Routing": (HANDOFFS, HANDED_OFF_SHARE, PING_PONG_RATE),
    "Escalations": (
        ESCALATION_RATE, ESCALATION_ACK_ON_TIME, ESCALATION_DECISION_ON_TIME,
        ESCALATION_DECISION_TIME, ESCALATION_RESOLUTION_TIME, BOUNCE_BACK_RATE, LOOP_CLOSED_RATE,
        HANDOVER_COMPLETENESS, FOUNDER_SHARE, UNMAPPED_SHARE, OVER_ESCALATION,
    ),
    "Satisfaction": (CSAT, CSAT_RESPONSE_RATE, NPS, CES),
    "Quality reviews": (
        QA_SCORE, QA_COVERAGE, SIMULATION_PASS_RATE, CALIBRATION_AGREEMENT, CALIBRATION_BIAS,
    ),
    "Money": (
        REFUND_RATE_CASH, REFUND_RATE_COHORT, REFUND_VALUE_RATE, REFUND_AMOUNT,
        REFUND_AFTER_TICKET, OUT_OF_POLICY_REFUND_RATE, RESHIP_RATE, DISPUTE_RATE, DISPUTE_LOSS,
    ),
    "Cost": (COST_PER_CONTACT, COST_PER_RESOLUTION, CONTACTS_PER_RESOLUTION),
    "Retention": (CHURN_90, REPURCHASE_90, SUBSCRIPTION_CHURN),
    "As recorded": (REOPENED_RECORDED, REASSIGNED_RECORDED, SLA_MET_RECORDED),
}  # fmt: skip
METRICS: dict[str, Metric] = {metric.name: metric for room in ROOMS.values() for metric in room}


def metric_named(name: str) -> Metric:
    """The metric called ``name``, or the variant called ``name:variant``; a `UsageError` that
    names the nearest where there is none."""
    base, colon, key = name.partition(":")
    if base not in METRICS:
        raise UsageError(f"there is no metric {base!r}.", fix=_hint(base, list(METRICS)))
    metric = METRICS[base]
    if not colon:
        return metric
    known = [one.key for one in metric.variants]
    if key not in known:
        raise UsageError(f"{base} has no variant {key!r}.", fix=_hint(key, known))
    return metric.variant(key)


def _hint(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known) or 'none'}."
