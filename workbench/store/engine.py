"""The embedded engine: Ibis on DuckDB, in UTC, never opening a shared database file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from workbench.store.resources import memory_limit as allowed_memory
from workbench.store.resources import spill_folder

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


class Embedded:
    """DuckDB in this process; see `workbench.store.engines.Engine`."""

    def __init__(self) -> None:
        self.backend = connect()

    def read(self, name: str, files: list[str]) -> ir.Table:
        """Parquet files as one table."""
        return self.backend.read_parquet(files, table_name=name, union_by_name=len(files) > 1)

    def keep(self, name: str, rows: ir.Table, *, index: str = "") -> ir.Table:
        """A temporary table, with an index where rows are looked up by one column."""
        kept = self.backend.create_table(name, rows, temp=True)
        if index:
            self.backend.raw_sql(f'CREATE INDEX "{name}_{index}" ON "{name}" ("{index}")')
        return kept


def connect(*, memory_limit: str = "") -> Backend:
    """A private in-memory engine that spills to a folder of its own past ``memory_limit``."""
    # An import needs no expressions, and should not wait a second for them.
    from workbench.store.duckdb_backend import Backend

    backend = Backend().connect(**_limits(memory_limit))
    _settle(backend.con)
    return backend


def scratch(*, memory_limit: str = "") -> duckdb.DuckDBPyConnection:
    """A plain DuckDB connection with the same settings, for the gate and the store."""
    connection = duckdb.connect(config={**_limits(memory_limit)})
    _settle(connection)
    return connection


def _limits(at_most: str) -> dict[str, str]:
    return {"memory_limit": allowed_memory(at_most), "temp_directory": str(spill_folder())}


def _settle(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    # What is not built in must not be fetched at run time.
    connection.execute("SET autoinstall_known_extensions = false")
