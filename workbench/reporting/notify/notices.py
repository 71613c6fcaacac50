"""What is there to tell about one report and period? Plain facts, made from its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.errors import ReportError
from workbench.reporting.manifest import Manifest
from workbench.reporting.publish import INDEX

NoticeStatus = Literal["published", "failed", "needs_review", "overdue"]
_TOLD: dict[str, NoticeStatus] = {
    "published": "published",
    "failed": "failed",
    "needs_review": "needs_review",
}


@dataclass(frozen=True)
class StillPublished:
    """The page readers have while a newer run of it is missing."""

    run_id: str
    made_at: datetime
    data_as_of: datetime | None = None


@dataclass(frozen=True)
class Notice:
    """One thing to tell: which report and period, how it stands, and what a reader needs to know.

    ``page`` is the page readers have, relative to the site and empty where there is none; ``still``
    says which older run it is of when this one is not published. ``run_id`` is empty for a report
    that nobody ran (``overdue``), which is due since ``due_since``.
    """

    status: NoticeStatus
    report: str
    period: str
    title: str = ""
    reason: str = ""
    findings: tuple[str, ...] = ()
    page: str = ""
    run_id: str = ""
    run_key: str = ""
    data_as_of: datetime | None = None
    warnings: int = 0
    revision: int = 1
    due_since: datetime | None = None
    still: StillPublished | None = None

    @property
    def is_success(self) -> bool:
        """Is this for the list of successes? Whatever needs a person is not."""
        return self.status == "published"

    @property
    def identity(self) -> str:
        """What makes this the same notice when it is told a second time.

        A publication is told once each; a run that fails again under the same key, for the same
        reason, is no news, or an hourly timer would write a mail every hour.
        """
        due = self.due_since.isoformat() if self.due_since else ""
        which = self.run_id if self.is_success else f"{self.run_key}/{self.reason}"
        return "/".join((self.report, self.period, which if self.run_id else due, self.status))

    @property
    def run_folder(self) -> str:
        """Where the run is kept, relative to the workspace; empty where nobody ran it."""
        return f"runs/{self.report}/{self.period}/{self.run_id}" if self.run_id else ""


def notice_of(manifest: Manifest, *, in_force: Manifest | None = None) -> Notice:
    """What is there to tell about this finished run?

    ``in_force`` is the manifest of the page readers have (``published(site)``), if there is one.
    The findings of a page that nobody published are left out: they were not released.
    """
    status = _TOLD.get(manifest.status)
    if status is None:
        raise ReportError(
            f"a run that is {manifest.status} has nothing to tell yet.", where=manifest.run_id
        )
    is_published = status == "published"
    older = None if is_published else in_force
    return Notice(
        status=status,
        report=manifest.report,
        period=manifest.period,
        title=manifest.title or (older.title if older else ""),
        reason=manifest.reason or "; ".join(() if is_published else manifest.review),
        findings=manifest.findings if is_published else (),
        page=_page(manifest) if is_published or older else "",
        run_id=manifest.run_id,
        run_key=manifest.run_key,
        data_as_of=manifest.data_as_of,
        warnings=len(manifest.warnings),
        revision=manifest.revision,
        still=_still(older),
    )


def overdue(
    report: str, period: str, due_since: datetime, *, reason: str = "",
    in_force: Manifest | None = None,
) -> Notice:  # fmt: skip
    """What is there to tell about a report that should be there by now, and that nobody ran?"""
    return Notice(
        status="overdue",
        report=report,
        period=period,
        title=in_force.title if in_force else "",
        reason=reason,
        page=f"{report}/{period}/{INDEX}" if in_force else "",
        due_since=due_since,
        still=_still(in_force),
    )


def _page(manifest: Manifest) -> str:
    return f"{manifest.report}/{manifest.period}/{INDEX}"


def _still(in_force: Manifest | None) -> StillPublished | None:
    if in_force is None:
        return None
    return StillPublished(in_force.run_id, in_force.started_at, in_force.data_as_of)
