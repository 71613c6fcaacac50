"""Solved, reopened, repeated: five tickets at a time, added up by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import asked, counts
from hand_made import Log

from workbench.metrics.registry import metric_named


@pytest.fixture
def log() -> Log:
    return Log(until="06-30")


def test_first_contact_resolution_of_five(log: Log, tmp_path: Path) -> None:
    log.ticket("good", "03-03", "ann").reply("03-03 01:00").solved("03-03 01:00")
    log.ticket("two", "03-03", "bea").reply("03-03 01:00").reply("03-03 02:00").solved("03-04")
    log.ticket("back", "03-03", "cat").reply("03-03 01:00").solved("03-04").reopened("03-05")
    log.ticket("again", "03-03", "dan").reply("03-03 01:00").solved("03-04")
    log.ticket("next", "03-10", "dan").reply("03-10 01:00").solved("03-11")
    found = asked(log, tmp_path)
    one = found.about("fcr")
    assert found.hits("fcr") == {"good", "next"}
    assert counts(one) == (2, 5, 0, 0)
    assert one.value == 0.4
    assert one.status == "small_n"
    assert "n is 5, fewer than 30" in one.why


@pytest.mark.parametrize(
    ("next_contact", "is_resolved"),
    [("03-11 12:00", False), ("03-11 12:01", True), ("03-04 12:00", True)],
)
def test_a_repeat_counts_to_the_end_of_the_seventh_day(
    log: Log, tmp_path: Path, next_contact: str, is_resolved: bool
) -> None:
    log.ticket("first", "03-04").reply("03-04 11:00").solved("03-04 12:00")
    log.ticket("second", next_contact).reply("03-12").solved("03-12")
    assert ("first" in asked(log, tmp_path).hits("fcr")) == is_resolved


@pytest.mark.parametrize(("back", "is_resolved"), [("03-11 12:00", False), ("03-11 12:01", True)])
def test_a_reopening_counts_to_the_end_of_the_seventh_day(
    log: Log, tmp_path: Path, back: str, is_resolved: bool
) -> None:
    log.ticket("A", "03-04").reply("03-04 11:00").solved("03-04 12:00").reopened(back)
    assert ("A" in asked(log, tmp_path).hits("fcr")) == is_resolved


def test_another_customer_or_no_counted_ticket_is_no_repeat(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-04", "ann").reply("03-04 11:00").solved("03-04 12:00")
    log.ticket("other", "03-05", "bob").reply("03-05 01:00").solved("03-05 02:00")
    log.ticket("spam", "03-06", "ann", is_spam=True)
    log.ticket("merged", "03-06", "ann", merged_into="A")
    log.ticket("ours", "03-06", "ann", agent_initiated=True)
    log.ticket("gone", "03-06", "ann").turns("03-07", "deleted")
    found = asked(log, tmp_path)
    assert found.hits("fcr") == {"A", "other"}
    assert counts(found.about("fcr")) == (2, 2, 0, 0)


def test_one_person_in_two_sources_repeats(log: Log, tmp_path: Path) -> None:
    for source in ("desk", "chat"):
        log.add("customers", customer_id=f"{source}-ann", customer_key="ann", source=source)
    log.ticket("A", "03-04", "desk-ann").reply("03-04 11:00").solved("03-04 12:00")
    second = log.ticket("B", "03-06", "chat-ann", source="chat")
    second.reply("03-06 01:00").solved("03-06 02:00")
    found = asked(log, tmp_path)
    assert found.hits("fcr") == {"B"}
    assert counts(found.about("fcr")) == (1, 2, 0, 0)


def test_notes_and_rules_are_no_replies(log: Log, tmp_path: Path) -> None:
    noted = log.ticket("noted", "03-03", "ann").note("03-03 01:00")
    noted.reply("03-03 02:00").note("03-03 03:00").solved("03-03 04:00")
    log.ticket("greeted", "03-03", "bea").auto("03-03 00:01").reply("03-03 02:00").solved("03-04")
    log.ticket("ruled", "03-03", "cat").auto("03-03 00:01").solved("03-04")
    log.ticket("silent", "03-03", "dan").note("03-03 01:00").solved("03-04")
    found = asked(log, tmp_path)
    assert found.hits("fcr") == {"noted", "greeted"}
    assert counts(found.about("fcr")) == (2, 2, 2, 0)  # closed without a reply: left out


def test_left_out_of_first_contacts_is_what_cannot_be_one(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-03", "ann").reply("03-03 01:00").solved("03-03 02:00")
    ours = log.ticket("ours", "03-03", "bea", agent_initiated=True)
    ours.reply("03-03 01:00").solved("03-03 02:00")
    log.ticket("nobody", "03-03", None).reply("03-03 01:00").solved("03-03 02:00")
    log.row("csv", "03-03", "cat", n_reopens=0, closed_at="03-04", source="csv")
    found = asked(log, tmp_path)
    assert counts(found.about("fcr")) == (1, 1, 3, 0)
    by_source = found.split("fcr", "source")
    assert counts(by_source["desk"]) == (1, 1, 2, 0)
    assert counts(by_source["csv"]) == (None, None, 1, 0)
    assert by_source["csv"].status == "not_computable"
    assert by_source["csv"].value is None


def test_a_window_closes_exactly_where_the_data_stop(tmp_path: Path) -> None:
    log = Log(until="03-20 12:00")
    log.ticket("closed", "03-10", "ann").reply("03-13 11:00").solved("03-13 12:00")
    log.ticket("open", "03-10", "bea").reply("03-13 11:00").solved("03-13 12:01")
    found = asked(log, tmp_path)
    one = found.about("fcr")
    assert found.hits("fcr") == {"closed"}
    assert counts(one) == (1, 1, 0, 1)
    assert one.value == 1
    assert "1 younger than 7 days left out" in one.why


def test_a_month_is_blank_while_less_than_half_of_it_can_be_judged(tmp_path: Path) -> None:
    log = Log(until="03-20")
    log.ticket("old", "03-01", "ann").reply("03-01 01:00").solved("03-02")
    for name in ("new", "newer"):
        log.ticket(name, "03-15", name).reply("03-15 01:00").solved("03-16")
    one = asked(log, tmp_path).about("fcr")
    assert one.status == "immature"
    assert one.value is None
    assert (one.low, one.high) == (None, None)
    assert counts(one) == (1, 1, 0, 2)
    assert one.why == "2 of 3 are younger than 7 days where the data stop (2025-03-20)"


def test_hits_among_the_too_young_are_told_apart(tmp_path: Path) -> None:
    log = Log(until="03-20")
    for name in ("old", "older"):
        log.ticket(name, "03-01", name).reply("03-01 01:00").solved("03-02")
    log.ticket("new", "03-15", "new").reply("03-15 01:00").solved("03-16").reopened("03-17")
    one = asked(log, tmp_path).about("reopen_rate")
    assert one.status == "ok" or "n is 2" in one.why
    assert counts(one) == (0, 2, 0, 1)
    assert one.numerator_immature == 1


def test_each_source_is_known_to_its_own_end(log: Log, tmp_path: Path) -> None:
    log.ticket("known", "03-01", "ann").reply("03-01 01:00").solved("03-01 02:00")
    early = {"source": "early", "updated_at": "03-05"}
    unknown = log.ticket("unknown", "03-01", "bea", **early)
    unknown.reply("03-01 01:00").solved("03-01 02:00")
    workspace = log.workspace(tmp_path)
    events = workspace.state.tables["events"].sources
    assert events["early"][:10] == "2025-06-30"  # the log's mark; its tickets stop on 5 March
    found = asked(log, tmp_path)
    assert counts(found.about("fcr")) == (1, 1, 0, 1)
    assert counts(found.about("reopen_rate")) == (0, 1, 0, 1)


def test_reopened_twice_counts_once(log: Log, tmp_path: Path) -> None:
    twice = log.ticket("twice", "03-03").reply("03-03 01:00").solved("03-03 02:00")
    twice.reopened("03-04").solved("03-05").reopened("03-06").solved("03-07")
    log.ticket("once", "03-03").solved("03-04").reopened("03-05").solved("03-06")
    log.ticket("never", "03-03").solved("03-04").turns("03-08", "closed")
    found = asked(log, tmp_path)
    assert found.hits("reopen_rate") == {"twice", "once"}
    assert counts(found.about("reopen_rate")) == (2, 3, 0, 0)


@pytest.mark.parametrize(
    ("back", "counts_as_reopened"), [("03-18 02:00", True), ("03-18 02:01", False)]
)
def test_the_reopen_window_is_fourteen_days(
    log: Log, tmp_path: Path, back: str, counts_as_reopened: bool
) -> None:
    log.ticket("A", "03-03").solved("03-04 02:00").reopened(back)
    assert ("A" in asked(log, tmp_path).hits("reopen_rate")) == counts_as_reopened


def test_a_thank_you_reopening_counts_and_is_said_to(log: Log, tmp_path: Path) -> None:
    thanked = log.ticket("A", "03-03").reply("03-03 01:00").solved("03-03 02:00")
    thanked.asks("03-03 05:00").reopened("03-03 05:00").solved("03-03 06:00")
    assert asked(log, tmp_path).hits("reopen_rate") == {"A"}
    assert "thank you" in metric_named("reopen_rate").definition


def test_closed_without_solve_is_a_solve(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-03").reply("03-03 01:00").turns("03-04", "closed")
    log.ticket("still", "03-03").reply("03-03 01:00").turns("03-04", "pending")
    found = asked(log, tmp_path)
    assert found.hits("fcr") == {"A"}
    assert counts(found.about("fcr")) == (1, 1, 0, 0)
    assert counts(found.about("reopen_rate")) == (0, 1, 0, 0)


def test_a_ticket_belongs_to_the_month_of_its_first_solve(log: Log, tmp_path: Path) -> None:
    crossing = log.ticket("A", "02-27").reply("02-27 01:00").solved("02-28 23:59")
    crossing.reopened("03-01").solved("03-02")
    found = asked(log, tmp_path)
    assert counts(found.about("reopen_rate", "2025-02")) == (1, 1, 0, 0)
    assert counts(found.about("reopen_rate", "2025-03")) == (0, 0, 0, 0)


def test_the_same_number_in_two_sources_is_two_tickets(log: Log, tmp_path: Path) -> None:
    log.ticket("1", "03-03", "ann").reply("03-03 01:00").solved("03-03 02:00")
    other = log.ticket("1", "03-03", "bob", source="chat")
    other.reply("03-03 01:00").reply("03-03 02:00").solved("03-04").reopened("03-05")
    found = asked(log, tmp_path)
    assert counts(found.about("fcr")) == (1, 2, 0, 0)
    assert found.split("fcr", "source")["chat"].value == 0
    assert found.split("reopen_rate", "source")["desk"].value == 0
    assert found.split("reopen_rate", "source")["chat"].value == 1


def test_what_the_export_counts_itself(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.row("A", "03-01", n_reopens=2, n_reassignments=0, sla_met=True)
    log.row("B", "03-02", n_reopens=0, n_reassignments=2, sla_met=False)
    log.row("C", "03-03", n_reopens=None, n_reassignments=3, sla_met=None)
    log.row("merged", "03-04", n_reopens=1, n_reassignments=1, sla_met=True, merged_into="A")
    found = asked(log, tmp_path)
    assert counts(found.about("reopened_recorded")) == (1, 2, 1, 0)
    assert counts(found.about("reassigned_recorded")) == (2, 3, 0, 0)
    assert counts(found.about("sla_met_recorded")) == (1, 2, 1, 0)


def test_back_to_the_first_holder_is_two_changes_of_one_ticket(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.row("A-B-A", "03-01", n_reassignments=2).row("A", "03-01", n_reassignments=0)
    one = asked(log, tmp_path).about("reassigned_recorded")
    assert counts(one) == (1, 2, 0, 0)  # the share of tickets, not of changes
    assert one.value == 0.5


def test_a_snapshot_says_what_it_lacks(tmp_path: Path) -> None:
    log = Log(until="06-30").row("A", "03-01").row("B", "03-02", sla_met=True)
    found = asked(log, tmp_path)
    why = {
        "fcr": "needs messages (L1) and status history (L2)",
        "reopen_rate": "needs status history (L2)",
        "csat": "needs customer ratings",
        "contact_rate": "needs orders",
        "refund_rate_cash": "needs orders and refunds with their dates",
        "refund_rate_cohort": "needs orders and refunds with their dates",
        "refund_amount": "needs refunds with their dates",
        "churn_90": "needs recorded churn or orders",
        "first_response_time": "needs messages (L1) or a reported first reply time",
        "reopened_recorded": "needs a reopen counter in the export",
        "reassigned_recorded": "needs a reassignment counter in the export",
    }
    for metric, words in why.items():
        one = found.about(metric)
        assert (one.status, one.why, one.value) == ("not_computable", words, None), metric
    assert found.about("sla_met_recorded").numerator == 1


def test_a_month_before_or_after_the_data_is_blank_not_zero(log: Log, tmp_path: Path) -> None:
    log.ticket("A", "03-03").reply("03-03 01:00").solved("03-03 02:00")
    found = asked(log, tmp_path)
    for metric in ("fcr", "tickets_created", "backlog", "first_response_time"):
        before = found.about(metric, "2025-02")
        assert (before.value, before.denominator) == (None, 0), metric
        assert "the data begin on 2025-03-03" in before.why
        after = found.about(metric, "2025-07")
        assert (after.value, after.status) == (None, "immature"), metric
        assert after.why == "the data stop on 2025-06-30"
