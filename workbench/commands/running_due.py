"""``workbench run --due``: everything that should be published by now, several at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from workbench.commands.terminal import complain, say
from workbench.errors import ParameterError, ReportError, WorkbenchError
from workbench.reporting.due import Due, read_schedules, what_is_due
from workbench.reporting.notify.delivering import folders_of, notify
from workbench.reporting.notify.notices import Notice, notice_of, overdue
from workbench.reporting.notify.settings import load_settings
from workbench.reporting.progress import Board
from workbench.reporting.publish import INDEX, published
from workbench.reporting.runner import Makers, run_reports
from workbench.reporting.settling import Made
from workbench.reporting.workers import ProgressOf, in_processes


def run_due(
    workspace: Path, root: Path, *, now: datetime, force: bool = False, accept: bool = False,
    workers: int | None = None, scheduler: str = "",
) -> None:  # fmt: skip
    """Make what every schedule under ``parameters/`` is due for; what is published already under
    the same key is left as it is, and what waits for data is said.

    All schedules are tried; the first fault's kind decides the exit code. Whoever ``notify.yaml``
    names is told.
    """
    schedules, unread = read_schedules(root)
    if not schedules and not unread:
        raise ParameterError("no schedule to run.", where="parameters/", fix="Add one YAML file.")
    settings = load_settings(workspace)
    dues = what_is_due(schedules, workspace=workspace, project_root=root, now=now, force=force)
    for fault in unread:
        complain(f"error: {fault}")
    faults = [*unread, *_told(dues)]
    ready = [due.request for due in dues if due.request is not None and not due.waits]
    with Board(sys.stderr) as board:
        makers = _makers(lambda spec: board.of(f"{spec.request.report} {spec.request.period}"),
                         workers, scheduler)  # fmt: skip
        ended = run_reports(ready, now=now, makers=makers, accept=accept)
    for one in ended:
        if one.error is not None:
            complain(f"error: {one.error}")
            faults.append(one.error)
        else:
            say(str(one.request.site / INDEX))
    deliveries = notify(
        _notices(ended, dues, workspace, now), settings, workspace=workspace,
        run_folder_of=folders_of(workspace), now=now, environment=os.environ,
    )  # fmt: skip
    undelivered = [delivery for delivery in deliveries if delivery.is_fault]
    for delivery in undelivered:
        complain(f"warning: {delivery}")
    if undelivered and not faults:
        told = ReportError("all reports are there, but not everybody could be told.",
                           fix="The next call tries again; or run 'workbench notify'.")  # fmt: skip
        told.exit_code = 1
        raise told
    if faults:
        failed = ReportError(f"{len(faults)} of {len(dues) + len(unread)} due reports are absent.")
        failed.exit_code = faults[0].exit_code
        raise failed


def _told(dues: Sequence[Due]) -> list[WorkbenchError]:
    """Say what waits and what cannot be asked for; the faults among it."""
    faults = []
    for due in dues:
        if due.waits:
            say(f"{due.schedule.report} {due.period}: waits for data: {due.waits}.")
        elif due.error is not None:
            complain(f"error: {due.error}")
            faults.append(due.error)
    return faults


def _makers(progress_of: ProgressOf, workers: int | None, scheduler: str) -> Makers:
    if not scheduler:
        return in_processes(progress_of, workers=workers)
    from workbench.reporting.cluster import on_cluster

    return on_cluster(scheduler, progress_of)


def _notices(
    ended: Sequence[Made], dues: Sequence[Due], workspace: Path, now: datetime
) -> list[Notice]:
    """How every run ended, and which reports should be there and are not. What was told before is
    not told again, so a call that was killed before it told is made up for."""
    told = [
        notice_of(one.manifest, in_force=published(one.request.site))
        for one in ended
        if one.manifest is not None
    ]
    return told + [
        overdue(
            due.schedule.report, str(due.period), due.overdue_since, reason=due.error.what,
            in_force=published(workspace / "site" / due.schedule.report / str(due.period)),
        )
        for due in dues
        if due.error is not None and not due.waits and now >= due.overdue_since
    ]  # fmt: skip
