"""Files that appear whole or not at all."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO


class Staging:
    """A folder beside the target in which files are written before they are moved there."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.names: list[str] = []

    def open(self, name: str) -> TextIO:
        """Open a file for writing; a name ending in .gz is compressed, the same every time."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.names.append(name)
        raw = self._stack.enter_context(path.open("wb"))
        if not name.endswith(".gz"):
            return self._stack.enter_context(TextIOWrapper(raw, encoding="utf-8", newline=""))
        # No name and no time in the header: the same content gives the same bytes.
        packed = gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0)
        self._stack.enter_context(packed)
        return self._stack.enter_context(TextIOWrapper(packed, encoding="utf-8", newline=""))


@contextmanager
def staged(out: Path) -> Iterator[Staging]:
    """Write into a folder beside ``out``; on success replace the files there one by one."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        with ExitStack() as stack:
            staging = Staging(folder, stack)
            yield staging
        for name in staging.names:
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / name, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
