"""Who subscribes to coffee, until when; and Stripe's export of it."""

from __future__ import annotations

import csv
import time
from typing import TextIO

import numpy as np
import pandas as pd

from workbench.sample.catalogue import PRODUCTS
from workbench.sample.customers import NEVER, Customers
from workbench.sample.shop_time import DAY

HEADER: tuple[str, ...] = (
    *("id", "Customer ID", "Customer Email", "Plan", "Product", "Quantity", "Currency"),
    *("Interval", "Amount", "Status", "Cancellation Reason", "Created (UTC)", "Start (UTC)"),
    *("Current Period Start (UTC)", "Current Period End (UTC)", "Canceled At (UTC)"),
    "Ended At (UTC)",
)

_PERIOD = 30 * DAY
_STARTING_SHARE = 0.025  # of orders by customers without a subscription
_STOPPING_SHARE = 0.0055  # a week, of those who go on ordering
_PAYMENT_FAILED_SHARE = 0.2
_SUBSCRIBER_PERCENT = 90
_START, _STOP, _FAILED = "started", "stopped", "failed"


class Subscriptions:
    """All subscriptions so far; a row is one of them."""

    def __init__(self, customers: Customers, as_of: int) -> None:
        self._customers, self._as_of = customers, as_of
        self._rows = pd.DataFrame(
            {name: np.empty(0, dtype=np.int64) for name in ("customer", "product", _START, _STOP)}
        )
        self._rows[_FAILED] = np.empty(0, dtype=bool)

    def after_orders(self, draw: np.random.Generator, orders: pd.DataFrame) -> None:
        """Let some customers who just ordered subscribe to what they bought."""
        subscribed = self._rows.loc[self._rows[_STOP] == 0, "customer"]
        starts = (draw.random(len(orders)) < _STARTING_SHARE) & (orders["total"] > 0).to_numpy()
        fresh = orders[starts & ~orders["customer"].isin(subscribed).to_numpy()]
        fresh = fresh.drop_duplicates("customer")
        made = pd.DataFrame({"customer": fresh["customer"], "product": fresh["product_0"]})
        made[_START], made[_STOP], made[_FAILED] = fresh["created"] + 60, 0, False
        self._rows = pd.concat([self._rows, made], ignore_index=True)

    def pass_week(self, draw: np.random.Generator, now: int) -> None:
        """Let subscribers stop: those who leave the shop, and some of the others."""
        active = np.flatnonzero(self._rows[_STOP].to_numpy() == 0)
        next_order = self._customers.next_order[self._rows["customer"].to_numpy()[active]]
        gone = (next_order == NEVER) | (next_order > now + 90 * DAY)
        stops = gone | (draw.random(len(active)) < _STOPPING_SHARE)
        at = now + (draw.uniform(0, 7, len(active)) * DAY).astype(int)
        failed = draw.random(len(active)) < _PAYMENT_FAILED_SHARE
        stops &= at <= self._as_of
        self._rows.loc[active[stops], _STOP] = at[stops]
        self._rows.loc[active[stops], _FAILED] = failed[stops]

    def write(self, file: TextIO) -> None:
        """Write all of them as they stand when the data stop."""
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(HEADER)
        for number, row in enumerate(self._rows.itertuples(index=False), start=1):
            rows.writerow(self._cells(number, *row))

    def _cells(
        self, number: int, customer: int, product: int, started: int, stopped: int, failed: bool
    ) -> tuple[str, ...]:
        cancelled = stopped > 0
        last = (stopped or self._as_of) - started
        period = started + last // _PERIOD * _PERIOD
        # A failed payment ends it at once, a wish to stop at the end of what is paid for.
        ends = (stopped if failed else period + _PERIOD) if cancelled else 0
        ended = cancelled and ends <= self._as_of
        bag = PRODUCTS[product]
        price = bag.cents * _SUBSCRIBER_PERCENT // 100
        reason = "payment_failed" if failed else "cancellation_requested"
        return (
            f"sub_1PfhKqLw{number:08d}",
            f"cus_Qfh{customer:09d}",
            self._customers.person(customer).email,
            f"price_{bag.sku.lower()}-monthly",
            bag.name,
            "1",
            "usd",
            "month",
            f"{price // 100}.{price % 100:02d}",
            "canceled" if ended else "active",
            reason if cancelled else "",
            _text(started),
            _text(started),
            _text(period),
            _text(period + _PERIOD),
            _text(stopped) if cancelled else "",
            _text(ends) if ended else "",
        )


def _text(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(moment))
