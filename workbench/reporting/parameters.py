"""Which parameters does a report take, and are these values good ones?

Checked before any kernel starts: papermill itself runs a misspelt parameter with the default month
and a mistyped one as text, and reports success both times.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo

from workbench.definitions.dimensions import DIMENSIONS
from workbench.definitions.periods import Period
from workbench.errors import ParameterError, UsageError
from workbench.metrics.cube import SPLITS
from workbench.metrics.registry import METRICS

_SECRET = re.compile(r"passw|secret|token|credential|api_?key|private_?key", re.IGNORECASE)
_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class OfMonth(BaseModel):
    """What every report about one month takes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    workspace: str = ""
    period: Annotated[str, Field(json_schema_extra={"wanted": "a month such as 2025-06"})] = (
        "2025-06"
    )

    @field_validator("period")
    @classmethod
    def _one_month(cls, text: str) -> str:
        try:
            return str(Period.month(text))
        except UsageError as error:
            raise ValueError(str(error)) from None


class MonthlyReport(OfMonth):
    """The monthly support report: one month, compared along one dimension."""

    by: Annotated[
        str,
        Field(
            pattern=f"^({'|'.join(DIMENSIONS)})$",
            json_schema_extra={"wanted": f"one of {', '.join(DIMENSIONS)}"},
        ),
    ] = "team"
    n_drivers: Annotated[int, Field(ge=2, le=50)] = 10
    min_n: Annotated[int, Field(ge=1)] = 30
    seed: Annotated[int, Field(ge=0)] = 0


class MetricReport(OfMonth):
    """One metric of one selection of tickets: its trend, its groups, and why it moved."""

    months: Annotated[int, Field(ge=1, le=24)] = 1
    metric: Annotated[
        str,
        Field(
            pattern=f"^({'|'.join(METRICS)})$",
            json_schema_extra={"wanted": f"one of {', '.join(METRICS)}"},
        ),
    ] = "fcr"
    by: Annotated[
        str,
        Field(
            pattern=f"^({'|'.join(SPLITS)})$",
            json_schema_extra={"wanted": f"one of {', '.join(SPLITS)}"},
        ),
    ] = "team"
    team: str = ""
    channel: str = ""
    tier: str = ""
    driver: str = ""


class ContactDriversReport(OfMonth):
    """Contact drivers: why customers wrote in a month, and what changed."""

    months: Annotated[int, Field(ge=1, le=9)] = 6
    n_drivers: Annotated[int, Field(ge=2, le=100)] = 30
    seed: Annotated[int, Field(ge=0)] = 0


REPORTS: dict[str, type[BaseModel]] = {
    "monthly_report": MonthlyReport,
    "metric_report": MetricReport,
    "contact_drivers": ContactDriversReport,
}


def notebook_of(report: str) -> str:
    """The notebook behind a report: ``monthly_report__vendors`` runs ``monthly_report``."""
    return report.partition("__")[0]


def model_of(report: str) -> type[BaseModel]:
    """The parameters a report declares; an unknown report is a usage error."""
    model = REPORTS.get(notebook_of(report))
    if model is None or not re.fullmatch(r"[a-z0-9_]+", report):
        known = ", ".join(sorted(REPORTS))
        raise UsageError(
            f"unknown report {report!r}{_did_you_mean(report, REPORTS)}.",
            fix=f"Known reports: {known}.",
        )
    return model


def resolve(report: str, given: Mapping[str, object], *, now: datetime | None) -> BaseModel:
    """Which validated parameters do these given ones mean?

    ``given`` holds ``-p name=value`` texts or YAML values. Texts become numbers and truths as the
    declared types want; ``last_month`` becomes the month before ``now``. All faults are collected
    and raised as one ``ParameterError``.
    """
    model = model_of(report)
    faults = _name_faults(model, given)
    values = {
        name: _coerced(model.model_fields[name], value, now)
        for name, value in given.items()
        if name in model.model_fields
    }
    try:
        resolved = model.model_validate(values)
    except ValidationError as error:
        names = dict.fromkeys(str(fault["loc"][0]) for fault in error.errors() if fault["loc"])
        faults += [_type_fault(model, name, given[name]) for name in names if name in given]
        resolved = None
    if faults or resolved is None:
        raise ParameterError("; ".join(faults) + ".", where=report)
    return resolved


def _name_faults(model: type[BaseModel], given: Mapping[str, object]) -> list[str]:
    faults = []
    for name in map(str, given):
        if name in model.model_fields:
            continue
        if _SECRET.search(name):
            faults.append(
                f"{name!r} looks like a secret, and parameters are printed in the report "
                "(read it from an environment variable instead)"
            )
        else:
            near = _did_you_mean(name, model.model_fields)
            near = near or f" (known: {', '.join(model.model_fields)})"
            faults.append(f"unknown parameter {name!r}{near}")
    return faults


def _did_you_mean(name: str, known: Mapping[str, object]) -> str:
    tails = {part: full for full in known for part in (*full.split("_"), full)}
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if not near:  # 'min_tikets' is nearest to 'min_n' by its first word
        words = [tails[word] for word in name.split("_") if word in tails]
        near = words or difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _coerced(field: FieldInfo, value: object, now: datetime | None) -> object:
    """A text as the declared type wants it; anything that does not fit stays for the validator."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text == "last_month":
        return str(Period.parse(text, now=now))
    kinds = _kinds(field)
    if bool in kinds and text.lower() in _TRUTHS:
        return _TRUTHS[text.lower()]
    for kind in (int, float):
        if kind in kinds:
            try:
                return kind(text)
            except ValueError:
                continue
    return text if str in kinds else value


def _kinds(field: FieldInfo) -> set[Any]:
    kind = field.annotation
    return set(get_args(kind)) - {NoneType} if get_origin(kind) else {kind}


def _type_fault(model: type[BaseModel], name: str, value: object) -> str:
    return f"{name} must be {wanted(model.model_fields[name])}, got {value!r}"


def wanted(field: FieldInfo) -> str:
    """What a parameter wants, in words: ``a whole number from 2 to 50``."""
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "wanted" in extra:
        return str(extra["wanted"])
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
    text = " or ".join(words.get(kind, str(kind)) for kind in _kinds(field))
    low = next((m.ge for m in field.metadata if getattr(m, "ge", None) is not None), None)
    high = next((m.le for m in field.metadata if getattr(m, "le", None) is not None), None)
    if low is not None and high is not None:
        return f"{text} from {low} to {high}"
    if low is not None:
        return f"{text}, at least {low}"
    return f"{text}, at most {high}" if high is not None else text
