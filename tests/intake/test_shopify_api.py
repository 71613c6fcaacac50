"""Does Shopify's API give the money of refunds, exactly and only once?"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from gate_texts import admitted, column, rejects, rows

from workbench.errors import IntakeError


def paid(number: int, kind: str, amount: str, status: str = "success", **more: Any) -> Any:
    return {"id": number, "order_id": 1, "kind": kind, "status": status, "amount": amount,
            "currency": "EUR", "gateway": "cards", "parent_id": 70, "test": False,
            "created_at": "2025-03-10T12:00:00+01:00", "processed_at": "2025-03-10T12:00:05+01:00",
            **more}  # fmt: skip


REFUND: dict[str, Any] = {
    "id": 900, "order_id": 1, "created_at": "2025-03-10T11:59:00+01:00", "note": "late",
    "user_id": 44,
    "refund_line_items": [{"id": 1, "line_item_id": 31, "quantity": 1, "subtotal": 50.0}],
    "transactions": [paid(71, "refund", "20.00"), paid(72, "refund", "5.50"),
                     paid(73, "refund", "30.00", "failure"), paid(74, "refund", "9", test=True)],
}  # fmt: skip
ORDER: dict[str, Any] = {
    "id": 1, "name": "#1001", "email": "ana@example.com", "test": False,
    "created_at": "2025-03-01T10:00:00+01:00", "cancelled_at": None, "total_price": "80.00",
    "currency": "EUR", "financial_status": "partially_refunded", "tags": "vip, Replacement",
    "discount_codes": [{"code": "SPRING", "amount": "5.00", "type": "fixed_amount"}],
    "line_items": [
        {"id": 31, "sku": "A1", "name": "Grinder - black", "title": "Grinder", "quantity": 1,
         "price": "50.00", "total_discount": "0.00",
         "discount_allocations": [{"amount": "3.00"}, {"amount": "2.00"}]},
        {"id": 32, "sku": "B2", "name": "Beans", "quantity": 3, "price": "10.00",
         "total_discount": "0.00"},
    ],
    "refunds": [REFUND],
}  # fmt: skip
REFUNDED = [
    {"refund_id": "71", "order_ref": "#1001", "charge_id": "70", "customer_key": "ana@example.com",
     "amount": Decimal("20.0000"), "currency": "EUR", "status": "succeeded", "reason": "late",
     "actor": "44", "custom": {"refund_id": "900", "gateway": "cards"}},
    {"refund_id": "72", "order_ref": "#1001", "charge_id": "70", "customer_key": "ana@example.com",
     "amount": Decimal("5.5000"), "currency": "EUR", "status": "succeeded", "reason": "late",
     "actor": "44", "custom": {"refund_id": "900", "gateway": "cards"}},
    {"refund_id": "73", "order_ref": "#1001", "charge_id": "70", "customer_key": "ana@example.com",
     "amount": Decimal("30.0000"), "currency": "EUR", "status": "failed", "reason": "late",
     "actor": "44", "custom": {"refund_id": "900", "gateway": "cards"}},
]  # fmt: skip


def test_an_order_with_its_lines() -> None:
    found = admitted(json.dumps({"orders": [ORDER]}), None)
    order = rows(found, "orders")[0]
    assert order.pop("created_at").isoformat() == "2025-03-01T09:00:00+00:00"
    assert order == {
        "order_id": "1", "name": "#1001", "customer_key": "ana@example.com",
        "total": Decimal(80), "currency": "EUR", "financial_status": "partially_refunded",
        "refunded_total": Decimal("25.50"), "discount_code": "SPRING", "is_replacement": True,
    }  # fmt: skip
    assert rows(found, "order_lines") == [
        {"order_id": "1", "line": 1, "sku": "A1", "item": "Grinder - black", "quantity": 1,
         "price": Decimal(50), "discount": Decimal(5)},
        {"order_id": "1", "line": 2, "sku": "B2", "item": "Beans", "quantity": 3,
         "price": Decimal(10), "discount": Decimal(0)},
    ]  # fmt: skip


def test_refunds_are_the_transactions_that_moved_money_at_their_own_time() -> None:
    refunds = rows(admitted(json.dumps({"order": ORDER}), None), "refunds")
    assert {r.pop("at").isoformat() for r in refunds} == {"2025-03-10T11:00:05+00:00"}
    assert refunds == REFUNDED


@pytest.mark.parametrize("shape", ["refunds", "transactions"])
def test_refunds_without_their_order_are_the_same_refunds(shape: str) -> None:
    body = {"refunds": [REFUND]} if shape == "refunds" else {"transactions": REFUND["transactions"]}
    refunds = rows(admitted(json.dumps(body), None), "refunds")
    told = [(r["refund_id"], r["order_ref"], r["amount"], r["status"]) for r in refunds]
    assert told == [
        (r["refund_id"], "1", r["amount"], r["status"]) for r in REFUNDED
    ]  # without the order only its number is known


def test_sales_and_captures_are_payments_and_authorisations_are_not() -> None:
    moved = [paid(70, "sale", "80.00"), paid(69, "authorization", "80.00"),
             paid(68, "capture", "1.00", "failure")]  # fmt: skip
    found = admitted(json.dumps({"transactions": moved}), None)
    assert column(found, "payment_id", "payments") == ["70", "68"]
    assert column(found, "status", "payments") == ["succeeded", "failed"]


def test_a_test_order_is_no_order() -> None:
    found = admitted(json.dumps({"orders": [ORDER, {**ORDER, "id": 2, "test": True}]}), None)
    assert found.outcome.records_in == 2
    assert column(found, "order_id", "orders") == ["1"]
    assert column(found, "refund_id", "refunds") == ["71", "72", "73"]


def test_an_amount_that_is_none_is_a_reject() -> None:
    odd = {**ORDER, "id": 2, "refunds": [{**REFUND, "transactions": [paid(80, "refund", "much")]}]}
    text = json.dumps(ORDER) + "\n" + json.dumps(odd) + "\n"
    found = admitted(text, None)
    assert [line for line, _ in rejects(found)] == [2]
    assert column(found, "order_id", "orders") == ["1"]


def test_orders_fewer_than_told_are_refused() -> None:
    with pytest.raises(IntakeError, match="1 of 2 orders"):
        admitted(json.dumps({"orders": [ORDER], "count": 2}), None)
