"""Is Zendesk's CSV read in the account's zone, its dashes as nothing, its stations as moves?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from gate_texts import admitted, column, rejects, rows

HEADER = (
    "Summation column,Id,Requester,Requester id,Requester external id,Requester email,"
    "Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,"
    "Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,"
    "Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,"
    "First reply time in minutes,First reply time in minutes within business hours,"
    "First resolution time in minutes,First resolution time in minutes within business hours,"
    "Full resolution time in minutes,Full resolution time in minutes within business hours,"
    "Agent wait time in minutes,Agent wait time in minutes within business hours,"
    "Requester wait time in minutes,Requester wait time in minutes within business hours,"
    "On hold time in minutes,On hold time in minutes within business hours,"
    "Contact reason [list],Color [txt]"
)
SOLVED = (
    "1,101,Ann,9001,-,Ann@x.co,x.co,Ann,Ada,Returns,Late #1001,late tier_1 spam,Solved,High,Mail,"
    "Question,2025-03-01 10:00,2025-03-02 12:00,2025-03-01 10:05,-,-,2025-03-01 10:05,"
    "2025-03-02 11:00,25,Good,2,3,1,2,30,10,1500,200,1500,210,5,1,60,20,0,0,Delivery::Late,red"
)
OPEN = (
    "1,102,Bob,9002,-,bob@x.co,x.co,Bob,-,-,Hello,-,On-hold,-,Web form,-,2025-03-01 11:00,"
    "2025-03-01 11:00,,-,-,,,,Not Offered,0,0,0,0,,,,,,,,,,,,,-,-"
)
OFFERED = OPEN.replace("1,102", "1,103", 1).replace("Not Offered", "Offered")
EXPORT = "\n".join([HEADER, SOLVED, OPEN, OFFERED]) + "\n"


def test_a_ticket_with_its_counts_and_times() -> None:
    found = admitted(EXPORT, None, timezone="America/New_York")
    assert (found.outcome.source, found.outcome.table) == ("zendesk", "tickets")
    solved, held, _ = rows(found)
    own = {
        "ticket_id": "101", "created_at": datetime(2025, 3, 1, 15, tzinfo=UTC),
        "last_solved_at": datetime(2025, 3, 2, 16, tzinfo=UTC), "status": "solved",
        "channel": "email", "requester_key": "9001", "priority": "high", "type": "question",
        "group_id": "Returns", "assignee_id": "Ada", "tier": 1, "tags": ["late", "tier_1", "spam"],
        "reason_raw": "Delivery::Late", "order_ref": "#1001", "is_spam": True,
        "n_public_agent": 2, "n_reopens": 1, "n_reassignments": 2,
        "reported_first_reply": 30.0, "reported_resolution": 1500.0,
    }  # fmt: skip
    assert {name: solved[name] for name in own} == own
    assert solved["custom"]["first_reply_business_minutes"] == 10.0
    assert solved["custom"]["full_resolution_business_minutes"] == 210.0
    assert solved["custom"]["Color [txt]"] == "red"
    assert (held["status"], held["channel"], held["n_reassignments"]) == ("hold", "web", 0)
    assert not {"group_id", "assignee_id", "priority", "type", "org_id", "tags"} & set(held)


def test_without_a_zone_times_are_utc_and_that_is_told() -> None:
    found = admitted(EXPORT, None)
    assert rows(found)[0]["created_at"] == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert any("have no zone, read as UTC" in warning for warning in found.outcome.warnings)
    assert any("no texts of messages" in warning for warning in found.outcome.warnings)


def test_offered_is_unanswered_and_not_offered_is_no_survey() -> None:
    surveys = rows(admitted(EXPORT, None), "surveys")
    assert [(s["ticket_id"], s.get("raw"), s.get("good")) for s in surveys] == [
        ("101", "good", True), ("103", None, None),
    ]  # fmt: skip


def test_people_and_groups_are_those_named() -> None:
    found = admitted(EXPORT, None)
    assert column(found, "agent_id", "agents") == ["Ada"]
    assert column(found, "team", "teams") == ["Returns"]
    known = zip(
        column(found, "customer_id", "customers"), column(found, "customer_key", "customers"),
        strict=True,
    )  # fmt: skip
    assert dict(known) == {"9001": "Ann@x.co", "9002": "bob@x.co"}


@pytest.mark.parametrize("written", ["ID", "id"])
def test_the_case_of_headers_does_not_matter(written: str) -> None:
    export = EXPORT.replace(",Id,", f",{written},", 1)
    export = export.replace("Assignee stations", "assignee Stations")
    assert column(admitted(export, None), "n_reassignments") == [2, 0, 0]


def test_a_station_that_is_no_number_rejects_its_record() -> None:
    found = admitted(EXPORT.replace(",Good,2,3,", ",Good,2,many,"), None)
    assert rejects(found) == [(2, "n_reassignments: 'many' is not a number")]
