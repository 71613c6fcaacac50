"""Plain rows of texts on their way into DuckDB, a batch at a time: one raw table per kind."""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.rules import ColumnRule
from workbench.intake.nested.shape import Row
from workbench.intake.sql import named

BATCH = 20_000


@dataclass
class _Waiting:
    """Rows of one kind that are not written yet, with their record numbers and lines."""

    rows: list[Row] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


@dataclass
class RawRows:
    """Tables ``raw_<kind>``: text columns, ``_record`` (from 1, in file order) and ``_line``.

    ``wanted``: the fields of each kind that some mapping reads; the others are left behind, and so
    are the rows of kinds that none reads. ``always``: columns that are there even if no row has
    them. A table is made with its first row.
    """

    connection: duckdb.DuckDBPyConnection
    wanted: dict[str, tuple[str, ...]]
    always: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fields: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _waiting: dict[str, _Waiting] = field(default_factory=dict)

    def add(self, kind: str, record: int, line: int, row: Row) -> None:
        """One row of one record."""
        if kind not in self.wanted:
            return
        waiting = self._waiting.get(kind)
        if waiting is None:
            waiting = self._waiting[kind] = _Waiting()
        waiting.rows.append(row)
        waiting.records.append(record)
        waiting.lines.append(line)
        if len(waiting.rows) >= BATCH:
            self._flush(kind)

    def finish(self) -> dict[str, tuple[str, ...]]:
        """Write what waits; the fields of every table."""
        for kind in [*self._waiting]:
            self._flush(kind)
        return self.fields

    def _flush(self, kind: str) -> None:
        waiting = self._waiting.pop(kind)
        rows = waiting.rows
        held: set[str] = set().union(*rows)
        fields = [name for name in self.wanted[kind] if name in held]
        columns = {
            name: pa.array([row.get(name) for row in rows], pa.string())
            for name in dict.fromkeys([*fields, *self.always.get(kind, ())])
        }
        batch = pa.table(
            {
                **columns,
                "_record": pa.array(waiting.records, pa.int64()),
                "_line": pa.array(waiting.lines, pa.int64()),
            }
        )
        table = named(f"raw_{kind}")
        self.connection.register("batch", batch)
        if kind not in self.fields:
            self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS FROM batch LIMIT 0")
        for name in columns:
            self.connection.execute(
                f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {named(name)} VARCHAR"
            )
        self.connection.execute(f"INSERT INTO {table} BY NAME FROM batch")
        self.connection.unregister("batch")
        self.fields[kind] = tuple(dict.fromkeys([*self.fields.get(kind, ()), *fields]))


def read_fields(mapping: Mapping) -> tuple[str, ...]:
    """Every name of the export that a mapping asks for."""
    names = [*mapping.beside]
    for rule in mapping.columns.values():
        names += _sources(rule)
    return tuple(dict.fromkeys(names))


def _sources(rule: ColumnRule) -> list[str]:
    return [*rule.source, *(_sources(rule.fallback) if rule.fallback else ())]
