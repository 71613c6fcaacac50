"""Is an import visible as a whole or not at all, also after a crash?"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from stored_tickets import column, day, offered, rows, ticket, tickets

from workbench.errors import LockedError, WorkbenchError
from workbench.store import store as store_module
from workbench.store.store import Offered, Store

TEAM = {"group_id": "g", "team": "before"}


def both(subject: str, team: str, name: str = "b.csv") -> Offered:
    """One file that changes two tables."""
    return offered(
        name,
        tickets=rows("tickets", ticket(1, subject, 9)),
        teams=rows("teams", {**TEAM, "team": team}),
    )


def seen(store: Store) -> tuple[dict[str, str], dict[str, str]]:
    return tickets(store), column(store, "teams", "group_id", "team")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    filled = Store(tmp_path / "store")
    filled.take_in([both("before", "before", "a.csv")])
    return filled


BEFORE = ({"1": "before"}, {"g": "before"})
AFTER = ({"1": "after"}, {"g": "after"})


def test_reader_sees_the_old_rows_while_an_import_is_under_way(store: Store) -> None:
    views = []

    def files() -> Iterator[Offered]:
        yield both("after", "after")
        views.append(seen(store))  # the first file is written by now
        yield offered("c.csv", tickets=rows("tickets", ticket(2, "more", 9)))

    opened = store.state
    store.take_in(files())
    assert views == [BEFORE]
    assert tickets(store, opened) == {"1": "before"}
    assert tickets(store) == {"1": "after", "2": "more"}


@pytest.mark.parametrize("table", ["tickets", "teams"])
def test_fault_between_tables_leaves_the_old_state(
    store: Store, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    real = store_module.upsert

    def breaking(folder: Path, *given: object, **named: bool) -> object:
        done = real(folder, *given, **named)  # type: ignore[arg-type]
        if folder.name == table:
            raise RuntimeError("power cut")
        return done

    before = store.state
    monkeypatch.setattr(store_module, "upsert", breaking)
    with pytest.raises(RuntimeError, match="power cut"):
        store.take_in([both("after", "after")])
    assert store.state == before
    assert seen(store) == BEFORE
    monkeypatch.undo()
    store.take_in([both("after", "after")])
    assert seen(store) == AFTER


def test_fault_before_the_commit_undoes_every_file(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_module, "write_state", full)
    with pytest.raises(WorkbenchError, match="No space left.*nothing was imported"):
        store.take_in([both("after", "after"), both("later", "later", "c.csv")])
    assert seen(store) == BEFORE
    monkeypatch.undo()
    # What the crash wrote must not count: the same file is still news.
    done = store.take_in([both("after", "after")])
    assert done[0]["tickets"].updated == done[0]["teams"].updated == 1
    assert seen(store) == AFTER


def test_faulty_later_file_undoes_the_earlier(store: Store) -> None:
    def files() -> Iterator[Offered]:
        yield both("after", "after")
        raise RuntimeError("unplugged")

    with pytest.raises(RuntimeError, match="unplugged"):
        store.take_in(files())
    assert seen(store) == BEFORE


CRASH = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from stored_tickets import offered, rows, ticket
from workbench.store import store as module
real = module.upsert
def dying(folder, *given, **named):
    real(folder, *given, **named)
    if folder.name == sys.argv[3]:
        os._exit(9)
module.upsert = dying
module.Store(Path(sys.argv[1])).take_in([offered("b.csv",
    tickets=rows("tickets", ticket(1, "after", 9), ticket(7, "new", 9)),
    teams=rows("teams", {"group_id": "g", "team": "after"}),
    agents=rows("agents", {"agent_id": "1"}))])
"""


@pytest.mark.parametrize("table", ["tickets", "teams", "agents"])
def test_killed_process_leaves_the_old_state_and_no_lock(store: Store, table: str) -> None:
    helpers = str(Path(__file__).parent)
    died = subprocess.run([sys.executable, "-c", CRASH, str(store.folder), helpers, table])
    assert died.returncode == 9
    assert seen(store) == BEFORE
    assert "agents" not in store.state.tables
    clean = Store(store.folder.parent / "clean")
    for one in (store, clean):
        if one is clean:
            one.take_in([both("before", "before", "a.csv")])
        one.take_in([both("after", "after")])
    assert seen(store) == seen(clean) == AFTER
    assert store.state.data_version == clean.state.data_version
    # Converged: a further import has nothing left to undo.
    versions = {name: table.version for name, table in store.state.tables.items()}
    store.take_in([both("after", "after")])
    assert versions == {name: table.version for name, table in store.state.tables.items()}


def test_second_importer_waits_and_is_then_told_to(store: Store) -> None:
    hurried = Store(store.folder, wait_seconds=0.2)
    with FileLock(store.folder / ".lock"), pytest.raises(LockedError, match="Wait") as caught:
        hurried.take_in([both("after", "after")])
    assert caught.value.exit_code == 5
    assert seen(store) == BEFORE


def test_second_importer_goes_on_where_the_first_has_finished(store: Store) -> None:
    holder = FileLock(store.folder / ".lock", thread_local=False)
    holder.acquire()
    threading.Timer(0.3, holder.release).start()
    Store(store.folder, wait_seconds=20).take_in([both("after", "after")])
    assert seen(store) == AFTER


def test_same_file_twice_changes_nothing(store: Store) -> None:
    before, text = store.state, (store.folder / "state.json").read_bytes()
    done = store.take_in([both("before", "before", "a.csv")])
    assert done[0]["tickets"].unchanged == 1
    assert store.state == before
    assert (store.folder / "state.json").read_bytes() == text


def test_data_version_names_the_data(tmp_path: Path) -> None:
    def filled(name: str, *files: Offered) -> str:
        store = Store(tmp_path / name)
        for file in files:
            store.take_in([file])
        return store.state.data_version

    one, two = both("x", "y", "a.csv"), both("z", "y", "b.csv")
    assert filled("1", one, two) == filled("2", one, two) == filled("3", one, two, two)
    assert len({filled("4", one), filled("5", two), filled("6", one, two)}) == 3


def test_same_bytes_read_otherwise_are_other_data(tmp_path: Path) -> None:
    versions = set()
    for zone in ("UTC", "Asia/Tokyo"):
        one = both("x", "y", "a.csv")
        read = Offered(type(one.file)(**{**vars(one.file), "read_as": zone}), one.tables)
        store = Store(tmp_path / zone.replace("/", "-"))
        store.take_in([read])
        versions.add(store.state.data_version)
    assert len(versions) == 2


def test_state_knows_span_rows_and_the_end_of_each_source(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.take_in([offered("a.csv", tickets=rows("tickets", ticket(1, "a", 9), ticket(2, "b")))])
    known = store.state.tables["tickets"]
    assert (known.rows, known.first_at) == (2, day(1).isoformat())
    assert known.as_of == day(9).isoformat()
    assert known.sources == {"s": day(9).isoformat()}
    assert store.state.as_of == day(9)


def test_empty_store_has_a_state(tmp_path: Path) -> None:
    state = Store(tmp_path / "nowhere").state
    assert (state.tables, state.files, state.as_of) == ({}, (), None)
