"""The same specs on two workers of a dask scheduler: identical to here, and nothing lost."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.reporting.progress import Silent
from workbench.reporting.runner import in_this_process, run_reports

from .tiny_project import BODY, Project, at, tiny_project

NOW = at("2025-07-01T06:00")


@pytest.fixture(scope="module")
def scheduler():
    """The address of a local scheduler with two worker processes."""
    if find_spec("distributed") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must test on dask: 'make dask'")
        pytest.skip("needs dask: 'make dask'")
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = tiny_project(tmp_path / "p")
    made.schedule("monthly_report__b", "schedule: monthly\nparameters: {seed: 1}\n")
    made.tickets(at("2025-04-01"), 91)
    return made


def asked(project: Project):
    return [due.request for due in project.due(NOW)]


def test_two_workers_give_what_one_process_gives(
    project: Project, tmp_path: Path, scheduler: str
) -> None:
    from workbench.reporting.cluster import on_cluster

    here = tiny_project(tmp_path / "here")
    here.schedule("monthly_report__b", "schedule: monthly\nparameters: {seed: 1}\n")
    here.tickets(at("2025-04-01"), 91)
    name = "notebooks/monthly_report.ipynb"
    shutil.copyfile(project.root / name, here.root / name)  # cells have ids of their own
    alone = run_reports(asked(here), now=NOW, makers=in_this_process(lambda _: Silent()))
    shared = run_reports(asked(project), now=NOW, makers=on_cluster(scheduler, lambda _: Silent()))
    assert [one.error for one in shared] == [None, None]
    assert [one.manifest.status for one in shared] == ["published", "published"]
    for ours, theirs in zip(alone, shared, strict=True):
        assert ours.manifest.run_key == theirs.manifest.run_key
        assert ours.manifest.body_sha256 == theirs.manifest.body_sha256
        assert ours.manifest.outputs["metrics.json"] == theirs.manifest.outputs["metrics.json"]
    assert project.pages == here.pages


def test_a_report_that_fails_there_fails_as_it_does_here(project: Project, scheduler: str) -> None:
    from workbench.reporting.cluster import on_cluster

    project.notebook("monthly_report", BODY.replace("print(n", "assert seed == 0, (n"))
    good, bad = run_reports(
        asked(project), now=NOW, makers=on_cluster(scheduler, lambda _: Silent())
    )
    assert good.manifest.status == "published"
    assert bad.manifest.status == "failed"
    assert "AssertionError" in str(bad.error)
    assert project.pages == ["monthly_report/2025-06"]


def test_a_worker_that_dies_is_one_failed_run(project: Project, scheduler: str) -> None:
    from workbench.reporting.cluster import on_cluster

    kill = "if seed == 1:\n    os.kill(os.getppid(), 9)\n    import time; time.sleep(30)"
    project.notebook("monthly_report", "import os", kill, BODY)
    good, bad = run_reports(
        asked(project), now=NOW, makers=on_cluster(scheduler, lambda _: Silent())
    )
    assert good.manifest.status == "published"
    assert "its worker died" in str(bad.error)
    assert not list(project.workspace.glob("runs/*/*/.staging-*"))


def test_no_scheduler_is_one_clear_error(project: Project, monkeypatch) -> None:
    pytest.importorskip("distributed", reason="needs dask: 'make dask'")
    from workbench.reporting import cluster

    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    makers = cluster.on_cluster("tcp://127.0.0.1:9", lambda _: Silent())
    with pytest.raises(UsageError, match="no scheduler answers at tcp://127.0.0.1:9"):
        run_reports(asked(project), now=NOW, makers=makers)
    assert not list(project.workspace.glob("runs/*/*/.staging-*"))
