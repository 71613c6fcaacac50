"""Two help desks and two shops in one workspace: what looks the same is not always the same."""

from __future__ import annotations

from pathlib import Path

from asking import asked, counts
from hand_made import Log


def test_the_same_number_in_two_help_desks_is_two_people(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.ticket("1", "03-01 09:00", "7").reply("03-01 10:00").solved("03-01 11:00")
    log.ticket("1", "03-03 09:00", "7", source="other").reply("03-03 10:00").solved("03-03 11:00")
    assert counts(asked(log, tmp_path).about("fcr")) == (2, 2, 0, 0)


def test_a_person_known_in_both_is_one(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.ticket("1", "03-01 09:00", "7").reply("03-01 10:00").solved("03-01 11:00")
    log.ticket("1", "03-03 09:00", "8", source="other").reply("03-03 10:00").solved("03-03 11:00")
    for number, source in (("7", "desk"), ("8", "other")):
        log.add("customers", customer_id=number, customer_key="ann", source=source)
    assert counts(asked(log, tmp_path).about("fcr")) == (1, 2, 0, 0)


def test_a_refund_belongs_to_the_shop_whose_customer_was_paid(tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.order("1", "03-01", "ann").order("1", "03-02", "bea", source="shop eu")
    log.refund("1", "03-05", customer_key="bea")
    found = asked(log, tmp_path)
    assert counts(found.about("refund_rate_cohort")) == (1, 2, 0, 0)
    log.refund("1", "03-06")  # nobody's: with two shops it cannot be told whose
    assert counts(asked(log, tmp_path / "again").about("refund_rate_cohort")) == (1, 2, 0, 0)


def test_a_history_that_begins_with_a_reopen_is_no_history(tmp_path: Path) -> None:
    log = Log(until="06-30")
    cut = log.ticket("1", "02-20 09:00", last_solved_at="03-09 12:00")
    cut.is_history_known = False
    cut.solved("02-21 09:00")
    cut.is_history_known = True
    cut.reopened("03-02 09:00").solved("03-03 09:00")
    log.ticket("2", "03-04 09:00").solved("03-05 09:00")
    found = asked(log, tmp_path)
    one = found.about("reopen_rate")
    assert (one.numerator, one.denominator) == (0, 1)
    assert found.about("backlog").value == 0


def five_tickets(**csv: object) -> Log:
    """Two tickets of a help desk with messages and history, three of one that has neither."""
    log = Log(until="06-30")
    for n in ("1", "2"):
        log.ticket(n, "03-01 09:00", n, group_id="ours").reply("03-01 10:00").solved("03-01 11:00")
    for n in ("3", "4", "5"):
        cells = {"closed_at": "03-02 09:00", "group_id": "trial", "source": "csv", **csv}
        log.row(n, "03-01 09:00", n, **cells)
    return log


def test_a_team_whose_export_has_no_history_is_shown_as_unknown(tmp_path: Path) -> None:
    found = asked(five_tickets(), tmp_path)
    for metric in ("fcr", "reopen_rate"):
        by_team = found.split(metric, "team")
        assert counts(by_team["ours"])[1] == 2
        assert (by_team["trial"].status, by_team["trial"].n_excluded) == ("not_computable", 3)
        assert "history" in by_team["trial"].why


def test_a_number_over_two_levels_says_for_which_source_it_does_not_speak(tmp_path: Path) -> None:
    found = asked(five_tickets(), tmp_path)
    fcr = found.about("fcr")
    assert counts(fcr) == (2, 2, 3, 0)
    assert "not known for csv: needs messages and status history" in fcr.why
    assert "not known" not in found.split("fcr", "team")["ours"].why
    assert "not known for csv" in found.split("reopen_rate", "month")["2025-03"].why


def test_a_team_in_both_says_what_of_it_is_not_known(tmp_path: Path) -> None:
    ours = asked(five_tickets(group_id="ours"), tmp_path).split("fcr", "team")["ours"]
    assert counts(ours) == (2, 2, 3, 0)
    assert "not known for csv" in ours.why


def test_the_first_dated_rating_does_not_hide_the_earlier_ones(tmp_path: Path) -> None:
    log = five_tickets()
    log.ticket("6", "05-01 09:00", "6", source="csv")
    log.add("surveys", ticket_id="1", kind="csat", good=True)
    log.add("surveys", ticket_id="6", kind="csat", good=False, answered_at="05-02", source="csv")
    found = asked(log, tmp_path)
    assert counts(found.about("csat")) == (1, 1, 0, 0)
    assert counts(found.about("csat", "2025-05")) == (0, 1, 0, 0)
