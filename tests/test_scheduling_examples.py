"""Would the examples under docs/scheduling work where somebody puts them?

Each is read by the tool it is for where that is here (systemd, a shell), else by a stand-in that
records what it would start; every command in it is a command of ours.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from workbench.cli import app

EXAMPLES = Path(__file__).parents[1] / "docs" / "scheduling"
DAILY = "15 6 * * *"


def ours(command: str) -> list[str]:
    """The calls of the workbench in a shell command, each as its words."""
    parts = [shlex.split(part) for part in re.split(r"&&|;", command)]
    return [" ".join(words[1:]) for words in parts if words[:1] and words[0].endswith("workbench")]


def is_a_command(words: str) -> bool:
    """Does the command line know this call, options and all?"""
    known = [word for word in words.split() if not word.startswith(">") and word != "/dev/null"]
    return CliRunner().invoke(app, [*known, "--help"]).exit_code == 0


def crontab_lines() -> list[tuple[str, str]]:
    lines = (EXAMPLES / "crontab").read_text("utf-8").splitlines()
    entries = [line for line in lines if line and not re.match(r"#|[A-Z_]+=", line)]
    return [(" ".join(line.split(None, 5)[:5]), line.split(None, 5)[5]) for line in entries]


def test_the_crontab_runs_what_is_due_and_then_looks_for_what_is_overdue() -> None:
    (first, due), (second, check) = crontab_lines()
    assert (first, second) == (DAILY, "15 7 * * *")
    assert ours(due) == ["import exports", "drivers assign", "run --due"]
    assert all(is_a_command(call) for call in [*ours(due), *ours(check)])
    for command in (due, check):
        assert "%" not in command, "cron would end the command there"
        subprocess.run(["bash", "-n", "-c", command], check=True)


def test_a_line_of_the_crontab_stops_at_the_first_fault(tmp_path: Path) -> None:
    bin_ = tmp_path / ".venv" / "bin"
    bin_.mkdir(parents=True)
    fake = bin_ / "workbench"
    fake.write_text('#!/bin/sh\necho "$@" >> calls\ntest "$1" != "$FAILS"\n')
    fake.chmod(0o755)
    (_, due), _ = crontab_lines()
    command = due.replace("/srv/support", str(tmp_path))
    done = subprocess.run(["sh", "-c", command], env={"PATH": "/usr/bin:/bin", "FAILS": "run"})
    assert done.returncode == 1, "cron sees the exit code of the last step"
    assert (tmp_path / "calls").read_text().splitlines() == [
        "import exports", "drivers assign", "run --due"
    ]  # fmt: skip
    (tmp_path / "calls").unlink()
    subprocess.run(["sh", "-c", command], env={"PATH": "/usr/bin:/bin", "FAILS": "import"})
    assert (tmp_path / "calls").read_text().splitlines() == ["import exports"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = shutil.which("true")
    for unit in EXAMPLES.glob("workbench-reports*"):
        text = unit.read_text("utf-8").replace("/srv/support/.venv/bin/workbench", str(program))
        (tmp_path / unit.name).write_text(text.replace("User=support\n", ""))
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True
    )
    told = [line for line in done.stderr.splitlines() if "workbench-reports" in line]
    assert (done.returncode, told) == (0, [])
    when = re.search(r"OnCalendar=(.+)", (EXAMPLES / "workbench-reports.timer").read_text())
    assert when is not None
    subprocess.run(["systemd-analyze", "calendar", when[1]], check=True, capture_output=True)


def test_the_service_calls_what_there_is() -> None:
    for unit in EXAMPLES.glob("*.service"):
        calls = re.findall(r"^ExecStart=\S+/workbench (.+)$", unit.read_text("utf-8"), re.MULTILINE)
        assert calls
        assert all(is_a_command(call) for call in calls)


def test_the_workflow_is_read_and_its_steps_are_shell() -> None:
    workflow = yaml.safe_load((EXAMPLES / "github-actions.yml").read_text("utf-8"))
    assert workflow[True]["schedule"] == [{"cron": DAILY}]  # YAML reads "on" as true
    (job,) = workflow["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert [call for command in commands for call in ours(command)] == [
        "import exports", "drivers assign", "run --due"
    ]  # fmt: skip
    for step in job["steps"]:
        assert ("run" in step) != ("uses" in step)
        if "run" in step:
            subprocess.run(["bash", "-n", "-c", step["run"]], check=True)
        else:
            assert re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step["uses"])


def test_the_dag_builds_and_its_tasks_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow itself is far too large to install for this: a stand-in records what it is given."""
    made: list[BashOperator] = []

    class DAG:
        def __init__(self, **options: object) -> None:
            self.options = options

        def __enter__(self) -> DAG:
            return self

        def __exit__(self, *_: object) -> None:
            return

    class BashOperator:
        def __init__(self, **options: object) -> None:
            self.options, self.after = options, None
            made.append(self)

        def __rshift__(self, later: BashOperator) -> BashOperator:
            later.after = self
            return later

    for name, kind in (("airflow.sdk", DAG), ("airflow.providers.standard.operators.bash",
                                              BashOperator)):  # fmt: skip
        module = types.ModuleType(name)
        setattr(module, kind.__name__, kind)
        monkeypatch.setitem(sys.modules, name, module)
    scope: dict[str, object] = {}
    exec(compile((EXAMPLES / "airflow_dag.py").read_text("utf-8"), "airflow_dag.py", "exec"), scope)
    dag = scope["dag"]
    assert isinstance(dag, DAG)
    assert (dag.options["schedule"], dag.options["catchup"]) == (DAILY, False)
    calls = [ours(str(task.options["bash_command"]))[0] for task in made]
    assert calls == ["import exports", "drivers assign", "run --due"]
    assert all(is_a_command(call) for call in calls)
    assert [task.after for task in made] == [None, *made[:-1]]
