"""Are HubSpot's clocks, pipelines and repeated headers read for what they are?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from gate_texts import admitted, column, rejects, rows

HEADER = (
    "Ticket ID,Ticket name,Create date,Close date,Ticket owner,Pipeline,Ticket status,"
    "Time to first agent email reply (HH:mm:ss),First agent email response date,"
    "Last customer reply date,Last response date,Last Closed Date,Owner assigned date,"
    "Last activity date,Associated Company (Primary),First agent email response date,"
    "All associated contact emails"
)
ROW = (
    "{n},Late #1001,2025-03-01 10:00,{closed},Ada (ada@shop.co),Support,{status},{first},"
    "2025-03-01 11:30,2025-03-01 12:00,2025-03-01 13:00,,2025-03-01 10:05,2025-03-02 09:00,Acme,"
    "2025-03-05 00:00,Ann@x.co; bob@x.co"
)


def export(*tickets: dict[str, str]) -> str:
    plain = {"closed": "", "status": "New (Support)", "first": ""}
    lines = [ROW.format(n=n, **(plain | given)) for n, given in enumerate(tickets, start=7001)]
    return "\n".join([HEADER, *lines]) + "\n"


def test_a_ticket() -> None:
    closed = {"closed": "2025-03-02 09:00", "status": "Closed (Support)", "first": "25:30:30"}
    found = admitted(export(closed), None, timezone="Europe/Berlin")
    [row] = rows(found)
    own = {
        "ticket_id": "7001", "subject": "Late #1001", "order_ref": "#1001", "status": "closed",
        "created_at": datetime(2025, 3, 1, 9, tzinfo=UTC), "assignee_id": "Ada (ada@shop.co)",
        "closed_at": datetime(2025, 3, 2, 8, tzinfo=UTC), "group_id": "Support",
        "last_solved_at": datetime(2025, 3, 2, 8, tzinfo=UTC), "requester_key": "Ann@x.co",
        "reported_first_reply": 1530.5, "org_id": "Acme",
    }  # fmt: skip
    assert {name: row[name] for name in own} == own
    assert found.outcome.source == "hubspot"
    assert column(found, "team", "teams") == ["Support"]


def test_of_two_columns_of_one_name_the_first_is_read_and_that_is_told() -> None:
    found = admitted(export({}), None)
    assert column(found, "first_reply_at") == [datetime(2025, 3, 1, 11, 30, tzinfo=UTC)]
    assert any(
        "First agent email response date__2" in warning for warning in found.outcome.warnings
    )


@pytest.mark.parametrize(
    ("exported", "canonical"),
    [
        ("New (Support)", "new"), ("Waiting on contact (Support)", "pending"),
        ("Waiting on us", "open"), ("Closed (VIP (EU))", "closed"), ("Closed", "closed"),
        ("Parts ordered (Support)", "open"),
    ],
)  # fmt: skip
def test_statuses_without_their_pipeline(exported: str, canonical: str) -> None:
    assert column(admitted(export({"status": exported}), None), "status") == [canonical]


def test_an_unknown_status_is_told() -> None:
    found = admitted(export({"status": "Parts ordered (Support)"}), None)
    assert any("'Parts ordered' have no entry" in warning for warning in found.outcome.warnings)


def test_a_bare_number_is_no_clock() -> None:
    found = admitted(export({"first": "5400000"}, {"first": "1:00:00"}), None)
    told = "reported_first_reply: '5400000' is not a duration such as 26:05:10"
    assert rejects(found) == [(2, told)]
    assert column(found, "reported_first_reply") == [60.0]
