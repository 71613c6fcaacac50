"""The analyst's way: ``workbench lab``, open the report's notebook, run it."""

from __future__ import annotations

import pytest
from opening_lab import notebook_page, opened_lab, run_all

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def lab(demo, tmp_path_factory):
    with opened_lab(demo.workspace, tmp_path_factory.mktemp("jupyter")) as address:
        yield address


def test_lab_listens_on_this_machine_only_and_asks_for_a_token(lab, browser):
    assert lab.startswith("http://127.0.0.1:")
    page = browser.new_page()
    page.goto(lab.split("?")[0])
    assert "token" in page.content().lower()
    assert "/login" in page.url
    page.close()


def test_the_notebook_runs_from_top_to_bottom_and_shows_the_page(lab, browser):
    page = notebook_page(browser, lab, "monthly_report.ipynb")
    run_all(page, until="text=Finished: ")
    assert page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count() == 0
    assert page.locator("#findings li").count() >= 3
    assert page.locator("#quality img").evaluate("image => image.naturalWidth") > 600
    page.close()
