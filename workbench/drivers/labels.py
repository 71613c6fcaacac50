"""What is each driver about, in a few words?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

from workbench.drivers.clusters import Labels
from workbench.drivers.glossary import function_words
from workbench.drivers.vectors import Vectors

LABEL_PHRASES = 3
N_EXAMPLES = 3
MAX_READ = 20_000  # texts that labels are made from
_CANDIDATES = 15
# What is left of "hasn't" and its like when a word is letters only.
_CUT_OFF = frozenset(
    "aren couldn didn doesn don hadn hasn haven isn needn shouldn wasn weren won wouldn".split()
)
_WORD = r"\b[^\W\d_]{3,}\b"


def phrases(
    texts: Sequence[str], drivers: Labels, n_drivers: int, *, language: str = "en", seed: int = 0
) -> list[str]:
    """The phrases that set each group of texts apart from the others, as one label each.

    Class-based TF-IDF (Grootendorst 2022): frequent in the group, rare in the others. Stop words
    are left out here only; no two labels are the same. A group without words is ``no words``.
    """
    rows = np.sort(np.random.default_rng(seed).permutation(len(texts))[:MAX_READ])
    drawn, groups = [texts[i] for i in rows], drivers[rows]
    counter = CountVectorizer(
        stop_words=_stop_words(language), ngram_range=(1, 2), token_pattern=_WORD,
        strip_accents="unicode", min_df=3 if len(drawn) >= 50 else 1,
    )  # fmt: skip
    try:
        counts = counter.fit_transform(drawn)
    except ValueError:  # no word survives: nothing to name groups by
        return _distinct(["no words"] * n_drivers)
    names = counter.get_feature_names_out()
    members = sparse.csr_matrix(
        (np.ones(len(drawn)), (groups, np.arange(len(drawn)))), shape=(n_drivers, len(drawn))
    )
    per_group = np.asarray((members @ counts).todense(), dtype=np.float64)
    frequency = per_group / np.maximum(per_group.sum(axis=1, keepdims=True), 1)
    rarity = np.log1p(per_group.sum() / n_drivers / np.maximum(per_group.sum(axis=0), 1))
    scores = frequency * rarity
    best = np.argsort(-scores, axis=1, kind="stable")[:, :_CANDIDATES]
    labels = []
    for group in range(n_drivers):
        said = [str(names[i]) for i in best[group] if scores[group, i] > 0]
        labels.append(_label(said))
    return _distinct(labels)


def examples(vectors: Vectors, drivers: Labels, centres: Vectors) -> list[list[int]]:
    """The rows nearest the centre of each driver, the nearest first."""
    near = np.einsum("rd,rd->r", vectors, centres[drivers])
    found = []
    for driver in range(len(centres)):
        members = np.flatnonzero(drivers == driver)
        found.append([int(i) for i in members[np.argsort(-near[members], kind="stable")]])
    return [rows[:N_EXAMPLES] for rows in found]


def _label(candidates: Sequence[str]) -> str:
    """The best few phrases, none said twice in another form."""
    kept: list[str] = []
    said: set[str] = set()
    for candidate in candidates:
        stems = {word[:4] for word in candidate.split()}
        if not said & stems:
            kept.append(candidate)
            said |= stems
        if len(kept) == LABEL_PHRASES:
            break
    return ", ".join(kept) or "no words"


def _distinct(labels: Sequence[str]) -> list[str]:
    """Labels of which no two are the same."""
    found: list[str] = []
    for label in labels:
        n = 2
        new = label
        while new in found:
            new, n = f"{label} ({n})", n + 1
        found.append(new)
    return found


def _stop_words(language: str) -> list[str]:
    own = function_words().get(language, frozenset())
    return sorted(ENGLISH_STOP_WORDS | _CUT_OFF | own)
