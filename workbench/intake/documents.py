"""JSON to records: lines, arrays and documents, with the physical line of each."""

from __future__ import annotations

import json
from typing import Any

from workbench.errors import IntakeError
from workbench.intake.containers import BAD_BYTE, NUL, Content
from workbench.intake.outcome import Rejected

Found = tuple[list[tuple[int, object]], tuple[Rejected, ...]]


def read_json(content: Content) -> Found:
    """Records of NDJSON, a JSON array or a wrapped page, each with its physical line.

    A broken line of NDJSON is a rejected record; a broken JSON document is refused whole.
    """
    lines = content.text.split("\n")  # not splitlines(): U+2028 may stand inside a string
    filled = [line for line in lines if line.strip()]
    if filled[0].lstrip().startswith("{") and any(_parses(line) for line in filled[:2]):
        return _ndjson(lines)
    try:
        document = _loaded(content.text)
    except ValueError as fault:
        raise IntakeError(
            f"is not complete JSON ({_worded(fault)}).",
            where=content.path.name,
            fix="Wait until the export has finished, or export it again.",
        ) from fault
    members = document if isinstance(document, list) else [document]
    return [(1, member) for member in members], ()


def _loaded(text: str) -> Any:
    """Like `json.loads`, but strict where it is lenient: repeated keys, unreadable bytes, depth."""
    if BAD_BYTE in text or NUL in text:
        raise ValueError("it holds bytes that are no text")
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _parses(line: str) -> bool:
    try:
        return isinstance(_loaded(line), dict)
    except ValueError:
        return False


def _ndjson(lines: list[str]) -> Found:
    good: list[tuple[int, object]] = []
    bad: list[Rejected] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            good.append((number, _loaded(line)))
        except ValueError as fault:
            bad.append(Rejected(number, f"not JSON ({_worded(fault)})", line))
    return good, tuple(bad)


def _worded(fault: ValueError) -> str:
    """The fault and its place; a record on one line needs no line number of its own."""
    if not isinstance(fault, json.JSONDecodeError):
        return str(fault)
    line = f"line {fault.lineno}, " if "\n" in fault.doc.strip() else ""
    return f"{line}column {fault.colno}: {fault.msg}"
