"""Do the numbers of a published page come out again, from the data it was made from?

The repeated run reads the store and the driver catalogue as they were, and executes the notebook
the run kept, with its parameters. The code is today's: where it is not the code of then, that is
said, for it may explain a difference.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any

import nbformat

from workbench.errors import ReportError, UsageError
from workbench.reporting.cells import read_notebook, tags
from workbench.reporting.files import remove_tree, sha256_of, write_whole
from workbench.reporting.making import make
from workbench.reporting.manifest import Manifest, read_manifest, write_manifest
from workbench.reporting.progress import Progress, Silent
from workbench.reporting.provenance import lock_hash, package_sha256, package_versions
from workbench.reporting.request import DataFacts, RunRequest, RunSpec
from workbench.reporting.revisions import answers_in, tables_changed, what_changed
from workbench.workspace import Workspace


@dataclass(frozen=True)
class Reproduced:
    """What came of a repeated run: how many numbers were compared, which differ, whether the page
    is the same to the letter, and what is not as it was then."""

    run_id: str
    numbers: int
    differences: tuple[str, ...]
    same_page: bool
    notes: tuple[str, ...]
    kept: str = ""


def reproduced(
    workspace: Path, project_root: Path, run_id: str, *, keep: bool = False,
    progress: Progress | None = None,
) -> Reproduced:  # fmt: skip
    """Run it again on the store version it read, and compare every number.

    Raises `UsageError` for an unknown run or a store version that is gone, `ReportError` if the
    run cannot be repeated at all. Nothing of the workspace is changed; ``keep`` leaves the
    repeated run under ``runs/.reproduced/``.
    """
    told = progress or Silent()
    folder = _folder_of(workspace, run_id)
    then = read_manifest(folder)
    _check_data(workspace, then)
    with tempfile.TemporaryDirectory(prefix="wb-again-") as scratch:
        notebook = _notebook_of_then(folder, Path(scratch) / f"{then.report}.ipynb")
        spec = _spec(then, workspace, project_root, notebook, Path(scratch) / "ws")
        write_manifest(spec.staging, spec.manifest)
        again = make(spec, told)
        if again.status == "failed":
            told.stop(f"failed: {again.reason}")
            raise ReportError(f"the run cannot be repeated: {again.reason}.", where=run_id)
        told.stop("made again")
        old, new = answers_in(folder), answers_in(spec.folder)
        kept = _kept(workspace, spec.folder) if keep else ""
    differences = (
        *what_changed(new, old, most=None), *tables_changed(again.outputs, then.outputs)
    )  # fmt: skip
    notes = _notes(then, project_root)
    same_page = bool(then.body_sha256) and again.body_sha256 == then.body_sha256
    if not (same_page or differences or notes):
        differences = ("the page is not the same to the letter",)
    return Reproduced(run_id, len(old), differences, same_page, notes, kept)


def _folder_of(workspace: Path, run_id: str) -> Path:
    """Where a run, or the copy of it that was published, is kept."""
    if run_id.startswith(".") or "/" in run_id or "\\" in run_id:
        raise UsageError(f"{run_id!r} is not the id of a run.", where="reproduce")
    for top in ("runs", "site"):
        for folder in sorted(workspace.glob(f"{top}/*/*/{escape(run_id)}")):
            if (folder / "executed.ipynb").is_file():
                return folder
    raise UsageError(
        f"there is no run {run_id!r}.",
        where=str(workspace),
        fix="The foot of every page names its run; 'workbench status --json' lists the latest.",
    )


def _check_data(workspace: Path, then: Manifest) -> None:
    if then.store_version is None:
        raise UsageError("the run does not say which data it read.", where=then.run_id)
    opened = Workspace.open(workspace, as_of=then.store_version)
    if opened.state.data_version != then.data_version:
        raise ReportError(
            f"store version {then.store_version} is {opened.state.data_version}, "
            f"the run read {then.data_version}.", where=then.run_id,
            fix="The store was replaced; restore the one the report was made from.",
        )  # fmt: skip


def _notebook_of_then(folder: Path, path: Path) -> Path:
    """The source the run executed, without what it put out."""
    notebook = read_notebook(folder / "executed.ipynb")
    notebook.cells = [cell for cell in notebook.cells if "injected-parameters" not in tags(cell)]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("papermill", None)
    notebook.metadata.pop("papermill", None)
    write_whole(path, nbformat.writes(notebook))
    return path


def _spec(then: Manifest, workspace: Path, root: Path, notebook: Path, scratch: Path) -> RunSpec:
    request = RunRequest(
        report=then.report,
        parameters=dict(then.parameters),
        notebook=str(notebook),
        workspace=str(workspace),
        project_root=str(root),
        facts=DataFacts(
            data_version=then.data_version, data_as_of=then.data_as_of,
            drivers_version=then.drivers_version, store_version=then.store_version,
        ),
    )  # fmt: skip
    fresh: dict[str, Any] = {
        "status": "queued", "finished_at": None, "cells": (), "outputs": {}, "warnings": (),
        "review": (), "changes": (), "accepted_at": None, "code_sha256": package_sha256(),
        "notebook_sha256": sha256_of(notebook),
    }  # fmt: skip
    return RunSpec(request, then.changed(**fresh), apart=scratch)


def _kept(workspace: Path, folder: Path) -> str:
    kept = workspace / "runs" / ".reproduced" / folder.name
    remove_tree(kept)
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, kept)
    return str(kept)


def _notes(then: Manifest, root: Path) -> tuple[str, ...]:
    """What is not as it was when the page was made."""
    notes = []
    if then.code_sha256 != package_sha256():
        made = f"commit {then.code.git_sha[:12]}" if then.code.git_sha else then.code.version
        notes.append(f"the workbench is not the one of then ({made})")
    if then.lock_sha256 != lock_hash(root):
        notes.append("requirements.lock is not the one of then")
    now = package_versions()
    moved = [
        f"{name} {version} then, {now.get(name, 'not installed')} now"
        for name, version in then.packages.items()
        if now.get(name) != version
    ]
    return tuple(notes + moved)
