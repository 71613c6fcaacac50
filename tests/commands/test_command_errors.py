"""Whatever goes wrong: one clear line, its exit code, no traceback, nothing published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.intake.persons.pseudonym_keys import KEY_FILE


@pytest.fixture(scope="module")
def imported(demo, tmp_path_factory) -> Path:
    """A workspace with the sample's data and no runs."""
    workspace = tmp_path_factory.mktemp("imported")
    shutil.copytree(demo.workspace / "store", workspace / "store")
    shutil.copy(demo.workspace / KEY_FILE, workspace / KEY_FILE)
    return workspace


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "monthly_report", "-p", "min_tikets=9"], 2, "did you mean 'min_n'"),
        (["run", "monthly_report", "-p", "n_drivers=many"], 2, "a whole number from 2 to 50"),
        (["run", "monthly_report", "-p", "by=galaxy", "--period", "2025-06"], 2, "galaxy"),
        (["run", "montly_report", "--period", "2025-06"], 2, "did you mean 'monthly_report'"),
        (["run", "monthly_report", "--period", "2025-13"], 2, "2025-13"),
        (["run", "monthly_report", "--period", "2031-01"], 4, "Tickets run from 2023-10 to"),
        (["run"], 2, "name one report"),
        (["run", "--due", "--period", "2025-06"], 2, "--due takes period and parameters from"),
        (["run", "monthly_report", "--scheduler", "tcp://x:1"], 2, "--scheduler goes with --due"),
        (["run", "metric_report", "-p", "metric=frc"], 2, "metric must be one of"),
        (["run", "metric_report", "-p", "months=0"], 2, "a whole number from 1 to 24"),
        (["run", "metric_report__nobody_saved"], 2, "no file sets the parameters"),
        (["run", "monthly_report", "-p", "period"], 2, "name=value"),
        (["metrics", "frc"], 2, "Did you mean 'fcr'"),
        (["metrics", "fcr", "--by", "colour"], 2, "team"),
        (["metrics", "fcr", "--period", "June"], 2, "2025-06"),
        (["export", "tikets"], 2, "Did you mean 'tickets'"),
        (["export", "churn_events"], 2, "is not loaded"),
        (["export", "tickets", "--format", "xls"], 2, "csv, parquet, json"),
        (["import", "nowhere.csv"], 2, "no such file"),
        (["export", "teams", "--out", "nowhere/x.csv"], 2, "nowhere"),
        (["metrics", "--period", ""], 2, "is not a month"),
        (["sample", "--out", "x", "--months", "1"], 2, "months"),
    ],
)
def test_a_fault_is_one_line_with_its_exit_code(workbench, imported, arguments, code, said):
    done = workbench(*arguments, "--workspace", imported) if arguments[0] != "sample" else (
        workbench(*arguments, cwd=imported)
    )  # fmt: skip
    assert done.code == code, done.err
    assert said in done.err
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()) == 1, done.err
    assert not (imported / "site").exists()


@pytest.mark.parametrize(
    "arguments", [["run", "monthly_report", "--period", "2025-06"], ["tables"], ["metrics"],
                  ["export", "facts"]]
)  # fmt: skip
def test_a_workspace_that_was_never_imported_says_how_to_import(workbench, tmp_path, arguments):
    done = workbench(*arguments, "--workspace", tmp_path / "empty")
    assert done.code == 2
    assert "workbench import" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "empty" / "site").exists()


def test_a_refused_file_changes_nothing_and_exits_with_3(workbench, imported, tmp_path):
    broken = tmp_path / "orders.csv"
    broken.write_text("Name,Email\n#1,a@example.com\n")
    before = (imported / "store" / "state.json").read_bytes()
    done = workbench("import", broken, "--workspace", imported)
    assert done.code == 3
    assert "refused orders.csv" in done.out
    assert (imported / "store" / "state.json").read_bytes() == before


def test_help_of_every_command_has_an_example(workbench):
    listed = workbench("--help").out
    commands = [line.split()[0] for line in listed.split("Commands:")[1].splitlines() if line]
    assert len(commands) >= 10
    for command in commands:
        assert f"Example: workbench {command}" in workbench(command, "--help").out
