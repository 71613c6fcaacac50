"""Whose turn was it, and within whose hours?"""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Asked, asked
from hand_made import Log


def shop_hours(log: Log, zone: str = "America/New_York", name: str = "shop") -> Log:
    """Monday to Friday, nine to five."""
    for day in ("mon", "tue", "wed", "thu", "fri"):
        log.add("schedules", schedule=name, tz=zone, day=day, shift=1, opens="09:00",
                closes="17:00", source="own")  # fmt: skip
    return log


@pytest.fixture(scope="module")
def one_life(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """2 h new, 3 h open, 4 h pending, 5 h open, solved 6 h, reopened, 1 h open, 2 h hold, solved,
    closed later."""
    log = shop_hours(Log(until="06-30"))
    life = log.ticket("A", "03-03 00:00")
    life.turns("03-03 02:00", "open").turns("03-03 05:00", "pending").turns("03-03 09:00", "open")
    life.solved("03-03 14:00").reopened("03-03 20:00").turns("03-03 21:00", "hold")
    life.solved("03-03 23:00").turns("03-13", "closed")
    return asked(log, tmp_path_factory.mktemp("life"))


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("requester_wait", 2 + 3 + 5 + 1 + 6),  # Zendesk CSV: and solved, since it was reopened
        ("requester_wait:with_hold", 2 + 3 + 5 + 1 + 2),
        ("agent_wait", 4),
        ("on_hold_time", 2),
        ("first_resolution_time", 14),
        ("full_resolution_time", 23),
        # 3 March 2025 is a Monday; New York opens at 14:00 UTC: solved on the minute it opens …
        ("first_resolution_time:business", 0),
        # … and for good eight hours of work later, at 22:00 UTC; the clock reads 23:00.
        ("full_resolution_time:business", 8),
        ("requester_wait:business", 6 + 1),  # solved 14:00-20:00, open 20:00-21:00
        ("on_hold_time:business", 1),
    ],
)
def test_every_hour_is_somebodys_turn(one_life: Asked, name: str, hours: float) -> None:
    assert one_life.about(name).value == hours


def test_a_ticket_that_is_open_again_has_no_full_resolution_but_in_one_definition(
    tmp_path: Path,
) -> None:
    log = Log(until="06-30")
    log.ticket("A", "03-03").solved("03-04").reopened("03-05")
    log.ticket("B", "03-03", "bea").solved("03-05")
    found = asked(log, tmp_path)
    assert found.about("full_resolution_time").denominator == 1
    assert found.about("full_resolution_time:with_reopened").denominator == 2


@pytest.mark.parametrize(
    ("created", "replied", "minutes"),
    [
        ("03-07 21:00", "03-10 14:00", 120),  # Friday 16:00 to Monday 10:00 over the clock change
        ("03-07 21:30", "03-09 20:00", 30),  # the weekend itself counts nothing
        ("10-31 20:30", "11-03 14:30", 60),  # 16:30 in summer time to 9:30 in winter time
        ("07-03 20:00", "07-07 13:30", 90),  # Independence Day is a Friday: 60 and 30
    ],
)
def test_business_hours_know_weekends_clock_changes_and_holidays(
    tmp_path: Path, created: str, replied: str, minutes: float
) -> None:
    log = shop_hours(Log(until="12-31"))
    log.add("holidays", schedule="shop", date="2025-07-04", source="own")
    log.ticket("A", created).reply(replied)
    one = asked(log, tmp_path).about("first_response_time:business", f"2025-{created[:2]}")
    assert one.value == minutes


def test_a_changed_schedule_is_a_choice(tmp_path: Path) -> None:
    """Ten to twelve UTC on the first schedule (closed till 14:00), then two hours on the second."""
    log = shop_hours(shop_hours(Log(until="12-31")), "UTC", "europe")
    for policy in ("first_reply", "resolution"):
        log.add("sla_policies", policy="p", metric=policy, priority="all", tier="all",
                target_min=60, clock="business", schedule="shop", source="own")  # fmt: skip
    ticket = log.ticket("A", "03-03 10:00").changes("03-03 10:00", "schedule", "shop")
    ticket.changes("03-03 12:00", "schedule", "europe").reply("03-03 14:00")
    found = asked(log, tmp_path)
    assert found.about("first_response_time:business").value == 240  # the last one throughout
    assert found.about("first_response_time:business_each_schedule").value == 120


def test_several_schedules_and_no_word_which_are_not_guessed_between(tmp_path: Path) -> None:
    log = shop_hours(shop_hours(Log(until="12-31")), "UTC", "europe")
    log.ticket("A", "03-03 10:00").reply("03-03 14:00")
    one = asked(log, tmp_path).about("first_response_time:business")
    assert one.status == "not_computable"
    assert one.why.startswith("needs to know which of 2 schedules (europe, shop)")


def test_without_schedules_business_hours_say_what_they_need(tmp_path: Path) -> None:
    log = Log(until="12-31")
    log.ticket("A", "03-03 10:00").reply("03-03 14:00").solved("03-03 14:00")
    found = asked(log, tmp_path)
    for name in ("first_response_time:business", "requester_wait:business"):
        assert found.about(name).why == "needs business hours (schedules)"
