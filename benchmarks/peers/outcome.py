"""What every side of the comparison hands in: numbers, CPU seconds and peak memory of its own."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.definitions.periods import Period
from workbench.metrics import intervals

Row = list[float | None]  # value, numerator, n, low, high, n_excluded, n_immature
Array = NDArray[np.float64]
MATURE_ENOUGH = 0.5
_BEGUN: dict[str, float] = {}


def story_period() -> Period:
    """The 24 months the data are about."""
    return Period.parse("2024-01..2025-12")


def started() -> None:
    """Imports are done: what follows is measured."""
    _BEGUN.update(cpu=Clock.now(), wall=time.perf_counter())


class Clock:
    """CPU seconds of this process so far, and from one lap to the next."""

    apart: dict[str, float] = {}

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self.last = self.now()

    @staticmethod
    def now() -> float:
        """User and system seconds of all threads."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime

    def lap(self, name: str) -> None:
        """What was done since the last lap is called ``name``."""
        now = self.now()
        self.laps[name] = now - self.last
        self.last = now

    def done(self, path: Path, found: dict[str, list[Row]], left_out: dict[str, str]) -> None:
        """Write everything down for the parent."""
        told: dict[str, Any] = {
            "cpu": self.now() - _BEGUN["cpu"],
            "wall": time.perf_counter() - _BEGUN["wall"],
            "imports": _BEGUN["cpu"],
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "found": found,
            "left_out": left_out,
            "laps": self.laps,
            "apart": self.apart,
        }
        path.write_text(json.dumps(told))


def share(n: int, hits: int, excluded: int, young: int) -> Row:
    """A share of hits."""
    low, high = intervals.share(hits, n)
    return blanked([hits / n if n else None, hits, n, low, high, excluded, young])


def median(values: Array, excluded: int, young: int = 0) -> Row:
    """The middle of values that were fetched."""
    n = len(values)
    low, high = intervals.quantile(values)
    return [float(np.median(values)) if n else None, n, n, low, high, excluded, young]


def mean(n: int, values: Array, weights: Array, excluded: int, young: int = 0) -> Row:
    """A mean of clusters, one value and weight each."""
    low, high = intervals.mean(values, weights)
    amount, weight = float(values.sum()), float(weights.sum())
    return blanked([amount / weight if weight else None, amount, n, low, high, excluded, young])


def ratio(count: int, base: int, excluded: int, per: float = 1.0) -> Row:
    """A count per base count."""
    low, high = intervals.ratio(count, base)
    return [
        count / base * per if base else None, count, base,
        None if low is None else low * per, None if high is None else high * per, excluded, 0,
    ]  # fmt: skip


def total(n: int, amount: float, squares: float, excluded: int, *, is_signed: bool = False) -> Row:
    """A sum."""
    low, high = intervals.total(amount, squares, n, is_signed=is_signed)
    return [amount, amount, n, low, high, excluded, 0]


def stock(amount: float, excluded: int) -> Row:
    """A full count at a month's end."""
    return [amount, amount, round(amount), None, None, excluded, 0]


def blanked(one: Row) -> Row:
    """Too young to judge where fewer than half of the windows are closed."""
    n, young = one[2] or 0, one[6] or 0
    if young and n < MATURE_ENOUGH * (n + young):
        one[0] = one[3] = one[4] = None
    return one
