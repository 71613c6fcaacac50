"""``workbench run --due`` and ``status`` in a subprocess, over a project of tiny reports."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from local_servers import mail_server
from reporting.tiny_project import BODY, Project, at, tiny_project

JULY = "2025-07-01T06:00:00Z"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = tiny_project(tmp_path_factory.mktemp("due") / "p")
    made.schedule("monthly_report__b", "schedule: monthly\nparameters: {seed: 1}\n")
    made.tickets(at("2025-04-01"), 91)
    return made


@pytest.fixture
def call(workbench: Callable, project: Project) -> Callable:
    def called(*arguments: str, now: str = JULY, **environment: str):
        return workbench(
            *arguments, "--workspace", project.workspace, cwd=project.root, WORKBENCH_NOW=now,
            **environment,
        )  # fmt: skip

    return called


def test_due_status_and_messages(call: Callable, project: Project) -> None:
    """One story: before, made and told, a second call, a faulty file, a failure, overdue."""
    before = call("status")
    assert (before.code, "2025-06" in before.out) == (0, True)
    with mail_server() as server:
        (project.workspace / "notify.yaml").write_text(
            "on_success: {mail: [ops@example.org]}\non_failure: {mail: [oncall@example.org]}\n"
            f"smtp: {{host: 127.0.0.1, port: {server.port}, security: none, sender: r@b.example}}\n"
        )
        first = call("run", "--due", "--workers", "2")
        assert (first.code, first.err.count("made")) == (0, 2), first.err
        assert [line.rsplit("/", 3)[1:3] for line in first.out.splitlines()] == [
            ["monthly_report", "2025-06"], ["monthly_report__b", "2025-06"]
        ]  # fmt: skip
        assert [to for to, _ in server.taken] == [["ops@example.org"]] * 2
        again = call("run", "--due")
        assert (again.code, len(server.taken)) == (0, 2)

        project.notebook("monthly_report", "import os", BODY.replace("print(n", "assert seed, (n"))
        project.schedule("monthly_report__bad", "schedule: monthly\nparameters: {sed: 1}\n")
        failed = call("run", "--due")
        told = failed.err.splitlines()
        assert failed.code == 2, "the first fault decides: a parameter"
        assert "line 2: unknown parameter 'sed' (did you mean 'seed'?)" in failed.err
        assert sum("AssertionError" in line for line in told if line.startswith("error: ")) == 1
        assert told[-1] == "error: 2 of 3 due reports are absent."
        assert "Traceback" not in failed.err
        assert sorted(to[0] for to, _ in server.taken[2:]) == [
            "oncall@example.org", "ops@example.org"
        ]  # fmt: skip
        call("run", "--due")
        assert len(server.taken) == 4, "the same failure is told once"
    (project.root / "parameters/monthly_report__bad.yaml").unlink()
    project.notebook("monthly_report")
    late = call("status", "--json", now="2025-08-10T06:00:00Z")
    assert late.code == 4
    assert "overdue: monthly_report 2025-07, monthly_report__b 2025-07" in late.err
    schedules = json.loads(late.out)["schedules"]
    assert [(one["last"], one["overdue"]) for one in schedules] == [("2025-06", "2025-07")] * 2
    (project.workspace / "notify.yaml").unlink()


def test_a_month_that_could_not_be_begun_is_absent_on_the_site(
    call: Callable, project: Project
) -> None:
    assert call("run", "--due").code == 0
    late = call("run", "--due", now="2025-08-10T06:00:00Z")
    assert late.code == 4
    index = (project.workspace / "site" / "index.html").read_text("utf-8")
    assert "July 2025: not published" in index
    assert "<p>No ticket was created in this period" in index
    assert call("run", "--due").out.splitlines() == [
        "2 pages published already; nothing to make anew."
    ]  # fmt: skip
    assert "July" not in (project.workspace / "site" / "index.html").read_text("utf-8")


def test_a_range_makes_every_month(call: Callable, project: Project) -> None:
    done = call("run", "monthly_report", "--period", "2025-04..2025-05")
    assert done.code == 0, done.err
    assert [line.split("/")[-2] for line in done.out.splitlines()] == ["2025-04", "2025-05"]


def test_a_range_that_begins_before_the_data_makes_the_rest(call: Callable) -> None:
    done = call("run", "monthly_report", "--period", "2025-03..2025-04")
    assert done.code == 4
    assert [line.split("/")[-2] for line in done.out.splitlines()] == ["2025-04"]
    assert "2025-03" in done.err


def test_nobody_told_is_told(call: Callable, project: Project) -> None:
    (project.workspace / "notify.yaml").write_text(
        "on_success: {webhook: ['http://127.0.0.1:9/x']}\nwebhook_timeout_seconds: 1\n"
    )
    project.schedule("monthly_report__c", "schedule: monthly\nparameters: {seed: 2}\n")
    done = call("run", "--due")
    (project.workspace / "notify.yaml").unlink()
    assert done.code == 1
    assert "not everybody could be told" in done.err.splitlines()[-1]


def test_by_hand_a_report_takes_what_its_schedule_sets(call: Callable, project: Project) -> None:
    project.schedule("monthly_report", "schedule: monthly\nparameters: {seed: 7}\n")
    for more, seed in (((), 7), (("-p", "seed=8"), 8)):
        done = call("run", "monthly_report", "--period", "2025-04", *more)
        assert done.code == 0, done.err
        (manifest,) = [
            made for path in project.workspace.glob("site/monthly_report/2025-04/*/manifest.json")
            if (made := json.loads(path.read_text()))["parameters"]["seed"] == seed
        ]  # fmt: skip
        assert manifest["status"] == "published"
