"""A chart receives a finished result: it draws it, and neither computes nor shows nor saves."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHARTS = sorted(p for p in (ROOT / "workbench/charts").glob("*.py") if p.stem != "__init__")
# Charts of results; `style` has no chart and `sparklines` takes the bare numbers of a table cell.
OF_RESULTS = [p.stem for p in CHARTS if p.stem not in ("style", "sparklines")]

COMPUTES = {
    "agg", "aggregate", "apply", "concat", "corr", "cumsum", "describe", "diff", "ewm", "expanding",
    "fit", "fit_predict", "groupby", "group_by", "interpolate", "mean", "median", "merge", "mode",
    "nunique", "pct_change", "percentile", "pivot", "pivot_table", "polyfit", "predict", "quantile",
    "rank", "resample", "rolling", "std", "sum", "value_counts", "var",
}  # fmt: skip
LEAVES_A_TRACE = {"show", "savefig", "open", "write_text", "write_bytes", "to_csv", "print"}


def used(path: Path) -> set[str]:
    """Every name a module calls or reaches into."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reached = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return reached | called


@pytest.mark.parametrize("path", CHARTS, ids=lambda p: p.stem)
def test_charts_compute_nothing(path: Path) -> None:
    assert not used(path) & COMPUTES


@pytest.mark.parametrize("path", CHARTS, ids=lambda p: p.stem)
def test_charts_neither_show_nor_save(path: Path) -> None:
    assert not used(path) & LEAVES_A_TRACE


@pytest.mark.parametrize("path", CHARTS, ids=lambda p: p.stem)
def test_charts_know_results_not_metrics_or_tables(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    own = {m.split(".")[1] for m in modules if m.startswith("workbench.")}
    assert own <= {"analyses", "charts", "definitions"}


@pytest.mark.parametrize("stem", OF_RESULTS)
def test_every_chart_takes_its_result_first(stem: str) -> None:
    module, results = (import_module(f"workbench.{x}.{stem}") for x in ("charts", "analyses"))
    charts = [
        f for name, f in inspect.getmembers(module, inspect.isfunction)
        if f.__module__ == module.__name__ and not name.startswith("_")
    ]  # fmt: skip
    assert charts
    for chart in charts:
        assert chart.__name__.endswith("_chart")
        first, *_ = inspect.get_annotations(chart, eval_str=True).values()
        assert first.__module__ == results.__name__, f"{chart.__name__} takes a {first}"
