"""Do files reach the store together, and does a refused file change nothing?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gate_texts import TICKETS, mapped
from shared_data import ROOT, shared

from workbench.errors import UsageError
from workbench.intake.imports import export_files, import_files
from workbench.intake.mappings.mapping_files import load_mappings
from workbench.intake.options import Options
from workbench.intake.outcome import FileOutcome
from workbench.store.delta import files_at
from workbench.store.engine import scratch
from workbench.store.store import Store

NOW = datetime(2025, 7, 1, tzinfo=UTC)
SUBJECTS = TICKETS + "  subject: subject\n  updated_at: upd\n"


def imported(store: Store, *paths: Path, **options: object) -> list[FileOutcome]:
    given = {"mappings": mapped(SUBJECTS), **options}
    outcomes = import_files(store, paths, Options(**given), now=NOW)  # type: ignore[arg-type]
    for outcome in outcomes:
        assert outcome.records_in == outcome.kept + len(outcome.rejected) or outcome.error
    return outcomes


def asked(store: Store, sql: str) -> list[tuple[object, ...]]:
    """Rows of a question about the stored tables."""
    with scratch() as connection:
        for name, table in store.state.tables.items():
            files = files_at(store.folder / name, table.version)
            connection.read_parquet(files).create_view(name)
        return connection.execute(sql).fetchall()


def write(folder: Path, name: str, *records: str) -> Path:
    path = folder / name
    path.write_text("id,at,upd,subject\n" + "".join(f"{r}\n" for r in records), encoding="utf-8")
    return path


def test_refused_file_changes_nothing_and_the_others_load(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    good = write(tmp_path, "a.csv", "1,2025-03-01,2025-03-02,x", "2,never,2025-03-02,y")
    bad = write(tmp_path, "b.csv", "1,never,2025-03-09,z")
    one, two = imported(store, good, bad)
    assert (one.outcome, one.kept, one.tables) == ("loaded_with_rejects", 1, {"tickets": 1})
    assert (two.outcome, two.kept, two.tables) == ("refused", 0, {})
    assert two.as_json()["error"]["where"] == "b.csv"
    assert asked(store, "SELECT ticket_id, subject FROM tickets") == [("1", "x")]
    assert [f.path for f in store.state.files] == [str(good)]
    before = store.state
    assert imported(store, bad)[0].outcome == "refused"
    assert store.state == before


def test_same_file_again_is_unchanged(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    path = write(tmp_path, "a.csv", "1,2025-03-01,2025-03-02,x", "2,2025-03-01,2025-03-02,y")
    imported(store, path)
    before, text = store.state, (store.folder / "state.json").read_bytes()
    again = imported(store, path)[0]
    assert (again.updated, again.unchanged) == (0, 2)
    assert store.state.data_version == before.data_version
    assert (store.folder / "state.json").read_bytes() == text


def test_older_rows_are_told(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    imported(store, write(tmp_path, "a.csv", "1,2025-03-01,2025-03-05,new"))
    late = imported(store, write(tmp_path, "b.csv", "1,2025-03-01,2025-03-02,old"))[0]
    assert "1 rows were older than what is stored" in late.warnings[-1]
    assert asked(store, "SELECT subject FROM tickets") == [("new",)]


def test_two_files_or_one_give_the_same_rows(tmp_path: Path) -> None:
    records = [f"{n},2025-03-01,2025-03-0{n % 9 + 1},s{n % 5}" for n in (1, 2, 3, 4, 1, 5)]
    whole, split = Store(tmp_path / "whole"), Store(tmp_path / "split")
    imported(whole, write(tmp_path, "all.csv", *records))
    imported(split, write(tmp_path, "a.csv", *records[:3]), write(tmp_path, "b.csv", *records[3:]))
    question = "SELECT ticket_id, subject, updated_at::VARCHAR FROM tickets ORDER BY ticket_id"
    assert asked(whole, question) == asked(split, question)


def test_folder_gives_its_exports_in_order(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.csv", "a.ndjson", "deep/c.csv.gz", "truth.json", ".hidden.csv", "notes.md"):
        (tmp_path / name).write_text("x")
    found = [
        p.relative_to(tmp_path).as_posix() for p in export_files([tmp_path, tmp_path / "b.csv"])
    ]
    assert found == ["a.ndjson", "b.csv", "deep/c.csv.gz"]
    with pytest.raises(UsageError, match="no such file"):
        export_files([tmp_path / "none.csv"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no export to import"):
        export_files([tmp_path / "empty"])


def test_committed_sample_loads_but_for_the_rows_broken_on_purpose(tmp_path: Path) -> None:
    store = Store(tmp_path)
    outcomes = imported(store, ROOT / "data" / "sample", mappings=())
    broken = json.loads((ROOT / "data" / "sample" / "truth.json").read_text())["broken_rows"]
    rejected = [(o.path, r.line) for o in outcomes for r in o.rejected]
    assert [line for _, line in rejected] == [row["line"] for row in broken]
    assert all(p.endswith(row["file"]) for (p, _), row in zip(rejected, broken, strict=True))
    assert {o.source for o in outcomes} == {
        "zendesk", "gorgias", "freshdesk", "shopify", "stripe", "own"
    }  # fmt: skip
    assert set(store.state.tables) >= {
        "tickets", "messages", "events", "surveys", "agents", "teams", "customers", "orders",
        "order_lines", "refunds",
    }  # fmt: skip
    again = imported(store, ROOT / "data" / "sample", mappings=())
    assert not any(o.updated for o in again)


def mapping_of(name: str) -> Options:
    mappings = load_mappings(ROOT / "data" / "mappings" / f"{name}.yaml")
    return Options(mappings=mappings, date_order="day_first" if name == "uci_incidents" else None)


def test_service_now_log_gives_its_published_figures(tmp_path: Path) -> None:
    path = shared("data/uci_incident_heads/incident_events_5998_resaved.csv")
    store = Store(tmp_path)
    outcome = import_files(store, [path], mapping_of("uci_incidents"), now=NOW)[0]
    assert (outcome.records_in, outcome.kept, outcome.rejected) == (5998, 5998, ())
    assert asked(
        store,
        "SELECT count(*), count(*) FILTER (n_reopens > 0), count(*) FILTER (n_reassignments > 0), "
        "count(*) FILTER (sla_met), count(*) FILTER (NOT sla_met) FROM tickets",
    ) == [(890, 10, 391, 495, 395)]


def test_other_head_of_the_log_loads_with_the_same_mapping(tmp_path: Path) -> None:
    path = shared("data/uci_incident_heads/incident_events_198.csv")
    store = Store(tmp_path)
    outcome = import_files(store, [path], mapping_of("uci_incidents"), now=NOW)[0]
    assert (outcome.records_in, outcome.kept) == (198, 198)
    last = {line.split(",")[0] for line in path.read_text().splitlines()[1:]}
    assert store.state.tables["tickets"].rows == len(last)


def test_ravenstack_gives_its_published_figures(tmp_path: Path) -> None:
    folder = shared("data/ravenstack")
    store = Store(tmp_path)
    outcomes = import_files(store, [folder], mapping_of("ravenstack"), now=NOW)
    assert {o.outcome for o in outcomes} == {"loaded"}
    counts = {name: table.rows for name, table in store.state.tables.items()}
    assert counts["tickets"] == 2000
    assert counts["churn_events"] == 600
    assert counts["surveys"] == 1175
    refunds = asked(store, "SELECT count(*), sum(amount)::VARCHAR FROM refunds")
    assert refunds == [(142, "8652.2500")]


def test_same_file_in_another_zone_corrects_what_it_said(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    path = write(tmp_path, "a.csv", "1,2025-03-01 00:30:00,2025-03-02 12:00:00,a")
    imported(store, path)
    (outcome,) = imported(store, path, timezone="Europe/Berlin")
    assert (outcome.updated, outcome.unchanged) == (1, 0)
    assert not any("older" in note for note in outcome.warnings)
    found = asked(store, "SELECT CAST(created_at AS VARCHAR) FROM tickets")
    assert found == [("2025-02-28 23:30:00+00",)]
    (again,) = imported(store, path, timezone="Europe/Berlin")
    assert (again.updated, again.unchanged) == (0, 1)


def test_older_state_in_another_file_still_loses(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    imported(store, write(tmp_path, "a.csv", "1,2025-03-01,2025-03-02 12:00:00,new"))
    imported(store, write(tmp_path, "b.csv", "1,2025-03-01,2025-03-01 12:00:00,old"))
    assert asked(store, "SELECT subject FROM tickets") == [("new",)]
