"""Last month's page, made again after the store moved on: do its numbers come out?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from workbench.errors import ReportError, UsageError
from workbench.reporting.manifest import read_manifest, write_manifest
from workbench.reporting.reproduce import reproduced

from .conftest import bytes_below
from .tiny_project import Project, at, tiny_project

NOW = at("2025-07-01T06:00")


@pytest.fixture(scope="module")
def published_once(tmp_path_factory):
    """A project with June published, and then more June tickets imported."""
    project = tiny_project(tmp_path_factory.mktemp("again") / "p")
    project.tickets(at("2025-04-01"), 91)
    (made,) = project.run_due(NOW)
    project.tickets(at("2025-06-10"), 5, a_day=9, tag="late")
    return project, made.manifest


def test_after_new_imports_the_published_numbers_come_out_again(published_once) -> None:
    project, manifest = published_once
    before = bytes_below(project.workspace)
    found = reproduced(project.workspace, project.root, manifest.run_id)
    assert (found.numbers, found.differences, found.same_page) == (1, (), True)
    assert found.notes == ()
    assert bytes_below(project.workspace) == before, "nothing of the workspace is changed"


def test_it_runs_the_notebook_of_then(published_once) -> None:
    project, manifest = published_once
    kept = (project.root / "notebooks/monthly_report.ipynb").read_bytes()
    try:
        project.notebook("monthly_report", "raise SystemExit('another notebook')")
        found = reproduced(project.workspace, project.root, manifest.run_id)
    finally:
        (project.root / "notebooks/monthly_report.ipynb").write_bytes(kept)
    assert found.differences == ()


def test_a_number_that_differs_is_named(published_once, tmp_path: Path) -> None:
    project, manifest = published_once
    copy = Project(tmp_path / "p")
    shutil.copytree(project.root, copy.root)
    record = copy.workspace / "runs/monthly_report/2025-06" / manifest.run_id / "metrics.json"
    told = json.loads(record.read_text())
    told["answers"][0] |= {"value": 89}
    record.write_text(json.dumps(told))
    found = reproduced(copy.workspace, copy.root, manifest.run_id, keep=True)
    assert found.differences == ("Tickets created: 89 (n 90) became 90 (n 90)",)
    assert (Path(found.kept) / "report.html").is_file()


def test_the_copy_that_was_published_is_enough(published_once, tmp_path: Path) -> None:
    project, manifest = published_once
    copy = Project(tmp_path / "p")
    shutil.copytree(project.root, copy.root)
    shutil.rmtree(copy.workspace / "runs")
    assert reproduced(copy.workspace, copy.root, manifest.run_id).differences == ()


def test_what_is_not_as_it_was_is_said(published_once, tmp_path: Path) -> None:
    project, manifest = published_once
    copy = Project(tmp_path / "p")
    shutil.copytree(project.root, copy.root)
    folder = copy.workspace / "runs/monthly_report/2025-06" / manifest.run_id
    older = manifest.packages | {"pandas": "1.5.0"}
    write_manifest(folder, read_manifest(folder).changed(packages=older, code_sha256="0" * 64))
    found = reproduced(copy.workspace, copy.root, manifest.run_id)
    assert found.notes[0].startswith("the workbench is not the one of then")
    assert any(note.startswith("pandas 1.5.0 then, ") for note in found.notes)


def test_a_run_nobody_knows_and_a_store_that_is_another(published_once, tmp_path: Path) -> None:
    project, manifest = published_once
    for wrong in ("20250701T060000Z-00000000", "../x", ".staging-x"):
        with pytest.raises(UsageError, match="no run|not the id of a run"):
            reproduced(project.workspace, project.root, wrong)
    other = tiny_project(tmp_path / "other")
    other.tickets(at("2025-04-01"), 91, tag="other")
    shutil.copytree(project.workspace / "runs", other.workspace / "runs")
    with pytest.raises(ReportError, match="The store was replaced"):
        reproduced(other.workspace, other.root, manifest.run_id)
