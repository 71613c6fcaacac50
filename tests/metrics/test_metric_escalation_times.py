"""Owners against the time agreed with them, on either clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import counts
from declared import about
from escalating import escalate, escalation_log, mapped
from hand_made import Log

from workbench.metrics import escalation_times as times
from workbench.metrics.declaration import Answer, Metric

ACK = times.ESCALATION_ACK_ON_TIME


@pytest.fixture
def log() -> Log:
    return escalation_log()


def asked(log: Log, metric: Metric, tmp_path: Path) -> Answer:
    return about(log.workspace(tmp_path), metric)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"ack_at": "03-10 11:00"}, (1, 1, 0, 0)),
        ({"ack_at": "03-10 11:01"}, (0, 1, 0, 0)),
        ({}, (0, 1, 0, 0)),  # nobody answered, and the time is over
        ({"category": "BUG ", "ack_at": "03-10 09:00"}, (1, 1, 0, 0)),
        ({"category": "vip", "ack_at": "03-10 10:01"}, (0, 0, 1, 0)),  # no rule
    ],
)
def test_an_acknowledgement_in_the_time_agreed(
    log: Log, tmp_path: Path, cells: dict[str, str], expected: tuple[int | None, ...]
) -> None:
    mapped(log)
    escalate(log, "1", **cells)
    assert counts(asked(log, ACK, tmp_path)) == expected


def test_until_the_time_is_over_even_early_answers_wait(tmp_path: Path) -> None:
    log = Log()
    mapped(log)
    escalate(log, "old", "03-10 10:00", ack_at="03-10 10:30")
    escalate(log, "early", "03-10 10:10", ack_at="03-10 10:11")
    escalate(log, "silent", "03-10 10:20")
    escalate(log, "last", "03-10 11:00", category="other")
    one = asked(log, ACK, tmp_path)
    assert counts(one) == (1, 1, 1, 2)
    assert one.numerator_immature == 1


@pytest.mark.parametrize(
    ("tier", "hits", "judged"),
    [(3, 1, 1), (2, 0, 1), (1, 0, 1), (None, 0, 1)],  # tier 3 has 240 minutes, all others 60
)
def test_the_rule_of_the_tier_goes_before_the_one_for_all(
    log: Log, tmp_path: Path, tier: int | None, hits: int, judged: int
) -> None:
    mapped(log, tier="all", ack_min=60)
    mapped(log, tier="3", ack_min=240)
    escalate(log, "1", tier=tier, ack_at="03-10 13:00")
    assert counts(asked(log, ACK, tmp_path)) == (hits, judged, 0, 0)


@pytest.mark.parametrize(("tier", "expected"), [(None, (1, 1, 0, 0)), (2, (None, None, 1, 0))])
def test_a_lone_rule_holds_for_escalations_that_name_no_tier(
    log: Log, tmp_path: Path, tier: int | None, expected: tuple[int | None, ...]
) -> None:
    mapped(log, tier="3", ack_min=240)
    escalate(log, "1", tier=tier, ack_at="03-10 13:00")
    assert counts(asked(log, ACK, tmp_path)) == expected


def test_two_maps_of_one_category_make_no_two_escalations(log: Log, tmp_path: Path) -> None:
    mapped(log, ack_min=60)
    mapped(log, ack_min=30, source="second")
    escalate(log, "1", ack_at="03-10 10:45")
    assert counts(asked(log, ACK, tmp_path)) == (0, 1, 0, 0)  # the stricter holds


def open_on(log: Log, *schedules: str) -> None:
    """Business hours from 9 to 17 UTC, Monday to Friday."""
    for name in schedules:
        for day in ("mon", "tue", "wed", "thu", "fri"):
            log.add("schedules", schedule=name, tz="UTC", day=day, shift=1, opens="09:00",
                    closes="17:00", source="own")  # fmt: skip


def test_business_minutes_stand_still_at_night(log: Log, tmp_path: Path) -> None:
    log.row("A", "01-01")
    open_on(log, "shop")
    mapped(log, ack_min=60, decide_min=480, clock="business")
    # Monday 16:30 to Tuesday 9:30: 60 open minutes; decided on Tuesday at 16:30: 480.
    escalate(log, "1", "03-10 16:30", ack_at="03-11 09:30", decided_at="03-11 16:30")
    escalate(log, "2", "03-10 16:30", ack_at="03-11 09:31", decided_at="03-11 16:31")
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, ACK)) == (1, 2, 0, 0)
    assert counts(about(workspace, times.ESCALATION_DECISION_ON_TIME)) == (1, 2, 0, 0)
    own = about(workspace, times.ESCALATION_DECISION_TIME.variant("own_clock"))
    assert own.value == pytest.approx((8 + 8 + 1 / 60) / 2)


def test_without_a_schedule_business_minutes_are_unknown(log: Log, tmp_path: Path) -> None:
    log.row("A", "01-01")
    open_on(log, "shop", "other")  # and no policy says which
    mapped(log, clock="business")
    escalate(log, "1", ack_at="03-10 10:30")
    one = asked(log, ACK, tmp_path)
    assert one.status == "not_computable"
    assert one.why.startswith("needs times of acknowledgement, and what the ownership map agrees")


def test_a_log_that_never_records_a_step_is_not_late(log: Log, tmp_path: Path) -> None:
    mapped(log)
    escalate(log, "1", source="slack")
    escalate(log, "2", ack_at="03-10 10:30")
    one = asked(log, ACK, tmp_path)
    assert counts(one) == (1, 1, 1, 0)
    assert "not known for slack" in one.why


def test_hours_to_decision_and_to_the_customer(log: Log, tmp_path: Path) -> None:
    escalate(log, "1", decided_at="03-10 12:00", customer_told_at="03-10 13:30")
    escalate(log, "2", decided_at="03-10 14:00")
    escalate(log, "3", decided_at="04-10 10:00")  # counts in April
    escalate(log, "4", decided_at="03-10 09:00")  # before it was handed over
    escalate(log, "5")
    workspace = log.workspace(tmp_path)
    one = about(workspace, times.ESCALATION_DECISION_TIME)
    assert (one.value, *counts(one)) == (3, 2, 2, 2, 0)
    assert about(workspace, times.ESCALATION_DECISION_TIME, "2025-04").value == 31 * 24
    assert about(workspace, times.ESCALATION_RESOLUTION_TIME).value == 3.5


def test_decisions_that_repeat_the_rules(log: Log, tmp_path: Path) -> None:
    escalate(log, "1", outcome="Policy applied")
    escalate(log, "2", outcome="exception to policy granted")
    escalate(log, "3", outcome="as policy")
    escalate(log, "4")
    assert counts(asked(log, times.OVER_ESCALATION, tmp_path)) == (2, 3, 1, 0)


def test_outcomes_that_never_name_the_policy_say_nothing(log: Log, tmp_path: Path) -> None:
    escalate(log, "1", outcome="done")
    one = asked(log, times.OVER_ESCALATION, tmp_path)
    assert one.why == "needs outcomes that tell when only the policy was applied"
