"""Shopify's Admin API flattened: orders, their lines, customers, and the money that moved.

A refund of Shopify is a note and a list of lines; the money is in its transactions of kind
``refund``. So one row of ``refunds`` is one such transaction, with its own exact time: the same
whether it came with the order, with the refund or in a list of transactions.
"""

from __future__ import annotations

from decimal import Decimal

import duckdb

from workbench.intake.nested.shape import Record, Row, Rows, Shape, plain, within, word

_STATES = {"success": "succeeded", "failure": "failed", "error": "failed", "pending": "pending"}
_PAID = {"sale", "capture"}
_NAMED = ("refunds", "payments")


def kind_of(body: Record) -> str:
    """The kind of a bare Shopify record, by the keys that only such a record has."""
    if "line_items" in body and "financial_status" in body:
        return "orders"
    if "refund_line_items" in body or ("transactions" in body and "order_id" in body):
        return "refunds"
    if {"kind", "gateway", "order_id"} <= set(body):
        return "transactions"
    if {"email", "orders_count"} <= set(body):
        return "customers"
    return ""


def rows_of(kind: str, body: Record) -> Rows:
    """One record as plain rows: an order also gives its lines, its refunds and its payments."""
    if body.get("test"):  # no one ordered, no money moved
        return
    if kind == "orders":
        refunds = body.get("refunds") or ()
        yield "orders", _order(body, refunds)
        for place, line in enumerate(body.get("line_items") or (), start=1):
            yield "lines", _line(line, word(body.get("id")), place)
        for refund in refunds:
            yield from _refund({"order_id": body.get("id"), **refund})
        for paid in body.get("transactions") or ():
            yield from _transaction({"order_id": body.get("id"), **paid}, {})
    elif kind == "refunds":
        yield from _refund(body)
    elif kind == "transactions":
        yield from _transaction(body, {})
    else:
        yield kind, plain(body)


def settle(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> list[str]:
    """Money is known by the number of its order; people know the order by its name."""
    if "orders" not in tables:
        return []
    for table in (name for name in _NAMED if name in tables):
        connection.execute(
            f"""UPDATE raw_{table} AS m SET order_ref = o.name, email = o.email FROM (
                    SELECT id, any_value(name) AS name, any_value(email) AS email
                    FROM raw_orders GROUP BY id) AS o
                WHERE m.order_ref = o.id AND o.name IS NOT NULL"""
        )
    return []


def _order(body: Record, refunds: object) -> Row:
    codes = [str(code["code"]) for code in body.get("discount_codes") or () if code.get("code")]
    row = plain(body) | {
        "email": word(body.get("email") or body.get("contact_email")
                      or within(body, "customer", "email")),
        "discount_code": ",".join(codes) or None,
    }  # fmt: skip
    if "refunds" not in body:
        return row
    back = [Decimal(str(paid["amount"])) for paid in _returned(refunds)]
    return row | {"refunded": str(sum(back, Decimal(0)))}


def _returned(refunds: object) -> list[Record]:
    """The transactions that really sent money back."""
    parts = refunds if isinstance(refunds, (list, tuple)) else ()
    return [
        paid for refund in parts for paid in refund.get("transactions") or ()
        if paid.get("kind") == "refund" and paid.get("status") == "success"
        and not paid.get("test")
    ]  # fmt: skip


def _line(line: Record, order: str | None, place: int) -> Row:
    shares = [Decimal(str(part["amount"])) for part in line.get("discount_allocations") or ()]
    discount = str(sum(shares, Decimal(0))) if shares else word(line.get("total_discount"))
    return plain(line) | {"order_id": order, "line": str(place), "discount": discount}


def _refund(body: Record) -> Rows:
    for paid in body.get("transactions") or ():
        yield from _transaction({"order_id": body.get("order_id"), **paid}, body)


def _transaction(paid: Record, refund: Record) -> Rows:
    if paid.get("test"):
        return
    row = plain(paid) | {
        "order_ref": word(paid.get("order_id")),
        "at": word(paid.get("processed_at") or paid.get("created_at")),
        "status": _STATES.get(str(paid.get("status")), word(paid.get("status"))),
        "email": None,
    }
    if paid.get("kind") == "refund":
        yield (
            "refunds",
            row
            | {
                "reason": word(refund.get("note") or paid.get("message") if refund else None),
                "actor": word(refund.get("user_id") or paid.get("user_id")),
                "refund_id": word(refund.get("id")),
            },
        )
    elif paid.get("kind") in _PAID:
        yield "payments", row


SHOPIFY = Shape(
    name="shopify_api",
    vendor="Shopify",
    pages={"orders": "orders", "refunds": "refunds", "transactions": "transactions",
           "customers": "customers"},
    wrappers={"order": "orders", "refund": "refunds", "transaction": "transactions",
              "customer": "customers"},
    kind_of=kind_of,
    rows_of=rows_of,
    settle=settle,
    beside={"orders": ("id", "name", "email"), "refunds": ("order_ref", "email"),
            "payments": ("order_ref", "email")},
)  # fmt: skip
