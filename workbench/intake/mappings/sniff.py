"""Which built-in format is this file? Known by its header or its records, never by its name."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from workbench.errors import IntakeError
from workbench.intake.formats.canonical import canonical_csv
from workbench.intake.mappings.headers import field_named, source_column
from workbench.intake.mappings.mapping import Mapping, as_read, barred, missing_columns
from workbench.intake.mappings.mapping_files import load_mappings
from workbench.intake.mappings.unpivoted import parts

_NEAR = 4  # a header that lacks more than this is of something else


@dataclass(frozen=True)
class Candidate:
    """How well one built-in format fits a header.

    ``read``: columns of the header that it reads or is known by. ``missing``: columns it needs
    and the header lacks; where none is missing, the format fits.
    """

    format: str
    read: tuple[str, ...]
    missing: tuple[str, ...]


@cache
def built_in(name: str) -> tuple[Mapping, ...]:
    """The documents of one built-in format."""
    return load_mappings(Path(str(files("workbench.intake.formats") / f"{name}.yaml")))


@cache
def csv_formats() -> tuple[str, ...]:
    """Names of the built-in formats that are delimited text; nested records are flattened first."""
    folder = Path(str(files("workbench.intake.formats")))
    names = [path.stem for path in sorted(folder.glob("*.yaml"))]
    return tuple(name for name in names if not any(m.records for m in built_in(name)))


def known_format(fields: tuple[str, ...], file: str) -> tuple[Mapping, ...]:
    """The documents of the built-in format, or the canonical table, that this header is of.

    A format is known by the needed columns of its first document, or of one that says what it is
    ``known_by``; where several fit, by how much of the header it reads. Its other documents are
    used where their columns are there too.
    """
    fits = [c for c in explained(fields) if not c.missing]
    best = [c for c in fits if len(c.read) == len(fits[0].read)]
    if len(best) > 1:
        raise IntakeError(
            f"could be of the formats {' and '.join(c.format for c in best)}, which read as many "
            "of its columns.", where=file,
            fix=f"Say which with --mapping, such as --mapping {best[0].format}.",
        )  # fmt: skip
    if best:
        return tuple(part for m in built_in(best[0].format) for part in as_read(m, fields))
    own = canonical_csv(fields)
    if own is not None:
        return (own,)
    nearest = _nearest_format(fields)
    raise IntakeError(
        f"is in no format known here; its columns are {', '.join(fields[:8])}"
        + (", …" if len(fields) > 8 else "")
        + f"{nearest}.",
        where=file,
        fix="Describe it with --mapping FILE; 'workbench mapping init' drafts one.",
    )


def is_known(fields: tuple[str, ...]) -> bool:
    """Is this the header of a known format, rather than a line above one?"""
    return any(not c.missing for c in explained(fields)) or canonical_csv(fields) is not None


def explained(fields: tuple[str, ...]) -> list[Candidate]:
    """Every built-in format against this header, those that fit first, then by what they read."""
    found = [_candidate(name, fields) for name in csv_formats()]
    return sorted(found, key=lambda c: (len(c.missing) > 0, -len(c.read), c.format))


def _candidate(name: str, fields: tuple[str, ...]) -> Candidate:
    telling = [m for place, m in enumerate(built_in(name)) if not place or m.known_by]
    missing = min((_lacking(m, fields) for m in telling), key=len)
    read = {field for m in built_in(name) for field in _read_by(m, fields)}
    return Candidate(name, tuple(f for f in fields if f in read), tuple(missing))


def _lacking(mapping: Mapping, fields: tuple[str, ...]) -> list[str]:
    odd = [f"a header without {name}" for name in barred(mapping, fields)]
    return missing_columns(mapping, fields) + odd


def _read_by(mapping: Mapping, fields: tuple[str, ...]) -> set[str]:
    named = {source_column(rule, fields) for rule in mapping.columns.values()}
    named |= {field_named(name, fields) for name in (*mapping.beside, *mapping.known_by)}
    if mapping.unpivot is not None and not missing_columns(mapping, fields):
        named |= {words["column"] for words in parts(mapping.unpivot, fields)}
    return {field for field in named if field is not None}


def _nearest_format(fields: tuple[str, ...]) -> str:
    """The format that lacks least of those that know at least five of these names, or nearly."""
    present = {f.casefold() for f in fields}
    near = []
    for name in csv_formats():
        wanted = {
            s.casefold() for m in built_in(name) for r in m.columns.values() for s in r.source
        }
        alike = {w for w in wanted if difflib.get_close_matches(w, present, n=1, cutoff=0.9)}
        if len(alike) >= 5 and len(_candidate(name, fields).missing) <= _NEAR:
            near.append((len(_candidate(name, fields).missing), -len(alike), name))
    if not near:
        return ""
    _, _, name = min(near)
    missing = _candidate(name, fields).missing
    return f" (nearest: {name}, which also needs {', '.join(missing)})"
