"""Canonical tables as Delta tables: upsert by key, read at a recorded version."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote
from uuid import uuid4

import duckdb
import pyarrow as pa
from deltalake import (
    DeltaTable,
    PostCommitHookProperties,
    Schema,
    WriterProperties,
    write_deltalake,
)
from deltalake.transaction import AddAction, create_table_with_add_actions

from workbench.store.engine import scratch
from workbench.store.span import Span
from workbench.tables.rows import BATCH_ROWS, Rows
from workbench.tables.schema import Table

# Small row groups: a writer keeps one of them in memory, and a reader may skip the others.
WRITTEN = WriterProperties(compression="ZSTD", max_row_group_size=50_000)
# A version is kept until the workspace itself lets go of it: a report published last year must
# still find the data it was made from.
_KEPT_FOR_REPORTS: dict[str, str | None] = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
    "delta.enableExpiredLogCleanup": "false",
}
# Versions that a crash left behind are taken out again; a checkpoint of one would outlive it.
KEPT_LOGS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
_MERGED_AT_MOST = 10_000  # a merge holds the files it changes in memory, so many rows stream
_COMPARING = "300MB"  # past this the rows to compare wait on disk


@dataclass(frozen=True)
class Upserted:
    """What became of the rows offered to a table; ``older`` lost against a later row stored."""

    version: int
    rows: int
    new: int
    updated: int
    unchanged: int
    older: int
    span: Span = Span()


def files_at(folder: Path, version: int) -> list[str]:
    """The Parquet files that hold the table at ``version``."""
    return _paths(DeltaTable(folder, version=version))


def _paths(table: DeltaTable) -> list[str]:
    """Delta names its files as URIs, in which a blank is %20; readers want paths."""
    return [unquote(uri) for uri in table.file_uris()]


def flush(folder: Path, before: int | None, version: int) -> None:
    """Put what was written after ``before`` on the disk itself: a power cut must not undo it."""
    known = set() if before is None else set(files_at(folder, before))
    log = folder / "_delta_log"
    first = 0 if before is None else before + 1
    entries = [log / f"{number:020}.json" for number in range(first, version + 1)]
    files = [Path(file) for file in files_at(folder, version) if file not in known]
    for path in (*files, *filter(Path.exists, entries), folder, log):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def upsert(
    folder: Path, table: Table, offered: Rows | pa.Table, *, reread: bool = False
) -> Upserted:
    """Write rows (checked, one per key) so that the later row of every key is stored.

    Where the table has an ``order_by`` column, a stored row with a later value stays; an empty
    value counts as earliest and equal values let the offered row win. ``reread``: the rows are of
    a file that was read in another way before, and so may be earlier than what they correct.
    """
    rows = Rows.of(offered)
    if not (folder / "_delta_log").exists():
        return _created(folder, table, rows)
    stored = DeltaTable(folder)
    span = Span()
    with scratch(memory_limit=_COMPARING) as connection:
        counts = _compare(connection, table, _paths(stored), rows, reread=reread)
        for name in table.clock:
            ends = connection.sql(
                f'SELECT unnest([min("{name}"), max("{name}")]) AS "{name}" FROM offered'
            )
            span = span.over(ends.to_arrow_table(), (name,))
        if counts.get("updated", 0) > _MERGED_AT_MOST:
            _write(folder, _everything(connection, table, rows.schema), mode="overwrite")
        elif counts.get("updated"):
            _merge(stored, table, _changed(connection, rows.schema))
        elif counts.get("new"):
            _write(folder, _changed(connection, rows.schema), mode="append")
        total = connection.execute("SELECT count(*) FROM stored").fetchall()[0][0]
    return Upserted(
        version=DeltaTable(folder).version(),
        rows=total + counts.get("new", 0),
        new=counts.get("new", 0),
        updated=counts.get("updated", 0),
        unchanged=counts.get("unchanged", 0),
        older=counts.get("older", 0),
        span=span,
    )


def _created(folder: Path, table: Table, rows: Rows) -> Upserted:
    """The first rows of a table go straight to disk; only a batch is in memory."""
    if rows.file is not None:
        return _adopted(folder, table, rows, rows.file)
    seen = [Span()]

    def passing() -> Iterator[pa.RecordBatch]:
        for batch in rows.open():
            seen[0] = seen[0].over(batch, table.clock)
            yield batch

    reader = pa.RecordBatchReader.from_batches(rows.schema, passing())
    _write(folder, reader, mode="error")
    return Upserted(DeltaTable(folder).version(), rows.num_rows, rows.num_rows, 0, 0, 0, seen[0])


def _adopted(folder: Path, table: Table, rows: Rows, file: Path) -> Upserted:
    """Rows that lie in a Parquet file of their own become the table as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / f"part-00000-{uuid4()}-c000.zstd.parquet"
    shutil.move(file, own)
    added = AddAction(
        own.name, own.stat().st_size, {}, modification_time=int(own.stat().st_mtime * 1000),
        data_change=True, stats=json.dumps({"numRecords": rows.num_rows}),
    )  # fmt: skip
    create_table_with_add_actions(
        str(folder), Schema.from_arrow(rows.schema), [added], configuration=_KEPT_FOR_REPORTS,
        post_commithook_properties=KEPT_LOGS,
    )  # fmt: skip
    span = Span().of_file(own, table.clock)
    return Upserted(DeltaTable(folder).version(), rows.num_rows, rows.num_rows, 0, 0, 0, span)


def _compare(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    files: list[str],
    rows: Rows,
    *,
    reread: bool,
) -> dict[str, int]:
    """``verdicts``: for every offered row new, updated, unchanged or older; their counts."""
    connection.register("offered_rows", rows.open())
    connection.execute("CREATE TABLE offered AS SELECT * FROM offered_rows")
    connection.unregister("offered_rows")
    paths = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    # What a file written by an older version of the package lacks is empty in it.
    connection.execute(
        f"CREATE VIEW stored AS SELECT * FROM (SELECT * FROM offered LIMIT 0) "
        f"UNION ALL BY NAME SELECT * FROM read_parquet([{paths}], union_by_name = true)"
    )
    keys = ", ".join(f'"{k}"' for k in table.key)
    order = f'"{table.order_by}"' if table.order_by and not reread else "NULL"
    # Where a record stood in its file does not make it another record. Contents are compared by
    # two 64-bit sums of them, taken in opposite order, so that long texts need not be kept.
    contents = [f'"{c}"' for c in table.names if c != "source_row"]
    sums = f"hash({', '.join(contents)}) AS _a, hash({', '.join(reversed(contents))}) AS _b"
    on = " AND ".join(f'o."{k}" = s."{k}"' for k in table.key)
    connection.execute(
        f"""CREATE TABLE verdicts AS
        SELECT o._row, CASE WHEN s."{table.key[0]}" IS NULL THEN 'new'
               WHEN o._a = s._a AND o._b = s._b THEN 'unchanged'
               WHEN coalesce(o._at < s._at, o._at IS NULL AND s._at IS NOT NULL) THEN 'older'
               ELSE 'updated' END AS verdict
        FROM (SELECT {keys}, rowid AS _row, {order} AS _at, {sums} FROM offered) o
        LEFT JOIN (SELECT {keys}, {order} AS _at, {sums} FROM stored) s ON {on}"""
    )
    found = connection.execute("SELECT verdict, count(*) FROM verdicts GROUP BY 1").fetchall()
    return {verdict: count for verdict, count in found}


def _write(
    folder: Path, rows: pa.RecordBatchReader, *, mode: Literal["error", "append", "overwrite"]
) -> None:
    """Stream rows into a new version; a column the table did not know yet is added to it."""
    write_deltalake(
        folder,
        rows,
        mode=mode,
        schema_mode=None if mode == "error" else "merge",
        writer_properties=WRITTEN,
        configuration=_KEPT_FOR_REPORTS if mode == "error" else None,
        post_commithook_properties=KEPT_LOGS,
    )


def _changed(connection: duckdb.DuckDBPyConnection, schema: pa.Schema) -> pa.RecordBatchReader:
    """The offered rows that are to be written, a batch at a time."""
    found = connection.sql(
        "SELECT * FROM offered WHERE rowid IN "
        "(SELECT _row FROM verdicts WHERE verdict IN ('new', 'updated'))"
    ).to_arrow_reader(BATCH_ROWS)
    return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in found))


def _everything(
    connection: duckdb.DuckDBPyConnection, table: Table, schema: pa.Schema
) -> pa.RecordBatchReader:
    """The whole table as it will be: what stays of the stored rows, then the changed ones."""
    same = " AND ".join(f'changed."{k}" = stored."{k}"' for k in table.key)
    connection.execute(
        "CREATE VIEW changed AS SELECT * FROM offered WHERE rowid IN "
        "(SELECT _row FROM verdicts WHERE verdict IN ('new', 'updated'))"
    )
    found = connection.sql(
        f"SELECT * FROM stored WHERE NOT EXISTS (SELECT 1 FROM changed WHERE {same}) "
        "UNION ALL BY NAME SELECT * FROM changed"
    ).to_arrow_reader(BATCH_ROWS)
    return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in found))


def _merge(stored: DeltaTable, table: Table, rows: pa.RecordBatchReader) -> None:
    """Change a few rows: only the files that hold them are written again."""
    on = " AND ".join(f'offered."{k}" = stored."{k}"' for k in table.key)
    (
        stored.merge(
            rows,
            predicate=on,
            source_alias="offered",
            target_alias="stored",
            merge_schema=True,
            writer_properties=WRITTEN,
            post_commithook_properties=KEPT_LOGS,
        )
        .when_matched_update_all()
        .when_not_matched_insert_all()
        .execute()
    )
