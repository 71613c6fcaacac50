"""Do subscribers leave?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import Kind, Metric, Need, Variant
from workbench.metrics.facts.months import subscription_months
from workbench.metrics.facts.windows import known_until
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

SUBSCRIPTIONS = Need("subscriptions", "subscriptions")
MONTH_DAYS = 31


def _ended(workspace: Workspace, as_of: datetime) -> ir.Table:
    runs = subscription_months(workspace)
    return _observed(workspace, runs, runs.ended_at < runs.ends, as_of)


def _asked_to_end(workspace: Workspace, as_of: datetime) -> ir.Table:
    runs = subscription_months(workspace)
    asked = runs.cancel_requested_at
    runs = runs.filter(asked.isnull() | (asked >= runs.begins))
    return _observed(workspace, runs, runs.cancel_requested_at < runs.ends, as_of)


def _observed(
    workspace: Workspace, runs: ir.Table, hit: ir.BooleanValue, as_of: datetime
) -> ir.Table:
    # What an export knows ends near the last new subscription: a day is no reason to wait.
    until = known_until(workspace, runs, as_of, "subscriptions") + ibis.interval(days=1)
    return observed(
        runs, at=runs.begins, ref=runs.subscription_id,
        is_immature=runs.ends > until, hit=hit, owner=runs.customer_key,
    )  # fmt: skip


SUBSCRIPTION_CHURN = Metric(
    name="subscription_churn",
    counts="subscription months",
    version=1,
    label="Subscription churn",
    question="What share of subscriptions ends within a month?",
    formula="Of subscriptions running when a month begins, those that ended before the next one. "
    "A request to cancel is not an end; a subscription counts once for every month.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(SUBSCRIPTIONS,),
    basis="subscriptions running when the month begins",
    observations=_ended,
    by_month=True,
    window_days=MONTH_DAYS,
    exclusions="subscriptions that began after the month did",
    source="dbt_stripe subscriptions: ended_at, not cancel_at_period_end",
    variants=(
        Variant(
            "by_cancel_request",
            says="Of subscriptions running when a month begins whose customer had not yet asked to "
            "stop, those whose customer asked before the next one.",
            whose="tools that count cancel_at_period_end as churn",
            changes={
                "observations": _asked_to_end,
                "exclusions": "subscriptions that began after the month did, or whose customer "
                "had asked to stop before",
            },
        ),
    ),
)
