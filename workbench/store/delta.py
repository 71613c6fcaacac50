"""Canonical tables as Delta tables: upsert by key, read at a recorded version."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, WriterProperties, write_deltalake

from workbench.store.engine import scratch
from workbench.tables.schema import Table

_COMPRESSED = WriterProperties(compression="ZSTD")
# Delta forgets old versions after 30 days unless told otherwise; a report published last year
# must still find the data it was made from.
_KEPT_FOR_REPORTS: dict[str, str | None] = {
    "delta.logRetentionDuration": "interval 3650 days",
    "delta.deletedFileRetentionDuration": "interval 3650 days",
}


@dataclass(frozen=True)
class Upserted:
    """What became of the rows offered to a table; ``older`` lost against a later row stored."""

    version: int
    rows: int
    new: int
    updated: int
    unchanged: int
    older: int


def settle(folder: Path, version: int | None) -> int | None:
    """Undo what an interrupted import left behind: back to ``version``, or to nothing.

    Gives the version that now holds the rows of ``version``; undoing is a version of its own.
    """
    if version is None:
        if folder.exists():
            shutil.rmtree(folder)
        return None
    stored = DeltaTable(folder)
    if stored.version() != version:
        stored.restore(version)
    return DeltaTable(folder).version()


def files_at(folder: Path, version: int) -> list[str]:
    """The Parquet files that hold the table at ``version``."""
    return _paths(DeltaTable(folder, version=version))


def _paths(table: DeltaTable) -> list[str]:
    """Delta names its files as URIs, in which a blank is %20; readers want paths."""
    return [unquote(uri) for uri in table.file_uris()]


def upsert(folder: Path, table: Table, rows: pa.Table) -> Upserted:
    """Write ``rows`` (checked, one per key) so that the later row of every key is stored.

    Where the table has an ``order_by`` column, a stored row with a later value stays; an empty
    value counts as earliest and equal values let the offered row win.
    """
    if not folder.exists():
        write_deltalake(
            folder, rows, writer_properties=_COMPRESSED, configuration=_KEPT_FOR_REPORTS
        )
        return Upserted(DeltaTable(folder).version(), rows.num_rows, rows.num_rows, 0, 0, 0)
    stored = DeltaTable(folder)
    with scratch() as connection:
        verdicts = _compared(connection, table, _paths(stored), rows)
        counts = dict(
            connection.execute("SELECT verdict, count(*) FROM verdicts GROUP BY 1").fetchall()
        )
        total = connection.execute("SELECT count(*) FROM stored").fetchall()[0][0]
    writable = rows.filter(pa.compute.is_in(verdicts, pa.array(["new", "updated"])))
    if writable.num_rows:
        _merge(stored, table, writable)
    return Upserted(
        version=DeltaTable(folder).version(),
        rows=total + counts.get("new", 0),
        new=counts.get("new", 0),
        updated=counts.get("updated", 0),
        unchanged=counts.get("unchanged", 0),
        older=counts.get("older", 0),
    )


def _compared(
    connection: duckdb.DuckDBPyConnection, table: Table, files: list[str], rows: pa.Table
) -> pa.ChunkedArray:
    """For every offered row, in order: new, updated, unchanged or older than what is stored."""
    connection.register("offered_rows", rows.append_column("_row", pa.array(range(rows.num_rows))))
    connection.execute("CREATE TABLE offered AS SELECT * FROM offered_rows")
    connection.read_parquet(files).create_view("stored")
    on = " AND ".join(f'o."{k}" = s."{k}"' for k in table.key)
    # Where a record stood in its file does not make it another record.
    contents = [c for c in table.names if c != "source_row"]
    same = " AND ".join(f'o."{c}" IS NOT DISTINCT FROM s."{c}"' for c in contents)
    older = (
        f'coalesce(o."{table.order_by}" < s."{table.order_by}", '
        f'o."{table.order_by}" IS NULL AND s."{table.order_by}" IS NOT NULL)'
        if table.order_by
        else "false"
    )
    connection.execute(
        f"""CREATE TABLE verdicts AS
        SELECT o._row, CASE WHEN s."{table.key[0]}" IS NULL THEN 'new' WHEN {same} THEN 'unchanged'
               WHEN {older} THEN 'older' ELSE 'updated' END AS verdict
        FROM offered o LEFT JOIN stored s ON {on}"""
    )
    ordered = connection.sql("SELECT verdict FROM verdicts ORDER BY _row")
    return ordered.to_arrow_table()["verdict"]


def _merge(stored: DeltaTable, table: Table, rows: pa.Table) -> None:
    on = " AND ".join(f'offered."{k}" = stored."{k}"' for k in table.key)
    (
        stored.merge(
            rows,
            predicate=on,
            source_alias="offered",
            target_alias="stored",
            writer_properties=_COMPRESSED,
        )
        .when_matched_update_all()
        .when_not_matched_insert_all()
        .execute()
    )
