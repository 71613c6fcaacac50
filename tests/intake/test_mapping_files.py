"""Is every fault of a mapping file told at once, with its line, its key and the nearest name?"""

from __future__ import annotations

from pathlib import Path

import pytest
from gate_texts import TICKETS, mapped

from workbench.errors import UsageError
from workbench.intake.mappings.mapping_files import load_mappings, named_mapping, shipped_mappings
from workbench.intake.mappings.written import MAX_BYTES


def refused(text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        mapped(text)
    assert caught.value.where == "mapping.yaml"
    assert caught.value.fix
    return caught.value


def faults(text: str) -> list[str]:
    return refused(text).what.strip().split("\n  - ")[1:]


def test_all_faults_of_all_documents_are_told_at_once() -> None:
    text = """
source: hand
table: tickets
timezone: Europe/Berlim
colums: {}
columns:
  ticket_id: id
  created_at: {form: at}
  subjct: x
---
source: hand
table: tickets
required: [subjct]
columns:
  created: at
  subject: x
  status: {from: s, values: {a: open,
    b: opened}}
  tier: {from: t, type: text}
  type: {from: x, pattern: "(("}
  brand:
    from: x
    pattern: "no group"
  channel: {}
---
source: hand
table: tikets
columns: {ticket_id: id}
"""
    assert faults(text) == [
        "line 4: timezone: unknown time zone 'Europe/Berlim'; did you mean 'Europe/Berlin'?",
        "line 5: colums: there is no such key (did you mean 'columns'?)",
        "line 8: columns.created_at.form: there is no such key (did you mean 'from'?)",
        "line 9: columns.subjct: tickets has no such column (did you mean 'subject'?)",
        "line 13: required: 'subjct' is not mapped (did you mean 'subject'?)",
        "line 14: columns: 'ticket_id' is part of the key of tickets and is not mapped",
        "line 15: columns.created: tickets has no such column (did you mean 'created_at'?)",
        "line 18: columns.status: 'opened' is not allowed there; there are new, open, pending, "
        "hold, solved, closed, deleted",
        "line 19: columns.tier: only a custom column has a type of its own",
        "line 20: columns.type: pattern '((' is not an expression "
        "(missing ), unterminated subpattern at position 1)",
        "line 23: columns.brand: pattern 'no group' has no group; put (…) around the value",
        "line 24: columns.channel: says nothing of where it comes from; give 'from' or 'const'",
        "line 27: table 'tikets' does not exist (did you mean 'tickets'?)",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: it holds no mapping; 'workbench mapping init EXPORT' drafts one"),
        ("# nothing\n---\n", "line 1: it holds no mapping"),
        ("[1, 2]", "line 1: a mapping is written 'key: value'"),
        ("\nid,at\n1,2\n", "line 2: a mapping is written 'key: value'"),
        ("\ntable: tickets", "line 2: source: is missing"),
        (TICKETS + "  custom.x: {from: x, type: txt}", "line 7: columns.custom.x.type: unknown"),
        (TICKETS + "  subject: {from: x, unit: weeks}", "line 7: columns.subject.unit: unknown"),
        (TICKETS + "rows: snapshots", "line 7: rows: snapshots needs updated_at"),
        (
            TICKETS + "date_order: dayfirst",
            "line 7: date_order: 'dayfirst' is not allowed (did you mean 'day_first'?); there are "
            "day_first, month_first",
        ),
        (TICKETS + "rows: snapshot", "line 7: rows: 'snapshot' is not allowed (did you mean"),
        (TICKETS + "keep_if: {colum: x, is_not: []}", "line 7: keep_if.colum: there is no such"),
        (TICKETS + "required: id", "line 7: required: a list belongs there, such as [id]"),
        (TICKETS + "unverified: perhaps", "line 7: unverified: true or false belongs there"),
        (TICKETS + "  subject: {from: {a: b}}", "line 7: columns.subject.from: a list belongs"),
        (TICKETS + "  brand: {from: x, else: {frm: y}}", "line 7: columns.brand.else.frm: there"),
        (TICKETS + "  created_at: x", "line 7: columns.created_at: stands twice, first on line 6"),
        (TICKETS + "table: tickets", "line 7: table: stands twice, first on line 3"),
        (
            TICKETS + "  status: {from: s, values: {a: open, a: closed}}",
            "line 7: columns.status.values.a: stands twice, first on line 7",
        ),
        (TICKETS + "? [a, b]\n: c", "line 7: a key is one word"),
    ],
)
def test_a_fault_has_its_line_and_key(text: str, told: str) -> None:
    found = faults(text)
    assert any(fault.startswith(told) for fault in found), found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns: [", "(line 1: "),
        (TICKETS + " subject: x", "(line 7: "),
        ("a: &a [1]\nb: [*a, *a]", "(line 2: *a repeats another part; write it out)"),
        ("x: " + "[" * 2_000, "(line 1: is nested more than 20 deep)"),
        ("x: y\nz: \x00", "(line 2: it holds the character #x0000)"),
        ("# " + "x" * MAX_BYTES, "larger than 500,000 bytes"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, told: str) -> None:
    assert told in refused(text).what


def test_text_that_is_not_utf8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_bytes(b"source: a\ntable: \xff\n")
    with pytest.raises(UsageError, match=r"line 2: it is not UTF-8"):
        load_mappings(path)
    path.write_bytes(b"\xef\xbb\xbf" + TICKETS.encode())
    assert load_mappings(path)[0].table == "tickets"


@pytest.mark.parametrize(
    "word", ["!!python/object/apply:os.system [touch ran]", "!!python/name:os.system", "!!set {a}",
             "!!binary aGk=", "!mine x"]
)  # fmt: skip
def test_nothing_in_a_mapping_is_run(word: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    [fault] = faults(f"source: {word}\ntable: tickets\ncolumns: {{ticket_id: id, created_at: at}}")
    assert fault.startswith(f"line 1: source: {word.split()[0]} is not read here; write words")
    assert not list(tmp_path.iterdir())


def test_words_are_taken_as_they_are_written() -> None:
    # YAML by itself reads no as false, 12:30 as 750, 010 as 8 and 2025-01-01 as a date.
    rule = "{from: x, values: {no: closed, On: open, 12:30: hold, 010: new, 2025-01-01: solved}}"
    [mapping] = mapped(f"{TICKETS}  status: {rule}\n  tier: {{const: 2}}\n  brand: 2024\n")
    assert mapping.columns["status"].values == {
        "no": "closed", "On": "open", "12:30": "hold", "010": "new", "2025-01-01": "solved",
    }  # fmt: skip
    assert mapping.columns["tier"].const == "2"
    assert mapping.columns["brand"].source == ("2024",)
    [mapping] = mapped(f"{TICKETS}  is_spam: {{from: x, values: {{null: false, ja: True}}}}\n")
    assert mapping.columns["is_spam"].values == {"null": "false", "ja": "true"}


def test_a_shipped_mapping_is_known_by_its_name() -> None:
    assert {"freshdesk", "shopify_orders"} <= set(shipped_mappings())
    assert named_mapping(Path("freshdesk"))[0].source == "freshdesk"
    with pytest.raises(UsageError, match="did you mean 'freshdesk'") as caught:
        named_mapping(Path("freshdeks"))
    assert "shopify_orders" in caught.value.what
    with pytest.raises(UsageError, match="cannot be read"):
        named_mapping(Path("freshdesk.yaml"))


def test_a_file_wins_over_a_shipped_name(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "freshdesk").write_text(TICKETS)
    assert named_mapping(Path("freshdesk"))[0].source == "hand"


def test_every_shipped_mapping_is_sound() -> None:
    for path in shipped_mappings().values():
        assert load_mappings(path)
