"""Open hours as a person with a calendar and a clock on the wall would count them."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.definitions.business_time import BusinessClock, calendar_table
from workbench.definitions.opening_hours import DAY, Schedule, Shift
from workbench.errors import UsageError

HOUR = 3600
NEW_YORK, BERLIN, AUCKLAND = "America/New_York", "Europe/Berlin", "Pacific/Auckland"
JULY_4 = date(2025, 7, 4)  # a Friday


def hours(opens: float, closes: float, days: range = range(7)) -> tuple[Shift, ...]:
    return tuple(Shift(day, int(opens * 60), int(closes * 60)) for day in days)


def clock(
    *shifts: Shift, tz: str = NEW_YORK, rests: tuple[date, ...] = (), year: int = 2025
) -> BusinessClock:
    schedule = Schedule("desk", tz, shifts, frozenset(rests))
    return BusinessClock(schedule, date(year, 1, 1), date(year, 12, 31))


def at(text: str, tz: str = NEW_YORK, fold: int = 0) -> int:
    """``2025-03-07 16:30`` on the wall, as seconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz), fold=fold).timestamp())


OFFICE = clock(*hours(9, 17, range(5)), rests=(JULY_4,))


def test_a_weekend_passes_no_business_time() -> None:
    assert OFFICE.between(at("2025-06-06 16:00"), at("2025-06-09 10:00")) == 2 * HOUR


def test_a_holiday_rests_in_the_schedules_own_zone() -> None:
    assert OFFICE.between(at("2025-07-03 16:00"), at("2025-07-07 10:00")) == 2 * HOUR
    sydney = clock(*hours(9, 17), tz="Australia/Sydney", rests=(JULY_4,))
    # 9:00 on 4 July in Sydney is still 3 July in UTC, and rests all the same.
    assert sydney.between(at("2025-07-03 23:00", "UTC"), at("2025-07-04 07:00", "UTC")) == 0


def test_between_two_shifts_of_a_day_the_desk_is_closed() -> None:
    assert (
        clock(*hours(9, 12), *hours(13.5, 17.5)).between(
            at("2025-06-02 11:00"), at("2025-06-02 14:00")
        )
        == 1.5 * HOUR
    )


def test_shifts_that_touch_or_overlap_are_open_once() -> None:
    parts = clock(*hours(9, 12), *hours(12, 15), *hours(14, 17), *hours(10, 11))
    assert parts.between(at("2025-06-02"), at("2025-06-03")) == 8 * HOUR
    assert parts.days().column_names[-1] == "lasts_1"


def test_a_night_is_two_shifts_that_meet_at_24() -> None:
    night = clock(Shift(0, 20 * 60, 1440), Shift(1, 0, 4 * 60))
    assert night.between(at("2025-06-02 19:00"), at("2025-06-03 05:00")) == 8 * HOUR
    assert night.due(at("2025-06-02 23:00"), 2 * HOUR) == at("2025-06-03 01:00")


@pytest.mark.parametrize(
    ("tz", "day", "lasts"),
    [
        (NEW_YORK, "2025-03-09", 2), (NEW_YORK, "2025-11-02", 4),
        (BERLIN, "2025-03-30", 2), (BERLIN, "2025-10-26", 4),
        (AUCKLAND, "2025-09-28", 2), (AUCKLAND, "2025-04-06", 4),
        ("Australia/Lord_Howe", "2025-10-05", 2.5), ("America/Phoenix", "2025-03-09", 3),
    ],
)  # fmt: skip
def test_the_night_of_a_clock_change_is_as_long_as_it_is(tz: str, day: str, lasts: float) -> None:
    nights = clock(*hours(1, 4), tz=tz)
    assert nights.between(at(day, tz), at(f"{day} 12:00", tz)) == lasts * HOUR
    assert nights.due(at(day, tz), int(lasts * HOUR)) == at(f"{day} 04:00", tz)


def test_hours_the_wall_skips_are_never_open() -> None:
    start = at("2025-03-09 00:00")
    assert clock(*hours(2, 3)).between(start, start + DAY // 2) == 0
    assert clock(*hours(2.5, 4)).due(start, 1) == at("2025-03-09 03:00") + 1


def test_hours_the_wall_shows_twice_are_open_twice() -> None:
    early = clock(*hours(0, 1.5))
    first, again = at("2025-11-02 01:30"), at("2025-11-02 01:00", fold=1)
    assert early.between(at("2025-11-02"), first) == 1.5 * HOUR
    assert (early.between(first, again), early.between(again, again + HOUR)) == (0, HOUR / 2)


def test_a_day_a_zone_left_out_has_no_hours() -> None:
    thursday, sunday = (at(day, "Pacific/Apia") for day in ("2011-12-29", "2012-01-01"))
    assert clock(*hours(9, 17), tz="Pacific/Apia").between(thursday, sunday) == 2 * 8 * HOUR


def test_what_is_promised_in_closed_time_begins_at_opening() -> None:
    saturday = at("2025-06-07 12:00")
    assert OFFICE.due(saturday, 0) == saturday
    assert OFFICE.due(saturday, 1) == at("2025-06-09 09:00") + 1


def test_what_fills_the_day_is_due_at_closing() -> None:
    assert OFFICE.due(at("2025-06-06 09:00"), 8 * HOUR) == at("2025-06-06 17:00")
    assert OFFICE.due(at("2025-06-06 09:00"), 8 * HOUR + 1) == at("2025-06-09 09:00") + 1


def test_pauses_stop_the_clock_once_however_they_overlap() -> None:
    start, end = at("2025-06-02 09:00"), at("2025-06-03 12:00")  # 11 open hours
    halts = [at("2025-06-02 16:00"), at("2025-06-02 10:00"), at("2025-06-02 11:00")]
    resumes = [at("2025-06-03 10:00"), at("2025-06-02 12:00"), at("2025-06-02 13:00")]
    assert OFFICE.between(start, end, (halts, resumes)) == (11 - 3 - 2) * HOUR
    assert OFFICE.between(end, start, (halts, resumes)) == -(11 - 3 - 2) * HOUR
    assert OFFICE.due(start, 6 * HOUR, (halts, resumes)) == at("2025-06-03 12:00")
    assert OFFICE.due(start, HOUR, (halts, resumes)) == at("2025-06-02 10:00")  # before any pause


def test_a_pause_counts_only_between_the_moments_and_in_open_time() -> None:
    start, end = at("2025-06-06 16:00"), at("2025-06-09 10:00")
    closed = ([at("2025-06-06 17:00")], [at("2025-06-09 09:00")])
    assert OFFICE.between(start, end, closed) == 2 * HOUR
    assert OFFICE.between(start, end, ([0], [end + DAY])) == 0


def test_every_moment_may_have_pauses_of_its_own() -> None:
    start = at("2025-06-02 09:00")
    halts = np.array([[start, start + HOUR], [0, 0]])
    resumes = np.array([[start + 600, start + 2 * HOUR], [0, 0]])  # the second is never paused
    starts = np.array([start, start])
    found = OFFICE.between(starts, start + 4 * HOUR, (halts, resumes))
    assert found.tolist() == [3 * HOUR - 600, 4 * HOUR]
    assert OFFICE.due(starts, found, (halts, resumes)).tolist() == [start + 4 * HOUR] * 2


def test_beyond_its_span_a_clock_runs_on() -> None:
    short = BusinessClock(OFFICE.schedule, date(2025, 6, 1), date(2025, 6, 2))
    monday, before, after = at("2025-06-02 09:00"), at("2019-01-01"), at("2031-01-01")
    assert short.between(before, after) == OFFICE.between(before, after)
    assert short.due(monday, 10_000 * HOUR) == OFFICE.due(monday, 10_000 * HOUR)
    assert short.open_seconds(at("2025-05-30 09:00")) == -8 * HOUR


@pytest.mark.parametrize("tz", [NEW_YORK, AUCKLAND])
def test_the_ends_of_a_span_belong_to_other_days_on_the_wall(tz: str) -> None:
    always = BusinessClock(Schedule("desk", tz, hours(0, 24)), JULY_4, JULY_4)
    assert always.days()["lasts_1"].to_pylist() == [DAY]


def test_what_cannot_be_answered_is_refused() -> None:
    for moment in (at("2025-06-02") * 1000, 0.5, "now", np.datetime64("2025", "s")):
        with pytest.raises(UsageError, match="seconds"):
            OFFICE.open_seconds(moment)
    with pytest.raises(UsageError, match="never due"):
        OFFICE.due(0, -1)
    with pytest.raises(UsageError, match="ends before it starts"):
        OFFICE.between(0, 10, ([5], [4]))
    with pytest.raises(UsageError, match="'desk': it is not open"):
        clock().due(at("2025-06-02"), 1)


@pytest.mark.parametrize(
    ("shift", "told"),
    [(Shift(4, 1320, 360), "'desk': Friday 22:00 to 06:00 ends before it begins. Split it at"),
     (Shift(6, 540, 540), "a shift of Monday from 00:00"), (Shift(0, 0, 1441), "leaves the day"),
     (Shift(7, 0, 60), "no day 7")],
)  # fmt: skip
def test_a_shift_is_part_of_one_day(shift: Shift, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        clock(shift)


def test_a_zone_is_known_in_any_letters() -> None:
    clock(tz="europe/berlin")
    with pytest.raises(UsageError, match="unknown time zone"):
        clock(tz="Mars/Base")


def test_a_calendar_says_each_day_as_columns() -> None:
    split = Schedule("split", "UTC", (*hours(9, 12), *hours(13, 17)))
    first, last = date(2025, 6, 7), date(2025, 6, 9)  # Saturday to Monday
    office = BusinessClock(OFFICE.schedule, first, last)
    found = calendar_table([office, BusinessClock(split, first, last)]).to_pylist()
    assert [(r["schedule"], r["day"]) for r in found[2:4]] == [("desk", 20248), ("split", 20246)]
    assert [r["open_before"] // HOUR for r in found] == [0, 0, 0, 0, 7, 14]
    pairs = [[seconds // HOUR for seconds in list(row.values())[3:]] for row in found]
    assert pairs[2:4] == [[13, 8, 0, 0], [9, 3, 13, 4]]  # New York is four hours behind
    assert list(found[0])[3:] == ["opens_1", "lasts_1", "opens_2", "lasts_2"]
    with pytest.raises(UsageError, match="two clocks"):
        calendar_table([office, office])


@cache
def wall(tz: str, start: int) -> list[tuple[date, int]]:
    """What the wall shows in every minute of the four days from ``start``: the day, the minute."""
    shown = [datetime.fromtimestamp(start + 60 * n, ZoneInfo(tz)) for n in range(4 * 1440)]
    return [(t.date(), t.hour * 60 + t.minute) for t in shown]


SHIFTS = st.builds(
    lambda day, ends: Shift(day, *sorted(ends)),
    st.integers(0, 6), st.sets(st.integers(0, 1440), min_size=2, max_size=2),
)  # fmt: skip
WEEKS = st.lists(SHIFTS, max_size=9)
CHANGES = st.sampled_from([
    (NEW_YORK, "2025-03-07"), (NEW_YORK, "2025-10-31"), (BERLIN, "2025-03-28"),
    (BERLIN, "2025-10-24"), (AUCKLAND, "2025-04-04"), (AUCKLAND, "2025-09-26"),
    ("America/Santiago", "2025-04-04"), ("America/Santiago", "2025-09-05"),
    ("Australia/Lord_Howe", "2025-04-04"), ("Pacific/Apia", "2011-12-29"),
])  # fmt: skip
SECONDS = st.integers(0, 4 * DAY - 1)
STRETCHES = st.tuples(SECONDS, SECONDS).map(sorted)


@given(CHANGES, WEEKS, st.booleans(), STRETCHES, st.lists(STRETCHES, max_size=4))
def test_a_clock_counts_what_the_wall_shows_minute_by_minute(
    change: tuple[str, str], week: list[Shift], rests: bool, asked: list[int], off: list[list[int]]
) -> None:
    (tz, day), start = change, at(change[1], "UTC")
    shown = wall(tz, start)
    rested = (shown[2000][0],) if rests else ()
    minutes = {(s.day, minute) for s in week for minute in range(s.opens, s.closes)}
    runs = np.repeat([d not in rested and (d.weekday(), m) in minutes for d, m in shown], 60)
    for halt, resume in off:
        runs[halt:resume] = False
    desk = clock(*week, tz=tz, rests=rested, year=int(day[:4]))
    pauses = ([start + halt for halt, _ in off], [start + resume for _, resume in off])
    passed = int(runs[slice(*asked)].sum())
    assert desk.between(start + asked[0], start + asked[1], pauses) == passed
    due = int(desk.due(start + asked[0], passed, pauses)) - start
    assert desk.between(start + asked[0], start + due, pauses) == passed
    assert due == asked[0] or (asked[0] < due <= asked[1] and runs[due - 1])  # no second earlier


@given(WEEKS.filter(bool), SECONDS, st.integers(0, 4 * HOUR), st.integers(1, 99))
def test_whole_weeks_later_everything_lasts_as_long(
    week: list[Shift], start: int, seconds: int, weeks: int
) -> None:
    desk, later = clock(*week, tz="Asia/Tokyo", year=1980), start + weeks * 7 * DAY
    assert desk.between(start, start + seconds) == desk.between(later, later + seconds)
    assert desk.due(later, seconds) - desk.due(start, seconds) == later - start
