"""Which built-in format is this file? Known by its header or its records, never by its name."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files
from pathlib import Path

from workbench.errors import IntakeError
from workbench.intake.formats.canonical import canonical_csv
from workbench.intake.mapping import Mapping, missing_columns, source_column
from workbench.intake.mapping_files import load_mappings


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
    """The documents of the built-in format, or the canonical table, that this header is of.

    A format is known by the needed columns of its first document; where several fit, by how much
    of the header it reads. Its other documents are used where their columns are there too.
    """
    fits = [n for n in csv_formats() if not missing_columns(built_in(n)[0], fields)]
    if fits:
        best = max(fits, key=lambda name: len(_read_by(built_in(name), fields)))
        return tuple(m for m in built_in(best) if not missing_columns(m, fields))
    own = canonical_csv(fields)
    if own is not None:
        return (own,)
    nearest = _nearest_format(fields)
    raise IntakeError(
        f"is in no format known here; its columns are {', '.join(fields[:8])}"
        + (", …" if len(fields) > 8 else "")
        + f"{nearest}.",
        where=file,
        fix="Describe it with --mapping FILE.",
    )


def _read_by(mappings: tuple[Mapping, ...], fields: tuple[str, ...]) -> set[str | None]:
    rules = (rule for m in mappings for rule in m.columns.values())
    return {source_column(rule, fields) for rule in rules} - {None}


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
