"""Are Intercom's API conversations read with their parts, changes, ratings and statistics?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from gate_texts import admitted, column, rows

from workbench.errors import IntakeError

START = 1_740_819_600  # 2025-03-01T09:00:00Z
ADMIN = {"type": "admin", "id": "8", "name": "Bo", "email": "bo@shop.co"}
USER = {"type": "user", "id": "c7", "name": "Ana", "email": "ana@example.com"}


def part(number: int, kind: str, author: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "conversation_part", "id": str(number), "part_type": kind, "author": author,
            "body": None, "created_at": START + 60 * number, **more}  # fmt: skip


PARTS = [
    part(1, "assignment", ADMIN, assigned_to={"type": "team", "id": "3"}),
    part(2, "note", ADMIN, body="<p>ask the carrier</p>"),
    part(3, "assignment", ADMIN, assigned_to={"type": "admin", "id": "8"}, body="<p>yours</p>"),
    part(4, "comment", {"type": "bot", "id": "99"}, body="<p>We got it</p>"),
    part(5, "comment", ADMIN, body="<p>Tom &amp; Bo say hi</p>"),
    part(6, "close", ADMIN),
    part(7, "open", USER, body="<p>still not here</p>"),
]
TALK: dict[str, Any] = {
    "type": "conversation", "id": "500", "created_at": START, "updated_at": START + 9000,
    "title": None, "state": "snoozed", "open": True, "priority": "priority",
    "admin_assignee_id": 8, "team_assignee_id": 3,
    "source": {"type": "email", "id": "900", "delivered_as": "customer_initiated",
               "subject": "<p>Order #1001</p>", "body": "<p>Where is it?</p>", "author": USER},
    "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c7"}]},
    "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "1", "name": "late"}]},
    "conversation_rating": {"rating": 2, "remark": "slow", "created_at": START + 8000,
                            "contact": {"id": "c7"}},
    "statistics": {"count_reopens": 1, "count_assignments": 2, "time_to_admin_reply": 300,
                   "time_to_last_close": 360, "first_admin_reply_at": START + 300,
                   "first_close_at": START + 360, "last_close_at": START + 360},
    "conversation_parts": {"type": "conversation_part.list", "conversation_parts": PARTS,
                           "total_count": 7},
}  # fmt: skip
SHORT = {
    **{k: v for k, v in TALK.items() if k not in ("conversation_parts", "conversation_rating")},
    "id": "501", "state": "closed", "priority": "not_priority", "admin_assignee_id": None,
    "team_assignee_id": 0,
    "source": {**TALK["source"], "id": "901", "delivered_as": "admin_initiated", "author": ADMIN},
    "statistics": None,
}  # fmt: skip


def listed(*talks: Any, following: Any = None, total: int | None = None) -> str:
    body = {"type": "conversation.list", "conversations": talks,
            "total_count": len(talks) if total is None else total,
            "pages": {"type": "pages", "page": 1, "next": following}}  # fmt: skip
    return json.dumps(body)


def test_a_conversation_is_one_row_in_canonical_words() -> None:
    found = admitted(listed(TALK, SHORT), None)
    assert (found.outcome.source, found.outcome.records_in) == ("intercom", 2)
    one, two = rows(found)
    times = {k: one.pop(k).strftime("%H:%M") for k in [*one] if k.endswith("_at")}
    assert times == {
        "created_at": "09:00", "updated_at": "11:30", "first_reply_at": "09:05",
        "first_solved_at": "09:06", "last_solved_at": "09:06",
    }  # fmt: skip
    assert one == {
        "ticket_id": "500", "status": "pending", "channel": "email", "subject": "Order #1001",
        "description": "Where is it?", "requester_key": "c7", "priority": "high", "group_id": "3",
        "assignee_id": "8", "tags": ["late"], "order_ref": "#1001", "agent_initiated": False,
        "n_reopens": 1, "n_reassignments": 1, "reported_first_reply": 5, "reported_resolution": 6,
    }  # fmt: skip
    assert (two["status"], two["agent_initiated"], two["priority"]) == ("closed", True, "normal")
    assert not {"group_id", "assignee_id", "n_reopens"} & set(two)


def test_what_was_said_first_and_in_parts() -> None:
    said = [
        (m["message_id"], m["at"].strftime("%H:%M"), m["author_role"], m["is_public"], m["body"])
        for m in rows(admitted(json.dumps(TALK), None), "messages")
    ]
    assert said == [
        ("500/900", "09:00", "customer", True, "Where is it?"),
        ("2", "09:02", "agent", False, "ask the carrier"),
        ("3", "09:03", "agent", False, "yours"),
        ("4", "09:04", "bot", True, "We got it"),
        ("5", "09:05", "agent", True, "Tom & Bo say hi"),
        ("7", "09:07", "customer", True, "still not here"),
    ]


def test_what_changed() -> None:
    changed = [
        (e["event_id"], e["at"].strftime("%H:%M"), e["actor_id"], e["field"], e["new"])
        for e in rows(admitted(json.dumps(TALK), None), "events")
    ]
    assert changed == [
        ("500/status", "09:00", "c7", "status", "open"),
        ("1/group", "09:01", "8", "group", "3"),
        ("3/assignee", "09:03", "8", "assignee", "8"),
        ("6/status", "09:06", "8", "status", "closed"),
        ("7/status", "09:07", "c7", "status", "open"),
    ]


def test_rating_and_the_agents_who_wrote() -> None:
    found = admitted(json.dumps(TALK), None)
    survey = rows(found, "surveys")[0]
    assert (survey["raw"], survey["good"], survey["comment"]) == ("2", False, "slow")
    assert survey["offered_at"].strftime("%H:%M:%S") == "11:13:20"
    assert rows(found, "agents") == [{"agent_id": "8", "name": "Bo", "role": "agent"}]


@pytest.mark.parametrize(
    ("body", "table", "row"),
    [
        ({"type": "admin.list", "admins": [ADMIN]}, "agents",
         {"agent_id": "8", "name": "Bo", "role": "agent"}),
        ({"type": "team.list", "teams": [{"type": "team", "id": "3", "name": "Tier 1"}]}, "teams",
         {"group_id": "3", "team": "Tier 1"}),
        ({"type": "list", "data": [{"type": "contact", "id": "c7", "email": "ana@example.com"}]},
         "customers", {"customer_id": "c7", "customer_key": "ana@example.com"}),
    ],
)  # fmt: skip
def test_people_and_teams_have_lists_of_their_own(
    body: dict[str, Any], table: str, row: dict[str, str]
) -> None:
    assert rows(admitted(json.dumps(body), None), table) == [row]


@pytest.mark.parametrize(
    "text",
    [listed(TALK, following={"page": 2, "starting_after": "Wx"}), listed(TALK, total=5)],
    ids=["a next page", "fewer than told"],
)
def test_an_incomplete_set_of_pages_is_refused(text: str) -> None:
    with pytest.raises(IntakeError, match="one page of several"):
        admitted(text, None)


def test_a_conversation_cut_short_is_told() -> None:
    cut = {**TALK, "conversation_parts": {**TALK["conversation_parts"], "total_count": 507}}
    found = admitted(json.dumps(cut), None)
    assert "1 conversations have more parts than the API hands out; the first are absent" in (
        found.outcome.warnings
    )
    assert column(found, "ticket_id") == ["500"]
