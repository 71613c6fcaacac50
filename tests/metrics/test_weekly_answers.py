"""Metrics of a week are counted from Monday to Monday, in UTC; what is monthly says so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hand_made import Log
from hypothesis import given
from hypothesis import strategies as st

from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.metrics.aggregates import cube_of
from workbench.metrics.answers import answer, answers
from workbench.metrics.cube import Cube, slot_number
from workbench.metrics.registry import METRICS

CREATED = METRICS["tickets_created"]


def test_a_week_ends_on_sunday_at_midnight(tmp_path: Path) -> None:
    log = Log(until="04-01")
    for number, when in enumerate(
        ("03-02 23:59", "03-03 00:00", "03-09 23:59", "03-10 00:00", "03-16 12:00")
    ):
        log.row(f"t{number}", when)
    workspace = log.workspace(tmp_path)
    found = [answer(workspace, CREATED, Period.week(f"2025-W{n:02}")).value for n in (9, 10, 11)]
    assert found == [1, 2, 2]
    assert answer(workspace, CREATED, Period.parse("2025-W09..2025-W11")).value == 5
    assert answer(workspace, CREATED, Period.month("2025-03")).value == 5


def test_the_first_week_of_a_year_begins_in_the_old_one(tmp_path: Path) -> None:
    log = Log(until="2026-01-31")
    for number, when in enumerate(("2025-12-28", "2025-12-29", "2026-01-01", "2026-01-04 23:00")):
        log.row(f"t{number}", when)
    workspace = log.workspace(tmp_path)
    assert answer(workspace, CREATED, Period.week("2025-W52")).value == 1
    assert answer(workspace, CREATED, Period.week("2026-W01")).value == 3
    assert answer(workspace, CREATED, Period.week("2026-W02")).value == 0


def test_a_stock_of_a_week_is_what_is_open_at_its_end(tmp_path: Path) -> None:
    log = Log(until="04-01")
    log.ticket("a", "03-04 09:00").solved("03-05 09:00")
    log.ticket("b", "03-06 09:00").solved("03-12 09:00")
    log.ticket("c", "03-11 09:00")
    workspace = log.workspace(tmp_path)
    found = [
        answer(workspace, METRICS["backlog"], Period.week(f"2025-W{n}")).value for n in (10, 11)
    ]
    assert found == [1, 1]


def test_a_ratio_takes_the_orders_of_the_same_week(tmp_path: Path) -> None:
    log = Log(until="04-01")
    for day in ("03-03", "03-04", "03-10"):
        log.row(f"t{day}", day)
    for number, day in enumerate(("02-24", "03-03", "03-05", "03-06", "03-07", "03-12")):
        log.order(f"o{number}", day)
    workspace = log.workspace(tmp_path)
    one = answer(workspace, METRICS["contact_rate"], Period.week("2025-W10"))
    assert (one.value, one.numerator, one.denominator) == (50.0, 2, 4)


def test_what_counts_months_says_so(tmp_path: Path) -> None:
    log = Log(until="04-01")
    log.row("a", "03-04")
    workspace = log.workspace(tmp_path)
    told = answer(workspace, METRICS["contacts_per_customer"], Period.week("2025-W10"))
    assert (told.value, told.status) == (None, "not_computable")
    assert told.why == "is counted by calendar month; ask about 2025-03"
    assert answer(workspace, METRICS["contacts_per_customer"], Period.month("2025-03")).value == 1


def test_weeks_are_not_split_by_month(tmp_path: Path) -> None:
    log = Log(until="04-01")
    log.row("a", "03-04")
    workspace = log.workspace(tmp_path)
    with pytest.raises(UsageError, match="weeks are not whole months"):
        answers(workspace, CREATED, Period.week("2025-W10"), by="month")
    cube = cube_of(workspace, CREATED)
    assert isinstance(cube, Cube)
    with pytest.raises(UsageError, match="was added up by month"):
        cube.answer(Period.week("2025-W10"), {})


def test_a_week_that_lacks_a_day_says_so(tmp_path: Path) -> None:
    log = Log(until="03-15 12:00")
    log.row("a", "03-04").row("b", "03-11")
    workspace = log.workspace(tmp_path)
    assert "the data stop on 2025-03-15" in answer(
        workspace, CREATED, Period.week("2025-W11")
    ).why  # fmt: skip
    whole = Log(until="03-16 23:00").row("a", "03-04").row("b", "03-11")
    told = answer(whole.workspace(tmp_path / "whole"), CREATED, Period.week("2025-W11"))
    assert "the data stop" not in told.why


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC)))
def test_numbers_of_weeks_and_months_follow_each_other(moment: datetime) -> None:
    for unit in ("month", "week"):
        one = Period.around(moment, unit)  # type: ignore[arg-type]
        number = slot_number(one.start, one.unit)
        assert slot_number(moment, one.unit) == number
        assert slot_number(one.end, one.unit) == number + 1
