"""``workbench export``: a canonical table, or what is worked out from them, for other tools."""

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

from workbench.analyses.backlog import backlog_by_day
from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.metrics.facts.contacts import issue_facts
from workbench.metrics.facts.due import promises_due
from workbench.metrics.facts.wide import wide_facts
from workbench.reporting.saved import csv_bytes
from workbench.tables.catalog import table_named
from workbench.workspace import Workspace

FORMATS = ("csv", "parquet", "json")


def export_table(
    workspace: Path, name: str, *, format: str, out: Path | None, engine: str = ""
) -> None:
    """Write the table to ``out`` in one step, or to stdout."""
    if format not in FORMATS:
        raise UsageError(
            f"{format!r} is no format.", where="--format", fix=f"There are: {', '.join(FORMATS)}."
        )
    opened = Workspace.open(workspace, engine=engine)
    if name not in DERIVED:
        table_named(name)
    rows = _rows(opened, name)
    content = {"csv": _csv, "parquet": _parquet, "json": _json}[format](rows)
    if out is None:
        sys.stdout.buffer.write(content)
        return
    staged = out.with_name(f".{out.name}.{os.getpid()}")
    staged.write_bytes(content)
    os.replace(staged, out)


def _facts(workspace: Workspace) -> pa.Table:
    return wide_facts(workspace).order_by("source", "ticket_id").to_pyarrow()


def _issues(workspace: Workspace) -> pa.Table:
    return issue_facts(workspace).order_by("source", "ticket_id").to_pyarrow()


def _promises(workspace: Workspace) -> pa.Table:
    return pa.Table.from_pandas(promises_due(workspace), preserve_index=False)


def _backlog(workspace: Workspace) -> pa.Table:
    first, last = workspace.first_at("tickets"), workspace.as_of("tickets")
    span = Period.parse(f"{first:%Y-%m}..{last:%Y-%m}")
    return pa.Table.from_pandas(backlog_by_day(workspace, span).frame, preserve_index=False)


# What is worked out rather than loaded: one row per ticket, issue, promise, day.
DERIVED = {"facts": _facts, "issues": _issues, "promises": _promises, "backlog": _backlog}


def _rows(workspace: Workspace, name: str) -> pa.Table:
    if name in DERIVED:
        return DERIVED[name](workspace)
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
