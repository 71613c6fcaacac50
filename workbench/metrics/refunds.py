"""How much goes back to customers?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import ORDERS, REFUNDS, Kind, Metric
from workbench.metrics.facts import is_open_window, known_until, within
from workbench.metrics.observed import observed
from workbench.metrics.volume import orders_placed
from workbench.workspace import Workspace

COHORT_DAYS = 30
UNPAID = ("failed", "canceled", "cancelled", "requires_action")


def paid_refunds(workspace: Workspace) -> ir.Table:
    """Refunds that really sent money back: no failed, canceled or zero ones."""
    r = workspace.table("refunds")
    unpaid = r.status.lower().isin(UNPAID).fill_null(False)
    return r.filter(~unpaid, r.amount.cast("float64") > 0)


def _paid(workspace: Workspace, as_of: datetime) -> ir.Table:
    r = paid_refunds(workspace)
    return observed(r, at=r["at"], ref=r.refund_id, value=r.amount)


def _cohort(workspace: Workspace, as_of: datetime) -> ir.Table:
    o = workspace.table("orders")
    r = paid_refunds(workspace).filter(lambda r: r.order_ref.notnull())
    names_no_order = int(r.count().to_pandas()) == 0  # then no order can be told to be refunded
    back = _first_refunds(o, r)
    joined = o.left_join(back, ["source", "order_id"], rname="b_{name}")
    return observed(
        joined,
        at=joined.created_at,
        ref=joined.order_id,
        is_excluded=joined.cancelled_at.notnull()
        | joined.is_replacement.fill_null(False)
        | ibis.literal(names_no_order),
        is_immature=is_open_window(
            joined.created_at, COHORT_DAYS, known_until(workspace, joined, as_of, "refunds")
        ),
        hit=within(joined.refunded_at, joined.created_at, COHORT_DAYS),
    )


def _first_refunds(orders: ir.Table, refunds: ir.Table) -> ir.Table:
    """The first refund of every refunded order: one row per order.

    Refunds name an order, not a shop; where two shops use the same name the customer decides.
    """
    shops = orders.group_by("name").aggregate(n_shops=orders.source.nunique())
    named = orders.inner_join(shops, "name").select("source", "order_id", "name", "n_shops",
                                                    buyer="customer_key")  # fmt: skip
    paid = refunds.select("order_ref", payee="customer_key", refunded_at=refunds["at"])
    pairs = named.inner_join(paid, named.name == paid.order_ref)
    pairs = pairs.filter((pairs.n_shops == 1) | (pairs.buyer == pairs.payee).fill_null(False))
    return pairs.group_by(["source", "order_id"]).aggregate(
        refunded_at=lambda r: r.refunded_at.min()
    )


def currencies(workspace: Workspace) -> list[str]:
    """The currencies refunds were paid in; sums over two of them mean nothing."""
    r = paid_refunds(workspace)
    code = ibis.coalesce(r.currency.upper(), ibis.literal("an unnamed one"))
    found = r.select(code=code).distinct().to_pandas()["code"]
    return sorted(found)


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
    source="sum over refunds",
)
