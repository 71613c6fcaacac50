"""The stock at the end of each day, by hand, in whole and by age."""

from __future__ import annotations

from pathlib import Path

from hand_made import Log

from workbench.analyses.backlog import AGES, backlog_by_day
from workbench.definitions.periods import Period
from workbench.metrics.answers import answer
from workbench.metrics.registry import metric_named

MARCH = Period.parse("2025-03")


def by_day(log: Log, root: Path, zone: str = "UTC") -> dict[str, tuple[int, ...]]:
    found = backlog_by_day(log.workspace(root), MARCH, zone=zone)
    return {f"{row.day:%m-%d}": tuple(int(n) for n in row[2:]) for row in found.frame.itertuples()}


def test_a_ticket_ages_is_solved_and_comes_back_as_old_as_it_is(tmp_path: Path) -> None:
    log = Log(until="03-15")
    ticket = log.ticket("A", "03-01 12:00").solved("03-03 12:00").reopened("03-10 12:00")
    ticket.solved("03-12 12:00")
    days = by_day(log, tmp_path)
    assert days["03-01"] == (1, 1, 0, 0, 0, 0)  # open, and half a day old
    assert days["03-02"] == (1, 0, 1, 0, 0, 0)
    assert days["03-03"] == (0, 0, 0, 0, 0, 0)
    assert days["03-09"] == (0, 0, 0, 0, 0, 0)
    assert days["03-10"] == (1, 0, 0, 0, 1, 0)  # back, nine and a half days after it began
    assert days["03-12"] == (0, 0, 0, 0, 0, 0)
    assert max(days) == "03-14"  # the data stop where the fifteenth begins


def test_bands_add_up_to_what_is_open(tmp_path: Path) -> None:
    log = Log(until="04-10")
    for day in range(1, 29):
        log.ticket(f"t{day}", f"03-{day:02d} 06:00").solved(f"04-{day % 9 + 1:02d}")
    found = backlog_by_day(log.workspace(tmp_path), MARCH).frame
    bands = [name for name in found if name.startswith("age_")]
    assert len(bands) == len(AGES)
    assert (found[bands].sum(axis=1) == found["open"]).all()
    assert found["open"].iloc[-1] == 28


def test_a_day_ends_at_midnight_where_the_team_sits(tmp_path: Path) -> None:
    log = Log(until="03-15")
    log.ticket("A", "03-02 03:00").solved("03-04 03:00")  # 1 March 22:00 to 3 March 22:00
    assert [day for day, row in by_day(log, tmp_path, "America/New_York").items() if row[0]] == [
        "03-01", "03-02"
    ]  # fmt: skip


def test_the_last_day_of_a_month_is_the_metric(tmp_path: Path) -> None:
    log = Log(until="04-30")
    log.ticket("A", "03-01").solved("03-20")
    log.ticket("B", "03-05").solved("04-02")
    log.ticket("C", "03-31 06:00")
    workspace = log.workspace(tmp_path)
    last = backlog_by_day(workspace, MARCH).frame.iloc[-1]
    assert last["open"] == answer(workspace, metric_named("backlog"), MARCH).value == 2
    old = answer(workspace, metric_named("backlog:older_than_7d"), MARCH)
    assert last["age_7_30d"] + last["age_30d"] == old.value == 1


def test_without_history_a_reopened_ticket_is_told_to_have_been_open_all_along(
    tmp_path: Path,
) -> None:
    log = Log(until="03-31").row("A", "03-01", last_solved_at="03-20")
    found = backlog_by_day(log.workspace(tmp_path), MARCH)
    assert found.frame["open"].sum() == 19
    assert found.approximate == ["desk"]
    assert "Approximate for desk: no status history (L2)." in found.finding()


def test_a_snapshot_overstates_the_days_between_a_solve_and_a_reopening(tmp_path: Path) -> None:
    log = Log(until="04-30")
    log.ticket("A", "03-01", last_solved_at="04-05").solved("03-10").reopened("04-03").solved(
        "04-05"
    )
    workspace = log.workspace(tmp_path)
    assert answer(workspace, metric_named("backlog"), MARCH).value == 0
    assert answer(workspace, metric_named("backlog:from_snapshot"), MARCH).value == 1
