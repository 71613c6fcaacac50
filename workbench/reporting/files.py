"""How does a file appear whole or not at all?

Every file a reader may open is written beside its place, flushed to disk and then renamed: a crash
leaves the old file or the new one, never half of one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path, PurePath


def write_whole(path: Path, content: str | bytes) -> None:
    """Write ``content`` to ``path`` so that a reader sees the old file or the new one."""
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Make the names in ``folder`` survive a power cut (a no-op where folders cannot be opened)."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_tree(folder: Path) -> None:
    """Make every file below ``folder``, and its names, survive a power cut."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            flush_folder(path)
        else:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    flush_folder(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder that may be absent."""
    shutil.rmtree(folder, ignore_errors=True)


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes_below(folder: Path, *, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """The sha256 of every file below ``folder``, keyed by its relative posix path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in paths]
    return {
        name: sha256_of(path)
        for name, path in zip(names, paths, strict=True)
        if name not in without
    }


def shown_path(path: str) -> str:
    """A path as a page may show it: never where it lies on this machine."""
    pure = PurePath(path)
    return pure.name if pure.is_absolute() else pure.as_posix()
