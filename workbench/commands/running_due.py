"""``workbench run --due``: everything that should be published by now, several at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from workbench.commands.terminal import complain, say
from workbench.definitions.wording import counted
from workbench.errors import LockedError, ParameterError, ReportError, WorkbenchError
from workbench.reporting.absent import Absent, note_absent
from workbench.reporting.due import Due, read_schedules, what_is_due
from workbench.reporting.index import build_index
from workbench.reporting.notify.delivering import folders_of, notify
from workbench.reporting.notify.notices import Notice, notice_of, overdue
from workbench.reporting.notify.settings import load_settings
from workbench.reporting.progress import Board
from workbench.reporting.publish import INDEX, published
from workbench.reporting.runner import Makers, run_reports
from workbench.reporting.runs import locked
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
    _name_absent(workspace, dues)
    for one in ended:
        if one.error is not None:
            complain(f"error: {one.error}")
            faults.append(one.error)
        elif one.is_new:
            say(str(one.request.site / INDEX))
    if same := sum(one.error is None and not one.is_new for one in ended):
        say(f"{counted(same, 'page')} published already; nothing to make anew.")
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


def _name_absent(workspace: Path, dues: Sequence[Due]) -> None:
    """Let the site say which pages are absent because nothing could be begun."""
    absent = [
        Absent(report=due.schedule.report, period=str(due.period), reason=due.error.what)
        for due in dues if due.error is not None and not due.waits
    ]  # fmt: skip
    if workspace.is_dir() and note_absent(workspace, absent):
        # whoever holds the lock writes the index when done, and reads the note then
        with suppress(LockedError), locked(workspace / "runs"):
            build_index(workspace)


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
