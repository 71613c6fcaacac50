"""How much goes back to customers?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import ORDERS, REFUNDS, Kind, Metric
from workbench.metrics.facts.orders import (
    UNPAID,
    currencies_of,
    has_one_currency,
    names_no_order,
    paid_refunds,
    refund_facts,
    refunded_orders,
)
from workbench.metrics.facts.windows import is_open_window, known_until, within
from workbench.metrics.observed import observed
from workbench.metrics.volume import orders_placed
from workbench.workspace import Workspace

__all__ = ["UNPAID", "paid_refunds"]  # and everything declared here

COHORT_DAYS = 30
POLICY_DAYS = 30


def currencies(workspace: Workspace) -> list[str]:
    """The currencies refunds were paid in; sums over two of them mean nothing."""
    return currencies_of(workspace, "refunds")


def _lacks_one_currency(workspace: Workspace) -> str:
    found = currencies(workspace)
    return f"needs one currency; refunds are in {', '.join(found)}" if len(found) > 1 else ""


def _paid(workspace: Workspace, as_of: datetime) -> ir.Table:
    r = paid_refunds(workspace)
    return observed(r, at=r["at"], ref=r.refund_id, value=r.amount)


def _cohort(workspace: Workspace, as_of: datetime) -> ir.Table:
    o = refunded_orders(workspace, COHORT_DAYS)
    return observed(
        o,
        at=o.created_at,
        ref=o.order_id,
        is_excluded=_is_no_sale(o),
        is_unknown=ibis.literal(names_no_order(workspace)),
        is_immature=_is_young(workspace, o, as_of),
        hit=within(o.refunded_at, o.created_at, COHORT_DAYS),
    )


def _value_back(workspace: Workspace, as_of: datetime) -> ir.Table:
    o = refunded_orders(workspace, COHORT_DAYS)
    total = o.total.cast("float64")
    cannot_tell = names_no_order(workspace) or not has_one_currency(workspace, "orders", "refunds")
    return observed(
        o,
        at=o.created_at,
        ref=o.order_id,
        is_excluded=_is_no_sale(o) | (total <= 0),
        is_unknown=ibis.literal(cannot_tell) | total.isnull(),
        is_immature=_is_young(workspace, o, as_of),
        hit=o.refunded > 0,
        value=o.refunded,
        weight=total.fill_null(0.0),
        owner=o.customer_key,
    )


def _is_no_sale(o: ir.Table) -> ir.BooleanValue:
    return o.cancelled_at.notnull() | o.is_replacement.fill_null(False)


def _is_young(workspace: Workspace, o: ir.Table, as_of: datetime) -> ir.BooleanValue:
    until = known_until(workspace, o, as_of, "refunds")
    return is_open_window(o.created_at, COHORT_DAYS, until)


def _late_refunds(workspace: Workspace, as_of: datetime) -> ir.Table:
    r = refund_facts(workspace)
    r = r.mutate(agent=r.actor)
    return observed(
        r,
        at=r["at"],
        ref=r.refund_id,
        is_unknown=r.ordered_at.isnull(),
        hit=~within(r["at"], r.ordered_at, POLICY_DAYS),
        owner=r.payee,
    )


REFUND_RATE_CASH = Metric(
    name="refund_rate_cash",
    counts="refunds",
    version=1,
    label="Refund rate, by cash date",
    question="How many refunds are paid for every order placed in the same month?",
    formula="Refunds paid in the period over orders placed in the period; a refund belongs to "
    "the day the money went back, whenever the order was placed.",
    unit="share",
    better="lower",
    kind=Kind.RATIO,
    needs=(ORDERS, REFUNDS),
    basis="refunds by the day they were paid",
    observations=_paid,
    base=orders_placed,
    exclusions="failed, canceled and zero refunds; cancelled and replacement orders from the base "
    "(refunds of cancelled orders count: the money left)",
    source="cash view: what left the account",
)

REFUND_RATE_COHORT = Metric(
    name="refund_rate_cohort",
    counts="orders",
    version=1,
    label="Refund rate, by order cohort",
    question="What share of the orders placed in a month is refunded within 30 days?",
    formula="Of orders placed, those with at least one paid refund within 30 days of the order.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(ORDERS, REFUNDS),
    basis="orders placed in the period",
    observations=_cohort,
    window_days=COHORT_DAYS,
    exclusions="failed, canceled and zero refunds; cancelled and replacement orders",
    needs_value="refunds that name their order",
    source="cohort view: what became of one month's orders",
)

REFUND_VALUE_RATE = Metric(
    name="refund_value_rate",
    counts="orders",
    version=1,
    label="Refunded share of order value",
    question="How much of the money of a month's orders goes back within 30 days?",
    formula="Amounts refunded within 30 days of the order over the totals of the orders placed.",
    unit="share",
    better="lower",
    kind=Kind.MEAN,
    needs=(ORDERS, REFUNDS),
    basis="orders placed in the period",
    observations=_value_back,
    window_days=COHORT_DAYS,
    exclusions="failed, canceled and zero refunds; cancelled, replacement and zero orders; orders "
    "whose total is not exported",
    needs_value="order totals, and refunds that name their order, in one currency",
    source="dbt_shopify orders: refund_subtotal against the order's total, here by order cohort",
)

OUT_OF_POLICY_REFUND_RATE = Metric(
    name="out_of_policy_refund_rate",
    counts="refunds",
    version=1,
    label="Refunds out of policy",
    question="What share of the refunds pays back an order that was too old for it?",
    formula=f"Of paid refunds, those more than {POLICY_DAYS} days after their order was placed. "
    f"The {POLICY_DAYS} days are this package's reading of the policy. The agent is whoever "
    "granted it, as written.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(ORDERS, REFUNDS),
    basis="refunds by the day they were paid",
    observations=_late_refunds,
    exclusions="failed, canceled and zero refunds; refunds that name no known order",
    needs_value="refunds that name their order",
    source="own definition",
)

REFUND_AMOUNT = Metric(
    name="refund_amount",
    counts="refunds",
    version=1,
    label="Refunds paid",
    question="How much money went back?",
    formula="Sum of refunds paid in the period.",
    unit="currency",
    better="lower",
    kind=Kind.TOTAL,
    needs=(REFUNDS,),
    basis="refunds by the day they were paid",
    observations=_paid,
    exclusions="failed, canceled and zero refunds",
    min_n=1,
    lacking=_lacks_one_currency,
    source="sum over refunds",
)
