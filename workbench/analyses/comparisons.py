"""Is the difference between two shares more than chance?"""

from __future__ import annotations

from dataclasses import dataclass

from statsmodels.stats.proportion import confint_proportions_2indep


@dataclass(frozen=True)
class ShareChange:
    """The difference of two independent shares, later minus earlier, with its interval
    (Newcombe 1998, method 10), 95 % for all comparisons made together."""

    before: float
    after: float
    n_before: int
    n_after: int
    low: float
    high: float

    @property
    def change(self) -> float:
        """After minus before, as a fraction."""
        return self.after - self.before

    @property
    def is_clear(self) -> bool:
        """Does the interval exclude zero?"""
        return self.low > 0 or self.high < 0


def share_change(
    hits_before: int, n_before: int, hits_after: int, n_after: int, *, comparisons: int = 1
) -> ShareChange:
    """How did a share change? Both groups need at least one member.

    Whoever looks at ``comparisons`` differences and reports the largest widens every interval
    for it (Bonferroni), or one in twenty quiet months makes a headline.
    """
    low, high = confint_proportions_2indep(
        hits_after, n_after, hits_before, n_before,
        method="newcomb", compare="diff", alpha=0.05 / max(comparisons, 1),
    )  # fmt: skip
    return ShareChange(
        hits_before / n_before, hits_after / n_after, n_before, n_after, float(low), float(high)
    )
