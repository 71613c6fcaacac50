"""Which runs are there, and is one at work? The lock, the leftovers and the latest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from workbench.errors import LockedError, ReportError
from workbench.reporting.files import remove_tree
from workbench.reporting.leaks import mask_secrets, secret_values
from workbench.reporting.manifest import Manifest, read_manifest, write_manifest

KEEP_RUNS = 10  # of each report and period, the published one aside
_BESIDE = ("site/.*.tmp", "site/*/.*.tmp", "site/*/*/.*.tmp", "runs/*/*/*/.*.tmp",
           "runs/*/*/.staging-*/**/.*.tmp")  # fmt: skip
_INTERRUPTED = "interrupted: the process or the machine stopped while it ran"


@contextmanager
def locked(runs: Path) -> Iterator[None]:
    """Hold the one lock on making reports in this workspace; ``LockedError`` if it is taken."""
    runs.mkdir(parents=True, exist_ok=True)
    lock = FileLock(runs / ".lock")
    try:
        lock.acquire(timeout=0.5)  # long enough for `workbench status` to look at the lock
    except Timeout as error:
        raise LockedError(
            "another report is being made.", where="runs/.lock", fix="Try again when it is done."
        ) from error
    try:
        yield
    finally:
        lock.release()


def is_locked(runs: Path) -> bool:
    """Is a report being made in this workspace right now?"""
    if not (runs / ".lock").exists():
        return False
    try:
        with FileLock(runs / ".lock").acquire(timeout=0):
            return False
    except Timeout:
        return True


def sweep_interrupted(runs: Path) -> list[Manifest]:
    """Which runs died without a word? Under the lock, every staging folder: it becomes failed.

    Files that were killed before they were whole are removed.
    """
    for beside in (path for places in _BESIDE for path in runs.parent.glob(places)):
        beside.unlink(missing_ok=True)
    swept = []
    for folder in sorted(runs.glob("*/*/.staging-*")):
        try:
            swept.append(ended_early(folder, _INTERRUPTED))
        except ReportError:  # died before it wrote a manifest: there is nothing to see
            remove_tree(folder)
    return swept


def ended_early(staging: Path, reason: str) -> Manifest:
    """Record that a run was broken off, and keep what it left. `ReportError` if it left nothing
    that can be read."""
    manifest = read_manifest(staging)
    files = [path for path in sorted(staging.rglob("*")) if path.is_file()]
    mask_secrets(files, secret_values(os.environ, manifest.parameters))
    if manifest.status != "failed":  # else it says itself why, and was only not put in its place
        manifest = manifest.moved("failed", reason=" ".join(reason.split())[:300])
        write_manifest(staging, manifest)
    kept = staging.with_name(manifest.run_id)
    remove_tree(kept)
    os.replace(staging, kept)
    return manifest


def latest_run(runs: Path) -> Manifest | None:
    """The manifest of the run that began last in ``runs/<report>/<period>``."""
    manifests = []
    for folder in runs.iterdir() if runs.is_dir() else ():
        try:
            manifests.append(read_manifest(folder))
        except ReportError:
            continue
    return max(manifests, key=lambda manifest: (manifest.started_at, manifest.run_id), default=None)


def forget_runs(runs: Path, *, keep: str, newest: int = KEEP_RUNS) -> list[str]:
    """Remove the runs of ``runs/<report>/<period>`` beyond the newest; the names of those gone.

    The run called ``keep`` stays. Only folders with a manifest are looked at.
    """
    found = []
    for folder in runs.iterdir() if runs.is_dir() else ():
        if folder.name.startswith(".") or folder.name == keep:
            continue
        try:
            found.append((read_manifest(folder).started_at, folder))
        except ReportError:
            continue
    gone = [folder for _, folder in sorted(found, reverse=True)[newest:]]
    for folder in gone:
        remove_tree(folder)
    return [folder.name for folder in gone]
