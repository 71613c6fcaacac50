"""Do the rules for empty cells, fallbacks, spans and kept fields mean what they say?"""

from __future__ import annotations

import pytest
from gate_texts import TICKETS, admitted, column, mapped, rejects, rows, values_of

from workbench.errors import IntakeError, UsageError


def test_filled_and_empty_turn_presence_into_a_value() -> None:
    rule = "{from: x, filled: closed, empty: open}"
    assert values_of(["2025-01-01", "", "  "], rule, "status") == ["closed", "open", "open"]
    assert values_of(["", "de"], "{from: x, empty: en}", "language") == ["en", "de"]
    tagged = "{from: x, pattern: '(spam)', filled: true, empty: false}"
    assert values_of(["a spam b", "ham"], tagged, "is_spam") == [True, False]


def test_a_column_that_is_not_there_says_nothing_of_its_cells() -> None:
    mapping = TICKETS + "  status: {from: closed, filled: closed, empty: open}\n"
    assert column(admitted("id,at\n1,2025-03-01\n", mapping), "status") == [None]


def test_else_fills_what_a_rule_leaves_empty() -> None:
    mapping = TICKETS + "  order_ref: {from: order, else: {from: note, pattern: '(#\\d+)'}}\n"
    export = "id,at,order,note\n1,2025-03-01,#7,about #8\n2,2025-03-01,,about #8\n3,2025-03-01,,\n"
    assert column(admitted(export, mapping), "order_ref") == ["#7", "#8", None]
    without = admitted("id,at,note\n1,2025-03-01,about #8\n", mapping)
    assert column(without, "order_ref") == ["#8"]
    assert not any("there is no column" in warning for warning in without.outcome.warnings)


def test_else_satisfies_what_is_required() -> None:
    mapping = f"required: [subject]{TICKETS}  subject: {{from: a, else: b}}\n"
    assert column(admitted("id,at,b\n1,2025-03-01,hi\n", mapping), "subject") == ["hi"]
    with pytest.raises(IntakeError, match="lacks the column 'a'"):
        admitted("id,at\n1,2025-03-01\n", mapping)


def test_an_empty_otherwise_means_nothing() -> None:
    rule = "{from: x, values: {met: true, missed: false}, otherwise: ''}"
    assert values_of(["met", "pending", "missed"], rule, "sla_met") == [True, None, False]


def test_the_source_can_stand_in_a_constant() -> None:
    mapping = TICKETS + "  group_id: {const: '{source}'}\n"
    export = "id,at\n1,2025-03-01\n"
    assert column(admitted(export, mapping), "group_id") == ["hand"]
    assert column(admitted(export, mapping, source="Trial"), "group_id") == ["Trial"]


def test_kept_fields_stand_under_custom_by_their_own_names() -> None:
    mapping = f"keep: ['Field: *']{TICKETS}  subject: 'Field: Subject'\n"
    export = "id,at,field: a,Field: Subject,Other\n1,2025-03-01,x,hi,y\n"
    assert rows(admitted(export, mapping)) == [
        {"ticket_id": "1", "created_at": column(admitted(export, mapping), "created_at")[0],
         "subject": "hi", "custom": {"field: a": "x"}},
    ]  # fmt: skip


def test_every_custom_text_is_masked_when_texts_are_redacted() -> None:
    mapping = TICKETS + "  custom.a: {from: a, scrub: true}\n  custom.b: b\n"
    export = "id,at,a,b\n1,2025-03-01,me@x.co,me@x.co\n"
    found = admitted(export, mapping, redact=True)
    assert rows(found)[0]["custom"] == {"a": "[email]", "b": "[email]"}


def test_amounts_per_span_need_that_column() -> None:
    mapping = (
        "source: s\ntable: subscriptions\ncolumns: {subscription_id: id, started_at: at, "
        "monthly_amount: {from: amount, per: every}}\n"
    )
    found = admitted("id,at,amount,every\n1,2025-03-01,24,Year\n2,2025-03-01,24,\n", mapping)
    assert str(column(found, "monthly_amount", "subscriptions")[0]) == "2.0000"
    assert rejects(found)[0][0] == 3
    with pytest.raises(IntakeError, match="lacks the column 'every'"):
        admitted("id,at,amount\n1,2025-03-01,24\n", mapping)


def test_faults_of_the_new_keys_are_told() -> None:
    with pytest.raises(UsageError) as caught:
        mapped(
            TICKETS + "  status: {from: x, filled: done}\n  subject: {from: x, scrub: true}\n"
            "  brand: {from: x, else: {from: y, pattern: 'z'}}\n"
        )
    told = caught.value.what
    assert "line 7: columns.status: 'done' is not allowed there" in told
    assert "line 8: columns.subject: scrub is for custom texts" in told
    assert "line 9: columns.brand: else: pattern 'z' has no group" in told
