"""Is every JSON shape read whole: lines, arrays, pages, documents in a row, nested fields?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gate_texts import TICKETS, Passed, admitted, column, rejects, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_data import shared

from workbench.errors import IntakeError
from workbench.intake.files.containers import opened_content
from workbench.intake.nested.documents import json_values

ONE: dict[str, Any] = {"id": "1", "at": "2025-03-01"}
TWO: dict[str, Any] = {"id": "2", "at": "2025-03-02"}
NESTED = TICKETS + "  subject: requester.name\n  tags: tags\n"


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


SHAPES = {
    "lines": lines(ONE, TWO),
    "lines with blank ones between": "\n" + lines(ONE) + "  \t\n\n" + lines(TWO) + "\n",
    "lines without the last end": lines(ONE, TWO).rstrip("\n"),
    "lines ended by CR LF": lines(ONE, TWO).replace("\n", "\r\n"),
    "array": json.dumps([ONE, TWO]),
    "array over several lines": json.dumps([ONE, TWO], indent=3),
    "arrays as lines": lines([ONE], [TWO]),
    "wrapped": json.dumps({"tickets": [ONE, TWO]}),
    "wrapped in data": json.dumps({"data": [ONE, TWO], "has_more": False}, indent=1),
    "wrapped in any list": json.dumps({"count": 2, "whatever": [ONE, TWO]}),
    "pages as lines": lines({"tickets": [ONE], "next_page": "x"}, {"tickets": [TWO]}),
    "documents in a row": json.dumps(ONE, indent=2) + json.dumps(TWO, indent=2),
    "pages in a row": json.dumps({"data": [ONE]}, indent=2) + "\n" + json.dumps({"data": [TWO]}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_holds_the_same_records(shape: str) -> None:
    found = admitted(SHAPES[shape], name="export.json")
    assert (found.outcome.records_in, rejects(found)) == (2, [])
    assert column(found, "ticket_id") == ["1", "2"]
    assert column(found, "source_row") == [1, 2]


PAGES: dict[str, dict[str, Any]] = {
    "count": {"count": 3}, "total": {"total": 3}, "total_count": {"total_count": 3},
    "meta.total": {"meta": {"total": 3}}, "next_page": {"next_page": "https://x/2"},
    "next_page number": {"next_page": 2}, "links.next": {"links": {"next": "https://x/2"}},
    "meta.has_more": {"meta": {"has_more": True}}, "has_more": {"has_more": True},
    "pages.next": {"pages": {"next": {"page": 2}}}, "next_cursor": {"next_cursor": "abc"},
    "meta.next_cursor": {"meta": {"next_cursor": "abc"}},
}  # fmt: skip


@pytest.mark.parametrize("mark", PAGES)
def test_a_page_that_is_not_the_last_is_refused(mark: str) -> None:
    with pytest.raises(IntakeError, match="is one page of several") as caught:
        admitted(json.dumps({"tickets": [ONE, TWO], **PAGES[mark]}))
    assert "Export all pages" in caught.value.fix


@pytest.mark.parametrize(
    "end",
    [
        {"count": 2, "next_page": None}, {"has_more": False, "next_cursor": "abc"},
        {"meta": {"has_more": False}, "links": {"next": "https://x/2"}},
        {"end_of_stream": True, "next_page": "https://x/2"}, {"pages": {"next": None}},
        {"count": True}, {"links": "none"},
    ],
)  # fmt: skip
def test_the_last_page_is_read(end: dict[str, Any]) -> None:
    assert column(admitted(json.dumps({"tickets": [ONE, TWO], **end})), "ticket_id") == ["1", "2"]


def test_a_total_is_of_all_pages_together() -> None:
    both = lines({"tickets": [ONE], "count": 2}, {"tickets": [TWO], "count": 2})
    assert column(admitted(both), "ticket_id") == ["1", "2"]


def test_of_several_lists_the_mapping_says_which() -> None:
    page = json.dumps({"my people!": [{"id": "7", "name": "Ana"}], "talks": [ONE, TWO]})
    assert column(admitted(page), "ticket_id") == ["1", "2"]  # the one with the names it maps
    named = (
        "records: my people!\nsource: hand\ntable: agents\ncolumns: {agent_id: id, name: name}\n"
    )
    found = admitted(page, named)
    assert rows(found, "agents") == [{"agent_id": "7", "name": "Ana"}]
    assert "talks: 2 records feed no table" in found.outcome.warnings


def test_a_list_inside_a_record_does_not_make_it_a_page() -> None:
    talk = {**ONE, "comments": [{"id": "9", "at": "2025-03-09"}]}
    assert column(admitted(lines(talk)), "ticket_id") == ["1"]
    assert column(admitted(json.dumps([talk])), "ticket_id") == ["1"]


def test_fields_inside_of_fields_and_lists() -> None:
    found = admitted(
        lines(
            {**ONE, "requester": {"name": "Ana", "mail": {"x": 1}}, "tags": ["vip", "late"]},
            {**TWO, "requester": None, "tags": []},
        ),
        NESTED,
    )
    assert column(found, "subject") == ["Ana", None]
    assert column(found, "tags") == [["vip", "late"], None]


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        ({"requester": "Ana"}, "requester: holds no object, and the mapping reads fields inside"),
        ({"requester": {"name": {"first": "Ana"}}}, "requester.name: holds an object"),
        ({"tags": [{"name": "vip"}]}, "tags: holds an object"),
        ({"at": {"utc": "2025-03-02"}}, "at: holds an object"),
    ],
)
def test_a_record_of_another_shape_is_a_reject(odd: dict[str, Any], reason: str) -> None:
    good = {**ONE, "requester": {"name": "Ana"}, "tags": ["vip"]}
    found = admitted(lines(good, {**TWO, "requester": {"name": "Bo"}, "tags": [], **odd}), NESTED)
    [(line, told)] = rejects(found)
    assert line == 2
    assert told.startswith(reason)
    assert json.loads(found.outcome.rejected[0].raw)["id"] == "2"


def test_a_text_may_look_like_an_object() -> None:
    texts = ['{"a": 1}', "[draft", "[1, 2]"]
    records = [{**ONE, "id": str(n), "subject": text} for n, text in enumerate(texts)]
    found = admitted(lines(*records), TICKETS + "  subject: subject\n")
    assert column(found, "subject") == texts


@pytest.mark.parametrize("nested", [True, False])
def test_a_key_that_stands_twice(nested: bool) -> None:
    line = (
        '{"id": "2", "at": "2025-03-02", "requester": {"name": "a", "name": "b"}}'
        if nested
        else '{"id": "2", "at": "2025-03-02", "id": "3", "requester": {"name": "a"}}'
    )
    good = lines({**ONE, "requester": {"name": "Ana"}})
    found = admitted(good + line + "\n", TICKETS + "  subject: requester.name\n")
    assert [place for place, _ in rejects(found)] == [2]
    assert "stands twice" in rejects(found)[0][1]
    with pytest.raises(IntakeError, match="stands twice"):
        admitted(f"[{line}]", TICKETS + "  subject: requester.name\n")


def test_broken_lines_keep_their_place_and_text() -> None:
    text = lines(ONE) + '\n{"id": "2", "at"\n5\n["x"]\n' + lines(TWO) + '{"id": "3'
    found = admitted(text)
    assert [(r.line, r.raw) for r in found.outcome.rejected] == [
        (3, '{"id": "2", "at"'), (4, "5"), (5, '["x"]'), (7, '{"id": "3'),
    ]  # fmt: skip
    assert found.outcome.records_in == 6
    assert column(found, "source_row") == [1, 5]


def test_a_fault_in_an_array_is_told_by_its_own_line() -> None:
    found = admitted(json.dumps([ONE, {"id": "2", "at": "never"}, TWO | {"id": "3"}], indent=1))
    assert [line for line, _ in rejects(found)] == [6]
    assert column(found, "ticket_id") == ["1", "3"]


def test_numbers_of_any_length_survive() -> None:
    text = '{"id": 123456789012345678901234567890, "at": "2025-03-01"}\n'
    found = admitted(text + lines(TWO))
    assert column(found, "ticket_id") == ["123456789012345678901234567890", "2"]


def test_names_that_differ_by_case_and_dots_in_names() -> None:
    odd = {"id": "1", "ID": "9", "at": "2025-03-01", "a.b": "dotted", "a": {"b": "inside"}}
    found = admitted(lines(odd), TICKETS + '  subject: "a.b"\n')
    assert rows(found)[0]["ticket_id"] == "1"
    assert rows(found)[0]["subject"] == "dotted"


def test_required_asks_for_the_key_in_one_record_at_least() -> None:
    need = TICKETS + "  subject: title\nrequired: [subject]\n"
    found = admitted(lines(ONE, {**TWO, "title": "x"}), need)
    assert column(found, "subject") == [None, "x"]
    with pytest.raises(IntakeError, match="lacks the column 'title'"):
        admitted(lines(ONE, TWO), need)


def test_flat_json_in_a_known_header_needs_no_mapping() -> None:
    row = {"Ticket id": 1, "Creation date": "2025-03-01 10:00:00", "Closed date": "",
           "Created by an agent": "False", "Customer email": "a@b.co",
           "Number of agent messages": 2, "First response time (s)": 90}  # fmt: skip
    found = admitted(lines(row), None, timezone="UTC")
    assert (found.outcome.source, column(found, "reported_first_reply")) == ("gorgias", [1.5])


def test_one_value_too_large_to_be_read_whole_is_refused(tmp_path: Path) -> None:
    for text in (json.dumps([ONE] * 50), lines({**ONE, "body": "x" * 900})):
        path = tmp_path / "large.json"
        path.write_text(text)
        with opened_content(path) as content, pytest.raises(IntakeError, match="NDJSON"):
            list(json_values(content, limit=500))


def test_a_line_the_engine_cannot_take_is_read_all_the_same() -> None:
    text = lines(ONE) + '{"id": "2", "at": "2025-03-02", "subject": "a\x01b"}\n' + lines(TWO)
    found = admitted(text)
    assert [line for line, _ in rejects(found)] == [2]
    assert column(found, "ticket_id") == ["1", "2"]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), _VALUES, max_size=4), max_size=4))
def test_whatever_else_records_hold_they_are_all_accounted_for(more: list[dict[str, Any]]) -> None:
    records = [{**extra, **ONE, "id": str(n)} for n, extra in enumerate([{}, *more])]
    for text in (lines(*records), json.dumps(records, indent=2)):
        found = admitted(text)
        assert column(found, "ticket_id") == [record["id"] for record in records]
        assert rejects(found) == []


def _corpus(name: str) -> tuple[dict[str, Any], Passed]:
    folder = shared("corpus")
    told = next(
        entry for entry in json.loads((folder / "MANIFEST.json").read_text())
        if entry["file"] == name
    )  # fmt: skip
    mapping = (folder / "mapping.yaml").read_text()
    return told, admitted((folder / name).read_bytes(), mapping, name=name)


@pytest.mark.parametrize(
    "name",
    ["ok.json", "ok.ndjson", "missing_keys.ndjson", "type_conflict.ndjson", "mixed_shapes.ndjson",
     "truncated_last.ndjson"],
)  # fmt: skip
def test_corpus_files_load_as_the_manifest_says(name: str) -> None:
    told, found = _corpus(name)
    assert [line for line, _ in rejects(found)] == told["rejects"]
    for got, want in zip(rows(found), told["truth"], strict=True):
        assert (got["ticket_id"], got["subject"], got["requester_key"]) == (
            want["ticket_id"], want["subject"], want["requester"],
        )  # fmt: skip
        assert got["custom"]["amount"] == float(want["amount"])
        solved = want["solved_at"] and datetime.fromisoformat(want["solved_at"]).astimezone(UTC)
        assert got.get("last_solved_at", "") == solved


@pytest.mark.parametrize("name", ["dup_keys.ndjson", "partial_page.json", "json_error.csv"])
def test_corpus_files_are_refused_as_the_manifest_says(name: str) -> None:
    with pytest.raises(IntakeError) as caught:
        _corpus(name)
    assert caught.value.where.startswith(name)
    assert caught.value.fix
