"""The embedded engine: Ibis on DuckDB, in UTC, never opening a shared database file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

MEMORY_LIMIT = "4GB"


def connect(*, memory_limit: str = MEMORY_LIMIT) -> Backend:
    """A private in-memory engine that spills to a temporary folder past ``memory_limit``."""
    import ibis  # an import needs no expressions, and should not wait a second for them

    backend = ibis.duckdb.connect(memory_limit=memory_limit, temp_directory=_spill_folder())
    _settle(backend.con)
    return backend


def scratch(*, memory_limit: str = MEMORY_LIMIT) -> duckdb.DuckDBPyConnection:
    """A plain DuckDB connection with the same settings, for the gate and the store."""
    connection = duckdb.connect(
        config={"memory_limit": memory_limit, "temp_directory": _spill_folder()}
    )
    _settle(connection)
    return connection


def _settle(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    # What is not built in must not be fetched at run time.
    connection.execute("SET autoinstall_known_extensions = false")


def _spill_folder() -> str:
    return str(Path(tempfile.gettempdir()) / "workbench-spill")
