"""How much is sent twice?"""

from __future__ import annotations

from datetime import datetime

import ibis.expr.types as ir

from workbench.metrics.declaration import ORDERS, Kind, Metric
from workbench.metrics.observed import observed
from workbench.workspace import Workspace


def _orders(workspace: Workspace, as_of: datetime) -> ir.Table:
    o = workspace.table("orders")
    return observed(
        o, at=o.created_at, ref=o.order_id, is_excluded=o.cancelled_at.notnull(),
        is_unknown=o.is_replacement.isnull(), hit=o.is_replacement, owner=o.customer_key,
    )  # fmt: skip


RESHIP_RATE = Metric(
    name="reship_rate",
    counts="orders",
    version=1,
    label="Reship rate",
    question="What share of what is sent is a free replacement?",
    formula="Of orders placed, replacements among them, those that are replacements sent free of "
    "charge.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(ORDERS,),
    basis="orders placed in the period",
    observations=_orders,
    exclusions="cancelled orders; orders of shops that do not mark replacements",
    needs_value="orders that say whether they are replacements",
    source="own definition",
)
