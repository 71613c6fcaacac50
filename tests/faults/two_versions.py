"""A store that holds one version of three exports, and the exports of the next version."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
from forking import Forks

from workbench.store.delta import files_at
from workbench.store.leftovers import sweep
from workbench.store.store import Store

MAPPING = """
source: shop
table: tickets
columns: {ticket_id: ticket, created_at: opened, updated_at: changed, subject: subject, \
description: text}
---
source: shop
table: orders
columns: {order_id: order, created_at: placed, total: total, customer_key: email}
---
source: shop
table: teams
columns: {group_id: group, team: team}
"""
WORDS = "my parcel has not come and nobody answers ".split()


@dataclass(frozen=True)
class Fingerprint:
    """What a reader finds: the data's name, and every row of every table."""

    data_version: str
    rows: dict[str, str]


def write_exports(folder: Path, *, version: int, tickets: int = 1_200) -> Path:
    """Three exports; version 2 changes a third of version 1 and adds to it."""
    folder.mkdir(parents=True)
    lines = ["ticket,opened,changed,subject,text"]
    for number in range(tickets * (version + 1) // 2):
        changed = version if number % 3 == 0 else 1
        text = " ".join(WORDS[(number * k) % len(WORDS)] for k in range(40))
        lines.append(f"{number},2025-01-{number % 28 + 1:02},2025-03-0{changed},"
                     f"subject {number} {changed},{text} {number}")  # fmt: skip
    (folder / "tickets.csv").write_text("\n".join(lines) + "\n")
    orders = [f"{n},2025-02-{n % 28 + 1:02},{n}.50,c{n % 90}@shop.example"
              for n in range(600 * version)]  # fmt: skip
    (folder / "orders.csv").write_text("order,placed,total,email\n" + "\n".join(orders) + "\n")
    teams = [f"{n},team {n} {'old' if version == 1 else 'new'}" for n in range(12)]
    (folder / "teams.csv").write_text("group,team\n" + "\n".join(teams) + "\n")
    return folder


def import_arguments(exports: Path, mapping: Path, workspace: Path) -> list[object]:
    """The command that imports a folder of exports."""
    return ["import", exports, "--mapping", mapping, "--workspace", workspace]


def seen(workspace: Path) -> Fingerprint:
    """What a reader sees of a workspace; every table must have the rows its state promises."""
    store = Store(workspace / "store")
    state = store.state
    rows = {}
    for name, table in state.tables.items():
        files = files_at(store.folder / name, table.version)
        with duckdb.connect() as connection:
            stored = connection.read_parquet(files, union_by_name=True)
            found = stored.project("COLUMNS(*)::VARCHAR").order("ALL").fetchall()
        assert len(found) == table.rows
        rows[name] = hashlib.sha256(repr(found).encode()).hexdigest()
    return Fingerprint(state.data_version, rows)


def leftovers(workspace: Path) -> list[str]:
    """What lies in the store though no version of it needs it."""
    store = Store(workspace / "store")
    kept = store.versions
    odd = [p.name for p in store.folder.iterdir() if p.name not in
           {"state.json", "versions", ".lock", *store.state.tables}]  # fmt: skip
    numbers = sorted(int(p.stem) for p in (store.folder / "versions").glob("*"))
    if numbers != [v.version for v in kept]:
        odd.append(f"versions {numbers}")
    for name, table in store.state.tables.items():
        log = sorted((store.folder / name / "_delta_log").iterdir())
        named = [v.tables[name].version for v in kept if name in v.tables]
        if len(log) != table.version + 1:
            odd += [f"{name}/{p.name}" for p in log]
        copy = workspace.parent / f"{workspace.name}-{name}"
        shutil.copytree(store.folder / name, copy)
        odd += [f"{name}: {sweep(copy, named)} files"] if sweep(copy, named) else []
        shutil.rmtree(copy)
    return odd


@dataclass(frozen=True)
class Prepared:
    """The stores before and after the import that is interrupted, and the command for it."""

    folder: Path
    forks: Forks
    old: Fingerprint
    new: Fingerprint

    @property
    def mapping(self) -> Path:
        return self.folder / "mapping.yaml"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def fresh(self, name: str) -> Path:
        """A copy of the workspace that holds the old version."""
        workspace = self.folder / name
        shutil.copytree(self.folder / "old", workspace)
        return workspace

    def command(self, workspace: Path, exports: str = "exports2") -> list[object]:
        """The import of the new exports."""
        return import_arguments(self.folder / exports, self.mapping, workspace)

    def converges(self, workspace: Path) -> None:
        """The same import once more ends where an undisturbed one does, and nothing is left."""
        code = self.forks.run(*self.command(workspace), log=self.log)
        assert code == 0, self.log.read_text()
        assert seen(workspace) == self.new, workspace
        odd = leftovers(workspace)
        assert odd == [], odd


def prepared(folder: Path, forks: Forks) -> Prepared:
    """Fill one workspace with the old exports and another with both."""
    (folder / "mapping.yaml").write_text(MAPPING)
    for version in (1, 2):
        write_exports(folder / f"exports{version}", version=version)
    for name in ("old", "new"):
        arguments = import_arguments(folder / "exports1", folder / "mapping.yaml", folder / name)
        assert forks.run(*arguments, log=folder / "log.txt") == 0, (folder / "log.txt").read_text()
        if name == "old":  # one key for all of them: the same persons, the same pseudonyms
            (folder / "new").mkdir()
            shutil.copy2(folder / "old" / "pseudonym.key", folder / "new")
    arguments = import_arguments(folder / "exports2", folder / "mapping.yaml", folder / "new")
    assert forks.run(*arguments, log=folder / "log.txt") == 0
    assert json.loads((folder / "new" / "store" / "state.json").read_text())["version"] == 2
    return Prepared(folder, forks, seen(folder / "old"), seen(folder / "new"))
