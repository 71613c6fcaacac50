"""What a set of observations comes to, in the few sums every kind of metric needs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.metrics.declaration import Kind, Metric


@dataclass(frozen=True)
class Tally:
    """``mature`` and ``young`` things (window closed, or still open) with their hits, and how many
    were ``excluded``; of the mature ones the sum of values, of their squares, and, for a median
    only, the values themselves in any order."""

    mature: int
    hits: float
    young: int
    young_hits: float
    excluded: int
    amount: float
    squares: float
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    @classmethod
    def of(cls, metric: Metric, rows: pd.DataFrame) -> Tally:
        """The tally of observations, in the shape `Metric` describes."""
        counted = rows[~rows["is_excluded"]]
        mature = counted[~counted["is_immature"]]
        young = counted[counted["is_immature"]]
        values = mature["value"].to_numpy(dtype=np.float64)
        return cls(
            mature=len(mature),
            hits=float(mature["hit"].sum()),
            young=len(young),
            young_hits=float(young["hit"].sum()),
            excluded=len(rows) - len(counted),
            amount=float(values.sum()),
            squares=float(np.square(values).sum()),
            values=values if metric.kind is Kind.MEDIAN else np.empty(0),
        )

    @property
    def seen(self) -> int:
        """Everything looked at, whether it counts or not."""
        return self.mature + self.young + self.excluded
