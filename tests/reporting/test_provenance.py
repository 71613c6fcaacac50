import math
from io import StringIO

import matplotlib.pyplot as plt
import pytest

from workbench.charts.sparklines import sparkline
from workbench.reporting.progress import Lines, progress_on
from workbench.reporting.provenance import code_facts, package_versions, run_key


@pytest.fixture
def asked(tmp_path):
    (tmp_path / "n.ipynb").write_text("{}")
    return {
        "notebook": tmp_path / "n.ipynb",
        "parameters": {"seed": 0, "by": "team", "workspace": "data"},
        "data_version": "v1",
        "lock_sha256": "aa",
    }


def test_the_same_request_has_the_same_key(asked):
    reordered = dict(reversed(asked["parameters"].items()))
    moved = asked["parameters"] | {"workspace": "/elsewhere"}
    assert run_key(**asked) == run_key(**asked | {"parameters": reordered})
    assert run_key(**asked) == run_key(**asked | {"parameters": moved})


@pytest.mark.parametrize(
    "change",
    [{"parameters": {"seed": 1}}, {"data_version": "v2"}, {"lock_sha256": "bb"}, {"report": "b"}],
)
def test_anything_a_page_depends_on_changes_the_key(asked, change):
    assert run_key(**asked) != run_key(**asked | change)


def test_the_notebook_and_the_package_change_the_key(asked, monkeypatch, tmp_path):
    before = run_key(**asked)
    asked["notebook"].write_text("{ }")
    assert run_key(**asked) != before
    before = run_key(**asked)
    (tmp_path / "workbench").mkdir()
    (tmp_path / "workbench/a.py").write_text("")
    monkeypatch.setattr("workbench.__file__", str(tmp_path / "workbench/__init__.py"))
    assert run_key(**asked) != before


def test_a_folder_without_git_has_no_commit(tmp_path):
    facts = code_facts(tmp_path)
    assert (facts.git_sha, facts.dirty) == (None, None)
    assert "pandas" in package_versions()


def test_progress_is_plain_lines_where_there_is_no_terminal():
    stream = StringIO()
    progress = progress_on(stream)
    assert isinstance(progress, Lines)
    progress.start("r", 2)
    progress.cell(1, 2, "a = 1")
    progress.stop("published r 2025-06")
    assert stream.getvalue() == "r: 2 cells\nr: cell 1/2 a = 1\nr: published r 2025-06\n"


def test_progress_is_a_bar_on_a_terminal(monkeypatch):
    stream = StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    progress = progress_on(stream)
    progress.start("monthly [red]", 2)
    progress.cell(1, 2, "x[0]")
    progress.stop("published monthly 2025-06")
    assert "2/2" in stream.getvalue()
    assert "monthly [red]" in stream.getvalue()


def test_a_sparkline_shows_gaps_lone_points_and_the_last_value():
    ax = sparkline([1.0, None, 3.0, None, 2.0, 2.5, math.nan])
    line, lone, last = ax.lines
    assert list(line.get_xdata()) == list(range(7))
    assert math.isnan(line.get_ydata()[1])
    assert list(lone.get_ydata()) == [1.0, 3.0]
    assert (list(last.get_xdata()), list(last.get_ydata())) == ([5], [2.5])
    plt.close(ax.figure)


@pytest.mark.parametrize("values", [[], [None, None], [4.0], [4.0, 4.0]])
def test_a_sparkline_of_little_is_still_drawn(values):
    ax = sparkline(values)
    assert len(ax.lines) >= 1
    plt.close(ax.figure)
