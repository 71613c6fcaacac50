"""Text to records: every physical record is in a kept row or in a rejected one.

Records live in a DuckDB table ``raw``: one text column per field of the export, plus ``_record``
(its number in the file, from 1) and ``_line`` (its physical line, where known).
"""

from __future__ import annotations

import csv
import io
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import pyarrow as pa

from workbench.errors import IntakeError
from workbench.intake.containers import BAD_BYTE, NUL, Content
from workbench.intake.outcome import Rejected

_DELIMITERS = (",", ";", "\t", "|")
_FIELD_LIMIT = 50_000_000
_MARKS = {BAD_BYTE: "holds a byte that is not UTF-8", NUL: "holds a NUL byte"}
_CR = "\ufdd2"  # a code point Unicode reserves for a program's own use
csv.field_size_limit(_FIELD_LIMIT)


@dataclass(frozen=True)
class Records:
    """What the file holds: how many records, their fields, and what did not parse."""

    count: int
    fields: tuple[str, ...]
    rejected: tuple[Rejected, ...] = ()
    warnings: tuple[str, ...] = ()
    body: str = field(default="", repr=False)
    delimiter: str = ","
    lines_before: int = 0

    @cached_property
    def lines(self) -> list[int]:
        """The physical line each kept record starts on, in the order of ``_record``."""
        reader = csv.reader(io.StringIO(self.body), delimiter=self.delimiter)
        broken = {r.line for r in self.rejected}
        starts, start = [], self.lines_before + 1
        for row in reader:
            if row and start not in broken:
                starts.append(start)
            start = self.lines_before + reader.line_num + 1
        return starts


def read_csv(connection: duckdb.DuckDBPyConnection, content: Content) -> Records:
    """Fill ``raw`` from delimited text; raise `IntakeError` where counts cannot be reconciled."""
    try:
        return _read_csv(connection, content)
    except (csv.Error, duckdb.Error) as fault:
        first = str(fault).split("\n")[0]
        raise IntakeError(
            f"cannot be read as delimited text ({first}).", where=content.path.name,
            fix="Look for quotes that open and never close, and export it again.",
        ) from fault  # fmt: skip


def _read_csv(connection: duckdb.DuckDBPyConnection, content: Content) -> Records:
    text = _one_line_end(content.text)
    delimiter = _delimiter(text)
    header, header_lines = _header(content, text, delimiter)
    body = text.split("\n", header_lines)[header_lines] if text.count("\n") >= header_lines else ""
    fields, warnings = _distinct(header)
    with tempfile.TemporaryDirectory(prefix="workbench-gate-") as folder:
        path = Path(folder) / "body.csv"
        path.write_bytes(body.encode("utf-8"))
        _load(connection, path, fields, delimiter)
    rejected = _rejects(connection, body, header_lines)
    kept = connection.execute("SELECT count(*) FROM raw").fetchall()[0][0]
    found = Records(
        kept + len(rejected), fields, rejected, (*content.warnings, *warnings), body, delimiter,
        header_lines,
    )  # fmt: skip
    _reconcile(content, found)
    if _CR in body:
        connection.execute(
            f"CREATE OR REPLACE TABLE raw AS SELECT replace(COLUMNS(* EXCLUDE (_record, _line)), "
            f"'{_CR}', chr(13)), _record, _line FROM raw"
        )
    return found


def marked(connection: duckdb.DuckDBPyConnection, records: Records) -> dict[int, str]:
    """Records that hold what no text can: their numbers, and what it is."""
    if not any(mark in records.body for mark in _MARKS):
        return {}
    tests = " ".join(f"WHEN contains(whole, '{m}') THEN '{why}'" for m, why in _MARKS.items())
    found = connection.execute(
        f"SELECT _record, CASE {tests} END AS why FROM (SELECT _record, "
        "concat_ws(' ', *COLUMNS(* EXCLUDE (_record, _line))) AS whole FROM raw) "
        "WHERE why IS NOT NULL"
    ).fetchall()
    return dict(found)


def _one_line_end(text: str) -> str:
    """Lines end in LF; a CR that ends no line is text, and stands aside while lines are found."""
    if "\n" not in text:
        return text.replace("\r", "\n")
    return text.replace("\r\n", "\n").replace("\r", _CR)


def _reconcile(content: Content, found: Records) -> None:
    """An independent reader must find as many records, and none may have swallowed others."""
    reader = csv.reader(io.StringIO(found.body), delimiter=found.delimiter)
    independent, start = 0, found.lines_before + 1
    for row in reader:
        independent += bool(row)
        if any(_holds_records(cell, found) for cell in row if "\n" in cell):
            raise IntakeError(
                f"a quote on line {start} does not close and swallows whole records.",
                where=content.path.name,
                fix="Close the quote, or export it again.",
            )
        start = found.lines_before + reader.line_num + 1
    if found.count != independent:
        raise IntakeError(
            f"two readers disagree on its records: {found.count:,} against {independent:,}.",
            where=content.path.name,
            fix="Look for quotes that open and never close, and export it again.",
        )


def _holds_records(cell: str, found: Records) -> bool:
    """Is a line within this text a record of its own: as many fields, most of them filled?"""
    width = len(found.fields)
    inner = (x for x in cell.split("\n")[1:-1] if x.count(found.delimiter) >= width - 1)
    rows = _rows("\n".join(inner), found.delimiter)
    return width > 2 and any(len(r) == width and sum(map(bool, r)) * 2 > width for r in rows)


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return (row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row)


def _header(content: Content, text: str, delimiter: str) -> tuple[list[str], int]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    header = next(reader, None)
    if not header or not any(name.strip() for name in header):
        raise IntakeError("is empty.", where=content.path.name, fix="Export it again.")
    return [name.strip().lstrip("\ufeff") for name in header], reader.line_num


def _distinct(header: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name every column once: blanks become ``column_3``, repeats ``Name__2``."""
    names: list[str] = []
    taken = {"_record", "_line"}  # the gate's own columns
    changed: list[str] = []
    for place, name in enumerate(header, start=1):
        candidate = base = name or f"column_{place}"
        copies = 2
        while candidate.casefold() in taken:
            candidate, copies = f"{base}__{copies}", copies + 1
        taken.add(candidate.casefold())
        if candidate != name:
            changed.append(f"column {place} {name!r} is read as {candidate!r}")
        names.append(candidate)
    return tuple(names), tuple(changed)


def _load(
    connection: duckdb.DuckDBPyConnection, path: Path, fields: tuple[str, ...], delimiter: str
) -> None:
    # Every column is materialised and nothing is guessed: rejects depend on the columns read,
    # and ignore_errors loses good rows.
    columns = ", ".join(f"{_quoted(name)}: 'VARCHAR'" for name in fields)
    connection.execute(
        f"""CREATE TABLE raw AS SELECT *, row_number() OVER () AS _record,
                   NULL::BIGINT AS _line
            FROM read_csv({_quoted(str(path))}, columns = {{{columns}}}, header = false,
                          auto_detect = false, delim = {_quoted(delimiter)}, quote = '"',
                          escape = '"', new_line = '\\n', null_padding = false,
                          store_rejects = true, rejects_limit = 0,
                          max_line_size = {_FIELD_LIMIT})"""
    )


def _rejects(
    connection: duckdb.DuckDBPyConnection, body: str, lines_before: int
) -> tuple[Rejected, ...]:
    found = connection.execute(
        """SELECT line, min(byte_position), any_value(error_message), any_value(csv_line)
           FROM reject_errors GROUP BY line ORDER BY line"""
    ).fetchall()
    if not found:
        return ()
    # DuckDB counts records, a person counts lines: the byte tells the physical line.
    ends = [i for i, byte in enumerate(body.encode("utf-8")) if byte == 10]
    return tuple(
        Rejected(
            line=lines_before + bisect_right(ends, max(byte - 2, 0)) + 1,
            reason=message.split("\n")[0].rstrip("."),
            raw=raw,
        )
        for _, byte, message, raw in found
    )


def fill_raw(
    connection: duckdb.DuckDBPyConnection, found: list[tuple[int, int, dict[str, str | None]]]
) -> tuple[str, ...]:
    """Fill ``raw`` from flattened JSON rows – record number, line, texts – and name its fields."""
    rows = [row for *_, row in found]
    fields = tuple(dict.fromkeys(name for row in rows for name in row))
    names, _ = _distinct(list(fields))
    columns = {
        name: pa.array([row.get(field) for row in rows], pa.string())
        for name, field in zip(names, fields, strict=True)
    }
    columns["_record"] = pa.array([place for place, *_ in found], pa.int64())
    columns["_line"] = pa.array([line for _, line, _ in found], pa.int64())
    connection.register("flattened", pa.table(columns))
    connection.execute("CREATE OR REPLACE TABLE raw AS SELECT * FROM flattened")
    connection.unregister("flattened")
    return names


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
