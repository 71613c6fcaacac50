"""Are Gorgias' API tickets read with their messages, notes, ratings, people and teams?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from gate_texts import admitted, column, rejects, rows

from workbench.errors import IntakeError

MESSAGES = [
    {"id": 11, "ticket_id": 1, "from_agent": False, "public": True, "channel": "email",
     "via": "email", "sender": {"id": 70, "email": "ana@example.com"},
     "body_text": "Where is #1001?\n> quoted", "stripped_text": "Where is #1001?",
     "created_datetime": "2025-03-01T09:00:00+00:00", "sent_datetime": "2025-03-01T09:00:01+00:00"},
    {"id": 12, "from_agent": True, "public": True, "channel": "internal-note", "via": "helpdesk",
     "sender": {"id": 8, "email": "bo@shop.co"}, "body_text": "ask the carrier",
     "created_datetime": "2025-03-01T09:20:00+00:00", "sent_datetime": None},
    {"id": 13, "from_agent": True, "public": True, "channel": "email", "via": "helpdesk",
     "sender": {"id": 8, "email": "bo@shop.co"}, "body_text": "On its way",
     "created_datetime": "2025-03-01T09:30:00+00:00", "sent_datetime": "2025-03-01T09:30:05+00:00"},
    {"id": 14, "from_agent": True, "public": True, "channel": "email", "via": "rule", "rule_id": 5,
     "sender": {"id": 9, "email": "bot@shop.co"}, "body_text": "We got it",
     "created_datetime": "2025-03-01T09:00:10+00:00", "sent_datetime": "2025-03-01T09:00:11+00:00"},
]  # fmt: skip
TICKET: dict[str, Any] = {
    "id": 1, "status": "closed", "channel": "email", "via": "email", "from_agent": False,
    "spam": False, "subject": "Order #1001", "excerpt": "Where is #1001?", "priority": "normal",
    "language": "en", "messages_count": 4,
    "created_datetime": "2025-03-01T09:00:00+00:00", "opened_datetime": "2025-03-01T09:00:00+00:00",
    "updated_datetime": "2025-03-02T10:00:00+00:00", "closed_datetime": "2025-03-02T08:00:00+00:00",
    "trashed_datetime": None, "snooze_datetime": None,
    "tags": [{"id": 1, "name": "vip"}, {"id": 2, "name": "late"}],
    "customer": {"id": 70, "email": "ana@example.com", "name": "Ana"},
    "assignee_user": {"id": 8, "email": "bo@shop.co", "name": "Bo"},
    "assignee_team": {"id": 3, "name": "Tier 1"},
    "messages": MESSAGES,
    "satisfaction_survey": {"id": 5, "ticket_id": 1, "score": 4, "body_text": "quick",
                            "sent_datetime": "2025-03-02T09:00:00+00:00",
                            "scored_datetime": "2025-03-02T10:00:00+00:00",
                            "created_datetime": "2025-03-02T08:30:00+00:00"},
}  # fmt: skip
BARE = {
    **{k: v for k, v in TICKET.items() if k not in ("messages", "satisfaction_survey")},
    "id": 2, "status": "open", "closed_datetime": None, "assignee_user": None,
    "assignee_team": None, "from_agent": True, "tags": [], "spam": True, "subject": "hello",
}  # fmt: skip


def page(*records: Any, cursor: str | None = None) -> str:
    body = {"data": records, "object": "list", "uri": "/api/tickets",
            "meta": {"prev_cursor": None, "next_cursor": cursor}}  # fmt: skip
    return json.dumps(body)


def test_a_ticket_is_one_row_in_canonical_words() -> None:
    found = admitted(page(TICKET, BARE), None, name="tickets.json")
    assert (found.outcome.source, found.outcome.records_in) == ("gorgias", 2)
    one, two = rows(found)
    times = [one.pop(name).isoformat()[:16] for name in ("created_at", "updated_at", "closed_at")]
    assert times == ["2025-03-01T09:00", "2025-03-02T10:00", "2025-03-02T08:00"]
    assert one == {
        "ticket_id": "1", "status": "closed", "channel": "email", "subject": "Order #1001",
        "description": "Where is #1001?", "requester_key": "ana@example.com", "priority": "normal",
        "group_id": "3", "assignee_id": "bo@shop.co", "language": "en", "tags": ["vip", "late"],
        "order_ref": "#1001", "agent_initiated": False, "is_spam": False,
    }  # fmt: skip
    assert (two["status"], two["agent_initiated"], two["is_spam"]) == ("open", True, True)
    assert two["group_id"] == "gorgias"  # no team: the account's own
    assert "assignee_id" not in two


def test_messages_say_who_wrote_and_who_can_read() -> None:
    found = admitted(page(TICKET), None)
    said = [
        (m["message_id"], m["at"].isoformat()[11:19], m["author_id"], m["author_role"],
         m["is_public"], m["is_automated"], m["body"])
        for m in rows(found, "messages")
    ]  # fmt: skip
    assert said == [
        ("11", "09:00:01", "70", "customer", True, False, "Where is #1001?"),
        ("12", "09:20:00", "bo@shop.co", "agent", False, False, "ask the carrier"),
        ("13", "09:30:05", "bo@shop.co", "agent", True, False, "On its way"),
        ("14", "09:00:11", "bot@shop.co", "bot", True, True, "We got it"),
    ]


def test_rating_people_and_team_of_a_ticket() -> None:
    found = admitted(page(TICKET, BARE), None)
    survey = rows(found, "surveys")[0]
    asked, answered = survey.pop("offered_at"), survey.pop("answered_at")
    assert (asked.hour, answered.hour, survey.pop("updated_at")) == (9, 10, answered)
    assert survey == {
        "ticket_id": "1", "kind": "csat", "raw": "4", "scale": "1-5", "good": True,
        "comment": "quick",
    }  # fmt: skip
    assert rows(found, "agents") == [
        {"agent_id": "bo@shop.co", "name": "Bo", "group_id": "3", "role": "agent"}
    ]
    assert rows(found, "teams") == [{"group_id": "3", "team": "Tier 1"}]
    assert column(found, "customer_key", "customers") == ["ana@example.com"]


def test_a_rating_asked_for_and_not_given_is_not_bad() -> None:
    silent = TICKET["satisfaction_survey"] | {"score": None, "scored_datetime": None}
    found = admitted(page({**TICKET, "satisfaction_survey": silent}), None)
    survey = rows(found, "surveys")[0]
    assert not {"good", "raw", "answered_at"} & set(survey)


def test_messages_and_ratings_by_themselves() -> None:
    found = admitted(page(*MESSAGES[:1], TICKET["satisfaction_survey"]), None)
    assert set(found.tables) == {"messages", "surveys"}
    assert column(found, "ticket_id", "messages") == ["1"]


def test_a_ticket_in_the_bin_is_deleted() -> None:
    gone = {**TICKET, "trashed_datetime": "2025-03-03T00:00:00+00:00"}
    assert column(admitted(page(gone), None), "status") == ["deleted"]


def test_a_page_with_a_cursor_is_not_the_last() -> None:
    with pytest.raises(IntakeError, match="names a next page"):
        admitted(page(TICKET, cursor="WyIyMDI1"), None)
    both = page(TICKET, cursor="WyIyMDI1") + "\n" + page(BARE) + "\n"
    assert column(admitted(both, None), "ticket_id") == ["1", "2"]


@pytest.mark.parametrize("fault", [{"tags": ["vip"]}, {"customer": "ana"}, {"messages": [5]}])
def test_misshapen_ticket_is_a_reject(fault: dict[str, Any]) -> None:
    found = admitted(page(BARE) + "\n" + page({**TICKET, **fault}) + "\n", None)
    assert [line for line, _ in rejects(found)] == [2]
    assert column(found, "ticket_id") == ["2"]


def test_no_address_of_a_customer_is_kept() -> None:
    found = admitted(page(TICKET, BARE), None, redact=True)
    told = json.dumps([part.to_pylist() for part in found.tables.values()], default=str)
    assert "ana@example.com" not in told
    assert column(found, "requester_key")[0] == column(found, "customer_key", "customers")[0]
