"""Charges that the bank takes back, and inquiries that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import counts
from declared import about
from hand_made import Log

from workbench.metrics.disputes import DISPUTE_LOSS, DISPUTE_RATE

_BY_MONTH = DISPUTE_RATE.variant("dispute_month")


def charge(log: Log, name: str, when: str, **cells: Any) -> None:
    told = {"amount": "20", "is_captured": True, "status": "Paid", "source": "pay", **cells}
    log.add("payments", payment_id=name, at=when, **told)


def dispute(log: Log, name: str, charge_id: str | None, when: str, **cells: Any) -> None:
    told = {"status": "lost", "amount": "20", "currency": "usd", "source": "pay", **cells}
    log.add("disputes", dispute_id=name, charge_id=charge_id, created_at=when, **told)


@pytest.fixture
def log() -> Log:
    """Two charges of March, known until the year's end."""
    log = Log()
    charge(log, "a", "03-01")
    charge(log, "b", "03-02")
    charge(log, "last", "12-30")
    dispute(log, "first", None, "01-01")
    dispute(log, "latest", None, "12-30")
    return log


@pytest.mark.parametrize(("opened", "hits"), [("05-30", 1), ("05-30 00:01", 0)])
def test_a_charge_is_disputed_within_ninety_days(
    log: Log, tmp_path: Path, opened: str, hits: int
) -> None:
    dispute(log, "d", "a", opened)
    dispute(log, "far", "last", "12-30")
    assert counts(about(log.workspace(tmp_path), DISPUTE_RATE)) == (hits, 2, 0, 0)


def test_inquiries_and_second_disputes_add_nothing(log: Log, tmp_path: Path) -> None:
    dispute(log, "d1", "a", "03-05")
    dispute(log, "d2", "a", "03-06")
    dispute(log, "i", "b", "03-07", status="warning_closed")
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, DISPUTE_RATE)) == (1, 2, 0, 0)
    assert counts(about(workspace, _BY_MONTH)) == (2, 2, 0, 0)


def test_charges_that_moved_no_money_are_no_charges(log: Log, tmp_path: Path) -> None:
    charge(log, "failed", "03-03", status="Failed")
    charge(log, "held", "03-03", is_captured=False)
    charge(log, "free", "03-03", amount="0")
    charge(log, "unsaid", "03-03", is_captured=None, status=None)
    dispute(log, "d", "a", "03-05")
    assert counts(about(log.workspace(tmp_path), DISPUTE_RATE)) == (1, 3, 0, 0)


def test_a_dispute_belongs_to_its_own_month_or_to_its_charges(log: Log, tmp_path: Path) -> None:
    dispute(log, "d", "a", "04-02")
    workspace = log.workspace(tmp_path)
    assert about(workspace, DISPUTE_RATE).numerator == 1
    assert about(workspace, DISPUTE_RATE, "2025-04").denominator == 0
    assert about(workspace, _BY_MONTH).numerator == 0
    assert about(workspace, _BY_MONTH, "2025-04").numerator == 1


def test_young_charges_wait(tmp_path: Path) -> None:
    log = Log()
    charge(log, "old", "03-01")
    charge(log, "young", "03-01 00:01")
    dispute(log, "d", "young", "03-01 10:00")
    charge(log, "last", "05-30")
    dispute(log, "latest", None, "05-30")
    one = about(log.workspace(tmp_path), DISPUTE_RATE)
    assert counts(one) == (0, 1, 0, 1)
    assert one.numerator_immature == 1


def test_a_charge_of_two_providers_is_not_disputed_twice(log: Log, tmp_path: Path) -> None:
    charge(log, "a", "03-04", source="other")
    charge(log, "z", "12-30", source="other")
    dispute(log, "d", "a", "03-05")  # of the provider that reports it
    dispute(log, "d2", "a", "03-05", source="bank")  # nobody can say of which
    assert counts(about(log.workspace(tmp_path), DISPUTE_RATE)) == (1, 3, 0, 0)


def test_disputes_that_name_no_charge_tell_nothing(log: Log, tmp_path: Path) -> None:
    one = about(log.workspace(tmp_path), DISPUTE_RATE)
    assert (one.status, one.why) == ("not_computable", "needs disputes that name their charge")


def test_only_lost_disputes_cost_money(log: Log, tmp_path: Path) -> None:
    dispute(log, "lost", "a", "03-05", amount="12.50")
    dispute(log, "won", "b", "03-05", amount="99", status="won")
    dispute(log, "inquiry", "b", "03-05", amount="99", status="warning_closed")
    dispute(log, "open", "b", "03-05", amount="99", status="under_review")
    one = about(log.workspace(tmp_path), DISPUTE_LOSS)
    assert (one.value, *counts(one)) == (12.5, 12.5, 2, 1, 0)


def test_losses_of_young_disputes_wait(log: Log, tmp_path: Path) -> None:
    dispute(log, "lost", "a", "11-05", amount="12.50")
    one = about(log.workspace(tmp_path), DISPUTE_LOSS, "2025-11")
    assert (one.status, one.value) == ("immature", None)


def test_losses_in_two_currencies_are_not_added(log: Log, tmp_path: Path) -> None:
    dispute(log, "lost", "a", "03-05", currency="eur")
    one = about(log.workspace(tmp_path), DISPUTE_LOSS)
    assert one.why == "needs amounts of disputes, in one currency"


def test_without_disputes_nothing_is_said(tmp_path: Path) -> None:
    log = Log()
    charge(log, "a", "03-01")
    assert about(log.workspace(tmp_path), DISPUTE_RATE).why == "needs disputes"
