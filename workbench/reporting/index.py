"""Which reports are there? One page, built only from the manifests of published pages."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.reporting.files import write_whole
from workbench.reporting.manifest import Manifest
from workbench.reporting.publish import published_pages
from workbench.reporting.templates import environment, moment_title, page_style


def build_index(site: Path) -> Path:
    """Rebuild ``site/index.html`` whole; the path of it."""
    pages = sorted(published_pages(site), key=lambda page: page.report)
    reports = [
        _report(name, list(group)) for name, group in groupby(pages, key=lambda page: page.report)
    ]
    html = environment().get_template("index.html.j2").render(
        reports=reports, count=len(pages), style=Markup(page_style())
    )  # fmt: skip
    write_whole(site / "index.html", html)
    return site / "index.html"


def _report(name: str, pages: list[Manifest]) -> dict[str, object]:
    newest_first = sorted(pages, key=lambda page: page.period, reverse=True)
    return {
        "name": name,
        "title": newest_first[0].title or name,
        "pages": [
            {
                "href": f"./{page.report}/{page.period}/index.html",
                "period": _period_title(page.period),
                "findings": page.findings[:3],
                "as_of": moment_title(page.data_as_of) if page.data_as_of else "not stated",
            }
            for page in newest_first
        ],
    }


def _period_title(period: str) -> str:
    try:
        return Period.parse(period).title
    except UsageError:
        return period
