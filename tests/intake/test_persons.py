"""Is one person the same in every export that knows their address, and nobody readable?"""

from __future__ import annotations

import csv
import json
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from gate_texts import admitted
from personal_values import ordinary, planted
from test_freshdesk import export as freshdesk
from test_gorgias import EXPORT as GORGIAS
from test_shop_exports import ORDERS, REFUNDS
from test_stripe_exports import DISPUTES, OLD_PAYMENTS, subscriptions

from workbench.errors import IntakeError
from workbench.intake.persons.personal import names_a_person, scrub
from workbench.intake.persons.pseudonym_keys import KEY_FILE, fingerprint, workspace_key
from workbench.store.state import LoadedFile, StoreState

USERS = '{"id": 5, "role": "end-user", "name": "Ann", "email": "ANN@x.co "}\n'
REVIEWS = "review_id,at,customer_key,stars\n1,2025-03-01,ann@X.co,5\n"


def key(text: str, table: str, name: str = "customer_key", **options: object) -> str:
    """The pseudonym of the first row of one table, as an import stores it."""
    found = admitted(text, None, redact=True, **options)
    return str(found.tables[table][name][0].as_py())


def test_an_address_is_one_person_in_every_export() -> None:
    orders = ORDERS.replace("a@b.co", "Ann@X.CO")
    refunds = REFUNDS.replace("a@b.co", "ann@x.co")
    keys = {
        "zendesk": key(USERS, "customers", name="customer_key"),
        "gorgias": key(GORGIAS, "customers"),
        "gorgias ticket": key(GORGIAS, "tickets", "requester_key"),
        "freshdesk": key(freshdesk({}), "customers"),
        "shopify": key(orders, "orders"),
        "payments": key(OLD_PAYMENTS, "payments"),
        "refunds": key(refunds, "refunds"),
        "disputes": key(DISPUTES, "disputes"),
        "subscriptions": key(subscriptions({}), "subscriptions"),
        "reviews": key(REVIEWS, "reviews"),
    }
    assert len(set(keys.values())) == 1, keys
    assert keys["zendesk"].startswith("c_")


def test_no_address_is_stored() -> None:
    for text in (GORGIAS, freshdesk({}), OLD_PAYMENTS, DISPUTES, subscriptions({}), REVIEWS):
        found = admitted(text, None, redact=True)
        for table in found.tables.values():
            assert "x.co" not in str(table.to_pylist()).lower()


def test_another_address_is_another_person() -> None:
    assert key(REVIEWS, "reviews") != key(REVIEWS.replace("ann@", "anne@"), "reviews")


def test_every_person_planted_is_masked_and_no_other_number() -> None:
    people = [value for kind, value in planted(1_000, seed=3) if kind != "name"]
    left = [value for value in people if scrub(f"Hi, {value} thanks") == f"Hi, {value} thanks"]
    assert len(left) <= len(people) // 100, left
    touched = [
        text for text in ordinary(1_000, seed=3) if scrub(f"my {text} ok") != f"my {text} ok"
    ]
    assert len(touched) <= 10, touched


@pytest.mark.parametrize(
    "text",
    ["x" * 200_000, "1 " * 100_000, "a@" * 50_000, "9" * 100_000, "DE89" * 40_000, "+1 (" * 40_000],
)
def test_a_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    start = time.process_time()
    scrub(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("field", "personal"),
    [
        ("Requester", True), ("Customer name", True), ("customerEmail", True),
        ("Shipping Name", True), ("Billing Street", True), ("Agent name", False),
        ("Product name", False), ("Name", False), ("Customer Field: Plan", False),
    ],
)  # fmt: skip
def test_a_field_that_holds_a_person_is_known_by_its_name(field: str, personal: bool) -> None:
    assert names_a_person(field) == personal


def test_the_key_is_drawn_once_for_its_owner_only(tmp_path: Path) -> None:
    key = workspace_key(tmp_path, StoreState())
    assert workspace_key(tmp_path, StoreState()) == key
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert workspace_key(tmp_path / "other", StoreState()) != key


def test_another_key_or_none_is_refused_where_one_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = LoadedFile("a", "s", "s", {}, 1, 1, 0, "", pseudonyms=fingerprint("first"))
    state = StoreState(files=(file,), version=1)
    with pytest.raises(IntakeError, match="is gone.*Restore it"):
        workspace_key(tmp_path, state)
    assert not (tmp_path / KEY_FILE).exists()
    monkeypatch.setenv("WORKBENCH_PSEUDONYM_KEY", "second")
    with pytest.raises(IntakeError, match="not the key.*new workspace"):
        workspace_key(tmp_path, state)
    monkeypatch.setenv("WORKBENCH_PSEUDONYM_KEY", "first")
    assert workspace_key(tmp_path, state) == "first"


def test_a_store_from_before_keys_is_not_given_another(tmp_path: Path) -> None:
    filled = StoreState(files=(LoadedFile("a", "s", "s", {}, 1, 1, 0, ""),))
    with pytest.raises(IntakeError, match="before workspaces had keys"):
        workspace_key(tmp_path, filled)


MAPPING = """
source: desk
table: tickets
columns:
  ticket_id: id
  created_at: at
  subject: subject
  description: text
  requester_key: requester
  tags: tags
  reason_raw: reason
  custom.note: note
  custom.customer_name: requester
"""


def test_nothing_personal_is_left_anywhere_in_a_workspace(
    tmp_path: Path, workbench: Callable[..., Any]
) -> None:
    """The whole path: the import's own words, a report, and every file under the workspace."""
    export, values = tmp_path / "desk.csv", list(planted(1_000, seed=11))
    names = [v for kind, v in values if kind == "name"]
    texts = [v for kind, v in values if kind != "name"]
    lines = [["id", "at", "subject", "text", "requester", "tags", "reason", "note"]]
    for number, value in enumerate(texts):
        cells = [f"about {number}", "hello", "late", "none"]
        cells[number % 4] = f"please use {value} , thanks"
        lines.append([str(number), f"2025-06-{number % 28 + 1:02}", cells[0], cells[1],
                      names[number % len(names)], "vip", cells[2], cells[3]])  # fmt: skip
    with export.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(lines)
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    workspace = tmp_path / "workspace"
    done = workbench(
        "import", export, "--mapping", tmp_path / "mapping.yaml", "--workspace", workspace, "--json"
    )
    assert done.code == 0, done.err
    ran = workbench("run", "monthly_report", "--period", "2025-06", "--workspace", workspace)
    facts = workbench("export", "facts", "--format", "csv", "--workspace", workspace)
    everything = "\n".join([done.out, done.err, ran.out, ran.err, facts.out, *_texts(workspace)])
    for mask in ("[email]", "[phone]", "[card]", "[iban]"):
        assert mask in everything
    left = [value for _, value in values if value in everything]
    assert left == []
    key = (workspace / KEY_FILE).read_text().strip()
    outside = [p for p in workspace.rglob("*") if p.is_file() and p.name != KEY_FILE]
    assert not any(key.encode() in p.read_bytes() for p in outside)
    assert key not in everything.replace(key, "", 1)


def _texts(workspace: Path) -> Iterator[str]:
    """Every file as text; Parquet by reading it."""
    for path in workspace.rglob("*"):
        if path.suffix == ".parquet":
            yield str(pq.read_table(path).to_pylist())
        elif path.is_file():
            yield path.read_bytes().decode("utf-8", errors="replace")


def test_what_is_told_of_a_rejected_record_names_nobody(
    tmp_path: Path, workbench: Callable[..., Any]
) -> None:
    export = tmp_path / "desk.csv"
    export.write_text("id,at,text,requester\n1,2025-06-01,x,a\n2,ann@x.co,call 415-555-2671,b\n")
    (tmp_path / "mapping.yaml").write_text(
        "source: s\ntable: tickets\ncolumns: {ticket_id: id, created_at: at, subject: text}\n"
    )
    given = ("import", export, "--mapping", tmp_path / "mapping.yaml", "--json", "--workspace")
    for options, told in (((), "2,[email],call [phone],b"), (("--no-redact",), "2,ann@x.co,call ")):
        done = workbench(*given, tmp_path / f"workspace{len(options)}", *options)
        rejected = json.loads(done.out)["files"][0]["rejected"][0]
        assert rejected["line"] == 3
        assert rejected["raw"].startswith(told)
        assert ("ann@x.co" in done.out) == bool(options)


CARD = "4111 1111 1111 1111"


def test_lists_and_numbers_of_custom_fields_name_nobody() -> None:
    mapping = MAPPING.split("columns:")[0] + (
        "columns:\n  ticket_id: id\n  created_at: at\n  custom.words: {from: w, type: list}\n"
        "  custom.email: {from: e, type: list}\n  custom.phone: {from: p, type: integer}\n"
        "  custom.count: {from: c, type: integer}\n"
    )
    export = f'id,at,w,e,p,c\n1,2025-06-01,"vip,ann@x.co,{CARD}","ann@x.co,b@x.co",4155552671,7\n'
    found = admitted(export, mapping, redact=True).tables["tickets"]["custom"][0].as_py()
    custom = json.loads(found)
    assert custom["words"] == ["vip", "[email]", "[card]"]
    assert [word[:2] for word in custom["email"]] == ["c_", "c_"]
    assert custom["phone"].startswith("c_")
    assert custom["count"] == 7


def test_any_text_a_mapping_fills_is_scrubbed_and_identifiers_are_not() -> None:
    mapping = (
        "source: s\ntable: tickets\ncolumns: {ticket_id: id, created_at: at, channel: text, "
        "brand: text, org_id: text, order_ref: ref, assignee_id: agent}\n---\n"
        "source: s\ntable: surveys\ncolumns: {ticket_id: id, kind: {const: csat}, raw: text}\n"
    )
    export = (
        "id,at,text,ref,agent\n"
        "415-555-2671,2025-06-01,write ann@x.co,112-415-555-2671,zoe@desk.co\n"
    )
    found = admitted(export, mapping, redact=True).tables
    ticket = found["tickets"].to_pylist()[0]
    assert {ticket[name] for name in ("channel", "brand", "org_id")} == {"write [email]"}
    assert ticket["ticket_id"] == "415-555-2671"
    assert ticket["order_ref"] == "112-415-555-2671"
    assert ticket["assignee_id"] == "zoe@desk.co"
    assert found["surveys"]["raw"].to_pylist() == ["write [email]"]


@pytest.mark.parametrize("command", ["import", "explain"])
def test_a_refusal_names_nobody(
    tmp_path: Path, workbench: Callable[..., Any], command: str
) -> None:
    export = tmp_path / "desk 415-555-2671.csv"
    export.write_text("id,at\n1,ann@x.co\n")
    (tmp_path / "mapping.yaml").write_text(
        "source: s\ntable: tickets\ncolumns: {ticket_id: id, created_at: at}\n"
    )
    given = ["import", export, "--mapping", tmp_path / "mapping.yaml", "--json"]
    given += ["--workspace", tmp_path / "workspace"]
    given += ["--explain"] if command == "explain" else []
    done = workbench(*given)
    assert "ann@x.co" not in done.out + done.err
    assert "[email]" in done.out
    assert export.name in done.out  # by which it is found
    assert "ann@x.co" in workbench(*given, "--no-redact").out


@pytest.mark.parametrize("before", [40, 48, 52, 385, 392, 397])
def test_a_text_is_masked_before_it_is_cut(before: int) -> None:
    mapping = "source: s\ntable: tickets\ncolumns: {ticket_id: id, created_at: at, tier: t}\n"
    cell = "x" * before + f" {CARD} or ann.example@x.co"
    export = f"id,at,t\n1,2025-06-01,1\n2,2025-06-01,{cell}\n"
    (rejected,) = admitted(export, mapping, redact=True).outcome.rejected
    for told in (rejected.reason, rejected.raw):
        assert "411" not in told
        assert "ann" not in told
