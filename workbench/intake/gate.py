"""The gate: files go in, canonical rows come out, and every record is accounted for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from workbench.errors import IntakeError, UsageError
from workbench.intake.canonical import Canonical, canonical_rows
from workbench.intake.containers import Content, read_content
from workbench.intake.documents import read_json
from workbench.intake.formats.canonical import OWN
from workbench.intake.formats.zendesk import flattened
from workbench.intake.formats.zendesk_records import looks_like, members
from workbench.intake.mapping import Mapping, fitting
from workbench.intake.outcome import FileOutcome, Rejected
from workbench.intake.readings import Conventions
from workbench.intake.records import Records, fill_raw, marked, read_csv
from workbench.intake.settings import looks_like_settings, read_settings
from workbench.intake.settled import settled_tables
from workbench.intake.sniff import built_in, known_format
from workbench.intake.zones import zone_fault
from workbench.store.engine import scratch

_SHOWN = 400  # characters of a rejected record that a report repeats
_ORDERS = (None, "day_first", "month_first")


HEADER_ONLY = "it has a header and no records; check the export's dates"


@dataclass(frozen=True)
class Options:
    """What the caller declares about the files: it wins over the mapping."""

    mappings: tuple[Mapping, ...] = ()
    source: str | None = None
    timezone: str | None = None
    date_order: str | None = None
    redact: bool = True

    def __post_init__(self) -> None:
        if self.timezone is not None and zone_fault(self.timezone):
            raise UsageError(f"{zone_fault(self.timezone)}.", where="--timezone")
        if self.date_order not in _ORDERS:
            raise UsageError(
                f"unknown date order {self.date_order!r}.", where="--date-order",
                fix="There are day_first and month_first.",
            )  # fmt: skip


@dataclass(frozen=True)
class Admitted:
    """One file past the gate: its outcome so far, and checked rows per canonical table.

    ``read_as`` names how it was read: the same bytes under other conventions are other data.
    """

    outcome: FileOutcome
    tables: dict[str, pa.Table]
    read_as: str = ""


def admit(path: Path, options: Options) -> Admitted:
    """Read one file into canonical rows, or raise `IntakeError`; writes nothing."""
    content = read_content(path)
    try:
        with scratch() as connection:
            if looks_like_settings(content):
                return _admit_settings(content, options)
            if content.text.lstrip()[:1] in ("{", "["):
                return _admit_json(connection, content, options)
            return _admit_csv(connection, content, options)
    except duckdb.Error as fault:  # nothing known ends here; a fault must still have words
        first = str(fault).split("\n")[0]
        raise IntakeError(
            f"cannot be read ({first}).", where=path.name, fix="Check the mapping and the export."
        ) from fault


def _admit_csv(
    connection: duckdb.DuckDBPyConnection, content: Content, options: Options
) -> Admitted:
    records = read_csv(connection, content)
    mappings = (
        tuple(fitting(options.mappings, records.fields, content.path.name))
        if options.mappings
        else known_format(records.fields, content.path.name)
    )
    found = [_canonical(connection, m, records.fields, content, options) for m in mappings]
    faults = {f.record: f.reason for c in reversed(found) for f in c.faulty}
    faults |= marked(connection, records)
    rejected = _rejected(connection, records, faults)
    every = tuple(sorted((*records.rejected, *rejected), key=lambda r: r.line))
    start = FileOutcome(str(content.path), records_in=records.count, warnings=records.warnings)
    return _finished(
        connection, content, replace(start, rejected=every), found, set(faults), options
    )


def _admit_settings(content: Content, options: Options) -> Admitted:
    """Settings are let in whole or not at all: half an SLA is none."""
    source = options.source or OWN
    tables = read_settings(content, source)
    rows = sum(table.num_rows for table in tables.values())
    outcome = FileOutcome(
        str(content.path), source=source, table=next(iter(tables)), records_in=rows, kept=rows,
        warnings=content.warnings, sha256=content.sha256,
    )  # fmt: skip
    return Admitted(outcome, tables, "settings")


def _admit_json(
    connection: duckdb.DuckDBPyConnection, content: Content, options: Options
) -> Admitted:
    values, broken = read_json(content)
    if options.mappings:
        raise IntakeError(
            "is JSON, and a mapping describes delimited text.", where=content.path.name,
            fix="Leave --mapping out for a Zendesk export, or convert the file to CSV.",
        )  # fmt: skip
    if not values or not looks_like(values[0][1]):
        raise IntakeError(
            "is JSON in no format known here.", where=content.path.name,
            fix="Zendesk tickets, audits, users and groups are read; convert others to CSV.",
        )  # fmt: skip
    found_members = members(values, content.path.name)
    kinds, faults = flattened(found_members)
    found: list[Canonical] = []
    for mapping in built_in("zendesk"):
        if mapping.records in kinds:
            fields = fill_raw(connection, kinds[mapping.records])
            found.append(_canonical(connection, mapping, fields, content, options))
            faults = {f.record: f.reason for f in found[-1].faulty} | faults
    texts = {line: value for line, value in values}
    lines = {m.place: m.line for m in found_members}
    rejected = [Rejected(lines[r], why, str(texts[lines[r]])[:_SHOWN]) for r, why in faults.items()]
    every = tuple(
        sorted((*(replace(b, raw=b.raw[:_SHOWN]) for b in broken), *rejected), key=lambda r: r.line)
    )
    count = len(found_members) + len(broken)
    start = FileOutcome(
        str(content.path), records_in=count, rejected=every, warnings=content.warnings
    )
    return _finished(connection, content, start, found, set(faults), options)


def _canonical(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    fields: tuple[str, ...],
    content: Content,
    options: Options,
) -> Canonical:
    mapping = mapping.model_copy(update={"source": options.source or mapping.source})
    conventions = Conventions(
        timezone=options.timezone or mapping.timezone,
        date_order=options.date_order or mapping.date_order,
        decimal=mapping.decimal,
    )
    return canonical_rows(
        connection, mapping, fields, conventions, file=content.path.name, redact=options.redact
    )


def _rejected(
    connection: duckdb.DuckDBPyConnection, records: Records, faults: dict[int, str]
) -> list[Rejected]:
    rows = connection.execute(
        "SELECT _record, * EXCLUDE (_record, _line) FROM raw WHERE _record IN "
        "(SELECT unnest(?::BIGINT[]))",
        [list(faults)],
    ).fetchall()
    found = []
    for record, *cells in rows:
        raw = records.delimiter.join("" if cell is None else cell for cell in cells)
        found.append(Rejected(records.lines[record - 1], faults[record], raw[:_SHOWN]))
    return found


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
            "holds no record that feeds a table.", where=content.path.name,
            fix="Check the export's dates.",
        )  # fmt: skip
    if not start.records_in:  # nothing happened in the time it covers; someone may want to know
        start = replace(start, warnings=(*start.warnings, HEADER_ONLY))
    elif len(start.rejected) == start.records_in or not found:
        raise IntakeError(
            f"none of its {start.records_in:,} records can be read; the first, on line "
            f"{start.rejected[0].line}: {start.rejected[0].reason}.",
            where=content.path.name,
            fix="Check the mapping and the export.",
        )
    tables, notes = settled_tables(connection, found, faulty)
    first = found[0].mapping
    outcome = replace(
        start, source=first.source, table=first.table,
        kept=start.records_in - len(start.rejected),
        warnings=tuple(dict.fromkeys((*start.warnings, *notes))), sha256=content.sha256,
    )  # fmt: skip
    return Admitted(outcome, tables, _read_as(found, options))


def _read_as(found: list[Canonical], options: Options) -> str:
    digest = hashlib.sha256()
    for canonical in found:
        digest.update(canonical.mapping.model_dump_json().encode())
    digest.update(repr((options.timezone, options.date_order, options.redact)).encode())
    return digest.hexdigest()[:12]
