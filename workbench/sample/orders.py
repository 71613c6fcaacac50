"""Which orders are placed, and which of the recent ones can still be written about or refunded."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.sample.catalogue import (
    CODE_PERCENT,
    COFFEES,
    EXTRA_SHARES,
    FREE_SHIPPING_FROM_CENTS,
    PRODUCTS,
    SHIPPING_CENTS,
)
from workbench.sample.customers import Customers
from workbench.sample.shop_time import DAY, HOUR, ShopTime, order_seconds
from workbench.sample.volume import Volume

KEPT_DAYS = 75  # an order older than this is final and leaves memory
FIRST_NUMBER = 10001

_PRICES = np.array([product.cents for product in PRODUCTS])
_NEW_SHARE_AT_LEAST = 0.05
_ACTIVE_WEEKS = 5.4  # mean weeks between a customer's orders: size of the opening customer base


class Orders:
    """The shop's recent orders, oldest first; a row is one order."""

    def __init__(
        self, clock: ShopTime, volume: Volume, customers: Customers, lapse_share: float
    ) -> None:
        self._clock, self._volume, self._customers = clock, volume, customers
        self._lapse_share = lapse_share
        self.recent = pd.DataFrame()
        self.placed = 0
        self._promised = pd.DataFrame()  # replacements still to be sent

    def open_shop(self, draw: np.random.Generator) -> None:
        """Bring in the customers who were already regulars before the span begins."""
        weekly = self._volume.orders[:28].mean() * 7
        n = round(weekly * _ACTIVE_WEEKS * (1 - self._lapse_share))
        day = np.minimum((draw.random(n) * 40).astype(int), len(self._volume.orders) + 50)
        first = self._clock.midnight(day) + order_seconds(draw, n)
        self._customers.add(draw, first)

    def place(self, draw: np.random.Generator, days: range, as_of: int) -> None:
        """Place the orders of some days: regulars who are due, and new customers."""
        ends = int(self._clock.midnight(days.stop))
        due = self._customers.due(ends)
        wanted = self._volume.orders[days.start : days.stop]
        missing = max(wanted.sum() - len(due), _NEW_SHARE_AT_LEAST * wanted.sum())
        n = int(draw.poisson(missing))
        day = draw.choice(np.arange(days.start, days.stop), size=n, p=wanted / wanted.sum())
        first = self._clock.midnight(day) + order_seconds(draw, n)
        who = np.concatenate([due, self._customers.add(draw, first)])
        created = self._customers.next_order[who]
        in_order = np.argsort(created, kind="stable")
        who, created = who[in_order], created[in_order]
        self._customers.plan_next(draw, who, created, self._lapse_share)
        inside = created <= as_of
        bought = self._filled(draw, who[inside], created[inside])
        parts = [bought, self._replacements(draw, min(ends, as_of + 1))]
        placed = pd.concat([part for part in parts if len(part)] or [bought])
        placed = placed.sort_values("created", kind="stable", ignore_index=True)
        placed["number"] = FIRST_NUMBER + self.placed + np.arange(len(placed))
        self.recent = pd.concat([self.recent, placed], ignore_index=True)
        self.placed += len(placed)

    def promise(self, replacements: pd.DataFrame) -> None:
        """Note goods to be sent again; a row has a customer, a moment, a product, a variant."""
        self._promised = pd.concat([self._promised, replacements], ignore_index=True)

    def _replacements(self, draw: np.random.Generator, before: int) -> pd.DataFrame:
        """Return the promised orders now due: one piece, free of charge."""
        if self._promised.empty:
            return self._promised
        due = self._promised["created"] < before
        now, self._promised = self._promised[due], self._promised[~due]
        sent = self._filled(draw, now["customer"].to_numpy(), now["created"].to_numpy())
        sent["product_0"], sent["variant"] = now["product"].to_numpy(), now["variant"].to_numpy()
        price = _PRICES[sent["product_0"].to_numpy()]
        nothing: dict[str, int] = {"product_1": -1, "product_2": -1, "code": -1, "quantity": 1}
        nothing |= {"shipping": 0, "total": 0}
        return sent.assign(**nothing, discount=price, replacement=True)

    def _filled(
        self, draw: np.random.Generator, who: np.ndarray, created: np.ndarray
    ) -> pd.DataFrame:
        n = len(who)
        usual = draw.random(n) < 0.75
        coffee = np.where(usual, self._customers.favourite[who], draw.integers(0, COFFEES, n))
        second = np.where(draw.random(n) < 0.16, draw.integers(0, COFFEES, n), -1)
        extra = COFFEES + draw.choice(len(EXTRA_SHARES), size=n, p=EXTRA_SHARES)
        extra = np.where(draw.random(n) < 0.11, extra, -1)
        lines = {"product_0": coffee, "product_1": second, "product_2": extra}
        quantity = np.where(draw.random(n) < 0.25, 2, 1)
        cents = _PRICES[coffee] * quantity
        cents = cents + sum(np.where(p >= 0, _PRICES[p], 0) for p in (second, extra))
        code = np.where(draw.random(n) < 0.12, draw.integers(0, len(CODE_PERCENT), n), -1)
        discount = np.where(code >= 0, cents * CODE_PERCENT[code] // 100, 0)
        shipping = np.where(cents - discount >= FREE_SHIPPING_FROM_CENTS, 0, SHIPPING_CENTS)
        return pd.DataFrame(
            {
                "number": np.zeros(n, dtype=np.int64),
                "customer": who,
                "created": created,
                "fulfilled": self._fulfilled(draw, created),
                **lines,
                "quantity": quantity,
                "variant": draw.integers(0, 4, n),
                "code": code,
                "discount": discount,
                "shipping": shipping,
                "total": cents - discount + shipping,
                "written_about": False,
                "unhappy": False,
                "replacement": False,
                "refunded": 0,
                "cancelled": 0,  # when, 0 if never
                "disputed": 0,
                "disputed_at": 0,
            }
        )

    def _fulfilled(self, draw: np.random.Generator, created: np.ndarray) -> np.ndarray:
        """Return when the warehouse ships: one run every weekday afternoon."""
        day = self._clock.day_of(created) + np.where(draw.random(len(created)) < 0.55, 1, 2)
        weekday = self._clock.weekday(day)
        day = day + np.where(weekday >= 5, 7 - weekday, 0)
        return self._clock.midnight(day) + 16 * HOUR + 240

    def written_about_at(self, moments: np.ndarray, lag_days: np.ndarray) -> np.ndarray:
        """Return the number of the order each contact is about, -1 where there is none yet.

        No order is picked twice, so that what looks like a repeat contact was planted as one.
        """
        if self.recent.empty:
            return np.full(len(moments), -1)
        created = self.recent["created"].to_numpy()
        taken = self.recent["written_about"].to_numpy().copy()
        wanted = moments - (lag_days * DAY).astype(int)
        position = np.searchsorted(created, wanted, side="right") - 1
        # Early in the span the lag may point before the first order: fall back on what exists.
        latest = np.searchsorted(created, moments, side="right") - 1
        position = np.where(position < 0, latest, position)
        free = np.full(len(moments), -1)
        for n, start in enumerate(position.tolist()):
            while start >= 0 and taken[start]:
                start -= 1
            if start >= 0:
                taken[start], free[n] = True, start
        self.recent["written_about"] = taken
        numbers = self.recent["number"].to_numpy()
        return np.where(free >= 0, numbers[free], -1)

    def row_of(self, numbers: np.ndarray) -> np.ndarray:
        """Return the position of orders among the recent ones, negative if no longer kept."""
        return np.where(numbers >= 0, numbers - self.first_kept, -1)

    @property
    def first_kept(self) -> int:
        """Return the number of the oldest order still kept."""
        return FIRST_NUMBER + self.placed - len(self.recent)

    def take_final(self, before: int) -> pd.DataFrame:
        """Remove and return the orders placed before a moment."""
        if self.recent.empty:
            return self.recent
        old = self.recent["created"] < before
        final, self.recent = self.recent[old], self.recent[~old].reset_index(drop=True)
        return final
