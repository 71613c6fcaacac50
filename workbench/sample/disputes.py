"""Which charges do customers dispute at their bank, and when."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.sample.agents import VENDOR
from workbench.sample.contacts import NORMAL
from workbench.sample.orders import Orders
from workbench.sample.outcomes import REOPENED, REPEATED
from workbench.sample.shop_time import DAY
from workbench.sample.shop_truths import DISPUTE_SHARE, Chargebacks

_AFTER_DAYS = (3.0, 27.0)
_WITHOUT_TICKET_SHARE = 0.0006  # stolen cards and forgotten purchases
_COLUMNS = ["created", "order", "placed", "customer", "cents"]


class Disputes:
    """Decides disputes and keeps those that are still to come."""

    def __init__(self, orders: Orders, truth: Chargebacks | None) -> None:
        self._orders = orders
        self._base = truth.base_share if truth else DISPUTE_SHARE
        self._odds_ratio = truth.odds_ratio if truth else 1.0
        self._coming = pd.DataFrame(columns=_COLUMNS)

    def after_tickets(self, draw: np.random.Generator, tickets: pd.DataFrame, as_of: int) -> None:
        """Decide which order-related tickets are followed by a dispute."""
        came_back = tickets["outcome"].isin((REOPENED, REPEATED)) & (tickets["team"] == VENDOR)
        odds = self._base / (1 - self._base) * np.where(came_back, self._odds_ratio, 1.0)
        chance = draw.random(len(tickets))
        # One chance for each order: a second ticket about it belongs to the first one's outcome.
        eligible = tickets["about_order"] & (tickets["kind"] == NORMAL) & (tickets["parent"] < 0)
        disputed = eligible.to_numpy() & (chance < odds / (1 + odds))
        days = draw.uniform(*_AFTER_DAYS, len(tickets))
        at = (tickets["solved_at"].to_numpy() + days * DAY).astype(int)
        self._plan(at[disputed], tickets["order"].to_numpy()[disputed], as_of)

    def without_tickets(self, draw: np.random.Generator, numbers: np.ndarray, as_of: int) -> None:
        """Decide disputes of customers who never wrote."""
        chosen = numbers[draw.random(len(numbers)) < _WITHOUT_TICKET_SHARE]
        placed = self._orders.recent["created"].to_numpy()[self._orders.row_of(chosen)]
        at = placed + (draw.uniform(8, 60, len(chosen)) * DAY).astype(int)
        self._plan(at, chosen, as_of)

    def _plan(self, at: np.ndarray, numbers: np.ndarray, as_of: int) -> None:
        asked = pd.DataFrame({"created": at, "order": numbers, "row": self._orders.row_of(numbers)})
        asked = asked[(asked["created"] <= as_of) & (asked["row"] >= 0)].drop_duplicates("order")
        recent = self._orders.recent
        orders = recent.iloc[asked["row"].to_numpy()]
        # A charge that was paid back needs no bank.
        free = (orders["refunded"] == 0) & (orders["disputed"] == 0) & (orders["total"] > 0)
        asked, orders = asked[free.to_numpy()], orders[free]
        made = asked.assign(
            placed=orders["created"].to_numpy(),
            customer=orders["customer"].to_numpy(),
            cents=orders["total"].to_numpy(),
        )
        row = made["row"].to_numpy()
        changed = recent[["disputed", "disputed_at"]].to_numpy().copy()
        changed[row, 0], changed[row, 1] = made["cents"], made["created"]
        self._orders.recent = recent.assign(disputed=changed[:, 0], disputed_at=changed[:, 1])
        parts = [part for part in (self._coming, made[_COLUMNS]) if len(part)]
        self._coming = _sorted(pd.concat(parts)) if parts else self._coming

    def take_before(self, moment: int) -> pd.DataFrame:
        """Remove and return the disputes opened before a moment, oldest first."""
        past = self._coming["created"] < moment
        taken, self._coming = self._coming[past], self._coming[~past]
        return taken


def _sorted(disputes: pd.DataFrame) -> pd.DataFrame:
    return disputes.sort_values(["created", "order"], kind="stable", ignore_index=True)
