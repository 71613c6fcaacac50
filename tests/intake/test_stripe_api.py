"""Are Stripe's API lists read in whole money, with who paid and for which order?"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from gate_texts import admitted, column, rejects, rows

from workbench.errors import IntakeError

DAY = 1_740_787_200  # 2025-03-01T00:00:00Z
CHARGE: dict[str, Any] = {
    "object": "charge", "id": "ch_1", "amount": 8050, "amount_refunded": 500, "currency": "eur",
    "created": DAY, "status": "succeeded", "captured": True, "description": "Order #1001",
    "customer": "cus_1", "payment_intent": "pi_1", "metadata": {},
    "billing_details": {"email": "ana@example.com"}, "balance_transaction": {"fee": 145},
}  # fmt: skip
YEN = {**CHARGE, "id": "ch_2", "amount": 8050, "currency": "jpy", "description": None,
       "billing_details": {"email": None}, "balance_transaction": "txn_1"}  # fmt: skip
REFUND = {"object": "refund", "id": "re_1", "amount": 500, "charge": "ch_1", "currency": "eur",
          "created": DAY + 86_400, "status": "failed", "reason": "requested_by_customer",
          "metadata": {"agent": "bo"}}  # fmt: skip
DISPUTE = {"object": "dispute", "id": "dp_1", "amount": 8050, "charge": "ch_1", "currency": "eur",
           "created": DAY + 172_800, "status": "warning_closed", "reason": "fraudulent",
           "metadata": {}}  # fmt: skip
PRICE = {"unit_amount": 12_000, "currency": "eur", "nickname": "Beans club",
         "recurring": {"interval": "month", "interval_count": 3}}  # fmt: skip
PLAN: dict[str, Any] = {
    "object": "subscription", "id": "sub_1", "customer": "cus_1", "created": DAY,
    "start_date": DAY, "canceled_at": DAY + 86_400, "ended_at": None, "status": "active",
    "currency": "eur", "items": {"object": "list", "data": [{"price": PRICE, "quantity": 2}]},
    "cancellation_details": {"feedback": "too_expensive", "comment": "mail me: ana@example.com"},
}  # fmt: skip
CUSTOMER = {"object": "customer", "id": "cus_1", "email": "ana@example.com", "created": DAY}


def listed(*records: Any, more: bool = False) -> str:
    return json.dumps({"object": "list", "url": "/v1/x", "has_more": more, "data": records})


def test_amounts_are_whole_money_whatever_the_currency() -> None:
    found = admitted(listed(CHARGE, YEN), None)
    one, two = rows(found, "payments")
    assert one.pop("at").isoformat() == "2025-03-01T00:00:00+00:00"
    assert one == {
        "payment_id": "ch_1", "intent_id": "pi_1", "order_ref": "#1001",
        "customer_key": "ana@example.com", "amount": Decimal("80.50"),
        "amount_refunded": Decimal(5), "currency": "eur", "status": "succeeded",
        "is_captured": True, "fee": Decimal("1.45"),
    }  # fmt: skip
    assert (two["amount"], two["customer_key"]) == (Decimal(8050), "cus_1")


def test_a_refund_and_a_dispute_know_their_charge() -> None:
    both = admitted(listed(REFUND, DISPUTE, CHARGE), None)
    refund, dispute = rows(both, "refunds")[0], rows(both, "disputes")[0]
    assert (refund["order_ref"], refund["customer_key"]) == ("#1001", "ana@example.com")
    assert (refund["amount"], refund["status"], refund["actor"]) == (Decimal(5), "failed", "bo")
    assert (dispute["order_ref"], dispute["status"]) == ("#1001", "warning_closed")
    assert dispute["charge_at"].isoformat() == "2025-03-01T00:00:00+00:00"
    alone = admitted(listed(REFUND), None)
    assert "order_ref" not in rows(alone, "refunds")[0]
    assert column(alone, "charge_id", "refunds") == ["ch_1"]


def test_a_subscription_is_an_amount_per_month() -> None:
    found = admitted(listed(PLAN) + "\n" + listed(CUSTOMER), None, redact=True)
    plan = rows(found, "subscriptions")[0]
    assert plan["monthly_amount"] == Decimal(80)  # twice 120.00 every three months
    assert (plan["plan"], plan["reason"], plan["status"]) == (
        "Beans club", "too_expensive", "active",
    )  # fmt: skip
    assert (plan["cancel_requested_at"].day, "ended_at" in plan) == (2, False)
    assert plan["custom"] == {"currency": "eur", "comment": "mail me: [email]"}
    assert column(found, "customer_key", "customers") == [plan["customer_key"]]


def test_items_for_different_spans_are_a_reject() -> None:
    yearly = {**PRICE, "recurring": {"interval": "year", "interval_count": 1}}
    items = {"data": [{"price": PRICE, "quantity": 1}, {"price": yearly, "quantity": 1}]}
    found = admitted(listed(PLAN) + "\n" + listed({**PLAN, "id": "sub_2", "items": items}), None)
    assert [line for line, _ in rejects(found)] == [2]
    assert "different spans: 1 year, 3 month" in rejects(found)[0][1]


def test_has_more_means_there_is_more() -> None:
    with pytest.raises(IntakeError, match="names a next page"):
        admitted(listed(CHARGE, more=True), None)
    both = listed(CHARGE, more=True) + "\n" + listed(YEN) + "\n"
    assert column(admitted(both, None), "payment_id", "payments") == ["ch_1", "ch_2"]


def test_what_feeds_no_table_is_counted() -> None:
    event = {"object": "event", "id": "evt_1", "type": "charge.succeeded"}
    found = admitted(listed(CHARGE, event), None)
    assert (found.outcome.records_in, found.outcome.kept) == (2, 2)
    assert "event: 1 records feed no table" in found.outcome.warnings


def test_an_empty_list_is_told_as_one() -> None:
    with pytest.raises(IntakeError, match="holds no record"):
        admitted(listed(), None)
