"""Months as people write them, in UTC, across year ends and leap days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.definitions.periods import Period
from workbench.errors import UsageError

months = st.builds(
    lambda year, month: Period.month(f"{year}-{month:02}"),
    st.integers(1990, 2100), st.integers(1, 12),
)  # fmt: skip


def utc(year: int, month: int, day: int = 1, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_a_month_is_half_open() -> None:
    june = Period.month("2025-06")
    assert (june.start, june.end) == (utc(2025, 6), utc(2025, 7))


def test_december_ends_with_the_year() -> None:
    assert Period.month("2024-12").end == utc(2025, 1)


@pytest.mark.parametrize(("year", "days"), [("2024", 29), ("2025", 28), ("2000", 29), ("2100", 28)])
def test_february_has_its_days(year: str, days: int) -> None:
    february = Period.month(f"{year}-02")
    assert february.end - february.start == timedelta(days=days)


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (utc(2025, 7), "2025-06"),
        (utc(2025, 7, 31, 23), "2025-06"),
        (utc(2025, 1, 1), "2024-12"),
        (utc(2024, 3, 31), "2024-02"),
        (utc(2024, 2, 29), "2024-01"),
    ],
)
def test_last_month_is_the_month_before_the_clock(now: datetime, month: str) -> None:
    assert Period.parse("last_month", now=now) == Period.month(month)


def test_last_month_is_counted_in_utc_wherever_the_clock_hangs() -> None:
    in_auckland = datetime(2025, 7, 1, 1, tzinfo=timezone(timedelta(hours=12)))  # 30 June in UTC
    assert Period.parse("last_month", now=in_auckland) == Period.month("2025-05")


def test_last_month_without_a_clock_asks_for_one() -> None:
    with pytest.raises(UsageError, match="needs a clock"):
        Period.parse("last_month")


def test_a_range_holds_its_last_month() -> None:
    half = Period.parse("2024-11..2025-02")
    assert [str(m) for m in half.months] == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert half.end == utc(2025, 3)


def test_a_range_of_one_month_is_the_month() -> None:
    assert Period.parse("2025-06..2025-06") == Period.month("2025-06")


@pytest.mark.parametrize(
    "text",
    ["", "2025", "2025-6", "2025-13", "2025-00", "0000-01", "25-06", "2025-06-01", "june 2025",
     "2025-06..", "..2025-06", "2025-01..2025-02..2025-03", "2025-06..2025-05", "٢٠٢٥-٠٦"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"2025-0"):  # every message shows how to write one
        Period.parse(text)


def test_shifting_crosses_years_both_ways() -> None:
    january = Period.month("2025-01")
    assert str(january.shifted(-1)) == "2024-12"
    assert str(january.shifted(-13)) == "2023-12"
    assert str(Period.month("2024-12").shifted(1)) == "2025-01"


def test_shifting_keeps_the_number_of_months_not_of_days() -> None:
    assert str(Period.parse("2025-01..2025-02").shifted(-12)) == "2024-01..2024-02"


def test_last_months_end_with_the_period() -> None:
    assert str(Period.month("2025-06").last(18)) == "2024-01..2025-06"
    assert Period.month("2025-06").last(1) == Period.month("2025-06")


@pytest.mark.parametrize(
    ("text", "title"),
    [("2025-06", "June 2025"), ("2024-12..2025-01", "December 2024 to January 2025")],
)
def test_title_is_how_a_reader_says_it(text: str, title: str) -> None:
    assert Period.parse(text).title == title


@given(months, st.integers(-400, 400))
def test_shifting_back_comes_back(month: Period, by: int) -> None:
    assert month.shifted(by).shifted(-by) == month


@given(months, st.integers(1, 40))
def test_months_tile_the_period(month: Period, n: int) -> None:
    span = month.last(n)
    parts = span.months
    assert len(parts) == n
    assert (parts[0].start, parts[-1].end) == (span.start, span.end)
    assert all(a.end == b.start for a, b in zip(parts, parts[1:], strict=False))


@given(months, st.integers(0, 30))
def test_what_is_written_is_read_back(month: Period, more: int) -> None:
    span = Period(month.start, month.shifted(more).end)
    assert Period.parse(str(span)) == span
