"""A schedule's file that wants to be more than words: refused by its line, or read as words."""

# ruff: noqa: E501 - an attack is written as it is, not broken into lines
from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import ParameterError, UsageError
from workbench.reporting.parameters import resolve
from workbench.reporting.schedules import load_schedule, load_schedules, save_schedule

from .conftest import NOW
from .hostile_texts import FLAG, PATHS, code_payloads, hostile_names

HEAD = "schedule: monthly\nparameters:\n"
TAGGED = [
    "!!python/object/apply:os.system ['{run}']", "!!python/object/apply:os.system\n    - '{run}'",
    "!!python/object/new:os.system ['{run}']", "!!python/object:os.system {{}}",
    "!!python/object/apply:subprocess.check_output [['touch', '{file}']]",
    "!!python/object/apply:builtins.eval ['{run}']", "!!python/object/apply:builtins.open ['{file}', w]",
    "!!python/name:os.system", "!!python/module:os", "!!python/tuple [1, 2]", "!!python/bytes aGk=",
    "!!python/none", "!!python/bool true", "!!python/int 3", "!!python/str x", "!!python/unicode x",
    "!!python/list [1]", "!!python/dict {{a: 1}}", "!!python/long 3", "!!python/complex 1j",
    "!<tag:yaml.org,2002:python/object/apply:os.system> ['{run}']", "!!binary aGk=", "!!set {{a, b}}",
    "!!omap [a: 1]", "!!pairs [a: 1]", "!ruby/object:Gem::Installer x", "!!javax.script.ScriptEngineManager []",
    "!!int x", "!!float y", "!!timestamp 2025-06-01 {run}", "!local x", "!!seq x", "!!map x", "! x",
    "!!com.sun.rowset.JdbcRowSetImpl {{dataSourceName: 'ldap://127.0.0.1/x'}}", "!!merge x",
    "&a x\n  by: *a", "&a [*a]", "&a [x, x]\n  by: [*a, *a, *a]", "*nowhere", "&a {{<<: *a}}",
]  # fmt: skip
WHOLE = [
    "!!python/object/apply:os.system ['{run}']\n", "--- !!python/object/apply:os.system ['{run}']\n",
    "%TAG ! tag:yaml.org,2002:python/object/apply:os.\n---\n!system ['{run}']\n",
    "%TAG !! tag:evil.example,2025:\n---\nschedule: !!x monthly\n", "%YAML 9.9\n---\nschedule: monthly\n",
    "schedule: monthly\n---\nschedule: weekly\n", "schedule: monthly\nschedule: weekly\n",
    HEAD + "  seed: 1\n  seed: 2\n", HEAD + "  <<: {{seed: 1}}\n", "base: &b {{seed: 1}}\n" + HEAD + "  <<: *b\n",
    "? !!python/object/apply:os.system ['{run}']\n: x\n", "? [schedule]\n: monthly\n",
    "schedule: monthly\nparameters: {{? [seed] : 1}}\n", "schedule: monthly\nparameters: {{? {{a: 1}} : 1}}\n",
    "schedule: monthly\nparameters: [{run}]\n", "schedule: monthly\nparameters: '{run}'\n", "- schedule\n",
    "schedule: [monthly]\n", "schedule: {{monthly: 1}}\n", "schedule: monthly; {run}\n", "",
    "schedule: monthly\nnotebook: /etc/passwd\n", "schedule: monthly\nreport: ../../x\n", "\0", "\ufeff\0",
    "schedule: monthly\ngrace_days: {run}\n", "schedule: monthly\ngrace_days: 1e3\n", "@x", "`x`", "%x",
    HEAD + "  workspace: /etc\n", "schedule: monthly\n\tparameters: {{}}\n", "{{" * 5_000, "[" * 100_000,
    "a: " + "[" * 30 + "]" * 30, HEAD + "  seed: " + "{{a: " * 2_000, "- " * 5_000, "? " * 5_000, "&a " * 5_000,
    "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n", "x" * 600_000, HEAD + "  seed: " + "9" * 400_000,
]  # fmt: skip


@pytest.fixture
def canary(tmp_path):
    path = tmp_path / "canary"
    yield path
    assert not path.exists()
    assert FLAG not in os.environ


@pytest.fixture
def refused(tmp_path):
    """The one line with which a file is refused."""

    def load(text: str, name: str = "monthly_report.yaml") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with pytest.raises(UsageError) as caught:
            load_schedule(path)
        told = str(caught.value)
        assert len(told.splitlines()) == 1, told
        assert len(told) < 1_000, told[:2_000]
        return told

    return load


@pytest.mark.parametrize("name", ["seed", "by", "period", "n_drivers"])
def test_tags_anchors_and_aliases_are_refused(refused, canary, name):
    for text in TAGGED:
        filled = text.format(run=f"touch {canary}", file=canary)
        refused(f"{HEAD}  {name}: {filled}\n")


def test_files_of_no_plain_shape_are_refused(refused, canary):
    for text in WHOLE:
        told = refused(text.format(run=f"touch {canary}"))
        assert "monthly_report.yaml" in told or "unknown report" in told


def test_hostile_names_in_a_file_are_refused(refused, canary):
    for name in hostile_names(str(canary)):
        refused(f"{HEAD}  {json.dumps(name)}: 1\n")
        refused(f"{HEAD}  ? |-\n    {name}\n  : 1\n")
        refused(f"schedule: monthly\n{json.dumps(name)}: 1\n")


def test_hostile_values_in_a_file_are_refused_where_words_have_a_meaning(refused, canary):
    for value in code_payloads(str(canary)) + PATHS:
        written = json.dumps(value)
        for name in ("seed", "by", "period", "workspace")[: 4 if value.strip() else 3]:
            refused(f"{HEAD}  {name}: {written}\n")
        refused(f"schedule: {written}\n")


def test_free_texts_in_a_file_are_read_as_they_are_written(tmp_path, canary):
    read = 0
    for value in code_payloads(str(canary)) + PATHS:
        path = tmp_path / "metric_report.yaml"
        path.write_text(f"{HEAD}  team: {json.dumps(value)}\n")
        try:
            found = load_schedule(path).parameters
        except ParameterError:
            assert "\\ud" in json.dumps(value) or "\\u00" in json.dumps(value)
            continue
        assert found == {"team": value}
        assert resolve("metric_report", found, now=NOW).model_dump()["team"] == value.strip()
        read += 1
    assert read > 350


def test_names_of_files_are_names_of_reports(refused, tmp_path, canary):
    for name in ("Monthly_report", "monthly_report__a b", "monthly_report;x", "monthly_report__ü",
                 "monthly_report__{period}", "monthly_report__..", "../monthly", "monthly_report\n",
                 "monthly_report__<script>", "monthly_report__x'", "metric report", ".hidden"):  # fmt: skip
        refused("schedule: monthly\n", f"{name.replace('/', '_')}.yaml")
    for name in (
        "../x",
        "a/b",
        "{period}",
        "x" * 61,
        "A",
        "a b",
        "a\n",
        "",
        ".",
        "~",
        "<b>",
        "a__b",
    ):
        with pytest.raises(ParameterError):
            save_schedule(tmp_path, "monthly_report", name, {})
    assert [path.name for path in tmp_path.glob("monthly_report__a__b*")] == []


def test_what_the_explorer_saves_is_read_back_as_it_was(tmp_path, canary):
    for place, value in enumerate(code_payloads(str(canary))[::3]):
        if "\udc80" in value:
            continue
        given = {"period": "last_month", "team": value, "metric": "csat"}
        saved = save_schedule(tmp_path, "metric_report", f"n{place}", given)
        assert saved.parameters == given
    assert len(load_schedules(tmp_path)) > 100


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("!&*?|>-:{}[]<,'\"#%@` \n\tabpython/object:1\\")) | st.text())
def test_any_file_is_read_or_refused_in_one_line(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "monthly_report.yaml"
    path.write_bytes((HEAD + text).encode("utf-8", "surrogatepass"))
    try:
        found = load_schedule(path).parameters
    except UsageError as error:
        told = str(error)
        assert len(told.splitlines()) == 1
    else:
        assert set(found) <= {"period", "by", "n_drivers", "min_n", "seed", "workspace"}
        assert Path(path).exists()
