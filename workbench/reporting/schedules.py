"""Which reports should a timer make, and with which parameters?"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import ParameterError
from workbench.reporting.files import write_whole
from workbench.reporting.parameters import model_of, notebook_of, resolve

LONGEST_NAME = 60


@dataclass(frozen=True)
class Schedule:
    """One file under ``parameters/``: a report, how often, and its parameters as written.

    ``report`` is the file's stem, so two schedules of one notebook publish to two places.
    """

    report: str
    notebook: str
    every: Literal["monthly", "weekly"]
    parameters: dict[str, object]
    path: Path


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    schedule: Literal["monthly", "weekly"]
    parameters: dict[str, Any] = Field(default_factory=dict)


class _OnceLoader(yaml.SafeLoader):
    """Plain values only, and a key written twice is a fault instead of a silent last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            line = node.start_mark.line + 1
            raise yaml.YAMLError(f"{', '.join(twice)} is written twice (line {line})")
        return super().construct_mapping(node, deep)


def load_schedule(path: str | Path) -> Schedule:
    """What does ``parameters/<notebook>[__name].yaml`` schedule?"""
    path = Path(path)
    where = f"{path.parent.name}/{path.name}"
    model_of(path.stem)
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), _OnceLoader)
    except OSError as error:
        raise ParameterError("the file cannot be read.", where=where) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise ParameterError(f"not plain YAML: {reason}.", where=where) from error
    try:
        file = _File.model_validate(raw)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'the file'}: {_in_words(fault)}"
            for fault in error.errors()
        ]
        raise ParameterError(
            "; ".join(faults) + ".",
            where=where,
            fix="It holds 'schedule: monthly' (or weekly) and 'parameters:'.",
        ) from error
    return Schedule(path.stem, notebook_of(path.stem), file.schedule, file.parameters, path)


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
    checked = {k: "2000-01" if v == "last_month" else v for k, v in parameters.items()}
    resolve(path.stem, checked, now=None)
    head = "# Saved from the explorer; the timer runs it with the others.\n"
    body = yaml.safe_dump(
        {"schedule": "monthly", "parameters": parameters}, sort_keys=False, allow_unicode=True
    )
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


def _in_words(fault: Any) -> str:
    words = {
        "missing": "is missing",
        "extra_forbidden": "is not a key of a schedule",
        "literal_error": f"must be monthly or weekly, got {fault['input']!r}",
    }
    return words.get(fault["type"], f"must be a mapping, got {fault['input']!r}")
