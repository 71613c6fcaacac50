"""``workbench run REPORT`` and ``list``: one report, and which there are."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from workbench.errors import ParameterError, UsageError
from workbench.reporting.models import REPORTS
from workbench.reporting.parameters import model_of
from workbench.reporting.progress import progress_on
from workbench.reporting.requests import request_for
from workbench.reporting.runner import run_report
from workbench.reporting.schedules import load_schedule, load_schedules


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


def run_one(
    report: str,
    given: dict[str, object],
    workspace: Path,
    root: Path,
    *,
    now: datetime,
    force: bool = False,
    accept: bool = False,
) -> Path:
    """Make and publish one report; the path of its page.

    A report with a name of its own (``metric_report__chat``) takes the parameters of its file,
    and ``given`` ones instead of those. ``accept`` publishes a page that needs review.
    """
    if "__" in report:
        given = {**_saved_parameters(report, root), **given}
    request = request_for(
        report, given, workspace=workspace, project_root=root, now=now, force=force
    )
    run_report(request, now=now, progress=progress_on(sys.stderr), accept=accept)
    return request.site / "index.html"


def _saved_parameters(report: str, root: Path) -> dict[str, object]:
    model_of(report)
    path = root / "parameters" / f"{report}.yaml"
    if not path.exists():
        raise UsageError(
            f"no file sets the parameters of {report!r}.", where=f"parameters/{path.name}",
            fix="See 'workbench list', or run the report without a name of its own.",
        )  # fmt: skip
    return dict(load_schedule(path).parameters)


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
