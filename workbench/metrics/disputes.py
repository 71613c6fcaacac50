"""How much of what was charged is taken back by the bank?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import Kind, Metric, Need, Variant
from workbench.metrics.facts.naming import at_home
from workbench.metrics.facts.orders import UNPAID, has_one_currency
from workbench.metrics.facts.windows import is_open_window, known_until, within
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

PAYMENTS = Need("payments", "payments")
DISPUTES = Need("disputes", "disputes")

DISPUTE_DAYS = 90  # card schemes leave up to 120, and nearly all come within 90
DECIDED_DAYS = 90
NOT_CAPTURED = (*UNPAID, "pending", "requires_capture", "uncaptured")
LOST = "lost"
DECIDED = ("won", LOST)


def charges(workspace: Workspace) -> ir.Table:
    """Charges that moved money: no failed, canceled, pending, zero or merely authorised ones."""
    p = workspace.table("payments")
    moved_none = p.status.lower().isin(NOT_CAPTURED).fill_null(False)
    return p.filter(~moved_none, p.is_captured.fill_null(True), p.amount.cast("float64") > 0)


def chargebacks(workspace: Workspace) -> ir.Table:
    """Disputes that are more than an inquiry of the bank (``warning_*``)."""
    d = workspace.table("disputes")
    return d.filter(~d.status.lower().startswith("warning_").fill_null(False))


def _disputed(workspace: Workspace) -> ir.Table:
    """The first chargeback of every charge that has one: one row per charge."""
    d = chargebacks(workspace).filter(lambda d: d.charge_id.notnull())
    sources = sorted(workspace.state.tables["payments"].sources)
    named = at_home(d, "charge_id", workspace.table("payments"), "payment_id", sources)
    named = named.filter(named.home.notnull())
    return named.group_by(charge_source="home", charge="charge_id").aggregate(
        disputed_at=named.created_at.min()
    )


def _names_no_charge(workspace: Workspace) -> bool:
    return workspace.remembered(
        ("disputes name no charge",), lambda: int(_disputed(workspace).count().to_pandas()) == 0
    )


def _by_charge(workspace: Workspace, as_of: datetime) -> ir.Table:
    p, d = charges(workspace), _disputed(workspace)
    joined = p.left_join(d, [("source", "charge_source"), ("payment_id", "charge")])
    until = known_until(workspace, joined, as_of, "payments", "disputes")
    return observed(
        joined,
        at=joined["at"],
        ref=joined.payment_id,
        is_unknown=ibis.literal(_names_no_charge(workspace)),
        is_immature=is_open_window(joined["at"], DISPUTE_DAYS, until),
        hit=within(joined.disputed_at, joined["at"], DISPUTE_DAYS),
        owner=joined.customer_key,
    )


def _opened(workspace: Workspace, as_of: datetime) -> ir.Table:
    d = chargebacks(workspace)
    return observed(d, at=d.created_at, ref=d.dispute_id, owner=d.customer_key)


def _charged(workspace: Workspace, as_of: datetime) -> ir.Table:
    p = charges(workspace)
    return observed(p, at=p["at"], ref=p.payment_id)


def _lost(workspace: Workspace, as_of: datetime) -> ir.Table:
    d = chargebacks(workspace)
    is_decided = d.status.lower().isin(DECIDED).fill_null(False)
    # Lost at once or won after months: what is young must wait as a whole, or losses come first.
    until = known_until(workspace, d, as_of, "disputes")
    is_young = is_open_window(d.created_at, DECIDED_DAYS, until)
    return observed(
        d,
        at=d.created_at,
        ref=d.dispute_id,
        is_excluded=~is_decided & ~is_young,
        is_unknown=d.amount.isnull() | ibis.literal(not has_one_currency(workspace, "disputes")),
        is_immature=is_young,
        hit=d.status.lower() == LOST,
        value=ibis.ifelse(d.status.lower() == LOST, d.amount.cast("float64"), 0.0).fill_null(0.0),
        owner=d.customer_key,
    )


DISPUTE_RATE = Metric(
    name="dispute_rate",
    counts="payments",
    version=1,
    label="Dispute rate, by charge",
    question="What share of a month's charges is disputed at the bank?",
    formula=f"Of charges that captured money, those with a dispute opened within {DISPUTE_DAYS} "
    "days; a charge disputed twice counts once, an inquiry (warning_*) is no dispute.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(PAYMENTS, DISPUTES),
    basis="charges made in the period",
    observations=_by_charge,
    window_days=DISPUTE_DAYS,
    exclusions="failed, canceled, pending, zero and merely authorised charges; inquiries",
    needs_value="disputes that name their charge",
    source="Stripe dispute activity, by charge month",
    variants=(
        Variant(
            "dispute_month",
            says="Disputes opened in the period over charges made in the period.",
            whose="card schemes' monitoring, which divides by the charges of the same month",
            changes={
                "counts": "disputes",
                "kind": Kind.RATIO,
                "basis": "disputes by the day they were opened",
                "observations": _opened,
                "base": _charged,
                "window_days": 0,
                "needs_value": "",
            },
        ),
    ),
)

DISPUTE_LOSS = Metric(
    name="dispute_loss",
    counts="disputes",
    version=1,
    label="Lost to disputes",
    question="How much money was lost to disputes?",
    formula="Sum of the amounts of lost disputes, by the day the dispute was opened; the "
    "provider's fee is not in it.",
    unit="currency",
    better="lower",
    kind=Kind.TOTAL,
    needs=(DISPUTES,),
    basis="disputes opened in the period; the day of the decision is not exported",
    observations=_lost,
    window_days=DECIDED_DAYS,
    exclusions=f"inquiries; disputes still undecided after {DECIDED_DAYS} days",
    min_n=1,
    needs_value="amounts of disputes, in one currency",
    source="sum over Stripe disputes with status lost",
)
