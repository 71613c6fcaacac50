"""What exports call the canonical columns, and which words they use: what a draft guesses from."""

from __future__ import annotations

import re
from functools import cache

from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.mapping_files import load_mappings, shipped_mappings
from workbench.intake.mappings.rules import CUSTOM, ColumnRule
from workbench.tables.catalog import TABLES

# Names beyond those of the shipped mappings, as help desks, shops and databases write them.
_NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "tickets": {
        "ticket_id": ("id", "number", "key", "no", "nr", "ticket number", "reference", "uuid"),
        "created_at": ("created", "opened", "opened at", "submitted", "reported", "received",
                       "started", "creation date", "date", "conversation started"),
        "updated_at": ("updated", "last update", "modified", "last modified", "changed",
                       "last activity", "sys updated"),
        "last_solved_at": ("solved", "resolved", "resolution date", "last solved", "completed"),
        "closed_at": ("closed", "close date", "last closed", "ended"),
        "first_reply_at": ("first reply", "first response", "first responded"),
        "status": ("status", "state", "stage", "current state", "incident state"),
        "channel": ("channel", "source", "via", "origin", "contact type", "medium"),
        "subject": ("subject", "title", "summary", "short description"),
        "description": ("description", "body", "message", "details", "text", "content"),
        "requester_key": ("requester", "requester email", "customer", "customer email", "email",
                          "customer id", "contact", "contact email", "user email", "caller",
                          "caller id", "reporter", "client", "account id", "user id"),
        "org_id": ("organization", "organisation", "company", "account"),
        "priority": ("priority", "urgency", "severity"),
        "type": ("type", "ticket type", "kind"),
        "group_id": ("group", "team", "queue", "assignment group", "department", "team assigned"),
        "assignee_id": ("assignee", "agent", "assigned to", "owner", "handled by", "assignee id",
                        "teammate assigned"),
        "tier": ("tier", "support tier", "level", "support level"),
        "brand": ("brand", "store", "storefront"),
        "language": ("language", "locale", "lang"),
        "tags": ("tags", "labels", "tag list"),
        "reason_raw": ("reason", "contact reason", "category", "topic", "issue type", "driver"),
        "order_ref": ("order", "order number", "order name", "order id", "order no"),
        "n_reopens": ("reopens", "reopen count", "reopened", "number of reopens"),
        "n_reassignments": ("reassignments", "reassignment count"),
        "n_public_agent": ("agent replies", "replies", "agent messages"),
        "n_customer": ("customer replies", "customer messages"),
        "is_spam": ("spam", "is spam"),
        "sla_met": ("sla met", "made sla", "within sla"),
        "reported_first_reply": ("first response time", "first reply time", "time to first reply",
                                 "time to first response", "first response", "first reply", "frt"),
        "reported_resolution": ("resolution time", "full resolution time", "time to resolution",
                                "time to resolve", "handling time", "resolution"),
    },
    "surveys": {
        "raw": ("rating", "score", "csat", "satisfaction", "satisfaction score", "answer"),
        "comment": ("comment", "feedback", "remark"),
        "answered_at": ("answered", "responded", "submitted", "rated", "date"),
    },
    "orders": {
        "order_id": ("id", "number", "order number", "order no", "invoice"),
        "name": ("order name", "order"),
        "customer_key": ("customer", "customer id", "email", "customer email"),
        "created_at": ("created", "date", "ordered", "order date", "placed", "processed at"),
        "total": ("total", "amount", "grand total", "total price", "revenue"),
    },
    "refunds": {
        "refund_id": ("id", "number", "refund number"),
        "at": ("created", "date", "refunded", "refund date", "processed", "time"),
        "amount": ("amount", "refund amount", "total", "value"),
        "order_ref": ("order", "order name", "order number", "order id"),
        "actor": ("agent", "refunded by", "processed by"),
        "customer_key": ("customer", "customer id", "email", "customer email"),
    },
    "teams": {"group_id": ("id",), "team": ("name", "group name", "team name")},
    "agents": {"agent_id": ("id",), "name": ("full name", "agent name")},
    "reviews": {"stars": ("rating", "score"), "text": ("review", "body", "content", "comment")},
    "qa_ratings": {
        "reviewee_id": ("agent", "reviewee"), "reviewer_id": ("reviewer", "evaluator", "rater"),
        "category": ("criterion", "question", "category"), "at": ("reviewed", "date", "created"),
        "score": ("points", "rating", "score"), "max_score": ("max points", "maximum"),
    },
}  # fmt: skip

_WORDS: dict[str, dict[str, str]] = {
    "tickets.status": {
        "unassigned": "new", "todo": "new", "to do": "new", "created": "new",
        "active": "open", "in progress": "open", "assigned": "open", "reopened": "open",
        "re-opened": "open", "working": "open", "escalated": "open",
        "snoozed": "pending", "waiting": "pending", "awaiting customer": "pending",
        "waiting on contact": "pending", "waiting for customer": "pending",
        "awaiting user info": "pending", "awaiting reply": "pending",
        "on-hold": "hold", "on hold": "hold", "paused": "hold", "blocked": "hold",
        "waiting on us": "open", "awaiting vendor": "hold", "awaiting problem": "hold",
        "resolved": "solved", "done": "solved", "completed": "solved", "complete": "solved",
        "fixed": "solved", "finished": "solved",
        "archived": "closed", "cancelled": "closed", "canceled": "closed",
        "trashed": "deleted", "removed": "deleted",
    },
}  # fmt: skip


@cache
def known_names(table: str) -> dict[str, tuple[str, ...]]:
    """Names each column of ``table`` is known by: its own, the shipped mappings', and ours."""
    found: dict[str, list[str]] = {name: [name] for name in TABLES[table].names}
    for mapping in _shipped(table):
        for name, rule in mapping.columns.items():
            if name in found:
                found[name] += _plainly_read(rule)
    for name, more in _NAMES.get(table, {}).items():
        found[name] += more
    return {name: tuple(dict.fromkeys(names)) for name, names in found.items()}


@cache
def known_words(table: str, column: str) -> dict[str, str]:
    """Exported word (lower case) -> canonical word, as the shipped mappings and we translate it."""
    found: dict[str, str] = {}
    for mapping in _shipped(table):
        rule = mapping.columns.get(column)
        if rule is not None and rule.values:
            found |= {w.casefold(): meant for w, meant in rule.values.items() if meant}
    found |= _WORDS.get(f"{table}.{column}", {})
    return found | {word: word for word in TABLES[table].column(column).allowed}


@cache
def plain_words(name: str) -> tuple[str, ...]:
    """The words of a column's name: lower case, without what joins them."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return tuple(re.findall(r"[^\W_]+", spaced.casefold()))


def _shipped(table: str) -> tuple[Mapping, ...]:
    return tuple(mapping for mapping in _every() if mapping.table == table)


@cache
def _every() -> tuple[Mapping, ...]:
    return tuple(m for path in shipped_mappings().values() for m in load_mappings(path))


def _plainly_read(rule: ColumnRule) -> list[str]:
    """The source columns a rule takes as they are; a pattern or a presence says another thing."""
    if rule.pattern is not None or rule.filled is not None or rule.empty is not None:
        return []
    names = [*rule.source]
    return names + (_plainly_read(rule.fallback) if rule.fallback is not None else [])


def custom_name(field: str) -> str:
    """A name under ``custom`` for a field of the export."""
    return CUSTOM + ("_".join(plain_words(field)) or "field")
