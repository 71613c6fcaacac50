"""The pages that are generated say what the declarations say; the others name what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench.metrics.reference import metrics_page
from workbench.tables.catalog import tables_page
from workbench.workspace import Workspace

ROOT = Path(__file__).parents[1]


def test_the_page_of_tables_is_current():
    assert (ROOT / "docs" / "tables.md").read_text() == tables_page(), "run 'make docs'"


def test_the_page_of_metrics_is_current_and_its_example_is_the_sample(demo):
    page = metrics_page(Workspace.open(demo.workspace))
    assert (ROOT / "docs" / "metrics.md").read_text() == page, "run 'make docs'"


@pytest.mark.parametrize("path", ["README.md", "docs/architecture.md", "docs/decisions.md"])
def test_links_and_paths_in_pages_exist(path):
    text = (ROOT / path).read_text()
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert ((ROOT / path).parent / link).exists(), link


def test_lock_has_exact_pins_and_names_no_index():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert all(re.fullmatch(r"[\w.\-]+==[\w.+]+", line) for line in lines)
