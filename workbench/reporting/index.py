"""Which reports are there? One page, built only from the manifests of published pages."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from workbench.reporting.files import write_whole
from workbench.reporting.manifest import Manifest
from workbench.reporting.publish import published_pages
from workbench.reporting.status import ReportStatus, reports_status
from workbench.reporting.templates import environment, moment_title, page_style, period_title


def build_index(workspace: Path) -> Path:
    """Let ``site/<report>/`` lead to each newest page and rebuild ``site/index.html``, each file
    whole; the path of the index.

    A report that failed or waits for review is listed as absent.
    """
    site = workspace / "site"
    pages = published_pages(site)
    absent = [row for row in reports_status(workspace) if not row.page and row.reason]
    names = sorted({row.report for row in absent} | {page.report for page in pages})
    reports = [
        _report(
            name,
            [page for page in pages if page.report == name],
            [row for row in absent if row.report == name],
        )
        for name in names
    ]
    html = environment().get_template("index.html.j2").render(
        reports=reports, count=len(pages), style=Markup(page_style())
    )  # fmt: skip
    for name in sorted({page.report for page in pages}):
        newest = max(page.period for page in pages if page.report == name)
        pointer = environment().get_template("latest.html.j2").render(name=name, period=newest)
        write_whole(site / name / "index.html", pointer)
    write_whole(site / "index.html", html)  # last: an index that is not behind tells all is done
    return site / "index.html"


def _report(name: str, pages: list[Manifest], absent: list[ReportStatus]) -> dict[str, object]:
    newest_first = sorted(pages, key=lambda page: page.period, reverse=True)
    title = newest_first[0].title if newest_first else ""
    return {
        "name": name,
        "title": title or name,
        "absent": [
            {"period": period_title(row.period), "status": row.status, "reason": row.reason}
            for row in absent
        ],
        "pages": [
            {
                "href": f"./{page.report}/{page.period}/index.html",
                "period": period_title(page.period),
                "findings": page.findings[:3],
                "as_of": moment_title(page.data_as_of) if page.data_as_of else "not stated",
            }
            for page in newest_first
        ],
    }
