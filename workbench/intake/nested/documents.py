"""JSON to values: lines, arrays, pages and documents in a row, with the physical line of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from workbench.errors import IntakeError
from workbench.intake.files.containers import BAD_BYTE, CR, NUL, Content
from workbench.intake.nested.scanned import Scan
from workbench.intake.outcome import Rejected

MAX_DOCUMENT = 250_000_000  # bytes of one JSON value: its objects take up to ten times as much


@dataclass(frozen=True)
class Value:
    """One JSON value and the line it begins on.

    ``inner``: the lines on which the members of the lists right inside it begin, where the value
    itself spans several lines.
    """

    line: int
    body: Any
    inner: dict[str, list[int]] = field(default_factory=dict)


def json_values(
    content: Content, *, only: frozenset[int] | None = None, limit: int = MAX_DOCUMENT
) -> Iterator[Value | Rejected]:
    """Every value of the file in order; a broken line among JSON lines is a rejected record.

    An array gives its members. A broken document is refused whole. ``only``: lines that matter.
    """
    if is_lines(content):
        return _ndjson(content, only, limit)
    return _documents(content, limit)


def is_lines(content: Content) -> bool:
    """Does every line hold a value of its own? One of the first two is then a whole object."""
    return any(_parses(text) for text in _first_lines(content))


def loaded(text: str) -> Any:
    """Like `json.loads`, but strict where it is lenient: repeated keys, unreadable bytes, depth."""
    if BAD_BYTE in text or NUL in text:
        raise ValueError("it holds bytes that are no text")
    try:
        found = _DECODER.decode(text.replace(CR, "\r"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    refuse_halves(text, found)
    return found


def refuse_halves(text: str, found: Any) -> None:
    """Raise where half a character (``\\ud83d``) is left: JSON allows it, no text can hold it.

    Put right silently, it would make two identifiers one.
    """
    if not _HALF.search(text):
        return
    try:
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as fault:
        half = ord(fault.object[fault.start])
        raise ValueError(f"it holds half a character, \\u{half:04x}") from None


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """One object of its pairs, unless a key stands there twice: which of the two is meant?"""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_DECODER = json.JSONDecoder(object_pairs_hook=once)


def not_json(text: str) -> str:
    """What is wrong with a line that is no JSON; empty where nothing is."""
    try:
        loaded(text)
    except ValueError as fault:
        return f"not JSON ({_worded(fault)})"
    return ""


def _first_lines(content: Content) -> Iterator[str]:
    with content.plain.open(encoding="utf-8", newline="\n") as file:
        pieces = iter(lambda: file.readline(MAX_DOCUMENT), "")
        yield from islice((piece for piece in pieces if piece.strip()), 2)


def _parses(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _ndjson(
    content: Content, only: frozenset[int] | None, limit: int
) -> Iterator[Value | Rejected]:
    with content.plain.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(iter(lambda: file.readline(limit), ""), start=1):
            if len(line) >= limit:
                raise _too_large(content, limit)
            if not line.strip() or (only is not None and number not in only):
                continue
            text = line.rstrip("\n")
            try:
                yield Value(number, loaded(text))
            except ValueError as fault:
                yield Rejected(number, f"not JSON ({_worded(fault)})", text)


def _documents(content: Content, limit: int) -> Iterator[Value]:
    if content.plain.stat().st_size > limit:
        raise _too_large(content, limit)
    text = content.text.replace(CR, "\r")
    try:
        if BAD_BYTE in text or NUL in text:
            raise ValueError("it holds bytes that are no text")
        found = [Value(*part) for part in Scan(text, once).values()]
        refuse_halves(text, [value.body for value in found])
    except RecursionError:
        raise _broken(content, "it is nested too deeply") from None
    except ValueError as fault:
        torn = isinstance(fault, json.JSONDecodeError)
        raise _broken(content, _worded(fault), torn=torn) from fault
    yield from found


def _broken(content: Content, reason: str, *, torn: bool = False) -> IntakeError:
    return IntakeError(
        f"is not {'complete' if torn else 'sound'} JSON ({reason}).", where=content.path.name,
        fix="Wait until the export has finished, or export it again."
        if torn else "Export it again, or correct that place.",
    )  # fmt: skip


def _too_large(content: Content, limit: int) -> IntakeError:
    return IntakeError(
        f"holds one JSON value of more than {limit:,} bytes, too large to be read whole.",
        where=content.path.name, fix="Export it as NDJSON: one record per line.",
    )  # fmt: skip


def _worded(fault: ValueError) -> str:
    """The fault and its place; a record on one line needs no line number of its own."""
    if not isinstance(fault, json.JSONDecodeError):
        return str(fault)
    line = f"line {fault.lineno}, " if "\n" in fault.doc.strip() else ""
    return f"{line}column {fault.colno}: {fault.msg}"
