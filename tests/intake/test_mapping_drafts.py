"""Does a drafted mapping load, import what it understood, and say what it did not?"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from shared_data import ROOT, shared

from workbench.errors import IntakeError, UsageError
from workbench.intake.drafting.drafts import Draft, drafted
from workbench.intake.drafting.samples import sampled
from workbench.intake.files.packed import Limits
from workbench.intake.gate import admitted
from workbench.intake.mappings.mapping_files import load_mappings
from workbench.intake.options import Options

SAMPLE = ROOT / "data" / "sample"
FEEDS = {
    "freshdesk/tickets.csv.gz": "tickets",
    "gorgias/tickets.csv.gz": "tickets",
    "zendesk/tickets.ndjson.gz": "tickets",
    "zendesk/groups.json": "teams",
    "shopify/orders.csv.gz": "orders",
    "stripe/payments.csv.gz": "payments",
    "stripe/refunds.csv.gz": "refunds",
    "stripe/disputes.csv.gz": "disputes",
    "stripe/subscriptions.csv.gz": "subscriptions",
    "reviews/reviews.csv.gz": "reviews",
    "operations/escalations.csv.gz": "escalations",
    "operations/qa_ratings.csv.gz": "qa_ratings",
    "operations/onboarding.csv": "onboarding",
    "operations/calendar_events.csv": "calendar_events",
    "operations/costs.csv": "costs",
    "operations/teams.csv": "teams",
}
# Exports that hold nothing a draft could be asked to understand, or too much for a test.
NOT_DRAFTED = {"partial_page.json", "one_line_5mb.csv"}


def draft_of(path: Path, table: str | None = None) -> Draft:
    with sampled(path, Limits()) as sample:
        return drafted(sample, table)


def read_with(path: Path, draft: Draft | None, folder: Path) -> tuple[Any, dict[str, Any]]:
    """The outcome and the tables of a file under a draft, or as it is known by itself."""
    mappings = ()
    if draft is not None:
        (folder / "draft.yaml").write_text(draft.text, encoding="utf-8")
        mappings = load_mappings(folder / "draft.yaml")
    with admitted(path, Options(mappings=mappings, redact=False)) as found:
        return found.outcome, {name: rows.table() for name, rows in found.tables.items()}


def export(folder: Path, text: str, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FEEDS)
def test_every_sample_file_is_drafted_and_imports(name: str, tmp_path: Path) -> None:
    draft = draft_of(SAMPLE / name)
    assert draft.table == FEEDS[name]
    outcome, tables = read_with(SAMPLE / name, draft, tmp_path)
    assert tables[draft.table].num_rows
    if name != "shopify/orders.csv.gz":  # an order's further lines have no id of their own
        assert outcome.kept > 0.99 * outcome.records_in


@pytest.mark.parametrize("name", ["freshdesk/tickets.csv.gz", "gorgias/tickets.csv.gz"])
def test_tickets_of_a_draft_are_those_of_the_built_in_format(name: str, tmp_path: Path) -> None:
    mine, drafts = read_with(SAMPLE / name, draft_of(SAMPLE / name), tmp_path)
    known, tables = read_with(SAMPLE / name, None, tmp_path)
    assert [r.line for r in mine.rejected] == [r.line for r in known.rejected]
    same = ["ticket_id", "created_at", "closed_at", "subject", "n_public_agent", "n_customer"]
    for column in same:
        assert drafts["tickets"][column] == tables["tickets"][column], column
    minutes = drafts["tickets"]["reported_first_reply"].to_pylist()
    assert [m or None for m in minutes] == tables["tickets"]["reported_first_reply"].to_pylist()
    if name.startswith("freshdesk"):  # Gorgias exports no status
        counts = [Counter(t["tickets"]["status"].to_pylist()) for t in (drafts, tables)]
        assert counts[0] == counts[1]


def test_exports_of_the_corpus_load_with_their_draft(tmp_path: Path) -> None:
    """Every export that should load: drafted, loaded, and the same tickets with the same times.

    What leaves the order of its dates open is refused until it is decided; no other is.
    """
    folder = shared("corpus")
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    loads = [c for c in manifest if c["expect"] == "load" and c["file"] not in NOT_DRAFTED]
    undecided = []
    for case in loads:
        draft = draft_of(folder / case["file"])
        try:
            _, tables = read_with(folder / case["file"], draft, tmp_path)
        except IntakeError as refused:
            undecided.append((case["file"], refused.what))
            continue
        ids, times = (tables["tickets"][name].to_pylist() for name in ("ticket_id", "created_at"))
        truth = {row["ticket_id"]: row["created_at"] for row in case["truth"]}
        assert set(ids) == set(truth), case["file"]
        if "# timezone" not in draft.text:  # a zone left open is a decision left open
            found = {k: f"{v:%Y-%m-%dT%H:%M:%SZ}" for k, v in zip(ids, times, strict=True)}
            assert found == truth, case["file"]
    assert len(loads) > 40
    assert not undecided, undecided


ODD = """Case No.,Date opened,State,Contact,Handling time (hours),Paid,"Notes: ""x"", y",Tier
A-1,03/04/2025 10:00,In Progress,ann.lee@example.com,1.5,12.50,first,Tier 1
A-2,05/06/2025 11:00,Frozen,bo.chen@example.com,2,7.00,second,Tier 2
A-3,07/08/2025 12:00,Done,bo.chen@example.com,,1.00,,Tier 3
"""


def test_what_is_guessed_and_what_must_be_decided_is_marked(tmp_path: Path) -> None:
    path = export(tmp_path, ODD)
    draft = draft_of(path)
    [mapping] = yaml.safe_load_all(draft.text)
    assert mapping["table"] == "tickets"
    columns = mapping["columns"]
    assert columns["ticket_id"] == "Case No."
    assert columns["created_at"] == "Date opened"
    assert columns["status"]["values"] == {"In Progress": "open", "Done": "solved"}
    assert columns["reported_resolution"] == {"from": "Handling time (hours)", "unit": "hours"}
    assert columns["tier"] == {"from": "Tier", "pattern": "([123])"}
    lines = draft.text.splitlines()
    assert any('# Frozen: "?"' in line and "decide: 1 records" in line for line in lines)
    assert any(line.startswith("# date_order:") and "decide" in line for line in lines)
    assert any(line.startswith("# timezone:") and "decide" in line for line in lines)
    assert any("# custom.paid: {from: Paid, type: money}" in line for line in lines)
    assert any('{from: "Notes: \\"x\\", y"' in line for line in lines)


def test_an_undecided_date_order_is_refused_until_it_is_decided(tmp_path: Path) -> None:
    path = export(tmp_path, ODD)
    draft = draft_of(path)
    with pytest.raises(IntakeError, match="both as day-first and month-first"):
        read_with(path, draft, tmp_path)
    text = draft.text.replace("# date_order: day_first", "date_order: day_first")
    text = text.replace('# Frozen: "?"', "Frozen: hold")
    decided = Draft(text, draft.table, 0, 0, 0)
    outcome, tables = read_with(path, decided, tmp_path)
    assert (outcome.records_in, outcome.kept) == (3, 3)
    assert tables["tickets"]["status"].to_pylist() == ["open", "hold", "solved"]
    assert [t.month for t in tables["tickets"]["created_at"].to_pylist()] == [4, 6, 8]
    assert tables["tickets"]["reported_resolution"].to_pylist() == [90, 120, None]


def test_a_draft_shows_nobodys_address_or_name(tmp_path: Path) -> None:
    text = "id,created_at,requester,full name,phone,owner,memo\n"
    text += "1,2025-03-01,ann.lee@example.com,Ann Lee,+49 170 1234567,Bo Chen,+49 170 1234567\n"
    draft = draft_of(export(tmp_path, text))
    assert draft.table == "tickets"
    for private in ("ann.lee", "Ann Lee", "1234567", "Bo Chen"):
        assert private not in draft.text


def test_a_needed_column_that_is_not_found_is_asked_for(tmp_path: Path) -> None:
    path = export(tmp_path, "ticket id,subject,status,when it came\n1,x,open,2025-03-01\n")
    draft = draft_of(path)
    assert 'created_at: "?"' in draft.text
    assert "perhaps 'when it came'" in draft.text
    with pytest.raises(IntakeError, match=r"lacks the column '\?'"):
        read_with(path, draft, tmp_path)
    text = draft.text.replace('created_at: "?"', "created_at: when it came")
    outcome, _ = read_with(path, Draft(text, "tickets", 0, 0, 0), tmp_path)
    assert outcome.kept == 1


def test_the_zone_in_a_header_is_read_from_the_header(tmp_path: Path) -> None:
    path = export(
        tmp_path, "Conversation ID,Created at (America/New_York),Subject\n1,2025-07-01 10:00:00,x\n"
    )
    draft = draft_of(path)
    assert '"Created at ({zone})"' in draft.text
    assert "timezone" not in draft.text
    _, tables = read_with(path, draft, tmp_path)
    assert tables["tickets"]["created_at"].to_pylist()[0].isoformat() == "2025-07-01T14:00:00+00:00"


def test_hostile_names_and_values_stay_inside_their_line(tmp_path: Path) -> None:
    header = 'id,created_at,"a\nsource: b",c: [*x],\x1b[31mred,#d,"{e}",null\n'
    path = export(tmp_path, header + '1,2025-03-01,"x\ny: z",\x1b[0m,# q,",",},null\n')
    draft = draft_of(path, "tickets")
    assert all(c.isprintable() or c == "\n" for c in draft.text)
    uncommented = draft.text.replace("# custom.", "custom.")
    (tmp_path / "all.yaml").write_text(uncommented)
    [mapping] = load_mappings(tmp_path / "all.yaml")
    names = {name for rule in mapping.columns.values() for name in rule.source}
    assert {"a\nsource: b", "c: [*x]", "\x1b[31mred", "#d", "{e}", "null"} <= names


def test_json_is_drafted_with_the_keys_inside_its_objects(tmp_path: Path) -> None:
    records = [
        {"id": n, "created_at": f"2025-03-0{n}T10:00:00Z", "subject": "x", "status": "open",
         "requester": {"email": f"p{n}@example.com", "name": "P"}, "tags": ["a", "b"]}
        for n in (1, 2)
    ]  # fmt: skip
    path = export(tmp_path, json.dumps({"cases": records}), "cases.json")
    draft = draft_of(path)
    assert "requester_key: " in draft.text
    assert "requester.email" in draft.text
    outcome, tables = read_with(path, draft, tmp_path)
    assert outcome.kept == 2
    assert tables["tickets"]["ticket_id"].to_pylist() == ["1", "2"]
    assert tables["tickets"]["requester_key"].to_pylist() == ["p1@example.com", "p2@example.com"]
    assert tables["tickets"]["tags"].to_pylist() == [["a", "b"], ["a", "b"]]


def test_any_container_and_dialect_can_be_drafted(tmp_path: Path) -> None:
    plain = "Report of March\n\nTicket ID;Created;Status\n1;2025-03-01;open\n"
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(plain.encode("utf-16")))
    draft = draft_of(path)
    outcome, _ = read_with(path, draft, tmp_path)
    assert (draft.table, outcome.kept) == ("tickets", 1)


def test_many_columns_are_drafted_without_listing_them_all(tmp_path: Path) -> None:
    names = ",".join(f"field {n}" for n in range(3_000))
    path = export(tmp_path, f"id,created_at,subject,{names}\n1,2025-03-01,x{',' * 3_000}\n")
    draft = draft_of(path)
    assert (draft.table, draft.left) == ("tickets", 3_000)
    assert "and 2,800 more fields" in draft.text


def test_a_file_no_table_could_be_known_by_says_so(tmp_path: Path) -> None:
    path = export(tmp_path, "1001,2024-02-20,solved\n1002,2024-02-21,open\n")
    with pytest.raises(IntakeError, match="has no field that a table could be known by") as caught:
        draft_of(path)
    assert "--table" in caught.value.fix
    assert draft_of(path, "tickets").mapped == 0
    with pytest.raises(UsageError, match="no canonical table 'tikets'"):
        draft_of(path, "tikets")


def test_the_command_never_overwrites_unless_forced(workbench, tmp_path: Path) -> None:
    path = export(tmp_path, ODD)
    out = tmp_path / "mapping.yaml"
    shown = workbench("mapping", "init", path)
    assert (shown.code, list(tmp_path.iterdir())) == (0, [path])
    assert "source: export" in shown.out
    assert "to decide" in shown.err
    assert workbench("mapping", "init", path, "--out", out).code == 0
    assert out.read_text() == shown.out
    out.write_text("mine")
    again = workbench("mapping", "init", path, "--out", out)
    assert (again.code, out.read_text()) == (2, "mine")
    assert "--force" in again.err
    assert workbench("mapping", "init", path, "--out", out, "--force").code == 0
    assert out.read_text() == shown.out
    assert workbench("mapping", "init", tmp_path / "none.csv").code == 2
