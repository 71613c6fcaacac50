"""Zendesk's nested JSON flattened into plain records: tickets, comments, changes, people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from workbench.intake.formats.zendesk_records import Member, Record

Row = dict[str, str | None]
Flat = tuple[int, int, Row]

_AUTOMATED = {"rule", "trigger", "automation", "system", "api_rule"}
_ORDER_NAME = re.compile(r"#?\d{3,}")

_KEPT = ("status", "assignee_id", "group_id", "priority", "type", "satisfaction_score")


def flattened(found: list[Member]) -> tuple[dict[str, list[Flat]], dict[int, str]]:
    """Plain rows per kind of record – tickets, comments, changes, customers, agents, groups –
    each with its record number and line; and the records that are not shaped as they must be."""
    rows: dict[str, list[Flat]] = {}
    faults: dict[int, str] = {}
    metric_sets = {str(m.body.get("ticket_id")): m.body for m in found if m.kind == "metric_sets"}
    agents = _agents(found)
    for member in found:
        try:
            own = list(_rows_of(member, metric_sets, agents))
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            problem = f"{type(fault).__name__}: {fault}"
            faults[member.place] = f"is not shaped like Zendesk's {member.kind} ({problem})"
            continue
        for kind, row in own:
            rows.setdefault(kind, []).append((member.place, member.line, row))
    return rows, faults


def _agents(found: list[Member]) -> set[str]:
    """Who is known to be an agent: by role, or by having held a ticket."""
    known = {str(m.body.get("id")) for m in found if m.body.get("role", "end-user") != "end-user"}
    held = {str(m.body["assignee_id"]) for m in found if m.body.get("assignee_id")}
    return known | held


def _rows_of(
    member: Member, metric_sets: dict[str, Record], agents: set[str]
) -> Iterator[tuple[str, Row]]:
    body = member.body
    if member.kind == "tickets":
        metrics = body.get("metric_set") or metric_sets.get(str(body.get("id"))) or {}
        yield "tickets", _ticket(body, metrics, agents)
        for role in ("requester", "assignee"):
            if isinstance(body.get(role), dict):
                yield from _user(body[role], "end-user" if role == "requester" else "agent")
        if isinstance(body.get("group"), dict):
            yield "groups", _plain(body["group"])
        for comment in body.get("comments") or ():
            yield "comments", _comment(comment, body)
        for audit in body.get("audits") or ():
            yield from _changes({"ticket_id": body.get("id"), **audit})
    elif member.kind == "audits":
        yield from _changes(body)
    elif member.kind == "users":
        yield from _user(body, str(body["role"]))
    elif member.kind == "groups":
        yield "groups", _plain(body)


def _ticket(body: Record, metrics: Record, agents: set[str]) -> Row:
    row = _plain(body)
    for role in ("requester", "assignee", "group"):
        if isinstance(body.get(role), dict):
            row[f"{role}_id"] = _word(body[role].get("id"))
    tags = [str(tag) for tag in body.get("tags") or ()]
    rating = body.get("satisfaction_rating") or {}
    submitter = row.get("submitter_id")
    stations = metrics.get("assignee_stations")
    merged = "closed_by_merge" in tags
    return row | {
        "channel": _word((body.get("via") or {}).get("channel")),
        "tags": ",".join(tags) or None,
        "order_ref": _order_name(body.get("custom_fields") or body.get("fields") or ()),
        "agent_initiated": _word(submitter != row.get("requester_id") and submitter in agents),
        "is_spam": _word("spam" in tags),
        "merged_into": "merged" if merged else None,
        "satisfaction": _word(rating.get("score")),
        "satisfaction_comment": _word(rating.get("comment")),
        "solved_at": _word(metrics.get("solved_at")),
        "replies": _word(metrics.get("replies")),
        "reopens": _word(metrics.get("reopens")),
        # Zendesk counts the first assignment as a station; a reassignment is every further one.
        "reassignments": None if stations is None else str(max(int(stations) - 1, 0)),
        "reply_minutes": _calendar(metrics.get("reply_time_in_minutes")),
        "resolution_minutes": _calendar(metrics.get("full_resolution_time_in_minutes")),
    }


def _order_name(fields: Any) -> str | None:
    """The order a ticket names, from the first custom field that holds one such as #1001."""
    for entry in fields:
        value = entry.get("value") if isinstance(entry, dict) else None
        if isinstance(value, str) and value.startswith("#") and _ORDER_NAME.fullmatch(value):
            return value
    return None


def _comment(comment: Record, ticket: Record) -> Row:
    channel = _word((comment.get("via") or {}).get("channel"))
    requester = ticket.get("requester_id") or (ticket.get("requester") or {}).get("id")
    automated = channel in _AUTOMATED or str(comment.get("author_id")) == "-1"
    if automated:
        role = "system"
    else:
        role = "customer" if comment.get("author_id") == requester else "agent"
    return _plain(comment) | {
        "ticket_id": _word(ticket.get("id")),
        "body": _word(comment.get("plain_body") or comment.get("body")),
        "author_role": role,
        "is_automated": _word(automated),
        "channel": channel,
    }


def _changes(audit: Record) -> Iterator[tuple[str, Row]]:
    for seq, event in enumerate(audit.get("events") or (), start=1):
        # Other fields are not needed and may hold what a customer wrote, or an address.
        if event.get("type") not in ("Create", "Change") or event.get("field_name") not in _KEPT:
            continue
        yield (
            "changes",
            {
                "id": _word(event.get("id", f"{audit.get('id')}-{seq}")),
                "ticket_id": _word(audit.get("ticket_id")),
                "created_at": _word(audit.get("created_at")),
                "author_id": _word(audit.get("author_id")),
                "seq": str(seq),
                "field_name": _word(event["field_name"]),
                "value": _word(event.get("value")),
                "previous_value": _word(event.get("previous_value")),
            },
        )


def _user(body: Record, role: str) -> Iterator[tuple[str, Row]]:
    yield ("customers" if role == "end-user" else "agents"), _plain(body)


def _plain(body: Record) -> Row:
    return {k: _word(v) for k, v in body.items() if not isinstance(v, (dict, list))}


def _calendar(value: Any) -> str | None:
    return _word(value.get("calendar")) if isinstance(value, dict) else None


def _word(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode(
        "utf-8"
    )  # JSON allows half a character, UTF-8 not
