"""Are warehouse tables read one file at a time, each known by its own columns?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from gate_texts import Passed, admitted, column, rejects, rows
from shared_data import shared

from workbench.errors import IntakeError

SYNCED = "2025-04-01 00:00:00"


def table(header: str, *lines: str) -> Passed:
    """One warehouse table: every line gets the column that says when it was synced."""
    text = "\n".join([f"{header},_fivetran_synced", *(f"{line},{SYNCED}" for line in lines)])
    return admitted(text + "\n", None)


def real(path: str) -> Passed:
    file = shared(f"data/{path}")
    return admitted(file.read_bytes(), None, name=file.name)


def test_zendesk_tickets() -> None:
    found = table(
        "id,created_at,updated_at,status,via_channel,subject,requester_id,assignee_id,group_id,"
        "ticket_form_id",
        "1,2025-03-01 09:00:00,2025-03-02 09:00:00,on-hold,email,About #1001,7,8,9,5",
        "2,2025-03-01 10:00:00,2025-03-02 10:00:00,deleted,web,other,7,,,5",
    )
    one, two = rows(found)
    assert found.outcome.source == "zendesk"
    assert (one["status"], one["channel"], one["order_ref"]) == ("hold", "email", "#1001")
    assert (one["requester_key"], one["assignee_id"], one["group_id"]) == ("7", "8", "9")
    assert two["status"] == "deleted"


def test_zendesk_history_is_events_of_the_fields_that_count() -> None:
    found = table(
        "field_name,ticket_id,updated,user_id,value",
        "status,1,2025-03-01 09:00:00,8,on-hold",
        "subject,1,2025-03-01 09:00:00,7,call me: 555 0100",
        "assignee_id,1,2025-03-01 09:05:00,8,8",
    )
    events = [(e["event_id"], e["field"], e["new"]) for e in rows(found, "events")]
    assert events == [
        ("1-2025-03-01 09:00:00-status", "status", "hold"),
        ("1-2025-03-01 09:05:00-assignee_id", "assignee", "8"),
    ]
    assert (found.outcome.records_in, found.outcome.kept) == (3, 3)


def test_zendesk_users_are_agents_or_customers() -> None:
    found = table(
        "id,role,name,email,created_at,updated_at,restricted_agent",
        "7,end-user,Ana,ana@example.com,2025-01-01,2025-01-02,false",
        "8,agent,Bo,bo@shop.co,2025-01-01,2025-01-02,false",
        "9,admin,Cy,cy@shop.co,2025-01-01,2025-01-02,false",
    )
    assert column(found, "agent_id", "agents") == ["8", "9"]
    assert column(found, "customer_key", "customers") == ["ana@example.com"]


def test_a_deleted_group_is_no_team() -> None:
    found = table(
        "id,_fivetran_deleted,created_at,name,updated_at,url",
        "9,FALSE,2025-01-01,Tier 1,2025-01-01,x",
        "10,TRUE,2025-01-01,Old,2025-01-01,x",
    )
    assert rows(found, "teams") == [{"group_id": "9", "team": "Tier 1"}]


def test_intercom_conversation_is_the_latest_of_its_versions() -> None:
    head = (
        "id,updated_at,created_at,state,assignee_type,assignee_id,source_author_type,"
        "source_author_id,source_delivered_as,source_type,source_subject,source_body,priority,"
        "conversation_rating_value,conversation_rating_remark,conversation_rating_created_at"
    )
    end = "2025-03-01 09:00:00,{},{},8,user,c7,customer_initiated,email,hi,body,priority,{},,"
    found = table(
        head,
        "5,2025-03-01 11:00:00," + end.format("closed", "admin", "5"),
        "5,2025-03-01 10:00:00," + end.format("open", "team", ""),
    )
    ticket = rows(found)[0]
    assert (ticket["status"], ticket["assignee_id"], ticket["requester_key"]) == (
        "closed", "8", "c7",
    )  # fmt: skip
    assert "group_id" not in ticket
    assert [(s["raw"], s["good"]) for s in rows(found, "surveys")] == [("5", True)]


def test_intercom_parts_are_messages_and_events() -> None:
    found = table(
        "id,conversation_id,created_at,part_type,body,author_id,author_type,assigned_to_type,"
        "assigned_to_id",
        "1,5,2025-03-01 09:00:00,note,look,8,admin,,",
        "2,5,2025-03-01 09:01:00,comment,hello,c7,user,,",
        "3,5,2025-03-01 09:02:00,assignment,,8,admin,team,3",
        "4,5,2025-03-01 09:03:00,close,,8,admin,,",
    )
    said = [(m["message_id"], m["author_role"], m["is_public"]) for m in rows(found, "messages")]
    assert said == [("1", "agent", False), ("2", "customer", True)]
    changed = {(e["event_id"], e["field"], e["new"]) for e in rows(found, "events")}
    assert changed == {("4-close", "status", "closed"), ("3-team", "group", "3")}


def test_shopify_refunds_are_transactions_of_that_kind() -> None:
    found = table(
        "id,order_id,kind,status,test,amount,currency,created_at,processed_at,parent_id,user_id,"
        "gateway",
        "70,1,sale,success,FALSE,80.00,EUR,2025-03-01 09:00:00,2025-03-01 09:00:01,,,cards",
        "71,1,refund,success,FALSE,20.00,EUR,2025-03-10 09:00:00,2025-03-10 09:00:01,70,44,cards",
        "72,1,refund,success,TRUE,9.00,EUR,2025-03-10 09:00:00,2025-03-10 09:00:01,70,44,cards",
        "73,1,void,success,FALSE,1.00,EUR,2025-03-10 09:00:00,2025-03-10 09:00:01,70,44,cards",
    )
    money = [(r["refund_id"], r["amount"], r["status"]) for r in rows(found, "refunds")]
    assert money == [("71", Decimal(20), "succeeded"), ("72", Decimal(9), "canceled")]
    assert column(found, "payment_id", "payments") == ["70"]
    assert found.outcome.kept == 4


def test_stripe_amounts_are_in_the_smallest_unit() -> None:
    found = table(
        "id,amount,amount_refunded,currency,created,status,captured,customer_id,receipt_email,"
        "payment_intent_id,metadata,description,calculated_statement_descriptor",
        "ch_1,8050,500,eur,2025-03-01 09:00:00,succeeded,TRUE,cus_1,,pi_1,"
        '"{""order_id"":""#1001""}",,x',
        "ch_2,8050,0,jpy,2025-03-01 09:00:00,failed,FALSE,cus_1,,pi_2,{},Order #1002,x",
    )
    paid = [(p["amount"], p["order_ref"], p["customer_key"]) for p in rows(found, "payments")]
    assert paid == [(Decimal("80.50"), "#1001", "cus_1"), (Decimal(8050), "#1002", "cus_1")]


def test_a_table_that_only_joins_is_refused() -> None:
    with pytest.raises(IntakeError, match="in no format known here"):
        table("ticket_id,tag", "1,vip")


@pytest.mark.parametrize(
    ("path", "kept", "told"),
    [
        ("fivetran_zendesk/ticket_data.csv", 10, {"tickets": 10}),
        ("fivetran_zendesk/ticket_comment_data.csv", 20, {"messages": 20}),
        # 1 of 38 changes is of the requester; one change stands there four times.
        ("fivetran_zendesk/ticket_field_history_data.csv", 38, {"events": 34}),
        ("fivetran_zendesk/user_data.csv", 10, {"agents": 1, "customers": 9}),
        ("fivetran_zendesk/group_data.csv", 8, {"teams": 8}),
        ("fivetran_intercom/admin_data.csv", 4, {"agents": 4}),
        ("fivetran_intercom/contact_history_data.csv", 9, {"customers": 9}),
        ("fivetran_intercom/conversation_history_data.csv", 9, {"tickets": 2, "surveys": 0}),
        ("fivetran_intercom/conversation_part_history_data.csv", 9, {"messages": 1, "events": 8}),
        ("fivetran_shopify/shopify_order_data.csv", 8, {"orders": 8}),
        ("fivetran_shopify/shopify_gql_order_data.csv", 9, {"orders": 7}),
        ("fivetran_shopify/shopify_order_line_data.csv", 3, {"order_lines": 3}),
        ("fivetran_shopify/shopify_gql_order_line_data.csv", 10, {"order_lines": 10}),
        ("fivetran_shopify/shopify_transaction_data.csv", 5, {"refunds": 0, "payments": 5}),
        ("fivetran_shopify/shopify_gql_transaction_data.csv", 10, {"refunds": 2, "payments": 5}),
        ("fivetran_shopify/shopify_customer_data.csv", 4, {"customers": 4}),
        ("fivetran_stripe/charge_data.csv", 16, {"payments": 16}),
        ("fivetran_stripe/refund_data.csv", 4, {"refunds": 4}),
        ("fivetran_stripe/dispute_data.csv", 12, {"disputes": 12}),
        ("fivetran_stripe/subscription_data.csv", 2, {"subscriptions": 2}),
        ("fivetran_stripe/customer_data.csv", 12, {"customers": 12}),
    ],
)
def test_real_tables(path: str, kept: int, told: dict[str, int]) -> None:
    found = real(path)
    assert (found.outcome.kept, rejects(found)) == (kept, [])
    assert {name: part.num_rows for name, part in found.tables.items()} == told


def test_two_of_ten_real_tickets_are_deleted() -> None:
    assert column(real("fivetran_zendesk/ticket_data.csv"), "status").count("deleted") == 2


def test_real_stripe_amounts_are_cents() -> None:
    found: Any = rows(real("fivetran_stripe/refund_data.csv"), "refunds")[0]
    assert (found["amount"], found["currency"]) == (Decimal(6750), "usd")
