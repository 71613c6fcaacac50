"""``workbench run REPORT`` and ``list``: one report, and which there are."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from workbench.commands.terminal import complain, say
from workbench.definitions.periods import Period
from workbench.errors import ParameterError, ReportError, UsageError, WorkbenchError
from workbench.reporting.models import REPORTS
from workbench.reporting.parameters import model_of
from workbench.reporting.progress import Board
from workbench.reporting.publish import INDEX
from workbench.reporting.request import RunRequest
from workbench.reporting.requests import request_for
from workbench.reporting.runner import run_reports
from workbench.reporting.schedules import load_schedule, load_schedules
from workbench.reporting.workers import in_processes


def given_parameters(pairs: list[str], period: str | None) -> dict[str, object]:
    """The parameters of ``-p name=value`` and ``--period``."""
    given: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise ParameterError(f"{pair!r} is not name=value.", where="-p", fix="Write -p seed=1.")
        if name.strip() in given:
            raise ParameterError(f"{name.strip()!r} is given twice.", where="-p")
        given[name.strip()] = value
    if period is not None:
        if "period" in given:
            raise ParameterError("the period is given twice.", where="--period")
        given["period"] = period
    return given


def run_named(
    report: str,
    given: dict[str, object],
    workspace: Path,
    root: Path,
    *,
    now: datetime,
    force: bool = False,
    accept: bool = False,
    workers: int | None = None,
) -> list[Path]:
    """Make and publish one report, or one for each month or week of a range; their pages.

    It takes the parameters of its file under ``parameters/``, as the timer does, and ``given`` ones
    instead of those; the period of the file only under a name of its own (``metric_report__chat``).
    ``accept`` publishes a page that needs review. Of a range every period is tried; the first fault
    is raised.
    """
    given = {**_written_parameters(report, root), **given}
    requests: list[RunRequest] = []
    faults: list[WorkbenchError] = []
    for one in _periods(given):
        try:
            requests.append(
                request_for(report, {**given, **one}, workspace=workspace, project_root=root,
                            now=now, force=force)
            )  # fmt: skip
        except ReportError as error:  # no tickets in that period
            faults.append(error)
    with Board(sys.stderr) as board:
        makers = in_processes(
            lambda spec: board.of(_line(spec.request, len(requests))), workers=workers
        )
        ended = run_reports(requests, now=now, makers=makers, accept=accept)
    faults += [one.error for one in ended if one.error is not None]
    pages = [one.request.site / INDEX for one in ended if one.error is None]
    if not faults:
        return pages
    for page in pages:
        say(str(page))
    for fault in faults[1:]:
        complain(f"error: {fault}")
    raise faults[0]


def _periods(given: dict[str, object]) -> list[dict[str, object]]:
    """``2025-01..2025-03`` is three reports; anything else is left to the report's own check."""
    written = str(given.get("period", ""))
    if ".." not in written:
        return [{}]
    return [{"period": str(part)} for part in Period.parse(written).parts]


def _line(request: RunRequest, of: int) -> str:
    return request.report if of == 1 else f"{request.report} {request.period}"


def _written_parameters(report: str, root: Path) -> dict[str, object]:
    """What the report's file sets, so that by hand the page comes out as the timer makes it."""
    model_of(report)
    path = root / "parameters" / f"{report}.yaml"
    has_own_name = "__" in report
    if path.exists():
        written = dict(load_schedule(path).parameters)
        if not has_own_name:
            written.pop("period", None)  # the newest whole one, whatever the calendar says
        return written
    if has_own_name:
        raise UsageError(
            f"no file sets the parameters of {report!r}.", where=f"parameters/{path.name}",
            fix="See 'workbench list', or run the report without a name of its own.",
        )  # fmt: skip
    return {}


def known_reports(root: Path) -> list[dict[str, str]]:
    """One row per report and schedule: its name, how often, and what it takes."""
    schedules = load_schedules(root / "parameters")
    rows = [
        {
            "report": s.report,
            "schedule": s.every,
            "parameters": ", ".join(f"{k}={v}" for k, v in s.parameters.items()),
        }
        for s in schedules
    ]
    scheduled = {s.notebook for s in schedules}
    for name, model in REPORTS.items():
        if name not in scheduled:
            takes = ", ".join(f"{k}={f.default}" for k, f in model.model_fields.items())
            rows.append({"report": name, "schedule": "–", "parameters": takes})
    return rows
