"""Which order is meant, and what was paid back for it: one row per refund, one per order."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.metrics.facts.naming import at_home
from workbench.metrics.facts.windows import within
from workbench.workspace import Workspace

UNPAID = ("failed", "canceled", "cancelled", "requires_action")
UNNAMED = "an unnamed one"
_ORDER = ["order_source", "order_id"]


def paid_refunds(workspace: Workspace) -> ir.Table:
    """Refunds that really sent money back: no failed, canceled or zero ones."""
    r = workspace.table("refunds")
    unpaid = r.status.lower().isin(UNPAID).fill_null(False)
    return r.filter(~unpaid, r.amount.cast("float64") > 0)


def refund_facts(workspace: Workspace) -> ir.Table:
    """What was paid back, and for which order?

    One row per paid refund: ``source``, ``refund_id``, ``at``, ``amount`` (float), ``currency``,
    ``actor``, ``payee`` (the customer, else who bought the order), and the order: ``order_source``,
    ``order_id``, ``ordered_at``; null where it names none that is known. Computed once.
    """
    return workspace.once("refund_facts", lambda: _refund_facts(workspace))


def _refund_facts(workspace: Workspace) -> ir.Table:
    r = _with_charge(workspace, paid_refunds(workspace))
    r = r.select(
        "source", "refund_id", "at", "currency", "actor", "order_ref", "customer_key",
        amount=r.amount.cast("float64"),
    )  # fmt: skip
    if not workspace.has("orders"):
        no_text = ibis.null("string")
        return r.mutate(payee=r.customer_key, order_source=no_text, order_id=no_text,
                        ordered_at=ibis.null("timestamp('UTC')"))  # fmt: skip
    known = with_order(workspace, r, ["source", "refund_id"])
    return known.mutate(payee=ibis.coalesce(known.customer_key, known.buyer)).drop("buyer")


def _with_charge(workspace: Workspace, r: ir.Table) -> ir.Table:
    """Refunds with the order of the charge they reverse, where they name only the charge."""
    if not workspace.has("payments"):
        return r
    p = workspace.table("payments")
    sources = sorted(workspace.state.tables["payments"].sources)
    named = at_home(r, "charge_id", p, "payment_id", sources)
    charges = p.select(charge_source="source", payment_id="payment_id", charge_for="order_ref")
    joined = named.left_join(charges, [("home", "charge_source"), ("charge_id", "payment_id")])
    return joined.select(
        *[c for c in r.columns if c != "order_ref"],
        order_ref=ibis.coalesce(joined.order_ref, joined.charge_for),
    )


def with_order(workspace: Workspace, rows: ir.Table, key: list[str]) -> ir.Table:
    """The rows with the one order they name, as ``order_source``, ``order_id``, ``ordered_at``
    and ``buyer``.

    ``key`` identifies a row, which has ``order_ref``, ``customer_key`` and ``at``. An order goes by
    its name, with or without the number sign, or by its identifier. Where several orders go by the
    same word (two shops, say) only those of the same customer are meant; of these a name goes
    before an identifier and the latest order before the row's moment before any other, so that no
    row is matched twice.
    """
    asked = rows.filter(rows.order_ref.notnull())
    asked = asked.select(*key, "customer_key", named_at="at", word=_bare(asked.order_ref))
    pairs = asked.inner_join(_called(workspace, asked.select("word").distinct()), "word")
    is_meant = (pairs.n_orders == 1) | (pairs.buyer == pairs.customer_key).fill_null(False)
    pairs = pairs.filter(is_meant)
    best = ibis.row_number().over(
        ibis.window(
            group_by=key,
            order_by=[
                ibis.desc(pairs.is_name),
                ibis.desc((pairs.ordered_at <= pairs.named_at).cast("int64")),
                ibis.desc(pairs.ordered_at), pairs.order_source, pairs.order_id,
            ],
        )
    )  # fmt: skip
    found = pairs.mutate(place=best).filter(lambda p: p.place == 0)
    found = found.select(*key, *_ORDER, "ordered_at", "buyer")
    joined = rows.left_join(found, key, rname="found_{name}")
    return joined.select(*rows.columns, *_ORDER, "ordered_at", "buyer")


def _bare(word: ir.StringValue) -> ir.StringValue:
    return ibis.ifelse(word.startswith("#"), word.substr(1), word)


def _called(workspace: Workspace, words: ir.Table) -> ir.Table:
    """The orders that go by one of these words: one row per order and word, and how many orders
    share the word. Few of many orders are ever named, so the others are left behind first."""
    o = workspace.table("orders")
    called = o.mutate(order_source=o.source, ordered_at=o.created_at, buyer=o.customer_key)
    kept = ["order_source", "order_id", "ordered_at", "buyer"]
    names = called.select(*kept, word=_bare(called.name), is_name=ibis.literal(1))
    ids = called.select(*kept, word=_bare(called.order_id), is_name=ibis.literal(0))
    meant = names.semi_join(words, "word").union(ids.semi_join(words, "word"))
    every = meant.group_by([*kept, "word"]).aggregate(is_name=meant.is_name.max())
    return every.mutate(n_orders=every.count().over(ibis.window(group_by="word")).cast("int64"))


def refunded_orders(workspace: Workspace, days: int) -> ir.Table:
    """Orders with what came back: one row per order, all columns of ``orders`` and
    ``refunded_at`` (the first refund) and ``refunded`` (the amount within ``days``, 0 if none)."""
    o = workspace.table("orders")
    r = refund_facts(workspace).filter(lambda r: r.order_id.notnull())
    soon = within(r["at"], r.ordered_at, days)
    back = r.group_by(_ORDER).aggregate(
        refunded_at=r["at"].min(), refunded=r.amount.sum(where=soon)
    )
    back = back.rename(source="order_source")
    joined = o.left_join(back, ["source", "order_id"], rname="back_{name}")
    return joined.select(*o.columns, "refunded_at", refunded=joined.refunded.fill_null(0.0))


def names_no_order(workspace: Workspace) -> bool:
    """Does no refund name an order that is known? Then none can be told to be refunded."""

    def counted() -> bool:
        r = refund_facts(workspace)
        return int(r.filter(r.order_id.notnull()).count().to_pandas()) == 0

    return workspace.remembered(("names_no_order",), counted)


def currencies_of(workspace: Workspace, table: str) -> list[str]:
    """The currencies the amounts of a table are in; a sum over two of them means nothing."""

    def found() -> list[str]:
        if not workspace.has(table):
            return []
        rows = paid_refunds(workspace) if table == "refunds" else workspace.table(table)
        code = ibis.coalesce(rows.currency.upper(), ibis.literal(UNNAMED))
        return sorted(rows.select(code=code).distinct().to_pandas()["code"])

    return workspace.remembered(("currencies", table), found)


def has_one_currency(workspace: Workspace, *tables: str) -> bool:
    """Are all amounts of these tables in one currency? A table that names none may be in any."""
    by_table = [currencies_of(workspace, table) for table in tables]
    named = {code for codes in by_table for code in codes} - {UNNAMED}
    return len(named) <= 1 and all(len(codes) <= 1 for codes in by_table)
