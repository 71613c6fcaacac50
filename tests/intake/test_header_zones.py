"""Which zone is a column in: the one of its header, of its rule, or the declared one?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from gate_texts import admitted, column, mapped

from workbench.errors import IntakeError, UsageError
from workbench.intake.mappings.headers import field_named

MAPPING = """
source: hand
table: tickets
timezone: Europe/Berlin
columns:
  ticket_id: id
  created_at: ["Created ({zone})", Created]
  closed_at: {from: "Closed ({zone})", else: Ended}
  updated_at: {from: Changed, zone: Asia/Tokyo}
"""


def hours(header: str, **options: str) -> list[int | None]:
    names = ["id", *header.split(",")]
    cells = ["1", *["2025-03-01 12:00"] * (len(names) - 1)]
    found = admitted(f"{','.join(names)}\n{','.join(cells)}\n", MAPPING, **options)
    times = [column(found, name)[0] for name in ("created_at", "closed_at", "updated_at")]
    return [None if time is None else time.hour for time in times]


@pytest.mark.parametrize(
    ("header", "utc"),
    [
        ("Created", [11, None, None]), ("Created (UTC)", [12, None, None]),
        ("created (america/new_york)", [17, None, None]), ("Created,Changed", [11, None, 3]),
        ("Created,Closed (GMT)", [11, 12, None]), ("Created,Ended", [11, 11, None]),
    ],
)  # fmt: skip
def test_the_export_itself_wins(header: str, utc: list[int | None]) -> None:
    assert hours(header) == utc


def test_a_declared_zone_is_for_columns_that_say_nothing() -> None:
    # Dhaka is six hours ahead of UTC, so that nothing closes before it was created.
    assert hours("Created,Closed (UTC),Changed", timezone="Asia/Dhaka") == [6, 12, 3]


def test_columns_of_two_zones_are_not_read_as_one() -> None:
    told = r"read as one are in different time zones \(UTC, none\)"
    with pytest.raises(IntakeError, match=told):
        hours("Created,Closed (UTC),Ended")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Created (UTC)", True), ("created (America/Argentina/Buenos_Aires) ", True),
        ("Created (Etc/GMT+5)", True), ("Created (hours)", False), ("Created", False),
        ("Created (UTC) at", False),
    ],
)  # fmt: skip
def test_only_a_zone_stands_for_a_zone(header: str, found: bool) -> None:
    assert (field_named("Created ({zone})", ("id", header)) is not None) == found


def test_a_rule_of_an_unknown_zone_is_a_fault() -> None:
    with pytest.raises(UsageError) as caught:
        mapped(MAPPING.replace("Asia/Tokyo", "Asia/Tokio"))
    assert "did you mean 'Asia/Tokyo'" in caught.value.what


def test_a_moment_in_the_zone_of_its_header_knows_summer_time() -> None:
    mapping = MAPPING.replace("timezone: Europe/Berlin\n", "")
    export = "id,Created (Europe/Berlin)\n1,2025-01-01 12:00\n2,2025-07-01 12:00\n"
    assert column(admitted(export, mapping), "created_at") == [
        datetime(2025, 1, 1, 11, tzinfo=UTC), datetime(2025, 7, 1, 10, tzinfo=UTC),
    ]  # fmt: skip
