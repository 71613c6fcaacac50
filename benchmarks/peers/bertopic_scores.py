"""How well do groups agree with the intents people gave, and what do neighbours add?

NMI, ARI and accuracy after the best one-to-one match (Hungarian) of groups to intents; groups
beyond the number of intents match nothing, and BERTopic's outliers are one group like any other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix
from sklearn.preprocessing import normalize

Floats = NDArray[np.float32]
NEIGHBOURS, ROUNDS, OWN = 10, 2, 0.5
_BLOCK = 1000


def scores(intents: list[str], groups: list[int]) -> dict[str, float]:
    """NMI, ARI and accuracy, in percent."""
    together = contingency_matrix(intents, groups)
    right = together[linear_sum_assignment(-together)].sum()
    return {
        "nmi": 100 * normalized_mutual_info_score(intents, groups),
        "ari": 100 * adjusted_rand_score(intents, groups),
        "accuracy": 100 * float(right) / len(intents),
    }


def smoothed(vectors: Floats) -> Floats:
    """Every vector moved halfway to its ten nearest, twice; exact, so for small sets only."""
    for _ in range(ROUNDS):
        moved = np.empty_like(vectors)
        for start in range(0, len(vectors), _BLOCK):
            rows = slice(start, start + _BLOCK)
            nearness = vectors[rows] @ vectors.T
            nearness[np.arange(len(nearness)), start + np.arange(len(nearness))] = -1
            near = np.argpartition(-nearness, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
            weights = np.take_along_axis(nearness, near, axis=1).clip(0) ** 2
            weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
            mean = np.einsum("ij,ijk->ik", weights, vectors[near])
            moved[rows] = OWN * vectors[rows] + (1 - OWN) * mean
        vectors = normalize(moved)
    return vectors


def grouped(vectors: Floats, intents: list[str], seeds: list[int]) -> dict[str, float]:
    """k-means with as many groups as intents: the mean scores of a few seeds."""
    k = len(set(intents))
    found = [
        scores(intents, KMeans(k, n_init=4, random_state=seed).fit_predict(vectors).tolist())
        for seed in seeds
    ]
    return {name: round(float(np.mean([one[name] for one in found])), 1) for name in found[0]}
