"""Is a Gorgias tickets export read for what it is: one row per ticket, and no more?"""

from __future__ import annotations

from datetime import UTC, datetime

from gate_texts import admitted, column, rejects, rows

HEADER = (
    "Ticket id,Tags,Initial channel,Priority,Last used integration name,Last used integration type,"
    "Created by an agent,Subject,Creation date,Closed date,Survey score,Survey replied date,"
    "Assignee name,Assignee email,Customer email,Customer name,First response time (s),"
    "Resolution time (s),Number of agent messages,Number of customer messages,Ticket URL,"
    "Ticket Field: AI Intent,Ticket Field: Contact reason,Ticket Field: Tier,Customer Field: Plan"
)
SOLVED = (
    '901,"vip,late",email,normal,Shop mail,gmail,False,Where is #1001?,2025-03-01 10:00:00,'
    "2025-03-01 12:00:00,5,2025-03-02 08:00:00,Mia Lund,mia@desk.co,Ann@x.co,Ann,1800,7200,1,2,"
    "https://shop.gorgias.com/app/ticket/901,Order::Status::Other,Shipping::Late,Tier 2,Gold"
)
OPEN = (
    "902,,chat,high,Widget,gorgias_chat,True,,2025-03-02 10:00:00,,2,,,,bob@x.co,Bob,0,0,0,1,"
    "https://shop.gorgias.com/app/ticket/902,Order::Refund,,,"
)
EXPORT = f"{HEADER}\n{SOLVED}\n{OPEN}\n"


def test_tickets() -> None:
    found = admitted(EXPORT, None)
    assert (found.outcome.source, found.outcome.kept) == ("gorgias", 2)
    first, second = rows(found)
    assert first["created_at"] == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert [first["status"], second["status"]] == ["closed", "open"]
    assert [first["agent_initiated"], second["agent_initiated"]] == [False, True]
    assert (first["reported_first_reply"], first["reported_resolution"]) == (30.0, 120.0)
    assert (first["n_public_agent"], first["n_customer"]) == (1, 2)
    assert (first["tier"], first["tags"], first["order_ref"]) == (2, ["vip", "late"], "#1001")
    assert [first["reason_raw"], second["reason_raw"]] == ["Shipping::Late", "Order::Refund"]
    assert "n_reopens" not in first


def test_a_first_reply_of_zero_seconds_is_none() -> None:
    assert column(admitted(EXPORT, None), "reported_first_reply") == [30.0, None]


def test_times_without_a_zone_are_told_and_can_be_declared() -> None:
    told = admitted(EXPORT, None).outcome.warnings
    assert "Creation date: 2 of 2 times have no zone, read as UTC; --timezone tells" in told
    berlin = admitted(EXPORT, None, timezone="Europe/Berlin")
    assert [at.hour for at in column(berlin, "created_at")] == [9, 9]
    assert not any("no zone" in warning for warning in berlin.outcome.warnings)


def test_ratings_of_four_and_five_are_good() -> None:
    lines = [SOLVED.replace("901", f"91{n}", 1).replace(",5,2025", f",{n},2025") for n in range(6)]
    lines[0] = lines[0].replace(",0,2025-03-02 08:00:00", ",,")
    found = admitted("\n".join([HEADER, *lines]) + "\n", None)
    good = [(r["raw"], r["good"], r["scale"]) for r in rows(found, "surveys")]
    assert good == [(str(n), n >= 4, "1-5") for n in range(1, 6)]


def test_the_account_is_one_team_called_like_the_source() -> None:
    assert column(admitted(EXPORT, None), "group_id") == ["gorgias"] * 2
    named = admitted(EXPORT, None, source="Calder Desk")
    assert column(named, "group_id") == column(named, "source") == ["Calder Desk"] * 2
    assert [(a["agent_id"], a["name"], a["group_id"]) for a in rows(named, "agents")] == [
        ("mia@desk.co", "Mia Lund", "Calder Desk")
    ]
    assert "teams" not in named.tables
    assert not any("repeat a key" in warning for warning in named.outcome.warnings)


def test_ticket_and_customer_fields_are_kept_as_they_stand() -> None:
    first = rows(admitted(EXPORT, None))[0]
    assert first["custom"] == {
        "integration": "Shop mail", "Ticket Field: AI Intent": "Order::Status::Other",
        "Customer Field: Plan": "Gold",
    }  # fmt: skip


def test_personal_data_in_a_kept_field_is_masked() -> None:
    export = EXPORT.replace("Gold", "call +1 555 010 7788")
    assert rows(admitted(export, None, redact=True))[0]["custom"]["Customer Field: Plan"] == (
        "call [phone]"
    )


def test_an_unknown_rating_rejects_its_record_with_its_line() -> None:
    found = admitted(EXPORT.replace(",2,,,,bob", ",9,,,,bob"), None)
    assert rejects(found) == [(3, "good: '9' is not yes or no")]
    assert column(found, "ticket_id") == ["901"]


def test_an_agent_and_a_customer_of_a_broken_ticket_are_still_known_by_their_others() -> None:
    broken = SOLVED.replace("2025-03-01 10:00:00", "2025-13-45 10:00:00")
    export = f"{HEADER}\n{broken}\n{SOLVED.replace('901', '903')}\n"
    found = admitted(export, None)
    assert [line for line, _ in rejects(found)] == [2]
    assert column(found, "name", "agents") == ["Mia Lund"]
    assert len(rows(found, "customers")) == 1
    assert not any("repeat a key" in warning for warning in found.outcome.warnings)
