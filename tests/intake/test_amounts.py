"""Is an amount worth what its currency, its span and its count make of it?"""

from __future__ import annotations

from decimal import Decimal

import pytest
from gate_texts import admitted, column, mapped, rejects, rows, values_of

from workbench.errors import IntakeError, UsageError

API = """id,object,amount,amount_refunded,captured,created,currency,description,paid,\
payment_intent,receipt_email,refunded,status
ch_1,charge,{amount},{refunded},true,{created},{currency},Order #1001,true,\
pi_1,ann@x.co,false,succeeded
"""


def charge(**given: str) -> str:
    plain = {"amount": "6050", "refunded": "1005", "created": "1740823200", "currency": "usd"}
    return API.format(**(plain | given))


@pytest.mark.parametrize(
    ("currency", "amount", "refunded"),
    [
        ("usd", "60.5", "10.05"), ("EUR", "60.5", "10.05"), ("jpy", "6050", "1005"),
        ("KRW", "6050", "1005"), ("kwd", "6.05", "1.005"), ("isk", "60.5", "10.05"),
    ],
)  # fmt: skip
def test_the_smallest_unit_is_that_of_the_currency(
    currency: str, amount: str, refunded: str
) -> None:
    [row] = rows(admitted(charge(currency=currency), None), "payments")
    assert (row["amount"], row["amount_refunded"]) == (Decimal(amount), Decimal(refunded))
    assert (row["currency"], row["order_ref"], row["intent_id"]) == (currency, "#1001", "pi_1")


@pytest.mark.parametrize("currency", ["", "dollars"])
def test_without_a_currency_an_amount_in_cents_is_not_read(currency: str) -> None:
    export = charge() + charge(currency=currency).splitlines()[1].replace("ch_1", "ch_2") + "\n"
    told = "amount: '6050' is not a number in the smallest unit of a currency"
    assert rejects(admitted(export, None)) == [(3, told)]


def test_the_api_and_the_dashboard_agree_on_the_moment() -> None:
    epoch, iso = charge(), charge(created="2025-03-01 10:00:00")
    assert column(admitted(epoch, None), "at", "payments") == column(
        admitted(iso, None, timezone="Asia/Tokyo"), "at", "payments"
    )


def test_cents_of_large_amounts_stay_exact() -> None:
    found = admitted(charge(amount="98765432101234"), None)
    assert column(found, "amount", "payments") == [Decimal("987654321012.34")]


MINE = """
source: mine
table: refunds
columns:
  refund_id: id
  at: at
  amount: {from: cents, minor_units: true}
"""


def test_cents_without_a_column_for_the_currency_are_hundredths() -> None:
    found = admitted("id,at,cents\n1,2025-03-01,1999\n", MINE)
    assert column(found, "amount", "refunds") == [Decimal("19.99")]


def test_a_column_of_another_name_tells_the_currency() -> None:
    mapping = MINE.replace("true", "custom.coin") + "  custom.coin: coin\n"
    found = admitted("id,at,cents,coin\n1,2025-03-01,1999,JPY\n", mapping)
    assert column(found, "amount", "refunds") == [Decimal("1999")]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("minor_units: custom.coin", "columns.amount.minor_units: 'custom.coin' is not mapped"),
        ("times: pieces", "columns.amount.times: 'pieces' is not mapped"),
    ],
)
def test_what_a_rule_names_must_be_mapped(rule: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        mapped(MINE.replace("minor_units: true", rule))
    assert told in caught.value.what


def test_what_goes_beyond() -> None:
    rule = "{from: x, beyond: 1}"
    assert values_of(["3", "1", "0", ""], rule, "n_reassignments") == [2, 0, 0, None]


PLANS = """
source: s
table: subscriptions
columns:
  subscription_id: id
  started_at: at
  monthly_amount: {from: price, times: custom.pieces, per: [count, span]}
  custom.pieces: {from: pieces, type: integer}
"""


def test_a_count_and_a_span_stand_in_two_columns() -> None:
    export = (
        "id,at,price,pieces,count,span\n1,2025-03-01,10.00,2,2,Month\n2,2025-03-01,10,1,,year\n"
    )
    found = admitted(export, PLANS)
    assert column(found, "monthly_amount", "subscriptions") == [Decimal("10"), Decimal("0.8333")]
    with pytest.raises(IntakeError, match="lacks the column 'count'"):
        admitted("id,at,price,pieces,span\n1,2025-03-01,10.00,2,Month\n", PLANS)
