"""Is every shape in which Zendesk hands out tickets read as the same tickets?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gate_texts import TICKETS, admitted, column, rejects, rows

from workbench.errors import IntakeError
from workbench.intake.files.containers import opened_content
from workbench.intake.imports import import_files
from workbench.intake.mappings.sniff import built_in
from workbench.intake.nested.flattened import flattened
from workbench.intake.options import Options
from workbench.store.engine import scratch
from workbench.store.store import Store
from workbench.workspace import Workspace

NOW = datetime(2025, 4, 1, tzinfo=UTC)
ONE = {
    "id": 1, "created_at": "2025-03-01T09:00:00Z", "updated_at": "2025-03-02T09:00:00Z",
    "status": "solved", "subject": "Where is #1001?", "requester_id": 7, "submitter_id": 7,
    "assignee_id": 8, "group_id": 9, "tags": ["vip", "closed_by_merge"],
    "via": {"channel": "email"}, "custom_fields": [{"id": 1, "value": "#1001"}],
    "satisfaction_rating": {"score": "good", "comment": "thanks"},
}  # fmt: skip
TWO = {
    **ONE, "id": 2, "status": "on-hold", "subject": "other", "submitter_id": 8, "tags": ["spam"],
    "satisfaction_rating": {"score": "unoffered"}, "custom_fields": [],
}  # fmt: skip
USERS = [
    {"id": 7, "role": "end-user", "name": "Ana", "email": "a@b.co"},
    {"id": 8, "role": "agent", "name": "Bo", "default_group_id": 9},
]
GROUPS = [{"id": 9, "name": "Tier 1"}]
METRICS = {
    "id": 5, "ticket_id": 1, "solved_at": "2025-03-02T08:00:00Z", "replies": 3, "reopens": 1,
    "assignee_stations": 3, "reply_time_in_minutes": {"calendar": 30, "business": 10},
    "full_resolution_time_in_minutes": {"calendar": 1380, "business": 500},
}  # fmt: skip
AUDIT = {
    "id": 50, "ticket_id": 1, "created_at": "2025-03-01T10:00:00Z", "author_id": 8,
    "events": [
        {"id": 501, "type": "Comment", "body": "hi"},
        {"id": 502, "type": "Change", "field_name": "status", "value": "solved",
         "previous_value": "open"},
        {"id": 503, "type": "Create", "field_name": "assignee_id", "value": 8},
        {"id": 504, "type": "Change", "field_name": "tags", "value": ["a", "b"],
         "previous_value": []},
    ],
}  # fmt: skip


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


SHAPES = {
    "bare lines": lines(ONE, TWO),
    "wrapped lines": lines({"ticket": ONE}, {"ticket": TWO}),
    "array": json.dumps([ONE, TWO]),
    "array over several lines": json.dumps([ONE, TWO], indent=2),
    "page": json.dumps({"tickets": [ONE, TWO], "next_page": None, "count": 2}),
    "page over several lines": json.dumps({"tickets": [ONE, TWO]}, indent=1),
    "last page of an incremental export": json.dumps(
        {"tickets": [ONE, TWO], "next_page": "https://x", "end_of_stream": True}
    ),
    "pages as lines": lines({"tickets": [ONE]}, {"tickets": [TWO]}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_tickets(shape: str) -> None:
    found = admitted(SHAPES[shape], None, name="tickets.json")
    assert (found.outcome.records_in, found.outcome.source) == (2, "zendesk")
    one, two = rows(found)
    assert one.pop("updated_at") == two.pop("updated_at")
    assert one.pop("created_at").isoformat() == "2025-03-01T09:00:00+00:00"
    assert one == {
        "ticket_id": "1", "status": "solved", "channel": "email", "subject": "Where is #1001?",
        "requester_key": "7", "group_id": "9", "assignee_id": "8",
        "tags": ["vip", "closed_by_merge"], "order_ref": "#1001", "agent_initiated": False,
        "is_spam": False, "merged_into": "merged",
    }  # fmt: skip
    assert (two["status"], two["agent_initiated"], two["is_spam"]) == ("hold", True, True)
    survey = rows(found, "surveys")
    assert [row.pop("updated_at").isoformat() for row in survey] == ["2025-03-02T09:00:00+00:00"]
    assert survey == [
        {"ticket_id": "1", "kind": "csat", "raw": "good", "scale": "binary", "good": True,
         "comment": "thanks"}
    ]  # fmt: skip


def test_page_with_everything_beside_the_tickets() -> None:
    page = {"tickets": [ONE], "users": USERS, "groups": GROUPS, "metric_sets": [METRICS]}
    found = admitted(json.dumps(page), None)
    ticket = rows(found)[0]
    assert found.outcome.records_in == 5
    assert (ticket["n_public_agent"], ticket["n_reopens"], ticket["n_reassignments"]) == (3, 1, 2)
    assert (ticket["reported_first_reply"], ticket["reported_resolution"]) == (30, 1380)
    assert ticket["last_solved_at"].hour == 8
    assert rows(found, "customers") == [{"customer_id": "7", "customer_key": "a@b.co"}]
    agent = rows(found, "agents")[0]
    assert (agent["agent_id"], agent["name"], agent["group_id"]) == ("8", "Bo", "9")
    assert rows(found, "teams") == [{"group_id": "9", "team": "Tier 1"}]


@pytest.mark.parametrize(
    "page", [{"tickets": [ONE], "next_page": "https://x"}, {"tickets": [ONE], "count": 120}]
)
def test_one_page_of_several_is_refused(page: dict[str, Any]) -> None:
    with pytest.raises(IntakeError, match="one page of several") as caught:
        admitted(json.dumps(page), None)
    assert "Export all pages" in caught.value.fix


def test_embedded_comments_and_audits() -> None:
    comments = [
        {"id": 1, "created_at": "2025-03-01T09:00:00Z", "author_id": 7, "public": True,
         "body": "help", "via": {"channel": "email"}},
        {"id": 2, "created_at": "2025-03-01T09:30:00Z", "author_id": 8, "public": False,
         "body": "<b>note</b>", "plain_body": "note"},
        {"id": 3, "created_at": "2025-03-01T09:31:00Z", "author_id": -1, "public": True,
         "body": "auto", "via": {"channel": "rule"}},
    ]  # fmt: skip
    found = admitted(lines({**ONE, "comments": comments, "audits": [AUDIT]}), None)
    said = [
        (m["ticket_id"], m["author_role"], m["is_public"], m["is_automated"], m["body"])
        for m in rows(found, "messages")
    ]
    assert said == [
        ("1", "customer", True, False, "help"), ("1", "agent", False, False, "note"),
        ("1", "system", True, True, "auto"),
    ]  # fmt: skip
    assert len(rows(found, "events")) == 2


def test_separate_audits() -> None:
    found = admitted(lines(AUDIT), None)
    assert found.outcome.table == "events"
    changed = [
        (e["event_id"], e["ticket_id"], e["actor_id"], e["field"], e.get("old"), e["new"])
        for e in rows(found, "events")
    ]
    assert changed == [
        ("502", "1", "8", "status", "open", "solved"), ("503", "1", "8", "assignee", None, "8"),
    ]  # fmt: skip


def test_nested_people_and_group() -> None:
    nested = {k: v for k, v in ONE.items() if not k.endswith("_id")} | {
        "requester": USERS[0], "assignee": {"id": 8, "name": "Bo"}, "group": GROUPS[0],
    }  # fmt: skip
    found = admitted(lines(nested), None)
    ticket = rows(found)[0]
    assert (ticket["requester_key"], ticket["assignee_id"], ticket["group_id"]) == ("7", "8", "9")
    assert column(found, "customer_key", "customers") == ["a@b.co"]
    assert column(found, "name", "agents") == ["Bo"]
    assert column(found, "team", "teams") == ["Tier 1"]


def test_wrapped_ticket_with_users_beside_it_loses_neither() -> None:
    found = admitted(json.dumps({"ticket": ONE, "users": USERS, "groups": GROUPS}), None)
    assert set(found.tables) == {"tickets", "surveys", "customers", "agents", "teams"}


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{"id": 3, "status": "op', "not JSON (column 21: "),
        ('{"id": 3, "id": 4}', "not JSON (the key 'id' stands twice in one object)"),
        ('{"id": 3, "subject": "a\x00b"}', "not JSON (it holds bytes that are no text)"),
    ],
)
def test_broken_line_is_a_reject_with_its_line(broken: str, reason: str) -> None:
    found = admitted(lines(ONE) + "\n" + broken + "\n" + lines(TWO), None)
    assert found.outcome.records_in == 3
    assert [(r.line, r.raw[:9]) for r in found.outcome.rejected] == [(3, '{"id": 3,')]
    assert rejects(found)[0][1].startswith(reason)


@pytest.mark.parametrize(
    "fault",
    [
        {"created_at": "yesterday"}, {"created_at": None}, {"id": None}, {"status": "melted"},
        {"via": "email"}, {"tags": 5}, {"comments": ["hi"]}, {"satisfaction_rating": "good"},
        {"audits": [{"events": [5]}]},
    ],
)  # fmt: skip
def test_misshapen_ticket_is_a_reject_with_its_line(fault: dict[str, Any]) -> None:
    found = admitted(lines(ONE, {**TWO, **fault}), None)
    assert [line for line, _ in rejects(found)] == [2]
    assert column(found, "ticket_id") == ["1"]


@pytest.mark.parametrize(
    "export",
    [
        '{"tickets": []}', "[]", "{}", '{"a": 1}', '[{"id": 1}]', "[1, 2]", '{"tickets": [1]}',
        '{"tickets": [', json.dumps({"metric_sets": [METRICS]}), '{"users": [{"name": "x"}]}',
        "[" * 100_000, lines(ONE) + "5\n", lines(ONE) + '{"odd": 1}\n', '{"error": "rate limited"}',
    ],
)  # fmt: skip
def test_other_json_is_refused_in_words(export: str) -> None:
    with pytest.raises(IntakeError) as caught:
        admitted(export, None)
    assert caught.value.fix
    assert caught.value.where.startswith("export.csv")


def test_half_a_character_rejects_its_record_alone() -> None:
    start = '"created_at": "2025-03-01", "status": "open", "requester_id": 1, "subject":'
    text = f'{{"id": 1, {start} "\\ud83d"}}\n{{"id": 2, {start} "x"}}\n'
    found = admitted(text, None)
    assert [line for line, _ in rejects(found)] == [1]
    assert column(found, "ticket_id") == ["2"]


def test_a_mapping_goes_before_the_format() -> None:
    found = admitted(lines(ONE, TWO), TICKETS.replace("at: at", "at: created_at"))
    assert found.outcome.source == "hand"
    assert [sorted(row) for row in rows(found)] == [["created_at", "ticket_id"]] * 2


def test_of_an_audit_only_what_metrics_need_is_kept() -> None:
    audit = {
        "id": 1, "ticket_id": 1, "created_at": "2025-03-01T10:00:00Z", "author_id": 8,
        "events": [
            {"id": 11, "type": "Change", "field_name": "status", "value": "open",
             "previous_value": "new"},
            {"id": 12, "type": "Change", "field_name": "subject", "value": "call jane@example.com"},
            {"id": 13, "type": "Create", "field_name": "recipient", "value": "jane@example.com"},
        ],
    }  # fmt: skip
    found = admitted(json.dumps(audit), None, redact=True)
    assert column(found, "field", "events") == ["status"]


def test_addresses_in_tags_are_masked() -> None:
    found = admitted(
        json.dumps({**ONE, "tags": ["vip", "mail_jane@example.com"]}), None, redact=True
    )
    assert column(found, "tags") == [["vip", "[email]"]]


@pytest.mark.parametrize(
    ("tags", "tier"),
    [
        (["vip", "tier_2"], 2), (["tier-1"], 1), (["TIER_3", "late"], 3), (["tier_4"], None),
        (["frontier_1"], None), (["tier_12"], None), ([], None),
    ],
)  # fmt: skip
def test_a_tag_is_the_tier(tags: list[str], tier: int | None) -> None:
    found = admitted(lines({**ONE, "tags": tags}), None, name="tickets.json")
    assert column(found, "tier") == [tier]


def test_metric_sets_below_their_tickets_in_one_file() -> None:
    text = lines(ONE) + json.dumps({"ticket_metrics": [METRICS, METRICS | {"ticket_id": 99}]})
    found = admitted(text, None)
    ticket = rows(found)[0]
    assert (ticket["n_public_agent"], ticket["reported_first_reply"]) == (3, 30)
    assert found.outcome.records_in == 3
    assert "1 metric sets belong to tickets of another file; they feed nothing" in (
        found.outcome.warnings
    )


def test_metric_sets_alone_say_what_they_need() -> None:
    with pytest.raises(IntakeError, match="holds 1 metric sets and nothing they belong to") as told:
        admitted(json.dumps({"ticket_metrics": [METRICS]}), None)
    assert "put tickets and metric sets into one file" in told.value.fix


def test_metric_set_inside_of_its_ticket() -> None:
    ticket = rows(admitted(lines({**ONE, "metric_set": METRICS}), None))[0]
    assert (ticket["n_reopens"], ticket["n_reassignments"]) == (1, 2)


def test_metric_events_and_other_lists_are_counted_and_left_out() -> None:
    event = {"id": 1, "ticket_id": 1, "metric": "reply_time", "instance_id": 1, "type": "activate"}
    page = {"tickets": [ONE], "metric_events": [event], "organizations": [{"id": 1, "name": "x"}]}
    found = admitted(json.dumps(page), None)
    assert (found.outcome.records_in, found.outcome.kept) == (2, 2)
    assert set(found.outcome.warnings) == {
        "metric_events: 1 records feed no table", "organizations: 1 records feed no table",
    }  # fmt: skip


def test_tickets_without_the_comments_that_others_have_are_told() -> None:
    found = admitted(lines({**ONE, "comments": []}, TWO), None)
    assert [note for note in found.outcome.warnings if note.startswith("1 of 2 tickets have no")]
    assert admitted(lines(ONE, TWO), None).outcome.warnings == ()


def test_someone_copied_in_is_no_agent() -> None:
    copied = {"id": 77, "role": "end-user", "name": "Cy", "email": "c@d.co"}
    comment = {"id": 4, "created_at": "2025-03-01T09:40:00Z", "author_id": 77, "public": True}
    page = {"tickets": [{**ONE, "comments": [comment]}], "users": [*USERS, copied]}
    assert column(admitted(json.dumps(page), None), "author_role", "messages") == ["customer"]


def test_ratings_of_their_own_are_surveys() -> None:
    rating = {
        "id": 6, "ticket_id": 1, "requester_id": 7, "assignee_id": 8, "score": "bad",
        "comment": "slow", "updated_at": "2025-03-03T08:00:00Z",
    }  # fmt: skip
    page = {"satisfaction_ratings": [rating, rating | {"ticket_id": 2, "score": "offered"}]}
    told = rows(admitted(json.dumps(page), None), "surveys")
    assert [(t["ticket_id"], t.get("good"), t.get("raw")) for t in told] == [
        ("1", False, "bad"), ("2", None, None),
    ]  # fmt: skip


def test_a_reject_in_a_page_is_shown_with_its_own_line_and_text() -> None:
    page = {"tickets": [ONE, {**TWO, "created_at": "never"}, {**TWO, "id": 3, "tags": 5}]}
    found = admitted(json.dumps(page, indent=1), None)
    told = [(r.line, json.loads(r.raw)["id"]) for r in found.outcome.rejected]
    text = json.dumps(page, indent=1).split("\n")
    starts = [n for n, line in enumerate(text, start=1) if line == "  {"]
    assert told == [(starts[1], 2), (starts[2], 3)]
    assert found.outcome.rejected[1].reason.startswith("is not shaped like Zendesk's tickets")


def test_audits_may_come_later_than_their_tickets(tmp_path: Path) -> None:
    (tmp_path / "a_tickets.ndjson").write_text(lines(ONE))
    (tmp_path / "b_audits.json").write_text(json.dumps({"audits": [AUDIT], "count": 1}))
    store = Store(tmp_path / "store")
    for name in ("a_tickets.ndjson", "b_audits.json"):
        done = import_files(
            store, [tmp_path / name], Options(), now=datetime(2025, 4, 1, tzinfo=UTC)
        )
        assert [outcome.error for outcome in done] == [None]
    workspace = Workspace.open(tmp_path)
    assert workspace.table("events").count().execute() == 2
    assert workspace.table("tickets").count().execute() == 1


def test_the_format_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    for text, tables in ((lines(ONE), ["raw_tickets", "raw_tickets"]), (lines({"a": 1}), None)):
        path.write_text(text)
        with opened_content(path) as content, scratch() as connection:
            if tables is None:
                with pytest.raises(IntakeError, match="lacks the column"):
                    flattened(connection, content, built_in("zendesk"))
                continue
            found = flattened(connection, content, built_in("zendesk"))
            assert [document.table for document in found.documents] == tables
