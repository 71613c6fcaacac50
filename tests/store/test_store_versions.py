"""Can a reader still open what was loaded then, and does it stay cheap after many imports?"""

from __future__ import annotations

import json
import multiprocessing
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from stored_tickets import day, offered, rows, ticket, tickets

from workbench.errors import UsageError
from workbench.store.compaction import MANY
from workbench.store.delta import files_at
from workbench.store.state import LoadedFile
from workbench.store.store import Offered, Store
from workbench.tables.catalog import TABLES
from workbench.tables.rows import Rows
from workbench.workspace import Workspace


def on(moment: str, name: str, **tables: pa.Table) -> Offered:
    """One file that was imported at a moment."""
    one = offered(name, **tables)
    return Offered(LoadedFile(**{**vars(one.file), "imported_at": moment}), one.tables)


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """Three imports: on 1 March at noon, on 5 March twice."""
    store = Store(tmp_path / "store")
    for number, moment in enumerate(
        ["2025-03-01T12:00:00+00:00", "2025-03-05T08:00:00+00:00", "2025-03-05T20:00:00+00:00"]
    ):
        changed = rows("tickets", ticket(1, f"v{number + 1}", number + 1), ticket(number + 2, "x"))
        store.take_in([on(moment, f"{number}.csv", tickets=changed)])
    return tmp_path


@pytest.mark.parametrize(
    ("as_of", "version"),
    [
        ("", 3), (1, 1), ("2", 2), ("2025-03-01", 1), (date(2025, 3, 4), 1),
        ("2025-03-05T08:00:00Z", 2), ("2025-03-05T20:00:00+01:00", 2), ("2025-03-05", 3),
        ("2026-01-01", 3),
    ],
)  # fmt: skip
def test_a_workspace_opens_as_it_was(grown: Path, as_of: str | int | date, version: int) -> None:
    opened = Workspace.open(grown, as_of=as_of)
    found = opened.frame("tickets").set_index("ticket_id")["subject"]
    assert opened.state.version == version
    assert found["1"] == f"v{version}"
    assert len(found) == opened.state.tables["tickets"].rows == version + 1
    assert len(opened.state.files) == version


def test_each_version_has_its_own_data_version(grown: Path) -> None:
    names = {Workspace.open(grown, as_of=n).state.data_version for n in (1, 2, 3)}
    assert len(names) == 3
    assert Workspace.open(grown).state.data_version in names


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2025-02-28", "first import was at 2025-03-01T12:00"), ("4", "there are 1 to 3"),
        ("march", "neither a version nor a date"),
    ],
)  # fmt: skip
def test_what_never_was_is_refused_in_words(grown: Path, as_of: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        _ = Workspace.open(grown, as_of=as_of).state


def test_the_command_line_tells_what_was_loaded(grown: Path, workbench: Callable[..., Any]) -> None:
    then = workbench("tables", "--as-of", "2025-03-01", "--json", "--workspace", grown)
    told = json.loads(then.out)
    assert (told["version"], told["tables"][0]["rows"]) == (1, 2)
    listed = workbench("tables", "--versions", "--json", "--workspace", grown)
    assert [v["version"] for v in json.loads(listed.out)["versions"]] == [3, 2, 1]
    assert workbench("tables", "--as-of", "9", "--workspace", grown).code == 2


def test_a_store_from_before_versions_were_kept_keeps_its_state_as_the_first(grown: Path) -> None:
    store = Store(grown / "store")
    state = json.loads((store.folder / "state.json").read_text())
    del state["version"]
    (store.folder / "state.json").write_text(json.dumps(state))
    for file in (store.folder / "versions").iterdir():
        file.unlink()
    store.take_in([offered("new.csv", tickets=rows("tickets", ticket(1, "newest", 9)))])
    assert [v.version for v in store.versions] == [1, 2]
    assert tickets(store, store.state_at("1"))["1"] == "v3"
    assert tickets(store)["1"] == "newest"


def test_many_small_imports_become_few_files_and_every_version_stays(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for number in range(2 * MANY + 3):
        store.take_in([offered(f"{number}.csv", tickets=rows("tickets", ticket(number, "x")))])
    current = store.state.tables["tickets"]
    assert len(files_at(store.folder / "tickets", current.version)) < MANY
    for number in (1, MANY, 2 * MANY, 2 * MANY + 3):
        assert len(tickets(store, store.state_at(str(number)))) == number


def test_steps_within_one_import_leave_no_files(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.take_in([offered("0.csv", tickets=rows("tickets", ticket(0, "x", 1)))])
    store.take_in(
        offered(f"{n}.csv", tickets=rows("tickets", ticket(0, f"step {n}", n))) for n in (2, 3, 4)
    )
    assert len(list((store.folder / "tickets").glob("*.parquet"))) == 2
    assert tickets(store, store.state_at("1")) == {"0": "x"}
    assert tickets(store) == {"0": "step 4"}


def test_a_column_that_a_newer_package_declares_is_empty_in_older_rows(tmp_path: Path) -> None:
    """The store was written when `tickets` had neither `brand` nor `tier`."""
    older = rows("tickets", ticket(1, "old", 1), ticket(2, "kept", 1)).drop_columns(
        ["brand", "tier"]
    )
    store = Store(tmp_path / "store")
    store.take_in([offered("a.csv", tickets=rows("tickets", ticket(1, "old", 1)))])
    folder = store.folder / "tickets"
    state = json.loads((store.folder / "state.json").read_text())
    write_deltalake(folder, older, mode="overwrite", schema_mode="overwrite")
    state = {**state, "tables": {"tickets": {**state["tables"]["tickets"], "rows": 2,
             "version": DeltaTable(folder).version()}}}  # fmt: skip
    (store.folder / "state.json").write_text(json.dumps(state))
    opened = Workspace.open(tmp_path)
    assert list(opened.frame("tickets")["brand"].isna()) == [True, True]
    assert opened.table("tickets")["tier"].type().is_integer()

    newer = {**ticket(1, "new", 2), "brand": "calder", "tier": 2}
    done = store.take_in([offered("b.csv", tickets=rows("tickets", newer, ticket(2, "kept", 1)))])
    assert (done[0]["tickets"].updated, done[0]["tickets"].unchanged) == (1, 1)
    found = Workspace.open(tmp_path).frame("tickets").set_index("ticket_id")
    assert (found.loc["1", "brand"], found.loc["1", "tier"]) == ("calder", 2)
    assert found.loc["2", ["brand", "tier"]].isna().all()
    assert len(tickets(store)) == 2


def test_a_custom_field_may_appear_later(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.take_in([offered("a.csv", tickets=rows("tickets", ticket(1, "a", 1)))])
    more = {**ticket(2, "b", 1), "custom": '{"plan": "gold"}'}
    store.take_in([offered("b.csv", tickets=rows("tickets", more))])
    found = Workspace.open(tmp_path).frame("tickets").set_index("ticket_id")["custom"]
    assert found.isna().to_dict() == {"1": True, "2": False}
    assert json.loads(found["2"]) == {"plan": "gold"}


def test_a_large_update_is_streamed_and_equals_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.store import delta

    found = []
    for most in (0, 10_000):
        monkeypatch.setattr(delta, "_MERGED_AT_MOST", most)
        store = Store(tmp_path / str(most))
        first = [ticket(n, "before", 1) for n in range(50)]
        second = [ticket(n, "after", 2) for n in range(25, 75)]
        store.take_in([offered("a.csv", tickets=rows("tickets", *first))])
        done = store.take_in([offered("b.csv", tickets=rows("tickets", *second))])[0]["tickets"]
        assert (done.new, done.updated, done.rows) == (25, 25, 75)
        found.append(tickets(store))
    assert found[0] == found[1]
    assert set(found[0].values()) == {"before", "after"}


def test_rows_are_read_a_batch_at_a_time(tmp_path: Path) -> None:
    table = rows("tickets", *(ticket(n, "x", n % 28 + 1) for n in range(300)))
    alive = []

    def batches() -> Any:
        for batch in table.to_batches(max_chunksize=100):
            alive.append(batch.num_rows)
            yield batch

    given = Rows(
        table.schema, 300, lambda: pa.RecordBatchReader.from_batches(table.schema, batches())
    )
    store = Store(tmp_path / "store")
    store.take_in([Offered(offered("a.csv", tickets=table).file, {"tickets": given})])
    assert alive == [100, 100, 100]
    known = store.state.tables["tickets"]
    assert (known.rows, known.first_at, known.as_of) == (
        300, day(1).isoformat(), day(28).isoformat(),
    )  # fmt: skip


def _importing(folder: str, turns: int) -> None:
    store = Store(Path(folder))
    for turn in range(1, turns + 1):
        store.take_in(
            [
                offered(
                    f"{turn}.csv",
                    tickets=rows("tickets", *(ticket(n, f"turn {turn}", turn) for n in range(40))),
                    teams=rows("teams", {"group_id": "g", "team": f"turn {turn}"}),
                )
            ]
        )


def test_readers_see_all_of_an_import_or_nothing_of_it(tmp_path: Path) -> None:
    """Another process imports while threads read: every reader finds one turn in both tables."""
    folder = tmp_path / "store"
    _importing(str(folder), 1)
    writer = multiprocessing.get_context("spawn").Process(target=_importing, args=(str(folder), 12))
    views: list[set[str]] = []

    def read() -> None:
        while writer.is_alive():
            opened = Workspace.open(tmp_path)
            found = set(opened.frame("tickets")["subject"]) | set(opened.frame("teams")["team"])
            views.append(found)

    writer.start()
    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    writer.join()
    for reader in readers:
        reader.join()
    assert writer.exitcode == 0
    assert all(len(view) == 1 for view in views), views
    assert len({next(iter(view)) for view in views}) > 1  # they did meet different turns
    assert TABLES.keys() >= Workspace.open(tmp_path).state.tables.keys()
