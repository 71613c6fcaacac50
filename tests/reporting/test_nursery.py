"""Kernels forked from one process: are they as apart, and as mortal, as kernels started alone?"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from workbench.errors import ReportError
from workbench.reporting.nursery import Nursery
from workbench.reporting.progress import Silent
from workbench.reporting.requests import request_for
from workbench.reporting.runner import in_this_process, run_reports

from .tiny_project import BODY, Project, at

NOW = at("2025-07-01T06:00")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


def three_months(project: Project) -> list[str]:
    requests = [
        request_for("monthly_report", {"period": period}, workspace=project.workspace,
                    project_root=project.root, now=NOW)
        for period in ("2025-04", "2025-05", "2025-06")
    ]  # fmt: skip
    ended = run_reports(requests, now=NOW, makers=in_this_process(lambda _: Silent()))
    return [one.manifest.reason or one.manifest.status for one in ended if one.manifest]


def gone(pid: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_a_run_meets_the_imports_and_nothing_another_run_left(project: Project) -> None:
    ready = "import sys\nassert 'colorsys' in sys.modules, 'not imported ahead'"
    marks = "import colorsys\nassert not hasattr(colorsys, 'left')\ncolorsys.left = period"
    project.notebook("monthly_report", ready, marks, BODY)
    assert three_months(project) == ["published"] * 3


def test_a_module_that_is_missing_fails_in_the_cell_that_wants_it(project: Project) -> None:
    project.notebook("monthly_report", "1 + 1", "import no_such_module", BODY)
    reasons = three_months(project)
    assert len(reasons) == 3
    assert all("no_such_module" in reason and "cell 3" in reason for reason in reasons), reasons


def test_what_a_module_prints_when_it_is_imported_is_no_answer(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.root / "talkative.py").write_text("print('1234\\nhello')\n")
    monkeypatch.setenv("PYTHONPATH", str(project.root))
    project.notebook("monthly_report", "import talkative", BODY)
    assert three_months(project) == ["published"] * 3


def test_a_killed_nursery_takes_its_kernels_and_nobody_elses_run(project: Project) -> None:
    kills = (
        "import os, pathlib\nparent = os.getppid()\n"
        "forked = 'nursery' in pathlib.Path(f'/proc/{parent}/cmdline').read_text()\n"
        "if forked and period == '2025-04':\n    os.kill(parent, 9)\n"
    )
    hold = "import time\nif forked and period == '2025-04':\n    time.sleep(20)\n"
    project.notebook("monthly_report", kills, hold, BODY)
    first, _, last = three_months(project)
    assert first != "published", "its kernel died with the nursery"
    assert last == "published", "a kernel started alone does the same, later"


def test_a_dead_nursery_says_so_and_ends_cleanly(tmp_path: Path) -> None:
    nursery = Nursery(["json"], os.environ)
    assert nursery.alive
    os.kill(nursery._process.pid, signal.SIGKILL)
    nursery._process.wait()
    assert not nursery.alive
    with pytest.raises(ReportError, match="nursery has died"):
        nursery.born(connection="", cwd=str(tmp_path), log=str(tmp_path / "log"), environment={})
    nursery.close()


def test_a_closed_nursery_is_gone() -> None:
    nursery = Nursery(["json"], os.environ)
    pid = nursery._process.pid
    nursery.close()
    assert gone(pid)
