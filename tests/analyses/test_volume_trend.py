"""Weeks that add up, surges, and what an incomplete export does to both."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from hand_made import Log, at

from workbench.analyses.volume import VolumeTrend, volume_trend
from workbench.definitions.periods import Period
from workbench.metrics.answers import answer
from workbench.metrics.backlog import BACKLOG

MARCH = Period.month("2025-03")


def trend_of(log: Log, root: Path, shown: str = "2025-02..2025-03") -> VolumeTrend:
    return volume_trend(log.workspace(root), MARCH, shown=Period.parse(shown))


def daily(log: Log, first: str, days: int, per_day: int = 1) -> None:
    """Tickets every day at noon, solved an hour later."""
    for day in range(days):
        noon = at(first) + timedelta(days=day, hours=12)
        for number in range(per_day):
            created = f"{noon:%Y-%m-%d %H:%M}"
            ticket = log.ticket(f"{first}-{day}-{number}", created, f"c{day}")
            ticket.solved(f"{noon + timedelta(hours=1):%Y-%m-%d %H:%M}")


def test_every_week_follows_from_the_one_before(tmp_path: Path) -> None:
    log = Log(until="04-10")
    log.ticket("A", "02-05").solved("02-12").reopened("02-20").solved("03-04")
    log.ticket("B", "02-05")
    log.ticket("ours", "02-20", agent_initiated=True).solved("03-20")
    log.ticket("spam", "02-20", is_spam=True)
    log.ticket("C", "03-25").turns("03-26", "closed")
    trend = trend_of(log, tmp_path)
    frame = trend.frame
    flow = frame["created"] + frame["outbound"] + frame["reopened"] - frame["solved"]
    assert (frame["backlog"].diff().dropna() == flow.iloc[1:]).all()
    assert frame["week"].diff().dropna().eq(pd.Timedelta(days=7)).all()
    sums = frame[["created", "outbound", "reopened", "solved"]].sum().to_dict()
    assert sums == {"created": 3, "outbound": 1, "reopened": 1, "solved": 4}
    assert frame["backlog"].max() == 3  # A again, B and ours in the week of 17 February
    assert frame["backlog"].iloc[-1] == 1  # B


def test_backlog_is_the_metrics(tmp_path: Path) -> None:
    log = Log(until="04-10")
    log.ticket("A", "02-05").solved("02-12").reopened("02-28 23:00").solved("03-31 23:59")
    log.ticket("B", "03-05")
    workspace = log.workspace(tmp_path)
    trend = volume_trend(workspace, MARCH, shown=MARCH)
    assert trend.opening == answer(workspace, BACKLOG, Period.month("2025-02")).value == 1
    assert trend.closing == answer(workspace, BACKLOG, MARCH).value == 1
    assert "the backlog stayed at 1 open ticket at the end" in trend.finding()


def test_weeks_begin_on_monday_utc(tmp_path: Path) -> None:
    log = Log(until="04-10")
    log.ticket("sunday", "03-09 23:59")
    log.ticket("monday", "03-10 00:00")
    frame = trend_of(log, tmp_path).frame.set_index("week")["created"]
    assert frame[pd.Timestamp("2025-03-03")] == 1
    assert frame[pd.Timestamp("2025-03-10")] == 1


def test_weeks_cut_by_the_months_or_the_data_are_partial(tmp_path: Path) -> None:
    log = Log(until="03-26 15:00")
    daily(log, "02-05", 50)
    frame = trend_of(log, tmp_path).frame.set_index("week")["is_partial"]
    assert frame[frame].index.tolist() == [pd.Timestamp("2025-02-03"), pd.Timestamp("2025-03-24")]
    cut = trend_of(log, tmp_path, "2025-03").frame.set_index("week")["is_partial"]
    assert cut[cut].index.tolist() == [pd.Timestamp("2025-02-24"), pd.Timestamp("2025-03-24")]


def test_data_that_stop_on_a_sunday_evening_leave_the_week_whole(tmp_path: Path) -> None:
    log = Log(until="03-30 21:00")
    daily(log, "03-03", 28)
    assert not trend_of(log, tmp_path, "2025-03").frame["is_partial"].iloc[-1]


def test_a_surge_is_half_again_the_median_week(tmp_path: Path) -> None:
    log = Log(until="03-31")
    daily(log, "01-06", 84, per_day=2)
    daily(log, "03-03", 7, per_day=1)  # 21 instead of 14: exactly half again is no surge
    daily(log, "03-10", 7, per_day=2)
    trend = trend_of(log, tmp_path, "2025-01..2025-03")
    assert trend.surge_weeks == (pd.Timestamp("2025-03-10"),)


def test_few_weeks_know_no_surge(tmp_path: Path) -> None:
    log = Log(until="03-31")
    daily(log, "02-10", 49, per_day=1)
    daily(log, "03-03", 7, per_day=5)
    assert trend_of(log, tmp_path).surge_weeks == ()


def test_the_finding_counts_and_compares(tmp_path: Path) -> None:
    log = Log(until="04-10")
    daily(log, "02-01", 28)
    log.ticket("open", "03-01")
    daily(log, "03-01", 31)
    trend = trend_of(log, tmp_path)
    assert (trend.created, trend.before, trend.is_covered) == (32, 28, True)
    assert len(trend.tickets) == 32
    assert trend.finding() == (
        "32 tickets came in (28 in the period before); the backlog grew by 1, to 1 open ticket at "
        "the end of the period."
    )


def test_a_half_covered_period_is_not_a_quiet_one(tmp_path: Path) -> None:
    log = Log(until="04-10")
    daily(log, "03-10", 22)
    trend = trend_of(log, tmp_path)
    assert not trend.is_covered
    assert trend.before is None  # February is not covered either, so there is no comparison
    assert "covers only part" in trend.finding()
    assert any("before 10 March 2025" in caveat for caveat in trend.caveats)


def test_a_small_shops_quiet_days_are_no_gap(tmp_path: Path) -> None:
    log = Log(until="04-10")
    for day in ("02-03", "02-10", "02-17", "02-25", "03-06", "03-12", "03-20", "03-26"):
        log.ticket(day, day)
    trend = trend_of(log, tmp_path)
    assert trend.is_covered
    assert trend.before == 4


def test_without_history_the_backlog_says_it_overstates(tmp_path: Path) -> None:
    log = Log(until="04-10")
    for day in range(1, 29):
        log.row(f"{day}", f"03-{day:02}", closed_at="04-01")
    assert any("overstated" in caveat for caveat in trend_of(log, tmp_path).caveats)


def test_nothing_but_spam_is_nothing(tmp_path: Path) -> None:
    log = Log(until="04-10")
    log.ticket("spam", "03-05", is_spam=True)
    trend = trend_of(log, tmp_path)
    assert trend.frame.empty
    assert (trend.created, trend.closing, trend.surge_weeks) == (0, 0, ())
    assert not trend.is_covered


def test_a_result_cannot_be_changed(tmp_path: Path) -> None:
    log = Log(until="04-10")
    log.ticket("A", "03-05")
    trend = trend_of(log, tmp_path)
    with pytest.raises(FrozenInstanceError):
        trend.created = 7  # type: ignore[misc]
