"""Mapping files as they are written: read whole, with every fault told at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from workbench.errors import UsageError
from workbench.intake.mapping import Mapping
from workbench.intake.rules import ColumnRule, KeepIf, Strict, nearest


def load_mappings(path: Path) -> tuple[Mapping, ...]:
    """Every document of a mapping file, or one `UsageError` that lists all its faults."""
    try:
        documents = [d for d in yaml.safe_load_all(path.read_text(encoding="utf-8-sig")) if d]
    except OSError as fault:
        raise UsageError(
            f"cannot be read ({fault.strerror}).", where=str(path), fix="Check --mapping."
        ) from fault
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise UsageError(f"is not YAML: {fault}", where=path.name) from fault
    mappings, faults = [], []
    for number, document in enumerate(documents, start=1):
        place = f"document {number}: " if len(documents) > 1 else ""
        try:
            mapping = Mapping.model_validate(document)
        except ValidationError as fault:
            faults += [place + _worded_fault(e, document) for e in fault.errors()]
            continue
        faults += [place + text for text in mapping.faults()]
        mappings.append(mapping)
    if not documents:
        faults.append("it holds no mapping")
    if faults:
        raise UsageError("is not a valid mapping:\n  - " + "\n  - ".join(faults), where=path.name)
    return tuple(mappings)


def _worded_fault(error: Any, document: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        models: dict[str, type[Strict]] = {"columns": ColumnRule, "keep_if": KeepIf}
        model = models.get(str(error["loc"][0]), Mapping) if len(error["loc"]) > 1 else Mapping
        names = [f.alias or n for n, f in model.model_fields.items()]
        return f"{place}: there is no such key{nearest(str(error['loc'][-1]), names)}"
    return f"{place or type(document).__name__}: {error['msg'].removeprefix('Value error, ')}"
