"""From rows of records to rows of tables: one per key, whichever documents they came through."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from workbench.intake.canonical import Canonical
from workbench.intake.snapshots import changes, last_rows
from workbench.tables.catalog import TABLES
from workbench.tables.helpdesk import EVENTS


def settled_tables(
    connection: duckdb.DuckDBPyConnection, found: list[Canonical], faulty: set[int]
) -> tuple[dict[str, pa.Table], list[str]]:
    """Checked rows per table, one per key, without the records at fault; notes for the report."""
    gathered: dict[str, list[pa.Table]] = {}
    notes: list[str] = []
    logged = set()  # tables whose rows repeat a key on purpose, as an audit log does
    bad = pa.array(sorted(faulty), pa.int64())
    for canonical in found:
        rows = canonical.rows.filter(pc.invert(pc.is_in(canonical.rows["_record"], bad)))
        notes += canonical.notes
        if canonical.mapping.rows == "snapshots":
            gathered.setdefault(EVENTS.name, []).append(changes(connection, rows))
            logged.add(canonical.mapping.table)
        if canonical.mapping.rows == "mentions":  # every ticket names its agent again
            logged.add(canonical.mapping.table)
        gathered.setdefault(canonical.mapping.table, []).append(rows)
    tables = {}
    for name, parts in gathered.items():
        table, rows = TABLES[name], pa.concat_tables(parts)
        kept = last_rows(connection, rows, table.key, table.order_by)
        gone = rows.num_rows - kept.num_rows
        if gone and name not in logged:
            which = f"the latest {table.order_by}" if table.order_by else "the last one"
            notes.append(f"{name}: {gone:,} records repeat a key; {which} was kept")
        tables[name] = table.check(kept.drop_columns(["_record"]))
    return tables, notes
