"""From a report's name and a period to a request the runner can carry out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from workbench.definitions.periods import Period
from workbench.drivers.catalogue import CatalogueFolder
from workbench.errors import ReportError
from workbench.reporting.parameters import model_of, notebook_of, resolve
from workbench.reporting.request import DataFacts, InputFile, RunRequest
from workbench.workspace import Workspace


def request_for(
    report: str,
    given: Mapping[str, object],
    *,
    workspace: Path,
    project_root: Path,
    now: datetime,
    force: bool = False,
) -> RunRequest:
    """A checked request; nothing was started yet. The default period is the latest full month.

    Raises `ParameterError` for parameters, `UsageError` for an unknown report or a workspace
    without data, `ReportError` for a period the data say nothing about.
    """
    # The kernel is told the workspace by its environment: parameters are published with the page.
    chosen = Path(str(given.get("workspace", workspace)))
    if "period" not in given and "period" in model_of(report).model_fields:
        given = {**given, "period": str(latest_full_month(Workspace.open(chosen)))}
    parameters = resolve(report, {**given, "workspace": ""}, now=now)
    opened = Workspace.open(chosen)
    _check_period(report, parameters, opened)
    state = opened.state
    return RunRequest(
        report=report,
        parameters=parameters.model_dump(mode="json"),
        notebook=str(project_root / "notebooks" / f"{notebook_of(report)}.ipynb"),
        workspace=str(opened.root),
        project_root=str(project_root),
        facts=DataFacts(
            data_version=state.data_version,
            data_as_of=state.as_of,
            inputs=tuple(InputFile(f.path, f.sha256, f.records_in) for f in state.files),
            drivers_version=CatalogueFolder(opened.root).version,
        ),
        force=force,
    )


def latest_full_month(workspace: Workspace) -> Period:
    """The last month that the ticket data cover to within a day of its end."""
    as_of = workspace.as_of("tickets")
    if as_of is None:
        raise ReportError("no tickets are loaded.", fix="Import a ticket export first.")
    month = Period.month(f"{as_of:%Y-%m}")
    first = workspace.first_at("tickets")
    only = first is not None and first >= month.start  # there is no earlier month to speak of
    return month if only or (month.end - as_of).days < 1 else month.shifted(-1)


def _check_period(report: str, parameters: BaseModel, workspace: Workspace) -> None:
    """A month without a single ticket would make a page of blanks: refuse it up front."""
    period = Period.month(str(getattr(parameters, "period", "")))
    where = f"{report} {period}"
    if not workspace.has("tickets"):
        loaded = ", ".join(workspace.state.tables)
        raise ReportError(
            f"no tickets are loaded (loaded: {loaded}).", where=where,
            fix="Import a ticket export first.",
        )  # fmt: skip
    created = workspace.table("tickets").created_at
    inside = workspace.table("tickets").filter(created >= period.start, created < period.end)
    if int(inside.count().to_pandas()) == 0:
        span = workspace.table("tickets").aggregate(first=created.min(), last=created.max())
        first, last = span.to_pandas().iloc[0]
        raise ReportError(
            "no ticket was created in this period.", where=where,
            fix=f"Tickets run from {first:%Y-%m} to {last:%Y-%m}.",
        )  # fmt: skip
