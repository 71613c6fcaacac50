"""One log with the cases on which tools disagree, and the answer each definition gives to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Asked, asked, counts
from hand_made import Log

from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.metrics.answers import answers
from workbench.metrics.registry import METRICS
from workbench.metrics.sensitivity import sensitivity, verdict


def first_contacts(log: Log) -> None:
    """Ten tickets of March, each of another customer unless said otherwise."""
    log.ticket("one reply", "03-03", "c1").reply("03-03 01:00", by="x").solved("03-03 01:00")
    two = log.ticket("two people", "03-03", "c2").reply("03-03 01:00", by="x")
    two.reply("03-03 02:00", by="y").solved("03-03 03:00")
    log.ticket("no reply", "03-03", "c3").solved("03-03 05:00")
    # A rule in an agent's name, then a person: one reply to us, two comments to dbt.
    bot = log.ticket("bot first", "03-03", "c4").auto("03-03 00:01").bot("03-03 00:02")
    bot.reply("03-03 01:00", by="x").solved("03-03 02:00")
    back = log.ticket("came back", "03-03", "c5").reply("03-03 01:00", by="x")
    back.solved("03-03 02:00").asks("03-05").reopened("03-05").reply("03-05 01:00", by="x")
    back.solved("03-05 02:00")
    thanks = log.ticket("thanks", "03-03", "c6").reply("03-03 01:00", by="x").solved("03-03 02:00")
    thanks.asks("03-04").reopened("03-04").solved("03-04 01:00")
    open_again = log.ticket("open again", "03-03", "c7").reply("03-03 01:00", by="x")
    open_again.solved("03-03 02:00").asks("03-05").reopened("03-05")
    log.ticket("again", "03-03", "c8", reason_raw="parcel").reply("03-03 01:00", by="x").solved(
        "03-03 02:00"
    )
    log.ticket("other matter", "03-08", "c8", reason_raw="invoice").reply(
        "03-08 00:10", by="x"
    ).solved("03-08 00:10")
    log.outreach("ours", "03-03", "c9").asks("03-03 02:00").reply("03-03 03:00", by="x").solved(
        "03-03 04:00"
    )
    # None of these counts at all.
    log.ticket("spam", "03-03", "s1", is_spam=True).reply("03-03 01:00").solved("03-03 02:00")
    log.ticket("merged", "03-03", "s2", merged_into="again").solved("03-03 02:00")


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    log = Log(until="06-30")
    first_contacts(log)
    return asked(log, tmp_path_factory.mktemp("march"))


# numerator, n, left out, too young
FIRST_CONTACT = {
    # one reply, bot first, other matter; not: two people, came back, thanks, open again, again.
    "fcr": (3, 8, 2, 0),
    "fcr:3d": (4, 8, 2, 0),  # the other matter came after five days
    "fcr:30d": (3, 8, 2, 0),
    "fcr:same_reason": (2, 2, 8, 0),  # only the two tickets with a reason, and they differ
    "fcr:stayed_solved": (4, 8, 2, 0),  # the two people's ticket stays solved
    "fcr:never_reopened": (7, 9, 1, 0),  # open again is not solved: left out
    "fcr:zendesk_below_two": (7, 9, 0, 0),  # no reply and ours too; not two people, came back
    "fcr:one_teammate": (5, 10, 0, 0),
    "fcr:within_15_min": (1, 10, 0, 0),  # the other matter, after ten minutes
    "one_touch": (6, 8, 1, 0),
    "one_touch:zendesk_below_two": (7, 9, 0, 0),
    "one_touch:dbt": (4, 9, 0, 0),  # bot first has two comments, ours has two, no reply has none
}
REOPENED = {
    "reopen_rate": (3, 10, 0, 0),
    "reopen_rate:7d": (3, 10, 0, 0),
    "reopen_rate:in_earnest": (2, 10, 0, 0),  # nobody had to answer the thanks
    "reopen_rate:per_solved": (3, 10, 0, 0),
    "reopen_rate:per_created": (3, 10, 0, 0),
    "reopen_rate:second_solve": (2, 10, 0, 0),  # open again was solved once
    "reopen_rate:events_per_solve": (3, 10, 0, 0),
    "reopen_rate:events_per_ticket": (3, 10, 0, 0),
    "thanks_reopen_share": (1, 3, 0, 0),
    "repeat_rate": (1, 9, 1, 0),
    "repeat_rate:same_reason": (0, 2, 8, 0),
}


@pytest.mark.parametrize(("name", "expected"), [*FIRST_CONTACT.items(), *REOPENED.items()])
def test_each_definition_gives_its_own_answer(march: Asked, name: str, expected: tuple) -> None:
    assert counts(march.about(name)) == expected


def test_events_per_solve_are_over_all_solves(march: Asked) -> None:
    # Ten first solves, and the two tickets that were solved a second time.
    assert march.about("reopen_rate:events_per_solve").value == pytest.approx(3 / 12)
    assert march.about("reopen_rate:events_per_ticket").value == pytest.approx(3 / 10)


def test_an_agents_own_opening_message_is_told_without_a_flag(march: Asked) -> None:
    assert march.about("tickets_created").numerator == 9  # ten that count, less our own
    # Our outreach was answered by the agent's next public message, three hours after it began.
    assert march.about("first_response_time:with_agent_started").denominator == 9
    assert march.about("first_response_time").denominator == 8


def test_a_rule_in_an_agents_name_shortens_the_first_response_only_where_it_counts(
    march: Asked,
) -> None:
    ours = march.about("first_response_time:mean").value
    with_rules = march.about("first_response_time:any_reply").value
    assert ours == pytest.approx((7 * 60 + 10) / 8)
    assert with_rules == 60  # the median; bot first took one minute


def test_messages_in_a_row_are_one_turn(tmp_path: Path) -> None:
    log = Log(until="06-30")
    ticket = log.ticket("A", "03-03").asks("03-03 00:30").reply("03-03 01:00")
    ticket.asks("03-03 02:00").asks("03-03 02:20").note("03-03 02:30").auto("03-03 02:31")
    ticket.reply("03-03 03:00").asks("03-03 04:00")
    found = asked(log, tmp_path)
    one = found.about("next_response_time")
    assert (one.value, one.denominator, one.n_excluded) == (60, 1, 1)  # the last turn is unanswered


def test_the_sensitivity_of_a_number_lists_ours_first_and_tells_the_span(march: Asked) -> None:
    found = sensitivity(march.workspace, METRICS["fcr"], Period.parse("2025-03"))
    assert [line.key for line in found.lines][:2] == ["default", "3d"]
    assert len(found.lines) == 1 + len(METRICS["fcr"].variants)
    assert "between 10.0 % (within_15_min) and" in found.finding()
    assert {line.verdict for line in found.lines} <= {"met", "missed", "unclear", ""}


def test_a_verdict_needs_the_whole_interval(march: Asked) -> None:
    reopen = METRICS["reopen_rate"]  # at most 8 %
    assert verdict(reopen, march.about("reopen_rate")) == "missed"  # 3 of 10: 10.8 to 60.3 %
    assert verdict(METRICS["fcr"], march.about("fcr:zendesk_below_two")) == "unclear"


def test_every_variant_says_whose_it_is_and_differs_from_the_default() -> None:
    for metric in METRICS.values():
        keys = [one.key for one in metric.variants]
        assert len(keys) == len(set(keys)), metric.name
        for one in metric.variants:
            assert one.says.endswith("."), (metric.name, one.key)
            assert one.whose, (metric.name, one.key)
            assert one.changes, (metric.name, one.key)
            assert metric.variant(one.key).name == f"{metric.name}:{one.key}"


def test_a_ticket_dated_after_its_solve_is_neither_its_own_repeat_nor_a_negative_time(
    tmp_path: Path,
) -> None:
    log = Log(until="06-30")
    log.ticket("skewed", "03-06 10:00", "ann").reply("03-05 09:00").solved("03-05 08:00")
    log.ticket("sound", "03-06", "bob").reply("03-06 01:00").solved("03-06 02:00")
    found = asked(log, tmp_path)
    assert counts(found.about("repeat_rate")) == (0, 1, 1, 0)
    for name in ("first_resolution_time", "full_resolution_time", "first_response_time"):
        one = found.about(name)
        assert (one.denominator, one.n_excluded) == (1, 1), name
        assert one.value > 0


def test_a_value_nobody_has_is_named_instead_of_counted_as_nothing(march: Asked) -> None:
    march_, fcr = Period.parse("2025-03"), METRICS["fcr"]
    with pytest.raises(UsageError, match="nothing has source 'dsk'") as caught:
        answers(march.workspace, fcr, march_, where={"source": "dsk"})
    assert "desk" in str(caught.value)
