"""Are Intercom's times read in the zone of their header, its states and ratings as meant?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from gate_texts import admitted, column, rows

from workbench.errors import IntakeError

HEADER = (
    "Conversation ID,Conversation started at (America/New_York),Updated at (America/New_York),"
    "Teammate currently assigned,Team currently assigned,Current conversation state,Started by,"
    "Conversation source,Last teammate rated,Conversation rating,Conversation rating remark,"
    "Agent rated type,First response time (seconds),Channel,Topics,AI Topic,AI Subtopic,"
    "Fin AI Agent involved,Fin AI Agent deflected,Fin AI Agent resolution state,"
    "Fin AI Agent rating,Ticket type,User name,Company name,Title,User email"
)
RATED = (
    "5001,2025-03-10 10:00:00,2025-03-11 09:00:00,Ada,Returns,Closed,Customer,Inbound message,Ada,"
    "4,thanks,Teammate,90,Chat,Where is my order,,,false,false,,,,Ann,Acme,Late parcel,Ann@x.co"
)
SNOOZED = (
    "5002,2025-01-10 10:00:00,,,,Snoozed,Admin,Manual message,,,,,,Email,,Billing,VAT,true,true,"
    "Assumed resolved,5,,Bob,,Invoice,bob@x.co"
)
EXPORT = "\n".join([HEADER, RATED, SNOOZED]) + "\n"


def test_the_zone_of_the_header_wins_over_a_declared_one() -> None:
    for options in ({}, {"timezone": "Asia/Tokyo"}):
        found = admitted(EXPORT, None, **options)
        # New York is four hours behind UTC in March's second week, five in January.
        assert column(found, "created_at") == [
            datetime(2025, 3, 10, 14, tzinfo=UTC), datetime(2025, 1, 10, 15, tzinfo=UTC),
        ]  # fmt: skip
        assert not any("no zone" in warning for warning in found.outcome.warnings)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_other_zones(zone: str) -> None:
    hour = {"UTC": 10, "Europe/Berlin": 9, "America/Argentina/Buenos_Aires": 13}[zone]
    found = admitted(EXPORT.replace("America/New_York", zone), None)
    assert column(found, "created_at")[0] == datetime(2025, 3, 10, hour, tzinfo=UTC)


def test_a_zone_nobody_knows_is_refused() -> None:
    with pytest.raises(IntakeError, match="header names an unknown time zone 'America/New_Jork'"):
        admitted(EXPORT.replace("New_York", "New_Jork"), None)


def test_a_header_without_a_zone_needs_a_declared_one() -> None:
    found = admitted(EXPORT.replace(" (America/New_York)", ""), None, timezone="Europe/Berlin")
    assert column(found, "created_at")[0] == datetime(2025, 3, 10, 9, tzinfo=UTC)


def test_a_conversation_is_a_ticket() -> None:
    found = admitted(EXPORT, None)
    rated, snoozed = rows(found)
    assert (found.outcome.source, rated["status"], snoozed["status"]) == (
        "intercom", "closed", "pending",
    )  # fmt: skip
    assert (rated["agent_initiated"], snoozed["agent_initiated"]) == (False, True)
    assert (rated["reported_first_reply"], snoozed.get("reported_first_reply")) == (1.5, None)
    assert (rated["reason_raw"], snoozed["reason_raw"]) == ("Where is my order", "Billing")
    assert (rated["assignee_id"], rated["group_id"]) == ("Ada", "Returns")
    assert (snoozed["custom"]["fin_deflected"], snoozed["custom"]["fin_rating"]) == (True, "5")
    assert column(found, "agent_id", "agents") == ["Ada"]
    assert column(found, "team", "teams") == ["Returns"]
    assert column(found, "customer_key", "customers") == ["Ann@x.co", "bob@x.co"]


def test_a_rating_of_four_is_good() -> None:
    [survey] = rows(admitted(EXPORT, None), "surveys")
    assert (survey["ticket_id"], survey["raw"], survey["good"]) == ("5001", "4", True)
    assert survey["answered_at"] == datetime(2025, 3, 11, 13, tzinfo=UTC)
    assert (survey["comment"], survey["custom"]["rated"]) == ("thanks", "Teammate")


def test_ratings_come_in_a_file_of_their_own_as_well() -> None:
    export = (
        "Conversation ID,Updated at (America/New_York),Conversation rating remark,"
        "Conversation rating,User name,Company name,Agent rated type,Last survey sent\n"
        "5001,2025-03-11 09:00:00,slow,2,Ann,Acme,Teammate,\n"
    )
    found = admitted(export, None)
    assert set(found.tables) == {"surveys"}
    assert column(found, "good", "surveys") == [False]
