"""What no version of the workspace names: taken out again, so that a crash leaves no trace.

Only the one importer that holds the lock may call this. Readers are not disturbed: they open the
versions on record, and what those need is never touched.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

_LOG = "_delta_log"
_ENTRY = re.compile(r"(\d{20})\.json$")


def settle(folder: Path, version: int | None) -> bool:
    """Take back every change to a table after ``version`` (none: the table); was there any?"""
    if version is None:
        found = folder.exists()
        if found:
            shutil.rmtree(folder)
        return found
    later = sorted(
        path for path in (folder / _LOG).glob("*")
        if (entry := _number(path)) is not None and entry > version
    )  # fmt: skip
    for path in reversed(later):  # the newest first: an interruption leaves no gap
        path.unlink()
    return bool(later)


def sweep(folder: Path, versions: Iterable[int]) -> int:
    """Delete the files of a table that none of these Delta versions reads; how many there were.

    Nothing is deleted where the log does not go back to its beginning: it could not be known.
    """
    wanted = sorted(set(versions))
    spans = _lives(folder)
    if spans is None:
        return 0
    needed = {
        name for name, (added, removed) in spans.items()
        if any(added <= version < removed for version in wanted)
    }  # fmt: skip
    gone = [path for path in folder.glob("*.parquet") if path.name not in needed]
    gone += [path for path in (folder / _LOG).glob("*.tmp")]
    for path in gone:
        path.unlink()
    return len(gone)


def _number(path: Path) -> int | None:
    """The version that an entry or a checkpoint of the log belongs to."""
    found = re.match(r"(\d{20})\.", path.name)
    return int(found.group(1)) if found else None


def _lives(folder: Path) -> dict[str, tuple[int, float]] | None:
    """For every file of the table the version that added it and the one that removed it."""
    entries = sorted(p for p in (folder / _LOG).glob("*.json") if _ENTRY.search(p.name))
    if not entries or [_number(p) for p in entries] != list(range(len(entries))):
        return None
    lives: dict[str, tuple[int, float]] = {}
    for version, entry in enumerate(entries):
        for kind, path in _actions(entry):
            if kind == "add":
                lives[path] = (version, float("inf"))
            elif path in lives:
                lives[path] = (lives[path][0], version)
    return lives


def _actions(entry: Path) -> Iterator[tuple[str, str]]:
    for line in entry.read_text(encoding="utf-8").splitlines():
        action = json.loads(line)
        for kind in ("remove", "add"):
            if kind in action:
                yield kind, unquote(action[kind]["path"])
