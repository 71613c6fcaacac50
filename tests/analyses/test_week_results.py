"""A week against the weeks before it, added up by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from driver_labels import by_name
from hand_made import Log

from workbench.analyses.friction import friction
from workbench.analyses.maturity import latest_judged
from workbench.analyses.week_escalations import week_escalations
from workbench.analyses.week_figures import week_figure, week_figures
from workbench.analyses.week_volume import FEWER, MORE, USUAL, week_volume
from workbench.definitions.periods import Period
from workbench.metrics.intervals import share
from workbench.metrics.registry import METRICS

W10, W11, W12 = (Period.week(f"2025-W{n}") for n in (10, 11, 12))  # from 3, 10 and 17 March


def weekly(log: Log, week: Period, n: int, *, name: str = "late", solved: bool = True) -> None:
    """So many tickets in a week, of customers who never write twice, each solved in an hour."""
    for number in range(n):
        begun = week.start + timedelta(days=2 * number % 7, hours=9, minutes=number)
        ticket = log.ticket(
            f"{name}-{week}-{number}", f"{begun:%Y-%m-%d %H:%M}", f"{name}{week}{number}"
        )
        ticket.reply(f"{begun + timedelta(minutes=30):%Y-%m-%d %H:%M}")
        if solved:
            ticket.solved(f"{begun + timedelta(hours=1):%Y-%m-%d %H:%M}")


@pytest.mark.parametrize(("n", "verdict"), [(20, USUAL), (40, MORE), (3, FEWER)])
def test_volume_is_held_against_the_weeks_before_together(
    tmp_path: Path, n: int, verdict: str
) -> None:
    log = Log(until="03-24")
    for part, count in zip(W12.shifted(-1).last(4).parts, (18, 22, 20, 20), strict=True):
        weekly(log, part, count)
    weekly(log, W12, n)
    found = week_volume(log.workspace(tmp_path), W12, weeks=4)
    assert (found.created, found.weeks, found.usual, found.verdict) == (n, 4, 20, verdict)
    # Four counts that lie closer together than counts do: the Poisson scatter, t of 3 degrees.
    assert found.high == pytest.approx(20 + 3.1824 * 20**0.5 * 1.25**0.5, abs=0.01)
    assert found.finding().startswith(f"{n} tickets came in, {verdict}: the 4 weeks before had 20")
    assert "0 tickets were open at its end, as many as at its start" in found.finding()


def test_three_weeks_do_not_show_what_is_usual(tmp_path: Path) -> None:
    log = Log(until="03-24")
    for part in W12.last(4).parts:
        weekly(log, part, 5)
    found = week_volume(log.workspace(tmp_path), W12)
    assert (found.usual, found.low, found.verdict) == (None, None, "")
    assert "fewer than 4 whole weeks" in found.finding()
    assert any("3 whole weeks before" in caveat for caveat in found.caveats)


def test_a_week_the_data_cut_is_not_called_quiet(tmp_path: Path) -> None:
    log = Log(until="03-18 12:00")
    for part in W12.shifted(-1).last(8).parts:
        weekly(log, part, 20)
    log.row("late-last", "03-17")
    found = week_volume(log.workspace(tmp_path), W12)
    assert (found.is_covered, found.verdict) == (False, "")
    assert "the data stop on 2025-03-18" in found.finding()


def test_a_young_week_is_blank_and_the_latest_judged_one_is_named(tmp_path: Path) -> None:
    log = Log(until="03-24")  # seven days after the solves of week 11, not of week 12
    for part in W12.last(3).parts:
        weekly(log, part, 5)
    log.ticket("late-again", "03-05 09:00", "late2025-W100").solved("03-05 10:00")
    workspace = log.workspace(tmp_path)
    repeat = METRICS["repeat_rate"]
    line = week_figure(workspace, repeat, W12, weeks=2, history=3)
    assert (line.this.value, line.this.status) == (None, "immature")
    assert line.is_late
    assert line.judged == W11 == latest_judged(workspace, repeat, W12)
    assert (line.told.value, line.told.denominator) == (0.0, 5)
    assert line.before is not None
    # Week 9 is not there: of the weeks before week 11 only week 10 has anything, 1 of 6 came back.
    assert (line.before.numerator, line.before.denominator) == (1, 6)
    assert line.history[-1] is None
    assert line.note == "this week can be judged from 31 March 2025"


def test_totals_before_are_told_per_week_and_stocks_as_a_mean(tmp_path: Path) -> None:
    log = Log(until="03-24")
    for part, n in zip(W12.last(5).parts, (3, 4, 5, 6, 7), strict=True):
        weekly(log, part, n, solved=part == W12)
    found = week_figures(log.workspace(tmp_path), W12, weeks=4, history=5)
    created, backlog = found.line("tickets_created"), found.line("backlog")
    assert created is not None and backlog is not None  # noqa: PT018
    assert created.before is not None and backlog.before is not None  # noqa: PT018
    assert (created.this.value, created.before.value, created.weeks) == (7, 4.5, 4)
    assert (backlog.this.value, backlog.before.value) == (18, (3 + 7 + 12 + 18) / 4)
    assert created.history == (3, 4, 5, 6, 7)
    frame = found.frame.set_index("metric")
    assert frame.loc["Tickets created", "value_before"] == 4.5
    assert "Refund rate, by cash date" in dict(found.not_computable)


def test_friction_counts_who_came_back_per_driver_and_week(tmp_path: Path) -> None:
    log = Log(until="04-30")
    for part in W12.last(4).parts:
        weekly(log, part, 20, name="calm")
        weekly(log, part, 10, name="sore")
        for number in range(8):  # the same people again on the next day
            again = part.start + timedelta(days=2 * number % 7 + 1, hours=10)
            log.ticket(
                f"calm-more-{part}-{number}", f"{again:%Y-%m-%d %H:%M}", f"sore{part}{number}"
            )
    found = friction(log.workspace(tmp_path), W12, labelled=by_name(log), weeks=4)
    rows = found.frame.set_index(["sign", "driver"])
    sore = rows.loc[("repeat", "sore")]
    assert (sore["n"], sore["hits"], sore["share"]) == (40, 32, 0.8)
    assert (sore["low"], sore["high"]) == pytest.approx(share(32, 40))
    assert (sore["others"], sore["weeks_seen"], sore["run"]) == (0.0, 4, 4)
    assert sore["is_recurring"]
    assert not rows.loc[("repeat", "calm"), "is_recurring"]
    assert list(found.recurring["driver"]) == ["sore"]
    assert found.finding().startswith("“sore”: 80.0 % (")
    assert "again within 7 days, others 0.0 %; seen in 4 of 4 weeks" in found.finding()
    assert found.finding().endswith(", 4 in a row up to week 12.")
    of_sore = found.weekly[(found.weekly["sign"] == "repeat") & (found.weekly["driver"] == "sore")]
    assert list(of_sore["hits"]) == [8, 8, 8, 8]


def test_one_bad_week_is_not_recurring(tmp_path: Path) -> None:
    log = Log(until="04-30")
    for part in W12.last(4).parts:
        weekly(log, part, 30, name="calm")
    weekly(log, W11, 30, name="sore")
    for number in range(25):
        log.ticket(f"calm-more-{number}", "03-17 12:00", f"sore{W11}{number}")
    found = friction(log.workspace(tmp_path), W12, labelled=by_name(log), weeks=4)
    sore = found.frame.set_index(["sign", "driver"]).loc[("repeat", "sore")]
    assert sore["difference_low"] > 0
    assert (sore["weeks_seen"], sore["run"], sore["is_recurring"]) == (1, 0, False)
    assert found.finding().startswith("No driver clearly comes back")


def test_a_sign_that_needs_more_than_the_export_tells_is_blank_with_its_reason(
    tmp_path: Path,
) -> None:
    log = Log(until="04-30")
    for number in range(12):
        log.row(f"late-{number}", "03-18", f"p{number}", first_solved_at="03-18 12:00")
    found = friction(log.workspace(tmp_path), W12, labelled=by_name(log))
    why = {sign.name: sign.why_not for sign in found.signs}
    assert why["reopened"].startswith("needs")


def escalated(log: Log, ticket: str, when: str, *, team: str, to: str, hours: int) -> None:
    name = f"E{len(log.tables['escalations'])}"
    begun = f"2025-{when} 10:00"
    log.add(
        "escalations", escalation_id=name, ticket_id=ticket, at=begun, from_team=team, owner=to,
        category="policy", tier=2, decided_at=f"2025-{when} {10 + hours}:00", was_returned=False,
        origin="recorded",
    )  # fmt: skip


def test_escalations_by_team_and_owner_against_the_weeks_before(tmp_path: Path) -> None:
    log = Log(until="04-30")
    for part in W12.last(5).parts:
        weekly(log, part, 10)
    for day in ("03-04", "03-11"):
        week = Period.around(W10.start if day == "03-04" else W11.start, "week")
        escalated(log, f"late-{week}-1", day, team="Red", to="Anna", hours=1)
    escalated(log, f"late-{W12}-1", "03-18", team="Red", to="Anna", hours=2)
    escalated(log, f"late-{W12}-2", "03-19", team="Blue", to="Bert", hours=4)
    escalated(log, f"late-{W12}-3", "03-20", team="Blue", to="Bert", hours=6)
    escalated(log, "elsewhere", "04-29", team="Blue", to="Bert", hours=6)
    found = week_escalations(log.workspace(tmp_path), W12, weeks=4)
    rows = found.frame.set_index(["split", "group"])
    assert rows.loc[("decided by", "Bert"), "n"] == 2
    assert rows.loc[("decided by", "Anna"), ["n", "n_before"]].to_list() == [1, 2]
    assert rows.loc[("handed up by", "Blue"), ["n", "n_before"]].to_list() == [2, 0]
    assert (found.n, found.created, found.rate[0]) == (3, 10, 30.0)
    # The log begins on 4 March: of the four weeks before, two are within it.
    assert (found.n_before, found.weeks, found.rate_before[0]) == (2, 2, 10.0)
    assert found.finding().startswith("3 escalations, 30.0 per 100 tickets created (")
    assert "most to Bert (2)" in found.finding()
    assert list(found.tickets["decided_hours"]) == [2, 4, 6]
    by_team = found.teams.set_index("team")
    assert by_team.loc["Red", ["n", "hits"]].to_list() == [3, 3]
    assert by_team.loc["Blue", ["n", "hits"]].to_list() == [2, 2]
    assert "3 escalations in a week: a single one more or less moves every figure." in found.caveats


def test_a_week_beyond_the_log_is_blank_with_the_reason(tmp_path: Path) -> None:
    log = Log(until="04-30")
    weekly(log, W12, 10)
    escalated(log, f"late-{W12}-1", "03-18", team="Red", to="Anna", hours=1)
    found = week_escalations(log.workspace(tmp_path), Period.week("2025-W16"))
    assert "the data stop on 2025-03-18" in found.why_not
    assert found.finding().startswith("Escalations cannot be told")
