"""Delimited text to records: every physical record is in a kept row or in a rejected one.

Records live in a DuckDB view ``raw``: one text column per field of the export, plus ``_record``
(its number in the file, from 1) and ``_line`` (its physical line, where known).
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import duckdb

from workbench.errors import IntakeError
from workbench.intake.delimited.layout import Ends, Layout, Lines, ends_of, layout_of
from workbench.intake.files.containers import BAD_BYTE, CR, NUL, Content
from workbench.intake.outcome import Rejected
from workbench.intake.sql import named, quoted
from workbench.store.resources import memory_limit

_MARKS = {BAD_BYTE: "holds a byte that is not UTF-8", NUL: "holds a NUL byte"}
_LONGEST = 50_000_000  # bytes of one record
_LINE_SIZE = 2_097_152  # the engine's own default; its buffers grow with it
_WIDE = 1_000  # columns past which the engine's own buffers outgrow the gate's memory
_AT_ONCE = 200  # tests in one query
OWN_FIELDS = ("_record", "_line")  # the gate's own columns


@dataclass(frozen=True)
class Delimited:
    """A delimited text that is laid out and not yet read: its fields, and where its records end.

    ``reader`` is the SQL that reads every field of it as text.
    """

    content: Content = field(repr=False)
    layout: Layout
    fields: tuple[str, ...]
    ends: Ends = field(repr=False)
    reader: str = field(repr=False)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Records:
    """What the file holds: how many records, their fields, and what did not parse."""

    count: int
    text: Delimited
    rejected: tuple[Rejected, ...] = ()
    as_told: bool = True  # do quotes and line ends alone tell where the records are?

    @cached_property
    def lines(self) -> list[int]:
        """The physical line each kept record starts on, in the order of ``_record``."""
        broken = {r.line for r in self.rejected}
        if self.as_told:
            return [line for line in self.text.ends.starts.tolist() if line not in broken]
        return [line for line, row in _parsed(self.text) if row and line not in broken]


def laid_out(content: Content, wanted: Callable[[tuple[str, ...]], bool]) -> Delimited:
    """Find the header and the ends of the records; `IntakeError` where there is no header.

    ``wanted`` tells a header that can be read from a line above it that is none.
    """
    try:
        layout = layout_of(content, wanted)
    except csv.Error as fault:
        raise _unreadable(content, fault) from fault
    fields, renamed = distinct(layout.header)
    ends = ends_of(content.plain, layout)
    warnings = (*content.warnings, *layout.notes, *renamed)
    reader = _reader(content, layout, fields, ends.longest)
    return Delimited(content, layout, fields, ends, reader, warnings)


def read_csv(connection: duckdb.DuckDBPyConnection, text: Delimited) -> Records:
    """Fill ``raw`` with every record; raise `IntakeError` where counts cannot be reconciled."""
    try:
        _load(connection, text)
        rejected = rejects(connection, text)
        kept = connection.execute("SELECT count(*) FROM body").fetchall()[0][0]
        found = Records(kept + len(rejected), text, rejected)
        if found.count == text.ends.count and not rejected and not _swallowing(connection, text):
            return found
        return _reconciled(found)
    except (csv.Error, duckdb.Error) as fault:
        raise _unreadable(text.content, fault) from fault


def _unreadable(content: Content, fault: Exception) -> IntakeError:
    first = str(fault).split("\n")[0]
    return IntakeError(
        f"cannot be read as delimited text ({first}).", where=content.name,
        fix="Look for quotes that open and never close, and export it again.",
    )  # fmt: skip


def _reader(content: Content, layout: Layout, fields: tuple[str, ...], longest: int) -> str:
    # Every column is asked for and nothing is guessed: rejects depend on the columns read,
    # and ignore_errors loses good rows.
    path, skip = content.plain, 1
    if layout.lines_before != 1:
        path, skip = content.folder / "body", 0
        with content.plain.open("rb") as whole, path.open("wb") as body:
            whole.seek(layout.offset)
            shutil.copyfileobj(whole, body, 1 << 22)
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in fields)
    line_size = min(max(_LINE_SIZE, 2 * longest), _LONGEST)
    return f"""read_csv({quoted(str(path))}, columns = {{{columns}}}, header = false,
                     auto_detect = false, delim = {quoted(layout.delimiter)}, quote = '"',
                     escape = '"', new_line = '\\n', null_padding = false, skip = {skip},
                     store_rejects = true, rejects_limit = 0, max_line_size = {line_size})"""


def _load(connection: duckdb.DuckDBPyConnection, text: Delimited) -> None:
    if len(text.fields) > _WIDE:
        connection.execute(f"SET memory_limit = '{memory_limit()}'")  # every column has buffers
    connection.execute(f"CREATE OR REPLACE TABLE body AS SELECT * FROM {text.reader}")
    texts = "*"
    if CR in text.content.marks:
        texts = f"replace(COLUMNS(*), '{CR}', chr(13))"
    connection.execute(
        f"CREATE OR REPLACE VIEW raw AS SELECT {texts}, rowid + 1 AS _record, "
        "NULL::BIGINT AS _line FROM body"
    )


def marked(connection: duckdb.DuckDBPyConnection, records: Records) -> dict[int, str]:
    """Records that hold what no text can: their numbers, and what it is."""
    if not records.text.content.marks & set(_MARKS):
        return {}
    tests = " ".join(f"WHEN contains(whole, '{m}') THEN '{why}'" for m, why in _MARKS.items())
    found = connection.execute(
        f"SELECT _record, CASE {tests} END AS why FROM (SELECT _record, "
        "concat_ws(' ', *COLUMNS(* EXCLUDE (_record, _line))) AS whole FROM raw) "
        "WHERE why IS NOT NULL"
    ).fetchall()
    return dict(found)


def _swallowing(connection: duckdb.DuckDBPyConnection, text: Delimited) -> bool:
    """May a quoted text of the file hold records? As many delimiters, and a line end."""
    tests = swallowing(text)
    return any(
        connection.execute(f"SELECT 1 FROM body WHERE {' OR '.join(some)} LIMIT 1").fetchall()
        for some in _batches(tests)
    )


def swallowing(text: Delimited, but: Collection[str] = ()) -> list[str]:
    """SQL per field: its text has lines, and at least as many delimiters as a record has.

    ``but``: fields that are known to have no lines.
    """
    least = len(text.fields) - 1
    if least < 1 or not text.ends.folded:
        return []
    many = quoted("%".join(["", *[text.layout.delimiter] * least, ""]))
    names = [named(name) for name in text.fields if name not in but]
    return [f"(contains({name}, chr(10)) AND {name} LIKE {many})" for name in names]


def _reconciled(found: Records) -> Records:
    """A second reader must find as many records, and none may have swallowed others."""
    independent, text = 0, found.text
    for line, row in _parsed(text):
        independent += bool(row)
        if any(_holds_records(cell, text, row) for cell in row if "\n" in cell):
            raise IntakeError(
                f"a quote on line {line} does not close and swallows whole records.",
                where=text.content.name,
                fix="Close the quote, or export it again.",
            )
    if found.count != independent:
        raise IntakeError(
            f"two readers disagree on its records: {found.count:,} against {independent:,}.",
            where=text.content.name,
            fix="Look for quotes that open and never close, and export it again.",
        )
    return Records(found.count, text, found.rejected, as_told=False)


def _parsed(text: Delimited) -> Iterator[tuple[int, list[str]]]:
    """Every record of the body by the standard library's reader, with the line it starts on."""
    layout = text.layout
    with text.content.plain.open("rb") as bytes_:
        bytes_.seek(layout.offset)
        reader = csv.reader(
            io.TextIOWrapper(bytes_, encoding="utf-8", newline="\n"), delimiter=layout.delimiter
        )
        start = layout.lines_before + 1
        for row in reader:
            yield start, row
            start = layout.lines_before + reader.line_num + 1


def _holds_records(cell: str, text: Delimited, row: list[str]) -> bool:
    """Is a line within this text a record of its own: as many fields, most of them filled?

    Of two fields only it must also begin as this record does: with a number such as its own.
    """
    width, delimiter = len(text.fields), text.layout.delimiter
    inner = "\n".join(x for x in cell.split("\n")[1:-1] if x.count(delimiter) >= width - 1)
    rows = csv.reader(io.StringIO(inner), delimiter=delimiter)
    whole = [r for r in rows if len(r) == width and sum(map(bool, r)) * 2 > width]
    if width == 2:
        return any(_shape(r[0]) == _shape(row[0]) and "0" in _shape(r[0]) for r in whole)
    return width > 2 and bool(whole)


def _shape(text: str) -> str:
    """A text with every number as 0: T-17 and T-4 have one shape."""
    return re.sub(r"\d+", "0", text)


def distinct(header: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name every column once: blanks become ``column_3``, repeats ``Name__2``."""
    names: list[str] = []
    taken = set(OWN_FIELDS)
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


def rejects(connection: duckdb.DuckDBPyConnection, text: Delimited) -> tuple[Rejected, ...]:
    """The records that the engine could not divide into fields, each once."""
    found = connection.execute(
        """SELECT line, min(byte_position), any_value(error_message), any_value(csv_line)
           FROM reject_errors GROUP BY line ORDER BY line"""
    ).fetchall()
    if not found:
        return ()
    # DuckDB counts records, a person counts lines: the byte tells the physical line.
    lines = Lines(text.content.plain)
    cut = text.layout.offset if text.layout.lines_before != 1 else 0
    return tuple(
        Rejected(lines.at(cut + max(byte - 2, 0)), message.split("\n")[0].rstrip("."), raw)
        for _, byte, message, raw in found
    )


def _batches(tests: list[str]) -> Iterator[list[str]]:
    rest = iter(tests)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
