"""What does a text mean? Vectors from a model that the user brings, kept so a text costs once."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from workbench.drivers.embedding_cache import EmbeddingCache, Stored, text_keys
from workbench.drivers.embedding_encoders import Encoder, Vectors, opened_encoder
from workbench.drivers.embedding_files import ModelFiles, model_files
from workbench.errors import UsageError

CACHE_FOLDER = "catalogue/embeddings"  # in a workspace
_AT_ONCE = 4096  # texts between two writes to the cache: what a stopped run has lost at most


class EmbeddingModel:
    """A model that is ready, with the hash of everything that decides its vectors."""

    def __init__(self, files: ModelFiles, encoder: Encoder, sha256: str) -> None:
        self.kind, self.folder, self.sha256 = files.kind, files.folder, sha256
        self.dims, self.max_tokens = encoder.dims, encoder.max_tokens
        self._encoder = encoder

    @classmethod
    def open(
        cls, name: str | os.PathLike[str], *, expected_sha256: str = "", threads: int = 1
    ) -> EmbeddingModel:
        """Open the model in a folder, in an ``.onnx`` file, or under a hub name already on disk.

        Raises `UsageError` where it is not there, is another one than ``expected_sha256`` says, or
        the extra `embed` is not installed.
        """
        files = model_files(name)
        sha256 = files.checked(expected_sha256)
        return cls(files, opened_encoder(files, threads), sha256)

    def encode(self, texts: list[str]) -> Vectors:
        """What are these texts' vectors? One row per text, of length one; zero where it is blank.

        They have the precision in which they are kept, so that a kept vector is the same number
        for number.
        """
        found = np.zeros((len(texts), self.dims), dtype=np.float32)
        filled = [i for i, text in enumerate(texts) if text.strip()]
        if filled:
            found[filled] = self._rounded([_encodable(texts[i]) for i in filled])
        return found

    def _rounded(self, texts: list[str]) -> Stored:
        vectors = self._encoder.encode(texts)
        broken = int((~np.isfinite(vectors)).any(axis=1).sum())
        if broken:
            raise UsageError(
                f"the model gives no numbers for {broken} of {len(texts)} texts.",
                where=str(self.folder), fix="Export the model again, without quantising it.",
            )  # fmt: skip
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float16)


class EmbeddedTexts(TransformerMixin, BaseEstimator):
    """Texts to vectors by an `EmbeddingModel`, as a scikit-learn transformer.

    ``model``: a folder, an ``.onnx`` file or a hub name. ``cache``: a folder for vectors by text
    (a workspace's is ``CACHE_FOLDER``); without it nothing is kept. ``expected_sha256``: refuse any
    other model. After ``fit``: ``sha256_``, to be kept with whatever is made of the vectors, and
    ``n_features_out_``. After ``transform``: ``n_embedded_``, how many texts the cache lacked.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] = "",
        *,
        cache: str | os.PathLike[str] = "",
        expected_sha256: str = "",
        threads: int = 1,
    ) -> None:
        self.model = model
        self.cache = cache
        self.expected_sha256 = expected_sha256
        self.threads = threads

    def fit(self, texts: Iterable[str], y: object = None) -> EmbeddedTexts:
        """Open the model; nothing is learnt from the texts."""
        opened = self._model = self._open(self.expected_sha256)
        self.sha256_: str = opened.sha256
        self.n_features_out_: int = opened.dims
        return self

    def transform(self, texts: Iterable[str]) -> Vectors:
        """The vectors, one row per text; a text that occurs twice is embedded once."""
        rows = _checked(texts)
        keys, first, row_of = np.unique(text_keys(rows), return_index=True, return_inverse=True)
        vectors = np.zeros((len(keys), self._opened.dims), dtype=np.float32)
        kept = self._cache()
        known = kept.look_up(keys, vectors) if kept else np.zeros(len(keys), dtype=bool)
        blank = np.array([not rows[i].strip() for i in first], dtype=bool)
        new = np.flatnonzero(~known & ~blank)
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            vectors[some] = self._opened.encode([rows[first[i]] for i in some])
            if kept:
                kept.add(keys[some], vectors[some].astype(np.float16))
        self.n_embedded_ = len(new)
        found: NDArray[np.float32] = vectors[row_of]
        return found

    def _cache(self) -> EmbeddingCache | None:
        """One folder per model, and per number of tokens that are read of a text."""
        if not os.fspath(self.cache):
            return None
        opened = self._opened
        folder = Path(self.cache) / opened.sha256[:12] / f"{opened.max_tokens}-tokens"
        return EmbeddingCache(folder, opened.dims)

    @property
    def _opened(self) -> EmbeddingModel:
        """The model of ``fit``; opened again, and checked, where this is a copy of a fitted one."""
        if not hasattr(self, "_model"):
            if not hasattr(self, "sha256_"):
                raise UsageError("the model is not open yet.", where="embeddings", fix="Call fit.")
            self._model = self._open(self.sha256_)
        return self._model

    def _open(self, expected: str) -> EmbeddingModel:
        return EmbeddingModel.open(self.model, expected_sha256=expected, threads=self.threads)

    def __getstate__(self) -> dict[str, Any]:
        # An open model belongs to its process; a copy opens its own.
        return {key: value for key, value in super().__getstate__().items() if key != "_model"}


def _checked(texts: Iterable[str]) -> list[str]:
    rows = list(texts)
    wrong = sum(not isinstance(text, str) for text in rows)
    if wrong:
        raise UsageError(
            f"{wrong} of {len(rows)} texts are no text.", where="embeddings",
            fix="Fill what is missing with an empty text first.",
        )  # fmt: skip
    return rows


def _encodable(text: str) -> str:
    """The text without halves of characters, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode()
