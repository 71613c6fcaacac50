"""Is an order of either generation of Shopify's export counted once, at its own moment?"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from gate_texts import admitted, column, rejects, rows

OLDER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,"
    "Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,"
    "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,"
    "Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,"
    "Billing Name,Billing Zip,Shipping Name,Shipping Zip,Notes,Note Attributes,Cancelled at,"
    "Payment Method,Payment Reference,Refunded Amount,Vendor,Id,Tags,Risk Level,Source,"
    "Lineitem discount,Tax 1 Name,Tax 1 Value,Phone"
)
NEWER = OLDER + (
    ",Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,"
    "Payment Terms Name,Next Payment Due At,Payment References"
)
FIRST = (
    "#2001,ann@x.co,partially_refunded,2025-03-09 01:10:00 -0500,fulfilled,,yes,USD,70.00,5.00,"
    "0.00,75.00,SPRING,5.00,Standard,2025-03-09 01:05:00 -0500,2,Mug,15.00,,M-1,true,true,"
    "fulfilled,Ann,'02115,Ann,'02115,,,,card,ref_1,15.00,Shop,900001,vip,Low,web,0.00,,,"
)
NEXT = (
    '#2001,ann@x.co,,,,,,,,,,,,,,2025-03-09 01:05:00 -0500,1,"Tea, green",40.00,,T-1,true,true,'
    "fulfilled,,,,,,,,,,,Shop,,,,,0.00,,,"
)
SUMMER = (
    "#2002,bob@x.co,refunded,2025-03-09 04:00:00 -0400,fulfilled,,no,USD,20.00,0.00,0.00,20.00,,"
    "0.00,Standard,2025-03-09 03:30:00 -0400,1,Cup,20.00,,C-1,true,true,fulfilled,Bob,'01001,Bob,"
    "'01001,,,2025-03-10 09:00:00 -0400,card,ref_2,20.00,Shop,900002,replacement,Low,web,2.00,,,"
)
GENERATIONS = {
    "older": "\n".join([OLDER, FIRST, NEXT, SUMMER]) + "\n",
    "newer": "\n".join([NEWER, *(line + "," * 8 for line in (FIRST, NEXT, SUMMER))]) + "\n",
}


@pytest.fixture(params=GENERATIONS)
def export(request: pytest.FixtureRequest) -> str:
    return GENERATIONS[request.param]


def test_an_order_has_its_values_once(export: str) -> None:
    found = admitted(export, None)
    assert (found.outcome.records_in, found.outcome.kept) == (3, 3)
    assert [(r["order_id"], r["name"]) for r in rows(found, "orders")] == [
        ("900001", "#2001"), ("900002", "#2002"),
    ]  # fmt: skip
    assert column(found, "total", "orders") == [Decimal("75"), Decimal("20")]
    assert column(found, "refunded_total", "orders") == [Decimal("15"), Decimal("20")]
    assert column(found, "discount_code", "orders") == ["SPRING", None]
    assert column(found, "is_replacement", "orders") == [False, True]


def test_every_line_belongs_to_its_order(export: str) -> None:
    lines = rows(admitted(export, None), "order_lines")
    assert [(r["order_id"], r["line"], r["item"], r["quantity"]) for r in lines] == [
        ("900001", 1, "Mug", 2), ("900001", 2, "Tea, green", 1), ("900002", 1, "Cup", 1),
    ]  # fmt: skip


def test_offsets_on_both_sides_of_a_change_of_the_clock(export: str) -> None:
    # The clocks of New York went from two to three in the night between these orders.
    assert column(admitted(export, None, timezone="Asia/Tokyo"), "created_at", "orders") == [
        datetime(2025, 3, 9, 6, 5, tzinfo=UTC), datetime(2025, 3, 9, 7, 30, tzinfo=UTC),
    ]  # fmt: skip


def test_that_refunds_have_no_date_is_told(export: str) -> None:
    assert any("without a date" in warning for warning in admitted(export, None).outcome.warnings)


def test_lines_of_an_order_that_began_in_another_file_are_rejected() -> None:
    found = admitted("\n".join([NEWER, NEXT + "," * 8, SUMMER + "," * 8]) + "\n", None)
    assert rejects(found) == [(2, "order_id is empty")]
    assert column(found, "name", "orders") == ["#2002"]
