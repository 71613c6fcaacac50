"""The gate: files go in, canonical rows come out, and every record is accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from workbench.errors import IntakeError
from workbench.intake.canonical import Canonical, Origin, canonical_rows
from workbench.intake.columns.readings import Conventions
from workbench.intake.delimited.records import Records, laid_out, marked, read_csv
from workbench.intake.files.containers import (
    Content,
    check_unchanged,
    disappeared,
    opened_content,
)
from workbench.intake.formats.canonical import OWN
from workbench.intake.mappings.mapping import Mapping, fitting, missing_columns
from workbench.intake.mappings.sniff import is_known, known_format
from workbench.intake.nested.flattened import flattened
from workbench.intake.options import Options
from workbench.intake.outcome import FileOutcome, Rejected
from workbench.intake.persons.personal import scrub
from workbench.intake.persons.redact import prepare
from workbench.intake.settings.reader import looks_like_settings, read_settings
from workbench.intake.settled import settled_tables
from workbench.intake.straight import LARGE, straight_rows
from workbench.store.engine import scratch
from workbench.tables.rows import Rows

_SHOWN = 400  # characters of a rejected record that a report repeats
_MASKED = 10_000  # of which are looked through for persons first; a record may be a whole file
_MEMORY = "1GB"  # past this the texts of a file wait on disk


HEADER_ONLY = "it has a header and no records; check the export's dates"


@dataclass(frozen=True)
class Admitted:
    """One file past the gate: its outcome so far, and checked rows per canonical table.

    ``read_as`` names how it was read: the same bytes under other conventions are other data.
    ``found``: each mapping document that was applied, for whoever asks how.
    """

    outcome: FileOutcome
    tables: dict[str, Rows]
    read_as: str = ""
    found: tuple[Canonical, ...] = ()


@contextmanager
def admitted(path: Path, options: Options) -> Iterator[Admitted]:
    """One file as canonical rows, for as long as the block lasts; writes nothing.

    Raises `IntakeError` for a file that is refused, from the block as well: rows are read late.
    """
    try:
        with (
            opened_content(path, options.limits, options.member) as content,
            scratch(memory_limit=_MEMORY) as connection,
        ):
            if options.redact:
                prepare(connection, options.pseudonym_key)
            yield read(connection, content, options, straight=True)
    except FileNotFoundError as fault:  # a plain file is read where it is
        if path.exists():
            raise
        raise disappeared(path.name) from fault
    except duckdb.Error as fault:  # nothing known ends here; a fault must still have words
        first = str(fault).split("\n")[0]
        raise IntakeError(
            f"cannot be read ({first}).", where=path.name, fix="Check the mapping and the export."
        ) from fault


def read(
    connection: duckdb.DuckDBPyConnection,
    content: Content,
    options: Options,
    *,
    straight: bool = False,
) -> Admitted:
    """The canonical rows of an opened file; they last as long as the connection.

    ``straight``: a large file may be read in one pass, which leaves no texts to look into.
    """
    if looks_like_settings(content):
        found = _admit_settings(content, options)
    elif content.head(1_000).lstrip()[:1] in ("{", "["):
        found = _admit_json(connection, content, options)
    else:
        large = content.plain.stat().st_size >= LARGE
        found = _admit_csv(connection, content, options, straight=straight and large)
    check_unchanged(content)
    return found


def _admit_csv(
    connection: duckdb.DuckDBPyConnection, content: Content, options: Options, *, straight: bool
) -> Admitted:
    def wanted(fields: tuple[str, ...]) -> bool:
        if options.mappings:
            return any(not missing_columns(m, fields) for m in options.mappings)
        return is_known(fields)

    text = laid_out(content, wanted)
    mappings = (
        tuple(fitting(options.mappings, text.fields, content.name))
        if options.mappings
        else known_format(text.fields, content.name)
    )
    mappings = tuple(_sourced(mapping, options) for mapping in mappings)
    start = FileOutcome(str(content.path), records_in=text.ends.count, warnings=text.warnings)
    if straight and len(mappings) == 1:
        alone = straight_rows(
            connection, mappings[0], text, _conventions(mappings[0], options), redact=options.redact
        )
        if alone is not None:
            return _finished(connection, content, start, [alone], set(), options)
    records = read_csv(connection, text)
    found = [
        _canonical(connection, m, Origin("raw", text.fields, content.name, place), options)
        for place, m in enumerate(mappings)
    ]
    faults = {f.record: f.reason for c in reversed(found) for f in c.faulty}
    faults |= marked(connection, records)
    rejected = _rejected(connection, records, faults, options)
    every = tuple(sorted((*records.rejected, *rejected), key=lambda r: r.line))
    start = replace(start, records_in=records.count, rejected=every)
    if _is_cut_off(records, every):
        told = f"the file ends within a record (line {every[-1].line}): was its export finished?"
        start = replace(start, warnings=(*start.warnings, told))
    return _finished(connection, content, start, found, set(faults), options)


def _admit_settings(content: Content, options: Options) -> Admitted:
    """Settings are let in whole or not at all: half an SLA is none."""
    source = options.source or OWN
    tables = read_settings(content, source)
    rows = sum(table.num_rows for table in tables.values())
    outcome = FileOutcome(
        str(content.path), source=source, table=next(iter(tables)), records_in=rows, kept=rows,
        warnings=content.warnings, sha256=content.sha256,
    )  # fmt: skip
    return Admitted(outcome, {name: Rows.of(table) for name, table in tables.items()}, "settings")


def _admit_json(
    connection: duckdb.DuckDBPyConnection, content: Content, options: Options
) -> Admitted:
    records = flattened(connection, content, options.mappings)
    found = [
        _canonical(
            connection, _sourced(d.mapping, options),
            Origin(d.table, d.fields, content.name, place), options,
        )
        for place, d in enumerate(records.documents)
    ]  # fmt: skip
    faults = {f.record: f.reason for c in reversed(found) for f in c.faulty} | records.faults
    rejected = [
        replace(one, raw=_shown(one.raw, options))
        for one in sorted((*records.broken, *records.rejected(faults)), key=lambda r: r.line)
    ]
    start = FileOutcome(
        str(content.path), records_in=records.count, rejected=tuple(rejected),
        warnings=(*content.warnings, *records.warnings),
    )  # fmt: skip
    return _finished(connection, content, start, found, set(faults), options)


def _canonical(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, origin: Origin, options: Options
) -> Canonical:
    conventions = _conventions(mapping, options)
    return canonical_rows(connection, mapping, origin, conventions, redact=options.redact)


def _sourced(mapping: Mapping, options: Options) -> Mapping:
    return mapping.model_copy(update={"source": options.source or mapping.source})


def _conventions(mapping: Mapping, options: Options) -> Conventions:
    return Conventions(
        timezone=mapping.zone(options.timezone),
        date_order=options.date_order or mapping.date_order,
        decimal=mapping.decimal,
    )


def _rejected(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    faults: dict[int, str],
    options: Options,
) -> list[Rejected]:
    if not faults:
        return []
    rows = connection.execute(
        "SELECT _record, * EXCLUDE (_record, _line) FROM raw WHERE _record IN "
        "(SELECT unnest(?::BIGINT[])) ORDER BY _record",
        [list(faults)],
    ).fetchall()
    lines, found = records.lines, []
    for record, *cells in rows:
        raw = records.text.layout.delimiter.join("" if cell is None else cell for cell in cells)
        found.append(Rejected(lines[record - 1], faults[record], _shown(raw, options)))
    return found


def _shown(raw: str, options: Options) -> str:
    """The beginning of a record, masked before it is cut: half a number is not known as one."""
    return (scrub(raw[:_MASKED]) if options.redact else raw)[:_SHOWN]


def _is_cut_off(records: Records, rejected: tuple[Rejected, ...]) -> bool:
    """Is the last record at fault, and does the file not even end its line?"""
    plain = records.text.content.plain
    if not rejected or not records.text.ends.count or plain.stat().st_size == 0:
        return False
    with plain.open("rb") as file:
        file.seek(-1, 2)
        ended = file.read(1) == b"\n"
    return not ended and rejected[-1].line >= int(records.text.ends.starts[-1])


def _finished(
    connection: duckdb.DuckDBPyConnection,
    content: Content,
    start: FileOutcome,
    found: list[Canonical],
    faulty: set[int],
    options: Options,
) -> Admitted:
    if not found and not start.rejected:
        raise IntakeError(
            "holds no record that feeds a table.", where=content.name,
            fix="Check the export's dates.",
        )  # fmt: skip
    if not start.records_in:  # nothing happened in the time it covers; someone may want to know
        start = replace(start, warnings=(*start.warnings, HEADER_ONLY))
    elif len(start.rejected) == start.records_in or not found:
        raise IntakeError(
            f"none of its {start.records_in:,} records can be read; the first, on line "
            f"{start.rejected[0].line}: {start.rejected[0].reason}.",
            where=content.name,
            fix="Check the mapping and the export.",
        )
    tables, notes = settled_tables(connection, found, faulty)
    first = found[0].mapping
    outcome = replace(
        start, source=first.source, table=first.table,
        kept=start.records_in - len(start.rejected),
        warnings=tuple(dict.fromkeys((*start.warnings, *notes))), sha256=content.sha256,
    )  # fmt: skip
    return Admitted(outcome, tables, _read_as(found, options, content.member), tuple(found))


def _read_as(found: list[Canonical], options: Options, member: str) -> str:
    digest = hashlib.sha256()
    for canonical in found:
        digest.update(canonical.mapping.model_dump_json().encode())
    digest.update(repr((options.timezone, options.date_order, options.redact)).encode())
    digest.update(member.encode())
    return digest.hexdigest()[:12]
