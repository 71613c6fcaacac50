"""What is asked of the runner? Plain, picklable facts, so a request can cross a process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path

from workbench.errors import ParameterError
from workbench.reporting.cells import declared_parameters, read_notebook
from workbench.reporting.manifest import Manifest

NAME = re.compile(r"[a-z_][a-z0-9_]*")
MOST_BITS, MOST_DEEP = 4096, 20  # of a whole number; of lists in lists
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_PERIOD = re.compile(r"[\w-]+(\.\.[\w-]+)?")


@dataclass(frozen=True)
class InputFile:
    """One raw file behind the data: its path as imported, its content hash and its rows."""

    path: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class PeriodFacts:
    """How well the data cover the period: its tickets, how many are usual (the median of the
    periods before; None where there are too few), where tickets stop, and how many of the records
    imported since the period began were rejected."""

    tickets: int
    usual_tickets: float | None
    ends: datetime
    tickets_until: datetime | None
    records: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class DataFacts:
    """What the data behind a report is: its version, where it stops, which files it came from, and
    which state of the driver catalogue names the contacts (empty where there is none).

    ``store_version`` is what the run reads, whatever is imported meanwhile. ``staff`` are the
    addresses that may stand on a page, for they are not customers'.
    """

    data_version: str
    data_as_of: datetime | None = None
    inputs: tuple[InputFile, ...] = ()
    drivers_version: str = ""
    store_version: int | None = None
    period: PeriodFacts | None = None
    staff: frozenset[str] = frozenset()


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
        """The month or week the report is about; it names a folder."""
        return str(self.parameters["period"])

    @property
    def runs(self) -> Path:
        """Where the runs of this report and period are kept."""
        return Path(self.workspace) / "runs" / self.report / self.period

    @property
    def site(self) -> Path:
        """Where this report and period is published."""
        return Path(self.workspace) / "site" / self.report / self.period


@dataclass(frozen=True)
class RunSpec:
    """One run to carry out, here or on another machine that sees the same folders: what is asked,
    and the queued manifest that says what it rests on."""

    request: RunRequest
    manifest: Manifest
    apart: Path | None = None

    @property
    def staging(self) -> Path:
        """Where the run works until it is over."""
        return self.runs / f".staging-{self.manifest.run_id}"

    @property
    def folder(self) -> Path:
        """Where the run is kept when it is over."""
        return self.runs / self.manifest.run_id

    @property
    def runs(self) -> Path:
        """The folder of both: that of the report and period, or ``apart`` from the workspace."""
        return self.apart if self.apart is not None else self.request.runs


def check_request(request: RunRequest) -> None:
    """Refuse names the notebook does not declare and values that are not plain JSON.

    papermill writes names into code as they are, and values of other types in ways of its own:
    nothing but a declared name and a plain value may reach it.
    """
    declared = declared_parameters(read_notebook(Path(request.notebook)))
    faults = []
    for name, value in request.parameters.items():
        if type(name) is not str or not NAME.fullmatch(name):
            faults.append(f"{str(name)[:60]!r} is not a parameter's name")
        elif name not in declared:
            faults.append(f"the notebook does not declare {name[:60]!r}")
        elif not is_plain(value):
            faults.append(f"{name} is not a plain value: {type(value).__name__}")
    if "period" not in request.parameters:
        faults.append("period is missing")
    elif not is_plain_text(period := request.parameters["period"]):
        faults.append("period is not a text")
    elif not _PERIOD.fullmatch(request.period):
        faults.append(f"{str(period)[:60]!r} is not a period")
    if not re.fullmatch(r"\w+", request.report):
        faults.append(f"{request.report[:60]!r} is not a report name")
    if request.parameters.get("workspace"):
        faults.append("the workspace is told by the request; parameters are published")
    if faults:
        raise ParameterError("; ".join(faults) + ".", where=request.report[:60].split("\n")[0])


def is_plain(value: object, depth: int = 0) -> bool:
    """Is this exactly what JSON can hold, and every reader of it? A subclass may print itself as
    code, half a character is no UTF-8, and deep or huge values overrun whoever reads them."""
    if type(value) is float:
        return isfinite(value)
    if type(value) is int:
        return value.bit_length() <= MOST_BITS
    if type(value) is str:
        return not _HALF_CHARACTER.search(value)
    if type(value) in {list, dict} and depth >= MOST_DEEP:
        return False
    if type(value) is list:
        return all(is_plain(item, depth + 1) for item in value)
    if type(value) is dict:
        return all(is_plain_text(k) and is_plain(v, depth + 1) for k, v in _pairs(value))
    return type(value) in {bool, type(None)}


def is_plain_text(value: object) -> bool:
    """Is this a text, and no subclass of one, that UTF-8 can hold?"""
    return type(value) is str and is_plain(value)


def _pairs(value: Mapping[object, object]) -> list[tuple[object, object]]:
    return list(value.items())
