"""A sheet of an .xlsx workbook as delimited text: every row one record, every value spelt out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from workbench.errors import IntakeError

_ROWS = 5_000
_EXACT = 1e15  # a spreadsheet keeps 15 digits; what is longer has been rounded


def is_workbook(members: list[str]) -> bool:
    """Are these the parts of an .xlsx file?"""
    return "xl/workbook.xml" in members


def sheet_chunks(
    file: io.BufferedReader, name: str, member: str | None
) -> tuple[str, Iterator[bytes]]:
    """The one sheet that holds something, or the one asked for, and its rows as CSV."""
    try:
        book = CalamineWorkbook.from_filelike(file)
        filled = [s for s in book.sheet_names if book.get_sheet_by_name(s).total_height]
    except CalamineError as fault:
        raise IntakeError(
            f"cannot be read as an Excel file ({fault}).", where=name, fix="Save it as CSV."
        ) from fault
    sheets = [member] if member is not None else filled
    if member is not None and member not in book.sheet_names or len(sheets) != 1:
        found = ", ".join(filled) or "none that is filled"
        raise IntakeError(
            f"is an Excel file with several sheets ({found})." if filled else "is empty.",
            where=name, fix="Name one sheet with --member.",
        )  # fmt: skip
    return sheets[0], _rows(book.get_sheet_by_name(sheets[0]).to_python(skip_empty_area=False))


def _rows(rows: list[list[Any]]) -> Iterator[bytes]:
    for start in range(0, len(rows), _ROWS):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        for row in rows[start : start + _ROWS]:
            cells = [_spelt(value) for value in row]
            writer.writerow(cells if any(cells) else [])
        yield text.getvalue().encode("utf-8")


def _spelt(value: Any) -> str:
    """One cell as an export would write it: whole numbers without .0, times as ISO 8601."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if abs(value) >= _EXACT:
            return f"{value:.14E}"  # its last digits are gone, and an identifier must show it
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        exact = value.replace(microsecond=0) + timedelta(seconds=round(value.microsecond / 1e6))
        near = abs((exact - value).total_seconds()) < 0.002  # a day's fraction in floating point
        return (exact if near else value).isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return "" if value is None else str(value)
