"""A help desk and a shop over two years, made by hash functions: the same rows on every machine.

    python benchmarks/peers/data.py FOLDER TICKETS SEED

Nothing is held in memory: DuckDB streams every table into a Parquet file, which the workspace's
own store adopts as an import would. Not random numbers but hashes of the ticket's number decide,
so that tickets, messages and events of one ticket agree without a join.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import story
from pyarrow.parquet import ParquetFile

from workbench.store.state import LoadedFile
from workbench.store.store import Offered, Store
from workbench.tables.catalog import TABLES
from workbench.tables.rows import Rows
from workbench.tables.schema import Kind

_SQL = {
    Kind.TEXT: "VARCHAR", Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN",
    Kind.TIME: "TIMESTAMPTZ", Kind.MONEY: "DECIMAL(18, 4)", Kind.LIST: "VARCHAR[]",
    Kind.JSON: "VARCHAR",
}  # fmt: skip
SOURCES = {"orders": "shop", "refunds": "pay"}


def canonical(table: str, query: str) -> str:
    """The query's columns as declared, and null for every declared column it does not have."""
    found = {name for name, *_ in duckdb.execute(f"DESCRIBE {query}").fetchall()}
    assert found <= set(TABLES[table].names), found - set(TABLES[table].names)
    cells = {c.name: f'"{c.name}"' if c.name in found else "NULL" for c in TABLES[table].columns}
    cells["source"] = f"'{SOURCES.get(table, 'desk')}'"
    typed = (f'{cells[c.name]}::{_SQL[c.kind]} AS "{c.name}"' for c in TABLES[table].columns)
    return f"SELECT {', '.join(typed)} FROM ({query})"


def written(path: Path, query: str) -> None:
    """One Parquet file, row groups as small as the store writes them."""
    duckdb.execute(
        f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)"
    )


def offered(table: str, path: Path) -> Offered:
    """A file to be adopted by the store."""
    schema, n = TABLES[table].schema, ParquetFile(path).metadata.num_rows

    def opened() -> pa.RecordBatchReader:
        batches = ParquetFile(path).iter_batches(20_000)
        return pa.RecordBatchReader.from_batches(schema, (b.cast(schema) for b in batches))

    told = LoadedFile(
        path=f"{table}.csv", sha256=table, source=SOURCES.get(table, "desk"), tables={table: n},
        records_in=n, kept=n, rejected=0, imported_at="2026-01-02T00:00:00+00:00",
    )  # fmt: skip
    return Offered(told, {table: Rows(schema, n, opened, path)})


def main() -> None:
    """Write all tables into a workspace."""
    folder, n, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    duckdb.execute("SET TimeZone = 'UTC'; SET memory_limit = '4GB'")
    duckdb.execute("SET autoinstall_known_extensions = false")
    for macro in story.MACROS:
        duckdb.execute(macro.format(n=n, seed=seed))
    store, base = Store(folder / "store"), folder / "base.parquet"
    written(base, story.BASE.format(n=n))
    for table, query in story.QUERIES.items():
        path = folder / f"{table}.parquet"
        written(path, canonical(table, query.format(n=n, base=f"read_parquet('{base}')")))
        store.take_in([offered(table, path)])
        print(f"{store.state.tables[table].rows:,} {table}", flush=True)
    base.unlink()


if __name__ == "__main__":
    main()
