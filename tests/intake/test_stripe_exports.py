"""Do Stripe's payments, disputes and subscriptions mean what their columns say?"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from gate_texts import admitted, column, rejects, rows

OLD_PAYMENTS = """id,Description,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,\
Converted Amount Refunded,Fee,Tax,Converted Currency,Mode,Status,Statement Descriptor,Customer ID,\
Customer Description,Customer Email,Captured,Card ID,Disputed Amount,Dispute Status,Dispute Reason,\
Dispute Date (UTC),Dispute Evidence Due (UTC),Invoice ID,Transfer,PaymentIntent ID
ch_1,Order #1001,2025-03-01 10:00,60.00,20.00,usd,60.00,20.00,2.04,0.00,usd,Live,Paid,SHOP,cus_1,,\
Ann@x.co,true,card_1,,,,,,,,pi_1
"""
NEW_PAYMENTS = """id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Converted Amount,\
Converted Amount Refunded,Converted Currency,Decline Reason,Description,Fee,Is Link,Mode,\
Payment Source Type,Refunded date (UTC),Status,Taxes On Fee,Customer Email,Disputed Amount,\
Dispute Status,Order (metadata)
ch_1,2025-03-01 10:00:00,60.00,20.00,usd,true,60.00,20.00,usd,,,2.04,false,Live,card,\
2025-03-04 09:00:00,Paid,0.00,Ann@x.co,60.00,needs_response,#1001
"""


def test_both_generations_of_payments_give_the_same_charge() -> None:
    [old] = rows(admitted(OLD_PAYMENTS, None), "payments")
    [new] = rows(admitted(NEW_PAYMENTS, None), "payments")
    assert old == {
        "payment_id": "ch_1", "intent_id": "pi_1", "order_ref": "#1001",
        "customer_key": "Ann@x.co", "at": datetime(2025, 3, 1, 10, tzinfo=UTC),
        "amount": Decimal("60"), "amount_refunded": Decimal("20"), "currency": "usd",
        "status": "Paid", "is_captured": True, "fee": Decimal("2.04"),
    }  # fmt: skip
    own = {
        "refunded_at": datetime(2025, 3, 4, 9, tzinfo=UTC), "disputed_amount": Decimal("60"),
        "dispute_status": "needs_response",
    }  # fmt: skip
    assert new == {k: v for k, v in old.items() if k != "intent_id"} | own


def test_a_declared_zone_does_not_move_times_that_say_utc() -> None:
    for export in (OLD_PAYMENTS, NEW_PAYMENTS):
        found = admitted(export, None, timezone="Asia/Tokyo")
        assert column(found, "at", "payments") == [datetime(2025, 3, 1, 10, tzinfo=UTC)]


def test_a_german_decimal_comma_is_read_for_what_it_is() -> None:
    export = OLD_PAYMENTS.replace("60.00,20.00,usd,60.00", '"60,50","20,25",usd,60.00', 1)
    [row] = rows(admitted(export, None), "payments")
    assert (row["amount"], row["amount_refunded"]) == (Decimal("60.5"), Decimal("20.25"))


DISPUTES = """id,Description,Dispute Created (UTC),Charge Created (UTC),Dispute Amount,\
Dispute Currency,Charge Amount,Charge Currency,Charge ID,Card Fingerprint,Card Brand,Card Funding,\
Customer Email,Customer ID,Reason,Status,Due By (UTC),Past Due,Has Evidence,Submission Count,\
Is Charge Refundable,Amount Refunded,Win Likelihood,Payment Method Type,Payment Intent
dp_1,Order #1001,2025-04-20 08:15,2025-03-01 10:00,60.00,usd,60.00,usd,ch_1,f,visa,credit,\
Ann@x.co,cus_1,fraudulent,lost,2025-05-01 23:59,false,true,1,false,0.00,,card,pi_1
"""


def test_disputes() -> None:
    found = admitted(DISPUTES, None)
    assert rows(found, "disputes") == [{
        "dispute_id": "dp_1", "charge_id": "ch_1", "order_ref": "#1001",
        "customer_key": "Ann@x.co", "created_at": datetime(2025, 4, 20, 8, 15, tzinfo=UTC),
        "charge_at": datetime(2025, 3, 1, 10, tzinfo=UTC), "amount": Decimal("60"),
        "currency": "usd", "reason": "fraudulent", "status": "lost",
    }]  # fmt: skip


SUBSCRIPTIONS = """id,Customer ID,Customer Description,Customer Email,Plan,Quantity,Currency,\
Interval,Amount,Status,Cancellation Reason,Created (UTC),Start (UTC),Current Period Start (UTC),\
Current Period End (UTC),Trial Start (UTC),Trial End (UTC),Canceled At (UTC),Ended At (UTC)
"""
LINE = "sub_{n},cus_{n},,ann@x.co,Tea,1,usd,{every},{amount},{status},,2025-01-01 09:00,{start},,,,,{asked},{ended}\n"  # noqa: E501


def subscriptions(*lines: dict[str, str]) -> str:
    plain = {"every": "month", "amount": "24.00", "status": "active", "start": "2025-01-02 09:00",
             "asked": "", "ended": ""}  # fmt: skip
    return SUBSCRIPTIONS + "".join(LINE.format(n=n, **(plain | x)) for n, x in enumerate(lines, 1))


@pytest.mark.parametrize(
    ("every", "monthly"),
    [
        ("month", "24.0000"), ("year", "2.0000"), ("3 months", "8.0000"), ("week", "104.3571"),
        ("2 weeks", "52.1786"), ("Day", "730.5000"),
    ],
)  # fmt: skip
def test_amounts_are_per_month(every: str, monthly: str) -> None:
    found = admitted(subscriptions({"every": every}), None)
    assert column(found, "monthly_amount", "subscriptions") == [Decimal(monthly)]


def test_an_unknown_interval_rejects_its_record() -> None:
    found = admitted(subscriptions({"every": "fortnight"}, {}), None)
    assert rejects(found) == [
        (2, "monthly_amount: '24.00' is not a number per day, week, month or year")
    ]


def test_asking_to_stop_is_not_the_end() -> None:
    found = admitted(
        subscriptions({"asked": "2025-03-01 10:00"},
                      {"asked": "2025-03-01 10:00", "ended": "2025-04-02 09:00"}), None,
    )  # fmt: skip
    asked, ended = rows(found, "subscriptions")
    assert "ended_at" not in asked
    assert asked["cancel_requested_at"] == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert ended["ended_at"] == datetime(2025, 4, 2, 9, tzinfo=UTC)
    assert ended["started_at"] == datetime(2025, 1, 2, 9, tzinfo=UTC)
