"""Gorgias' API tickets flattened: tickets, messages and internal notes, ratings, people, teams."""

from __future__ import annotations

from workbench.intake.nested.shape import Record, Row, Rows, Shape, plain, within, word

_RULES = {"rule", "flow", "automate"}  # `via` of what no person sent


def kind_of(body: Record) -> str:
    """The kind of a bare Gorgias record, by the keys that only such a record has."""
    if "created_datetime" not in body:
        return ""
    if "ticket_id" in body and ("from_agent" in body or "sender" in body):
        return "messages"
    if "ticket_id" in body and "score" in body:
        return "ratings"
    if "status" in body and ("customer" in body or "messages_count" in body):
        return "tickets"
    if "email" in body and "role" in body:
        return "users"
    if "name" in body and "members" in body:
        return "teams"
    if "email" in body:
        return "customers"
    return ""


def rows_of(kind: str, body: Record) -> Rows:
    """One record as plain rows: a ticket also gives its people, messages and rating."""
    if kind == "tickets":
        yield "tickets", _ticket(body)
        yield from _people(body)
        for message in body.get("messages") or ():
            yield "messages", _message(message, word(body.get("id")))
        if body.get("satisfaction_survey"):
            yield "ratings", plain({"ticket_id": body.get("id"), **body["satisfaction_survey"]})
    elif kind == "messages":
        yield "messages", _message(body, word(body["ticket_id"]))
    elif kind == "users":
        yield "agents", plain(body) | {"agent_id": _who(body)}
    else:
        yield kind, plain(body)


def _ticket(body: Record) -> Row:
    tags = [str(tag["name"]) for tag in body.get("tags") or ()]
    gone = body.get("trashed_datetime")
    return plain(body) | {
        "status": "deleted" if gone else word(body.get("status")),
        "requester_key": _who(body.get("customer") or {}),
        "assignee_id": _who(body.get("assignee_user") or {}),
        "team_id": word(within(body, "assignee_team", "id")),
        "tags": ",".join(tags) or None,
    }


def _people(body: Record) -> Rows:
    if body.get("customer"):
        yield "customers", plain(body["customer"])
    if body.get("assignee_user"):
        agent = body["assignee_user"]
        yield "agents", plain(agent) | {
            "agent_id": _who(agent), "team_id": word(within(body, "assignee_team", "id")),
        }  # fmt: skip
    if body.get("assignee_team"):
        yield "teams", plain(body["assignee_team"])


def _message(body: Record, ticket: str | None) -> Row:
    sender = body.get("sender") or {}
    by_agent = bool(body.get("from_agent"))
    automated = bool(body.get("rule_id")) or body.get("via") in _RULES
    role = "agent" if by_agent else "customer"
    return plain(body) | {
        "ticket_id": ticket,
        "at": word(body.get("sent_datetime") or body.get("created_datetime")),
        # A customer's address is personal; their number is not.
        "author_id": _who(sender) if by_agent else word(sender.get("id")),
        "author_role": "bot" if automated else role,
        "is_automated": word(automated),
        "public": word(bool(body.get("public", True)) and body.get("channel") != "internal-note"),
        "body": word(body.get("stripped_text") or body.get("body_text") or body.get("body_html")),
    }


def _who(person: Record) -> str | None:
    """A person as Gorgias' CSV export names them, so that both exports tell of the same one."""
    return word(person.get("email") or person.get("id"))


GORGIAS = Shape(
    name="gorgias_api",
    vendor="Gorgias",
    pages={"data": ""},
    kind_of=kind_of,
    rows_of=rows_of,
)
