"""What came before and after: did the same person do something within so many days of a contact?"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.metrics.facts.history import TICKET
from workbench.metrics.facts.windows import within

BEFORE, AFTER = "thing_before", "thing_after"


def with_neighbours(t: ir.Table, things: ir.Table) -> ir.Table:
    """The tickets with the same person's nearest thing on either side: ``thing_before`` (at the
    ticket's moment or earlier) and ``thing_after`` (strictly after it); empty where there is none.

    ``things`` has ``customer_key`` and ``moment``. Both are put in one order per person and every
    ticket looks both ways: pairs of every ticket with every order would cost the square of what a
    busy customer does. As many rows as before.
    """
    asked = t.filter(t.customer_key.notnull()).select(
        *TICKET, "customer_key", moment="created_at", is_ticket=ibis.literal(1, "int8"),
        thing_at=ibis.null(t.created_at.type()),
    )  # fmt: skip
    done = things.filter(things.customer_key.notnull()).select(
        source=ibis.null("string"), ticket_id=ibis.null("string"), customer_key="customer_key",
        moment="moment", is_ticket=ibis.literal(0, "int8"), thing_at="moment",
    )  # fmt: skip
    both = asked.union(done.select(*asked.columns))
    order = {"group_by": "customer_key", "order_by": ["moment", "is_ticket"]}
    both = both.mutate(
        **{
            BEFORE: both.thing_at.max().over(ibis.window(**order, rows=(None, 0))),
            AFTER: both.thing_at.min().over(ibis.window(**order, rows=(0, None))),
        }
    )
    found = both.filter(both.is_ticket == 1).select(*TICKET, BEFORE, AFTER)
    joined = t.left_join(found, TICKET, rname="near_{name}")
    return joined.select(*t.columns, BEFORE, AFTER)


def came_within(t: ir.Table, days: int) -> ir.BooleanValue:
    """Of tickets with neighbours: did something follow within ``days``, their end included?"""
    return within(t[AFTER], t.created_at, days)


def went_before(t: ir.Table, days: int | None = None) -> ir.BooleanValue:
    """Of tickets with neighbours: was there something before, at most ``days`` ago where given?"""
    if days is None:
        return t[BEFORE].notnull()
    return within(t.created_at, t[BEFORE], days)
