"""``workbench run -p``: names and values that want to be code: refused before a kernel starts, or handed on unchanged."""

# ruff: noqa: E501 - an attack is written as it is, not broken into lines
from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hand_made import Log
from typer.main import get_command

from workbench.cli import app
from workbench.commands import running
from workbench.errors import WorkbenchError
from workbench.reporting.request import RunRequest, check_request

from .conftest import NOW
from .hostile_texts import PATHS, hostile_names
from .injecting import injected, nothing_ran, refused

ROOT = Path(__file__).parents[2]
COMMAND = get_command(app)
TEXTS = ("team", "channel", "tier", "driver")  # the free texts of metric_report


@pytest.fixture(scope="module")
def workspace(folder):
    log = Log(until="2025-06-30 23:00")
    for day in range(1, 30):
        log.row(f"t{day}", f"2025-06-{day:02} 10:00", subject="late parcel")
    return log.workspace(folder / "ws").root


@pytest.fixture
def command(workspace, monkeypatch):
    """``workbench run REPORT -p ...`` up to where the kernel would start: the request or the error."""
    taken: list[RunRequest] = []

    def caught(requests: list[RunRequest], **_: object) -> None:
        for request in requests:
            check_request(request)
        taken.extend(requests)
        raise KeyboardInterrupt  # here a kernel would start

    monkeypatch.setattr(running, "run_reports", caught)
    monkeypatch.setenv("WORKBENCH_NOW", NOW.isoformat())
    monkeypatch.chdir(ROOT)

    def run(report: str, *pairs: str, at: Path = workspace) -> RunRequest | BaseException:
        taken.clear()
        given = [word for pair in pairs for word in ("-p", pair)]
        done = CliRunner().invoke(COMMAND, ["run", report, *given, "--workspace", str(at)])
        if taken:
            return taken[0]
        assert done.exception is not None, done.output
        return done.exception

    return run


def test_hostile_names_on_the_command_line_start_nothing(command, canary):
    names = hostile_names(str(canary))
    for name in names:
        assert refused(command("monthly_report", f"{name}=1", "period=2025-06")), name
    assert len(names) >= 80
    assert nothing_ran(canary)


def test_hostile_values_on_the_command_line_start_nothing(command, payloads, canary):
    for value in payloads + PATHS:
        error = command("monthly_report", f"seed={value}", f"by={value}", "period=2025-06")
        assert refused(error), value
        assert "seed must be" in str(error)
        assert "by must be" in str(error)
    for value in PATHS:
        if value != "2025-06..2025-07":  # two reports
            assert refused(command("monthly_report", f"period={value}")), value
        error = command(value, "period=2025-06")
        if len(value) > 1 and value[0] == "-":  # an option, for the command line's own reader
            assert isinstance(error, SystemExit), value
        else:
            assert refused(error), value
        assert refused(command(f"monthly_report__{value or '!'}", "period=2025-06")), value
    assert nothing_ran(canary)


def test_free_texts_on_the_command_line_arrive_as_they_were_given(command, payloads, canary):
    texts = [text for text in payloads + PATHS if "\udc80" not in text and text != "\ud800"]
    arrived = 0
    for start in range(0, len(texts), len(TEXTS) * 2):  # every second four: the rest are next
        given = dict(zip(TEXTS, texts[start:], strict=False))
        request = command(
            "metric_report", *(f"{k}={v}" for k, v in given.items()), "period=2025-06"
        )
        assert isinstance(request, RunRequest), request
        wanted = {name: text.strip() for name, text in given.items()}
        found = injected(request.parameters)
        assert {name: found[name] for name in given} == wanted
        arrived += len(given)
    assert arrived > 150
    assert nothing_ran(canary)


def test_half_a_character_is_refused_not_half_written(command):
    assert refused(command("metric_report", "team=\udcff", "period=2025-06"))


def test_the_command_itself_refuses_what_the_shell_hands_it(workbench, workspace, canary):
    run = f"open({str(canary)!r}, 'w').close()"
    for words in (
        ("-p", f"seed\n{run}\nx=1", "-p", f"by=team;{run}", "-p", f"__import__('os');{run}=1"),
        ("--period", f"../../{{period.__class__}}/{canary}"),
    ):  # fmt: skip
        done = workbench("run", "monthly_report", *words, "--workspace", workspace)
        assert done.code == 2
        assert done.err.startswith("error: ")
        assert done.err.count("\n") == 1
    assert not (workspace / "runs").exists()
    assert nothing_ran(canary)


def test_a_parameter_may_point_to_another_workspace_and_no_further(command, workspace, folder):
    request = command("monthly_report", f"workspace={workspace}", "period=2025-06", at=folder)
    assert isinstance(request, RunRequest)
    assert Path(request.workspace) == workspace
    assert request.parameters["workspace"] == "", "what is published names no folder"
    for path in (request.runs, request.site):
        assert path.resolve().is_relative_to(workspace.resolve())
    default = command("monthly_report", "workspace=", "period=2025-06")
    assert Path(default.workspace) == workspace
    before = sorted(folder.rglob("*"))
    (folder / "empty").mkdir(exist_ok=True)
    for other in (
        folder / "empty",
        "/etc",
        "/proc/self",
        workspace / "../../..",
        f"{folder}/\0",
        "",
    ):
        if other:
            assert isinstance(command("monthly_report", f"workspace={other}"), WorkbenchError), (
                other
            )
    assert sorted(p for p in folder.rglob("*") if p != folder / "empty") == before
