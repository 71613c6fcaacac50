"""Which built-in format is this file? Known by its header or its records, never by its name."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files
from pathlib import Path

from workbench.errors import IntakeError
from workbench.intake.mapping import Mapping, load_mappings, missing_columns


@cache
def built_in(name: str) -> tuple[Mapping, ...]:
    """The documents of one built-in format."""
    return load_mappings(Path(str(files("workbench.intake.formats") / f"{name}.yaml")))


@cache
def csv_formats() -> tuple[str, ...]:
    """Names of the built-in formats that are delimited text."""
    folder = Path(str(files("workbench.intake.formats")))
    return tuple(p.stem for p in sorted(folder.glob("*.yaml")) if p.stem != "zendesk")


def known_format(fields: tuple[str, ...], file: str) -> tuple[Mapping, ...]:
    """The built-in format whose every needed column is in the header."""
    for name in csv_formats():
        if not any(missing_columns(m, fields) for m in built_in(name)):
            return built_in(name)
    nearest = _nearest_format(fields)
    raise IntakeError(
        f"is in no format known here; its columns are {', '.join(fields[:8])}"
        + (", …" if len(fields) > 8 else "")
        + f"{nearest}.",
        where=file,
        fix="Describe it with --mapping FILE.",
    )


def _nearest_format(fields: tuple[str, ...]) -> str:
    present = {f.casefold() for f in fields}
    for name in csv_formats():
        wanted = {
            s.casefold() for m in built_in(name) for r in m.columns.values() for s in r.source
        }
        alike = {w for w in wanted if difflib.get_close_matches(w, present, n=1, cutoff=0.9)}
        missing = [c for m in built_in(name) for c in missing_columns(m, fields)]
        if len(alike) >= 5:
            return f" (nearest: {name}, which also needs {', '.join(dict.fromkeys(missing))})"
    return ""
