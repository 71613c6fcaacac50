"""Does one import take in a folder of every kind of export, and account for each record?"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_freshdesk import export as freshdesk
from test_gorgias import EXPORT as GORGIAS
from test_gorgias import SOLVED
from test_settings import HOURS
from test_shop_exports import ORDERS
from test_stripe_exports import DISPUTES, NEW_PAYMENTS, subscriptions
from test_zendesk_json import GROUPS, ONE, USERS, lines

from workbench.intake.imports import import_files
from workbench.intake.options import Options
from workbench.intake.outcome import FileOutcome
from workbench.metrics.facts.tickets import ticket_facts
from workbench.store.store import Store
from workbench.workspace import Workspace

NOW = datetime(2025, 7, 1, tzinfo=UTC)
BROKEN = SOLVED.replace("901", "903", 1).replace("2025-03-01 10:00:00", "not recorded")
TEAMS = "source,group_id,team\ngorgias,gorgias,Calder Desk\n"
FILES = {
    "freshdesk/tickets.csv": freshdesk({}, {}),
    "gorgias/tickets.csv": GORGIAS + BROKEN + "\n",
    "operations/costs.csv": "month,team,component,amount\n2025-03-01,Calder Desk,vendor,9\n",
    "operations/teams.csv": TEAMS,
    "reviews/reviews.csv": "review_id,at,stars,text\n1,2025-03-01T10:00:00Z,5,fine\n",
    "settings/hours.yaml": HOURS,
    "shopify/orders.csv": ORDERS,
    "stripe/disputes.csv": DISPUTES,
    "stripe/payments.csv": NEW_PAYMENTS,
    "stripe/subscriptions.csv": subscriptions({}),
    "truth.json": "{}",
    "zendesk/all.ndjson": lines(ONE, *USERS, *GROUPS),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    hidden = gzip.compress(b"ticket,reason\n1,late\n")
    (tmp_path / "exports" / "truth_reasons.csv.gz").write_bytes(hidden)
    return tmp_path / "exports"


def take_in(folder: Path) -> tuple[dict[str, FileOutcome], Workspace]:
    root = folder.parent / "workspace"
    outcomes = import_files(Store(root / "store"), [folder], Options(), now=NOW)
    named = {Path(o.path).relative_to(folder).as_posix(): o for o in outcomes}
    return named, Workspace.open(root)


def test_every_file_is_known_and_every_record_accounted_for(folder: Path) -> None:
    outcomes, workspace = take_in(folder)
    assert set(outcomes) == set(FILES) - {"truth.json"}
    faults = {name: [(r.line, r.reason) for r in o.rejected] for name, o in outcomes.items()}
    expected = {name: [] for name in outcomes}
    expected["gorgias/tickets.csv"] = [(4, "created_at: 'not recorded' is not a date or time")]
    assert faults == expected
    assert not any(o.error for o in outcomes.values())
    rows = {name: table.rows for name, table in workspace.state.tables.items()}
    assert rows["tickets"] == 2 + 2 + 1
    assert (rows["order_lines"], rows["payments"], rows["holidays"], rows["costs"]) == (3, 1, 1, 1)
    assert workspace.levels() == {"freshdesk": "L0", "gorgias": "L0", "zendesk": "L0"}


def test_the_vendor_on_trial_is_a_team_by_the_name_it_was_given(folder: Path) -> None:
    _, workspace = take_in(folder)
    facts = ticket_facts(workspace).to_pandas()
    assert set(facts["team"]) == {"Calder Desk", "Returns", "Tier 1"}
    known = facts.set_index(["source", "ticket_id"])["customer_key"]
    assert known["gorgias", "901"] == known["freshdesk", "1"]


def test_the_same_folder_again_changes_nothing(folder: Path) -> None:
    _, before = take_in(folder)
    outcomes, after = take_in(folder)
    assert not any(o.updated for o in outcomes.values())
    assert after.state == before.state
    assert json.dumps({name: o.as_json() for name, o in outcomes.items()})
