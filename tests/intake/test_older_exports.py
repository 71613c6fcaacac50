"""An older export, or one with nothing good in it, must not spoil what is stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from test_zendesk_json import ONE

from workbench.intake.imports import import_files
from workbench.intake.options import Options
from workbench.store.store import Store
from workbench.workspace import Workspace

NOW = datetime(2025, 7, 1, tzinfo=UTC)


def take_in(root: Path, *tickets: dict[str, object]) -> None:
    export = root / "tickets.ndjson"
    export.write_text("\n".join(json.dumps(ticket) for ticket in tickets))
    import_files(Store(root / "store"), [export], Options(), now=NOW)


def test_an_older_export_does_not_unsay_a_rating(tmp_path: Path) -> None:
    take_in(tmp_path, ONE)
    older = {
        **ONE,
        "updated_at": "2025-03-01T12:00:00Z",
        "satisfaction_rating": {"score": "offered"},
    }
    take_in(tmp_path, older)
    assert Workspace.open(tmp_path).frame("surveys")["good"].to_list() == [True]


def test_a_table_without_a_good_row_is_no_table(tmp_path: Path) -> None:
    bad = {**ONE, "id": 2, "created_at": "yesterday", "group": {"id": 9, "name": "Tier 1"}}
    take_in(tmp_path, bad, ONE)
    state = Workspace.open(tmp_path).state
    assert state.tables["tickets"].rows == 1
    assert "teams" not in state.tables
    take_in(tmp_path, {**ONE, "id": 3, "group": {"id": 9, "name": "Tier 1"}})
    assert Workspace.open(tmp_path).frame("teams")["team"].to_list() == ["Tier 1"]
