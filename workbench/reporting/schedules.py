"""Which reports should a timer make, and with which parameters?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from workbench.definitions.periods import Unit
from workbench.errors import ParameterError
from workbench.intake.mappings.written import Fault, NotRead, Written, documents
from workbench.reporting.files import write_whole
from workbench.reporting.parameters import checked, model_of, notebook_of, resolve, shown

LONGEST_NAME = 60
GRACE_DAYS, MOST_GRACE_DAYS = 2, 60
UNITS: dict[str, Unit] = {"monthly": "month", "weekly": "week"}
_KEYS = ("schedule", "grace_days", "parameters")
_SHAPE = "It holds 'schedule: monthly' (or weekly), 'parameters:' and perhaps 'grace_days:'."
_STANDING_IN = {"last_month": "2000-01", "last_week": "2000-W01"}  # to check a file without a clock


@dataclass(frozen=True)
class Schedule:
    """One file under ``parameters/``: a report, how often, and its parameters as written.

    ``report`` is the file's stem, so two schedules of one notebook publish to two places. A page
    is overdue ``grace_days`` after its period's end.
    """

    report: str
    notebook: str
    every: Literal["monthly", "weekly"]
    parameters: dict[str, object]
    path: Path
    grace_days: int = GRACE_DAYS


def load_schedule(path: str | Path) -> Schedule:
    """What does ``parameters/<notebook>[__name].yaml`` schedule?

    Raises `ParameterError` with every fault of the file at once, each with its line.
    """
    path = Path(path)
    where = f"{path.parent.name}/{path.name}"
    model_of(path.stem)
    try:
        found = documents(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError("the file cannot be read.", where=where) from error
    except NotRead as error:
        raise ParameterError(f"not plain YAML: line {error.line}: {error.what}.", where=where,
                             fix=_SHAPE) from error  # fmt: skip
    if len(found) != 1 or not isinstance(found[0].value, dict):
        raise ParameterError("the file: must be a mapping.", where=where, fix=_SHAPE)
    document = found[0]
    faults = sorted({*document.faults, *_faults(path.stem, document)})
    if faults:
        told = "; ".join(f"line {line}: {what}" for line, what in faults)
        is_misshapen = not set(document.value) <= set(_KEYS) or "schedule" not in document.value
        raise ParameterError(f"{told}.", where=where, fix=_SHAPE if is_misshapen else "")
    told = document.value
    return Schedule(
        report=path.stem, notebook=notebook_of(path.stem), every=told["schedule"],
        parameters=told.get("parameters") or {}, path=path,
        grace_days=int(told.get("grace_days", GRACE_DAYS)),
    )  # fmt: skip


def _faults(report: str, document: Written) -> list[Fault]:
    """What is wrong in a schedule, each with its line."""
    told: dict[str, Any] = document.value
    faults = [
        (document.line_of((key,)), f"{shown(key)[1:-1]}: is not a key of a schedule")
        for key in told if key not in _KEYS
    ]  # fmt: skip
    every, unit = told.get("schedule"), model_of(report).unit
    if every is None:
        faults.append((document.line, "schedule: is missing"))
    elif not isinstance(every, str) or every not in UNITS:
        faults.append((document.line_of(("schedule",)),
                       f"schedule: must be monthly or weekly, got {shown(every)}"))  # fmt: skip
    elif UNITS[every] != unit:
        how_often = next(name for name, of in UNITS.items() if of == unit)
        what = f"schedule: must be {how_often}: this report is about one {unit}"
        faults.append((document.line_of(("schedule",)), what))
    grace = told.get("grace_days", str(GRACE_DAYS))
    is_few = isinstance(grace, str) and grace.isdecimal() and len(grace) <= 3
    if not (is_few and int(grace) <= MOST_GRACE_DAYS):
        what = f"grace_days: must be whole days up to {MOST_GRACE_DAYS}, got {shown(grace)}"
        faults.append((document.line_of(("grace_days",)), what))
    given = told.get("parameters") or {}
    if not isinstance(given, dict):
        faults.append((document.line_of(("parameters",)),
                       f"parameters: must be a mapping, got {shown(given)}"))  # fmt: skip
        return faults
    if given.get("workspace"):
        what = "workspace: is told to the command, and the same for all schedules"
        faults.append((document.line_of(("parameters", "workspace")), what))
    known = {k: _STANDING_IN.get(str(v), v) for k, v in given.items()}
    _, wrong = checked(report, known, now=None)
    faults += [(document.line_of(("parameters", name)), what) for name, what in wrong.items()]
    period = str(given.get("period", ""))
    if (
        isinstance(every, str)
        and every in UNITS
        and period in _STANDING_IN
        and period != f"last_{unit}"
    ):
        faults.append((document.line_of(("parameters", "period")),
                       f"period must be last_{unit}: this report is about one {unit}"))  # fmt: skip
    return faults


def save_schedule(
    folder: Path, notebook: str, name: str, parameters: dict[str, object]
) -> Schedule:
    """Write ``<notebook>__<name>.yaml``, a monthly schedule that the runner accepts.

    Raises `ParameterError` for a name that is no word, is taken, or parameters that the report
    does not take; nothing is written then.
    """
    if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name) or len(name) > LONGEST_NAME:
        raise ParameterError(
            f"{name!r} is no name for a report.", where="name",
            fix=f"Use at most {LONGEST_NAME} small letters, digits and single underscores.",
        )  # fmt: skip
    path = folder / f"{notebook}__{name}.yaml"
    if path.exists():
        raise ParameterError(
            "there is a report of this name.", where=f"{folder.name}/{path.name}",
            fix="Choose another name, or delete that file.",
        )  # fmt: skip
    resolve(path.stem, {k: _STANDING_IN.get(str(v), v) for k, v in parameters.items()}, now=None)
    head = "# Saved from the explorer; the timer runs it with the others.\n"
    body = yaml.safe_dump(
        {"schedule": "monthly", "parameters": parameters}, sort_keys=False,
        allow_unicode="\x85" not in "".join(map(str, parameters.values())),  # else read as \n
    )  # fmt: skip
    try:
        write_whole(path, head + body)
    except OSError as error:
        raise ParameterError(
            f"cannot be written ({error.strerror}).", where=f"{folder.name}/{path.name}"
        ) from error
    return load_schedule(path)


def load_schedules(folder: str | Path) -> list[Schedule]:
    """Every schedule in a folder, by name."""
    return [load_schedule(path) for path in sorted(Path(folder).glob("*.yaml"))]
