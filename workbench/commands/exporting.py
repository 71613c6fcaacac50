"""``workbench export``: a canonical table, or one row of facts per ticket, for other tools."""

from __future__ import annotations

import json
import os
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import UsageError
from workbench.metrics.facts import ticket_facts
from workbench.reporting.saved import csv_bytes
from workbench.tables.catalog import table_named
from workbench.workspace import Workspace

FACTS = "facts"
FORMATS = ("csv", "parquet", "json")


def export_table(workspace: Path, name: str, *, format: str, out: Path | None) -> None:
    """Write the table to ``out`` in one step, or to stdout."""
    if format not in FORMATS:
        raise UsageError(
            f"{format!r} is no format.", where="--format", fix=f"There are: {', '.join(FORMATS)}."
        )
    opened = Workspace.open(workspace)
    if name != FACTS:
        table_named(name)
    rows = _rows(opened, name)
    content = {"csv": _csv, "parquet": _parquet, "json": _json}[format](rows)
    if out is None:
        sys.stdout.buffer.write(content)
        return
    staged = out.with_name(f".{out.name}.{os.getpid()}")
    staged.write_bytes(content)
    os.replace(staged, out)


def _rows(workspace: Workspace, name: str) -> pa.Table:
    if name == FACTS:
        return ticket_facts(workspace).order_by("source", "ticket_id").to_pyarrow()
    table = table_named(name)
    return workspace.table(name).order_by([*table.key]).to_pyarrow()


def _csv(rows: pa.Table) -> bytes:
    return csv_bytes(_isoformatted(rows))


def _parquet(rows: pa.Table) -> bytes:
    buffer = BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    return buffer.getvalue()


def _json(rows: pa.Table) -> bytes:
    found = [{k: _plain(k, v) for k, v in row.items()} for row in rows.to_pylist()]
    return (json.dumps({"rows": found}, ensure_ascii=False) + "\n").encode()


def _plain(name: str, value: Any) -> Any:
    if name == "custom":
        return json.loads(value) if value else {}
    if hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    return str(value) if type(value).__name__ == "Decimal" else value


def _isoformatted(rows: pa.Table) -> pd.DataFrame:
    frame = rows.to_pandas()
    for name in frame.select_dtypes("datetimetz"):
        frame[name] = frame[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return frame
