"""Who buys: customers with a rhythm of reordering, until they lapse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.sample.shop_time import ShopTime, order_seconds
from workbench.sample.words import ENGLISH, City, people

NEVER = np.iinfo(np.int64).max

_TLDS = ("com", "com", "com", "net", "org")
_SKIP_SHARE = 0.06  # of intervals: the customer is away, the next order comes twice as late
_RETURN_SHARE = 0.12  # of lapsed customers come back, long after any window of interest
_GERMAN_PERCENT, _FOREIGN_PERCENT = 6, 10


@dataclass(frozen=True)
class Person:
    """A customer as the exports name them."""

    first: str
    last: str
    email: str
    street: str
    city: City
    zip_code: str
    accepts_marketing: bool

    @property
    def name(self) -> str:
        """Return first and last name."""
        return f"{self.first} {self.last}"


class Customers:
    """All customers so far, a few small numbers each."""

    def __init__(self, clock: ShopTime) -> None:
        self._clock = clock
        self._identity = np.empty((0, 6), dtype=np.int32)
        self.next_order = np.empty(0, dtype=np.int64)
        self.cadence = np.empty(0, dtype=np.float32)
        self.favourite = np.empty(0, dtype=np.int16)
        self.user_id = np.empty(0, dtype=np.int64)  # 0 until they first write to support

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.next_order)

    def add(self, draw: np.random.Generator, first_order: np.ndarray) -> np.ndarray:
        """Add one customer per first order (NEVER for people who only write); return who."""
        n, start = len(first_order), len(self)
        words = people()
        limits = [len(words.first), len(words.last), len(words.streets), len(words.cities)]
        identity = np.column_stack(
            [draw.integers(0, limit, n) for limit in (*limits, 990, 8)]
        ).astype(np.int32)
        self._identity = np.concatenate([self._identity, identity])
        self.next_order = np.concatenate([self.next_order, first_order.astype(np.int64)])
        cadence = draw.uniform(28, 42, n).astype(np.float32)
        self.cadence = np.concatenate([self.cadence, cadence])
        favourite = draw.integers(0, 8, n).astype(np.int16)
        self.favourite = np.concatenate([self.favourite, favourite])
        self.user_id = np.concatenate([self.user_id, np.zeros(n, dtype=np.int64)])
        return np.arange(start, start + n)

    def due(self, until: int) -> np.ndarray:
        """Return who orders before a moment."""
        return np.flatnonzero(self.next_order < until)

    def plan_next(
        self, draw: np.random.Generator, who: np.ndarray, ordered: np.ndarray, lapse_share: float
    ) -> None:
        """Decide after an order when the next one comes, if ever."""
        n = len(who)
        lapses = draw.random(n) < lapse_share
        returns = draw.random(n) < _RETURN_SHARE
        wait = np.clip(draw.normal(self.cadence[who], 4.0), 18, 60)
        wait = np.where(draw.random(n) < _SKIP_SHARE, 2 * wait, wait)
        comeback = draw.uniform(130, 230, n)
        wait = np.where(lapses, comeback, wait)
        day = self._clock.day_of(ordered) + np.maximum(wait.round().astype(int), 1)
        horizon = len(self._clock.dates) - 3
        moment = self._clock.midnight(np.minimum(day, horizon)) + order_seconds(draw, n)
        gone = (lapses & ~returns) | (day > horizon)
        self.next_order[who] = np.where(gone, NEVER, moment)

    def lapse(
        self, draw: np.random.Generator, who: np.ndarray, since: np.ndarray, share: float
    ) -> None:
        """Let a share of these customers order no more from a moment on."""
        leaves = draw.random(len(who)) < share
        leaves &= self.next_order[who] > since
        self.next_order[who[leaves]] = NEVER

    def language(self, who: int) -> str:
        """Return the language in which a customer writes."""
        place = who * 61 % 100  # spread over all customers, whenever they came
        return "de" if place < _GERMAN_PERCENT else "es" if place < _FOREIGN_PERCENT else ENGLISH

    def person(self, who: int) -> Person:
        """Return one customer as the exports name them."""
        words = people()
        first, last, street, city, house, zip_end = self._identity[who].tolist()
        given, family, town = words.first[first], words.last[last], words.cities[city]
        # The running number makes every address unique whatever the names.
        local = (given, family)[who % 2].lower()
        return Person(
            first=given,
            last=family,
            email=f"{local}{who + 11}@example.{_TLDS[house % 5]}",
            street=f"{house + 10} {words.streets[street]}",
            city=town,
            zip_code=f"{town.zip_start}{7 * zip_end + 1:02d}",
            accepts_marketing=house % 3 != 0,
        )
