"""What a fit leaves behind, so that next month's texts are placed as this month's were.

Everything is numbers and words in one Parquet file: no pickle, which would run code when read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.base import TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer

from workbench.drivers.clusters import Placed, placed
from workbench.drivers.embeddings import EmbeddedTexts
from workbench.drivers.templates import Templates
from workbench.drivers.vectors import (
    NeighbourSmoothing,
    TextVectors,
    Vectors,
    letter_vectoriser,
    word_vectoriser,
)
from workbench.drivers.words import hints
from workbench.errors import WorkbenchError

HINT_WEIGHT = 0.2  # cosine that the words a driver was born with are worth
_FORMAT = 1
_SCHEMA = pa.schema(
    [("kind", pa.string()), ("key", pa.string()), ("number", pa.float64()),
     ("vector", pa.list_(pa.float32()))]
)  # fmt: skip


@dataclass(frozen=True)
class Centres:
    """Where drivers lie: ``ids``, one row of ``vectors`` each, and the ``terms`` a driver was born
    with (word to weight; none for what a fit found)."""

    ids: tuple[str, ...]
    vectors: Vectors
    terms: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def likeness(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """Similarity of every text to every driver: cosine, and a hint by newborn words."""
        like: Vectors = vectors @ self.vectors.T
        for place, driver in enumerate(self.ids):
            if self.terms.get(driver):
                like[:, place] += HINT_WEIGHT * hints(texts, self.terms[driver])
        return np.minimum(like, 1)

    def placed(self, texts: Sequence[str], vectors: Vectors) -> Placed:
        """The nearest driver of every text, by its position in ``ids``."""
        return placed(self.likeness(texts, vectors))

    def plus(self, driver: str, vector: Vectors, terms: Mapping[str, float]) -> Centres:
        """These and one more, or one of them elsewhere."""
        if driver in self.ids:
            moved = self.vectors.copy()
            moved[self.ids.index(driver)] = vector
            return Centres(self.ids, moved, {**self.terms, driver: terms})
        return Centres(
            (*self.ids, driver), np.vstack([self.vectors, vector]), {**self.terms, driver: terms}
        )

    def only(self, ids: Sequence[str]) -> Centres:
        """Some of them, in the order asked for."""
        place = {driver: i for i, driver in enumerate(self.ids)}
        kept = [driver for driver in ids if driver in place]
        terms = {driver: self.terms[driver] for driver in kept if driver in self.terms}
        return Centres(tuple(kept), self.vectors[[place[driver] for driver in kept]], terms)


@dataclass(frozen=True)
class FrozenModel:
    """One fit: how texts become vectors, where its drivers lie, and what was said at the time.

    ``known_words``: in how many of ``n_known`` texts each word was said. ``language``: the main
    one, whose texts the drivers were found in, and ``basis`` the kind of text that words were
    counted in (``message``, or ``subject`` where there are few messages). ``templates``: what forms
    had written into messages.
    """

    vectors: TransformerMixin
    smoothing: NeighbourSmoothing
    centres: Centres
    known_words: Mapping[str, int]
    n_known: int
    language: str
    basis: str = "message"
    templates: Templates = Templates()

    @property
    def is_embedded(self) -> bool:
        """Do the vectors come from an embedding model?"""
        return isinstance(self.vectors, EmbeddedTexts)

    def vectors_of(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts, smoothed as those of the fit were."""
        found: Vectors = self.smoothing.transform(self.vectors.transform(texts))
        return found


def save(model: FrozenModel, path: Path) -> None:
    """Write a model as one Parquet file."""
    about: dict[str, Any] = {
        "format": _FORMAT, "n_known": model.n_known, "language": model.language,
        "basis": model.basis,
        "smoothing": model.smoothing.get_params(), "centres": list(model.centres.ids),
    }  # fmt: skip
    rows: list[tuple[str, str, float, Any]] = []
    if isinstance(model.vectors, EmbeddedTexts):
        about["embedding"] = {"model": str(model.vectors.model), "sha256": model.vectors.sha256_}
    else:
        about["vectors"] = model.vectors.get_params()
        rows += _features(model.vectors)
    rows += [("landmark", "", 0.0, row) for row in model.smoothing.landmarks_]
    for driver, vector in zip(model.centres.ids, model.centres.vectors, strict=True):
        rows.append(("centre", driver, 0.0, vector))
    rows += [("said", word, float(n), None) for word, n in sorted(model.known_words.items())]
    rows += [("template", line, 0.0, None) for line in sorted(model.templates.lines)]
    rows += [("field", label, 0.0, None) for label in sorted(model.templates.labels)]
    columns = zip(*rows, strict=True)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, _SCHEMA, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=_SCHEMA)
    table = table.replace_schema_metadata({"workbench": json.dumps(about)})
    pq.write_table(table, path, compression="zstd")


def load(path: Path, *, embedding: str = "", cache: Path | None = None) -> FrozenModel:
    """Read a model; ``embedding`` says where its embedding model lies now, if it moved.

    Raises `WorkbenchError` if the file is not one of ours, or damaged.
    """
    try:
        table = pq.read_table(path)
        about = json.loads((table.schema.metadata or {})[b"workbench"])
        if about["format"] != _FORMAT:
            raise ValueError(f"its format is {about['format']}, not {_FORMAT}")
        return _read(table, about, embedding, cache)
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as fault:
        raise WorkbenchError(
            f"the model of the driver catalogue cannot be read ({fault}).", where=str(path),
            fix="Restore the file, or run 'workbench drivers refit'.",
        ) from fault  # fmt: skip


def _read(
    table: pa.Table, about: Mapping[str, Any], embedding: str, cache: Path | None
) -> FrozenModel:
    parts = {kind: table.filter(pa.compute.equal(table["kind"], kind)) for kind in _KINDS}
    smoothing = NeighbourSmoothing(**about["smoothing"])
    smoothing.landmarks_ = _matrix(parts["landmark"])
    smoothing.n_features_in_ = smoothing.landmarks_.shape[1]
    vectors = _embedded(about["embedding"], embedding, cache) if "embedding" in about else None
    return FrozenModel(
        vectors=vectors or _text_vectors(about["vectors"], parts),
        smoothing=smoothing,
        centres=Centres(tuple(parts["centre"]["key"].to_pylist()), _matrix(parts["centre"])),
        known_words=dict(zip(
            parts["said"]["key"].to_pylist(), map(int, parts["said"]["number"].to_pylist()),
            strict=True,
        )),
        n_known=about["n_known"],
        language=about["language"],
        basis=about["basis"],
        templates=Templates(
            frozenset(parts["template"]["key"].to_pylist()),
            frozenset(parts["field"]["key"].to_pylist()),
        ),
    )  # fmt: skip


_KINDS = ("word", "letters", "landmark", "centre", "said", "template", "field")


def _features(vectors: TextVectors) -> list[tuple[str, str, float, Any]]:
    rows: list[tuple[str, str, float, Any]] = []
    for kind, learned in (("word", vectors.words_), ("letters", vectors.letters_)):
        if hasattr(learned, "vocabulary_"):
            names = learned.get_feature_names_out()
            start = len(rows)
            rows += [
                (kind, str(name), float(weight), vectors.components_[start + i])
                for i, (name, weight) in enumerate(zip(names, learned.idf_, strict=True))
            ]
    return rows


def _text_vectors(params: Mapping[str, Any], parts: Mapping[str, pa.Table]) -> TextVectors:
    vectors = TextVectors(**params)
    vectors.words_ = _restored(word_vectoriser, parts["word"])
    vectors.letters_ = _restored(letter_vectoriser, parts["letters"])
    both = pa.concat_tables([parts["word"], parts["letters"]])
    vectors.components_ = _matrix(both)
    vectors.n_features_out_ = vectors.components_.shape[1]
    return vectors


def _restored(make: Any, part: pa.Table) -> TfidfVectorizer:
    if not len(part):
        return make()
    restored = make(vocabulary=part["key"].to_pylist())
    restored.idf_ = part["number"].to_numpy().astype(np.float32)
    return restored


def _embedded(about: Mapping[str, str], embedding: str, cache: Path | None) -> EmbeddedTexts:
    where = embedding or about["model"]
    opened = EmbeddedTexts(where, cache=cache or "", expected_sha256=about["sha256"])
    return opened.fit([])


def _matrix(part: pa.Table) -> Vectors:
    flat = part["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    found: Vectors = flat.astype(np.float32).reshape(len(part), -1)
    return found
