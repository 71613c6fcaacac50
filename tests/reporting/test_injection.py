"""Names and values that want to be code: refused before a kernel starts, or handed on unchanged."""

from __future__ import annotations

import enum
import json
import os
import re
from collections import OrderedDict, UserString
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from workbench.cli import app
from workbench.errors import ParameterError, WorkbenchError
from workbench.reporting.parameters import resolve
from workbench.reporting.request import RunRequest
from workbench.reporting.runner import run_report

from .conftest import NOW, notebook_in, request_in
from .hostile_texts import FLAG, PATHS, hostile_names
from .injecting import checked_request, injected, nothing_ran, refused, same

ROOT = Path(__file__).parents[2]
COMMAND = get_command(app)
TEXTS = ("team", "channel", "tier", "driver")  # the free texts of metric_report


class Text(str):
    """A text that calls itself code."""

    def __repr__(self) -> str:
        return f"__import__('os').environ.__setitem__('{FLAG}', '1')"

    __str__ = __repr__


class Whole(int):
    def __repr__(self) -> str:
        return f"__import__('os').environ.__setitem__('{FLAG}', '1')"

    __str__ = __repr__


class Real(float):
    __repr__ = __str__ = Whole.__repr__


class Row(list):
    __repr__ = __str__ = Whole.__repr__


class Names(dict):
    __repr__ = __str__ = Whole.__repr__


class Colour(str, enum.Enum):  # noqa: UP042 - this is what an API may hand over
    red = "x\n__import__('os')"


class Plain:
    __repr__ = __str__ = Whole.__repr__


def circle() -> list[object]:
    found: list[object] = []
    found.append(found)
    return found


def nested(depth: int) -> list[object]:
    found: list[object] = []
    for _ in range(depth):
        found = [found]
    return found


TYPED = [
    Text("x"), Whole(5), Real(5), Row([1]), Names(a=1), Colour.red, Plain(), UserString("x"),
    Path("/etc/passwd"), PurePosixPath("x\nimport os"), b"x", bytearray(b"x"), memoryview(b"x"),
    {1}, frozenset({"x"}), (1, "x"), range(3), slice(1), 1j, Decimal("1.5"), Fraction(1, 3),
    date(2025, 6, 1), datetime(2025, 6, 1), np.int64(3), np.float64(1.5), np.str_("x\nimport os"),
    np.bool_(True), np.array([1]), pd.Timestamp("2025-06-01"), pd.NaT, pd.NA, pd.Series([1]),
    float("nan"), float("inf"), float("-inf"), 10**5_000, -(10**5_000), {1: 2}, {None: 1},
    {("a",): 1}, {b"a": 1}, {Text("a"): 1}, {"a": Text("x")}, [Whole(1)], [[{"a": {1}}]],
    OrderedDict(a=1), circle(), nested(100), nested(50_000), "\ud800", ["\udcff"], {"\ud800": 1},
    print, lambda: 1, int, os, NotImplemented, ..., object(), iter([1]), (x for x in [1]),
    compile("1", "", "eval"), type("T", (), {})(),
]  # fmt: skip
PLAIN = [
    None, True, False, 0, -1, 2**64, 1.5, -0.0, 1e308, 5e-324, "", [], {}, [[[]]], {"a": [1, None]},
    {"x\n'\"\\": "y\r\u2028\x00"}, ["#", "'''", '"""', "\\"], nested(15), "\U0010ffff", "{0}", "%s",
]  # fmt: skip


@pytest.fixture(scope="module")
def asked(folder):
    return request_in(folder, notebook_in(folder))


def test_values_of_other_types_are_refused_by_the_runner(asked, canary):
    for value in TYPED:
        for name in ("seed", "by", "period"):
            wrong = replace(asked, parameters=asked.parameters | {name: value})
            with pytest.raises(ParameterError) as caught:
                run_report(wrong, now=NOW)
            assert refused(caught.value)
    assert not asked.runs.exists(), "no kernel was started"
    assert nothing_ran(canary)


def test_plain_values_reach_the_kernel_unchanged(asked, payloads):
    for value in PLAIN + [text for text in payloads if "\udc80" not in text]:
        for held in (value, [value], {"a": value}):
            request = replace(asked, parameters=asked.parameters | {"by": held})
            assert checked_request(request) is not None, repr(value)[:80]


def test_hostile_names_are_refused_by_the_runner(asked, canary):
    other = [Path("seed"), b"seed", 5, None, ("seed",), Text("seed"), Colour.red]
    for name in [*hostile_names(str(canary)), *other]:
        others = {key: value for key, value in asked.parameters.items() if key != name}
        wrong = replace(asked, parameters={**others, name: 1})
        with pytest.raises(ParameterError) as caught:
            run_report(wrong, now=NOW)
        assert refused(caught.value)
        with pytest.raises(ParameterError) as caught:
            resolve("monthly_report", {name: 1}, now=NOW)
        assert refused(caught.value)
    assert not asked.runs.exists()


def test_typed_values_are_refused_or_become_plain_ones(canary):
    for value in TYPED:
        for report, name in (("metric_report", "team"), ("monthly_report", "seed")):
            try:
                found = resolve(report, {name: value}, now=NOW).model_dump(mode="json")[name]
            except WorkbenchError as error:
                refused(error)
                continue
            assert type(found) in (str, int), type(value)
            if abs(found) < 2**64 if isinstance(found, int) else "\ud800" not in found:
                assert same(injected({name: found})[name], found)
    assert nothing_ran(canary)


def test_paths_lead_nowhere_outside(asked, folder):
    before = sorted(folder.rglob("*"))
    for value in PATHS:
        names = [f"monthly_report__{value}/x"] + [value] * (not re.fullmatch(r"\w+", value))
        for name in names:
            with pytest.raises(ParameterError) as caught:
                run_report(replace(asked, report=name), now=NOW)
            assert refused(caught.value)
        if not re.fullmatch(r"[\w-]+(\.\.[\w-]+)?", value):  # such are folders like any other
            wrong = replace(asked, parameters=asked.parameters | {"period": value})
            with pytest.raises(ParameterError):
                run_report(wrong, now=NOW)
    assert sorted(folder.rglob("*")) == before


def test_a_workspace_among_the_parameters_of_a_request_is_refused(asked):
    told = asked.parameters | {"workspace": "/etc"}
    with pytest.raises(ParameterError, match="the workspace is told by the request"):
        run_report(replace(asked, parameters=told), now=NOW)


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
        | st.dictionaries(st.integers(), inner, max_size=2) | st.tuples(inner),
        max_leaves=8,
    ),
    st.text(max_size=20) | st.sampled_from(["seed", "by", "period", "n_drivers"]),
)  # fmt: skip
def test_anything_is_refused_or_arrives_as_it_is(asked, value, name):
    request = replace(asked, parameters={**asked.parameters, name: value})
    taken = checked_request(request)
    assert taken is None or name in asked.parameters


def test_hostile_values_reach_a_real_kernel_as_texts(folder, payloads, canary, request_in_braces):
    texts = [text for text in payloads if "\udc80" not in text][:: len(payloads) // 60]
    given = {f"given_{place}": text for place, text in enumerate(texts)}
    given |= {"all_lists": texts, "all_dicts": {text: {text: [text]} for text in texts}}
    request, notebook = request_in_braces(given)
    manifest = run_report(request, now=NOW)
    assert manifest.status == "published"
    assert json.loads(notebook.with_suffix(".arrived").read_text()) == given
    assert nothing_ran(canary)
    assert len(given) >= 60
    here = folder / "{by} {nope} {0}"
    assert {path.name for path in (here / "ws/runs/monthly_report").iterdir()} == {"2025-06"}
    assert not list(folder.glob("team*")), "a folder's name is no template"


@pytest.fixture
def request_in_braces(folder):
    """A request into a folder called like a template, for a notebook that writes what it got."""

    def make(given: dict[str, Any]) -> tuple[RunRequest, Path]:
        here = folder / "{by} {nope} {0}"
        here.mkdir()
        arrived = here / "monthly_report.arrived"
        notebook = notebook_in(
            here,
            f"""\
import json, os, sys
found = {{name: globals()[name] for name in {sorted(given)!r}}}
assert {FLAG!r} not in os.environ
open({str(arrived)!r}, "w").write(json.dumps(found))
from workbench.reporting.page import Page
Page("T", period, "S", "now").finish([])
""",
        )
        read = nbformat.read(notebook, as_version=4)
        kinds = {str: 'str = ""', list: "list = []", dict: "dict = {}"}
        lines = [f"{name}: {kinds[type(value)]}" for name, value in given.items()]
        read.cells[0].source += "\n".join(lines)
        nbformat.write(read, notebook)
        request = request_in(here, notebook)
        return replace(request, parameters=request.parameters | given), notebook

    return make
