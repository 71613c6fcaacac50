"""ISO weeks as people write them, in UTC, across New Year and in years of 53 weeks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.definitions.periods import Period
from workbench.errors import UsageError

weeks = st.dates(date(1990, 1, 1), date(2100, 12, 31)).map(
    lambda day: Period.around(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "week")
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_a_week_goes_from_monday_to_monday() -> None:
    week = Period.week("2025-W26")
    assert (week.start, week.end) == (utc(2025, 6, 23), utc(2025, 6, 30))


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2026-W01", utc(2025, 12, 29)),
        ("2025-W01", utc(2024, 12, 30)),
        ("2020-W53", utc(2020, 12, 28)),
        ("2021-W01", utc(2021, 1, 4)),
        ("2024-W52", utc(2024, 12, 23)),
    ],
)
def test_a_week_at_new_year_has_the_year_of_its_thursday(text: str, start: datetime) -> None:
    week = Period.week(text)
    assert week.start == start
    assert str(week) == text
    assert (week.start + timedelta(days=3)).year == int(text[:4])


def test_a_week_that_its_year_does_not_have_is_refused_with_the_number_it_has() -> None:
    with pytest.raises(UsageError, match=r"2024 has the weeks 1 to 52"):
        Period.week("2024-W53")
    with pytest.raises(UsageError, match=r"2020 has the weeks 1 to 53"):
        Period.week("2020-W00")


@pytest.mark.parametrize(
    "text",
    ["2025-W6", "2025W26", "2025-w26", "2025-W26-1", "W26", "2025-W26..", "..2025-W26",
     "2025-W26..2025-W20", "2025-06..2025-W26", "2025-W20..2025-07", "2025-W٢٦", "2025-W1..W3"],
)  # fmt: skip
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"2025-0|2025-W"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (utc(2025, 6, 30), "2025-W26"),
        (utc(2025, 6, 29, 23), "2025-W25"),
        (utc(2026, 1, 5), "2026-W01"),
        (utc(2026, 1, 1), "2025-W52"),
        (utc(2021, 1, 4), "2020-W53"),
    ],
)
def test_last_week_is_the_week_before_the_clock(now: datetime, week: str) -> None:
    assert Period.parse("last_week", now=now) == Period.week(week)


def test_last_week_is_counted_in_utc_wherever_the_clock_hangs() -> None:
    in_auckland = datetime(2025, 6, 30, 1, tzinfo=timezone(timedelta(hours=12)))  # Sunday in UTC
    assert Period.parse("last_week", now=in_auckland) == Period.week("2025-W25")


def test_last_week_without_a_clock_asks_for_one() -> None:
    with pytest.raises(UsageError, match="'last_week' needs a clock"):
        Period.parse("last_week")


def test_weeks_count_in_weeks() -> None:
    week = Period.week("2026-W01")
    assert str(week.shifted(-1)) == "2025-W52"
    assert str(week.shifted(53)) == "2027-W01"
    assert str(week.last(3)) == "2025-W51..2026-W01"
    assert [str(one) for one in week.last(3).parts] == ["2025-W51", "2025-W52", "2026-W01"]
    assert str(week.last(3).before) == "2025-W48..2025-W50"
    assert str(Period.parse("2025-05..2025-06").before) == "2025-03..2025-04"


def test_weeks_have_no_months() -> None:
    with pytest.raises(UsageError, match="weeks are not whole months") as refused:
        _ = Period.week("2025-W27").months
    assert "2025-06" in str(refused.value)


def test_four_weeks_that_are_a_month_stay_weeks() -> None:
    weeks_of_february = Period.parse("2027-W05..2027-W08")
    february = Period.month("2027-02")
    assert (weeks_of_february.start, weeks_of_february.end) == (february.start, february.end)
    assert weeks_of_february != february
    assert str(weeks_of_february.before) == "2027-W01..2027-W04"


@pytest.mark.parametrize(
    ("text", "title", "name"),
    [
        ("2025-W26", "Week 26, 23 to 29 June 2025", "week 26"),
        ("2025-W27", "Week 27, 30 June to 6 July 2025", "week 27"),
        ("2026-W01", "Week 1, 29 December 2025 to 4 January 2026", "week 1"),
        ("2025-W20..2025-W26", "Weeks 20 to 26, 12 May to 29 June 2025", "weeks 20 to 26"),
        (
            "2025-W51..2026-W02",
            "Week 51 of 2025 to week 2 of 2026, 15 December 2025 to 11 January 2026",
            "week 51 of 2025 to week 2 of 2026",
        ),
        ("2025-06", "June 2025", "June 2025"),
    ],
)
def test_a_reader_is_told_the_days(text: str, title: str, name: str) -> None:
    assert (Period.parse(text).title, Period.parse(text).name) == (title, name)


@given(moments, st.sampled_from(["month", "week"]))
def test_every_moment_lies_in_the_one_period_around_it(moment: datetime, unit: str) -> None:
    one = Period.around(moment, unit)  # type: ignore[arg-type]
    assert one.start <= moment < one.end
    assert len(one.parts) == 1
    assert Period.parse(str(one)) == one


@given(weeks, st.integers(-3000, 3000))
def test_shifting_weeks_back_comes_back(week: Period, by: int) -> None:
    assert week.shifted(by).shifted(-by) == week
    assert week.shifted(by).start - week.start == timedelta(weeks=by)


@given(weeks, st.integers(1, 120))
def test_parts_tile_the_weeks(week: Period, n: int) -> None:
    span = week.last(n)
    assert len(span.parts) == n
    assert (span.parts[0].start, span.parts[-1]) == (span.start, week)
    assert all(a.end == b.start for a, b in zip(span.parts, span.parts[1:], strict=False))
    assert span.before.end == span.start
    assert len(span.before.parts) == n


@given(weeks, st.integers(0, 120))
def test_weeks_written_are_read_back(week: Period, more: int) -> None:
    span = week.shifted(more).last(more + 1)
    assert Period.parse(str(span)) == span


@given(weeks)
def test_a_week_is_called_as_the_calendar_calls_all_its_days(week: Period) -> None:
    days = [week.start + timedelta(days=n) for n in range(7)]
    assert {f"{d.isocalendar().year}-W{d.isocalendar().week:02}" for d in days} == {str(week)}
