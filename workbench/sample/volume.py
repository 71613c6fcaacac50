"""How busy is each day of the span: growth, season, weekday, and what was planted on top."""

from __future__ import annotations

from datetime import date

import numpy as np

from workbench.sample.demand_truths import Campaign, NewDriver, Surge
from workbench.sample.reasons import REFUND_REASON, SHARES
from workbench.sample.shop_time import CONTACT_WEEKDAYS, ORDER_WEEKDAYS, ShopTime

TICKETS_PER_ORDER = 0.36
FOLLOW_UP_SHARE = 0.105  # of tickets: repeats and duplicates, which come on top of arrivals

_YEARLY_GROWTH = 1.22
_RECOVERY_DAYS = 9.0  # a backlog shrinks to a third in this time once a surge is over
_MONTH_LEVELS = {1: 0.97, 2: 0.98, 7: 0.93, 8: 0.94, 11: 1.05, 12: 1.17}


class Volume:
    """Expected orders and contacts per day, and how far support is behind."""

    def __init__(
        self,
        clock: ShopTime,
        days: int,
        tickets_per_week: int,
        surge: Surge | None,
        campaign: Campaign | None,
        driver: NewDriver | None,
    ) -> None:
        self._clock = clock
        number = np.arange(days)
        weekdays = clock.weekday(number)
        level = _YEARLY_GROWTH ** (number / 365) * _season(clock.first, number)
        self.surge_ratio = _surge_ratio(clock.first, number, surge)
        # The share of contacts with the reason that a release has brought by then.
        self.new_driver_share = _new_driver_share(clock.first, number, driver)
        usual = SHARES[REFUND_REASON] * (1 - self.new_driver_share)
        # Refund requests on top of the usual ones, in shares of all contacts.
        self.campaign_extra = usual * (_campaign_ratio(clock.first, number, campaign) - 1)
        orders = level / level.mean() * ORDER_WEEKDAYS[weekdays]
        contacts = level * CONTACT_WEEKDAYS[weekdays]
        contacts = contacts * self.surge_ratio * (1 + self.campaign_extra)
        per_day = tickets_per_week / 7
        self.orders = orders * per_day / TICKETS_PER_ORDER
        self.contacts = contacts / contacts.mean() * per_day * (1 - FOLLOW_UP_SHARE)
        self._backlog = _backlog(self.surge_ratio)

    def delay_ratio(self, moments: np.ndarray) -> np.ndarray:
        """Return how many times longer work takes to be picked up than in quiet days."""
        day = np.clip(self._clock.day_of(moments), 0, len(self._backlog) - 1)
        return 1 + 2.2 * self._backlog[day]


def _season(first: date, number: np.ndarray) -> np.ndarray:
    days = np.datetime64(first) + number
    months = days.astype("datetime64[M]").astype(int) % 12 + 1
    raw = np.array([_MONTH_LEVELS.get(int(month), 1.0) for month in months])
    padded = np.pad(raw, 7, mode="edge")
    return np.convolve(padded, np.ones(15) / 15, mode="valid")


def _surge_ratio(first: date, number: np.ndarray, surge: Surge | None) -> np.ndarray:
    if surge is None:
        return np.ones(len(number))
    inside = (number >= (surge.start - first).days) & (number <= (surge.end - first).days)
    return np.where(inside, surge.volume_ratio, 1.0)


def _campaign_ratio(first: date, number: np.ndarray, campaign: Campaign | None) -> np.ndarray:
    if campaign is None:
        return np.ones(len(number))
    since, until = ((day - first).days for day in campaign.echo)
    inside = (number >= since) & (number <= until)
    return np.where(inside, campaign.refund_request_ratio, 1.0)


def _new_driver_share(first: date, number: np.ndarray, driver: NewDriver | None) -> np.ndarray:
    if driver is None:
        return np.zeros(len(number))
    return np.where(number >= (driver.release - first).days, driver.ticket_share, 0.0)


def _backlog(ratio: np.ndarray) -> np.ndarray:
    level, keep = np.zeros(len(ratio)), np.exp(-1 / _RECOVERY_DAYS)
    for day in range(1, len(ratio)):
        level[day] = keep * level[day - 1] + (1 - keep) * (ratio[day - 1] - 1)
    return level
