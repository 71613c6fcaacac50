"""Hands a ticket goes through: A, B, A and all that only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Asked, asked, counts
from hand_made import Log


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    log = Log(until="06-30")
    stays = log.ticket("stays", "03-03", "c1").assigned("03-03 01:00", "ann")
    stays.moved("03-03 01:00", "red").reply("03-03 02:00", by="ann").solved("03-03 02:00")
    returns = log.ticket("A-B-A", "03-03", "c2").moved("03-03", "red")
    returns.assigned("03-03 01:00", "ann").assigned("03-03 02:00", "bob")
    returns.moved("03-03 02:00", "blue").assigned("03-03 03:00", "ann").moved("03-03 03:00", "red")
    returns.reply("03-03 04:00", by="ann").note("03-03 04:00", by="bob").solved("03-03 05:00")
    pause = log.ticket("A-nobody-A", "03-03", "c3").assigned("03-03 01:00", "ann")
    pause.assigned("03-03 02:00", None).assigned("03-03 04:00", "ann")
    pause.reply("03-03 05:00", by="ann").reply("03-03 05:30", by="bob").solved("03-03 06:00")
    # Nobody ever held it, and nobody answered.
    log.ticket("nobody", "03-03", "c4").solved("03-03 10:00")
    # An export without history of assignees cannot tell.
    other = log.ticket("elsewhere", "03-03", "c5", source="chat")
    other.reply("03-03 01:00", by="eve").solved("03-03 02:00")
    return asked(log, tmp_path_factory.mktemp("march"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("handoffs", (2, 4, 1, 0)),  # two in A-B-A; a pause without a holder is none
        ("handoffs:stations", (6, 4, 1, 0)),  # 1 + 3 + 2 + 0
        ("handoffs:group", (2, 4, 1, 0)),
        ("handoffs:commenters", (6, 4, 1, 0)),  # 1 + 2 + 2, and 1 elsewhere; nobody is left out
        ("handoffs:seen_by_customer", (1, 4, 1, 0)),  # only A-nobody-A shows two faces
        ("handed_off_share", (1, 4, 1, 0)),
        ("handed_off_share:group", (1, 4, 1, 0)),
        ("ping_pong_rate", (1, 4, 1, 0)),
        ("ping_pong_rate:assignee", (1, 4, 1, 0)),
    ],
)
def test_hands_are_counted_once_each(march: Asked, name: str, expected: tuple) -> None:
    assert counts(march.about(name)) == expected


def test_what_a_source_does_not_tell_is_not_known_instead_of_none(march: Asked) -> None:
    one = march.split("handoffs", "source")["chat"]
    assert (one.status, one.why) == ("not_computable", "needs assignee history (L2)")
    assert "not known for chat" in march.about("handoffs").why


def test_time_with_nobody_ends_with_the_first_solve(march: Asked) -> None:
    rows = march.about("unassigned_time")
    # 60 before ann; 60; 60 and 120 of pause; all ten hours of the ticket nobody held.
    assert (rows.value, rows.denominator, rows.n_excluded) == (120, 4, 1)


def test_a_history_that_begins_with_a_holder_counts_that_holder(tmp_path: Path) -> None:
    log = Log(until="06-30")
    begun = log.ticket("A", "03-03", "c1")
    begun.fields["assignee"] = "ann"  # set before the history begins
    begun.assigned("03-03 01:00", "bob").assigned("03-03 02:00", "ann").solved("03-03 03:00")
    gone = log.ticket("B", "03-03", "c2")
    gone.fields["assignee"] = "ann"
    gone.assigned("03-03 01:00", "bob").solved("03-03 03:00")
    found = asked(log, tmp_path)
    assert counts(found.about("handoffs")) == (3, 2, 0, 0)
    assert counts(found.about("ping_pong_rate:assignee")) == (1, 2, 0, 0)


def test_one_problem_of_one_customer_is_one_issue(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.ticket("1", "03-01", "ann").solved("03-02")
    log.ticket("2", "03-09", "ann").solved("03-10")  # seven days after the solve: the same issue
    log.ticket("3", "03-17 00:01", "ann").solved("03-18")  # one minute too late
    log.ticket("4", "03-01", "bob").solved("03-25")
    log.ticket("5", "03-05", "bob").solved("03-06")  # while the other is open
    log.ticket("6", "03-26", "bob").solved("03-27")
    log.ticket("late", "06-20", "eve").solved("06-25")  # her week is not over
    log.ticket("nobody", "03-01", None).solved("03-02")
    found = asked(log, tmp_path)
    assert counts(found.about("tickets_per_issue")) == (6, 3, 0, 0)
    assert found.about("tickets_per_issue").value == 2
    assert counts(found.about("tickets_per_issue", "2025-06")) == (0, 0, 0, 1)
