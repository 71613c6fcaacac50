"""Stripe's API lists flattened: charges, refunds, disputes, subscriptions, customers."""

from __future__ import annotations

import re

import duckdb

from workbench.intake.nested.shape import Record, Row, Rows, Shape, moment, plain, within, word

_KINDS = {"charge": "charges", "refund": "refunds", "dispute": "disputes",
          "subscription": "subscriptions", "customer": "customers"}  # fmt: skip
_IDLE = ("balance_transaction", "payment_intent", "invoice", "event", "payout", "product", "price")
_ORDER_KEYS = ("order", "order_name", "order_id", "Order")
_ORDER_NAME = re.compile(r"#\d{3,}")
_TIMES = ("created", "start_date", "canceled_at", "ended_at")


def kind_of(body: Record) -> str:
    """The kind of a bare Stripe record: it says so itself."""
    kind = str(body.get("object"))
    return _KINDS.get(kind) or (kind if kind in _IDLE else "")


def rows_of(kind: str, body: Record) -> Rows:
    """One record as plain rows: a charge also gives the refunds listed in it."""
    row = plain(body) | {name: moment(body.get(name)) for name in _TIMES if name in body}
    if kind == "charges":
        yield "charges", row | _charge(body)
        for refund in within(body, "refunds", "data") or ():
            yield from rows_of("refunds", {"charge": body.get("id"), **refund})
    elif kind in ("refunds", "disputes"):
        yield kind, row | _money(body) | {"charge": _id(body.get("charge"))}
    elif kind == "subscriptions":
        yield "subscriptions", row | _subscription(body)
    else:
        yield kind, row


def settle(connection: duckdb.DuckDBPyConnection, tables: set[str]) -> list[str]:
    """Who paid, from the charge that a refund or a dispute names, or from the list of customers."""
    if "charges" in tables:
        for table in {"refunds", "disputes"} & tables:
            connection.execute(
                f"""UPDATE raw_{table} AS m SET email = coalesce(m.email, c.email),
                        order_ref = coalesce(m.order_ref, c.order_ref),
                        charge_at = c.created
                    FROM (SELECT id, any_value(email) AS email, any_value(order_ref) AS order_ref,
                                 any_value(created) AS created FROM raw_charges GROUP BY id) AS c
                    WHERE m.charge = c.id"""
            )
    if "customers" in tables:
        for table in {"charges", "subscriptions"} & tables:
            connection.execute(
                f"""UPDATE raw_{table} AS m SET email = coalesce(m.email, c.email)
                    FROM (SELECT id, any_value(email) AS email FROM raw_customers GROUP BY id) AS c
                    WHERE m.customer = c.id"""
            )
    return []


def _charge(body: Record) -> Row:
    fee = body.get("balance_transaction")
    return _money(body) | {
        "customer": _id(body.get("customer")),
        "email": word(within(body, "billing_details", "email") or body.get("receipt_email")
                      or _email(body.get("customer"))),
        "payment_intent": _id(body.get("payment_intent")),
        "fee": word(fee.get("fee")) if isinstance(fee, dict) else None,
        "dispute_status": word(body["dispute"].get("status"))
        if isinstance(body.get("dispute"), dict) else None,
    }  # fmt: skip


def _money(body: Record) -> Row:
    """What refunds, disputes and charges share: whose order they are for."""
    metadata = body.get("metadata") or {}
    named = next((str(metadata[key]) for key in _ORDER_KEYS if metadata.get(key)), None)
    told = _ORDER_NAME.search(str(body.get("description") or ""))
    return {
        "order_ref": named or (told.group() if told else None),
        "actor": word(metadata.get("agent") or metadata.get("agent_id")),
        "email": None,
        "charge_at": None,
    }


def _subscription(body: Record) -> Row:
    """The recurring amount of all its items, which must be for one and the same span."""
    items = within(body, "items", "data") or ()
    spans, total = set(), 0
    for item in items:
        price = item.get("price") or item.get("plan") or {}
        rhythm = price.get("recurring") or price
        spans.add(f"{rhythm.get('interval_count') or 1} {rhythm.get('interval')}")
        # A price by usage has no amount of its own.
        total += int(price.get("unit_amount") or price.get("amount") or 0) * int(
            1 if item.get("quantity") is None else item["quantity"]
        )
    if len(spans) > 1:
        raise ValueError(f"its items are for different spans: {', '.join(sorted(spans))}")
    first = (items[0].get("price") or items[0].get("plan") or {}) if items else {}
    return {
        "customer": _id(body.get("customer")),
        "email": _email(body.get("customer")),
        "currency": word(body.get("currency") or first.get("currency")),
        "amount": str(total) if items else None,
        "interval": next(iter(spans), None),
        "plan": word(first.get("nickname") or _id(first.get("product"))),
        "reason": word(within(body, "cancellation_details", "feedback")
                       or within(body, "cancellation_details", "reason")),
        "comment": word(within(body, "cancellation_details", "comment")),
    }  # fmt: skip


def _id(value: object) -> str | None:
    """An object that is named, or that was expanded in place."""
    return word(value.get("id")) if isinstance(value, dict) else word(value)


def _email(customer: object) -> str | None:
    return word(customer.get("email")) if isinstance(customer, dict) else None


STRIPE = Shape(
    name="stripe_api",
    vendor="Stripe",
    pages={"data": ""},
    kind_of=kind_of,
    rows_of=rows_of,
    settle=settle,
    idle=_IDLE,
    beside={
        "charges": ("id", "email", "customer", "order_ref", "created"),
        "refunds": ("charge", "email", "order_ref", "charge_at"),
        "disputes": ("charge", "email", "order_ref", "charge_at"),
        "subscriptions": ("customer", "email"),
        "customers": ("id", "email"),
    },
)
