"""The Zendesk export: tickets, audits, users and groups as its API writes them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from workbench.sample.agents import GROUPS, SYSTEM_ID, Agent
from workbench.sample.customers import Person
from workbench.sample.shop_time import ShopTime, utc_text
from workbench.sample.ticket_metrics import TicketMetrics
from workbench.sample.updates import Timeline, Update

ORDER_FIELD_ID = 36001122

_BRAND_ID = 7100001
_FIRST_EVENT_ID = 88100000000
_IDS_PER_AUDIT = 10  # the audit, then its events
_FIELDS = ("status", "priority", "group_id", "assignee_id", "satisfaction_score")

Line = Callable[[str], object]


class ZendeskExport:
    """Writes tickets with their audits; what a ticket says is replayed from its audits."""

    def __init__(self, tickets: Line, audits: Line, users: Line, clock: ShopTime) -> None:
        self._tickets, self._audits, self._users = tickets, audits, users
        self._clock = clock
        self._next_id = _FIRST_EVENT_ID

    def add_ticket(
        self,
        ticket_id: int,
        timeline: Timeline,
        requester: int,
        *,
        channel: str,
        tags: list[str],
        order_name: str | None,
        as_of: int,
    ) -> None:
        """Write one ticket as it stands when the data stop, and everything that led there."""
        state: dict[str, Any] = dict.fromkeys(_FIELDS)
        metrics = TicketMetrics(self._clock, requester)
        comments, happened = [], []
        for update in timeline.updates:
            if update.at > as_of:
                break
            via = "rule" if update.author == SYSTEM_ID else channel
            happened.append(update)
            metrics.record(update, state)
            comment_id = self._write_audit(ticket_id, update, state, via)
            if update.comment:
                comments.append(_comment(comment_id, update, via))
        head = _head(ticket_id, timeline, happened, requester, channel)
        body = {
            "status": state["status"],
            "priority": state["priority"],
            "assignee_id": state["assignee_id"],
            "group_id": state["group_id"],
            "organization_id": None,
            "brand_id": _BRAND_ID,
            "tags": tags,
            "custom_fields": [{"id": ORDER_FIELD_ID, "value": order_name}],
            "satisfaction_rating": _rating(state, timeline.rating_comment),
            "metric_set": metrics.as_json(ticket_id),
            "comments": comments,
        }
        self._tickets(_json(head | body))

    def _write_audit(
        self, ticket_id: int, update: Update, state: dict[str, Any], via: str
    ) -> int | None:
        """Write one audit, bring the state up to date, and return the comment's id."""
        creates = state["status"] is None
        audit_id, comment_id = self._next_id, None
        self._next_id += _IDS_PER_AUDIT
        ids = itertools.count(audit_id + 1)
        events: list[dict[str, Any]] = []
        if update.comment:
            comment_id = next(ids)
            public = update.comment.public
            events.append({"id": comment_id, "type": "Comment", "public": public})
        for name, value in update.changes.items():
            if state[name] == value:
                continue
            event: dict[str, Any] = {"id": next(ids), "type": "Create" if creates else "Change"}
            event |= {"field_name": name, "value": _as_text(value)}
            if not creates:
                event["previous_value"] = _as_text(state[name])
            events.append(event)
            state[name] = value
        audit = {
            "id": audit_id,
            "ticket_id": ticket_id,
            "created_at": utc_text(update.at),
            "author_id": update.author,
            "via": {"channel": via},
            "events": events,
        }
        self._audits(_json(audit))
        return comment_id

    def add_agent(self, agent: Agent, since: int) -> None:
        """Write one agent."""
        self._users(_user(agent.user_id, agent.name, agent.email, "agent", since))

    def add_requester(self, user_id: int, person: Person, since: int) -> None:
        """Write one customer who wrote for the first time."""
        self._users(_user(user_id, person.name, person.email, "end-user", since))


def groups_json(since: int) -> str:
    """Return the groups as one response of the API."""
    groups = [
        {
            "id": group_id,
            "name": name,
            "description": "",
            "default": number == 0,
            "deleted": False,
            "created_at": utc_text(since),
            "updated_at": utc_text(since),
        }
        for number, (group_id, name) in enumerate(GROUPS)
    ]
    return json.dumps({"groups": groups, "count": len(groups), "next_page": None}, indent=1) + "\n"


def _head(
    ticket_id: int, timeline: Timeline, happened: list[Update], requester: int, channel: str
) -> dict[str, Any]:
    first, last = happened[0], happened[-1]
    return {
        "id": ticket_id,
        "created_at": utc_text(first.at),
        "updated_at": utc_text(last.at),
        "subject": timeline.subject,
        "description": first.comment.body if first.comment else "",
        "type": None,
        "via": {"channel": channel},
        "requester_id": requester,
        "submitter_id": first.author,
    }


def _comment(comment_id: int | None, update: Update, via: str) -> dict[str, Any]:
    assert update.comment is not None
    return {
        "id": comment_id,
        "author_id": update.author,
        "public": update.comment.public,
        "created_at": utc_text(update.at),
        "body": update.comment.body,
        "via": {"channel": via},
    }


def _rating(state: dict[str, Any], comment: str) -> dict[str, str]:
    score = state["satisfaction_score"] or "unoffered"
    if comment and score in ("good", "bad"):
        return {"score": score, "comment": comment}
    return {"score": score}


def _user(user_id: int, name: str, email: str, role: str, since: int) -> str:
    when = utc_text(since)
    return _json(
        {
            "id": user_id,
            "name": name,
            "email": email,
            "role": role,
            "created_at": when,
            "updated_at": when,
            "active": True,
        }
    )


def _as_text(value: Any) -> str | None:
    """Return a value as audits hold it: always text."""
    return None if value is None else str(value)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
