"""A disk that is full at the k-th write, for once or from then on; or a kill at that write.

A write is what takes space or changes names: a file opened for writing, flushed, copied or renamed.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import signal
from collections.abc import Callable
from typing import Any


class _Disk:
    def __init__(self, full_at: int, stays_full: bool, kills: bool) -> None:
        self.full_at, self.stays_full, self.kills, self.writes = full_at, stays_full, kills, 0

    def takes(self, path: object) -> None:
        """Count one write; refuse it where the disk is full."""
        self.writes += 1
        if self.writes == self.full_at or (self.stays_full and self.writes > self.full_at):
            if self.kills:
                os.kill(os.getpid(), signal.SIGKILL)
            name = str(path) if isinstance(path, (str, os.PathLike)) else None
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)


def fill_the_disk(full_at: int, *, stays_full: bool, kills: bool) -> None:
    """From now on this process finds the disk full at its ``full_at``-th write, or is killed."""
    disk = _Disk(full_at, stays_full, kills)
    builtins.open = io.open = _opening(disk, io.open)
    for module, name in ((os, "fsync"), (os, "replace"), (shutil, "copyfile")):
        setattr(module, name, _writing(disk, getattr(module, name)))


def _opening(disk: _Disk, original: Callable[..., Any]) -> Callable[..., Any]:
    def opening(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if set(mode) & set("wax+") and not str(file).startswith("/dev/"):
            disk.takes(file)
        return original(file, mode, *arguments, **options)

    return opening


def _writing(disk: _Disk, original: Callable[..., Any]) -> Callable[..., Any]:
    def writing(*arguments: Any, **options: Any) -> Any:
        disk.takes(arguments[0] if arguments else None)
        return original(*arguments, **options)

    return writing
