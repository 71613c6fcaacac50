"""Is there a contact driver now that was not there before?

A cluster of words cannot tell a new driver from an old one said anew, and most that looks new in
vectors is chance. What gives a new driver away is words: people name what is new. So every day
the words of the last weeks are compared with those of the fit; a word ten times as frequent, beyond
chance, is a seed. The texts that say it must lie together (a tag or a name that goes through all
drivers does not), apart from every known driver, and be enough. What passes is *proposed*: an
analyst decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import binom
from sklearn.cluster import AgglomerativeClustering
from sklearn.preprocessing import normalize

from workbench.drivers.clusters import placed
from workbench.drivers.frozen import HINT_WEIGHT, Centres, FrozenModel
from workbench.drivers.vectors import Vectors
from workbench.drivers.words import hints, said_in

Rows = NDArray[np.int64]

WINDOWS = (14, 28, 56)  # days looked back; a fast birth shows in two weeks, a slow one in eight
TIMES_AS_FREQUENT = 5.0
LEAST_SAYING = 6  # texts with the word
LEAST_TEXTS = 8  # texts of the driver
WORD_CHANCE = 1e-3  # for all words of a window together
GROUP_CHANCE = 1e-5
GROUP_TIMES = 8.0
CORE = 0.75  # part of the texts, the nearest, that evidence is counted from
NEAREST_ALLOWED = 0.7  # cosine to a known driver; above it is that driver
# Mean cosine distances up to which seeds are one group; the closer ones where two drivers are born
# at the same time, which together look like none.
TOGETHER = (0.8, 0.6, 0.4)
LEAST_KNOWN = 1_000  # texts of a fit below which nobody can tell what was not there
_MAX_SEEDS = 2_000
_ROUNDS = 3
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Birth:
    """A driver that was not there at the fit: its ``vector`` and ``terms`` (word to weight), the
    ``rows`` that belong to it in the window it was found in, and the evidence: ``n`` of
    ``n_window`` texts in ``days`` days against ``n_before`` of ``n_known`` texts of the fit;
    ``seen_on``: the day it was found; ``nearest``: cosine to the nearest known driver; ``chance``:
    of as many or more, were it no more frequent than at the fit."""

    vector: Vectors
    terms: dict[str, float]
    rows: Rows
    grown: str  # the newborn driver that this is more of, if it is no other
    n: int
    n_window: int
    n_before: int
    n_known: int
    days: int
    seen_on: np.datetime64
    nearest: float
    chance: float


@dataclass
class Watch:
    """The texts of an assign and of the weeks before it, looked at day by day.

    ``texts``, their ``vectors`` and ``days`` (UTC), in order of time, and which of them are in the
    main language (``is_main``: a word of another one is not news, it is not translated); ``model``
    is what was known at the fit; ``centres`` the drivers known so far. All texts must be of the
    kind the model counted words in (messages, or subjects): a message says more words.
    ``settled`` words are news to nobody: an analyst dismissed a driver that was born with them.
    """

    texts: Sequence[str]
    vectors: Vectors
    days: NDArray[np.datetime64]
    is_main: NDArray[np.bool_]
    model: FrozenModel
    centres: Centres
    settled: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._matrix, names = said_in(self.texts)
        said = np.asarray(self._matrix.sum(axis=0)).ravel()
        known_to_all = np.isin(names.astype(str), sorted(self.settled))
        is_foreign = np.asarray(self._matrix[~self.is_main].sum(axis=0)).ravel() > 0.5 * said
        kept = np.flatnonzero((said >= LEAST_SAYING) & ~known_to_all & ~is_foreign)
        self._matrix = self._matrix[:, kept].tocsr()
        self._names = names[kept]
        known = self.model.known_words
        self._before = np.array([known.get(name, 0) for name in self._names], dtype=np.int64)
        # Sums up to each day, so that a window is a difference of two rows.
        self._calendar = np.unique(self.days)
        starts = np.searchsorted(self.days, self._calendar)
        daily = [
            np.asarray(self._matrix[a:b].sum(axis=0))
            for a, b in pairwise([*starts, len(self.days)])
        ]
        zero = np.zeros((1, len(kept)), dtype=np.int64)
        self._up_to = np.vstack([zero, *daily]).cumsum(axis=0) if daily else zero

    def births(self, first: np.datetime64, last: np.datetime64) -> Iterator[Birth]:
        """New drivers in the order they can be told, looking at the end of every day in turn.

        The taker adds each to ``centres`` before asking for the next. None where the fit had fewer
        than `LEAST_KNOWN` texts.
        """
        if self.model.n_known < LEAST_KNOWN:
            return
        for day in np.arange(first, last + _DAY):
            for window in WINDOWS:
                birth = self._born(day, window)
                if birth is not None:
                    yield birth

    def _born(self, day: np.datetime64, window: int) -> Birth | None:
        since = day - window * _DAY
        first, last = np.searchsorted(self.days, [since, day], side="right")
        rows = np.arange(first, last)
        if len(rows) < LEAST_TEXTS:
            return None
        before, until = np.searchsorted(self._calendar, [since, day], side="right")
        words, weights = self._new_words(self._up_to[until] - self._up_to[before], len(rows))
        if not len(words):
            return None
        seeds = rows[self._hints(rows, words, weights) > 0.5]
        seeds = seeds[~self._is_newborn(seeds)]
        for distance in TOGETHER:
            group = self._together(seeds[:_MAX_SEEDS], distance)
            if len(group) < LEAST_SAYING:
                return None
            # Words that mostly the other seeds say are not this group's.
            here = self._counts(group)[words]
            own = here >= 0.5 * self._counts(seeds)[words]
            own &= here >= 2
            terms = dict(zip(self._names[words[own]], weights[own].tolist(), strict=True))
            birth = self._judged(day, window, rows, group, terms) if terms else None
            if birth is not None:
                return birth
        return None

    def _new_words(self, said: Rows, n: int) -> tuple[Rows, NDArray[np.float64]]:
        """Words far more frequent than at the fit, and what part of their uses is new."""
        n_known = self.model.n_known
        tested = int((said >= LEAST_SAYING).sum())
        was = (self._before + 1) / (n_known + 2)
        chance = binom.sf(said - 1, n, was)
        is_new = (said >= LEAST_SAYING) & (chance < WORD_CHANCE / max(tested, 1))
        is_new &= said / n >= TIMES_AS_FREQUENT * was
        words = np.flatnonzero(is_new)
        return words, 1 - was[words] / (said[words] / n)

    def _judged(
        self, day: np.datetime64, window: int, rows: Rows, group: Rows, terms: dict[str, float]
    ) -> Birth | None:
        known = self.centres.likeness([self.texts[i] for i in rows], self.vectors[rows])
        hinted = HINT_WEIGHT * hints([self.texts[i] for i in rows], terms)
        grown = self._grown(group, terms)
        if grown:
            known[:, self.centres.ids.index(grown)] = -1  # it is settled anew, with these
            terms = {**self.centres.terms[grown], **terms}
            hinted = HINT_WEIGHT * hints([self.texts[i] for i in rows], terms)
        vector, members = self._centre(group), group
        for _ in range(_ROUNDS):
            like = np.column_stack([known, self.vectors[rows] @ vector + hinted])
            members = rows[placed(like).driver == known.shape[1]]
            if len(members) < LEAST_TEXTS:
                return None
            vector = self._centre(members)
        n_known = self.model.n_known
        near = self.vectors[members] @ vector
        core = float(np.quantile(near, 1 - CORE))
        n = int((near >= core).sum())
        before = self._core_before(vector, core)
        chance = float(binom.sf(n - 1, len(rows), (before + 1) / (n_known + 2)))
        times = (n / len(rows)) / ((before + 0.5) / (n_known + 1))
        others = [name != grown for name in self.centres.ids]
        nearest = float((self.centres.vectors[others] @ vector).max())
        if chance > GROUP_CHANCE or times < GROUP_TIMES or nearest > NEAREST_ALLOWED:
            return None
        return Birth(
            vector, terms, members, grown, n, len(rows), before, n_known, window, day, nearest,
            chance,
        )  # fmt: skip

    def _grown(self, group: Rows, terms: dict[str, float]) -> str:
        """The newborn driver whose words these are too, or that half of the group has already."""
        for name, own in self.centres.terms.items():
            if own.keys() & terms.keys():
                return name
        found = self.centres.placed([self.texts[i] for i in group], self.vectors[group]).driver
        most = self.centres.ids[np.bincount(found).argmax()]
        is_most = (found == self.centres.ids.index(most)).mean() >= 0.5
        return most if is_most and self.centres.terms.get(most) else ""

    def _core_before(self, vector: Vectors, core: float) -> int:
        """How many texts of the fit lie where the new driver's core lies?

        Told from the landmarks kept of them, which keep no words: so words do not count here.
        """
        landmarks = self.model.smoothing.landmarks_
        if not len(landmarks):
            return 0
        smoothed = self.model.smoothing.transform(landmarks.copy())
        own = smoothed @ vector
        is_core = (own >= core) & (own > (smoothed @ self.centres.vectors.T).max(axis=1))
        return round(float(is_core.mean()) * self.model.n_known)

    def _together(self, seeds: Rows, distance: float) -> Rows:
        """The largest group of seeds that lie together."""
        if len(seeds) < LEAST_SAYING:
            return seeds[:0]
        vectors = self.vectors[seeds]
        filled = np.abs(vectors).sum(axis=1) > 0
        if filled.sum() < LEAST_SAYING:
            return seeds[:0]
        grouped = AgglomerativeClustering(
            None, distance_threshold=distance, metric="cosine", linkage="average"
        ).fit(vectors[filled])
        largest = np.bincount(grouped.labels_).argmax()
        found: Rows = seeds[filled][grouped.labels_ == largest]
        return found

    def _is_newborn(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows have a driver already that was born since the fit?"""
        if not self.centres.terms or not len(rows):
            return np.zeros(len(rows), dtype=bool)
        found = self.centres.placed([self.texts[i] for i in rows], self.vectors[rows]).driver
        newborn = np.array([bool(self.centres.terms.get(name)) for name in self.centres.ids])
        result: NDArray[np.bool_] = newborn[found]
        return result

    def _counts(self, rows: Rows) -> NDArray[np.int64]:
        part: sparse.csr_matrix = self._matrix[rows]
        return np.asarray(part.sum(axis=0)).ravel()

    def _hints(self, rows: Rows, words: Rows, weights: NDArray[np.float64]) -> Vectors:
        doubt = self._matrix[rows][:, words].toarray() * weights
        found: Vectors = 1 - np.prod(1 - doubt, axis=1)
        return found

    def _centre(self, rows: Rows) -> Vectors:
        centre: Vectors = normalize(self.vectors[rows].mean(axis=0, keepdims=True))[0]
        return centre.astype(np.float32)
