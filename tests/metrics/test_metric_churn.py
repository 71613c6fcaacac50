"""Who left after a contact: recorded losses, and customers who stopped ordering."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, counts
from hand_made import Log


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
