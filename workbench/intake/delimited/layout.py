"""How a delimited text is laid out: where its records begin and end, its delimiter, its header."""

from __future__ import annotations

import csv
import io
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from workbench.errors import IntakeError
from workbench.intake.files.containers import Content

_DELIMITERS = (",", ";", "\t", "|")
_FIELD_LIMIT = 50_000_000
_CHUNK = 1 << 20
_LOOKED_AT = 30  # records in which a header may stand below a title or a date
_FIRST_HEAD = 1 << 16
_QUOTE, _LINE_FEED = 34, 10
csv.field_size_limit(_FIELD_LIMIT)


@dataclass(frozen=True)
class Layout:
    """Where the header of a file is and how its fields are divided.

    ``lines_before``: physical lines up to and including the header; ``offset``: its bytes.
    """

    delimiter: str
    header: tuple[str, ...]
    lines_before: int
    offset: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ends:
    """What the quotes and line ends of the body alone say, whatever its delimiter is.

    ``starts``: the physical line each filled record starts on. ``longest``: bytes of the longest.
    ``folded``: does a record take more than one line?
    """

    starts: np.ndarray = field(repr=False)
    longest: int = 0
    folded: bool = False

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.starts)


def layout_of(content: Content, wanted: Callable[[tuple[str, ...]], bool]) -> Layout:
    """Find the header: the first line, or the first that is ``wanted`` where the first is not.

    Some exports put a title, a period or ``sep=;`` above it.
    """
    size = _FIRST_HEAD
    text = content.head(size)
    while len(text) == size and not _complete(text, size):
        size *= 8
        text = content.head(size)
    declared, above = _declared_delimiter(text)
    first: Layout | None = None
    for place, (row, delimiter, line, offset) in enumerate(_candidates(text, declared, above)):
        found = Layout(delimiter, tuple(_clean(name) for name in row), line, offset)
        first = first or found
        if wanted(found.header):
            return found if not place else _below(found, text)
    if first is None or not any(first.header):
        raise IntakeError("is empty.", where=content.name, fix="Export it again.")
    return first


def _complete(text: str, size: int) -> bool:
    return text.count("\n") > _LOOKED_AT or size >= _FIELD_LIMIT


def _clean(name: str) -> str:
    return name.strip().lstrip("\ufeff")


def _declared_delimiter(text: str) -> tuple[str | None, int]:
    """Excel lets a first line ``sep=;`` name the delimiter; gives it and the line's length."""
    line = text.split("\n", 1)[0].strip().strip('"')
    if line.lower().startswith("sep=") and len(line) == 5:
        return line[4], text.index("\n") + 1 if "\n" in text else len(text)
    return None, 0


def _candidates(
    text: str, declared: str | None, above: int
) -> Iterator[tuple[list[str], str, int, int]]:
    """Every record that may be the header: its fields, delimiter, last line, end in bytes."""
    start, line = above, int(above > 0)
    for _ in range(_LOOKED_AT):
        if start >= len(text):
            return
        delimiter = declared or max(_DELIMITERS, key=text[start:].split("\n", 1)[0].count)
        reader = csv.reader(io.StringIO(text[start:]), delimiter=delimiter)
        try:
            row = next(reader, None)
        except csv.Error:
            return
        if row is None:
            return
        lines = text[start:].split("\n", reader.line_num)[: reader.line_num]
        start += sum(len(one) + 1 for one in lines)
        line += reader.line_num
        if any(cell.strip() for cell in row):
            yield row, delimiter, line, len(text[:start].encode("utf-8"))


def _below(found: Layout, text: str) -> Layout:
    title = text.split("\n", 1)[0].strip()[:60]
    note = f"the header is on line {found.lines_before}; what is above it ({title!r}) is left out"
    return Layout(found.delimiter, found.header, found.lines_before, found.offset, (note,))


def ends_of(path: Path, layout: Layout) -> Ends:
    """Where the records end, told by quotes and line feeds only: an independent count.

    A line feed ends a record where the quotes before it are even in number.
    """
    starts: list[np.ndarray] = []
    quotes, lines, last_end, longest = 0, layout.lines_before, layout.offset - 1, 0
    folded = False
    open_line = lines + 1
    position = layout.offset
    with path.open("rb") as file:
        file.seek(layout.offset)
        while chunk := file.read(_CHUNK):
            data = np.frombuffer(chunk, np.uint8)
            feeds = np.flatnonzero(data == _LINE_FEED)
            marks = np.flatnonzero(data == _QUOTE)
            outside = (np.searchsorted(marks, feeds) + quotes) % 2 == 0
            ends = feeds[outside] + position
            before = np.concatenate(([last_end], ends[:-1])) if len(ends) else ends
            lengths = ends - before
            line_of = np.flatnonzero(outside) + lines + 1  # the line each record ends on
            begun = np.concatenate(([open_line], line_of[:-1] + 1)) if len(ends) else line_of
            starts.append(begun[lengths > 1])
            if len(ends):
                longest = max(longest, int(lengths.max()))
                last_end, open_line = int(ends[-1]), int(line_of[-1]) + 1
            folded = folded or not outside.all()
            quotes += len(marks)
            lines += len(feeds)
            position += len(chunk)
    if position - 1 > last_end:
        starts.append(np.array([open_line]))
        longest = max(longest, position - last_end)
    return Ends(np.concatenate(starts) if starts else np.array([], int), longest, folded)


class Lines:
    """Physical lines of a body by the place of a byte in its file."""

    def __init__(self, path: Path) -> None:
        found, position = [], 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                found.append(np.flatnonzero(np.frombuffer(chunk, np.uint8) == 10) + position)
                position += len(chunk)
        self._feeds = np.concatenate(found) if found else np.array([], int)

    def at(self, byte: int) -> int:
        """The line, from 1, that holds the byte at this place, from 0."""
        return bisect_right(self._feeds, byte - 1) + 1
