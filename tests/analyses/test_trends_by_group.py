"""Months of groups: gaps, blanks, and the declines that are more than chance."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hand_made import Log

from workbench.analyses.quality import quality_trend
from workbench.analyses.trends import ALL, history, largest_groups, metric_trend
from workbench.definitions.periods import Period
from workbench.metrics.reopening import REOPEN_RATE
from workbench.metrics.volume import TICKETS_CREATED
from workbench.workspace import Workspace

HALF = Period.parse("2025-01..2025-06")


def solved_tickets(log: Log, team: str | None, month: int, n: int, n_reopened: int = 0) -> None:
    for i in range(n):
        name, day = f"{team}-{month}-{i}", f"2025-{month:02}-{1 + i % 28:02}"
        ticket = log.ticket(name, f"{day} 08:00", name, group_id=team)
        ticket.reply(f"{day} 09:00").solved(f"{day} 10:00")
        if i < n_reopened:
            ticket.reopened(f"{day} 20:00")


def teams(root: Path) -> Workspace:
    """Red declines, blue is steady and absent in March, green is small, some have no team."""
    log = Log(until="07-31")
    for month in range(1, 7):
        solved_tickets(log, "red", month, 40, n_reopened=2 if month <= 3 else 14)
        if month != 3:
            solved_tickets(log, "blue", month, 30, n_reopened=3)
        solved_tickets(log, "green", month, 3)
        solved_tickets(log, None, month, 1)
    return log.workspace(root)


def test_a_group_has_a_row_in_every_month_and_a_blank_where_it_had_nothing(tmp_path: Path) -> None:
    trend = metric_trend(teams(tmp_path), REOPEN_RATE, HALF, by="team", min_n=10)
    assert trend.groups == ["blue", "green", "not recorded", "red"]
    assert len(trend.frame) == 6 * 4
    blue = trend.frame[trend.frame["group"] == "blue"].set_index("month")
    assert blue["value"].isna().to_list() == [False, False, True, False, False, False]
    assert blue["n"].to_list() == [30, 30, 0, 30, 30, 30]
    green = trend.frame[trend.frame["group"] == "green"]
    assert green["value"].isna().all()  # three tickets a month are too few
    assert green["status"].eq("small_n").all()


def test_overall_trend_has_one_row_per_month(tmp_path: Path) -> None:
    trend = metric_trend(teams(tmp_path), TICKETS_CREATED, HALF)
    assert trend.groups == [ALL]
    assert trend.frame["value"].to_list() == [74, 74, 44, 74, 74, 74]
    assert trend.frame["month"].is_monotonic_increasing
    assert not trend.is_empty


def test_an_empty_trend_says_why(tmp_path: Path) -> None:
    workspace = Log(until="07-31").row("A", "01-05").workspace(tmp_path)
    trend = metric_trend(workspace, REOPEN_RATE, HALF)
    assert trend.is_empty
    assert trend.why_blank == "needs status history (L2)"
    small = metric_trend(workspace, TICKETS_CREATED, HALF, min_n=30)
    assert small.why_blank == "every month has fewer than 30"


def test_the_largest_groups_come_first_and_no_group_is_not_one(tmp_path: Path) -> None:
    workspace = teams(tmp_path)
    found = largest_groups(workspace, TICKETS_CREATED, HALF, by="team", most=10)
    assert found == ["red", "blue", "green"]
    assert largest_groups(workspace, TICKETS_CREATED, HALF, by="channel") == []


def test_history_begins_with_the_data_and_spans_at_most_18_months(tmp_path: Path) -> None:
    short, long = tmp_path / "short", tmp_path / "long"
    few = Log(until="06-30").row("A", "2025-02-17").workspace(short)
    many = Log(until="06-30").row("A", "2022-02-17").workspace(long)
    june = Period.month("2025-06")
    assert str(history(few, june)) == "2025-02..2025-06"
    assert str(history(many, june)) == "2024-01..2025-06"
    assert str(history(few, Period.month("2024-12"))) == "2024-12"


def test_only_a_clear_decline_is_called_one(tmp_path: Path) -> None:
    june = Period.month("2025-06")
    trend = quality_trend(teams(tmp_path), june, shown=HALF, min_n=10, most=2)
    (worse,) = [s for s in trend.shifts if s.is_worse and s.metric is REOPEN_RATE]
    assert worse.group == "red"
    assert (worse.change.before, worse.change.after) == (6 / 120, 42 / 120)
    assert worse.first == "Jan 2025–Mar 2025"
    assert worse.sentence().startswith(
        "Reopen rate at red rose from 5.0 % (Jan 2025–Mar 2025, n 120) to 35.0 % "
        "(Apr 2025–Jun 2025, n 120): +30.0 points ("
    )
    assert trend.shifts[0].is_worse
    assert trend.hidden_groups == 1  # green; tickets without a team are no group
    assert {s.group for s in trend.shifts} == {"red"}  # blue's five months are too few


def test_better_is_never_worse(tmp_path: Path) -> None:
    log = Log(until="07-31")
    for month in range(1, 7):
        solved_tickets(log, "red", month, 40, n_reopened=14 if month <= 3 else 2)
    trend = quality_trend(
        log.workspace(tmp_path), Period.month("2025-06"), shown=HALF, min_n=10, most=2
    )
    assert trend.shifts
    assert not [s for s in trend.shifts if s.is_worse]
    assert trend.finding().startswith("No team shows a clear decline")


def test_few_months_tell_no_drift(tmp_path: Path) -> None:
    log = Log(until="07-31")
    for month in range(2, 7):
        solved_tickets(log, "red", month, 40)
    trend = quality_trend(
        log.workspace(tmp_path), Period.month("2025-06"), shown=Period.parse("2025-02..2025-06")
    )
    assert trend.shifts == ()
    assert "too few months" in trend.finding()


def test_an_export_without_teams_is_shown_as_a_whole(tmp_path: Path) -> None:
    log = Log(until="07-31")
    for month in range(1, 7):
        solved_tickets(log, None, month, 40)
    trend = quality_trend(log.workspace(tmp_path), Period.month("2025-06"), shown=HALF)
    assert all(t.groups == [ALL] for t in trend.trends)
    assert any("names no team" in caveat for caveat in trend.caveats)
    assert set(trend.frame["metric"]) == {"fcr", "reopen_rate", "first_response_time"}


def test_young_months_are_those_in_which_nobody_has_a_value(tmp_path: Path) -> None:
    log = Log(until="07-01")
    for month in range(1, 7):
        solved_tickets(log, "red", month, 28)
    log.ticket("late", "06-30 08:00", group_id="blue").reply("06-30 09:00").solved("06-30 10:00")
    trend = metric_trend(log.workspace(tmp_path), REOPEN_RATE, HALF, by="team")
    assert trend.frame["status"].eq("immature").any()
    assert trend.young_months == []  # red can be judged in June; blue alone is too young
    alone = metric_trend(log.workspace(tmp_path), REOPEN_RATE, HALF, by="team", groups=["blue"])
    assert alone.young_months == [pd.Timestamp("2025-06-01")]


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_groups_than_asked_for_are_shown(tmp_path: Path, most: int) -> None:
    trend = quality_trend(teams(tmp_path), Period.month("2025-06"), shown=HALF, min_n=10, most=most)
    assert {len(t.groups) for t in trend.trends} == {most}
    assert trend.hidden_groups == 3 - most
