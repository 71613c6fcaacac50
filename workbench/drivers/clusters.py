"""Group vectors into contact drivers and drivers into themes."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import normalize

from workbench.drivers.vectors import NeighbourSmoothing, TextVectors, Vectors

Labels = NDArray[np.int64]

MAX_GROUPED = 50_000  # rows that k-means looks at; the others are placed
FINE_PER_DRIVER = 8
SETTLING_ROUNDS = 3
UNCLEAR_BELOW = 0.03  # confidence under which a ticket is called unclear


class Placed(NamedTuple):
    """Per row: the nearest driver, its cosine similarity, and the confidence (0 to 1): how much
    nearer that driver is than the next one (simplified silhouette, Hruschka et al. 2004)."""

    driver: Labels
    similarity: NDArray[np.float32]
    confidence: NDArray[np.float32]


def placed(likeness: Vectors) -> Placed:
    """Which driver is each row nearest to, and how clearly? ``likeness`` is rows × drivers.

    A row of zeros, a text without a known word, has confidence 0.
    """
    like = likeness.copy()
    driver = like.argmax(axis=1)
    rows = np.arange(len(like))
    first = like[rows, driver]
    if like.shape[1] == 1:
        return Placed(driver, first, (first > 0).astype(np.float32))
    like[rows, driver] = -np.inf
    second = like.max(axis=1)
    gap = (first - second) / np.maximum(1 - second, 1e-6)
    return Placed(driver, first, np.where(first > 0, gap.clip(0, 1), 0).astype(np.float32))


class DriverClusters(ClusterMixin, TransformerMixin, BaseEstimator):
    """Contact drivers of rows of length 1: `n_drivers` groups, whatever their sizes.

    k-means alone cuts a large driver in pieces and throws small ones together. Here it only makes
    many fine groups; Ward's tree over their centres, in which a large and a small group count the
    same, joins them to drivers, and a few rounds of k-means settle the borders. Drivers are
    numbered by size, the largest is 0.

    Attributes: ``labels_`` (driver of every row), ``cluster_centers_`` (drivers × dims, length 1),
    ``themes_`` (theme of every driver, from Ward's tree above them).
    """

    def __init__(self, n_drivers: int = 30, n_themes: int = 8, random_state: int = 0) -> None:
        self.n_drivers = n_drivers
        self.n_themes = n_themes
        self.random_state = random_state

    def fit(self, vectors: Vectors, y: object = None) -> Self:
        """Find the drivers of these rows."""
        rows = np.random.default_rng(self.random_state).permutation(len(vectors))[:MAX_GROUPED]
        drawn = vectors[np.sort(rows)]
        drawn = drawn[np.abs(drawn).sum(axis=1) > 0]
        if not len(drawn):
            raise ValueError("no row says anything: all are zero")
        different = len(np.unique(drawn.round(5), axis=0))
        k = min(self.n_drivers, different)
        centres = self._settled(drawn, self._joined(drawn, k, different), k)
        nearest = placed(vectors @ centres.T).driver[vectors.any(axis=1)]
        sizes = np.bincount(nearest, minlength=len(centres))
        self.cluster_centers_ = centres[np.argsort(-sizes, kind="stable")]
        self.labels_ = self.predict(vectors)
        self.themes_ = ward(self.cluster_centers_, self.n_themes)
        self.n_features_in_ = vectors.shape[1]
        return self

    def _joined(self, drawn: Vectors, k: int, different: int) -> Labels:
        fine = KMeans(
            min(FINE_PER_DRIVER * k, different), n_init=1, random_state=self.random_state
        ).fit(drawn)
        joined: Labels = ward(normalize(fine.cluster_centers_), k)[fine.labels_]
        return joined

    def _settled(self, drawn: Vectors, labels: Labels, k: int) -> Vectors:
        centres = means(drawn, labels, k)
        for _ in range(SETTLING_ROUNDS):
            labels = placed(drawn @ centres.T).driver
            held = np.bincount(labels, minlength=k) > 0
            centres = np.where(held[:, None], means(drawn, labels, k), centres)
        return centres

    def predict(self, vectors: Vectors) -> Labels:
        """The driver of every row."""
        return placed(self.transform(vectors)).driver

    def transform(self, vectors: Vectors) -> Vectors:
        """Cosine similarity of every row to every driver."""
        like: Vectors = vectors @ self.cluster_centers_.T
        return like


def ward(centres: Vectors, n: int) -> Labels:
    """Join centres into at most ``n`` groups, numbered in the order they first appear."""
    if len(centres) <= max(n, 1):
        return np.arange(len(centres))
    joined = AgglomerativeClustering(n, linkage="ward").fit(centres).labels_
    _, first, inverse = np.unique(joined, return_index=True, return_inverse=True)
    order: Labels = np.argsort(np.argsort(first))[inverse]
    return order


def means(vectors: Vectors, labels: Labels, k: int) -> Vectors:
    """The centre of each group, of length 1; zero for a group without rows."""
    total = np.zeros((k, vectors.shape[1]), dtype=np.float64)
    np.add.at(total, labels, vectors)
    centres: Vectors = normalize(total).astype(np.float32)
    return centres


def driver_pipeline(
    *,
    n_drivers: int = 30,
    n_themes: int = 8,
    random_state: int = 0,
    vectors: TransformerMixin | None = None,
) -> Pipeline:
    """Texts to drivers: vectors (TF-IDF, or a transformer given), smoothing, clusters.

    A scikit-learn pipeline: ``fit(texts)``, ``predict(texts)``, ``transform(texts)``.
    """
    if vectors is None:
        vectors = TextVectors(random_state=random_state)
    return Pipeline(
        [
            ("vectors", vectors),
            ("smoothing", NeighbourSmoothing(random_state=random_state, copy=False)),
            ("drivers", DriverClusters(n_drivers, n_themes, random_state)),
        ]
    )
