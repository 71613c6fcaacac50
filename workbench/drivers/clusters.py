"""Group texts into contact drivers, and say in a few words what each is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize

MAX_FITTED = 20_000
COMPONENTS = 100
LABEL_WORDS = 3
_WORD_PATTERN = r"\b[^\W\d_]{3,}\b"
_A_WORD = re.compile(_WORD_PATTERN)


@dataclass(frozen=True)
class Drivers:
    """``assigned``: the driver of every text, 0 is the largest. ``labels``: its name, from the
    words that set it apart. ``examples``: positions of the three texts nearest its centre."""

    assigned: NDArray[np.int64]
    labels: tuple[str, ...]
    examples: tuple[tuple[int, ...], ...]


def cluster_drivers(texts: list[str], *, n_drivers: int, seed: int) -> Drivers | None:
    """Which texts are about the same thing?

    Word and character TF-IDF, reduced by SVD, k-means. The number of drivers is the analyst's
    choice; the same texts and seed give the same drivers. ``None`` where the texts have no words,
    or nothing in common.
    """
    has_words = any(_A_WORD.search(text) for text in texts)
    vectors = _vectors(texts, seed) if has_words else None
    if vectors is None:
        return None
    k = min(n_drivers, len(np.unique(vectors.round(6), axis=0)))
    model = KMeans(k, n_init=4, random_state=seed).fit(vectors)
    sizes = np.bincount(model.labels_, minlength=k)
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(k, dtype=np.int64)
    rank[order] = np.arange(k)
    assigned = rank[model.labels_]
    centres = normalize(model.cluster_centers_)[order]
    nearness = vectors @ centres.T
    examples = tuple(
        tuple(int(i) for i in members[np.argsort(-nearness[members, d], kind="stable")[:3]])
        for d in range(k)
        for members in [np.flatnonzero(assigned == d)]
    )
    return Drivers(assigned, _labels(texts, assigned, k), examples)


def _vectors(texts: list[str], seed: int) -> NDArray[np.float64] | None:
    least = 2 if len(texts) >= 50 else 1
    words = TfidfVectorizer(
        sublinear_tf=True, min_df=least, stop_words="english", strip_accents="unicode"
    )
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=least,
        max_features=50_000, strip_accents="unicode",
    )  # fmt: skip
    parts = []
    for vectorizer in (words, characters):
        try:
            parts.append(vectorizer.fit_transform(texts))
        except ValueError:  # an empty vocabulary: nothing in common, or only stop words
            continue
    if not parts:
        return None
    matrix = sparse.hstack(parts).tocsr()
    components = min(COMPONENTS, matrix.shape[1] - 1, len(texts) - 1)
    if components < 2:
        return normalize(matrix.toarray())
    rows = np.random.default_rng(seed).permutation(len(texts))[:MAX_FITTED]
    svd = TruncatedSVD(components, random_state=seed).fit(matrix[np.sort(rows)])
    return normalize(svd.transform(matrix))


def _labels(texts: list[str], assigned: NDArray[np.int64], k: int) -> tuple[str, ...]:
    """Class-based TF-IDF: words frequent in a driver and rare in the others."""
    counter = CountVectorizer(
        stop_words="english", ngram_range=(1, 2), min_df=min(3, len(texts)),
        token_pattern=_WORD_PATTERN, strip_accents="unicode",
    )  # fmt: skip
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # no word survives: nothing to name drivers by
        return tuple(f"driver {d + 1}" for d in range(k))
    names = counter.get_feature_names_out()
    members = sparse.csr_matrix((np.ones(len(texts)), (assigned, np.arange(len(texts)))))
    per_driver = np.asarray((members @ counts).todense(), dtype=np.float64)
    frequency = per_driver / np.maximum(per_driver.sum(axis=1, keepdims=True), 1)
    weight = np.log1p(per_driver.sum() / k / np.maximum(per_driver.sum(axis=0), 1))
    scores = frequency * weight
    labels: list[str] = []
    for d in range(k):
        label = _phrase([str(names[i]) for i in np.argsort(-scores[d], kind="stable")[:12]])
        labels.append(label if label not in labels else f"{label} ({d + 1})")
    return tuple(labels)


def _phrase(candidates: list[str]) -> str:
    """The best few words, none said twice."""
    kept: list[str] = []
    for candidate in candidates:
        said = {word for phrase in kept for word in phrase.split()}
        if not said & set(candidate.split()):
            kept.append(candidate)
        if len(kept) == LABEL_WORDS:
            break
    return ", ".join(kept) or "unnamed"
