"""What should the timer make now, what did it miss, and what is overdue?

A report is due when its period is over. It waits for its data: a period that tickets do not cover
to the end is left alone until the schedule's days of grace are over, then it is overdue. Of the
twelve periods before it those are made too that were missed since the newest publication, and those
whose run failed or waits; history before the first publication is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from workbench.definitions.periods import Period
from workbench.errors import ReportError, UsageError, WorkbenchError
from workbench.reporting.gates import MISSING_DAYS
from workbench.reporting.parameters import model_of
from workbench.reporting.publish import published
from workbench.reporting.request import RunRequest
from workbench.reporting.requests import request_for
from workbench.reporting.runs import latest_run
from workbench.reporting.schedules import Schedule, load_schedule

MOST_MISSED = 12  # periods before the newest that are looked back at


@dataclass(frozen=True)
class Due:
    """One period of one schedule: a request that can be carried out, or why there is none.

    ``waits`` tells that the data do not reach far enough yet; within its days of grace that is no
    fault.
    """

    schedule: Schedule
    period: Period
    request: RunRequest | None = None
    error: WorkbenchError | None = None
    waits: str = ""

    @property
    def overdue_since(self) -> datetime:
        """When the page should have been there at the latest."""
        return self.period.end + timedelta(days=self.schedule.grace_days)


@dataclass(frozen=True)
class Timetable:
    """How a schedule stands: the newest published period, the next and when it is due, and the
    oldest one that is overdue, if any."""

    schedule: Schedule
    last: str
    next: str
    next_due: datetime
    overdue: str
    overdue_since: datetime | None


def read_schedules(root: Path) -> tuple[list[Schedule], list[WorkbenchError]]:
    """Every schedule under ``parameters/`` that can be read, and what is wrong with the others."""
    schedules: list[Schedule] = []
    faults: list[WorkbenchError] = []
    for path in sorted((root / "parameters").glob("*.yaml")):
        try:
            schedules.append(load_schedule(path))
        except WorkbenchError as fault:
            faults.append(fault)
    return schedules, faults


def what_is_due(
    schedules: Sequence[Schedule], *, workspace: Path, project_root: Path, now: datetime,
    force: bool = False,
) -> list[Due]:  # fmt: skip
    """Every period that should be published by now, each with its checked request."""
    return [
        _due(schedule, period, workspace, project_root, now, force)
        for schedule in schedules
        for period in due_periods(schedule, site=workspace / "site", now=now)
    ]


def due_periods(schedule: Schedule, *, site: Path, now: datetime) -> list[Period]:
    """The periods of a schedule to publish by now, the oldest first."""
    newest = _newest(schedule, now)
    if not _is_relative(schedule):
        return [newest] if newest.end <= now else []
    done = _published_periods(schedule, site)
    if not done:
        return [newest]
    wanted = [newest]  # always, so that late data make a new revision of it
    for back in range(1, MOST_MISSED + 1):
        period = newest.shifted(-back)
        if period <= min(done):
            break
        if period not in done and (period > max(done) or _was_tried(schedule, site, period)):
            wanted.append(period)
    return wanted[::-1]


def timetable(schedule: Schedule, *, site: Path, now: datetime) -> Timetable:
    """How does this schedule stand?"""
    done = _published_periods(schedule, site)
    lacking = [p for p in due_periods(schedule, site=site, now=now) if p not in done]
    late = [p for p in lacking if p.end + timedelta(days=schedule.grace_days) <= now]
    following = lacking[0] if lacking else _newest(schedule, now).shifted(1)
    grace = timedelta(days=schedule.grace_days)
    return Timetable(
        schedule=schedule,
        last=str(max(done)) if done else "",
        next=str(following) if lacking or _is_relative(schedule) else "",
        next_due=following.end,
        overdue=str(late[0]) if late else "",
        overdue_since=late[0].end + grace if late else None,
    )


def _due(
    schedule: Schedule, period: Period, workspace: Path, root: Path, now: datetime, force: bool
) -> Due:
    given = {**schedule.parameters, "period": str(period)}
    try:
        request = request_for(
            schedule.report, given, workspace=workspace, project_root=root, now=now, force=force
        )
    except ReportError as error:  # no ticket of the period, or none at all
        due = Due(schedule, period, error=error, waits=f"{error.what.rstrip('.')}")
        return due if now < due.overdue_since else Due(schedule, period, error=error)
    except WorkbenchError as error:
        return Due(schedule, period, error=error)
    due = Due(schedule, period, request)
    facts = request.facts.period
    until = facts.tickets_until if facts else None
    if until is not None and period.end - until >= timedelta(days=MISSING_DAYS):
        waits = f"tickets stop on {until:%-d %B %Y}"
        if now < due.overdue_since:
            return Due(schedule, period, request, waits=waits)
    return due


def _newest(schedule: Schedule, now: datetime) -> Period:
    """The last period that is over, or the one period that the file names."""
    if _is_relative(schedule):
        return Period.parse(f"last_{model_of(schedule.report).unit}", now=now)
    return Period.parse(str(schedule.parameters["period"]), now=now)


def _was_tried(schedule: Schedule, site: Path, period: Period) -> bool:
    """Did a run of it fail or wait? A gap before an old page made by hand is nobody's wish."""
    return latest_run(site.parent / "runs" / schedule.report / str(period)) is not None


def _is_relative(schedule: Schedule) -> bool:
    return str(schedule.parameters.get("period", "last_month")) in ("last_month", "last_week")


def _published_periods(schedule: Schedule, site: Path) -> list[Period]:
    """The periods with a sound page, in order."""
    found = []
    for folder in (site / schedule.report).glob("*/"):
        if published(folder) is None:
            continue
        try:
            found.append(Period.parse(folder.name))
        except UsageError:
            continue
    return sorted(found)
