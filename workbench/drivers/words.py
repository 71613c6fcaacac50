"""How often is each word said? What novelty is measured against."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from workbench.drivers.glossary import folded

_WORD = re.compile(r"[^\W\d_]{3,}")


def words_of(text: str) -> set[str]:
    """The different words of a text, folded; a word has three letters."""
    return {folded(word) for word in _WORD.findall(text)}


def said_in(texts: Sequence[str]) -> tuple[sparse.csr_matrix, NDArray[np.object_]]:
    """Which text says which word? A 0/1 matrix (texts × words), and the words."""
    counter = CountVectorizer(binary=True, analyzer=words_of, dtype=np.int32)
    try:
        matrix = counter.fit_transform(texts)
    except ValueError:  # not a single word
        return sparse.csr_matrix((len(texts), 0), dtype=np.int32), np.array([], dtype=object)
    return matrix.tocsr(), counter.get_feature_names_out()


def word_counts(texts: Sequence[str]) -> dict[str, int]:
    """In how many of these texts is each word said, if in more than one?"""
    matrix, names = said_in(texts)
    counts = np.asarray(matrix.sum(axis=0)).ravel()
    return {str(names[i]): int(counts[i]) for i in np.flatnonzero(counts > 1)}


def hints(texts: Iterable[str], terms: Mapping[str, float]) -> NDArray[np.float32]:
    """How strongly do the words of each text say that it belongs to a driver with these words?

    ``terms`` says for each word what part of its uses came with the driver; several words add up
    like independent witnesses. 0 without any of them, towards 1.
    """
    found = []
    for text in texts:
        doubt = 1.0
        for word in words_of(text) & terms.keys():
            doubt *= 1.0 - terms[word]
        found.append(1.0 - doubt)
    return np.array(found, dtype=np.float32)
