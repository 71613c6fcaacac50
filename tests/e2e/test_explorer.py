"""The analyst in a browser: other months, another vendor, a bar's tickets, a report of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from opening_lab import ROOT, notebook_page, opened_lab, run_all

from workbench.definitions.periods import Period
from workbench.metrics.answers import answer, observations
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """Notebooks and schedules of its own, so that nothing is saved into this repository."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("notebooks", "parameters"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def workspace(demo, tmp_path_factory) -> Path:
    """A workspace that a report may be published into."""
    folder = tmp_path_factory.mktemp("workspace")
    shutil.copytree(demo.workspace / "store", folder / "store")
    return folder


@pytest.fixture(scope="module")
def page(browser, project, workspace, tmp_path_factory):
    """The explorer, opened as the address that the lab opens, and run."""
    with opened_lab(workspace, tmp_path_factory.mktemp("jupyter"), project=project) as lab:
        assert "/lab/tree/notebooks/explore_tickets.ipynb" in lab
        opened = notebook_page(browser, lab, "explore_tickets.ipynb", width=1440)
        run_all(opened, until=".wb-tickets tbody tr")
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def data(workspace) -> Workspace:
    return Workspace.open(workspace)


def box(page, label: str):
    named = page.locator(".widget-dropdown", has=page.get_by_text(label, exact=True))
    return named.locator("select")


def choose(page, label: str, value: str) -> None:
    box(page, label).select_option(value)


def tile(page, metric: str) -> str:
    return page.locator(f'.wb-figure[data-metric="{metric}"]').inner_text()


def wait_for_tile(page, metric: str, text: str) -> None:
    page.locator(f'.wb-figure[data-metric="{metric}"]', has_text=text).wait_for(timeout=60_000)


def caption(page) -> str:
    return page.locator(".wb-tickets caption").inner_text()


def wait_for_count(page, n: int) -> None:
    page.locator(".wb-tickets caption", has_text=f"of {n:,},").wait_for(timeout=60_000)


def listed(page) -> list[str]:
    """The ticket numbers on all pages of the table, in order."""
    found: list[str] = []
    while True:
        rows = page.locator(".wb-tickets tbody tr td:first-child").all_inner_texts()
        found += rows
        later = page.get_by_role("button", name="Later", exact=True)
        if later.is_disabled():
            return found
        before = caption(page)
        later.click()
        page.wait_for_function(
            "was => window.document.querySelector('.wb-tickets caption').textContent !== was",
            arg=before,
        )


def svg_texts(page, number: int) -> str:
    texts = page.locator(".wb-chart").nth(number).locator("text")
    return str(texts.evaluate_all("nodes => nodes.map(node => node.textContent).join(' ')"))


def test_period_and_vendor_move_figures_and_charts(page, data):
    assert box(page, "From").input_value() == "2025-06"
    before = (tile(page, "fcr"), svg_texts(page, 0), svg_texts(page, 1))
    choose(page, "From", "2025-04")
    choose(page, "to", "2025-04")
    april = answer(data, METRICS["fcr"], Period.month("2025-04"))
    wait_for_tile(page, "fcr", f"{100 * april.value:.1f} %")
    choose(page, "Team", "Brightline")
    rows = observations(data, METRICS["tickets_created"])
    april_rows = rows[(rows["at"] >= "2025-04-01") & (rows["at"] < "2025-05-01")]
    counted = april_rows[~april_rows["is_excluded"] & (april_rows["team"] == "Brightline")]
    wait_for_tile(page, "tickets_created", f"n {len(counted):,}")
    after = (tile(page, "fcr"), svg_texts(page, 0), svg_texts(page, 1))
    assert before[0] != after[0]
    assert before[1:] != after[1:]


def test_a_click_on_a_bar_lists_exactly_its_tickets(page, data):
    choose(page, "Split by", "channel")
    bar = page.locator('.wb-chart [role="button"][aria-label^="chat"]')
    bar.first.wait_for(timeout=60_000)
    bar.first.click()
    rows = observations(data, METRICS["fcr"])
    kept = rows[
        (rows["at"] >= "2025-04-01") & (rows["at"] < "2025-05-01") & ~rows["is_excluded"]
        & ~rows["is_immature"] & (rows["team"] == "Brightline") & (rows["channel"] == "chat")
    ]  # fmt: skip
    wait_for_count(page, len(kept))
    found = listed(page)
    assert sorted(found) == sorted(kept["ref"])
    pressed = page.locator('.wb-chart [role="button"][aria-pressed="true"]')
    assert pressed.get_attribute("aria-label").startswith("chat")


def test_a_month_outside_the_period_lists_its_tickets(page, data):
    month = page.locator('.wb-chart [data-part="month-2024-08"]')
    month.scroll_into_view_if_needed()
    month.click()
    rows = observations(data, METRICS["fcr"])
    kept = rows[
        (rows["at"] >= "2024-08-01") & (rows["at"] < "2024-09-01") & ~rows["is_excluded"]
        & ~rows["is_immature"] & (rows["team"] == "Brightline")
    ]  # fmt: skip
    wait_for_count(page, len(kept))
    assert month.get_attribute("aria-pressed") == "true"


def test_the_keyboard_reaches_bars_and_rows(page):
    bar = page.locator('.wb-chart [role="button"][aria-label^="email"]').first
    bar.focus()
    before = caption(page)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "was => window.document.querySelector('.wb-tickets caption').textContent !== was",
        arg=before, timeout=60_000,
    )  # fmt: skip
    assert "email" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.locator(".wb-tickets tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    number = page.evaluate("document.activeElement.firstChild.textContent")
    page.keyboard.press("Enter")
    page.get_by_text(f"Ticket {number}", exact=True).wait_for(timeout=60_000)


def test_a_saved_selection_is_published(page, project, workspace, workbench):
    page.get_by_placeholder("a_name").fill("brightline_by_channel")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("workbench run metric_report__brightline_by_channel").wait_for(timeout=60_000)
    saved = project / "parameters" / "metric_report__brightline_by_channel.yaml"
    assert "team: Brightline" in saved.read_text()
    done = workbench(
        "run", "metric_report__brightline_by_channel", "--workspace", workspace, cwd=project
    )
    assert done.code == 0, done.err
    published = Path(done.out.strip())
    assert published.parent.name == "2025-04"
    html = "".join(p.read_text() for p in published.parent.rglob("*.html"))
    assert re.search(r"First contact resolution of team Brightline", html)


def test_nothing_failed_on_the_way(page):
    assert page.locator('.jp-OutputArea-output[data-mime-type*="error"]').count() == 0
    assert page.locator(".wb-fault").count() == 0
