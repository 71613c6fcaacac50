"""Is a Recharge subscription worth what it brings in a month, and over when it was cancelled?"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from gate_texts import admitted, column, rejects, rows

HEADER = (
    "id,customer_id,address_id,created_at,updated_at,cancelled_at,status,cancellation_reason,"
    "cancellation_reason_comments,price,quantity,sku,order_interval_unit,order_interval_frequency,"
    "charge_interval_frequency,next_charge_scheduled_at,product_title,email"
)
ROW = (
    "{n},88,9,2025-01-05T10:00:00,2025-03-01T10:00:00,{ended},{status},{reason},,{price},{pieces},"
    "T-1,{unit},{every},1,,Tea,ann@x.co"
)


def export(*subscriptions: dict[str, str]) -> str:
    plain = {"ended": "", "status": "active", "reason": "", "price": "12.00", "pieces": "1",
             "unit": "month", "every": "1"}  # fmt: skip
    lines = [ROW.format(n=n, **(plain | given)) for n, given in enumerate(subscriptions, 1)]
    return "\n".join([HEADER, *lines]) + "\n"


@pytest.mark.parametrize(
    ("given", "monthly"),
    [
        ({}, "12"), ({"pieces": "3"}, "36"), ({"every": "2"}, "6"), ({"pieces": ""}, "12"),
        ({"unit": "week", "every": "2"}, "26.0893"), ({"unit": "day", "every": "30"}, "12.175"),
    ],
)  # fmt: skip
def test_amounts_are_per_month_and_for_all_pieces(given: dict[str, str], monthly: str) -> None:
    found = admitted(export(given), None)
    assert column(found, "monthly_amount", "subscriptions") == [Decimal(monthly)]


def test_a_cancelled_subscription_has_ended() -> None:
    found = admitted(
        export({}, {"ended": "2025-03-01T10:00:00", "status": "cancelled", "reason": "too many"}),
        None,
    )
    active, over = rows(found, "subscriptions")
    assert found.outcome.source == "recharge"
    assert (active["status"], active.get("ended_at")) == ("active", None)
    assert (over["ended_at"], over["reason"]) == (datetime(2025, 3, 1, 10, tzinfo=UTC), "too many")
    assert (over["customer_key"], over["plan"]) == ("ann@x.co", "Tea")


def test_how_many_must_be_a_number() -> None:
    [(line, reason)] = rejects(admitted(export({"pieces": "two"}, {}), None))
    assert (line, "'two' is not a number" in reason or "monthly_amount" in reason) == (2, True)
