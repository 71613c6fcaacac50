"""Files and derived tables are the same on both engines."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.store.engines import Engine, open_engine

AT = datetime(2025, 3, 30, 1, 30, 0, 123456, tzinfo=UTC)  # an hour some zones do not have
OLD = pa.table(
    {
        "ref": pa.array(["a", None]),
        "at": pa.array([AT, None], pa.timestamp("us", tz="UTC")),
        "amount": pa.array([Decimal("12.3400"), None], pa.decimal128(18, 4)),
        "tags": pa.array([["vip", "late"], None], pa.list_(pa.string())),
        "n": pa.array([1, None], pa.int64()),
        "is_open": pa.array([True, None]),
    }
)
NEW = OLD.slice(0, 1).append_column("added_later", pa.array(["new"]))


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "spark":
        request.getfixturevalue("spark")
        return open_engine("local[*]")
    return open_engine("duckdb")


def written(folder: Path, *tables: pa.Table) -> list[str]:
    folder.mkdir(exist_ok=True)
    files = [str(folder / f"part-{number}.parquet") for number in range(len(tables))]
    for file, table in zip(files, tables, strict=True):
        pq.write_table(table, file)
    return files


def test_types_and_columns_that_came_later(engine: Engine, tmp_path: Path) -> None:
    read = engine.read("read", written(tmp_path / "a b", OLD, NEW))
    assert dict(read.schema().items()) == {
        "ref": ibis.dtype("string"),
        "at": ibis.dtype("timestamp('UTC', 6)"),
        "amount": ibis.dtype("decimal(18, 4)"),
        "tags": ibis.dtype("array<string>"),
        "n": ibis.dtype("int64"),
        "is_open": ibis.dtype("boolean"),
        "added_later": ibis.dtype("string"),
    }
    rows = read.to_pyarrow().sort_by([("ref", "ascending"), ("added_later", "ascending")])
    expected = {**OLD.to_pylist()[0], "added_later": None}
    assert expected in rows.to_pylist()
    assert {**expected, "added_later": "new"} in rows.to_pylist()
    assert dict.fromkeys(expected) in rows.to_pylist()


def test_a_folder_may_be_called_like_a_pattern(spark: str, tmp_path: Path) -> None:
    files = written(tmp_path / "a [b] {c,d} e? ü%20", OLD)
    assert open_engine("local[*]").read("read", files).count().to_pandas() == 2


def test_a_derived_table_is_computed_once(engine: Engine, tmp_path: Path) -> None:
    rows = engine.read("read", written(tmp_path / "x", OLD, NEW))
    kept = engine.keep("kept", rows.mutate(drawn=ibis.random()), index="ref")
    assert kept.schema()["at"].timezone == "UTC"
    first, again = (kept.order_by("drawn").to_pandas()["drawn"].to_list() for _ in range(2))
    assert first == again
    assert len(set(first)) == 3


def test_a_frame_in_memory_can_be_kept(engine: Engine) -> None:
    kept = engine.keep("kept", ibis.memtable(OLD))
    assert kept.count().to_pandas() == 2


def test_kept_rows_join_read_ones_in_a_union(engine: Engine, tmp_path: Path) -> None:
    rows = engine.read("read", written(tmp_path / "x", NEW))
    moved = rows.mutate(at=rows["at"].epoch_seconds().as_timestamp("s").cast("timestamp('UTC')"))
    assert rows.union(engine.keep("kept", moved)).count().to_pandas() == 2


def test_a_filter_may_compare_with_a_window(engine: Engine, tmp_path: Path) -> None:
    rows = engine.read("read", written(tmp_path / "x", OLD, NEW))
    rows = rows.mutate(place=ibis.row_number().over(order_by=[rows.ref, rows.added_later]))
    by_ref = ibis.window(group_by="ref")
    last = rows.filter(lambda r: r.place == r.place.max().over(by_ref), lambda r: r.n == 1)
    assert last.to_pyarrow()["added_later"].to_pylist() == [None]


def test_leaves_of_json_are_read_alike(engine: Engine, tmp_path: Path) -> None:
    text = ibis.literal('{"s": "a b", "n": 3, "f": 1.5, "yes": true, "deep": {"er": "x"}}')
    rows = engine.read("read", written(tmp_path / "x", NEW)).select(told=text)
    told = rows.told.cast("json")
    found = rows.select(
        s=told["s"].str, n=told["n"].int, f=told["f"].float, yes=told["yes"].bool,
        er=told["deep"]["er"].str, nothing=told["nothing"].str,
    )  # fmt: skip
    assert found.to_pyarrow().to_pylist() == [
        {"s": "a b", "n": 3, "f": 1.5, "yes": True, "er": "x", "nothing": None}
    ]


def test_two_workspaces_do_not_see_each_other(spark: str) -> None:
    one, other = open_engine("local[*]"), open_engine("local[*]")
    one.keep("kept", ibis.memtable(OLD))
    assert "kept" not in other.backend.list_tables()
