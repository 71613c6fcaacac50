"""Does a file in the canonical tables' own words need no mapping, and no other file slip in?"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from gate_texts import admitted, column, rejects, rows

from workbench.errors import IntakeError


def test_own_names_load_as_their_table_and_the_rest_is_kept() -> None:
    found = admitted(
        "month,team,component,amount,currency,invoice_id\n"
        "2025-03-01T00:00:00Z,Calder Desk,vendor,1200.50,USD,INV-7\n",
        None,
    )
    assert (found.outcome.source, found.outcome.table) == ("own", "costs")
    assert rows(found, "costs") == [{
        "month": datetime(2025, 3, 1, tzinfo=UTC), "team": "Calder Desk", "component": "vendor",
        "amount": Decimal("1200.5000"), "currency": "USD", "custom": {"invoice_id": "INV-7"},
    }]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "record", "table"),
    [
        ("review_id,at,customer_key,order_ref,stars,text", "1,2025-03-01T10:00:00Z,a@b.co,#1,5,ok",
         "reviews"),
        ("Event_ID,At,Kind,Label", "1,2025-03-01,campaign,Spring", "calendar_events"),
        ("agent_id,phase,starts_at,hours,score", "a,shadow,2025-03-01,10,80", "onboarding"),
        ("agent_id,name,role", "a,Mia,agent", "agents"),
        ("escalation_id,ticket_id,at,owner,order_number", "e1,7,2025-03-01,Noor,#1",
         "escalations"),
        ("review_id,category,ticket_id,reviewer_id,at,score,max_score,is_calibration",
         "r1,tone,7,q,2025-03-01,3,5,true", "qa_ratings"),
    ],
)  # fmt: skip
def test_tables(header: str, record: str, table: str) -> None:
    found = admitted(f"{header}\n{record}\n", None)
    assert list(found.tables) == [table]
    assert found.tables[table].num_rows == 1


@pytest.mark.parametrize(
    "header",
    [
        "id,at", "ticket_id,at", "agent_id", "month,team,amount",
        "ticket_id,created_at,a,b,c",  # mostly words of someone else
    ],
)  # fmt: skip
def test_other_headers_are_no_canonical_table(header: str) -> None:
    with pytest.raises(IntakeError, match="in no format known here"):
        admitted(f"{header}\n{','.join('1' for _ in header.split(','))}\n", None)


def test_source_can_be_named_and_rows_are_judged_like_any_others() -> None:
    export = "review_id,at,stars\n1,2025-03-01,5\n2,someday,4\n3,2025-03-02,great\n"
    found = admitted(export, None, source="trusted")
    assert column(found, "source", "reviews") == ["trusted"]
    assert rejects(found) == [
        (3, "at: 'someday' is not a date or time"), (4, "stars: 'great' is not a number"),
    ]  # fmt: skip


def test_a_team_is_named_for_the_source_it_stands_beside() -> None:
    found = admitted(
        "source,group_id,team,org\ngorgias,gorgias,Calder Desk,vendor\n,7,Ops,\n", None
    )
    named = zip(*(column(found, c, "teams") for c in ("source", "group_id", "team")), strict=True)
    assert list(named) == [("gorgias", "gorgias", "Calder Desk"), ("own", "7", "Ops")]


def test_a_dated_table_keeps_its_own_source() -> None:
    found = admitted("review_id,at,stars,source,text\n1,2025-03-01,5,shop,fine\n", None)
    assert column(found, "source", "reviews") == ["own"]
    assert rows(found, "reviews")[0]["custom"] == {"source": "shop"}
