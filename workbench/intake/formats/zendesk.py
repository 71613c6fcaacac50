"""Zendesk's nested JSON flattened into plain records: tickets, comments, changes, people."""

from __future__ import annotations

import re
from typing import Any

import duckdb

from workbench.intake.nested.shape import Record, Row, Rows, Shape, plain, word

_AUTOMATED = {"rule", "trigger", "automation", "system", "api_rule"}
_ORDER_NAME = re.compile(r"#?\d{3,}")

_KEPT = ("status", "assignee_id", "group_id", "priority", "type", "satisfaction_score")
_COUNTED = (
    "solved_at", "replies", "reopens", "reassignments", "reply_minutes", "resolution_minutes",
)  # fmt: skip


def kind_of(body: Record) -> str:
    """The kind of a bare Zendesk record, by the keys that only such a record has."""
    if "events" in body and "ticket_id" in body:
        return "audits"
    if "reply_time_in_minutes" in body and "ticket_id" in body:
        return "metric_sets"
    if {"metric", "instance_id", "ticket_id"} <= set(body):
        return "metric_events"
    if {"score", "ticket_id", "requester_id"} <= set(body):
        return "ratings"
    if "status" in body and ("requester_id" in body or "requester" in body):
        return "tickets"
    if "role" in body and "name" in body:
        return "users"
    if "name" in body and "id" in body and not {"ticket_id", "subject", "status"} & set(body):
        return "groups"
    return ""


def rows_of(kind: str, body: Record) -> Rows:
    """One record as plain rows: a ticket also gives its people, comments and changes."""
    if kind == "tickets":
        yield "tickets", _ticket(body)
        for role in ("requester", "assignee"):
            if isinstance(body.get(role), dict):
                yield from _user(body[role], "end-user" if role == "requester" else "agent")
        if isinstance(body.get("group"), dict):
            yield "groups", plain(body["group"])
        for comment in body.get("comments") or ():
            yield "comments", _comment(comment, body)
        for audit in body.get("audits") or ():
            yield from _changes({"ticket_id": body.get("id"), **audit})
    elif kind == "audits":
        yield from _changes(body)
    elif kind == "metric_sets":
        yield "metric_sets", {"ticket_id": word(body["ticket_id"]), **_metrics(body)}
    elif kind == "users":
        yield from _user(body, str(body["role"]))
    else:
        yield kind, plain(body)


def settle(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> list[str]:
    """Join what only the whole file tells: metric sets, who is an agent, who is a customer."""
    if "tickets" not in tables:
        return []
    known = ["SELECT assignee_id FROM raw_tickets"]
    known += ["SELECT id FROM raw_agents"] if "agents" in tables else []
    connection.execute(
        f"""UPDATE raw_tickets SET agent_initiated = 'true'
            WHERE submitter_id IS DISTINCT FROM requester_id
              AND submitter_id IN ({" UNION ".join(known)})"""
    )
    if {"comments", "customers"} <= tables:  # who is copied in may answer, and is no agent
        connection.execute(
            "UPDATE raw_comments SET author_role = 'customer' WHERE author_role = 'agent' "
            "AND author_id IN (SELECT id FROM raw_customers)"
        )
    notes = _uncommented(connection)
    return notes + (_counted(connection) if "metric_sets" in tables else [])


def _uncommented(connection: duckdb.DuckDBPyConnection) -> list[str]:
    without, n = connection.execute(
        "SELECT count(*) FILTER (WHERE has_comments = 'false'), count(*) FROM raw_tickets"
    ).fetchall()[0]
    if not 0 < without < n:  # an export without any comment is of another sort, and complete
        return []
    return [
        f"{without:,} of {n:,} tickets have no list of comments; Zendesk leaves out those of "
        "tickets above 1 MB"
    ]


def _counted(connection: duckdb.DuckDBPyConnection) -> list[str]:
    sets = ", ".join(f"{name} = coalesce(t.{name}, m.{name})" for name in _COUNTED)
    connection.execute(
        f"""UPDATE raw_tickets AS t SET {sets} FROM (
                SELECT * FROM raw_metric_sets QUALIFY
                row_number() OVER (PARTITION BY ticket_id ORDER BY _record DESC) = 1) AS m
            WHERE m.ticket_id = t.id"""
    )
    strays = connection.execute(
        "SELECT count(*) FROM raw_metric_sets WHERE ticket_id NOT IN "
        "(SELECT id FROM raw_tickets WHERE id IS NOT NULL)"
    ).fetchall()[0][0]
    if not strays:
        return []
    return [f"{strays:,} metric sets belong to tickets of another file; they feed nothing"]


def _ticket(body: Record) -> Row:
    row = plain(body)
    metrics = body.get("metric_set") or {}
    for role in ("requester", "assignee", "group"):
        if isinstance(body.get(role), dict):
            row[f"{role}_id"] = word(body[role].get("id"))
    tags = [str(tag) for tag in body.get("tags") or ()]
    rating = body.get("satisfaction_rating") or {}
    merged = "closed_by_merge" in tags
    return (
        row
        | {
            "channel": word((body.get("via") or {}).get("channel")),
            "tags": ",".join(tags) or None,
            "order_ref": _order_name(body.get("custom_fields") or body.get("fields") or ()),
            "agent_initiated": "false",  # until it is known who is an agent
            "has_comments": word("comments" in body),
            "is_spam": word("spam" in tags),
            "merged_into": "merged" if merged else None,
            "satisfaction": word(rating.get("score")),
            "satisfaction_comment": word(rating.get("comment")),
        }
        | _metrics(metrics)
    )


def _metrics(body: Record) -> Row:
    """What a metric set counts, whether it came inside of its ticket or beside it."""
    stations = body.get("assignee_stations")
    return {
        "solved_at": word(body.get("solved_at")),
        "replies": word(body.get("replies")),
        "reopens": word(body.get("reopens")),
        # Zendesk counts the first assignment as a station; a reassignment is every further one.
        "reassignments": None if stations is None else str(max(int(stations) - 1, 0)),
        "reply_minutes": _calendar(body.get("reply_time_in_minutes")),
        "resolution_minutes": _calendar(body.get("full_resolution_time_in_minutes")),
    }


def _order_name(fields: Any) -> str | None:
    """The order a ticket names, from the first custom field that holds one such as #1001."""
    for entry in fields:
        value = entry.get("value") if isinstance(entry, dict) else None
        if isinstance(value, str) and value.startswith("#") and _ORDER_NAME.fullmatch(value):
            return value
    return None


def _comment(comment: Record, ticket: Record) -> Row:
    channel = word((comment.get("via") or {}).get("channel"))
    requester = ticket.get("requester_id") or (ticket.get("requester") or {}).get("id")
    automated = channel in _AUTOMATED or str(comment.get("author_id")) == "-1"
    if automated:
        role = "system"
    else:
        role = "customer" if comment.get("author_id") == requester else "agent"
    return plain(comment) | {
        "ticket_id": word(ticket.get("id")),
        "body": word(comment.get("plain_body") or comment.get("body")),
        "author_role": role,
        "is_automated": word(automated),
        "channel": channel,
    }


def _changes(audit: Record) -> Rows:
    for seq, event in enumerate(audit.get("events") or (), start=1):
        # Other fields are not needed and may hold what a customer wrote, or an address.
        if event.get("type") not in ("Create", "Change") or event.get("field_name") not in _KEPT:
            continue
        yield (
            "changes",
            {
                "id": word(event.get("id", f"{audit.get('id')}-{seq}")),
                "ticket_id": word(audit.get("ticket_id")),
                "created_at": word(audit.get("created_at")),
                "author_id": word(audit.get("author_id")),
                "seq": str(seq),
                "field_name": word(event["field_name"]),
                "value": word(event.get("value")),
                "previous_value": word(event.get("previous_value")),
            },
        )


def _user(body: Record, role: str) -> Rows:
    yield ("customers" if role == "end-user" else "agents"), plain(body)


def _calendar(value: Any) -> str | None:
    return word(value.get("calendar")) if isinstance(value, dict) else None


ZENDESK = Shape(
    name="zendesk",
    vendor="Zendesk",
    pages={
        "tickets": "tickets", "audits": "audits", "users": "users", "groups": "groups",
        "metric_sets": "metric_sets", "ticket_metrics": "metric_sets",
        "satisfaction_ratings": "ratings", "metric_events": "metric_events",
        "ticket_metric_events": "metric_events",
    },
    wrappers={"ticket": "tickets", "audit": "audits", "user": "users", "group": "groups"},
    kind_of=kind_of,
    rows_of=rows_of,
    settle=settle,
    idle=("metric_events",),
    alone={
        "metric_sets": "They describe tickets and cannot be stored without them: put tickets and "
        "metric sets into one file, one below the other, and import that.",
    },
    beside={
        "tickets": ("id", "submitter_id", "requester_id", "assignee_id", "has_comments", *_COUNTED),
        "comments": ("author_id", "author_role"),
        "agents": ("id",),
        "customers": ("id",),
        "metric_sets": ("ticket_id", *_COUNTED),
    },
)  # fmt: skip
