"""What there is to know about the JSON of one vendor: its pages, its records, its plain rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import duckdb

Record = dict[str, Any]
Row = dict[str, str | None]
Rows = Iterator[tuple[str, Row]]


@dataclass(frozen=True)
class Shape:
    """How one vendor's JSON becomes plain rows.

    ``pages``: keys of lists in a page, the one that is counted first, with the kind of record each
    holds; an empty kind is told by the record itself. ``wrappers``: keys of single objects.
    ``kind_of``: the kind of a bare record; empty if it is none of this vendor's. ``rows_of``:
    one record as rows by the kind of row. ``settle``: joins what only the whole file can tell,
    and gives notes. ``idle``: kinds that are known and feed no table. ``alone``: kinds that say
    nothing without others, and what to do. ``beside``: fields, by kind of row, that ``settle``
    needs and no mapping reads.
    """

    name: str
    vendor: str
    pages: dict[str, str]
    kind_of: Callable[[Record], str]
    rows_of: Callable[[str, Record], Rows]
    wrappers: dict[str, str] = field(default_factory=dict)
    settle: Callable[[duckdb.DuckDBPyConnection, set[str]], list[str]] | None = None
    idle: tuple[str, ...] = ()
    alone: dict[str, str] = field(default_factory=dict)
    beside: dict[str, tuple[str, ...]] = field(default_factory=dict)


def plain(body: Record) -> Row:
    """The fields of a record that hold one value each, as texts."""
    return {k: word(v) for k, v in body.items() if not isinstance(v, (dict, list))}


def word(value: Any) -> str | None:
    """One JSON value as an export would write it; nothing for an empty one."""
    if isinstance(value, str):
        if value.isascii():
            return value or None
        # JSON allows half a character, UTF-8 does not.
        return value.encode("utf-8", "replace").decode("utf-8")
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def within(body: Record, *path: str) -> Any:
    """What stands at a path of keys; nothing where one of them is absent or empty."""
    found: Any = body
    for key in path:
        if found is None:
            return None
        found = found.get(key)
    return found


def moment(seconds: Any) -> str | None:
    """A time that is exported as seconds since 1970, in words; other forms stay as they are."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return word(seconds)
    return datetime.fromtimestamp(seconds, UTC).isoformat()
