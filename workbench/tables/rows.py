"""Canonical rows of one table on their way from the gate to the store, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

BATCH_ROWS = 20_000  # of tickets with long texts some 10 MB


@dataclass(frozen=True)
class Rows:
    """Rows that need not fit into memory: how many there are, and how to go through them.

    ``open`` starts from the first row and may be called more than once. ``file`` holds exactly
    these rows as Parquet where they are laid down already: whoever keeps them may move it.
    """

    schema: pa.Schema
    num_rows: int
    open: Callable[[], pa.RecordBatchReader]
    file: Path | None = None

    @classmethod
    def of(cls, table: pa.Table | Rows) -> Rows:
        """Rows that are in memory already."""
        if isinstance(table, Rows):
            return table
        return cls(table.schema, table.num_rows, lambda: table.to_reader(max_chunksize=BATCH_ROWS))

    def table(self) -> pa.Table:
        """All of them at once; for tables known to be small."""
        return self.open().read_all()
