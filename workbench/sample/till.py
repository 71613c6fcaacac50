"""The shop's money: what is sold, sent again, paid back or disputed, and the exports of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.sample.agents import Desk
from workbench.sample.contacts import NORMAL
from workbench.sample.customers import Customers
from workbench.sample.disputes import Disputes
from workbench.sample.draws import stream
from workbench.sample.orders import KEPT_DAYS, Orders
from workbench.sample.outcomes import REOPENED, REPEATED
from workbench.sample.reasons import REASONS
from workbench.sample.refunds import NOBODY, Refunds
from workbench.sample.reviews import ReviewsExport
from workbench.sample.shop_time import DAY, HOUR, ShopTime
from workbench.sample.shop_truths import ShopTruths
from workbench.sample.shopify import OrdersExport
from workbench.sample.staging import Staging
from workbench.sample.stripe import DisputesExport, PaymentsExport, RefundsExport
from workbench.sample.subscriptions import Subscriptions

_REPLACED = np.array(
    [0.35 if r.name in ("damaged_or_missing_item", "wrong_item") else 0.0 for r in REASONS]
)
_PURPOSES = ("refunds", "stripe", "disputes", "replacements", "subscriptions", "reviews")


class Till:
    """Lets tickets and orders have their consequences in money, and writes them down."""

    def __init__(
        self,
        staging: Staging,
        *,
        seed: int,
        clock: ShopTime,
        orders: Orders,
        customers: Customers,
        desk: Desk,
        truths: ShopTruths,
        as_of: int,
    ) -> None:
        self._seed, self._as_of = seed, as_of
        self._orders, self._customers, self._desk = orders, customers, desk
        self._refunds = Refunds(orders, desk, truths.refund_lift, truths.out_of_policy_refunds)
        self._disputes = Disputes(orders, truths.chargebacks)
        self._subscriptions = Subscriptions(customers, as_of)
        self._orders_csv = OrdersExport(staging.open("shopify/orders.csv.gz"), clock)
        self._payments_csv = PaymentsExport(staging.open("stripe/payments.csv.gz"))
        self._refunds_csv = RefundsExport(staging.open("stripe/refunds.csv.gz"))
        self._disputes_csv = DisputesExport(staging.open("stripe/disputes.csv.gz"), as_of)
        self._subscriptions_csv = staging.open("stripe/subscriptions.csv.gz")
        self._reviews_csv = ReviewsExport(staging.open("reviews/reviews.csv.gz"), as_of)

    @property
    def refunds(self) -> int:
        """Return how many refunds were written so far."""
        return self._refunds_csv.written

    def open_month(self, month: int) -> None:
        """Take up the random numbers of a month."""
        self._draw = {purpose: stream(self._seed, purpose, month) for purpose in _PURPOSES}

    def after_orders(self, n: int) -> None:
        """Let the latest orders have what no ticket brings about."""
        if not n:
            return
        latest = self._orders.recent.iloc[-n:]
        numbers = latest["number"].to_numpy()
        self._refunds.without_tickets(self._draw["refunds"], numbers, self._as_of)
        self._disputes.without_tickets(self._draw["disputes"], numbers, self._as_of)
        self._subscriptions.after_orders(self._draw["subscriptions"], latest)

    def after_tickets(self, tickets: pd.DataFrame, week_ends: int) -> None:
        """Let a week's tickets have their consequences."""
        self._subscriptions.pass_week(self._draw["subscriptions"], week_ends)
        if tickets.empty:
            return
        about_orders = tickets[self._orders.row_of(tickets["order"].to_numpy()) >= 0]
        if len(about_orders):
            self._note_unhappy(about_orders)
            self._refunds.after_tickets(self._draw["refunds"], about_orders, self._as_of)
            self._disputes.after_tickets(self._draw["disputes"], about_orders, self._as_of)
            self._send_again(about_orders, week_ends)

    def _note_unhappy(self, tickets: pd.DataFrame) -> None:
        failed = tickets[tickets["outcome"].isin((REOPENED, REPEATED)) & tickets["about_order"]]
        unhappy = self._orders.recent["unhappy"].to_numpy().copy()
        unhappy[self._orders.row_of(failed["order"].to_numpy())] = True
        self._orders.recent = self._orders.recent.assign(unhappy=unhappy)

    def _send_again(self, tickets: pd.DataFrame, week_ends: int) -> None:
        """Promise replacements for what arrived damaged or wrong and was not paid back."""
        draw, recent = self._draw["replacements"], self._orders.recent
        row = self._orders.row_of(tickets["order"].to_numpy())
        orders = recent.iloc[row]
        again = draw.random(len(tickets)) < _REPLACED[tickets["reason"].to_numpy()]
        again &= (tickets["about_order"] & (tickets["kind"] == NORMAL)).to_numpy()
        again &= (orders["refunded"] == 0).to_numpy() & (orders["total"] > 0).to_numpy()
        at = tickets["reply_at"].to_numpy() + draw.integers(HOUR, 30 * HOUR, len(tickets))
        # This week's orders are already numbered: what is late goes out when the next begins.
        late = week_ends + draw.integers(9 * HOUR, 40 * HOUR, len(tickets))
        promised = pd.DataFrame(
            {
                "customer": orders["customer"].to_numpy(),
                "created": np.where(at < week_ends, late, at),
                "product": orders["product_0"].to_numpy(),
                "variant": orders["variant"].to_numpy(),
            }
        )
        self._orders.promise(promised[again])

    def write(self, now: int) -> None:
        """Write what was paid back or disputed until now, and orders that cannot change more."""
        buyers, first = self._orders.recent["customer"].to_numpy(), self._orders.first_kept
        refund: Any
        for refund in self._refunds.take_before(now).itertuples(index=False):
            email = self._customers.person(buyers[refund.order - first]).email
            self._refunds_csv.add(refund, email, self._granted_by(refund), self._draw["stripe"])
        dispute: Any
        for dispute in self._disputes.take_before(now).itertuples(index=False):
            self._disputes_csv.add(dispute, self._customers.person(dispute.customer).email)
        self._write_orders(now - KEPT_DAYS * DAY)

    def _granted_by(self, refund: Any) -> str:
        return "" if refund.agent == NOBODY else self._desk.agents[refund.agent].name

    def _write_orders(self, before: int) -> None:
        order: Any
        for order in self._orders.take_final(before).itertuples(index=False):
            person = self._customers.person(order.customer)
            self._orders_csv.add(order, person, self._as_of)
            if order.total:
                self._payments_csv.add(order, person.email, self._as_of)
                self._reviews_csv.maybe_add(order, person.email, self._draw["reviews"])

    def finish(self) -> None:
        """Write what was still held back."""
        self._write_orders(self._as_of + 1)
        self._subscriptions.write(self._subscriptions_csv)
