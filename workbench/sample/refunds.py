"""Which orders are refunded, when, how much, and by whom."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.sample.agents import Desk
from workbench.sample.catalogue import PRODUCTS
from workbench.sample.contacts import NORMAL
from workbench.sample.orders import Orders
from workbench.sample.reasons import REASONS, REFUND_WEIGHTS
from workbench.sample.shop_time import DAY, HOUR
from workbench.sample.shop_truths import (
    POLICY_DAYS,
    REFUND_SHARE,
    SLOW_HOURS,
    OutOfPolicyRefunds,
    RefundLift,
)

SUCCEEDED, FAILED = "succeeded", "failed"
NOBODY = -1  # the shop's own rule granted it

_PRICES = np.array([product.cents for product in PRODUCTS])
_CANCELS = np.array([reason.name == "cancel_or_change_order" for reason in REASONS])
_WINDOW_DAYS = 13.7
_WITHOUT_TICKET_SHARE = 0.006
_CANCELLED_SHARE = 0.35  # of those: the customer cancels before the parcel leaves
_FAILS_FIRST_SHARE = 0.035
_RETRY_AFTER = 2 * HOUR
_COLUMNS = ["created", "order", "cents", "status", "agent"]


class Refunds:
    """Decides refunds and keeps those that are still to come."""

    def __init__(
        self,
        orders: Orders,
        desk: Desk,
        lift: RefundLift | None,
        out_of_policy: OutOfPolicyRefunds | None,
    ) -> None:
        self._orders = orders
        self._slow_hours = lift.slow_hours if lift else SLOW_HOURS
        self._slow_ratio = lift.odds_ratio if lift else 1.0
        self._inconsistent_ratio = lift.inconsistent_odds_ratio if lift else 1.0
        self._base = lift.base_share if lift else REFUND_SHARE
        self._out_of_policy = out_of_policy
        named = [agent.name for agent in desk.agents]
        self._generous = named.index(out_of_policy.agent) if out_of_policy else NOBODY
        self._still_to_grant = 0.0  # refunds outside the policy, until the share is reached
        self._coming = pd.DataFrame(columns=_COLUMNS)

    def after_tickets(self, draw: np.random.Generator, tickets: pd.DataFrame, as_of: int) -> None:
        """Decide which order-related tickets are followed by a refund."""
        created, replied = tickets["created"].to_numpy(), tickets["reply_at"].to_numpy()
        chance = draw.random(len(tickets))
        eligible = (tickets["about_order"] & (tickets["kind"] == NORMAL)).to_numpy()
        refunded = eligible & (chance < self._share(tickets))
        days = 1.3 * np.exp(draw.normal(0, 0.8, len(tickets)))
        at = np.minimum(replied + days * DAY, created + _WINDOW_DAYS * DAY)
        at = np.maximum(np.minimum(at, self._policy_ends(tickets["order"].to_numpy())), replied)
        asked = pd.DataFrame(
            {
                "created": at.astype(np.int64),
                "order": tickets["order"].to_numpy(),
                "agent": tickets["agent"].to_numpy(),
                "cancels": _CANCELS[tickets["reason"].to_numpy()],
            }
        )
        self._plan(draw, asked[refunded], as_of)
        if self._out_of_policy is not None:
            share = self._out_of_policy.share
            granted = int((refunded & (asked["agent"] == self._generous)).sum())
            self._still_to_grant += granted * share / (1 - share)
            theirs = (tickets["kind"] == NORMAL) & (tickets["agent"] == self._generous)
            self._grant_more(draw, asked[theirs.to_numpy()], as_of, self._out_of_policy)

    def _share(self, tickets: pd.DataFrame) -> np.ndarray:
        """Return the chance of a refund after each ticket, were it about an order."""
        waited = (tickets["reply_at"] - tickets["created"]).to_numpy()
        moved = (tickets["passed_on"] | tickets["escalated"]).to_numpy()
        share = self._base * REFUND_WEIGHTS[tickets["reason"].to_numpy()]
        odds = share / (1 - share) * np.where(waited > self._slow_hours * HOUR, self._slow_ratio, 1)
        odds = odds * np.where(moved, self._inconsistent_ratio, 1)
        return odds / (1 + odds)

    def _policy_ends(self, numbers: np.ndarray) -> np.ndarray:
        """Return until when each order may be refunded."""
        row = np.maximum(self._orders.row_of(numbers), 0)
        return self._orders.recent["created"].to_numpy()[row] + POLICY_DAYS * DAY - HOUR

    def _grant_more(
        self,
        draw: np.random.Generator,
        asked: pd.DataFrame,
        as_of: int,
        truth: OutOfPolicyRefunds,
    ) -> None:
        """Let the generous agent pay back older orders of customers who write to them."""
        recent = self._orders.recent
        customers = recent["customer"].to_numpy()[self._orders.row_of(asked["order"].to_numpy())]
        older = recent.loc[recent["refunded"] == 0, ["customer", "number", "created"]]
        older = older.rename(columns={"number": "older", "created": "placed"})
        pairs = asked.assign(customer=customers).merge(older, on="customer")
        age = pairs["created"] - pairs["placed"]
        pairs = pairs[(age > (truth.policy_days + 1) * DAY) & (age < 60 * DAY)]
        pairs = pairs.drop_duplicates("customer")
        chosen = draw.permutation(len(pairs))[: int(self._still_to_grant)]
        self._still_to_grant -= len(chosen)
        more = pairs.iloc[np.sort(chosen)].assign(cancels=False)
        self._plan(draw, more.drop(columns="order").rename(columns={"older": "order"}), as_of)

    def without_tickets(self, draw: np.random.Generator, numbers: np.ndarray, as_of: int) -> None:
        """Decide refunds nobody asked support for: cancelled at once, or parcels sent back."""
        chosen = numbers[draw.random(len(numbers)) < _WITHOUT_TICKET_SHARE]
        placed = self._orders.recent["created"].to_numpy()[self._orders.row_of(chosen)]
        cancels = draw.random(len(chosen)) < _CANCELLED_SHARE
        days = np.where(cancels, draw.uniform(0.02, 0.4, len(chosen)), 0)
        days = np.where(cancels, days, draw.uniform(1, 20, len(chosen)))
        at = placed + (days * DAY).astype(int)
        asked = {"created": at, "order": chosen, "agent": NOBODY, "cancels": cancels}
        self._plan(draw, pd.DataFrame(asked), as_of)

    def _plan(self, draw: np.random.Generator, asked: pd.DataFrame, as_of: int) -> None:
        """Turn what was asked for into refunds, as far as orders can be refunded."""
        recent = self._orders.recent
        whole = (draw.random(len(asked)) < 0.5) | asked["cancels"].to_numpy(dtype=bool)
        asked = asked.assign(whole=whole, fails=draw.random(len(asked)) < _FAILS_FIRST_SHARE)
        asked = asked[(asked["created"] + _RETRY_AFTER <= as_of).to_numpy()]
        asked = asked.drop_duplicates("order").assign(
            row=lambda rows: self._orders.row_of(rows["order"].to_numpy())
        )
        asked = asked[asked["row"] >= 0]
        orders = recent.iloc[asked["row"].to_numpy()]
        free = (orders["refunded"] == 0) & (orders["disputed"] == 0) & (orders["total"] > 0)
        asked, orders = asked[free.to_numpy()], orders[free]
        total = orders["total"].to_numpy()
        # Part of an order: the price of one bag, as far as the discount left that much.
        part = np.minimum(_PRICES[orders["product_0"].to_numpy()] * 4 // 5, total)
        made = asked.assign(cents=np.where(asked["whole"], total, part))
        self._note(made)
        failed = made[made["fails"]].assign(status=FAILED)
        made = made.assign(created=made["created"] + np.where(made["fails"], _RETRY_AFTER, 0))
        parts = [self._coming, failed[_COLUMNS], made.assign(status=SUCCEEDED)[_COLUMNS]]
        self._coming = _sorted(pd.concat([part for part in parts if len(part)] or parts[:1]))

    def _note(self, made: pd.DataFrame) -> None:
        """Write the refunds onto their orders."""
        row = made["row"].to_numpy()
        refunded = self._orders.recent["refunded"].to_numpy().copy()
        refunded[row] = made["cents"]
        cancelled = self._orders.recent["cancelled"].to_numpy().copy()
        cancelled[row] = np.where(made["cancels"], made["created"], 0)
        self._orders.recent = self._orders.recent.assign(refunded=refunded, cancelled=cancelled)

    def take_before(self, moment: int) -> pd.DataFrame:
        """Remove and return the refunds made before a moment, oldest first."""
        past = self._coming["created"] < moment
        taken, self._coming = self._coming[past], self._coming[~past]
        return taken


def _sorted(refunds: pd.DataFrame) -> pd.DataFrame:
    return refunds.sort_values(["created", "order", "status"], kind="stable", ignore_index=True)
