"""How often, and how much, does money go back?"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses.trends import MetricTrend, metric_trend
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, shown, spread
from workbench.metrics.answers import answer, answers, tickets_behind
from workbench.metrics.declaration import Answer
from workbench.metrics.refunds import (
    REFUND_AMOUNT,
    REFUND_RATE_CASH,
    REFUND_RATE_COHORT,
    currencies,
)
from workbench.workspace import Workspace


@dataclass(frozen=True)
class RefundTrend:
    """Refunds two ways: by the day the money went back, and by the month the order was placed.

    ``frame``: one row per month with ``month``, ``amount``, ``low``, ``high``, ``n``. ``cash``,
    ``cohort``: rates (blank without orders). ``amount``, ``rate``: the period's total and its rate
    by cash date. ``refunds``: one row per refund of the period.
    """

    frame: pd.DataFrame
    cash: MetricTrend
    cohort: MetricTrend
    amount: Answer
    rate: Answer
    currency: str
    refunds: pd.DataFrame
    caveats: list[str] = field(default_factory=list)

    @property
    def why_not(self) -> str:
        """Why there is nothing to show; empty where there is."""
        return self.amount.why if self.amount.status == "not_computable" else ""

    def finding(self) -> str:
        """What was paid back, in one sentence."""
        if self.why_not:
            return f"Refunds cannot be shown: {self.why_not}."
        paid = self.amount
        text = (
            f"{counted(paid.denominator or 0, 'refund')} paid back "
            f"{shown(paid.value, 'currency')} {self.currency}"
        )
        if paid.low is not None:
            text += f" ({spread(paid.low, paid.high, 'currency')})"
        if self.rate.value is not None:
            text += f", {100 * self.rate.value:.1f} per 100 orders placed"
        return text + "."


def refund_trend(workspace: Workspace, period: Period, *, shown: Period) -> RefundTrend:
    """How often, and how much, does money go back?

    Facts describe ``period``; the frame has every month of ``shown``.
    """
    paid = answer(workspace, REFUND_AMOUNT, period)
    rows = [
        {
            "month": month.start.replace(tzinfo=None), "amount": one.value, "low": one.low,
            "high": one.high, "n": one.denominator,
        }
        for month in shown.months
        for one in answers(workspace, REFUND_AMOUNT, month)
    ]  # fmt: skip
    known = [] if paid.status == "not_computable" else currencies(workspace)
    caveats = []
    if not workspace.has("orders") and not paid.status == "not_computable":
        caveats.append("No orders are loaded, so refunds cannot be set against orders.")
    return RefundTrend(
        frame=pd.DataFrame(rows, columns=["month", "amount", "low", "high", "n"]),
        cash=metric_trend(workspace, REFUND_RATE_CASH, shown),
        cohort=metric_trend(workspace, REFUND_RATE_COHORT, shown),
        amount=paid,
        rate=answer(workspace, REFUND_RATE_CASH, period),
        currency=known[0] if known else "",
        refunds=tickets_behind(workspace, REFUND_AMOUNT, period),
        caveats=caveats,
    )
