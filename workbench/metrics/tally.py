"""What a set of observations comes to, in the few sums every kind of metric needs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


def _none() -> NDArray[np.float64]:
    return np.empty(0)


@dataclass(frozen=True)
class Tally:
    """``mature`` and ``young`` things (window closed, or still open) with their hits, and how many
    were ``excluded``; of the mature ones the sum of values (``amount``), of their squares and of
    their weights; for a median the values themselves in any order, for a mean one entry of
    ``values`` and ``weights`` per owner."""

    mature: int
    hits: float
    young: int
    young_hits: float
    excluded: int
    amount: float
    squares: float
    weight: float
    values: NDArray[np.float64] = field(default_factory=_none)
    weights: NDArray[np.float64] = field(default_factory=_none)

    @property
    def seen(self) -> int:
        """Everything looked at, whether it counts or not."""
        return self.mature + self.young + self.excluded
