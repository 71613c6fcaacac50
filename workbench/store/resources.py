"""What an engine may use of this machine: how much memory, and where it spills to."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path
from uuid import uuid4

from workbench.errors import UsageError

MEMORY_LIMIT = "4GB"
_SETTING = "WORKBENCH_MEMORY_LIMIT"
_UNITS = {
    "MB": 1000**2, "GB": 1000**3, "TB": 1000**4, "MIB": 1024**2, "GIB": 1024**3, "TIB": 1024**4
}  # fmt: skip
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]i?b)", re.IGNORECASE)
_LEAST = 100 * 1000**2  # below this not even a small import gets through


def memory_limit(at_most: str = "") -> str:
    """``$WORKBENCH_MEMORY_LIMIT``, else 4GB; never more than ``at_most`` where that is given.

    A step that bounds itself lower keeps its bound; a machine that has less lowers them all.
    """
    allowed = os.environ.get(_SETTING) or MEMORY_LIMIT
    return min(filter(None, (allowed, at_most)), key=_bytes_of)


def memory_bytes() -> int:
    """`memory_limit` as a number."""
    return _bytes_of(memory_limit())


def _bytes_of(size: str) -> int:
    found = _SIZE.fullmatch(size.strip())
    unit = _UNITS.get(found[2].upper()) if found else None
    if found is None or unit is None or (n_bytes := int(float(found[1]) * unit)) < _LEAST:
        raise UsageError(
            f"{size!r} is no amount of memory from 100MB up.", where=_SETTING,
            fix="Write a number and MB, GB, MiB or GiB, such as 2GB.",
        )  # fmt: skip
    return n_bytes


def spill_folder() -> Path:
    """The folder of this process alone for what does not fit into memory; gone when it ends.

    It is not there before an engine needs it. A process that is killed leaves what it spilled.
    """
    return _spill_folder(os.getpid())


@cache  # by process: a fork must neither share nor remove the folder of what it came from
def _spill_folder(process: int) -> Path:
    folder = Path(tempfile.gettempdir()) / f"workbench-spill-{process}-{uuid4().hex[:12]}"
    atexit.register(_removed, folder, process)
    return folder


def _removed(folder: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
