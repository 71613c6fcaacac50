"""Which records does a Zendesk file hold? Bare objects, wrappers and pages, opened.

Accepts bare objects, the ``{"ticket": {…}}`` wrapper, arrays, and pages such as
``{"tickets": […], "users": […], "groups": […], "metric_sets": […], "audits": […]}``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.errors import IntakeError

Record = dict[str, Any]

_PAGES = ("tickets", "audits", "users", "groups", "metric_sets", "ticket_metrics")
_WRAPPERS = ("ticket", "audit", "user", "group")


@dataclass(frozen=True)
class Member:
    """One record of the export: its kind, its content and where it stood."""

    kind: str
    body: Record
    place: int
    line: int


def members(found: list[tuple[int, object]], file: str) -> list[Member]:
    """Every record of the file by kind; a page of a paged dump that is not the last is refused."""
    result: list[Member] = []
    for line, value in found:
        for kind, body in _opened(value, f"{file}, line {line}"):
            result.append(Member(kind, body, len(result) + 1, line))
    return result


def looks_like(value: object) -> bool:
    """Could this first JSON value come from Zendesk?"""
    if not isinstance(value, dict):
        return False
    return any(_parts(value)) or _kind(value) is not None


def _opened(value: object, where: str) -> Iterator[tuple[str, Record]]:
    if not isinstance(value, dict):
        raise IntakeError(
            f"holds {type(value).__name__} where Zendesk has an object.", where=where,
            fix="Export it as JSON or NDJSON.",
        )  # fmt: skip
    labels, pages = _parts(value)
    if not labels and not pages:
        kind = _kind(value)
        if kind is None:
            raise IntakeError(
                f"holds a record that is no ticket, audit, user or group: keys {[*value][:6]}.",
                where=where,
                fix="Export tickets, audits, users and groups.",
            )
        yield kind, value
        return
    _check_complete(value, pages, where)
    for label in labels:
        yield f"{label}s", value[label]
    for page in pages:
        kind = "metric_sets" if page == "ticket_metrics" else page
        for body in value[page]:
            if not isinstance(body, dict):
                raise IntakeError(
                    f"holds {type(body).__name__} among its {page}.", where=where,
                    fix="Export it again.",
                )  # fmt: skip
            yield kind, body


def _parts(value: Record) -> tuple[list[str], list[str]]:
    """The wrappers and pages of one JSON value; a record of its own, known by its id, has none."""
    if "id" in value:
        return [], []
    labels = [label for label in _WRAPPERS if isinstance(value.get(label), dict)]
    return labels, [page for page in _PAGES if isinstance(value.get(page), list)]


def _check_complete(value: Record, pages: list[str], where: str) -> None:
    held, told = sum(len(value[page]) for page in pages), value.get("count")
    more = value.get("next_page") and value.get("end_of_stream") is not True
    if more or (isinstance(told, int) and pages and told > held):
        reason = "it names a next page" if more else f"it holds {held:,} of {told:,} records"
        raise IntakeError(
            f"is one page of several: {reason}.", where=where,
            fix="Export all pages and join them as NDJSON.",
        )  # fmt: skip


def _kind(body: Record) -> str | None:
    if "events" in body and "ticket_id" in body:
        return "audits"
    if "reply_time_in_minutes" in body and "ticket_id" in body:
        return "metric_sets"
    if "status" in body and ("requester_id" in body or "requester" in body):
        return "tickets"
    if "role" in body and "name" in body:
        return "users"
    if "name" in body and "id" in body and not {"ticket_id", "subject", "status"} & set(body):
        return "groups"
    return None
