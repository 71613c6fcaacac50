"""Promises: met, broken, running, paused; on whose clock, and for which priority."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from asking import Asked, asked, counts
from hand_made import Log, at

from workbench.metrics.facts.due import promises_due
from workbench.metrics.facts.promises import promise_facts
from workbench.workspace import Workspace


def promise(log: Log, metric: str, minutes: int, priority: str = "all", **cells: object) -> Log:
    told = {"tier": "all", "clock": "calendar", "pause_statuses": [], "policy": "standard", **cells}
    return log.add("sla_policies", metric=metric, priority=priority, target_min=minutes,
                   source="own", **told)  # fmt: skip


def states(workspace: Workspace, metric: str) -> dict[str, str]:
    rows = promise_facts(workspace, metric).to_pandas()
    return dict(zip(rows["ticket_id"], rows["state"], strict=True))


def elapsed(workspace: Workspace, metric: str) -> dict[str, float]:
    rows = promise_facts(workspace, metric).to_pandas()
    return dict(zip(rows["ticket_id"], rows["elapsed_seconds"] / 60, strict=True))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """One hour to the first reply, four to the solve, paused while pending. The data stop at noon
    of 31 March."""
    log = promise(Log(until="03-31 12:00"), "first_reply", 60)
    promise(log, "resolution", 240, pause_statuses=["pending"])
    log.ticket("to the minute", "03-03").reply("03-03 01:00").solved("03-03 04:00")
    log.ticket("late", "03-03").reply("03-03 01:01").solved("03-03 04:01")
    log.ticket("solved unanswered", "03-03").solved("03-03 00:30")
    paused = log.ticket("paused", "03-03").reply("03-03 00:30").turns("03-03 01:00", "pending")
    paused.turns("03-03 11:00", "open").solved("03-03 13:00")
    again = log.ticket("reopened", "03-03").reply("03-03 00:30").solved("03-03 01:00")
    again.reopened("03-13").solved("03-13 02:00")
    log.ticket("young", "03-31 11:30").turns("03-31 11:40", "open")
    log.ticket("overdue", "03-31 06:00").turns("03-31 06:10", "open")
    waiting = log.ticket("waiting", "03-31 06:00").reply("03-31 06:30")
    waiting.turns("03-31 06:30", "pending")
    log.outreach("ours", "03-03").solved("03-03 09:00")
    return asked(log, tmp_path_factory.mktemp("desk"))


def test_a_first_reply_is_met_late_or_still_open(desk: Asked) -> None:
    assert states(desk.workspace, "first_reply") == {
        "to the minute": "met", "late": "breached", "solved unanswered": "met", "paused": "met",
        "reopened": "met", "young": "active", "overdue": "breached", "waiting": "met",
    }  # fmt: skip
    assert counts(desk.about("sla_first_reply")) == (5, 7, 0, 1)
    assert desk.about("sla_overdue:first_reply").value == 1
    assert desk.about("sla_active:first_reply").value == 1


def test_a_resolution_pauses_and_does_not_run_while_it_is_solved(desk: Asked) -> None:
    assert states(desk.workspace, "resolution") == {
        "to the minute": "met", "late": "breached", "solved unanswered": "met", "paused": "met",
        "reopened": "met", "young": "active", "overdue": "breached", "waiting": "pending",
    }  # fmt: skip
    minutes = elapsed(desk.workspace, "resolution")
    assert minutes["paused"] == 180  # thirteen hours less ten of pause
    assert minutes["reopened"] == 180  # one hour, then two; twelve days of being solved are none
    assert minutes["waiting"] == 30
    assert minutes["overdue"] == 360
    assert counts(desk.about("sla_resolution")) == (4, 6, 0, 2)
    assert [desk.about(f"sla_{s}").value for s in ("overdue", "active", "pending")] == [1, 1, 1]


def test_the_priority_a_ticket_had_first_decides_and_the_one_it_has_now_is_a_variant(
    tmp_path: Path,
) -> None:
    log = promise(Log(until="06-30"), "first_reply", 60, "urgent")
    promise(log, "first_reply", 600, "normal")
    raised = log.ticket("raised", "03-03", priority="urgent").changes("03-03", "priority", "normal")
    raised.changes("03-03 05:00", "priority", "urgent").reply("03-03 06:00")
    log.ticket("never changed", "03-03", priority="urgent").reply("03-03 06:00")
    log.ticket("no policy", "03-03", priority="low").reply("03-03 06:00")
    found = asked(log, tmp_path)
    assert states(found.workspace, "first_reply") == {"raised": "met", "never changed": "breached"}
    # The ticket nothing was promised for is left out, and counted as such.
    assert counts(found.about("sla_first_reply")) == (1, 2, 1, 0)
    assert counts(found.about("sla_first_reply:current_priority")) == (0, 2, 1, 0)


def test_the_closest_policy_holds(tmp_path: Path) -> None:
    log = promise(Log(until="06-30"), "first_reply", 60, policy="everyone")
    promise(log, "first_reply", 120, tier="2", policy="tier 2")
    promise(log, "first_reply", 180, "high", policy="high")
    for number, (priority, tier) in enumerate([("low", 1), ("low", 2), ("high", 2)]):
        log.ticket(f"t{number}", "03-03", priority=priority, tier=tier).reply("03-03 02:30")
    found = asked(log, tmp_path)
    rows = promise_facts(found.workspace, "first_reply").to_pandas().set_index("ticket_id")
    assert rows["policy"].to_dict() == {"t0": "everyone", "t1": "tier 2", "t2": "high"}


def test_business_minutes_run_on_the_policys_own_schedule(tmp_path: Path) -> None:
    log = promise(Log(until="06-30"), "resolution", 120, clock="business", schedule="shop",
                  pause_statuses=["pending"])  # fmt: skip
    for day in ("mon", "tue", "wed", "thu", "fri"):
        log.add("schedules", schedule="shop", tz="UTC", day=day, shift=1, opens="09:00",
                closes="17:00", source="own")  # fmt: skip
    # Friday 16:00, pending 16:30 to Monday 10:00, solved Monday 11:00: half an hour and an hour.
    ticket = log.ticket("A", "03-07 16:00").turns("03-07 16:30", "pending")
    ticket.turns("03-10 10:00", "open").solved("03-10 11:00")
    found = asked(log, tmp_path)
    assert elapsed(found.workspace, "resolution") == {"A": 90}
    assert states(found.workspace, "resolution") == {"A": "met"}


def test_an_empty_reply_stops_the_contracts_clock_and_not_the_substantive_one(
    tmp_path: Path,
) -> None:
    """Twenty tickets about four matters get the same words at once, and an answer a day later."""
    log = promise(Log(until="06-30"), "first_reply", 60)
    empty = "Dear {},\n\nwe received your request and will look into it.\n\nYours, Rea"
    for number in range(20):
        ticket = log.ticket(f"t{number}", "03-03", f"c{number}", reason_raw=f"r{number % 4}")
        ticket.reply("03-03 00:10", body=empty.format(f"C{number}"))
        ticket.reply("03-04", body=f"Hello,\n\nparcel {number} of kind {'x' * number} left.\n\nRea")
    answered = log.ticket("answered", "03-03", "c", reason_raw="r1")
    answered.reply("03-03 00:20", body="Hi,\n\nit is in the post.\n\nRea")
    found = asked(log, tmp_path)
    assert counts(found.about("sla_first_reply")) == (21, 21, 0, 0)
    assert counts(found.about("sla_first_reply:substantive")) == (1, 21, 0, 0)
    assert counts(found.about("template_reply_share")) == (20, 21, 0, 0)
    assert found.about("first_response_time").value == 10
    assert found.about("first_response_time:substantive").value == 24 * 60


def test_the_same_words_about_one_matter_are_its_answer(tmp_path: Path) -> None:
    log = Log(until="06-30")
    for number in range(25):
        ticket = log.ticket(f"t{number}", "03-03", f"c{number}", reason_raw="hours")
        ticket.reply("03-03 00:10", body="Hello,\n\nwe are open from nine to five.\n\nRea")
    assert counts(asked(log, tmp_path).about("template_reply_share")) == (0, 25, 0, 0)


def test_without_a_policy_or_its_hours_the_answer_says_what_is_missing(tmp_path: Path) -> None:
    log = promise(Log(until="06-30"), "first_reply", 60, clock="business", schedule="shop")
    log.ticket("A", "03-03").reply("03-03 01:00")
    found = asked(log, tmp_path)
    assert found.about("sla_first_reply").why == "needs the business hours shop (schedules)"
    assert found.about("sla_resolution").why == (
        "needs an SLA policy for resolution (sla_policies)"
    )


def test_what_is_due_is_due_when_the_minutes_have_passed(desk: Asked) -> None:
    due = promises_due(desk.workspace).set_index(["ticket_id", "promise"])["due_at"]
    assert due["young", "first_reply"] == at("03-31 12:30")
    assert due["young", "resolution"] == at("03-31 15:30")
    assert due["paused", "resolution"] == at("03-03 14:00")  # four hours and ten of pause
    assert pd.isna(due["waiting", "resolution"])  # it moves while the clock stands still


def test_a_business_promise_is_due_within_business_hours(tmp_path: Path) -> None:
    log = promise(Log(until="03-10 12:00"), "first_reply", 120, clock="business", schedule="shop")
    for day in ("mon", "tue", "wed", "thu", "fri"):
        log.add("schedules", schedule="shop", tz="UTC", day=day, shift=1, opens="09:00",
                closes="17:00", source="own")  # fmt: skip
    log.ticket("A", "03-07 16:00")
    (due,) = promises_due(asked(log, tmp_path).workspace)["due_at"]
    assert due == at("03-10 10:00")  # one hour on Friday, one on Monday
