"""What is asked of the runner? Plain, picklable facts, so a request can cross a process."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbench.errors import ParameterError
from workbench.reporting.cells import declared_parameters, read_notebook


@dataclass(frozen=True)
class InputFile:
    """One raw file behind the data: its path as imported, its content hash and its rows."""

    path: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class DataFacts:
    """What the data behind a report is: its version, where it stops, which files it came from, and
    which state of the driver catalogue names the contacts (empty where there is none)."""

    data_version: str
    data_as_of: datetime | None = None
    inputs: tuple[InputFile, ...] = ()
    drivers_version: str = ""


@dataclass(frozen=True)
class RunRequest:
    """One report to make.

    ``report`` names the folders (``monthly_report`` or ``monthly_report__vendors``); ``parameters``
    is ``resolve(...).model_dump(mode="json")``; ``timeout_seconds`` is per cell.
    """

    report: str
    parameters: dict[str, object]
    notebook: str
    workspace: str
    project_root: str
    facts: DataFacts
    force: bool = False
    timeout_seconds: int = 1800

    @property
    def period(self) -> str:
        """The month the report is about; it names a folder."""
        return str(self.parameters["period"])

    @property
    def runs(self) -> Path:
        """Where the runs of this report and period are kept."""
        return Path(self.workspace) / "runs" / self.report / self.period

    @property
    def site(self) -> Path:
        """Where this report and period is published."""
        return Path(self.workspace) / "site" / self.report / self.period


def check_request(request: RunRequest) -> None:
    """Refuse names the notebook does not declare and values that are not plain JSON."""
    declared = declared_parameters(read_notebook(Path(request.notebook)))
    unknown = sorted(set(request.parameters) - set(declared))
    faults = [f"the notebook does not declare {name!r}" for name in unknown]
    for name, value in request.parameters.items():
        try:
            json.dumps({name: value}, allow_nan=False)
        except (TypeError, ValueError):
            faults.append(f"{name} is not a plain value: {type(value).__name__}")
    if "period" not in request.parameters:
        faults.append("period is missing")
    elif not re.fullmatch(r"[\w-]+(\.\.[\w-]+)?", request.period):
        faults.append(f"{request.period!r} is not a period")
    if not re.fullmatch(r"\w+", request.report):
        faults.append(f"{request.report!r} is not a report name")
    if faults:
        raise ParameterError("; ".join(faults) + ".", where=request.report)
