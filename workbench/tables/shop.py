"""What shops and payment providers export: orders, refunds, disputes, subscriptions, churn."""

from __future__ import annotations

from workbench.tables.schema import Column, Kind, Table, provenance

ORDERS = Table(
    "orders",
    grain="one row per order",
    key=("source", "order_id"),
    clock=("created_at",),
    columns=(
        Column("order_id", Kind.TEXT, "identifier in the shop", required=True),
        Column("name", Kind.TEXT, "what people call it, such as #1001", personal="reference"),
        Column("customer_key", Kind.TEXT, "who ordered", personal="key"),
        Column("created_at", Kind.TIME, "when it was placed", required=True),
        Column("paid_at", Kind.TIME, "when it was paid"),
        Column("cancelled_at", Kind.TIME, "when it was cancelled"),
        Column("total", Kind.MONEY, "order total", "currency"),
        Column("currency", Kind.TEXT, "three-letter code"),
        Column("financial_status", Kind.TEXT, "payment state as exported"),
        Column(
            "refunded_total", Kind.MONEY, "refunded so far; its date is not exported", "currency"
        ),
        Column("discount_code", Kind.TEXT, "discount code used", personal="reference"),
        Column("is_replacement", Kind.BOOLEAN, "true for a replacement sent free of charge"),
        *provenance(),
    ),
)

ORDER_LINES = Table(
    "order_lines",
    grain="one row per line of an order",
    key=("source", "order_id", "line"),
    columns=(
        Column("order_id", Kind.TEXT, "the order", required=True),
        Column("line", Kind.INTEGER, "its place in the order, from 1", required=True),
        Column("sku", Kind.TEXT, "article number", personal="reference"),
        Column("item", Kind.TEXT, "article name"),
        Column("quantity", Kind.INTEGER, "pieces", "pieces"),
        Column("price", Kind.MONEY, "price of one piece", "currency"),
        Column("discount", Kind.MONEY, "discount on the line", "currency"),
        *provenance(),
    ),
)

PAYMENTS = Table(
    "payments",
    grain="one row per charge",
    key=("source", "payment_id"),
    clock=("at",),
    columns=(
        Column("payment_id", Kind.TEXT, "the charge; refunds and disputes name it", required=True),
        Column("intent_id", Kind.TEXT, "the payment intent it belongs to"),
        Column(
            "order_ref", Kind.TEXT, "order name it pays for, such as #1001", personal="reference"
        ),
        Column("customer_key", Kind.TEXT, "who paid", personal="key"),
        Column("at", Kind.TIME, "when it was made", required=True),
        Column("amount", Kind.MONEY, "what was charged", "currency", required=True),
        Column("amount_refunded", Kind.MONEY, "refunded of it so far", "currency"),
        Column("currency", Kind.TEXT, "three-letter code"),
        Column("status", Kind.TEXT, "state at the provider; a failed charge moved no money"),
        Column("is_captured", Kind.BOOLEAN, "false while only authorised"),
        Column("fee", Kind.MONEY, "what the provider kept", "currency"),
        Column("refunded_at", Kind.TIME, "its last refund; earlier ones are in `refunds` only"),
        Column("disputed_amount", Kind.MONEY, "amount in dispute", "currency"),
        Column("dispute_status", Kind.TEXT, "won, lost, …; `warning_*` is an inquiry"),
        *provenance(),
    ),
)

REFUNDS = Table(
    "refunds",
    grain="one row per refund",
    key=("source", "refund_id"),
    clock=("at",),
    columns=(
        Column("refund_id", Kind.TEXT, "identifier at the payment provider", required=True),
        Column(
            "order_ref", Kind.TEXT, "order name it belongs to, such as #1001", personal="reference"
        ),
        Column("charge_id", Kind.TEXT, "the charge it reverses"),
        Column("customer_key", Kind.TEXT, "who was refunded", personal="key"),
        Column("at", Kind.TIME, "when the money went back", required=True),
        Column("amount", Kind.MONEY, "what went back", "currency", required=True),
        Column("currency", Kind.TEXT, "three-letter code"),
        Column("status", Kind.TEXT, "state at the provider; a failed refund paid nothing"),
        Column("reason", Kind.TEXT, "reason as recorded", personal="text"),
        Column("actor", Kind.TEXT, "who granted it", personal="staff"),
        *provenance(),
    ),
)

DISPUTES = Table(
    "disputes",
    grain="one row per dispute",
    key=("source", "dispute_id"),
    clock=("created_at",),
    columns=(
        Column("dispute_id", Kind.TEXT, "identifier at the payment provider", required=True),
        Column("charge_id", Kind.TEXT, "the disputed charge"),
        Column("order_ref", Kind.TEXT, "order name, where known", personal="reference"),
        Column("customer_key", Kind.TEXT, "who disputes", personal="key"),
        Column("created_at", Kind.TIME, "when it was opened", required=True),
        Column("charge_at", Kind.TIME, "when the charge was made"),
        Column("amount", Kind.MONEY, "amount in dispute", "currency"),
        Column("currency", Kind.TEXT, "three-letter code"),
        Column("reason", Kind.TEXT, "reason as recorded", personal="text"),
        Column("status", Kind.TEXT, "won, lost, …; `warning_*` is an inquiry, no chargeback"),
        *provenance(),
    ),
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    grain="one row per subscription",
    key=("source", "subscription_id"),
    clock=("started_at",),
    columns=(
        Column("subscription_id", Kind.TEXT, "identifier in its source", required=True),
        Column("customer_key", Kind.TEXT, "the subscriber", personal="key"),
        Column("started_at", Kind.TIME, "first day", required=True),
        Column("cancel_requested_at", Kind.TIME, "when the customer asked to stop"),
        Column("ended_at", Kind.TIME, "when it ended; a request to cancel is not an end"),
        Column("status", Kind.TEXT, "state as exported"),
        Column("plan", Kind.TEXT, "plan or article"),
        Column("monthly_amount", Kind.MONEY, "recurring revenue", "currency per month"),
        Column("reason", Kind.TEXT, "reason for leaving", personal="text"),
        *provenance(),
    ),
)

CHURN_EVENTS = Table(
    "churn_events",
    grain="one row per recorded loss of a customer",
    key=("source", "churn_id"),
    clock=("at",),
    columns=(
        Column("churn_id", Kind.TEXT, "identifier in its source", required=True),
        Column("customer_key", Kind.TEXT, "who left", required=True, personal="key"),
        Column("at", Kind.TIME, "when they left", required=True),
        Column("reason", Kind.TEXT, "reason as recorded", personal="text"),
        Column("is_reactivation", Kind.BOOLEAN, "true where they had left before and come back"),
        *provenance(),
    ),
    notes="A customer can be lost more than once. Where no losses are recorded, churn after "
    "contact is read from orders.",
)

REVIEWS = Table(
    "reviews",
    grain="one row per public review",
    key=("source", "review_id"),
    clock=("at",),
    columns=(
        Column("review_id", Kind.TEXT, "identifier in its source", required=True),
        Column("at", Kind.TIME, "when it was written", required=True),
        Column("customer_key", Kind.TEXT, "who wrote it", personal="key"),
        Column("order_ref", Kind.TEXT, "order name, where known", personal="reference"),
        Column("stars", Kind.INTEGER, "rating", "stars"),
        Column("text", Kind.TEXT, "text", personal="text"),
        *provenance(),
    ),
)
