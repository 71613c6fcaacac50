"""Committed notebooks are clean and short-celled, with the parameters the runner knows."""

from __future__ import annotations

import ast
import io
import tokenize
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_core import PydanticUndefined

from workbench.reporting.cells import declared_parameters, read_notebook, tags
from workbench.reporting.models import REPORTS
from workbench.reporting.parameters import notebook_of

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
SCHEDULES = sorted((ROOT / "parameters").glob("*.y*ml"))
LONGEST_CELL = 12
by_stem = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def code_of(path: Path) -> list[Any]:
    return [c for c in read_notebook(path).cells if c.cell_type == "code"]


def parameters_cell(path: Path) -> Any:
    (cell,) = [c for c in code_of(path) if "parameters" in tags(c)]
    return cell


def test_there_are_notebooks_and_schedules() -> None:
    assert NOTEBOOKS
    assert SCHEDULES


@by_stem
def test_notebook_is_committed_without_traces_of_a_run(path: Path) -> None:
    notebook = read_notebook(path)
    assert "papermill" not in notebook.metadata
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert not {"papermill", "execution", "ExecuteTime"} & set(cell.metadata)
        assert "injected-parameters" not in tags(cell)


@by_stem
def test_parameters_come_first_and_once(path: Path) -> None:
    tagged = [i for i, cell in enumerate(code_of(path)) if "parameters" in tags(cell)]
    assert tagged == [0]


@by_stem
def test_every_parameter_line_is_typed_literal_and_explained(path: Path) -> None:
    source = parameters_cell(path).source
    lines = source.splitlines()
    statements = ast.parse(source).body
    assert len(statements) == len(lines)
    for line, text in zip(statements, lines, strict=True):
        assert isinstance(line, ast.AnnAssign), f"write 'name: type = value': {text}"
        assert line.value is not None
        ast.literal_eval(line.value)  # a call or a name raises
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        (comment,) = [t.string for t in tokens if t.type == tokenize.COMMENT]
        assert len(comment) > len("# ...")


@by_stem
def test_cells_only_call(path: Path) -> None:
    for cell in code_of(path):
        assert len(cell.source.splitlines()) <= LONGEST_CELL
        tree = ast.parse(cell.source)
        defines = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
        assert not [node for node in ast.walk(tree) if isinstance(node, defines)]


@pytest.mark.parametrize("report", sorted(REPORTS))
def test_reports_end_by_finishing(report: str) -> None:
    path = ROOT / "notebooks" / f"{report}.ipynb"
    last = ast.parse(code_of(path)[-1].source).body[-1]
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Call)
    assert isinstance(last.value.func, ast.Attribute)
    assert last.value.func.attr == "finish"


@pytest.mark.parametrize("report", sorted(REPORTS))
def test_the_model_and_the_cell_declare_the_same(report: str) -> None:
    fields = REPORTS[report].model_fields
    defaults = {
        name: None if field.default is PydanticUndefined else field.default
        for name, field in fields.items()
    }
    path = ROOT / "notebooks" / f"{report}.ipynb"
    assert declared_parameters(read_notebook(path)) == defaults
    types = {
        line.target.id: ast.unparse(line.annotation)
        for line in ast.parse(parameters_cell(path).source).body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    }
    assert types == {name: getattr(f.annotation, "__name__", "") for name, f in fields.items()}


@pytest.mark.parametrize("path", SCHEDULES, ids=lambda p: p.stem)
def test_a_schedule_sets_what_its_notebook_declares(path: Path) -> None:
    notebook = notebook_of(path.stem)
    assert notebook in REPORTS
    given = yaml.safe_load(path.read_text(encoding="utf-8"))["parameters"]
    declared = declared_parameters(read_notebook(ROOT / "notebooks" / f"{notebook}.ipynb"))
    # Where the data is and the seed are the machine's and the notebook's business.
    assert set(given) == set(declared) - {"workspace", "seed"}
