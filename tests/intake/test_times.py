"""Are times read as the export meant them, and refused where nobody can know?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from gate_texts import admitted, column, rejects

from workbench.errors import IntakeError, UsageError


def export(*cells: str) -> str:
    return "id,at\n" + "".join(f'{n},"{cell}"\n' for n, cell in enumerate(cells, start=1))


def times(*cells: str, **options: str) -> list[str]:
    found = admitted(export(*cells), **options)
    assert not found.outcome.rejected
    return [f"{at:%Y-%m-%d %H:%M:%S}" for at in column(found, "created_at")]


@pytest.mark.parametrize(
    "cell",
    [
        "2025-07-01T12:30:00Z", "2025-07-01 12:30:00 UTC", "2025-07-01 12:30:00 GMT",
        "2025-07-01T14:30:00+02:00", "2025-07-01T14:30:00+0200", "2025-07-01 14:30 +02",
        "2025-07-01T12:30", "2025-07-01 12:30:00.000000", "1751373000", "1751373000000",
        "1751373000.0", "01-Jul-2025 12:30", "Jul 1, 2025 12:30 PM", "1 July 2025, 12:30:00",
        "July 1st, 2025 at 2:30 pm +02:00", "Tue, 01 Jul 2025 12:30:00 +0000", "2025/7/1 12:30",
        "20250701T123000Z", "20250701123000", "2025-07-01 12:30 PM", "2025-07-01 08:30:00 EDT",
        "1 Jul 2025 14:30 CEST", "2025-07-01T12:30:00,000Z",
        "1751373000000000", "2025-07-01T07:00:00-05:30",
    ],
)  # fmt: skip
def test_forms_of_one_moment(cell: str) -> None:
    assert times(cell) == ["2025-07-01 12:30:00"]


@pytest.mark.parametrize(
    "cell",
    [
        "13/07/2025 12:30:00.000",
        "13/07/2025 12:30:00.0 PM",
        "13/07/2025 14:30 +02:00",
        "13/07/2025 12:30:00 UTC",
        "13.07.2025 12:30 PM GMT",
    ],
)
def test_offsets_behind_ordered_dates(cell: str) -> None:
    assert times(cell) == ["2025-07-13 12:30:00"]


@pytest.mark.parametrize("cell", ["12 AM", "12:00 AM"])
def test_midnight_by_the_half_day(cell: str) -> None:
    found = admitted(export("2025-07-01 12:00 PM", f"Jul 2, 2025 {cell}", "2025-07-02 13:00 PM"))
    kept = [f"{at:%d %H:%M}" for at in column(found, "created_at")]
    assert kept == (["01 12:00", "02 00:00"] if ":" in cell else ["01 12:00"])
    assert rejects(found)[-1][0] == 4


def test_days_of_a_spreadsheet_are_told() -> None:
    found = admitted(export("45342.375", "45342", "45342.5000115741"))
    assert [f"{at:%Y-%m-%d %H:%M:%S.%f}" for at in column(found, "created_at")] == [
        "2024-02-20 09:00:00.000000", "2024-02-20 00:00:00.000000", "2024-02-20 12:00:01.000000",
    ]  # fmt: skip
    assert found.outcome.warnings == (
        "at: 3 numbers such as 45342.375 read as a spreadsheet's days, in UTC",
    )
    local = times("45342.375", timezone="America/New_York")
    assert local == ["2024-02-20 14:00:00"]


def test_years_of_two_digits_are_refused() -> None:
    with pytest.raises(IntakeError, match=r"year with two digits \(2 of 3 values\)") as caught:
        times("20/02/24 09:00", "21/02/24", "2024-02-20")
    assert "ISO" in caught.value.fix


def test_counts_since_1970_in_two_units_are_told() -> None:
    found = admitted(export("1751373000", "1751373000000"))
    assert len(set(column(found, "created_at"))) == 1
    assert found.outcome.warnings == (
        "at: counts since 1970 1 in seconds, 1 in milliseconds; their digits tell them apart",
    )


def test_words_for_no_value_are_empty_and_told() -> None:
    mapping = "{source: s, table: tickets, columns: {ticket_id: id, created_at: at, closed_at: c}}"
    export = "id,at,c\n1,2025-03-01,N/A\n2,2025-03-01,-\n3,2025-03-01,2025-03-02\n"
    found = admitted(export, mapping)
    assert column(found, "closed_at") == [None, None, datetime(2025, 3, 2, tzinfo=UTC)]
    assert "c: 2 cells such as N/A, null or - read as empty" in found.outcome.warnings


def test_proof_tells_how_much_hangs_on_it() -> None:
    found = admitted(export("01/02/2025", "13/02/2025", "05/05/2025"))
    assert found.outcome.warnings == (
        "at: day_first, proved by 1 of 3 values; 1 read both ways without it",
    )


def test_microseconds_stay() -> None:
    found = admitted(export("2025-07-01T12:30:00.123456Z"))
    assert column(found, "created_at") == [datetime(2025, 7, 1, 12, 30, 0, 123456, tzinfo=UTC)]


def test_naive_times_are_of_the_declared_zone_in_summer_and_winter() -> None:
    cells = ("2025-01-15 12:00:00", "2025-07-15 12:00:00", "2025-07-15T12:00:00Z", "2025-07-15")
    assert times(*cells, timezone="America/New_York") == [
        "2025-01-15 17:00:00", "2025-07-15 16:00:00", "2025-07-15 12:00:00", "2025-07-15 04:00:00",
    ]  # fmt: skip
    assert times("15/07/2025 12:00", timezone="America/New_York") == ["2025-07-15 16:00:00"]


def test_hour_that_the_zone_skips_is_rejected() -> None:
    found = admitted(
        export("2025-03-09 01:30", "2025-03-09 02:30", "09.03.2025 03:30", "31.03.2025 02:30"),
        timezone="America/New_York",
    )
    assert rejects(found) == [
        (3, "created_at: '2025-03-09 02:30' is not a date or time in America/New_York")
    ]


def test_hour_that_the_zone_repeats_is_told() -> None:
    found = admitted(export("2025-11-02 01:30", "2025-11-02 03:30"), timezone="America/New_York")
    assert [at.hour for at in column(found, "created_at")] == [6, 8]
    assert "1 times fall in the hour that America/New_York repeats" in found.outcome.warnings[-1]


def test_naive_times_without_a_zone_are_told() -> None:
    found = admitted(export("2025-07-01 12:30:00", "2025-07-01T12:30:00Z"))
    assert found.outcome.warnings == (
        "at: 1 of 2 times have no zone, read as UTC; --timezone tells",
    )


def test_unknown_zone_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'Europe/Berlin'"):
        times("2025-07-01 12:30", timezone="Europe/Berlim")


def test_day_over_twelve_proves_the_order_for_the_whole_column() -> None:
    assert times("01/02/2025 08:15", "13/02/2025") == ["2025-02-01 08:15:00", "2025-02-13 00:00:00"]
    assert times("1.2.2025", "2.13.2025 1:05 PM") == ["2025-01-02 00:00:00", "2025-02-13 13:05:00"]


def test_order_may_be_declared() -> None:
    assert times("01-02-2025", date_order="day_first") == ["2025-02-01 00:00:00"]
    assert times("01-02-2025", date_order="month_first") == ["2025-01-02 00:00:00"]
    with pytest.raises(UsageError, match="There are day_first and month_first"):
        times("01-02-2025", date_order="dayfirst")


@pytest.mark.parametrize(
    ("cells", "declared", "told"),
    [
        (("13/02/2025",), "month_first", "declared month_first.*can only be day_first"),
        (("02/13/2025",), "day_first", "declared day_first.*can only be month_first"),
        (("13/02/2025", "02/13/2025"), None, "mixes date orders.*not declared"),
    ],
)
def test_contradicted_order_is_refused(
    cells: tuple[str, ...], declared: str | None, told: str
) -> None:
    with pytest.raises(IntakeError, match=told):
        times(*cells, date_order=declared)  # type: ignore[arg-type]


def test_ambiguous_order_is_refused_with_the_option_to_pass() -> None:
    with pytest.raises(IntakeError, match=r"'at' \(2\) reads both as") as caught:
        times("01/02/2025", "05/05/2025")
    assert "--date-order" in caught.value.fix


@pytest.mark.parametrize(
    "cell",
    [
        "2025-02-30", "30/02/2025", "2025-07-01T25:00:00Z", "2025-07-01T12:30:00+99:00", "1/2/25",
        "yesterday", "99999999999",
        "3 mars 2025", "2025-07-01 08:30 CST", "Smarch 13, 2025", "9999999999",
        "0000-12-01", "2500-01-01", "45000", "-1",
    ],
)  # fmt: skip
def test_what_is_no_date_is_rejected(cell: str) -> None:
    found = admitted(export("2025-03-01", "13/03/2025", cell))
    assert rejects(found) == [(4, f"created_at: '{cell}' is not a date or time")]


@pytest.mark.parametrize(
    "cell",
    ["9999-12-31T23:59:59Z", "1970-01-01", "0000-00-00 00:00:00", "01/01/1900", "31.12.9999"],
)
def test_stand_ins_for_no_date_are_empty_and_told(cell: str) -> None:
    mapping = "{source: s, table: tickets, columns: {ticket_id: id, created_at: at, closed_at: c}}"
    found = admitted(f"id,at,c\n1,2025-03-01,{cell}\n2,2025-03-01,2025-03-02\n", mapping)
    assert column(found, "closed_at") == [None, datetime(2025, 3, 2, tzinfo=UTC)]
    assert any("1 stand-ins" in note for note in found.outcome.warnings)
    # Where a time is needed, having none rejects the record.
    assert rejects(admitted(export("2025-03-01", cell))) == [(3, "created_at is empty")]
