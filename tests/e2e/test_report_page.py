"""The published page as a reader meets it, in a real browser."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(browser, demo):
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("request", lambda request: opened.complaints.append(request.url)
              if not request.url.startswith(("file:", "data:")) else None)  # fmt: skip
    opened.goto(demo.page.as_uri())
    yield opened
    opened.close()


def test_the_headline_stands_on_the_first_screen(page):
    finding = page.locator("#findings li").first
    box = finding.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 500
    assert "First contact resolution at Brightline fell" in finding.inner_text()


def test_nothing_is_cut_off_or_fetched(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    for figure in page.locator("figure img").all():
        assert figure.evaluate("image => image.complete && image.naturalWidth > 600")
    assert page.complaints == []


def test_a_finding_links_to_its_section_and_a_table_unfolds(page):
    page.locator("#findings a").first.click()
    assert page.evaluate("location.hash") == "#quality"
    details = page.locator("#quality details")
    details.locator("summary").click()
    assert details.locator("table").is_visible()
    assert "Interval:" in details.inner_text()


def test_every_section_leads_to_the_tickets_behind_it(page, demo):
    links = page.locator("a", has_text="row by row")
    assert links.count() == 5
    for link in links.all():
        assert (demo.page.parent / str(link.get_attribute("href"))).exists()


def test_print_shows_short_tables_and_refers_to_long_ones(page, tmp_path):
    page.emulate_media(media="print")
    pdf = page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    assert pdf[:5] == b"%PDF-"
    assert page.locator("#drivers details table").bounding_box() is not None
    assert page.locator("#quality details table").bounding_box() is None
    assert "rows, not printed: see" in page.locator("#quality .wb-unprinted").inner_text()


def test_the_index_leads_to_the_report(page, demo):
    page.goto((demo.workspace / "site" / "index.html").as_uri())
    page.locator('a[href*="/monthly_report/"]', has_text="June 2025").first.click()
    assert page.locator("h1").inner_text() == "Monthly support report"
