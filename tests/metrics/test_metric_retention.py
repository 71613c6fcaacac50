"""Who is paid back or orders again after a contact, and which subscriptions end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import counts
from declared import about
from hand_made import Log

from workbench.metrics.after_contact import REFUND_AFTER_TICKET, REPURCHASE_90
from workbench.metrics.subscriptions import SUBSCRIPTION_CHURN

_BY_REQUEST = SUBSCRIPTION_CHURN.variant("by_cancel_request")


def subscribed(log: Log, name: str, since: str, **cells: Any) -> None:
    log.add("subscriptions", subscription_id=name, started_at=since, source="pay", **cells)


@pytest.mark.parametrize(
    ("ordered", "hits"),
    [("03-03 10:00", 0), ("03-03 10:01", 1), ("06-01 10:00", 1), ("06-01 10:01", 0)],
)
def test_an_order_follows_strictly_after_and_within_ninety_days(
    tmp_path: Path, ordered: str, hits: int
) -> None:
    log = Log().order("1", "01-01").order("2", ordered)
    log.ticket("A", "03-03 10:00")
    assert counts(about(log.workspace(tmp_path), REPURCHASE_90)) == (hits, 1, 0, 0)


def test_only_who_had_ordered_can_order_again(tmp_path: Path) -> None:
    log = Log().order("1", "01-01", "ann").order("2", "03-10", "ann").order("3", "03-11", "ann")
    log.order("4", "03-10", "new")
    log.order("5", "01-01", "bea").order("6", "03-10", "bea", cancelled_at="03-11")
    log.order("7", "03-10", "bea", is_replacement=True)
    for who in ("ann", "new", "bea"):
        log.ticket(who, "03-05", who)
    log.ticket("again", "03-06", "ann")
    assert counts(about(log.workspace(tmp_path), REPURCHASE_90)) == (2, 3, 1, 0)


def test_young_contacts_wait(tmp_path: Path) -> None:
    log = Log(until="06-01").order("1", "01-01").order("2", "03-10")
    log.ticket("old", "03-03").log.ticket("young", "03-03 00:01")
    assert counts(about(log.workspace(tmp_path), REPURCHASE_90)) == (1, 1, 0, 1)


def test_customers_no_shop_knows_are_said_to_be_missing(tmp_path: Path) -> None:
    log = Log().order("1", "01-01", "c_1")
    log.ticket("A", "03-03", "7")
    one = about(log.workspace(tmp_path), REPURCHASE_90)
    assert one.why.startswith("needs customers who can be linked to orders")


@pytest.fixture
def log() -> Log:
    """Six subscriptions that ran when March began, known until July."""
    log = Log()
    subscribed(log, "runs", "01-15")
    subscribed(log, "ends", "01-15", ended_at="03-31 23:59", cancel_requested_at="02-10")
    subscribed(log, "first", "01-15", ended_at="03-01", cancel_requested_at="03-01")
    subscribed(log, "april", "01-15", ended_at="04-01", cancel_requested_at="03-20")
    subscribed(log, "asked", "01-15", cancel_requested_at="03-20")
    subscribed(log, "eve", "02-28 23:59")
    subscribed(log, "over", "01-15", ended_at="02-28")
    subscribed(log, "begins", "03-01", ended_at="03-10")
    subscribed(log, "last", "07-01")
    return log


def test_a_subscription_ends_when_it_ends(log: Log, tmp_path: Path) -> None:
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, SUBSCRIPTION_CHURN)) == (2, 6, 0, 0)
    assert counts(about(workspace, SUBSCRIPTION_CHURN, "2025-04")) == (1, 4, 0, 0)


def test_a_request_to_cancel_counts_in_its_own_month(log: Log, tmp_path: Path) -> None:
    assert counts(about(log.workspace(tmp_path), _BY_REQUEST)) == (3, 5, 0, 0)


def test_a_month_that_is_not_over_waits(log: Log, tmp_path: Path) -> None:
    one = about(log.workspace(tmp_path), SUBSCRIPTION_CHURN, "2025-07")
    assert (one.value, one.denominator) == (None, 0)


def test_subscriptions_over_several_months_count_in_each(log: Log, tmp_path: Path) -> None:
    one = about(log.workspace(tmp_path), SUBSCRIPTION_CHURN, "2025-03..2025-04")
    assert counts(one) == (3, 10, 0, 0)


@pytest.mark.parametrize(
    ("paid", "in_30", "in_14"),
    [
        ("03-03 10:00", 0, 0),  # at the same moment: not after
        ("03-03 10:01", 1, 1),
        ("03-17 10:01", 1, 0),
        ("04-02 10:00", 1, 0),
        ("04-02 10:01", 0, 0),
    ],
)
def test_a_refund_follows_a_contact_within_the_window(
    tmp_path: Path, paid: str, in_30: int, in_14: int
) -> None:
    log = Log().refund("x", "01-01", status="failed", customer_key="bea")
    log.ticket("A", "03-03 10:00", "ann").log.refund("x", paid, customer_key="ann")
    log.refund("x", "08-01", customer_key="ann")
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, REFUND_AFTER_TICKET)) == (in_30, 1, 0, 0)
    assert counts(about(workspace, REFUND_AFTER_TICKET.variant("14d"))) == (in_14, 1, 0, 0)


def test_two_refunds_after_one_contact_are_one_and_strangers_are_left_out(tmp_path: Path) -> None:
    log = Log(until="06-30").order("1", "01-01", "ann").order("2", "01-01", "bea")
    log.refund("1", "02-01", status="failed")
    log.ticket("A", "03-03", "ann", order_ref="#1")
    log.ticket("B", "03-03", "bea", order_ref="2")
    log.ticket("C", "03-03", "stranger")
    log.ticket("ours", "03-03", "ann", agent_initiated=True)
    log.refund("1", "03-05").refund("1", "03-06")  # the buyer of order 1 is ann
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, REFUND_AFTER_TICKET)) == (1, 2, 1, 0)
    assert counts(about(workspace, REFUND_AFTER_TICKET.variant("by_order"))) == (1, 2, 1, 0)


def test_contacts_of_the_last_days_wait_for_their_refunds(tmp_path: Path) -> None:
    log = Log(until="04-02").order("1", "01-01").refund("1", "02-01", status="failed")
    log.ticket("old", "03-03").log.ticket("young", "03-03 00:01").log.refund("1", "03-05")
    one = about(log.workspace(tmp_path), REFUND_AFTER_TICKET)
    assert counts(one) == (1, 1, 0, 1)
    assert one.numerator_immature == 1
