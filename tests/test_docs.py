"""The pages that are generated say what the declarations say; the others name what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench.metrics.registry import metrics_page
from workbench.tables.catalog import tables_page

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("name", "page"), [("tables", tables_page), ("metrics", metrics_page)])
def test_generated_pages_are_current(name, page):
    assert (ROOT / "docs" / f"{name}.md").read_text() == page(), "run 'make docs'"


@pytest.mark.parametrize("path", ["README.md", "docs/architecture.md", "docs/decisions.md"])
def test_links_and_paths_in_pages_exist(path):
    text = (ROOT / path).read_text()
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert ((ROOT / path).parent / link).exists(), link


def test_lock_has_exact_pins_and_names_no_index():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert all(re.fullmatch(r"[\w.\-]+==[\w.+]+", line) for line in lines)
