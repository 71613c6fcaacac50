"""From a report's name and a period to a request the runner can carry out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from pydantic import BaseModel

from workbench.definitions.periods import Period, Unit
from workbench.drivers.catalogue import CatalogueFolder
from workbench.errors import ReportError
from workbench.reporting.parameters import model_of, notebook_of, resolve
from workbench.reporting.request import DataFacts, InputFile, PeriodFacts, RunRequest
from workbench.workspace import Workspace

USUAL_PERIODS, FEWEST_USUAL = 6, 3  # the periods before that say what is usual


def request_for(
    report: str,
    given: Mapping[str, object],
    *,
    workspace: Path,
    project_root: Path,
    now: datetime,
    force: bool = False,
) -> RunRequest:
    """A checked request; nothing was started yet. The default period is the latest full month,
    or week where the report is about one.

    Raises `ParameterError` for parameters, `UsageError` for an unknown report or a workspace
    without data, `ReportError` for a period the data say nothing about.
    """
    # The kernel is told the workspace by its environment: parameters are published with the page.
    chosen = Path(str(given.get("workspace") or workspace))
    model = model_of(report)
    if "period" not in given and "period" in model.model_fields:
        given = {**given, "period": str(latest_full_period(Workspace.open(chosen), model.unit))}
    parameters = resolve(report, {**given, "workspace": ""}, now=now)
    opened = Workspace.open(chosen)
    covered = _covered(report, parameters, opened)
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
            store_version=state.version,
            period=covered,
            staff=_staff(opened),
        ),
        force=force,
    )


def latest_full_period(workspace: Workspace, unit: Unit = "month") -> Period:
    """The last month or week that the ticket data cover to within a day of its end."""
    as_of = workspace.as_of("tickets")
    if as_of is None:
        raise ReportError("no tickets are loaded.", fix="Import a ticket export first.")
    latest = Period.around(as_of, unit)
    first = workspace.first_at("tickets")
    only = first is not None and first >= latest.start  # there is no earlier one to speak of
    return latest if only or (latest.end - as_of).days < 1 else latest.shifted(-1)


def _covered(report: str, parameters: BaseModel, workspace: Workspace) -> PeriodFacts:
    """How well the data cover the period. One without a single ticket would make a page of blanks:
    it is refused up front."""
    period = Period.parse(str(getattr(parameters, "period", "")))
    where = f"{report} {period}"
    if not workspace.has("tickets"):
        loaded = ", ".join(workspace.state.tables)
        raise ReportError(
            f"no tickets are loaded (loaded: {loaded}).", where=where,
            fix="Import a ticket export first.",
        )  # fmt: skip
    earlier = [period.shifted(-back) for back in range(1, USUAL_PERIODS + 1)]
    first = workspace.first_at("tickets")
    begins = first - timedelta(days=1) if first is not None else period.end
    known = [one for one in earlier if one.start >= begins]
    tickets, *usual = _counts(workspace, [period, *known])
    if not tickets:
        created = workspace.table("tickets").created_at
        span = workspace.table("tickets").aggregate(first=created.min(), last=created.max())
        begins, ends = span.to_pandas().iloc[0]
        raise ReportError(
            "no ticket was created in this period.", where=where,
            fix=f"Tickets run from {_around(begins, period)} to {_around(ends, period)}.",
        )  # fmt: skip
    new = [f for f in workspace.state.files
           if datetime.fromisoformat(f.imported_at).astimezone(UTC) >= period.start]  # fmt: skip
    return PeriodFacts(
        tickets=tickets,
        usual_tickets=median(usual) if len(usual) >= FEWEST_USUAL else None,
        ends=period.end,
        tickets_until=workspace.as_of("tickets"),
        records=sum(f.records_in for f in new),
        rejected=sum(f.rejected for f in new),
    )


def _counts(workspace: Workspace, periods: list[Period]) -> list[int]:
    """How many tickets were created in each period, in one pass."""
    created = workspace.table("tickets").created_at
    wanted = {
        str(place): ((created >= one.start) & (created < one.end)).sum()
        for place, one in enumerate(periods)
    }
    row = workspace.table("tickets").aggregate(**wanted).to_pandas().iloc[0]
    return [int(row[name]) if row[name] == row[name] else 0 for name in wanted]


def _staff(workspace: Workspace) -> frozenset[str]:
    """The addresses of agents: they may stand on a page."""
    if not workspace.has("agents"):
        return frozenset()
    agents = workspace.table("agents")
    texts = [name for name, kind in agents.schema().items() if kind.is_string()]
    frame = agents.select(*texts).to_pandas()
    return frozenset(value for name in texts for value in frame[name].dropna() if "@" in value)


def _around(moment: datetime, period: Period) -> Period:
    return Period.around(moment, period.unit)
