"""Are Shopify's orders counted once and Stripe's failed refunds kept apart?"""

from __future__ import annotations

from decimal import Decimal

import pytest
from gate_texts import admitted, column, rejects, rows

from workbench.errors import IntakeError

ORDERS = """Name,Email,Financial Status,Paid at,Created at,Currency,Total,Discount Code,\
Refunded Amount,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,\
Cancelled at,Id
#1001,a@b.co,partially_refunded,2025-03-01 09:05:00 +0100,2025-03-01 09:00:00 +0100,EUR,60.00,,\
20.00,2,Mug,10.00,M-1,0.00,,5001
#1001,a@b.co,,,2025-03-01 09:00:00 +0100,,,,,1,Tea,40.00,T-1,0.00,,
#1002,c@d.co,paid,,2025-03-02 09:00:00 +0100,EUR,12.50,,0.00,1,Cup,12.50,C-1,0.00,,5002
"""


def test_continuation_rows_are_lines_and_no_orders() -> None:
    found = admitted(ORDERS, None)
    assert (found.outcome.source, found.outcome.table) == ("shopify", "orders")
    assert (found.outcome.records_in, found.outcome.kept) == (3, 3)
    assert column(found, "order_id", "orders") == ["5001", "5002"]
    assert sum(column(found, "refunded_total", "orders")) == Decimal("20.00")
    assert sum(column(found, "total", "orders")) == Decimal("72.50")
    assert [at.hour for at in column(found, "created_at", "orders")] == [8, 8]
    lines = [
        (r["order_id"], r["line"], r["item"], r["quantity"]) for r in rows(found, "order_lines")
    ]
    assert lines == [("5001", 1, "Mug", 2), ("5001", 2, "Tea", 1), ("5002", 1, "Cup", 1)]


REFUNDS = """id,Charge ID,Created (UTC),Amount,Currency,Status,Reason,Customer Email,\
Order (metadata)
re_1,ch_1,2025-03-01 10:00:00,20.00,eur,succeeded,requested_by_customer,a@b.co,#1001
re_2,ch_2,2025-03-01 11:00,5.00,eur,failed,,a@b.co,
re_3,ch_3,2025-03-02 10:00,7.25,eur,canceled,duplicate,c@d.co,#1002
re_4,ch_4,soon,7.25,eur,succeeded,,c@d.co,#1003
"""


def test_failed_refunds_are_kept_with_their_status() -> None:
    found = admitted(REFUNDS, None)
    assert found.outcome.source == "stripe"
    assert [(r["refund_id"], r["status"], r["amount"]) for r in rows(found, "refunds")] == [
        ("re_1", "succeeded", Decimal("20.00")), ("re_2", "failed", Decimal("5.00")),
        ("re_3", "canceled", Decimal("7.25")),
    ]  # fmt: skip
    assert column(found, "order_ref", "refunds") == ["#1001", None, "#1002"]
    assert rejects(found) == [(5, "at: 'soon' is not a date or time")]


def test_refund_without_an_amount_is_no_refund() -> None:
    with pytest.raises(IntakeError, match="line 2: amount is empty"):
        admitted(REFUNDS.split("\n")[0] + "\nre_1,ch_1,2025-03-01,,eur,succeeded,,,\n", None)


def test_who_granted_a_refund_is_kept_and_its_order_read_from_the_description() -> None:
    export = (
        "id,Charge ID,Created (UTC),Amount,Currency,Status,Description,Order (metadata),"
        "agent (metadata)\n"
        "re_1,ch_1,2025-03-01 10:00,20.00,usd,succeeded,Refund for #1001,,Mia\n"
        "re_2,ch_2,2025-03-01 10:00,20.00,usd,succeeded,,#1002,\n"
    )
    found = admitted(export, None)
    assert column(found, "order_ref", "refunds") == ["#1001", "#1002"]
    assert column(found, "actor", "refunds") == ["Mia", None]


@pytest.mark.parametrize(
    ("tags", "is_replacement"),
    [
        ("replacement", True), ('"vip, Replacement"', True), ("no-replacement", False), ("", False),
    ],
)  # fmt: skip
def test_a_tag_marks_a_replacement(tags: str, is_replacement: bool) -> None:
    lines = ORDERS.splitlines()
    export = f"{lines[0]},Tags\n{lines[1]},{tags}\n{lines[2]},\n"
    assert column(admitted(export, None), "is_replacement", "orders") == [is_replacement]


def test_without_tags_nothing_is_said_of_replacements() -> None:
    assert column(admitted(ORDERS, None), "is_replacement", "orders") == [None, None]
