"""Intercom's API conversations flattened: conversations, what was said, what changed, ratings."""

from __future__ import annotations

import html
import re

import duckdb

from workbench.intake.nested.shape import Record, Row, Rows, Shape, moment, plain, within, word

_KINDS = {"conversation": "conversations", "admin": "admins", "team": "teams",
          "contact": "contacts", "user": "contacts", "lead": "contacts"}  # fmt: skip
_ROLES = {"admin": "agent", "team": "agent", "bot": "bot", "user": "customer", "lead": "customer",
          "contact": "customer"}  # fmt: skip
_STATUS = {"open": "open", "close": "closed", "snoozed": "pending", "unsnoozed": "open",
           "timer_unsnooze": "open"}  # fmt: skip
_BY_AGENT = {"admin_initiated", "operator_initiated", "campaigns_initiated", "automated"}
_TAG = re.compile(r"<[^>]*>")


def kind_of(body: Record) -> str:
    """The kind of a bare Intercom record: it says so itself."""
    if "conversation_parts" in body or {"statistics", "source"} <= set(body):
        return "conversations"
    return _KINDS.get(str(body.get("type")), "") if "id" in body else ""


def rows_of(kind: str, body: Record) -> Rows:
    """One record as plain rows: a conversation also gives its messages, changes and rating."""
    if kind == "conversations":
        yield "conversations", _conversation(body)
        yield from _first_message(body)
        if "conversation_parts" in body:  # with its history: it began open
            yield "changes", _opening(body)
        for place, part in enumerate(_parts(body), start=1):
            yield from _part(part, word(body.get("id")), place)
        rating = body.get("conversation_rating")
        if rating:
            yield "ratings", _rating(body, rating)
    elif kind == "contacts":
        yield "contacts", plain(body) | _times(body)
    else:
        yield kind, plain(body)


def settle(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> list[str]:
    """Are conversations cut short? The API hands out their last 500 parts."""
    if "conversations" not in tables:
        return []
    short = connection.execute(
        "SELECT count(*) FROM raw_conversations WHERE cut_short = 'true'"
    ).fetchall()[0][0]
    if not short:
        return []
    return [f"{short:,} conversations have more parts than the API hands out; the first are absent"]


def _conversation(body: Record) -> Row:
    counts = body.get("statistics") or {}
    source = body.get("source") or {}
    contacts = within(body, "contacts", "contacts") or [{}]
    tags = [str(tag["name"]) for tag in within(body, "tags", "tags") or ()]
    stations = counts.get("count_assignments")
    told = within(body, "conversation_parts", "total_count")
    by_agent = within(source, "author", "type") == "admin"
    return plain(body) | _times(body) | {
        "channel": word(source.get("type")),
        "title": _text(body.get("title") or source.get("subject")),
        "body": _text(source.get("body")),
        "contact_id": word(contacts[0].get("id") or within(source, "author", "id")),
        "agent_initiated": word(by_agent or source.get("delivered_as") in _BY_AGENT),
        "admin_assignee_id": word(body.get("admin_assignee_id") or None),  # 0 is nobody
        "team_assignee_id": word(body.get("team_assignee_id") or None),
        "tags": ",".join(tags) or None,
        "reopens": word(counts.get("count_reopens")),
        # The first assignment is no change of holder; every further one is.
        "reassignments": None if stations is None else str(max(int(stations) - 1, 0)),
        "first_reply_at": moment(counts.get("first_admin_reply_at")),
        "first_close_at": moment(counts.get("first_close_at")),
        "last_close_at": moment(counts.get("last_close_at")),
        "reply_seconds": word(counts.get("time_to_admin_reply")),
        "close_seconds": word(counts.get("time_to_last_close")),
        "cut_short": word(isinstance(told, int) and told > len(_parts(body))),
    }  # fmt: skip


def _parts(body: Record) -> list[Record]:
    found = body.get("conversation_parts")
    parts = found if isinstance(found, list) else within(body, "conversation_parts",
                                                         "conversation_parts")  # fmt: skip
    return list(parts or ())


def _first_message(body: Record) -> Rows:
    source = body.get("source") or {}
    if not source.get("id"):
        return
    yield from _mentioned(source.get("author") or {})
    yield (
        "messages",
        {
            # The API numbers the first message apart from the parts.
            "id": f"{word(body.get('id'))}/{word(source['id'])}",
            "conversation_id": word(body.get("id")),
            "at": moment(body.get("created_at")),
            "public": "true",
            "channel": word(source.get("type")),
            "body": _text(source.get("body")),
            **_author(source.get("author") or {}),
        },
    )


def _opening(body: Record) -> Row:
    return {
        "id": f"{word(body['id'])}/status",
        "conversation_id": word(body["id"]),
        "at": moment(body.get("created_at")),
        "actor_id": word(within(body, "source", "author", "id")),
        "seq": "0",
        "field": "status",
        "value": "open",
    }


def _part(part: Record, conversation: str | None, place: int) -> Rows:
    author, kind = part.get("author") or {}, str(part.get("part_type"))
    at = moment(part.get("created_at"))
    yield from _mentioned(author)
    if _text(part.get("body")) is not None:
        # What is written with an assignment is for colleagues, as a note is.
        yield (
            "messages",
            {
                "id": word(part["id"]),
                "conversation_id": conversation,
                "at": at,
                "public": word("note" not in kind and "assign" not in kind),
                "channel": None,
                "body": _text(part["body"]),
                **_author(author),
            },
        )
    change = {
        "conversation_id": conversation, "at": at, "actor_id": word(author.get("id")),
        "seq": str(place),
    }  # fmt: skip
    assigned = part.get("assigned_to") or {}
    if assigned and "assign" in kind:
        field = "group" if assigned.get("type") == "team" else "assignee"
        yield "changes", change | {
            "id": f"{word(part['id'])}/{field}", "field": field, "value": word(assigned.get("id")),
        }  # fmt: skip
    status = "open" if kind.endswith("_reopen") or "unsnooze" in kind else _STATUS.get(kind)
    if status:
        yield "changes", change | {
            "id": f"{word(part['id'])}/status", "field": "status", "value": status,
        }  # fmt: skip


def _rating(body: Record, rating: Record) -> Row:
    return {
        "conversation_id": word(body.get("id")),
        "score": word(rating.get("rating")),
        "remark": word(rating.get("remark")),
        "asked_at": moment(rating.get("created_at")),
        "updated_at": moment(rating.get("updated_at") or body.get("updated_at")),
    }


def _author(author: Record) -> Row:
    role = _ROLES.get(str(author.get("type")), "customer")
    return {
        "author_id": word(author.get("id")),
        "author_role": role,
        "is_automated": word(role == "bot"),
    }


def _mentioned(author: Record) -> Rows:
    """An agent who writes is an agent, whether or not the list of admins was exported."""
    if author.get("type") == "admin":
        yield "admins", {"id": word(author.get("id")), "name": word(author.get("name"))}


def _times(body: Record) -> Row:
    return {name: moment(body.get(name)) for name in ("created_at", "updated_at")}


def _text(value: object) -> str | None:
    """What a person reads of a body that Intercom keeps as HTML."""
    if not isinstance(value, str):
        return None
    return word(html.unescape(_TAG.sub(" ", value)).strip())


INTERCOM = Shape(
    name="intercom_api",
    vendor="Intercom",
    pages={"conversations": "conversations", "admins": "admins", "teams": "teams",
           "contacts": "contacts", "data": ""},
    kind_of=kind_of,
    rows_of=rows_of,
    settle=settle,
    beside={"conversations": ("cut_short",)},
)  # fmt: skip
