"""Is what cannot be kept out, so that no report ever shows a negative time?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from gate_texts import admitted, column, rejects

MAPPING = """
source: hand
table: tickets
columns: {ticket_id: id, created_at: at, first_reply_at: reply, last_solved_at: solved,
          closed_at: closed}
"""


def tickets(*records: str) -> str:
    return "id,at,reply,solved,closed\n" + "".join(f"{record}\n" for record in records)


def test_solved_before_created_is_rejected_with_both_times() -> None:
    found = admitted(
        tickets(
            "1,2025-03-01T10:00:00Z,,2025-03-01T12:00:00Z,",
            "2,2025-03-05T10:00:00Z,,2025-03-04T10:00:00Z,",
            "3,2025-03-05T10:00:00Z,2025-03-05T09:00:00Z,,",
        ),
        MAPPING,
    )
    assert column(found, "ticket_id") == ["1"]
    assert rejects(found) == [
        (3, "last_solved_at 2025-03-04 10:00:00 is before created_at 2025-03-05 10:00:00; "
         "one of them is wrong"),
        (4, "first_reply_at 2025-03-05 09:00:00 is before created_at 2025-03-05 10:00:00; "
         "one of them is wrong"),
    ]  # fmt: skip


def test_what_rounding_explains_is_left_empty_and_told() -> None:
    found = admitted(
        tickets(
            "1,2025-03-01 10:00:30,,2025-03-01 10:00:00,",  # seconds cut off
            "2,2025-03-01 10:00:30,,,2025-03-01",  # a day without a clock
            "3,2025-03-01 10:00:30,,2025-03-01 10:00:30,2025-03-02",
        ),
        MAPPING,
    )
    solved = datetime(2025, 3, 1, 10, 0, 30, tzinfo=UTC)
    assert column(found, "last_solved_at") == [None, None, solved]
    assert column(found, "closed_at") == [None, None, datetime(2025, 3, 2, tzinfo=UTC)]
    assert rejects(found) == []
    told = [note for note in found.outcome.warnings if "left empty" in note]
    assert told == [
        "last_solved_at: 1 times stand just before their beginning, as rounding does; "
        "left empty (records 1)",
        "closed_at: 1 times stand just before their beginning, as rounding does; "
        "left empty (records 2)",
    ]


def test_midnight_with_a_clock_is_no_rounding() -> None:
    found = admitted(
        tickets("1,2025-03-01T10:00:00Z,,2025-03-01T00:00:00Z,", "2,2025-03-01T10:00:00Z,,,"),
        MAPPING,
    )
    assert [line for line, _ in rejects(found)] == [2]


@pytest.mark.parametrize("currency", ["usd", ""])
def test_currencies_that_meet_in_a_file_are_told(currency: str) -> None:
    refunds = (
        "refund_id,charge_id,at,amount,currency\n1,c,2025-03-01,5.00,USD\n"
        f"2,c,2025-03-01,5.00,EUR\n3,c,2025-03-02,5.00,{currency}\n4,c,2025-03-02,5.00,USD\n"
    )
    found = admitted(refunds, None)
    count = 3 if currency else 2
    assert (
        f"amounts are in 2 currencies ({count} USD, 1 EUR); no sum is made of two"
        in found.outcome.warnings
    )
    alone = admitted(refunds.replace("EUR", "USD"), None).outcome.warnings
    assert not any("currencies" in note for note in alone)
