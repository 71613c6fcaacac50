"""What came in and what lies open, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, counts
from hand_made import Log

from workbench.errors import UsageError


@pytest.fixture
def log() -> Log:
    return Log(until="06-30")


def test_only_counted_inbound_tickets_came_in(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-01 00:00")
    log.ticket("B", "03-31 23:59")
    log.ticket("next month", "04-01 00:00")
    log.ticket("spam", "03-05", is_spam=True)
    log.ticket("merged", "03-05", merged_into="A")
    log.ticket("deleted", "03-05").turns("03-06", "deleted")
    log.ticket("ours", "03-05", agent_initiated=True)
    one = asked(log, tmp_path).about("tickets_created")
    assert one.value == 2
    assert counts(one) == (2, 2, 4, 0)


def test_a_quiet_month_within_the_data_is_a_true_zero(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-01")
    log.ticket("B", "05-01")
    one = asked(log, tmp_path).about("tickets_created", "2025-04")
    assert (one.value, one.status) == (0, "ok")


def test_contact_rate_is_per_hundred_orders(log: Log, tmp_path: Path) -> None:
    for i in range(3):
        log.ticket(f"t{i}", "03-05")
    for i in range(40):
        log.order(str(i), "03-05 12:00")
    log.order("cancelled", "03-10", cancelled_at="03-11")
    log.order("free", "03-10", is_replacement=True)
    one = asked(log, tmp_path).about("contact_rate")
    assert one.value == pytest.approx(7.5)
    assert counts(one) == (3, 40, 0, 0)
    assert one.low is not None
    assert one.high is not None
    assert one.low < 7.5 < one.high


def test_contacts_without_orders_have_no_rate(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-05")
    log.ticket("B", "04-05").log.order("1", "03-10")
    one = asked(log, tmp_path).about("contact_rate", "2025-04")
    assert one.value is None
    assert counts(one) == (1, 0, 0, 0)


def test_backlog_follows_the_history_over_month_ends(log: Log, tmp_path: Path) -> None:
    back = log.ticket("back", "02-10").solved("02-20").reopened("03-30")
    back.solved("04-02").turns("04-12", "closed")
    log.ticket("open", "03-05")
    log.ticket("late", "03-31 23:00").solved("04-01 00:00")
    log.ticket("done", "03-05").solved("03-06").turns("03-16", "closed")
    log.ticket("spam", "03-05", is_spam=True)
    log.ticket("ours", "03-20", agent_initiated=True)
    found = asked(log, tmp_path)
    assert found.about("backlog", "2025-02").value == 0
    assert found.about("backlog", "2025-03").value == 4  # back, open, late, ours
    assert found.about("backlog", "2025-04").value == 2  # open, ours
    assert found.about("backlog", "2025-02..2025-04").value == 2  # at its end


def test_without_history_a_ticket_is_open_to_its_last_solve(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.row("A", "03-05", closed_at="04-05").row("B", "03-05", last_solved_at="03-06")
    log.row("C", "03-05", status="open")
    found = asked(log, tmp_path)
    assert found.about("backlog", "2025-03").value == 2
    assert found.about("backlog", "2025-04").value == 1


def test_groups_and_the_unnamed_add_up_to_the_whole(log: Log, tmp_path: Path) -> None:
    log.add("teams", group_id="g1", team="In-house")
    log.ticket("A", "03-05", group_id="g1", channel="email")
    log.ticket("B", "03-05", group_id="g2", channel="chat")
    log.ticket("C", "03-05", channel="email")
    found = asked(log, tmp_path)
    split = found.split("tickets_created", "team")
    assert {name: one.value for name, one in split.items()} == {
        "In-house": 1, "g2": 1, "not recorded": 1,
    }  # fmt: skip
    channels = found.split("tickets_created", "channel")
    assert {name: one.value for name, one in channels.items()} == {"email": 2, "chat": 1}


def test_a_split_the_data_cannot_make_is_refused_in_words(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-05").log.order("1", "03-01").refund("1", "03-02")
    found = asked(log, tmp_path)
    (one,) = found.split("refund_amount", "team").values()
    assert (one.status, one.why) == ("not_computable", "needs a team for what it counts")
    with pytest.raises(UsageError, match="cannot split by 'colour'.*team"):
        found.split("tickets_created", "colour")


def test_by_month_gives_one_answer_each(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "02-05")
    log.ticket("B", "03-05")
    log.ticket("C", "03-06")
    split = asked(log, tmp_path).split("tickets_created", "month", "2025-02..2025-04")
    assert [(m, one.value) for m, one in split.items()] == [
        ("2025-02", 1), ("2025-03", 2), ("2025-04", 0),
    ]  # fmt: skip


def test_a_month_cut_by_the_data_says_so(tmp_path: Path) -> None:
    log = Log(until="03-20")
    log.ticket("A", "03-05")
    one = asked(log, tmp_path).about("tickets_created")
    assert one.why == "the data begin on 2025-03-05; the data stop on 2025-03-20"


def test_a_ticket_that_is_done_without_a_time_of_it_is_not_open(tmp_path: Path) -> None:
    log = Log()
    log.row("undated", "03-05", status="solved")
    log.row("dated", "03-06", status="solved", last_solved_at="03-07")
    log.row("open", "03-08", status="open")
    one = asked(log, tmp_path).about("backlog")
    assert (one.value, one.n_excluded) == (1, 1)


def test_a_backlog_of_undated_tickets_only_is_not_computable(tmp_path: Path) -> None:
    log = Log().row("a", "03-05", status="closed").row("b", "03-06", status="solved")
    one = asked(log, tmp_path).about("backlog")
    assert one.status == "not_computable"
    assert "times at which tickets were solved" in one.why


def test_both_sides_of_a_rate_cover_the_same_days(log: Log, tmp_path: Path) -> None:
    """Orders begin on the tenth: what came before has nothing to be compared with."""
    log.ticket("before", "03-09")
    log.ticket("same day", "03-10 00:30").log.order("1", "03-10 08:00").order("2", "03-11")
    assert counts(asked(log, tmp_path).about("contact_rate")) == (1, 2, 0, 0)
