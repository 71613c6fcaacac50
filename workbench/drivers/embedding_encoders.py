"""What is the vector of a text? The two ways to work it out, and nothing about files or caches.

A text has one vector, whatever is embedded with it: otherwise a cached vector would differ from a
fresh one, and the same ticket could move between drivers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from workbench.drivers.embedding_files import ONNX, ModelFiles
from workbench.errors import UsageError

MAX_TOKENS = 128  # what a customer wants is said early; cost grows with length
BATCH = 8  # larger ones are slower on one core
_PROBES = ("a", "the parcel that I ordered two weeks ago has still not arrived, where is it?")
_WHOLE_NUMBERS = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """A model that is ready: texts to vectors of any length, one row per text."""

    dims: int
    max_tokens: int

    def encode(self, texts: list[str]) -> Vectors:
        """The vectors of texts that are not empty."""
        ...


def opened_encoder(files: ModelFiles, threads: int) -> Encoder:
    """The encoder for a model's kind."""
    kind = SentenceTransformer if files.kind == ONNX else StaticVectors
    try:
        return kind(files, threads)
    except UsageError:
        raise
    except Exception as error:  # each library has its own, and many
        raise UsageError(
            f"the model cannot be opened: {str(error).strip()[:300]}.", where=str(files.weights),
            fix="Copy the model again; if it stays so, export it again.",
        ) from error  # fmt: skip


def extra(module: str) -> Any:
    """A module of the extra `embed`; tells how to install it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{error.name or module} is not installed.", where="embedding model",
            fix="Run pip install 'support-workbench[embed]'.",
        ) from error  # fmt: skip


class SentenceTransformer:
    """A BERT-like model exported to ONNX: token vectors, then their mean or the first of them."""

    def __init__(self, files: ModelFiles, threads: int) -> None:
        runtime = extra("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 3
        self._session = runtime.InferenceSession(
            str(files.weights), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = extra("tokenizers").Tokenizer.from_file(
            str(files.named("tokenizer.json"))
        )
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._is_mean = _pools_by_mean(files)
        self._inputs = self._known_inputs(files)
        self.max_tokens = MAX_TOKENS
        self.batch = BATCH if self._is_the_same_together() else 1
        self.dims = int(self.encode([_PROBES[0]]).shape[1])

    def encode(self, texts: list[str]) -> Vectors:
        """Like with like by length, so that little is padded."""
        # One by one: a batch would be tokenised on all cores, whatever ``threads`` says.
        tokens = [self._tokenizer.encode(text).ids for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
        found: list[Any] = [None] * len(texts)
        for start in range(0, len(order), self.batch):
            rows = order[start : start + self.batch]
            for row, vector in zip(rows, self._run([tokens[i] for i in rows]), strict=True):
                found[row] = vector
        return np.array(found, dtype=np.float32)

    def _run(self, tokens: list[list[int]]) -> Iterator[Vectors]:
        """One batch; the mean is taken without the padding."""
        longest = max(len(ids) for ids in tokens)
        values = {name: np.zeros((len(tokens), longest), np.int64) for name in self._inputs}
        for row, ids in enumerate(tokens):
            values["input_ids"][row, : len(ids)] = ids
            if "attention_mask" in values:
                values["attention_mask"][row, : len(ids)] = 1
        asked = {name: value.astype(self._inputs[name]) for name, value in values.items()}
        answer = next((a for a in self._session.run(None, asked) if a.ndim == 3), None)
        if answer is None:
            raise UsageError(
                "the model gives no vector per token.", where="embedding model",
                fix="Export it with the task feature-extraction.",
            )  # fmt: skip
        for vectors, ids in zip(answer, tokens, strict=True):
            yield vectors[: len(ids)].mean(axis=0) if self._is_mean else vectors[0]

    def _known_inputs(self, files: ModelFiles) -> dict[str, Any]:
        inputs = {one.name: one.type for one in self._session.get_inputs()}
        unknown = set(inputs) - {"input_ids", "attention_mask", "token_type_ids"}
        if unknown or "input_ids" not in inputs or set(inputs.values()) - set(_WHOLE_NUMBERS):
            raise UsageError(
                f"this model asks for {', '.join(inputs)}: it is no exported sentence-transformer.",
                where=str(files.weights), fix="Export it with the task feature-extraction.",
            )  # fmt: skip
        return {name: _WHOLE_NUMBERS[kind] for name, kind in inputs.items()}

    def _is_the_same_together(self) -> bool:
        """Has a text the same vector in a batch as alone?

        Not where activations are quantised on the fly: there the batch decides the scale, and a
        neighbour's words would change a text's vector.
        """
        tokens = [self._tokenizer.encode(text).ids for text in _PROBES]
        together = list(self._run(tokens))
        alone = [vector for ids in tokens for vector in self._run([ids])]
        return all(np.array_equal(a, b) for a, b in zip(together, alone, strict=True))


class StaticVectors:
    """A model2vec model: every word piece has a fixed vector, a text the mean of its pieces."""

    def __init__(self, files: ModelFiles, threads: int) -> None:
        self._model = extra("model2vec").StaticModel.from_pretrained(str(files.folder))
        self._threads = threads
        self.dims = int(self._model.dim)
        self.max_tokens = int(self._model.max_length or 0)

    def encode(self, texts: list[str]) -> Vectors:
        """The means; zero where no piece is known."""
        with _tokenising(self._threads):
            found = self._model.encode(texts, normalize=False, use_multiprocessing=False)
        return np.asarray(found, dtype=np.float32)


@contextmanager
def _tokenising(threads: int) -> Iterator[None]:
    """Tokenizers asks the environment whether it may use all cores."""
    name = "TOKENIZERS_PARALLELISM"
    before = os.environ.get(name)
    os.environ[name] = "true" if threads > 1 else "false"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _pools_by_mean(files: ModelFiles) -> bool:
    """The mean, unless the model says that its first token stands for the text."""
    path = files.named("1_Pooling/config.json")
    told = json.loads(path.read_text(encoding="utf-8")) if path else {}
    modes = {name.removeprefix("pooling_mode_") for name, value in told.items() if value is True}
    if isinstance(told.get("pooling_mode"), str):  # as newer sentence-transformers write it
        modes.add(told["pooling_mode"])
    modes.discard("include_prompt")
    if modes <= {"mean_tokens", "mean"}:
        return True
    if modes <= {"cls_token", "cls"}:
        return False
    raise UsageError(
        f"this model pools by {', '.join(sorted(modes))}; only the mean and the first token (cls)"
        " are known.", where=str(path), fix="Choose another model.",
    )  # fmt: skip
