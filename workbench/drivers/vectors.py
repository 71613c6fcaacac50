"""Turn texts into vectors that lie near each other when the texts are about the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

Vectors = NDArray[np.float32]

CHUNK = 8_192  # rows worked on at a time: what keeps a million texts in memory
# Words say what a text is about, letters forgive misspelling; weighted a little towards letters.
# Chosen on half of Banking77's labels, see benchmarks/drivers.py.
WORD_WEIGHT = 0.7
MAX_WORDS, MAX_LETTERS = 30_000, 20_000


class TextVectors(TransformerMixin, BaseEstimator):
    """TF-IDF of words, word pairs and letter groups, reduced by SVD to rows of length 1.

    ``fit`` learns from at most ``max_fitted`` texts drawn by ``random_state``; ``transform`` gives
    float32 rows, zero for a text without a known word. Both take a sequence of strings.
    Attributes: ``words_`` and ``letters_`` (vectorisers), ``components_`` (SVD, features × dims).
    """

    def __init__(
        self, n_components: int = 200, max_fitted: int = 20_000, random_state: int = 0
    ) -> None:
        self.n_components = n_components
        self.max_fitted = max_fitted
        self.random_state = random_state

    def fit(self, texts: Sequence[str], y: object = None) -> Self:
        """Learn words, their weights and the directions that matter."""
        rows = np.random.default_rng(self.random_state).permutation(len(texts))[: self.max_fitted]
        drawn = [texts[i] for i in np.sort(rows)]
        least = 2 if len(drawn) >= 50 else 1
        self.words_, self.letters_ = word_vectoriser(least), letter_vectoriser(least)
        known = [learned for learned in (self.words_, self.letters_) if _learns(learned, drawn)]
        if not known:
            raise ValueError("the texts have no words")
        matrix = self._weighted(drawn)
        dims = min(self.n_components, matrix.shape[1] - 1, len(drawn) - 1)
        if dims < 2:  # too few texts to reduce: their features are the dimensions
            self.components_ = np.eye(matrix.shape[1], dtype=np.float32)
        else:
            svd = TruncatedSVD(dims, random_state=self.random_state).fit(matrix)
            self.components_ = np.ascontiguousarray(svd.components_.T, dtype=np.float32)
        self.n_features_out_ = self.components_.shape[1]
        return self

    def transform(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 per text."""
        found = np.empty((len(texts), self.components_.shape[1]), dtype=np.float32)
        for start in range(0, len(texts), CHUNK):
            rows = self._weighted(texts[start : start + CHUNK]) @ self.components_
            found[start : start + CHUNK] = normalize(rows, copy=False)
        return found

    def _weighted(self, texts: Sequence[str]) -> sparse.csr_matrix:
        parts = [
            weight * learned.transform(texts)
            for learned, weight in ((self.words_, WORD_WEIGHT), (self.letters_, 1.0))
            if hasattr(learned, "vocabulary_")
        ]
        return sparse.hstack(parts, format="csr", dtype=np.float32)


def word_vectoriser(least: int = 1, **given: object) -> TfidfVectorizer:
    """Words and pairs of words; stop words stay, for pairs with them tell intents apart."""
    return TfidfVectorizer(
        sublinear_tf=True, min_df=least, ngram_range=(1, 2), strip_accents="unicode",
        max_features=MAX_WORDS, dtype=np.float32, **given,
    )  # fmt: skip


def letter_vectoriser(least: int = 1, **given: object) -> TfidfVectorizer:
    """Groups of three and four letters within words."""
    return TfidfVectorizer(
        sublinear_tf=True, min_df=least, analyzer="char_wb", ngram_range=(3, 4),
        strip_accents="unicode", max_features=MAX_LETTERS, dtype=np.float32, **given,
    )  # fmt: skip


def _learns(vectoriser: TfidfVectorizer, texts: list[str]) -> bool:
    try:
        vectoriser.fit(texts)
    except ValueError:  # an empty vocabulary: no word, or none twice
        if hasattr(vectoriser, "vocabulary_"):
            del vectoriser.vocabulary_
        return False
    return True


class NeighbourSmoothing(TransformerMixin, BaseEstimator):
    """Move every vector towards the texts most like it, so that paraphrases meet.

    A row becomes ``own`` times itself and the rest the mean of its ``n_neighbours`` nearest
    landmarks, weighted by squared cosine. Landmarks are at most ``max_landmarks`` rows drawn from
    what ``fit`` sees, so the work grows with the number of rows and not with its square; up to
    that many texts the neighbours are exact. A copy of the row itself is no neighbour.
    """

    def __init__(
        self, n_neighbours: int = 10, own: float = 0.6, max_landmarks: int = 10_000,
        random_state: int = 0, copy: bool = True,
    ) -> None:  # fmt: skip
        self.n_neighbours = n_neighbours
        self.own = own
        self.max_landmarks = max_landmarks
        self.random_state = random_state
        self.copy = copy

    def fit(self, vectors: Vectors, y: object = None) -> Self:
        """Draw the landmarks."""
        rows = np.random.default_rng(self.random_state).permutation(len(vectors))
        drawn = np.sort(rows[: self.max_landmarks])
        self.landmarks_ = np.ascontiguousarray(vectors[drawn], dtype=np.float32)
        self.n_features_in_ = vectors.shape[1]
        return self

    def transform(self, vectors: Vectors) -> Vectors:
        """The rows, each moved towards its neighbours; zero rows stay zero."""
        moved = np.array(vectors, dtype=np.float32, copy=True if self.copy else None)
        for start in range(0, len(moved), 2_048):
            part = moved[start : start + 2_048]
            moved[start : start + 2_048] = self._moved(part)
        return moved

    def _moved(self, part: Vectors) -> Vectors:
        like = part @ self.landmarks_.T
        n = min(self.n_neighbours + 1, like.shape[1])
        near = np.argpartition(-like, n - 1, axis=1)[:, :n]
        weight = np.take_along_axis(like, near, axis=1).clip(0)
        weight = np.where(weight > 0.9999, 0, weight) ** 2
        around = np.einsum("rnd,rn->rd", self.landmarks_[near], weight, optimize=True)
        found: Vectors = normalize(self.own * part + (1 - self.own) * normalize(around))
        return found
