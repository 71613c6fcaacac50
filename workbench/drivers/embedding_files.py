"""Where is an embedding model on this machine, of which kind is it, and is it the agreed one?

Nothing is ever downloaded: a folder is read as it is, a hub name only from the hub's local cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import UsageError

FLAG = "--embeddings"  # how the command line names a model; errors repeat it
ONNX, STATIC = "onnx", "static"

_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_LFS_POINTER = b"version https://git-lfs."
_STATIC_TENSORS = {"embeddings", "embedding.weight"}  # as model2vec and sentence-transformers write
_MOST_HEADER = 100_000_000
_CHUNK = 1 << 20
_NEEDED = (
    "a sentence-transformer needs model.onnx (or onnx/model.onnx), tokenizer.json and, unless it"
    " pools by the mean, 1_Pooling/config.json; a model2vec model needs model.safetensors,"
    " config.json and tokenizer.json"
)


@dataclass(frozen=True)
class ModelFiles:
    """The files that decide a model's vectors: ``weights`` first, then what is read beside it."""

    kind: str
    folder: Path
    weights: Path
    beside: tuple[Path, ...]

    def named(self, name: str) -> Path | None:
        """One of the files by its name in the folder, if it is there."""
        wanted = self.folder / name
        return wanted if wanted in self.beside else None

    def sha256(self) -> str:
        """One hash over all files, as ``cat WEIGHTS BESIDE... | sha256sum`` gives it."""
        digest = hashlib.sha256()
        for path in (self.weights, *self.beside):
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        return digest.hexdigest()

    def checked(self, expected: str) -> str:
        """The hash; refuses if another one was agreed on."""
        found = self.sha256()
        if expected and found != expected.strip().lower():
            names = " ".join(str(p.relative_to(self.folder)) for p in (self.weights, *self.beside))
            raise UsageError(
                f"this is not the agreed model: sha256 {found}, expected {expected}.",
                where=str(self.folder),
                fix=f"Pass {FLAG} with the folder of the agreed model, or begin anew with this one;"
                f" the hash is 'cat {names} | sha256sum' in that folder.",
            )
        return found


def model_files(name: str | os.PathLike[str]) -> ModelFiles:
    """Which files does this folder, ``.onnx`` file or hub name stand for?

    Raises `UsageError` that says which files to put where.
    """
    text = os.fspath(name)
    path = Path(text).expanduser()
    if text and path.is_dir():
        return _in_folder(path)
    if text and path.is_file():
        if path.suffix != ".onnx":
            raise UsageError(
                "this file is no ONNX model.", where=text, fix=f"Pass {FLAG} FOLDER: {_NEEDED}."
            )
        folder = path.parent.parent if path.parent.name == "onnx" else path.parent
        return _sentence_transformer(folder, path)
    if _HUB_NAME.fullmatch(text):
        return _in_folder(_in_hub_cache(text))
    raise UsageError(
        "there is no such folder." if text else "no embedding model was given.",
        where=text or FLAG, fix=f"Pass {FLAG} FOLDER: {_NEEDED}.",
    )  # fmt: skip


def _in_folder(folder: Path) -> ModelFiles:
    tensors = _first_of(
        folder / "model.safetensors", folder / "0_StaticEmbedding/model.safetensors"
    )
    # First: a static model on the hub carries an ONNX file too, of another shape.
    if tensors and _STATIC_TENSORS & _tensor_names(tensors):
        return _static(folder, tensors)
    found = _first_of(folder / "model.onnx", folder / "onnx/model.onnx")
    others = sorted((folder / "onnx").glob("model*.onnx"))
    if found is None and len(others) > 1:
        raise UsageError(
            f"there are {len(others)} ONNX models.", where=str(folder / "onnx"),
            fix=f"Pass {FLAG} with the path of one: {', '.join(p.name for p in others)}.",
        )  # fmt: skip
    if weights := found or next(iter(others), None):
        return _sentence_transformer(folder, weights)
    if tensors or (folder / "pytorch_model.bin").exists():
        raise UsageError(
            "there are only PyTorch weights, and no ONNX model.", where=str(folder),
            fix="Export them once, in an environment with optimum-onnx: 'optimum-cli export onnx"
            f" --model {folder} --task feature-extraction NEW_FOLDER', add its 1_Pooling, and"
            f" pass {FLAG} NEW_FOLDER.",
        )  # fmt: skip
    raise UsageError(
        "there is no embedding model.", where=str(folder), fix=f"Put one there: {_NEEDED}."
    )


def _sentence_transformer(folder: Path, weights: Path) -> ModelFiles:
    tokenizer = folder / "tokenizer.json"
    if not tokenizer.is_file():
        raise UsageError(
            "the model's tokenizer.json is missing.", where=str(folder),
            fix=f"Copy it beside {weights.name}: {_NEEDED}.",
        )  # fmt: skip
    # Weights over 2 GB, and those of some exporters, lie in a second file.
    outside = [weights.with_name(weights.name + end) for end in ("_data", ".data")]
    beside = (*outside, tokenizer, folder / "1_Pooling/config.json")
    return _real(ModelFiles(ONNX, folder, weights, tuple(p for p in beside if p.is_file())))


def _static(folder: Path, weights: Path) -> ModelFiles:
    config = _first_of(folder / "config.json", folder / "config_sentence_transformers.json")
    tokenizer = weights.with_name("tokenizer.json")
    if config is None or not tokenizer.is_file():
        raise UsageError(
            "the model's config.json or tokenizer.json is missing.", where=str(folder),
            fix=f"Copy both beside {weights.name}.",
        )  # fmt: skip
    return _real(ModelFiles(STATIC, folder, weights, (tokenizer, config)))


def _first_of(*paths: Path) -> Path | None:
    return next((path for path in paths if path.is_file()), None)


def _real(files: ModelFiles) -> ModelFiles:
    """The same files, if they are what they are called."""
    for path in (files.weights, *files.beside):
        _refuse_pointer(path)
    return files


def _refuse_pointer(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(len(_LFS_POINTER)) == _LFS_POINTER:
            raise UsageError(
                "this is a Git LFS pointer, not the file itself.", where=str(path),
                fix="Run 'git lfs pull' where it came from, and copy the file again.",
            )  # fmt: skip


def _tensor_names(path: Path) -> set[str]:
    """What a safetensors file says it holds, without reading the numbers."""
    _refuse_pointer(path)
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = file.read(length) if length <= _MOST_HEADER else b""
    try:
        found = json.loads(header)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UsageError(
            "this is no whole safetensors file.", where=str(path), fix="Copy the file again."
        )
    return set(found)


def hub_cache() -> Path:
    """The folder where hub tools keep what they downloaded."""
    if told := os.environ.get("HF_HUB_CACHE"):
        return Path(told).expanduser()
    if told := os.environ.get("HF_HOME"):
        return Path(told).expanduser() / "hub"
    caches = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(caches).expanduser() / "huggingface/hub"


def _in_hub_cache(name: str) -> Path:
    """The folder of a hub model's revision ``main``, or of the only one that was downloaded."""
    home = hub_cache() / f"models--{name.replace('/', '--')}"
    snapshots = home / "snapshots"
    main = home / "refs/main"
    if main.is_file() and (chosen := snapshots / main.read_text().strip()).is_dir():
        return chosen
    kept = [path for path in snapshots.glob("*") if path.is_dir()]
    if len(kept) == 1:
        return kept[0]
    if kept:
        raise UsageError(
            f"{len(kept)} revisions of {name} are here, and none is main.", where=str(snapshots),
            fix=f"Pass {FLAG} with the folder of one of them.",
        )  # fmt: skip
    raise UsageError(
        f"{name} is no folder, and no hub model on this machine; nothing is downloaded.",
        where=str(home),
        fix=f"Copy its files into a folder and pass {FLAG} FOLDER: {_NEEDED}. Or download it where"
        f" that is allowed ('hf download {name}') and copy {home.name} to {home.parent}.",
    )
