"""Does a mapping mean what it says?"""

from __future__ import annotations

import pytest
from gate_texts import TICKETS, admitted, column, rejects, rows, values_of

from workbench.errors import IntakeError
from workbench.intake.mappings.sniff import built_in, csv_formats


def test_built_in_formats_are_sound() -> None:
    for name in ("zendesk", *csv_formats()):
        assert built_in(name)


def test_first_known_name_present_is_used() -> None:
    mapping = TICKETS + "  subject: [Title, Betreff, subject]\n"
    assert column(admitted("id,at,subject,betreff\n1,2025-03-01,s,b\n", mapping), "subject") == [
        "b"
    ]


def test_values_translate_words_before_they_are_typed() -> None:
    rule = "{from: x, values: {Offen: open, erledigt: solved, '-': ''}}"
    assert values_of(["OFFEN", "erledigt", "pending", "-", "", "quatsch"], rule, "status") == [
        "open", "solved", "pending", None, None,
    ]  # fmt: skip
    assert values_of(["first", "2", "third"], "{from: x, values: {first: '1'}}", "tier") == [1, 2]
    yes = "{from: x, values: {ja: true, nein: false}}"
    assert values_of(["ja", "NEIN", "vielleicht"], yes, "is_spam") == [True, False]
    assert values_of(["ja"], "{from: x, values: {ja: 1}, type: integer}", "custom.n") == [1]


def test_otherwise_catches_every_other_word_but_not_the_empty_one() -> None:
    rule = "{from: x, values: {a: open}, otherwise: closed}"
    assert values_of(["a", "b", ""], rule, "status") == ["open", "closed", None]


def test_word_without_a_meaning_rejects_its_record() -> None:
    mapping = TICKETS + "  status: {from: s, values: {a: open}}\n"
    found = admitted("id,at,s\n1,2025-03-01,a\n2,2025-03-01,b\n", mapping)
    assert rejects(found) == [(3, "status: 'b' is not a known value")]


def test_nulls_const_and_pattern() -> None:
    export = "id,at,subject\n1,2025-03-01,?\n2,2025-03-01,Order #1001 late\n3,?,x\n"
    mapping = f"nulls: ['?']{TICKETS}  subject: subject\n  channel: {{const: email}}\n"
    mapping += "  order_ref: {from: subject, pattern: '(#\\d+)'}\n"
    found = admitted(export, mapping)
    assert rows(found)[0].get("subject") is None
    assert column(found, "channel") == ["email", "email"]
    assert column(found, "order_ref") == [None, "#1001"]
    assert rejects(found) == [(4, "created_at is empty")]


def test_keep_if_leaves_records_out_without_rejecting_them() -> None:
    mapping = TICKETS + "keep_if: {column: KIND, is_not: ['', spam]}\n"
    export = "id,at,kind\n1,2025-03-01,mail\n2,2025-03-01,spam\n3,2025-03-01,\n4,bad,spam\n"
    found = admitted(export, mapping)
    assert (found.outcome.records_in, found.outcome.kept) == (4, 4)
    assert column(found, "ticket_id") == ["1"]


@pytest.mark.parametrize(
    "extra",
    [
        "keep_if: {column: zz, is_not: ['']}", "fill: {zz: id}", "fill: {id: zz}",
        "  subject: {ordinal_within: zz}", "  subject: {join: [id, zz]}",
    ],
)  # fmt: skip
def test_column_read_by_a_rule_must_be_there(extra: str) -> None:
    with pytest.raises(IntakeError, match="lacks the column 'zz'"):
        admitted("id,at\n1,2025-03-01\n", f"{TICKETS}{extra}\n")


LINES = """
source: shop
table: order_lines
fill: {order: name}
columns:
  order_id: order
  line: {ordinal_within: name}
  item: {join: [a, b, c]}
"""


def test_fill_ordinal_and_join() -> None:
    export = "name,order,a,b,c\n#1,10,x,,y\n#2,20,x,y,\n#1,,p,q,r\n,,u,,\n,30,,,\n"
    found = admitted(export, LINES)
    assert [(r["order_id"], r["line"], r.get("item")) for r in rows(found, "order_lines")] == [
        ("10", 1, "x--y"), ("20", 1, "x-y-"), ("10", 2, "p-q-r"), ("30", 2, None),
    ]  # fmt: skip
    # A row without a name belongs to no order, so nothing is filled in.
    assert rejects(found) == [(5, "order_id is empty")]


def test_first_of_key_keeps_the_first_and_rejects_the_keyless() -> None:
    mapping = f"rows: first_of_key{TICKETS}  subject: subject\n"
    export = "id,at,subject\n1,2025-03-01,a\n1,,b\n,2025-03-01,c\n,2025-03-01,d\n2,2025-03-01,e\n"
    found = admitted(export, mapping)
    assert column(found, "subject") == ["a", "e"]
    assert rejects(found) == [(4, "ticket_id is empty"), (5, "ticket_id is empty")]


def test_one_file_feeds_every_document_whose_columns_it_has() -> None:
    surveys = """
---
{source: hand, table: surveys, required: [raw], columns:
  {ticket_id: id, kind: {const: csat}, raw: stars}}
---
{source: hand, table: surveys, required: [raw], columns:
  {ticket_id: id, kind: {const: nps}, raw: nps}}
---
{source: hand, table: refunds, columns: {refund_id: nr, at: nr, amount: nr}}
"""
    found = admitted("id,at,stars,nps\n1,2025-03-01,5,9\n2,2025-03-01,,7\n", TICKETS + surveys)
    assert set(found.tables) == {"tickets", "surveys"}
    answers = {(r["ticket_id"], r["kind"]): r.get("raw") for r in rows(found, "surveys")}
    assert answers == {
        ("1", "csat"): "5", ("2", "csat"): None, ("1", "nps"): "9", ("2", "nps"): "7",
    }  # fmt: skip


def test_declared_source_wins() -> None:
    assert column(admitted("id,at\n1,2025-03-01\n", source="trial"), "source") == ["trial"]


def test_how_a_file_was_read_has_a_name() -> None:
    export = "id,at\n1,2025-03-01 10:00\n"
    named = {
        admitted(export, **options).read_as
        for options in ({}, {"timezone": "Asia/Tokyo"}, {"redact": True}, {"source": "x"})
    }
    assert len(named) == 4
    assert admitted(export).read_as == admitted(export).read_as
