"""How does each report stand: made, failed, running, or stopped without a word?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbench.reporting.publish import INDEX, published
from workbench.reporting.runs import is_locked, latest_run


@dataclass(frozen=True)
class ReportStatus:
    """The latest run of one report and period; ``page`` is what readers see, maybe of an older run.

    ``page`` is relative to the workspace and empty where nothing is published.
    """

    report: str
    period: str
    status: str
    run_id: str
    finished_at: datetime | None
    reason: str
    page: str
    published_run_id: str


def reports_status(workspace: str | Path) -> list[ReportStatus]:
    """How does each report and period stand? Newest period first within a report."""
    root = Path(workspace)
    places = {
        (folder.parent.name, folder.name)
        for top in ("runs", "site")
        for folder in root.glob(f"{top}/*/*")
        if folder.is_dir() and not folder.name.startswith(".")
    }
    at_work = is_locked(root / "runs")
    found = [_status(root, report, period, at_work) for report, period in places]
    rows = [row for row in found if row is not None]
    return sorted(sorted(rows, key=lambda r: r.period, reverse=True), key=lambda r: r.report)


def _status(root: Path, report: str, period: str, at_work: bool) -> ReportStatus | None:
    page = published(root / "site" / report / period)
    latest = latest_run(root / "runs" / report / period) or page
    if latest is None:
        return None
    status, reason = latest.status, latest.reason or "; ".join(latest.review)
    if status in ("queued", "running") and not at_work:
        status, reason = "failed", "interrupted: nothing is running"
    if page is not None and page.run_id == latest.run_id:
        status, reason = "published", ""
    return ReportStatus(
        report=report,
        period=period,
        status=status,
        run_id=latest.run_id,
        finished_at=latest.finished_at,
        reason=reason,
        page=f"site/{report}/{period}/{INDEX}" if page else "",
        published_run_id=page.run_id if page else "",
    )
