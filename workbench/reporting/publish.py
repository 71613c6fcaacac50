"""How does a page replace the one before it, so that a reader meets the old or the new, never half?

A folder cannot be swapped atomically on every file system (``os.replace`` refuses a non-empty one,
links do not survive every copy), a file can. So the page is the switch:

    site/<report>/<period>/index.html          one self-contained file, replaced by os.replace
    site/<report>/<period>/<run_id>/...        the files that page links to, under its own run id;
                                               report.html there is that revision's page

The files of a new run are staged beside, flushed, and renamed to a name nobody reads yet. Then
``index.html`` is replaced: that single rename publishes. Before it readers see the old page and the
old files, after it the new page and the new files; the newest revisions stay, for whoever has an
old page open or cites it. A crash at any point leaves one of these two states, and
leftovers nobody links to, removed next time. The page names its run in a meta element, so which
manifest is in force is decided by the same rename and not by a second file.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from workbench.errors import ReportError
from workbench.reporting.files import (
    flush_folder,
    flush_tree,
    remove_tree,
    sha256_of,
    write_whole,
)
from workbench.reporting.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from workbench.reporting.verify import verify_page

INDEX = "index.html"
_RUN = re.compile(rb'<meta name="workbench-run" content="([A-Za-z0-9-]+)">')
_KEPT_IN_RUN = {INDEX, "log.txt", MANIFEST}
KEEP_REVISIONS = 5  # of a page, with their files


def published(folder: Path) -> Manifest | None:
    """The manifest in force in ``site/<report>/<period>``; None if there is no sound page."""
    try:
        head = (folder / INDEX).read_bytes()
    except OSError:
        return None
    run = _RUN.search(head)
    if run is None:
        return None
    try:
        manifest = read_manifest(folder / run[1].decode())
    except ReportError:
        return None
    sound = manifest.outputs.get(INDEX) == sha256_of(folder / INDEX)
    return manifest if sound and manifest.status == "published" else None


def publish(run: Path, site: Path, manifest: Manifest, html: str) -> Manifest:
    """Publish the files of a succeeded run and its page; the manifest as published."""
    done = manifest.moved("published")
    staging = site / f".staging-{manifest.run_id}"
    for leftover in site.glob(".staging-*"):
        remove_tree(leftover)
    names = [name for name in manifest.outputs if name not in _KEPT_IN_RUN]
    for name in names:
        (staging / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run / name, staging / name)
    write_manifest(staging, done)
    linked = {name: manifest.outputs[name] for name in names}
    verify_page(html, staging, assets=f"{manifest.run_id}/", outputs=linked)
    flush_tree(staging)
    target = site / manifest.run_id
    remove_tree(target)  # only a crash before the switch can have left it
    os.replace(staging, target)
    flush_folder(site)
    before = published(site)
    write_whole(site / INDEX, html)  # the switch
    _forget(site, keep={manifest.run_id, before.run_id if before else ""})
    write_manifest(run, done)
    return done


def published_pages(site: Path) -> list[Manifest]:
    """The manifest of every sound published page, found through the pages themselves."""
    found = [published(page.parent) for page in sorted(site.glob(f"*/*/{INDEX}"))]
    return [manifest for manifest in found if manifest is not None]


def _forget(site: Path, *, keep: set[str]) -> None:
    """Remove revisions beyond the newest, and what a crash left."""
    folders = [folder for folder in site.iterdir() if folder.is_dir()]
    revisions = sorted((_revision(folder), folder.name) for folder in folders)
    keep = keep | {name for revision, name in revisions[-KEEP_REVISIONS:] if revision}
    for folder in folders:
        if folder.name not in keep:
            remove_tree(folder)


def _revision(folder: Path) -> int:
    try:
        return read_manifest(folder).revision
    except ReportError:
        return 0
