"""How much does the gate cost over a plain copy? Both read the sample's orders in one run.

The peer is DuckDB's own ``COPY (SELECT * FROM read_csv(...)) TO parquet``, which guesses types,
checks nothing and counts nothing. Ratios of CPU seconds; best of three.
"""

from __future__ import annotations

import gzip
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from workbench.intake.gate import Options
from workbench.intake.imports import import_files
from workbench.store.store import Store

ORDERS = Path(__file__).parents[1] / "data" / "sample" / "shopify" / "orders.csv.gz"


def best(work: Callable[[Path], object]) -> float:
    """CPU seconds of the fastest of three runs, each in a folder of its own."""
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            start = time.process_time()
            work(Path(folder))
            times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print both times and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "orders.csv"
        plain.write_bytes(gzip.decompress(ORDERS.read_bytes()))
        rows = plain.read_text().count("\n") - 1
        copied = best(
            lambda out: duckdb.execute(
                f"COPY (SELECT * FROM read_csv('{plain}')) TO '{out / 'orders.parquet'}'"
            )
        )
        now = datetime(2025, 7, 1, tzinfo=UTC)
        gated = best(lambda out: import_files(Store(out), [plain], Options(), now=now))
    print(f"{rows:,} records of 75 columns into orders and order_lines")
    print(f"DuckDB copy, sniffed   {copied:6.2f} CPU s   1.0x")
    print(f"gate and store         {gated:6.2f} CPU s   {gated / copied:.1f}x")


if __name__ == "__main__":
    main()
