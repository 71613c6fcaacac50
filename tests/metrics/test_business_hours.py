"""Does the engine count business seconds to the second as the clock in numpy does?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pytest
from hand_made import Log, at

from workbench.definitions.business_time import BusinessClock
from workbench.definitions.opening_hours import Schedule, Shift
from workbench.errors import UsageError
from workbench.metrics.business_hours import (
    calendar,
    schedules,
    with_open_seconds,
    with_open_seconds_of,
)
from workbench.workspace import Workspace

HOUR = 3600


def described(log: Log) -> Log:
    """An office that rests on a holiday, and a desk with two shifts, one of them until 24:00."""
    for day in ("mon", "tue", "wed", "thu", "fri"):
        shift(log, "office", day, "09:00", "17:00")
    for place, (opens, closes) in enumerate([("07:30", "11:45"), ("18:00", "24:00")], start=1):
        shift(log, "desk", "sat", opens, closes, tz="Australia/Sydney", place=place)
        shift(log, "desk", "sun", opens, closes, tz="Australia/Sydney", place=place)
    return log.add("holidays", schedule="office", date="2025-07-04", label="a holiday")


def shift(
    log: Log, name: str, day: str, opens: str, closes: str,
    tz: str = "America/New_York", place: int = 1, source: str = "own",
) -> None:  # fmt: skip
    log.add(
        "schedules", schedule=name, tz=tz, day=day, shift=place, opens=opens, closes=closes,
        source=source,
    )  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One ticket of March 2024, data until the end of 2025, two schedules."""
    log = described(Log(until="2025-12-31"))
    log.ticket("1", "2024-03-05 09:00")
    return log.workspace(tmp_path_factory.mktemp("hours"))


def asked(
    moments: Sequence[datetime | None], names: Sequence[str | None], **more: Sequence[object]
) -> ir.Table:
    cells = {"begun": pa.array(moments, pa.timestamp("us", tz="UTC")), "hours": pa.array(names)}
    return ibis.memtable(pa.table({**cells, **{k: pa.array(v) for k, v in more.items()}}))


def test_schedules_are_read_as_they_were_set(workspace: Workspace) -> None:
    found = schedules(workspace)
    assert sorted(found) == ["desk", "office"]
    assert found["office"].shifts == tuple(Shift(day, 540, 1020) for day in range(5))
    assert found["office"].holidays == {date(2025, 7, 4)}
    assert (found["desk"].tz, found["desk"].holidays) == ("Australia/Sydney", frozenset())
    assert Shift(6, 18 * 60, 1440) in found["desk"].shifts


def test_the_calendar_reaches_from_the_year_before_to_two_years_after(workspace: Workspace) -> None:
    found = calendar(workspace)
    assert found is not None
    days = found.to_pyarrow().to_pandas().groupby("schedule").day.agg(["min", "max", "count"])
    span = (date(2023, 1, 1), date(2027, 12, 31))
    first, last = ((day - date(1970, 1, 1)).days for day in span)
    assert days.values.tolist() == [[first, last, last - first + 1]] * 2
    assert calendar(workspace) is found


def test_the_difference_of_two_moments_is_their_business_time(workspace: Workspace) -> None:
    rows = asked([at("07-03 20:00")], ["office"], ended=[at("07-07 14:00")])
    found = with_open_seconds(workspace, rows, "hours", ["begun", "ended"])
    [row] = workspace.backend.to_pyarrow(found).to_pylist()
    assert row["ended_open"] - row["begun_open"] == 2 * HOUR  # an hour on either side of 4 July


def test_every_row_and_every_other_column_stays(workspace: Workspace) -> None:
    # The names are those of the calendar's own columns.
    rows = asked([at("06-02"), None], ["office", "desk"], schedule=["a", "b"], day=[1, 2])
    found = with_open_seconds(workspace, rows, "hours", ["begun"])
    assert found.columns == ("begun", "hours", "schedule", "day", "begun_open")
    assert found.begun_open.type().is_int64()
    kept = workspace.backend.to_pyarrow(found.drop("begun_open").order_by("day"))
    assert kept.to_pylist() == workspace.backend.to_pyarrow(rows.order_by("day")).to_pylist()


def test_what_is_not_known_is_null(workspace: Workspace) -> None:
    moments = [at("06-02"), at("06-02"), None, at("2022-12-31"), at("2028-01-01")]
    rows = asked(moments, ["nobody", None, "office", "office", "office"])
    found = with_open_seconds(workspace, rows, "hours", ["begun"])
    assert workspace.backend.to_pyarrow(found.begun_open).to_pylist() == [None] * 5


def test_a_fraction_of_a_second_is_cut_off_not_rounded(workspace: Workspace) -> None:
    rows = asked([at("06-02 14:00:00.999999"), at("06-02 14:00:00")], ["office", "office"])
    found = with_open_seconds(workspace, rows, "hours", ["begun"])
    assert workspace.backend.to_pyarrow(found.begun_open.nunique()).as_py() == 1


def test_spark_can_be_asked_the_same(workspace: Workspace) -> None:
    found = calendar(workspace)
    assert found is not None
    rows = ibis.table({"begun": "timestamp('UTC')", "hours": "string"}, name="tickets")
    days = ibis.table(found.schema(), name="business_calendar")
    text = str(ibis.to_sql(with_open_seconds_of(days, rows, "hours", ["begun"]), dialect="pyspark"))
    assert "LEFT OUTER JOIN" in text
    assert "ASOF" not in text


def test_without_schedules_nothing_is_known(tmp_path: Path) -> None:
    log = Log()
    log.ticket("1", "03-05")
    bare = log.workspace(tmp_path)
    assert (schedules(bare), calendar(bare)) == ({}, None)
    found = with_open_seconds(bare, bare.table("tickets"), "source", ["created_at"])
    assert bare.backend.to_pyarrow(found.created_at_open).to_pylist() == [None]


def test_the_engine_agrees_with_the_clock_on_every_second(workspace: Workspace) -> None:
    rng = np.random.default_rng(0)
    first, last = (int(at(day).timestamp()) for day in ("2023-01-01", "2028-01-01"))
    half_hours = rng.integers(first // 1800 + 1, last // 1800, 3000) * 1800  # shifts end on these
    seconds = np.append(rng.integers(first, last, 3000), half_hours + rng.integers(-1, 2, 3000))
    names = rng.choice(["office", "desk"], 6000)
    rows = ibis.memtable(
        pa.table(
            {
                "id": np.arange(6000),
                "at": pa.array(seconds * 1_000_000, pa.timestamp("us", tz="UTC")),
                "hours": pa.array(names),
            }
        )
    )
    found = with_open_seconds(workspace, rows, "hours", ["at"]).order_by("id")
    told = workspace.backend.to_pyarrow(found)
    for name, schedule in schedules(workspace).items():
        clock = BusinessClock(schedule, date(2023, 1, 1), date(2023, 1, 1))
        mine = names == name
        assert (
            told["at_open"].to_numpy()[mine].tolist() == clock.open_seconds(seconds[mine]).tolist()
        )


@pytest.mark.parametrize(("closes", "tz"), [("18:00", "America/New_York"), ("17:00", "UTC")])
def test_two_sources_may_repeat_a_schedule_but_not_contradict_it(
    tmp_path: Path, closes: str, tz: str
) -> None:
    log = Log()
    log.ticket("1", "03-05")
    for source in ("a", "b"):
        shift(log, "office", "mon", "09:00", "17:00", source=source)
    assert schedules(log.workspace(tmp_path / "same"))["office"] == Schedule(
        "office", "America/New_York", (Shift(0, 540, 1020),)
    )
    shift(log, "office", "mon", "09:00", closes, tz=tz, source="c")
    with pytest.raises(UsageError, match="schedule 'office': a, b, c give it"):
        schedules(log.workspace(tmp_path / "other"))
