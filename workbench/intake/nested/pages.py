"""Which records does a JSON file hold? Bare objects, wrappers and pages, opened and complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import IntakeError
from workbench.intake.nested.documents import Value
from workbench.intake.nested.shape import Record, Shape, within

_TOTALS = ("count", "total", "total_count", "meta.count", "meta.total", "meta.total_count",
           "meta.total_resources")  # fmt: skip
_NEXT = (
    "next_page", "next", "next_cursor", "links.next", "pages.next", "meta.next_cursor",
    "meta.next_page",
)  # fmt: skip
_MORE = ("has_more", "meta.has_more")


@dataclass(frozen=True)
class Member:
    """One record of the export: its kind, its content and the line it begins on."""

    kind: str
    body: Record
    line: int


@dataclass
class Pages:
    """The pages of one file: what they held, and whether the last of them is there."""

    shape: Shape
    file: str
    held: Counter[str] = field(default_factory=Counter)
    told: dict[str, int] = field(default_factory=dict)
    open_end: dict[str, int] = field(default_factory=dict)  # list -> line of a page with a next
    others: Counter[str] = field(default_factory=Counter)

    def opened(self, value: Value) -> Iterator[Member]:
        """Every record of one JSON value."""
        body = self._object(value.body, value.line, self.shape.vendor)
        lists, wrapped = parts(self.shape, body)
        if not lists and not wrapped:
            yield self._bare(body, value.line)
            return
        for key in wrapped:
            kind = self.shape.wrappers[key]
            yield Member(kind, body[key], value.line)
        for key in lists:
            lines = value.inner.get(key) or [value.line] * len(body[key])
            for line, member in zip(lines, body[key], strict=True):
                yield self._member(key, member, line)
        if lists:
            self._note(body, lists, value.line)

    def check(self) -> None:
        """Refuse a dump whose last page names another, or that holds fewer records than told."""
        for line in self.open_end.values():
            raise self._partial("it names a next page", line)
        for key, told in self.told.items():
            if told > self.held[key]:
                raise self._partial(f"it holds {self.held[key]:,} of {told:,} {key}", 0)

    def notes(self) -> list[str]:
        """Lists that stood beside the records and feed no table."""
        return [f"{key}: {n:,} records feed no table" for key, n in self.others.items() if n]

    def _object(self, value: Any, line: int, what: str) -> Record:
        if isinstance(value, dict):
            return value
        raise IntakeError(
            f"holds {type(value).__name__} where {what} has an object.",
            where=f"{self.file}, line {line}", fix="Export it again as JSON or NDJSON.",
        )  # fmt: skip

    def _member(self, key: str, member: Any, line: int) -> Member:
        body = self._object(member, line, f"{self.shape.vendor} ({key})")
        kind = self.shape.pages[key]
        return Member(kind, body, line) if kind else self._bare(body, line)

    def _bare(self, body: Record, line: int) -> Member:
        kind = self.shape.kind_of(body)
        if kind:
            return Member(kind, body, line)
        known = sorted({k for k in self.shape.pages.values() if k} | {*self.shape.idle})
        raise IntakeError(
            f"holds a record that is none of {self.shape.vendor}'s {', '.join(known)}: "
            f"keys {[*body][:6]}.",
            where=f"{self.file}, line {line}",
            fix=f"Export {', '.join(k for k in known if k not in self.shape.idle)}.",
        )

    def _note(self, body: Record, lists: list[str], line: int) -> None:
        principal = lists[0]
        self.held[principal] += len(body[principal])
        totals = [n for n in (_at(body, key) for key in _TOTALS) if _whole(n)]
        if totals:
            self.told[principal] = max(self.told.get(principal, 0), *totals)
        self.open_end.pop(principal, None)
        if goes_on(body):
            self.open_end[principal] = line
        for key, value in body.items():
            if key not in lists and isinstance(value, list) and _objects(value):
                self.others[key] += len(value)

    def _partial(self, reason: str, line: int) -> IntakeError:
        return IntakeError(
            f"is one page of several: {reason}.",
            where=f"{self.file}, line {line}" if line else self.file,
            fix="Export all pages and join them as NDJSON, one page per line.",
        )


def parts(shape: Shape, body: Record) -> tuple[list[str], list[str]]:
    """The lists and wrappers of one JSON value; a record of its own, known by its id, has none."""
    if "id" in body:
        return [], []
    lists = [key for key in shape.pages if isinstance(body.get(key), list)]
    return lists, [key for key in shape.wrappers if isinstance(body.get(key), dict)]


def goes_on(body: Record) -> bool:
    """Does this page say that another follows?"""
    if body.get("end_of_stream") is True:
        return False
    more = [_at(body, key) for key in _MORE]
    if any(isinstance(flag, bool) for flag in more):  # a cursor may be given even at the end
        return True in more
    return any(_at(body, key) for key in _NEXT)


def listed(body: Record) -> list[str]:
    """The keys of a value that hold lists of objects."""
    return [key for key, value in body.items() if isinstance(value, list) and _objects(value)]


def _objects(value: list[Any]) -> bool:
    return bool(value) and all(isinstance(member, dict) for member in value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _at(body: Record, path: str) -> Any:
    try:
        return within(body, *path.split("."))
    except AttributeError:  # a text where others have an object
        return None
