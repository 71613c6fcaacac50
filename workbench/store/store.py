"""The store as a whole: it takes in what passed the gate, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
from filelock import FileLock, Timeout

from workbench.errors import LockedError, UsageError
from workbench.store.delta import Upserted, upsert
from workbench.store.leftovers import settle
from workbench.store.state import LoadedFile, StoreState, TableState, read_state, write_state
from workbench.tables.catalog import TABLES
from workbench.tables.rows import Rows


@dataclass(frozen=True)
class Offered:
    """Checked rows of one file, and what to remember about the file."""

    file: LoadedFile
    tables: Mapping[str, Rows | pa.Table]


class Store:
    """Canonical tables in one folder. One importer writes at a time; readers never wait."""

    def __init__(self, folder: Path) -> None:
        bad = sorted(set("[]%*?") & set(str(folder.absolute())))
        if bad:  # Delta reads a path as an address, DuckDB as a pattern
            raise UsageError(
                f"the path holds {bad[0]!r}, which the store cannot handle.", where=str(folder),
                fix="Choose another folder.",
            )  # fmt: skip
        self.folder = folder

    @property
    def state(self) -> StoreState:
        """What is loaded right now."""
        return read_state(self.folder)

    def take_in(self, offered: Iterable[Offered]) -> list[dict[str, Upserted]]:
        """Upsert files in order; all of them become visible at once, or none.

        Returns, per file, what became of its rows in every table. Raises `LockedError` while
        another import is under way.
        """
        with self._locked():
            state = self._settled()
            results = []
            for one in offered:
                done = {
                    n: upsert(self.folder / n, TABLES[n], r)
                    for n, r in one.tables.items()
                    if r.num_rows
                }
                state = _advanced(state, one, done)
                results.append(done)
            if state != self.state:
                write_state(self.folder, state)
            return results

    def _settled(self) -> StoreState:
        """What is loaded, after undoing what a crash left behind."""
        state = self.state
        for name in TABLES:
            known = state.tables.get(name)
            settle(self.folder / name, known.version if known else None)
        return state

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / ".lock", timeout=0):
                yield
        except Timeout as fault:
            raise LockedError(
                "another import is writing to this workspace.", where=str(self.folder),
                fix="Wait until it has finished.",
            ) from fault  # fmt: skip


def _advanced(state: StoreState, one: Offered, done: dict[str, Upserted]) -> StoreState:
    if not any(result.new or result.updated for result in done.values()):
        return state  # the same file once more is the same data
    tables = dict(state.tables)
    for name, result in done.items():
        before = tables.get(name, TableState(0, 0))
        first, last = result.span.texts
        ends = dict(before.sources)
        if last is not None:
            ends[one.file.source] = max(last, ends.get(one.file.source, last))
        tables[name] = TableState(
            version=result.version,
            rows=result.rows,
            first_at=min(filter(None, (before.first_at, first)), default=None),
            as_of=max(ends.values(), default=None),
            sources=ends,
        )
    return replace(state, tables=tables).with_files((one.file,))
