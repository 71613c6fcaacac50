"""Who writes to support, when, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.sample.agents import TRIAL
from workbench.sample.customers import NEVER, Customers
from workbench.sample.orders import Orders
from workbench.sample.reasons import (
    ABOUT_ORDER,
    NEW_REASON,
    REASONS,
    REFUND_REASON,
    SHARES,
    SURGE_REASON,
    SURGE_REASON_SHARE,
)
from workbench.sample.shop_time import DAY, HOUR, ShopTime, contact_seconds
from workbench.sample.volume import Volume

NORMAL, SPAM, DUPLICATE, OUTREACH, STRANGER = range(5)

_KIND_SHARES = np.array([0.925, 0.02, 0.0, 0.02, 0.035])
_DUPLICATE_SHARE = 0.02
_CHANNELS = np.array(["email", "web", "chat", "facebook"])
_CHANNEL_SHARES = np.array([0.58, 0.30, 0.09, 0.03])
_PRIORITIES = np.array(["normal", "low", "high", "urgent"])
_PRIORITY_SHARES = np.array([0.78, 0.10, 0.10, 0.02])


class Contacts:
    """Arrivals of tickets; a row is one ticket to be."""

    def __init__(
        self, clock: ShopTime, volume: Volume, customers: Customers, orders: Orders
    ) -> None:
        self._clock, self._volume = clock, volume
        self._customers, self._orders = customers, orders
        self._made = 0

    def arrivals(self, draw: np.random.Generator, days: range, as_of: int) -> pd.DataFrame:
        """Return the contacts of some days that are nobody's follow-up."""
        per_day = draw.poisson(self._volume.contacts[days.start : days.stop])
        day = np.repeat(np.arange(days.start, days.stop), per_day)
        created = self._clock.midnight(day) + contact_seconds(draw, len(day))
        keep = created <= as_of
        created, day = np.sort(created[keep]), np.sort(day[keep])
        n = len(created)
        kind = draw.choice(len(_KIND_SHARES), size=n, p=_KIND_SHARES)
        reason = self._reasons(draw, day)
        order = self._about(draw, created, kind, reason)
        kind = np.where((order < 0) & (kind != SPAM), STRANGER, kind)
        customer = self._writers(draw, order)
        about_order = ABOUT_ORDER[reason] | (draw.random(n) < 0.12)
        return self._numbered(draw, created, kind, reason, order, customer, about_order)

    def _numbered(
        self,
        draw: np.random.Generator,
        created: np.ndarray,
        kind: np.ndarray,
        reason: np.ndarray,
        order: np.ndarray,
        customer: np.ndarray,
        about_order: np.ndarray,
    ) -> pd.DataFrame:
        n = len(created)
        self._made += n
        return pd.DataFrame(
            {
                "key": np.arange(self._made - n, self._made),
                "parent": np.full(n, -1),
                "came_from": np.full(n, -1),  # the team that a repeat was first with
                "created": created,
                "kind": kind,
                "reason": reason,
                "order": order,
                "customer": customer,
                "about_order": about_order & (order >= 0),
                "order_field": draw.random(n) < 0.85,
                "channel": draw.choice(_CHANNELS, size=n, p=_CHANNEL_SHARES),
                "priority": draw.choice(_PRIORITIES, size=n, p=_PRIORITY_SHARES),
            }
        )

    def _reasons(self, draw: np.random.Generator, day: np.ndarray) -> np.ndarray:
        reason = draw.choice(len(REASONS), size=len(day), p=SHARES)
        ratio = self._volume.surge_ratio[day]
        from_surge = draw.random(len(day)) < SURGE_REASON_SHARE * (1 - 1 / ratio)
        reason = np.where(from_surge, SURGE_REASON, reason)
        is_new = draw.random(len(day)) < self._volume.new_driver_share[day]
        reason = np.where(is_new, NEW_REASON, reason)
        extra = self._volume.campaign_extra[day]
        from_campaign = draw.random(len(day)) < extra / (1 + extra)
        return np.where(from_campaign, REFUND_REASON, reason)

    def _about(
        self, draw: np.random.Generator, created: np.ndarray, kind: np.ndarray, reason: np.ndarray
    ) -> np.ndarray:
        """Return the order behind each contact: whoever writes bought something lately."""
        n = len(created)
        soon = np.clip(5.0 * np.exp(draw.normal(0, 0.6, n)), 0.2, 20)
        lag = np.where(ABOUT_ORDER[reason], soon, draw.uniform(0.2, 22, n))
        buyers = np.isin(kind, (NORMAL, OUTREACH))
        order = np.full(n, -1)
        order[buyers] = self._orders.written_about_at(created[buyers], lag[buyers])
        return order

    def _writers(self, draw: np.random.Generator, order: np.ndarray) -> np.ndarray:
        row = self._orders.row_of(order)
        nobody = row < 0
        unknown = self._customers.add(draw, np.full(int(nobody.sum()), NEVER))
        customer = np.empty(len(order), dtype=np.int64)
        customer[nobody] = unknown
        customer[~nobody] = self._orders.recent["customer"].to_numpy()[row[~nobody]]
        return customer

    def follow_ups(self, draw: np.random.Generator, handled: pd.DataFrame) -> pd.DataFrame:
        """Return the tickets that handled ones bring about: repeats, and accidental duplicates."""
        writes_twice = draw.random(len(handled)) < _DUPLICATE_SHARE
        repeats = handled[handled["repeat_at"] >= 0]
        doubled = handled[writes_twice & (handled["kind"] == NORMAL) & (handled["parent"] < 0)]
        doubled = doubled[doubled["first_team"] != TRIAL]  # its help desk merges without a trace
        soon = doubled["created"].to_numpy() + draw.integers(300, 3 * HOUR, len(doubled))
        sources = pd.concat([repeats, doubled], ignore_index=True)
        created = np.concatenate([repeats["repeat_at"].to_numpy(), soon])
        kind = np.repeat([NORMAL, DUPLICATE], [len(repeats), len(doubled)])
        made = self._numbered(
            draw,
            created,
            kind,
            sources["reason"].to_numpy(),
            sources["order"].to_numpy(),
            sources["customer"].to_numpy(),
            sources["about_order"].to_numpy(),
        )
        return made.assign(
            parent=sources["key"].to_numpy(), came_from=sources["first_team"].to_numpy()
        )


def repeat_moment(draw: np.random.Generator, solved: np.ndarray) -> np.ndarray:
    """Return when a customer writes anew about what was closed as solved."""
    return solved + (draw.uniform(0.4, 6.2, len(solved)) * DAY).astype(int)
