"""Which orders are refunded, when, and how much."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.sample.catalogue import PRODUCTS
from workbench.sample.contacts import NORMAL
from workbench.sample.orders import Orders
from workbench.sample.reasons import REFUND_WEIGHTS
from workbench.sample.shop_time import DAY, HOUR
from workbench.sample.truths import REFUND_SHARE, SLOW_HOURS, RefundLift

SUCCEEDED, FAILED = "succeeded", "failed"

_PRICES = np.array([product.cents for product in PRODUCTS])
_WINDOW_DAYS = 13.7
_WITHOUT_TICKET_SHARE = 0.006
_FAILS_FIRST_SHARE = 0.035
_RETRY_AFTER = 2 * HOUR
_COLUMNS = ["created", "order", "cents", "status"]


class Refunds:
    """Decides refunds and keeps those that are still to come."""

    def __init__(self, orders: Orders, lift: RefundLift | None) -> None:
        self._orders = orders
        self._slow_hours = lift.slow_hours if lift else SLOW_HOURS
        self._odds_ratio = lift.odds_ratio if lift else 1.0
        self._base = lift.base_share if lift else REFUND_SHARE
        self._coming = pd.DataFrame(columns=_COLUMNS)

    def after_tickets(self, draw: np.random.Generator, tickets: pd.DataFrame, as_of: int) -> None:
        """Decide which order-related tickets are followed by a refund."""
        created, replied = tickets["created"].to_numpy(), tickets["reply_at"].to_numpy()
        slow = replied - created > self._slow_hours * HOUR
        share = self._base * REFUND_WEIGHTS[tickets["reason"].to_numpy()]
        odds = share / (1 - share) * np.where(slow, self._odds_ratio, 1.0)
        chance = draw.random(len(tickets))
        eligible = (tickets["about_order"] & (tickets["kind"] == NORMAL)).to_numpy()
        refunded = eligible & (chance < odds / (1 + odds))
        days = 1.3 * np.exp(draw.normal(0, 0.8, len(tickets)))
        at = np.minimum(replied + days * DAY, created + _WINDOW_DAYS * DAY).astype(int)
        at = np.maximum(at, replied)
        self._plan(draw, at[refunded], tickets["order"].to_numpy()[refunded], as_of)

    def without_tickets(self, draw: np.random.Generator, numbers: np.ndarray, as_of: int) -> None:
        """Decide refunds nobody asked support for, such as parcels sent back."""
        chosen = numbers[draw.random(len(numbers)) < _WITHOUT_TICKET_SHARE]
        placed = self._orders.recent["created"].to_numpy()[self._orders.row_of(chosen)]
        at = placed + (draw.uniform(1, 20, len(chosen)) * DAY).astype(int)
        self._plan(draw, at, chosen, as_of)

    def _plan(
        self, draw: np.random.Generator, at: np.ndarray, numbers: np.ndarray, as_of: int
    ) -> None:
        whole = draw.random(len(at)) < 0.5
        fails_first = draw.random(len(at)) < _FAILS_FIRST_SHARE
        row = self._orders.row_of(numbers)
        known = (
            (row >= 0) & (at + _RETRY_AFTER <= as_of) & ~pd.Series(numbers).duplicated().to_numpy()
        )
        recent = self._orders.recent
        known &= recent["refunded"].to_numpy()[row] == 0
        at, row, whole, fails_first = at[known], row[known], whole[known], fails_first[known]
        total = recent["total"].to_numpy()[row]
        # Part of an order: the price of one bag, as far as the discount left that much.
        part = np.minimum(_PRICES[recent["product_0"].to_numpy()[row]] * 4 // 5, total)
        cents = np.where(whole, total, part)
        refunded = recent["refunded"].to_numpy().copy()
        refunded[row] = cents
        self._orders.recent = recent.assign(refunded=refunded)
        numbers = recent["number"].to_numpy()[row]
        made = pd.DataFrame({"created": at, "order": numbers, "cents": cents})
        failed = made[fails_first].assign(status=FAILED)
        made["created"] += np.where(fails_first, _RETRY_AFTER, 0)
        succeeded = made.assign(status=SUCCEEDED)
        self._coming = _sorted(pd.concat([self._coming, failed, succeeded]))

    def take_before(self, moment: int) -> pd.DataFrame:
        """Remove and return the refunds made before a moment, oldest first."""
        past = self._coming["created"] < moment
        taken, self._coming = self._coming[past], self._coming[~past]
        return taken


def _sorted(refunds: pd.DataFrame) -> pd.DataFrame:
    return refunds.sort_values(["created", "order", "status"], kind="stable", ignore_index=True)
