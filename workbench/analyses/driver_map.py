"""Where do tickets lie to each other: two dimensions to look at, and what got lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness

from workbench.drivers.labelled import UNCLEAR

MOST = 3000  # points a page still draws and moves at once
_FEWEST = 10
_ROUGH = 50  # dimensions that t-SNE is given
_NEIGHBOURS = 10
_ROUNDS, _ANGLE = 400, 0.8  # 3,000 points in about ten seconds, trustworthiness as with 1,000, 0.5
_PERPLEXITY = 30.0
_COLUMNS = ["x", "y", "driver", "subject", "ref"]
_CENTRES = ["driver", "n", "x", "y"]


@dataclass(frozen=True)
class DriverMap:
    """``frame``: one row per ticket shown: ``x``, ``y``, ``driver``, ``subject``, ``ref``.
    ``centres``: one row per driver, most tickets first: ``n`` shown and the median ``x``, ``y``.

    Of ``n`` tickets those of the frame were drawn by chance where ``is_sampled``. ``kept`` (0 to 1)
    is trustworthiness: how far neighbours on the map are neighbours indeed (Venna and Kaski 2001).
    """

    frame: pd.DataFrame
    centres: pd.DataFrame
    n: int
    method: str = ""
    kept: float | None = None
    why_not: str = ""
    caveats: list[str] = field(default_factory=list)

    @property
    def is_sampled(self) -> bool:
        """Are there more tickets than are shown?"""
        return len(self.frame) < self.n

    def finding(self) -> str:
        """What the map shows, and how far it can be trusted."""
        if self.why_not:
            return f"Tickets cannot be mapped: {self.why_not}."
        shown = f"{len(self.frame):,} of {self.n:,} tickets" if self.is_sampled else (
            f"All {self.n:,} tickets"
        )  # fmt: skip
        sample = ", drawn by chance," if self.is_sampled else ""
        return (
            f"{shown}{sample} of {len(self.centres):,} drivers are mapped by {self.method}; "
            f"{100 * (self.kept or 0):.0f} % of nearness on the map is nearness of the texts "
            "(trustworthiness)."
        )


def driver_map(
    vectors: NDArray[np.floating], drivers: Sequence[str], subjects: Sequence[str],
    refs: Sequence[str], *, most: int = MOST, method: str = "t-SNE", seed: int = 0,
) -> DriverMap:  # fmt: skip
    """Where do tickets lie to each other, by what they say?

    ``vectors`` has one row per ticket, as the other arguments have one entry. ``method`` is
    ``t-SNE`` (on 50 principal components, some ten seconds) or ``PCA`` alone, which
    is faster and shows less.
    """
    n = len(vectors)
    if not len(drivers) == len(subjects) == len(refs) == n:
        raise ValueError(
            f"{n} vectors, {len(drivers)} drivers, {len(subjects)} subjects and {len(refs)} "
            "references: there must be one of each per ticket"
        )
    if n < _FEWEST or vectors.shape[1] < 2:
        blank = pd.DataFrame(columns=_COLUMNS), pd.DataFrame(columns=_CENTRES)
        return DriverMap(*blank, n, why_not=f"needs {_FEWEST} tickets with two numbers each")
    random = np.random.default_rng(seed)
    chosen = np.sort(random.permutation(n)[:most])
    points = np.asarray(vectors[chosen], dtype=np.float64)
    places = _placed(points, method, seed)
    frame = pd.DataFrame(places, columns=["x", "y"]).assign(
        driver=[str(drivers[i]) for i in chosen],
        subject=[_text(subjects[i]) for i in chosen],
        ref=[str(refs[i]) for i in chosen],
    )
    near = min(_NEIGHBOURS, (len(points) - 1) // 2)
    return DriverMap(
        frame, _centres(frame), n, method, float(trustworthiness(points, places, n_neighbors=near)),
        caveats=["Only nearness means something on this map; its axes, its size and the gaps "
                 "between groups do not."],
    )  # fmt: skip


def _placed(points: NDArray[np.float64], method: str, seed: int) -> NDArray[np.float64]:
    if method not in ("t-SNE", "PCA"):
        raise ValueError(f"there is no method {method!r}; there are t-SNE and PCA")
    wanted = min(_ROUGH if method == "t-SNE" else 2, *points.shape)
    rough = PCA(n_components=wanted, random_state=seed).fit_transform(points)
    if method == "PCA":
        return np.asarray(rough, dtype=np.float64)
    perplexity = min(_PERPLEXITY, (len(points) - 1) / 3)
    # Without a spread there is nothing to start from, and nothing to tell apart either.
    start = "pca" if rough.std() > 0 else "random"
    fitted = TSNE(
        2, perplexity=perplexity, init=start, random_state=seed, n_jobs=1, max_iter=_ROUNDS,
        angle=_ANGLE,
    )  # fmt: skip
    return np.asarray(fitted.fit_transform(rough), dtype=np.float64)


def _text(subject: object) -> str:
    return subject if isinstance(subject, str) else ""


def _centres(frame: pd.DataFrame) -> pd.DataFrame:
    found = frame.groupby("driver", as_index=False).agg(
        n=("x", "size"), x=("x", "median"), y=("y", "median")
    )
    found = found.assign(last=found["driver"] == UNCLEAR)
    order = found.sort_values(["last", "n", "driver"], ascending=[True, False, True])
    return order[_CENTRES].reset_index(drop=True)
