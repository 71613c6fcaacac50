"""Which reports are there? One page, built only from the manifests of published pages."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from workbench.reporting.absent import read_absent
from workbench.reporting.files import write_whole
from workbench.reporting.manifest import Manifest
from workbench.reporting.publish import published_pages
from workbench.reporting.status import reports_status
from workbench.reporting.templates import (
    environment,
    moment_title,
    page_style,
    period_title,
    variant_title,
)

_WHY = {"needs_review": "Needs review", "failed": "Failed"}


def build_index(workspace: Path) -> Path:
    """Let ``site/<report>/`` lead to each newest page and rebuild ``site/index.html``, each file
    whole; the path of the index.

    A period is listed as absent whose run failed or waits for review, and one that the timer was
    refused.
    """
    site = workspace / "site"
    pages = published_pages(site)
    there = {(page.report, page.period) for page in pages}
    failed = [
        _absent(row.report, row.period, _WHY.get(row.status, ""), row.reason)
        for row in reports_status(workspace) if not row.page and row.reason
    ]  # fmt: skip
    named = there | {(one["report"], one["key"]) for one in failed}
    never_begun = [
        _absent(one.report, one.period, "", one.reason)
        for one in read_absent(workspace) if (one.report, one.period) not in named
    ]  # fmt: skip
    absent = sorted(failed + never_begun, key=lambda one: one["key"], reverse=True)
    names = sorted({one["report"] for one in absent} | {page.report for page in pages})
    reports = [
        _report(
            name,
            [page for page in pages if page.report == name],
            [one for one in absent if one["report"] == name],
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


def _absent(report: str, period: str, why: str, reason: str) -> dict[str, str]:
    told = reason.strip().rstrip(".")
    return {"report": report, "key": period, "period": period_title(period),
            "reason": f"{why}: {told}" if why else told[:1].upper() + told[1:]}  # fmt: skip


def _report(name: str, pages: list[Manifest], absent: list[dict[str, str]]) -> dict[str, object]:
    newest_first = sorted(pages, key=lambda page: page.period, reverse=True)
    title, variant = newest_first[0].title if newest_first else "", variant_title(name)
    return {
        "name": name,
        "title": (title or name) + (f" ({variant})" if title and variant else ""),
        "absent": absent,
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
