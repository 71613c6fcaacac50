"""From rows of records to rows of tables: one per key, whichever documents they came through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from workbench.intake.canonical import Canonical
from workbench.intake.snapshots import changes
from workbench.intake.sql import named
from workbench.tables.catalog import TABLES
from workbench.tables.helpdesk import EVENTS
from workbench.tables.rows import BATCH_ROWS, Rows
from workbench.tables.schema import Table

_FEW = 1_000  # records at fault that a query can name one by one


def settled_tables(
    connection: duckdb.DuckDBPyConnection, found: list[Canonical], faulty: set[int]
) -> tuple[dict[str, Rows], list[str]]:
    """Checked rows per table, one per key, without the records at fault; notes for the report.

    The rows stay in the engine until they are asked for.
    """
    good = _without(connection, faulty)
    gathered: dict[str, list[str]] = {}
    notes: list[str] = []
    logged = set()  # tables whose rows repeat a key on purpose, as an audit log does
    for canonical in found:
        rows = f"(SELECT * FROM {canonical.rows}{good})"
        notes += canonical.notes
        if canonical.mapping.rows == "snapshots":
            events = changes(
                connection, rows, f"changes_of_{canonical.rows}",
                in_order=canonical.mapping.in_order,
            )  # fmt: skip
            gathered.setdefault(EVENTS.name, []).append(events)
            logged.add(canonical.mapping.table)
        if canonical.mapping.rows == "mentions":  # every ticket names its agent again
            logged.add(canonical.mapping.table)
        gathered.setdefault(canonical.mapping.table, []).append(rows)
    tables = {}
    for name, parts in gathered.items():
        table = TABLES[name]
        final, gone = _one_per_key(connection, table, parts)
        if gone and name not in logged:
            which = f"the latest {table.order_by}" if table.order_by else "the last one"
            notes.append(f"{name}: {gone:,} records repeat a key; {which} was kept")
        alone = len(found) == 1 and not gone and not faulty
        tables[name] = _rows(connection, table, final, found[0].file if alone else None)
    return tables, notes


def _without(connection: duckdb.DuckDBPyConnection, faulty: set[int]) -> str:
    """SQL: the condition that leaves out the records at fault and keeps the order of the rest."""
    if not faulty:
        return ""
    if len(faulty) <= _FEW:
        return f" WHERE _record NOT IN ({', '.join(map(str, sorted(faulty)))})"
    connection.execute("CREATE OR REPLACE TABLE faulty_records (_record BIGINT)")
    connection.register("faults", pa.table({"_record": pa.array(sorted(faulty), pa.int64())}))
    connection.execute("INSERT INTO faulty_records SELECT _record FROM faults")
    connection.unregister("faults")
    return " WHERE _record NOT IN (SELECT _record FROM faulty_records) ORDER BY _record"


def _one_per_key(
    connection: duckdb.DuckDBPyConnection, table: Table, parts: list[str]
) -> tuple[str, int]:
    """A query for one row per key, and how many rows lost against a later one.

    The latest by the table's ``order_by`` wins, by place in the file where that is equal.
    """
    keys = ", ".join(named(key) for key in table.key)
    every = " UNION ALL ".join(parts)
    repeated = connection.execute(
        f"SELECT 1 FROM ({every}) GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
    ).fetchall()
    if not repeated:
        return f"({every})", 0
    # One record may give several rows, so a row's place is its own.
    connection.execute(f"CREATE OR REPLACE TABLE every_row AS {every}")
    order = f"{named(table.order_by)} DESC NULLS LAST, " if table.order_by else ""
    connection.execute(
        f"CREATE OR REPLACE TABLE settled_{table.name} AS SELECT * EXCLUDE (_place) FROM "
        f"(SELECT *, rowid AS _place FROM every_row) QUALIFY row_number() OVER "
        f"(PARTITION BY {keys} ORDER BY {order}_record DESC, _place DESC) = 1 ORDER BY _place"
    )
    total, kept = (
        connection.execute(f"SELECT count(*) FROM {each}").fetchall()[0][0]
        for each in ("every_row", f"settled_{table.name}")
    )
    connection.execute("DROP TABLE every_row")
    return f"settled_{table.name}", total - kept


def _rows(
    connection: duckdb.DuckDBPyConnection, table: Table, final: str, file: Path | None
) -> Rows:
    count = connection.execute(f"SELECT count(*) FROM {final}").fetchall()[0][0]
    columns = ", ".join(named(name) for name in table.names)

    def opened() -> pa.RecordBatchReader:
        # A cursor of its own: what is still being read is not disturbed by the next question.
        found = connection.cursor().sql(f"SELECT {columns} FROM {final}")
        return pa.RecordBatchReader.from_batches(
            table.schema, _checked(table, found.to_arrow_reader(BATCH_ROWS))
        )

    return Rows(table.schema, count, opened, file)


def _checked(table: Table, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    for batch in reader:
        rows = pa.Table.from_batches([batch]).cast(table.schema)
        yield from table.check(rows, unique=False).to_batches()
