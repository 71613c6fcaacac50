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
from typing import Any, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from workbench.definitions.periods import Period
from workbench.errors import ParameterError, UsageError
from workbench.reporting.models import REPORTS, Report
from workbench.reporting.secrets import SECRET_NAME

LONGEST_SHOWN = 80  # characters of a value in a message
_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def notebook_of(report: str) -> str:
    """The notebook behind a report: ``monthly_report__vendors`` runs ``monthly_report``."""
    return report.partition("__")[0]


def model_of(report: str) -> type[Report]:
    """The parameters a report declares; an unknown report is a usage error."""
    model = REPORTS.get(notebook_of(report))
    if model is None or not re.fullmatch(r"[a-z0-9_]+", report):
        known = ", ".join(sorted(REPORTS))
        raise UsageError(
            f"unknown report {report!r}{_did_you_mean(report, REPORTS)}.",
            fix=f"Known reports: {known}.",
        )
    return model


def resolve(report: str, given: Mapping[str, object], *, now: datetime | None) -> Report:
    """Which validated parameters do these given ones mean?

    ``given`` holds ``-p name=value`` texts or YAML values. Texts become numbers and truths as the
    declared types want; ``last_month`` and ``last_week`` become the one before ``now``. All faults
    are collected and raised as one ``ParameterError``.
    """
    resolved, faults = checked(report, given, now=now)
    if resolved is None:
        raise ParameterError("; ".join(faults.values()) + ".", where=report)
    return resolved


def checked(
    report: str, given: Mapping[str, object], *, now: datetime | None
) -> tuple[Report | None, dict[str, str]]:
    """The parameters as `resolve` gives them, or what is wrong with each of the given ones."""
    model = model_of(report)
    faults = {str(name): fault for name in given if (fault := _name_fault(model, name))}
    values = {
        name: _coerced(model.model_fields[name], value, now)
        for name, value in given.items()
        if name in model.model_fields
    }
    try:
        resolved = model.model_validate(values)
    except ValidationError as error:
        names = dict.fromkeys(str(fault["loc"][0]) for fault in error.errors() if fault["loc"])
        faults |= {name: _type_fault(model, name, given[name]) for name in names if name in given}
        return None, faults or {"": str(error)}
    return (None if faults else resolved), faults


def _name_fault(model: type[Report], given: object) -> str:
    name = str(given)
    if type(given) is not str:  # a path that reads as a name is none
        return f"a parameter's name is a text, not {shown(given)}"
    if name in model.model_fields:
        return ""
    if SECRET_NAME.search(name):
        return (
            f"{shown(name)} looks like a secret, and parameters are printed in the report "
            "(read it from an environment variable instead)"
        )
    near = _did_you_mean(name, model.model_fields)
    near = near or f" (known: {', '.join(model.model_fields)})"
    return f"unknown parameter {shown(name)}{near}"


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
    if text in ("last_month", "last_week"):
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


def _type_fault(model: type[Report], name: str, value: object) -> str:
    return f"{name} must be {wanted(model.model_fields[name])}, got {shown(value)}"


def shown(value: object) -> str:
    """A value as a message can hold it: on one line, cut where it is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of 4,301 digits has no repr
        text = f"a very large {type(value).__name__}"
    text = "\\n".join(text.splitlines())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


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
