"""Open a workspace folder and hand out its tables; what a notebook imports first."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.backends.sql import SQLBackend
from ibis.expr.datatypes import DataType

from workbench.errors import UsageError
from workbench.project import project_root
from workbench.store.delta import files_at
from workbench.store.engines import EMBEDDED, Engine, chosen_engine, open_engine
from workbench.store.state import StoreState
from workbench.store.store import Store
from workbench.tables.catalog import TABLES

T = TypeVar("T")

# What an export can know about its tickets, and the level that is called.
LEVELS = {
    "L0": "one row per ticket",
    "L1": "L0 and every message",
    "L2": "L1 and the history of status, group and assignee",
}


class Workspace:
    """One folder of data as it was when it was opened: `store/`, `runs/`, `site/`, `catalogue/`.

    Later imports do not change what an open workspace shows; open it again to see them.
    """

    def __init__(self, root: Path | str, *, as_of: str = "", engine: str = EMBEDDED) -> None:
        self.root = Path(root)
        self.store = Store(self.root / "store")
        self._wanted = as_of
        self._chosen = engine

    @classmethod
    def open(
        cls, root: Path | str = "", *, as_of: str | int | date = "", engine: str = ""
    ) -> Workspace:
        """A workspace that holds data, or a `UsageError` that says how to import some.

        Without ``root``: ``$WORKBENCH_WORKSPACE``, else the project's own ``data/``. With
        ``as_of`` (a version's number, a day or a moment in UTC): what was loaded then; a run of a
        report is told its version in ``$WORKBENCH_AS_OF``, and keeps to it.
        ``engine`` computes it: ``duckdb``, ``spark``, a Spark master or an ``sc://`` address;
        without it ``$WORKBENCH_ENGINE``, else DuckDB.
        """
        if not root and not as_of:
            as_of = os.environ.get("WORKBENCH_AS_OF", "")
        root = root or os.environ.get("WORKBENCH_WORKSPACE") or project_root(Path.cwd()) / "data"
        wanted = as_of.isoformat() if isinstance(as_of, date) else str(as_of)
        workspace = cls(root, as_of=wanted, engine=chosen_engine(engine))
        if not workspace.state.tables:
            raise UsageError(
                "nothing was ever imported here.", where=f"workspace {root}",
                fix="Run 'workbench import PATH' or 'workbench demo' first.",
            )  # fmt: skip
        return workspace

    @cached_property
    def state(self) -> StoreState:
        """What was loaded when the workspace was opened, or at the moment asked for."""
        return self.store.state_at(self._wanted) if self._wanted else self.store.state

    @cached_property
    def engine(self) -> Engine:
        """The engine that every expression of this workspace runs on."""
        return open_engine(self._chosen)

    @property
    def backend(self) -> SQLBackend:
        """The engine as Ibis knows it."""
        return self.engine.backend

    def has(self, *tables: str) -> bool:
        """Are all these tables loaded?"""
        return all(name in self.state.tables for name in tables)

    def table(self, name: str) -> ir.Table:
        """One canonical table as an Ibis expression."""
        return self._tables[name] if name in self._tables else self._opened(name)

    @cached_property
    def _tables(self) -> dict[str, ir.Table]:
        return {}

    def _opened(self, name: str) -> ir.Table:
        loaded = self.state.tables.get(name)
        if loaded is None:
            raise UsageError(
                f"table {name!r} is not loaded.",
                where=f"workspace {self.root}",
                fix=f"There are: {', '.join(self.state.tables)}.",
            )
        files = files_at(self.store.folder / name, loaded.version)
        found = self.engine.read(name, files)
        # What no file has yet, because it is older than the column, is empty everywhere.
        lacking = [f for f in TABLES[name].schema if f.name not in found.columns]
        if lacking:
            found = found.mutate(
                **{f.name: ibis.null(DataType.from_pyarrow(f.type)) for f in lacking}
            )
        self._tables[name] = found
        return found

    def once(self, name: str, build: Callable[[], ir.Table], *, index: str = "") -> ir.Table:
        """A derived table, computed the first time it is asked for and kept while open.

        With ``index`` rows are found by that column without a pass over all of them, where the
        engine can.
        """
        if name not in self._tables:
            self._tables[name] = self.engine.keep(name, build(), index=index)
        return self._tables[name]

    def holds(self, name: str) -> bool:
        """Was this derived table computed already?"""
        return name in self._tables

    def remembered(self, key: Hashable, build: Callable[[], T]) -> T:
        """Something worked out once and kept while open; treat it as read-only."""
        if key not in self._kept:
            self._kept[key] = build()
        kept: T = self._kept[key]
        return kept

    @cached_property
    def _kept(self) -> dict[Hashable, Any]:
        return {}

    def frame(self, name: str) -> pd.DataFrame:
        """One canonical table as a pandas frame."""
        return self.table(name).to_pandas()

    def as_of(self, *tables: str) -> datetime | None:
        """The moment up to which all of these tables (default: any) reach."""
        if not tables:
            return self.state.as_of
        ends = [self.state.tables[t].as_of for t in tables if t in self.state.tables]
        known = [end for end in ends if end is not None]
        return datetime.fromisoformat(min(known)) if known else None

    def first_at(self, table: str) -> datetime | None:
        """The earliest moment a table speaks of."""
        loaded = self.state.tables.get(table)
        return datetime.fromisoformat(loaded.first_at) if loaded and loaded.first_at else None

    def levels(self) -> dict[str, str]:
        """How much each source knows about its tickets, in words."""
        sources = self.state.tables["tickets"].sources if self.has("tickets") else {}
        return {source: self._level(source) for source in sources}

    def _level(self, source: str) -> str:
        def told(name: str) -> bool:
            return name in self.state.tables and source in self.state.tables[name].sources

        if told("messages"):
            return "L2" if told("events") else "L1"
        return "L0 + history" if told("events") else "L0"


def kept_versions(workspace: Workspace) -> list[dict[str, object]]:
    """Every state the workspace had, the latest first, as ``workbench tables --versions`` says."""
    return [
        {
            "version": one.version,
            "written_at": one.written_at,
            "files": one.files,
            "rows": {name: table.rows for name, table in one.tables.items()},
        }
        for one in reversed(workspace.store.versions)
    ]


def loaded_tables(workspace: Workspace) -> list[dict[str, object]]:
    """What is loaded: one row per table, as ``workbench tables`` prints it."""
    rows: list[dict[str, object]] = []
    levels = workspace.levels()
    for name, table in workspace.state.tables.items():
        fed = [f for f in workspace.state.files if name in f.tables]
        sources = dict.fromkeys(f.source for f in fed)
        rows.append(
            {
                "table": name,
                "rows": table.rows,
                "from": table.first_at,
                "as_of": table.as_of,
                "level": [f"{s}: {levels[s]}" for s in sources] if name == "tickets" else None,
                "sources": list(sources),
                "last_import": max((f.imported_at for f in fed), default=None),
                "rejected": sum(f.rejected for f in fed),
            }
        )
    return rows
