"""Waiting times, in minutes and hours anyone can subtract."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, counts
from hand_made import Log


@pytest.fixture
def log() -> Log:
    return Log(until="06-30")


def test_first_response_is_the_first_public_reply_of_a_person(log: Log, tmp_path: Path) -> None:
    first = log.ticket("A", "03-03 10:00", "ann").auto("03-03 10:01").note("03-03 10:05")
    first.reply("03-03 10:30").reply("03-03 10:31")
    log.ticket("B", "03-03 10:00", "bea").asks("03-03 10:20").reply("03-03 11:00")
    log.ticket("C", "03-03 10:00", "cat").reply("03-03 13:00")
    log.ticket("unanswered", "03-03 10:00", "dan").note("03-03 10:05").auto("03-03 10:06")
    ours = log.ticket("ours", "03-03 10:00", "eve", agent_initiated=True)
    ours.reply("03-03 10:01")
    one = asked(log, tmp_path).about("first_response_time")
    assert one.value == 60  # of 30, 60 and 180
    assert counts(one) == (3, 3, 1, 0)  # an agent's own ticket is no wait at all
    assert (one.low, one.high) == (None, None)


def test_an_opening_message_of_the_agent_is_no_reply(log: Log, tmp_path: Path) -> None:
    ticket = log.ticket("A", "03-03 10:00").reply("03-03 10:00")
    ticket.reply("03-03 10:45")
    assert asked(log, tmp_path).about("first_response_time").value == 45


def test_without_messages_the_reported_time_stands(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.row("told", "03-03 10:00", reported_first_reply=20.0)
    log.row("dated", "03-03 10:00", first_reply_at="03-03 10:40")
    log.row("untold", "03-03 10:00")
    one = asked(log, tmp_path).about("first_response_time")
    assert one.value == 30
    assert counts(one) == (2, 2, 1, 0)


def test_a_month_without_replies_does_not_say_the_export_lacks_them(
    log: Log, tmp_path: Path
) -> None:
    log.ticket("answered", "03-03 10:00").reply("03-03 10:40")
    log.ticket("waiting", "04-03 10:00")
    one = asked(log, tmp_path).about("first_response_time", "2025-04")
    assert (one.status, one.value) == ("small_n", None)
    assert counts(one) == (0, 0, 1, 0)


def test_resolution_runs_to_the_last_solve_of_what_is_solved(log: Log, tmp_path: Path) -> None:
    log.ticket("plain", "03-03 00:00").solved("03-03 06:00").turns("03-07", "closed")
    again = log.ticket("again", "03-03 00:00").solved("03-03 06:00")
    again.reopened("03-03 08:00").solved("03-03 20:00")
    log.ticket("open", "03-03 00:00").solved("03-03 01:00").reopened("03-03 02:00")
    log.ticket("ours", "03-03 00:00", agent_initiated=True).solved("03-03 01:00")
    one = asked(log, tmp_path).about("full_resolution_time")
    assert one.value == 13  # the middle of 6 and 20 hours; closing later changes nothing
    assert counts(one) == (2, 2, 1, 0)


def test_resolution_belongs_to_the_month_of_the_last_solve(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "02-28 00:00").solved("02-28 12:00").reopened("03-01").solved("03-02")
    found = asked(log, tmp_path)
    assert found.about("full_resolution_time", "2025-02").denominator == 0
    assert found.about("full_resolution_time", "2025-03").value == 48


def test_satisfaction_is_good_over_answered(log: Log, tmp_path: Path) -> None:
    for name, good in {"A": True, "B": True, "C": False, "D": None, "spam": False}.items():
        log.ticket(name, "03-03", name, is_spam=name == "spam")
        log.add("surveys", ticket_id=name, kind="csat", good=good)
    log.ticket("not asked", "03-03", "eve")
    log.add("surveys", ticket_id="A", kind="nps", good=False)
    one = asked(log, tmp_path).about("csat")
    assert one.value == pytest.approx(2 / 3)
    assert counts(one) == (2, 3, 1, 0)
