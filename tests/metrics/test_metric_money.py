"""Refunds two ways, and what is no refund."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, counts
from hand_made import Log


@pytest.fixture
def log() -> Log:
    log = Log(until="06-30")
    for name in ("1", "2", "3", "4"):
        log.order(name, f"03-0{name}")
    log.order("5", "04-05")
    return log


def test_only_money_that_went_back_counts(log: Log, tmp_path: Path) -> None:
    log.refund("1", "03-05", "10.50").refund("2", "03-06", "4.25", status=None)
    log.refund("3", "03-07", "99", status="failed").refund("3", "03-07", "99", status="Canceled")
    log.refund("4", "03-08", "0")
    log.refund(None, "03-09", "5")  # belongs to no order, and was paid all the same
    found = asked(log, tmp_path)
    one = found.about("refund_amount")
    assert one.value == 19.75
    assert counts(one) == (19.75, 3, 0, 0)
    assert counts(found.about("refund_rate_cash")) == (3, 4, 0, 0)
    assert found.hits("refund_rate_cohort") == {"1", "2"}


def test_cash_goes_by_the_refunds_month_and_cohort_by_the_orders(log: Log, tmp_path: Path) -> None:
    log.refund("4", "03-05", "10").refund("1", "03-30", "10").refund("2", "04-01 00:00", "10")
    found = asked(log, tmp_path)
    assert counts(found.about("refund_rate_cash", "2025-03")) == (2, 4, 0, 0)
    assert counts(found.about("refund_rate_cash", "2025-04")) == (1, 1, 0, 0)
    assert found.about("refund_rate_cash", "2025-04").value == 1
    assert counts(found.about("refund_rate_cohort", "2025-03")) == (3, 4, 0, 0)
    assert counts(found.about("refund_rate_cohort", "2025-04")) == (0, 1, 0, 0)


@pytest.mark.parametrize(("when", "is_hit"), [("04-01 00:00", True), ("04-01 00:01", False)])
def test_the_cohort_window_is_thirty_days(
    log: Log, tmp_path: Path, when: str, is_hit: bool
) -> None:
    log.refund("2", when)
    assert ("2" in asked(log, tmp_path).hits("refund_rate_cohort")) == is_hit


def test_two_refunds_of_one_order_are_two_payments_and_one_refunded_order(
    log: Log, tmp_path: Path
) -> None:
    log.refund("1", "03-05").refund("1", "03-06")
    found = asked(log, tmp_path)
    assert found.about("refund_rate_cash").numerator == 2
    assert found.about("refund_rate_cohort").numerator == 1


def test_cancelled_and_free_orders_are_no_orders(log: Log, tmp_path: Path) -> None:
    log.order("6", "03-06", cancelled_at="03-07").order("7", "03-07", is_replacement=True)
    log.refund("6", "03-07").refund("1", "03-08")
    found = asked(log, tmp_path)
    assert counts(found.about("refund_rate_cohort")) == (1, 4, 2, 0)
    assert counts(found.about("refund_rate_cash")) == (2, 4, 0, 0)  # the money left, as is said


def test_young_orders_wait(tmp_path: Path) -> None:
    log = Log(until="04-02")
    log.order("1", "03-01").order("2", "03-03").order("3", "03-03 00:01")
    log.refund("3", "03-05").refund("1", "03-02")
    one = asked(log, tmp_path).about("refund_rate_cohort")
    assert counts(one) == (1, 2, 0, 1)
    assert one.numerator_immature == 1


def test_refunds_that_name_no_order_say_nothing_about_orders(log: Log, tmp_path: Path) -> None:
    log.refund(None, "03-05").refund(None, "03-06")
    found = asked(log, tmp_path)
    one = found.about("refund_rate_cohort")
    assert (one.status, one.why) == ("not_computable", "needs refunds that name their order")
    assert found.about("refund_rate_cash").numerator == 2


def test_orders_from_before_the_refunds_known_are_left_out_not_kept(
    log: Log, tmp_path: Path
) -> None:
    log.refund("5", "04-06")
    found = asked(log, tmp_path)
    one = found.about("refund_rate_cohort", "2025-03")
    assert one.value is None  # not 0 %: nobody knows what was refunded in March
    assert counts(one) == (0, 0, 4, 0)
    assert one.why == "the data begin on 2025-04-06"
    assert counts(found.about("refund_rate_cohort", "2025-04")) == (1, 1, 0, 0)


def test_two_currencies_are_not_added(log: Log, tmp_path: Path) -> None:
    log.refund("1", "03-05", currency="USD").refund("2", "03-05", currency="EUR")
    found = asked(log, tmp_path)
    one = found.about("refund_amount")
    assert (one.status, one.value) == ("not_computable", None)
    assert one.why == "needs one currency; refunds are in EUR, USD"
    assert found.about("refund_rate_cash").numerator == 2  # counting them is still right


def test_one_currency_is_one_however_it_is_written(log: Log, tmp_path: Path) -> None:
    log.refund("1", "03-05", currency="usd").refund("2", "03-05", currency="USD")
    assert asked(log, tmp_path).about("refund_amount").value == 20


def test_no_refund_in_a_month_within_the_data_is_zero(log: Log, tmp_path: Path) -> None:
    log.refund("1", "03-05").refund("5", "05-05")
    one = asked(log, tmp_path).about("refund_amount", "2025-04")
    assert (one.value, one.denominator) == (0, 0)
