"""Refunds two ways, and what is no refund."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, counts
from declared import about
from hand_made import Log

from workbench.metrics.refunds import OUT_OF_POLICY_REFUND_RATE, REFUND_VALUE_RATE
from workbench.metrics.reships import RESHIP_RATE


@pytest.fixture
def log() -> Log:
    log = Log(until="06-30")
    for name in ("1", "2", "3", "4"):
        log.order(name, f"03-0{name}")
    log.order("5", "04-05")
    return log


def numbered(log: Log, order_id: str, name: str, when: str, who: str = "ann") -> None:
    """An order whose name is not its identifier, as shops have them."""
    log.add("orders", order_id=order_id, name=name, created_at=when, customer_key=who,
            total="100", source="shop")  # fmt: skip


def told_from_the_start(log: Log) -> None:
    """A refund that paid nothing, so that the refunds known begin with the month."""
    log.refund("1", "03-01", "7", status="failed")


def test_only_money_that_went_back_counts(log: Log, tmp_path: Path) -> None:
    log.refund("1", "03-05", "10.50").refund("2", "03-06", "4.25", status=None)
    told_from_the_start(log)
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
    told_from_the_start(log)
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
    told_from_the_start(log)
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


@pytest.mark.parametrize("called", ["#1001", "1001", "5600000001"])
def test_a_refund_may_call_its_order_by_name_number_or_identifier(
    tmp_path: Path, called: str
) -> None:
    log = Log(until="06-30")
    numbered(log, "5600000001", "#1001", "03-01")
    numbered(log, "5600000002", "#1002", "03-02")
    log.refund("x", "03-05", order_ref=called)
    assert asked(log, tmp_path).hits("refund_rate_cohort") == {"5600000001"}


def test_a_word_that_means_two_orders_is_the_customers_or_nobodys(tmp_path: Path) -> None:
    log = Log(until="06-30")
    numbered(log, "1", "#2", "03-01", "ann")
    numbered(log, "2", "#3", "03-02", "bea")
    log.refund("2", "03-05", "10", customer_key="bea")  # not ann's #2
    log.refund("2", "03-06", "20")  # nobody knows whose
    found = asked(log, tmp_path)
    assert found.hits("refund_rate_cohort") == {"2"}
    one = about(found.workspace, OUT_OF_POLICY_REFUND_RATE)
    assert counts(one) == (0, 1, 1, 0)


def test_a_refund_is_of_one_order_even_where_a_customer_has_two_of_that_name(
    tmp_path: Path,
) -> None:
    log = Log(until="06-30")
    numbered(log, "1", "#7", "03-01")
    numbered(log, "2", "#7", "03-02")
    numbered(log, "3", "#7", "03-20")  # placed after it was paid back
    log.refund("7", "03-05", "30", customer_key="ann")
    one = about(log.workspace(tmp_path), REFUND_VALUE_RATE)
    assert counts(one) == (30, 3, 0, 0)
    assert one.value == pytest.approx(0.1)


def test_the_refunded_share_of_value_weighs_orders_by_their_total(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.order("1", "03-01", total="100").order("2", "03-02", "bea", total="300")
    log.order("3", "03-03", "cid").order("4", "03-04", "dan", total="0")
    log.order("5", "03-05", "eve", total="50", is_replacement=True)
    log.refund("1", "03-05", "15").refund("1", "03-31", "5")  # day 4 and exactly day 30
    log.refund("1", "03-31 00:01", "40").refund("3", "03-06", "9").refund("2", "03-07", "0")
    one = about(log.workspace(tmp_path), REFUND_VALUE_RATE)
    assert counts(one) == (20, 2, 3, 0)
    assert one.value == pytest.approx(0.05)


def test_the_refunded_share_of_value_needs_one_currency(tmp_path: Path) -> None:
    log = Log(until="06-30").order("1", "03-01", total="100", currency="EUR")
    log.refund("1", "03-05", "15", currency="USD")
    one = about(log.workspace(tmp_path), REFUND_VALUE_RATE)
    assert (one.status, one.value) == ("not_computable", None)
    assert one.why == ("needs order totals, and refunds that name their order, in one currency")


def test_a_refund_that_names_only_its_charge_is_of_the_charges_order(tmp_path: Path) -> None:
    log = Log(until="06-30").order("1", "03-01").order("2", "03-01")
    log.add("payments", payment_id="ch1", order_ref="#1", at="03-01", amount="10", source="pay")
    log.refund(None, "03-05", charge_id="ch1")
    assert asked(log, tmp_path).hits("refund_rate_cohort") == {"1"}


@pytest.mark.parametrize(("paid", "is_late"), [("03-31", False), ("03-31 00:01", True)])
def test_a_refund_is_out_of_policy_after_thirty_days(
    tmp_path: Path, paid: str, is_late: bool
) -> None:
    log = Log(until="06-30").order("1", "03-01")
    log.refund("1", paid, actor="kim").refund("nowhere", "03-09").refund("1", "03-08", "0")
    one = about(log.workspace(tmp_path), OUT_OF_POLICY_REFUND_RATE)
    assert counts(one) == (int(is_late), 1, 1, 0)


def test_replacements_are_a_share_of_all_that_is_sent(tmp_path: Path) -> None:
    log = Log(until="06-30")
    for name, is_new in (("1", False), ("2", False), ("3", False), ("4", True)):
        log.order(name, "03-02", is_replacement=is_new)
    log.order("5", "03-02", is_replacement=True, cancelled_at="03-03").order("6", "03-02")
    one = about(log.workspace(tmp_path), RESHIP_RATE)
    assert (one.value, *counts(one)) == (0.25, 1, 4, 2, 0)


def test_shops_that_mark_no_replacements_say_nothing(tmp_path: Path) -> None:
    one = about(Log().order("1", "03-02").workspace(tmp_path), RESHIP_RATE)
    assert one.why == "needs orders that say whether they are replacements"
