"""The analyst in a browser: gives a driver a name, sees it, and takes it back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from opening_lab import ROOT, notebook_page, opened_lab, run_all

from workbench.drivers.catalogue import CatalogueFolder

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

NAME = "Where is my <b>order</b>?"


@pytest.fixture(scope="module")
def workspace(demo, tmp_path_factory) -> Path:
    """A copy, for its catalogue is changed."""
    folder = tmp_path_factory.mktemp("workspace")
    for name in ("store", "catalogue"):
        shutil.copytree(demo.workspace / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def page(browser, workspace, tmp_path_factory):
    project = tmp_path_factory.mktemp("project")
    for name in ("notebooks", "parameters"):
        shutil.copytree(ROOT / name, project / name)
    with opened_lab(workspace, tmp_path_factory.mktemp("jupyter"), project=project) as lab:
        opened = notebook_page(browser, lab, "edit_drivers.ipynb", width=1440)
        run_all(opened, until=".wb-chart circle")
        yield opened
        opened.close()


def options(page) -> list[str]:
    texts = page.locator(".wb-drivers select[multiple] option").all_inner_texts()
    return [re.sub(r"\s+", " ", text) for text in texts]


def names(workspace: Path) -> dict[str, str]:
    drivers = CatalogueFolder(workspace).catalogue.drivers
    return {driver: one.name for driver, one in drivers.items()}


def test_a_driver_is_renamed_and_the_catalogue_says_so(page, workspace):
    assert options(page)[0].split()[:2] == ["d031", "proposed"]
    before = names(workspace)
    place = [text.split()[0] for text in options(page)].index("d001")
    page.get_by_label("Drivers", exact=True).select_option(index=place)
    page.get_by_text("Words that set it apart").wait_for()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_role("status").filter(has_text=f"renamed d001 to “{NAME}”").wait_for()
    assert any(NAME in text for text in options(page))
    assert names(workspace) == before | {"d001": NAME}
    assert NAME in (workspace / "catalogue" / "catalogue.yaml").read_text(encoding="utf-8")
    assert page.locator(".wb-drivers b b").count() == 0


def test_undo_says_what_it_takes_back_and_does(page, workspace):
    page.locator(".wb-drivers", has_text=f"renamed d001 to “{NAME}”").wait_for()
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("status").filter(has_text="took back event").wait_for()
    assert not any(NAME in text for text in options(page))
    assert NAME not in names(workspace).values()


def test_a_name_that_is_taken_is_refused_beside_the_button(page, workspace):
    version = CatalogueFolder(workspace).version
    page.get_by_label("Name", exact=True).fill(names(workspace)["d002"])
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_role("alert").filter(has_text="is that of driver d002").wait_for()
    assert CatalogueFolder(workspace).version == version


def test_nothing_failed_on_the_way(page):
    assert page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count() == 0
    assert page.locator(".wb-chart circle title").count() > 500
