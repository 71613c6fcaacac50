"""What would become of a file at the gate, and why: told without writing anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from workbench.errors import IntakeError
from workbench.intake.columns_read import ColumnRead, columns_read
from workbench.intake.delimited.layout import Layout, layout_of
from workbench.intake.delimited.records import distinct
from workbench.intake.files.containers import Content, opened_content
from workbench.intake.formats.canonical import canonical_csv
from workbench.intake.gate import Admitted, read
from workbench.intake.mappings.headers import field_named
from workbench.intake.mappings.mapping import Mapping, missing_columns
from workbench.intake.mappings.sniff import Candidate, built_in, explained, is_known
from workbench.intake.nested.raw_rows import read_fields
from workbench.intake.options import Options
from workbench.intake.outcome import FileOutcome
from workbench.intake.persons.personal import scrub
from workbench.intake.settings.reader import looks_like_settings
from workbench.store.engine import scratch

_MEMORY = "1GB"
_RUNNERS_UP = 3
_TELLING = 3  # columns a format reads before it is worth a word
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 with its mark", "utf-16-le": "UTF-16 (LE)",
    "utf-16-be": "UTF-16 (BE)", "cp1252": "Windows-1252",
}  # fmt: skip


@dataclass(frozen=True)
class Fit:
    """A format or mapping document against this header: how much it reads, what it lacks."""

    name: str
    reads: int
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """How far one file came, and how: what could not be found out yet is empty.

    ``outcome`` counts the rows per table that would load; its ``error`` says why none would.
    """

    outcome: FileOutcome
    container: str = ""
    member: str = ""
    encoding: str = ""
    line_ends: str = ""
    kind: str = ""
    delimiter: str = ""
    header_line: int = 0
    fields: tuple[str, ...] = ()
    format: Fit | None = None
    others: tuple[Fit, ...] = ()
    columns: tuple[ColumnRead, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """How much a source that exports only this would know about its tickets."""
        has = self.outcome.tables
        if "tickets" not in has and "messages" not in has and "events" not in has:
            return ""
        level = "L0" if "messages" not in has else "L2" if "events" in has else "L1"
        return level + (" + history" if level == "L0" and "events" in has else "")


def explanation(path: Path, options: Options) -> Explanation:
    """How this file would be read; a file that would be refused is explained as far as it goes."""
    told = _explained(path, options)
    if not options.redact:
        return told
    columns = (replace(c, notes=tuple(map(scrub, c.notes))) for c in told.columns)
    return replace(told, outcome=told.outcome.masked(), columns=tuple(columns))


def _explained(path: Path, options: Options) -> Explanation:
    told = Explanation(FileOutcome(str(path)))
    try:
        with (
            opened_content(path, options.limits, options.member) as content,
            scratch(memory_limit=_MEMORY) as connection,
        ):
            told = replace(
                told, container=content.container, member=content.member,
                encoding=ENCODINGS.get(content.encoding, content.encoding),
                line_ends=content.line_ends, kind=_kind(content),
            )  # fmt: skip
            if told.kind == "delimited text":
                told = _dialect(told, content, options)
            # What is shown of values and reasons is masked when it is told.
            admitted = read(connection, content, replace(options, redact=False))
            told = _loaded(told, connection, admitted, options)
    except IntakeError as fault:
        return replace(told, outcome=told.outcome.refused(fault))
    except duckdb.Error as fault:
        error = IntakeError(
            f"cannot be read ({str(fault).splitlines()[0]}).", where=path.name,
            fix="Check the mapping and the export.",
        )  # fmt: skip
        return replace(told, outcome=told.outcome.refused(error))
    return told


def _kind(content: Content) -> str:
    if looks_like_settings(content):
        return "settings"
    return "JSON" if content.head(1_000).lstrip()[:1] in ("{", "[") else "delimited text"


def _dialect(told: Explanation, content: Content, options: Options) -> Explanation:
    def wanted(fields: tuple[str, ...]) -> bool:
        if options.mappings:
            return any(not missing_columns(m, fields) for m in options.mappings)
        return is_known(fields)

    layout: Layout = layout_of(content, wanted)
    fields, _ = distinct(layout.header)
    fits = _fits(fields, options)
    shown = 1 if fits and not fits[0].lacks and not options.mappings else _RUNNERS_UP
    return replace(
        told, delimiter=_DELIMITERS.get(layout.delimiter, layout.delimiter),
        header_line=layout.lines_before, fields=fields,
        format=next((f for f in fits if not f.lacks), None),
        others=tuple([f for f in fits if f.lacks or f is not fits[0]][:shown]),
    )  # fmt: skip


def _fits(fields: tuple[str, ...], options: Options) -> list[Fit]:
    """The mapping's documents, or every built-in format that reads some of the header."""
    if not options.mappings:
        known = explained(fields)
        fitting = [Fit(c.format, len(c.read)) for c in known if not c.missing]
        own = canonical_csv(fields)
        if own is not None and not fitting:
            fitting = [Fit(f"canonical {own.table}", len(_named(own, fields)))]
        near = [_near(c, fields) for c in known if c.missing]
        near = [fit for fit in near if fit.reads >= _TELLING]
        return fitting + sorted(near, key=lambda f: (len(f.lacks) - f.reads, f.name))
    found = []
    for mapping in options.mappings:
        name = f"mapping for {mapping.table}"
        lacks = tuple(missing_columns(mapping, fields))
        found.append(Fit(name, len(_named(mapping, fields)), lacks))
    return sorted(found, key=lambda f: len(f.lacks) > 0)


def _near(candidate: Candidate, fields: tuple[str, ...]) -> Fit:
    """A format that lacks something; what it would read of any file does not speak for it."""
    reads = {name for m in built_in(candidate.format) for name in _named(m, fields)}
    return Fit(candidate.format, len(reads), candidate.missing)


def _named(mapping: Mapping, fields: tuple[str, ...]) -> set[str]:
    """The fields this document asks for by name."""
    found = (field_named(name, fields) for name in read_fields(mapping))
    return {name for name in found if name is not None}


def _loaded(
    told: Explanation, connection: duckdb.DuckDBPyConnection, admitted: Admitted, options: Options
) -> Explanation:
    """What came of it: rows per table, and how each column was read."""
    rows = {name: rows.num_rows for name, rows in admitted.tables.items()}
    outcome = replace(admitted.outcome, tables=rows)
    columns = columns_read(connection, admitted.found, told.fields, redact=options.redact)
    return replace(
        told, outcome=outcome, columns=columns, unread=_unread(told.fields, admitted),
        format=told.format or _own_format(admitted),
    )  # fmt: skip


def _own_format(admitted: Admitted) -> Fit | None:
    """What nested records were read as."""
    if not admitted.found:
        return None
    reads = {name for c in admitted.found for name in read_fields(c.mapping)}
    return Fit(admitted.found[0].mapping.format or "its mapping", len(reads))


def _unread(fields: tuple[str, ...], admitted: Admitted) -> tuple[str, ...]:
    """Fields of the header that no applied document reads."""
    named = {field_named(n, fields) for c in admitted.found for n in read_fields(c.mapping)}
    return tuple(name for name in fields if name not in named) if admitted.found else ()
