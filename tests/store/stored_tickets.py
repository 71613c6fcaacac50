"""Small tables of tickets, and what a store holds of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.store.delta import files_at
from workbench.store.state import LoadedFile, StoreState
from workbench.store.store import Offered, Store
from workbench.tables.catalog import TABLES


def day(number: int) -> datetime:
    """A day of March 2025."""
    return datetime(2025, 3, number, tzinfo=UTC)


def rows(name: str, *given: dict[str, Any]) -> pa.Table:
    """Canonical rows of one table; what is not given is empty."""
    table = TABLES[name]
    full = [{"source": "s", **row} for row in given]
    return table.check(pa.Table.from_pylist(full, table.schema))


def ticket(number: int, subject: str, updated: int | None = None) -> dict[str, Any]:
    """A ticket of 1 March."""
    return {
        "ticket_id": str(number),
        "created_at": day(1),
        "updated_at": day(updated) if updated else None,
        "subject": subject,
    }


def offered(name: str = "a.csv", **tables: pa.Table) -> Offered:
    """One file with these tables."""
    count = max(table.num_rows for table in tables.values())
    loaded = LoadedFile(
        path=name, sha256=f"sha of {name}", source="s",
        tables={n: t.num_rows for n, t in tables.items()}, records_in=count, kept=count,
        rejected=0, imported_at="2025-04-01T00:00:00+00:00",
    )  # fmt: skip
    return Offered(loaded, tables)


def tickets(store: Store, state: StoreState | None = None) -> dict[str, str]:
    """Subject by ticket, as a reader of this state sees them."""
    return column(store, "tickets", "ticket_id", "subject", state)


def column(
    store: Store, name: str, key: str, value: str, state: StoreState | None = None
) -> dict[str, str]:
    """One column of a stored table by one of its keys."""
    state = state or store.state
    if name not in state.tables:
        return {}
    files = files_at(store.folder / name, state.tables[name].version)
    found = [row for file in files for row in pq.read_table(file).to_pylist()]
    assert len({row[key] for row in found}) == len(found) == state.tables[name].rows
    return {row[key]: row[value] for row in found}
