"""Are Freshdesk's durations, statuses and words read as they are meant?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from gate_texts import admitted, column, rejects, rows, values_of

HEADER = (
    "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,"
    "Resolved time,Closed time,Last update time,Initial response time,Time tracked,"
    "First response time (in hrs),Resolution time (in hrs),Agent interactions,"
    "Customer interactions,Resolution status,First response status,Tags,Survey results,Product,"
    "Every response status,Full name,Contact ID,Contact email"
)
ROW = (
    "{n},Late #1001,{status},Urgent,Email,Question,Ada,Returns,2024-03-01 10:00:00,,"
    "2024-03-02 12:05:10,,2024-03-02 12:05:10,2024-03-01 11:30:00,00:00:00,{first},{whole},2,1,"
    "{sla},Within SLA,tier_1,{rating},Shop,Within SLA,Ann,77,ann@x.co"
)


def export(*tickets: dict[str, str]) -> str:
    cells = {"status": "Resolved", "first": "", "whole": "", "sla": "", "rating": ""}
    lines = [ROW.format(n=n, **(cells | given)) for n, given in enumerate(tickets, start=1)]
    return "\n".join([HEADER, *lines]) + "\n"


def test_hours_come_as_a_clock_or_as_decimals() -> None:
    found = admitted(
        export({"first": "01:30:00", "whole": "26:05:30"}, {"first": "1.5", "whole": "0.25"}), None
    )
    assert column(found, "reported_first_reply") == [90.0, 90.0]
    assert column(found, "reported_resolution") == [1565.5, 15.0]


def test_a_clock_without_seconds_needs_declared_hours() -> None:
    hours = "{from: x, unit: hours}"
    assert values_of(["1:30", "2", "1:75"], hours, "reported_first_reply") == [90.0, 120.0]
    minutes = "{from: x, unit: minutes}"
    assert values_of(["1:30", "0:01:30"], minutes, "reported_first_reply") == [1.5]


def test_what_is_no_duration_rejects_its_record() -> None:
    found = admitted(export({"first": "soon"}, {"first": "1"}), None)
    assert rejects(found) == [(2, "reported_first_reply: 'soon' is not a number or a duration")]


@pytest.mark.parametrize(
    ("exported", "canonical"),
    [
        ("Open", "open"), ("Pending", "pending"), ("Resolved", "solved"), ("Closed", "closed"),
        ("Waiting on Customer", "pending"), ("Waiting on Third Party", "hold"),
        ("With the warehouse", "open"),
    ],
)  # fmt: skip
def test_statuses(exported: str, canonical: str) -> None:
    assert column(admitted(export({"status": exported}), None), "status") == [canonical]


def test_an_unknown_status_is_told() -> None:
    found = admitted(export({"status": "With the warehouse"}), None)
    assert any("'With the warehouse' have no entry" in w for w in found.outcome.warnings)


def test_sla_ratings_and_people() -> None:
    found = admitted(
        export(
            {"sla": "Within SLA", "rating": "Very happy"}, {"sla": "SLA Violated"},
            {"rating": "Neutral"},
        ), None,
    )  # fmt: skip
    assert found.outcome.source == "freshdesk"
    assert column(found, "sla_met") == [True, False, None]
    assert [(s["ticket_id"], s["good"]) for s in rows(found, "surveys")] == [
        ("1", True), ("3", False),
    ]  # fmt: skip
    assert [t["team"] for t in rows(found, "teams")] == ["Returns"]
    assert [a["name"] for a in rows(found, "agents")] == ["Ada"]
    assert column(found, "priority") == ["urgent"] * 3
    assert column(found, "tier") == [1] * 3
    assert column(found, "order_ref") == ["#1001"] * 3
    people = rows(found, "customers")
    assert [(p["customer_id"], p["customer_key"]) for p in people] == [("77", "ann@x.co")]


def test_moments() -> None:
    row = rows(admitted(export({}), None))[0]
    assert row["first_reply_at"] == datetime(2024, 3, 1, 11, 30, tzinfo=UTC)
    assert row["last_solved_at"] == datetime(2024, 3, 2, 12, 5, 10, tzinfo=UTC)


def test_an_export_without_e_mail_still_loads_and_knows_no_persons() -> None:
    lines = [line.rsplit(",", 1)[0] for line in export({}).splitlines()]
    found = admitted("\n".join(lines) + "\n", None)
    assert column(found, "requester_key") == ["77"]
    assert "customers" not in found.tables


def test_freshservice_spells_its_header_otherwise() -> None:
    text = export({"first": "2"})
    for old, new in (("Ticket ID", "Ticket Id"), ("Created time", "Created Time"),
                     ("(in hrs)", "(in Hrs)")):  # fmt: skip
        text = text.replace(old, new)
    assert column(admitted(text, None), "reported_first_reply") == [120.0]
