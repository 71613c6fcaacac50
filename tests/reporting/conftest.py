"""Throwaway notebooks and requests for the runner; nothing here touches the real reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from workbench.reporting.parameters import resolve
from workbench.reporting.request import DataFacts, InputFile, RunRequest

from .hostile_texts import code_payloads
from .injecting import nothing_ran
from .tiny_project import Project, at, tiny_project

ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)
PARAMETERS = """\
workspace: str = ""   # where the tables are
period: str = "2025-06"   # month to report
by: str = "team"   # dimension to compare
n_drivers: int = 10   # contact drivers to tell apart
min_n: int = 30   # smaller groups are hidden
seed: int = 0   # of everything random
"""
PAGE = """\
from workbench.reporting.page import Cell, Finding, Page, ScoreRow
page = Page("Support report", period, "All teams", "30 June 2025, 23:59 UTC")
page.header()
"""
FINISH = 'page.finish([{"metric": "refund_usd", "value": 48210.0}])'


def notebook_in(folder: Path, *sources: str, name: str = "monthly_report") -> Path:
    """A notebook with the report's parameters and these code cells."""
    parameters = new_code_cell(PARAMETERS)
    parameters.metadata["tags"] = ["parameters"]
    cells = [parameters, *map(new_code_cell, sources), new_markdown_cell("The *end*.")]
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def request_in(folder: Path, notebook: Path, **changes: Any) -> RunRequest:
    """A request to run it into the workspace ``folder/ws``."""
    facts = DataFacts(
        data_version=changes.pop("data_version", "tickets@1"),
        data_as_of=datetime(2025, 6, 30, 23, 59, tzinfo=UTC),
        inputs=(InputFile("/srv/exports/tickets.json", "ab" * 32, 9120),),
    )
    given = changes.pop("given", {})
    options: dict[str, Any] = {
        "report": "monthly_report",
        "parameters": resolve("monthly_report", given, now=NOW).model_dump(mode="json"),
        "notebook": str(notebook),
        "workspace": str(folder / "ws"),
        "project_root": str(ROOT),
        "facts": facts,
    }
    return RunRequest(**(options | changes))


@pytest.fixture
def write_notebook(tmp_path: Path) -> Callable[..., Path]:
    return partial(notebook_in, tmp_path)


@pytest.fixture
def request_for(tmp_path: Path) -> Callable[..., RunRequest]:
    return partial(request_in, tmp_path)


def bytes_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the tests of one file."""
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def canary(folder: Path) -> Iterator[Path]:
    """A file that only a payload makes; looked at once more when all tests are over."""
    path = folder / "canary"
    yield path
    assert nothing_ran(path)


@pytest.fixture(scope="module")
def payloads(canary: Path) -> list[str]:
    """Texts that would make the canary if anything ran them."""
    return code_payloads(str(canary))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of tiny reports over the tickets of April to June 2025."""
    made = tiny_project(tmp_path)
    made.tickets(at("2025-04-01"), 91)
    return made
