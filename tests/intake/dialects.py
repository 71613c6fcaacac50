"""Canonical rows drawn at random, and the many ways in which an export may write them down."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from workbench.tables.catalog import TABLES
from workbench.tables.schema import Column, Kind, Table

BLANKS = " \t\n\r\u00a0"
# Latin letters that Windows-1252 writes as bytes UTF-8 never starts with: told apart for certain.
_CP1252 = "éüñßöàçøÅ"
_HOSTILE = [
    "=1+1", "@x", "-", "NULL", "NA", "true", "2025-01-01", "1,5", 'a "b" c', '"', '""', "'", ";",
    ",", "|", "\\", "\\\"", "{}", "[1]", "a\nb", "\u2028", "\u200b", "\U0001f600", "<script>",
    "日本", "#N/A", "0042", "sep=;", "Total", "a,b;c|d\te", "\x0b", "\x7f", "\ufeffx",
]  # fmt: skip
# Times that are not before the row's first, but for those that begin it.
_FIRST = {"created_at", "at", "started_at", "offered_at", "charge_at", "valid_from", "starts_at"}
DROP = {"custom", "source", "source_row"}


@dataclass(frozen=True)
class Export:
    """A file as some program might have written it, its mapping, and the rows that are in it."""

    name: str
    content: bytes
    mapping: str
    table: Table
    rows: list[dict[str, Any]]
    date_order: str | None


@dataclass(frozen=True)
class Dialect:
    """How one file is written."""

    delimiter: str
    quoting: int
    line_end: str
    encoding: str
    container: str
    decimal: str
    date_order: str


def _texts(encoding: str, line_end: str) -> st.SearchStrategy[str]:
    if encoding == "cp1252":
        plain = st.text(st.sampled_from(_CP1252 + "abc ,;\"'-0"), max_size=12)
    else:
        anything = st.text(
            st.characters(exclude_categories=["Cs", "Cn", "Co"], exclude_characters="\x00\r"),
            max_size=12,
        )
        plain = st.one_of(anything, st.sampled_from(_HOSTILE))
    whole = plain.map(lambda text: text.strip(BLANKS))
    return whole.filter(lambda text: "\n" not in text) if line_end == "\r" else whole


def _values(column: Column, dialect: Dialect) -> st.SearchStrategy[Any]:
    match column.kind:
        case Kind.TEXT if column.allowed:
            return st.sampled_from(column.allowed)
        case Kind.TEXT if column.name.endswith("_id"):
            return st.from_regex(r"[A-Z]{0,3}-?0{0,2}[1-9][0-9]{0,17}", fullmatch=True)
        case Kind.TEXT:
            return _texts(dialect.encoding, dialect.line_end).map(lambda text: text or None)
        case Kind.INTEGER:
            return st.integers(-(10**12), 10**12)
        case Kind.NUMBER:
            return st.integers(0, 10**9).map(lambda n: n / 100)
        case Kind.MONEY:
            return st.integers(-(10**11), 10**11).map(lambda n: Decimal(n).scaleb(-2))
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.LIST:
            return st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=1, max_size=3)
    raise AssertionError(column)


@st.composite
def exports(draw: st.DrawFn, names: tuple[str, ...]) -> Export:
    """A file of one of these tables, in a dialect of its own."""
    table = TABLES[draw(st.sampled_from(names))]
    dialect = draw(_dialects())
    known = [c for c in table.columns if c.name not in DROP]
    needed = [c for c in known if c.required or c.name in table.key]
    further = [c for c in known if c not in needed]
    picked = draw(st.lists(st.sampled_from(further), unique=True)) if further else []
    columns = draw(st.permutations(needed + picked))
    rows = [draw(_rows(columns, dialect, n)) for n in range(draw(st.integers(1, 6)))]
    written = {column.name: draw(_writers(column, dialect)) for column in columns}
    lines = [[_cell(row[c.name], written[c.name]) for c in columns] for row in rows]
    fields = [f"Field {c.name}" for c in columns]
    return Export(
        f"export.{dialect.container}", _contained(dialect, [fields, *lines]),
        _mapping(table, columns, dialect), table, rows, dialect.date_order,
    )  # fmt: skip


@st.composite
def _dialects(draw: st.DrawFn) -> Dialect:
    return Dialect(
        delimiter=draw(st.sampled_from(",;\t|")),
        quoting=draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])),
        line_end=draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])),
        encoding=draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"])),
        container=draw(st.sampled_from(["csv", "csv", "gz", "zip"])),
        decimal=draw(st.sampled_from(["point", "comma"])),
        date_order=draw(st.sampled_from(["day_first", "month_first"])),
    )


@st.composite
def _rows(draw: st.DrawFn, columns: list[Column], dialect: Dialect, number: int) -> dict[str, Any]:
    first = datetime(2003, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 2 * 10**9)))
    row: dict[str, Any] = {}
    for column in columns:
        if column.kind is Kind.TIME:
            later = 0 if column.name in _FIRST else draw(st.integers(0, 10**7))
            value: Any = first + timedelta(seconds=later)
        elif column.required and column.kind is Kind.TEXT and not column.allowed:
            value = f"{'K' if column.name.endswith('_id') else 'k '}{number}"
        else:
            value = draw(_values(column, dialect))
        blank = not column.required and draw(st.integers(0, 4)) == 0
        row[column.name] = None if blank else value
    return row


def _writers(column: Column, dialect: Dialect) -> st.SearchStrategy[Any]:
    """How one column is written, the same for all its cells."""
    if column.kind is Kind.TIME:
        return st.sampled_from(_times(dialect))
    if column.kind in (Kind.MONEY, Kind.NUMBER):
        return st.sampled_from(_numbers(dialect))
    if column.kind is Kind.BOOLEAN:
        words = [("true", "false"), ("Yes", "No"), ("1", "0"), ("WAHR", "FALSCH"), ("oui", "non")]
        return st.sampled_from([lambda v, w=w: w[0] if v else w[1] for w in words])
    if column.kind is Kind.LIST:
        return st.sampled_from([", ".join, ";".join, " ".join])
    return st.just(str)


def _times(dialect: Dialect) -> list[Any]:
    order = "%d/%m/%Y" if dialect.date_order == "day_first" else "%m/%d/%Y"
    east = timezone(timedelta(hours=5, minutes=30))
    west = timezone(timedelta(hours=-8))
    forms = ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d-%b-%Y %H:%M:%S",
             "%B %d, %Y %I:%M:%S %p", f"{order} %H:%M:%S", f"{order} %I:%M:%S %p",
             "%Y-%m-%d %H:%M:%S UTC"]  # fmt: skip
    return [
        *(lambda v, f=f: v.strftime(f) for f in forms),
        lambda v: v.astimezone(east).isoformat(),
        lambda v: v.astimezone(west).strftime("%Y-%m-%d %H:%M:%S %z"),
        lambda v: str(int(v.timestamp())),
        lambda v: str(int(v.timestamp()) * 1000),
        lambda v: str(int(v.timestamp()) * 1_000_000),
        lambda v: repr(round((v - datetime(1899, 12, 30, tzinfo=UTC)) / timedelta(days=1), 10)),
    ]


def _numbers(dialect: Dialect) -> list[Any]:
    def localised(text: str) -> str:
        return text.translate(str.maketrans(",.", ".,")) if dialect.decimal == "comma" else text

    return [
        lambda v: localised(f"{v:.2f}"),
        lambda v: localised(f"{v:,.2f}"),
        lambda v: localised(f"{v:.2f}") + " EUR",
        lambda v: localised(f"({-v:.2f})" if v < 0 else f"{v:.2f}"),
        lambda v: localised(f"{-v:.2f}-" if v < 0 else f"{v:.2f}"),
        lambda v: localised(f"{v:.2f}").replace("-", "\u2212")
        if dialect.encoding != "cp1252" else localised(f"{v:.2f}"),
    ]  # fmt: skip


def _cell(value: Any, write: Any) -> str:
    return "" if value is None else write(value)


def _contained(dialect: Dialect, lines: list[list[str]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(
        buffer, delimiter=dialect.delimiter, quoting=dialect.quoting,
        lineterminator=dialect.line_end,
    )  # fmt: skip
    writer.writerows(lines)
    content = buffer.getvalue().encode(dialect.encoding)
    if dialect.container == "gz":
        return gzip.compress(content, mtime=0)
    if dialect.container == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("export.csv", content)
        return packed.getvalue()
    return content


def _mapping(table: Table, columns: list[Column], dialect: Dialect) -> str:
    lines = [
        "source: drawn", f"table: {table.name}", f"decimal: {dialect.decimal}",
        f"date_order: {dialect.date_order}", "columns:",
    ]  # fmt: skip
    for column in columns:
        unit = ", unit: minutes" if column.unit == "minutes" else ""
        lines.append(f"  {column.name}: {{from: 'Field {column.name}'{unit}}}")
    return "\n".join(lines) + "\n"
