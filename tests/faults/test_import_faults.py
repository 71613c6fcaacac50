"""Is every fault of an import said in a line, without harm to what is stored?"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from pathlib import Path

import pytest
from forking import Forks
from two_versions import Prepared, seen, write_exports

from workbench.store.store import Store


def complaint(stores: Prepared) -> str:
    """The line a failed command leaves: what and where, no traceback."""
    text = stores.log.read_text()
    assert "Traceback" not in text, text
    lines = [line for line in text.splitlines() if line.startswith(("error: ", "refused "))]
    assert lines, text
    return lines[0]


@pytest.mark.parametrize("kilobytes", [1, 2, 4, 8, 16, 32])
def test_no_space_left_changes_nothing(stores: Prepared, kilobytes: int) -> None:
    workspace = stores.fresh(f"full{kilobytes}")
    code = stores.forks.run(*stores.command(workspace), log=stores.log, limit=kilobytes * 1024)
    assert code != 0 or kilobytes > 16
    assert code == 0 or complaint(stores)
    assert seen(workspace) == (stores.old if code else stores.new)
    stores.converges(workspace)


def test_folder_that_may_not_be_written_to(stores: Prepared) -> None:
    workspace = stores.fresh("readonly")
    folders = [workspace / "store", *(p for p in (workspace / "store").rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    code = stores.forks.run(*stores.command(workspace), log=stores.log, strip=True)
    for folder in folders:
        folder.chmod(0o755)
    assert code != 0
    assert "Permission denied" in complaint(stores)
    assert "nothing was imported" in complaint(stores)
    assert seen(workspace) == stores.old
    stores.converges(workspace)


def test_lock_of_a_dead_process_is_no_lock(stores: Prepared) -> None:
    workspace = stores.fresh("stale")
    (workspace / "store" / ".lock").write_text("999999")
    (workspace / "store" / ".importing").touch()
    stores.converges(workspace)


def test_two_imports_at_once_both_count(stores: Prepared) -> None:
    workspace = stores.fresh("both")
    other = Forks()
    try:
        more = write_exports(stores.folder / "more", version=3, tickets=200)
        second = stores.command(workspace, more.name)
        stores.forks.start(*stores.command(workspace), log=stores.log)
        other.start(*second, log=stores.folder / "second.txt")
        codes = (stores.forks.wait(), other.wait())
    finally:
        other.close()
    assert codes == (0, 0), (stores.folder / "second.txt").read_text()
    state = Store(workspace / "store").state
    assert state.version == 3
    assert len(state.files) == len({file.sha256 for file in state.files})
    assert state.tables["orders"].rows == 1_800  # of the larger of the two exports
    seen(workspace)


def test_export_replaced_while_it_is_read_is_one_or_the_other(stores: Prepared) -> None:
    """The rows stored are those of the bytes whose hash is recorded."""
    contents = {}
    for letter in "ab":
        rows = [f"{n},2025-02-01,{n}.00,{letter}@shop.example" for n in range(4_000)]
        text = "order,placed,total,email\n" + "\n".join(rows) + "\n"
        contents[letter] = text.replace(".00", ".11" if letter == "a" else ".22")
    for number in range(3):
        folder = stores.folder / f"replaced{number}"
        folder.mkdir()
        export, done = folder / "orders.csv", threading.Event()
        export.write_text(contents["a"])
        swapping = threading.Thread(target=_swap, args=(export, contents, done))
        swapping.start()
        workspace = stores.fresh(f"swapped{number}")
        code = stores.forks.run(*stores.command(workspace, folder.name), log=stores.log)
        done.set()
        swapping.join()
        if code != 0:  # a file that changes under the reader's hands may be refused
            assert complaint(stores)
            assert seen(workspace) == stores.old
            continue
        recorded = Store(workspace / "store").state.files[-1].sha256
        stored = {hashlib.sha256(text.encode()).hexdigest(): c for c, text in contents.items()}
        assert _cents(stores, workspace) == {".11" if stored[recorded] == "a" else ".22"}


def _swap(export: Path, contents: dict[str, str], done: threading.Event) -> None:
    letter = "a"
    while not done.is_set():
        letter = "b" if letter == "a" else "a"
        staged = export.with_suffix(".staged")
        staged.write_text(contents[letter])
        os.replace(staged, export)
        time.sleep(0.002)


def _cents(stores: Prepared, workspace: Path) -> set[str]:
    """The cents of all stored totals of orders."""
    out = stores.folder / "orders.json"
    arguments = ["export", "orders", "--format", "json", "--out", out, "--workspace", workspace]
    assert stores.forks.run(*arguments, log=stores.log) == 0, stores.log.read_text()
    rows = json.loads(out.read_text())["rows"]
    return {f".{round(float(row['total']) * 100) % 100:02}" for row in rows}
