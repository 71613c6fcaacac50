"""The store as a whole: it takes in what passed the gate, all of it at once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake.exceptions import DeltaError
from filelock import FileLock, Timeout

from workbench.errors import IntakeError, LockedError, UsageError, WorkbenchError
from workbench.store.compaction import compact, shorten_log
from workbench.store.delta import Upserted, flush, upsert
from workbench.store.leftovers import settle, sweep
from workbench.store.state import LoadedFile, StoreState, TableState, read_state, write_state
from workbench.store.versions import Version, keep_version, state_at, versions
from workbench.tables.catalog import TABLES
from workbench.tables.rows import Rows

WAIT_SECONDS = 30.0
_LOG = logging.getLogger(__name__)
_UNDER_WAY = ".importing"  # lies in the store while an import writes


@dataclass(frozen=True)
class Offered:
    """Checked rows of one file, and what to remember about the file."""

    file: LoadedFile
    tables: Mapping[str, Rows | pa.Table]


class Store:
    """Canonical tables in one folder. One importer writes at a time; readers never wait."""

    def __init__(self, folder: Path, *, wait_seconds: float = WAIT_SECONDS) -> None:
        bad = sorted(set("[]%*?") & set(str(folder.absolute())))
        if bad:  # Delta reads a path as an address, DuckDB as a pattern
            raise UsageError(
                f"the path holds {bad[0]!r}, which the store cannot handle.", where=str(folder),
                fix="Choose another folder.",
            )  # fmt: skip
        self.folder = folder
        self.wait_seconds = wait_seconds

    @property
    def state(self) -> StoreState:
        """What is loaded right now."""
        return read_state(self.folder)

    def state_at(self, wanted: str) -> StoreState:
        """What was loaded at a version's number, on a day or at a moment."""
        return state_at(self.folder, self.state, wanted)

    @property
    def versions(self) -> list[Version]:
        """Every version there was, the earliest first."""
        return versions(self.folder, self.state)

    def take_in(self, offered: Iterable[Offered]) -> list[dict[str, Upserted]]:
        """Upsert files in order; all of them become visible at once, or none.

        Returns, per file, what became of its rows in every table. Raises `LockedError` while
        another import is under way for longer than this store waits.
        """
        with self._locked():
            with self._worded():
                before = self._settled()
                (self.folder / _UNDER_WAY).touch()
            state, results = before, []
            try:
                for one in offered:
                    _check_persons(state, one.file)
                    with self._worded():
                        done = self._written(one, _is_reread(state, one.file))
                    state = _advanced(state, one, done)
                    results.append(done)
                if state != before:
                    with self._worded():
                        state = self._commit(before, state)
            except BaseException:
                self._tidied(before, before, given_up=True)
                raise
            self._tidied(before, state)
            return results

    def _written(self, one: Offered, reread: bool) -> dict[str, Upserted]:
        return {
            name: upsert(self.folder / name, TABLES[name], rows, reread=reread)
            for name, rows in one.tables.items()
            if rows.num_rows
        }

    def _commit(self, before: StoreState, state: StoreState) -> StoreState:
        """Make the written rows visible, in one step."""
        if before.tables and not before.version:  # a store from before versions were kept
            before = replace(before, version=1)
            keep_version(self.folder, before)
        tables = {
            name: table if table == before.tables.get(name)
            else replace(table, version=compact(self.folder / name))
            for name, table in state.tables.items()
        }  # fmt: skip
        for name in (name for name, table in tables.items() if table != before.tables.get(name)):
            was = before.tables.get(name)
            flush(self.folder / name, was.version if was else None, tables[name].version)
        state = replace(state, tables=tables, version=before.version + 1)
        keep_version(self.folder, state)
        write_state(self.folder, state)
        return state

    def _settled(self) -> StoreState:
        """What is loaded, after undoing what a crash left behind."""
        state = self.state
        broken_off = (self.folder / _UNDER_WAY).exists()
        for name in TABLES:
            known = state.tables.get(name)
            undone = settle(self.folder / name, known.version if known else None)
            if known and (undone or broken_off):
                self._sweep(name)
        return state

    def _tidied(self, before: StoreState, state: StoreState, *, given_up: bool = False) -> None:
        """Leave nothing behind that no version names; what cannot be done now is done next time.

        The rows are safe by now, or given up: a fault in here must not hide which.
        """
        try:
            if given_up:
                self._settled()
            for name, table in state.tables.items():
                was = before.tables[name].version if name in before.tables else -1
                if table.version > was + 1:  # steps in between that no version names
                    self._sweep(name)
                shorten_log(self.folder / name, was, table.version)
        except (DeltaError, OSError, WorkbenchError) as fault:
            _LOG.warning("%s: left for the next import to tidy: %s", self.folder, fault)
        else:
            (self.folder / _UNDER_WAY).unlink()

    def _sweep(self, name: str) -> None:
        named = [v.tables[name].version for v in self.versions if name in v.tables]
        sweep(self.folder / name, [*named, self.state.tables[name].version])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._worded():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock", timeout=self.wait_seconds)
            try:
                lock.acquire()
            except Timeout as fault:
                raise LockedError(
                    "another import is writing to this workspace, and was not done after "
                    f"{self.wait_seconds:g} seconds.", where=str(self.folder),
                    fix="Wait until it has finished.",
                ) from fault  # fmt: skip
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _worded(self) -> Iterator[None]:
        """A full disk or a folder without rights is said in words; the old version stands."""
        try:
            yield
        except (DeltaError, duckdb.Error, OSError) as fault:
            told = str(getattr(fault, "strerror", None) or fault).split("\n")[0]
            raise WorkbenchError(
                f"the store could not be written ({told}); nothing was imported.",
                where=str(self.folder), fix="Check free space and rights, then import again.",
            ) from fault  # fmt: skip


def _check_persons(state: StoreState, file: LoadedFile) -> None:
    """Two keys in one store would make one customer two; who was first has decided."""
    if file.pseudonyms and state.pseudonyms not in ("", file.pseudonyms):
        raise IntakeError(
            "its persons were replaced with another key than those in the store.", where=file.path,
            fix="Import it again with the workspace's key, or into a new workspace.",
        )  # fmt: skip


def _is_reread(state: StoreState, file: LoadedFile) -> bool:
    """Was this very file read in another way before, such as in another zone?

    Then its rows correct what it said, even where a time of change has become earlier.
    """
    readings = [known.read_as for known in state.files if known.sha256 == file.sha256]
    return bool(readings) and readings[-1] != file.read_as


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
