"""Which driver of a new fit is which of the old ones?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

SAME_FROM = 0.3  # Jaccard similarity of their tickets from which two drivers are one
MOSTLY = 0.5


@dataclass(frozen=True)
class Match:
    """``same``: new driver (by position) to the old id it is. ``mostly``: new driver to the old id
    that most of its tickets had. ``shared``: tickets both fits placed; ``agreement``: adjusted Rand
    index over them, 1 if the groups are the same and about 0 if they have nothing to do with each
    other. ``table``: one row per old driver: ``old``, ``new`` (position of the new driver that has
    most of its tickets, -1 if none), ``tickets``, ``share`` of them that went there."""

    same: dict[int, str]
    mostly: dict[int, str]
    shared: int
    agreement: float
    table: pd.DataFrame


def matched(old: pd.Series, new: pd.Series, n_new: int) -> Match:
    """Match new drivers to old ones by the tickets they share.

    ``old`` (ids) and ``new`` (positions) are indexed by ticket; each old driver is matched at most
    once, so that the sum of Jaccard similarities is largest (Kuhn 1955).
    """
    both = pd.concat([old.rename("old"), new.rename("new")], axis=1, join="inner").dropna()
    if not len(both):
        return Match({}, {}, 0, 0.0, pd.DataFrame(columns=["old", "new", "tickets", "share"]))
    counts = pd.crosstab(both["old"], both["new"]).reindex(columns=range(n_new), fill_value=0)
    n = counts.to_numpy(dtype=float)
    union = n.sum(axis=1, keepdims=True) + n.sum(axis=0, keepdims=True) - n
    jaccard = n / np.maximum(union, 1)
    rows, columns = linear_sum_assignment(-jaccard)
    same = {
        int(c): str(counts.index[int(r)])
        for r, c in zip(rows, columns, strict=True)
        if jaccard[r, c] >= SAME_FROM
    }
    size = n.sum(axis=0)
    mostly = {
        column: str(counts.index[int(n[:, column].argmax())])
        for column in range(n_new)
        if size[column] and n[:, column].max() >= MOSTLY * size[column]
    }
    went = n.argmax(axis=1)
    table = pd.DataFrame({
        "old": [str(name) for name in counts.index],
        "new": went, "tickets": n.sum(axis=1).astype(int), "share": n.max(axis=1) / n.sum(axis=1),
    })  # fmt: skip
    agreement = float(adjusted_rand_score(both["old"], both["new"]))
    return Match(same, mostly, len(both), agreement, table)
