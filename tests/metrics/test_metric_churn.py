"""Who left after a contact: recorded losses, and customers who stopped ordering."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, counts
from declared import about
from hand_made import Log

from workbench.metrics.churn import CHURN_90

OVERALL, NOT_CONTACTED, CONTACTED = (
    CHURN_90.variant(key) for key in ("overall", "not_contacted", "contacted")
)


@pytest.fixture
def log() -> Log:
    return Log(until="12-31")


@pytest.mark.parametrize(
    ("left", "is_churned"),
    [
        ("03-03 10:00", False),  # at the same moment: not after
        ("03-03 10:01", True),
        ("06-01 10:00", True),  # exactly 90 days
        ("06-01 10:01", False),
        ("06-02 10:00", False),  # 91 days
        ("03-02", False),
    ],
)
def test_a_recorded_loss_follows_strictly_after_and_within_90_days(
    log: Log, tmp_path: Path, left: str, is_churned: bool
) -> None:
    log.ticket("A", "03-03 10:00", "ann").log.left("ann", left)
    one = asked(log, tmp_path).about("churn_90")
    assert counts(one) == (int(is_churned), 1, 0, 0)


def test_a_loss_dated_to_the_day_does_not_follow_a_ticket_of_that_day(
    log: Log, tmp_path: Path
) -> None:
    log.ticket("dated", "03-03", "ann").log.left("ann", "03-03")
    log.ticket("timed", "03-03 10:00", "bea").log.left("bea", "03-03")
    assert counts(asked(log, tmp_path).about("churn_90")) == (0, 2, 0, 0)


def test_one_loss_follows_each_of_two_contacts_once(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-03", "ann")
    log.ticket("B", "03-05", "ann").log.left("ann", "03-10").left("ann", "03-20")
    log.ticket("C", "03-05", "bea")
    assert counts(asked(log, tmp_path).about("churn_90")) == (2, 3, 0, 0)


def test_who_is_unknown_or_was_written_to_is_no_contact(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-03", "ann").log.left("ann", "03-10")
    log.ticket("nobody", "03-03", None)
    log.ticket("ours", "03-03", "ann", agent_initiated=True)
    log.ticket("spam", "03-03", "ann", is_spam=True)
    assert counts(asked(log, tmp_path).about("churn_90")) == (1, 1, 0, 0)


def test_recorded_losses_of_young_contacts_are_told_apart(tmp_path: Path) -> None:
    log = Log(until="06-10")
    for name in ("old", "older", "oldest"):
        log.ticket(name, "03-12", name)  # exactly 90 days before the data stop
    log.ticket("young", "03-12 00:01", "ann").log.left("ann", "03-20")
    one = asked(log, tmp_path).about("churn_90")
    assert counts(one) == (0, 3, 0, 1)
    assert one.numerator_immature == 1


def test_from_orders_only_a_customer_can_be_lost(log: Log, tmp_path: Path) -> None:
    for who in ("stays", "leaves", "stranger", "lapsed"):
        log.ticket(who, "05-01", who)
    log.order("1", "04-20", "stays").order("2", "07-30", "stays")  # exactly 90 days after
    log.order("3", "01-31", "leaves").order("4", "07-31", "leaves")  # 90 before, 91 after
    log.order("5", "06-01", "stranger")  # first order after the contact: nobody to lose yet
    log.order("6", "01-30", "lapsed")  # last order 91 days before: lost already
    found = asked(log, tmp_path)
    assert found.hits("churn_90", "2025-05") == {"leaves"}
    assert counts(found.about("churn_90", "2025-05")) == (1, 2, 2, 0)


def test_an_order_at_the_moment_of_the_contact_makes_a_customer_not_a_return(
    log: Log, tmp_path: Path
) -> None:
    log.ticket("A", "05-01 10:00", "ann").log.order("1", "05-01 10:00", "ann")
    assert counts(asked(log, tmp_path).about("churn_90", "2025-05")) == (1, 1, 0, 0)


def test_not_having_come_back_yet_is_no_churn(tmp_path: Path) -> None:
    log = Log(until="07-15")
    log.ticket("A", "05-01", "ann").log.order("1", "04-20", "ann")
    one = asked(log, tmp_path).about("churn_90", "2025-05")
    assert one.status == "immature"
    assert counts(one) == (0, 0, 0, 1)
    assert one.numerator_immature == 0


def test_customers_are_counted_once_a_month_whether_or_not_they_write(
    log: Log, tmp_path: Path
) -> None:
    log.order("1", "03-20", "stays").order("2", "03-25", "stays")  # two orders: one customer
    log.order("3", "06-29", "stays")  # exactly 90 days after March
    log.order("4", "01-01 00:01", "leaves").order("5", "06-30 00:01", "leaves")  # one more minute
    log.order("6", "01-01", "lapsed")  # 90 days before April: no longer active
    log.order("7", "03-10", None)
    log.ticket("A", "03-05", "stays").log.ticket("B", "03-06", "stays")
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, OVERALL)) == (1, 2, 0, 0)
    assert counts(about(workspace, NOT_CONTACTED)) == (1, 1, 0, 0)
    assert counts(about(workspace, CONTACTED)) == (0, 1, 0, 0)


def test_recorded_losses_decide_where_there_are_any(log: Log, tmp_path: Path) -> None:
    for name in ("quiet", "lost", "gone", "late"):
        log.order(name, "03-20", name)
    log.left("lost", "04-10").left("lost", "04-20")
    log.left("gone", "03-25")  # lost before the month was over: nobody to lose in April
    log.left("late", "06-30 00:01")
    assert counts(about(log.workspace(tmp_path), OVERALL)) == (1, 3, 0, 0)


def test_months_whose_ninety_days_are_not_over_wait(tmp_path: Path) -> None:
    log = Log(until="06-30").order("1", "03-20", "ann").order("2", "04-02", "bea")
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, OVERALL)) == (1, 1, 0, 0)
    one = about(workspace, OVERALL, "2025-04")
    assert (one.status, *counts(one)) == ("immature", 0, 0, 0, 2)
    assert one.numerator_immature == 0  # not having come back yet is no churn


def test_overall_churn_needs_orders_even_where_losses_are_recorded(tmp_path: Path) -> None:
    log = Log()
    log.ticket("A", "03-05", "ann").log.left("ann", "03-10")
    assert about(log.workspace(tmp_path), OVERALL).why == "needs orders"
