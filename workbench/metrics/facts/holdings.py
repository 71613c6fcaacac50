"""Who held a ticket, from the history of its assignee or its group?

Most tickets are given to somebody once. Their history needs no order, so only the others' is put
in one.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.metrics.facts.history import TICKET, field_changes, tells_old
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.facts.windows import minutes_between
from workbench.workspace import Workspace


def holdings(workspace: Workspace, field: str) -> ir.Table:
    """How did the holder (``assignee`` or ``group``) of each ticket change?

    One row per ticket with any change: ``n_handoffs`` from one holder to another, ``n_stations``
    times one was set, ``n_returns`` to somebody who had held it before, ``first_held_at``,
    ``begins_free`` (nobody held it before ``first_change_at``), and ``pause_minutes`` without a
    holder after that, up to the first solve.
    """
    e = workspace.table("events").filter(lambda e: e.field == field)
    if not tells_old(workspace, field):
        return _in_order(workspace, field, None)
    plain = e.group_by(TICKET).aggregate(
        n_stations=e.new.count(), n_free=e.new.isnull().sum(), n_from_nobody=e.old.isnull().sum(),
        first_change_at=e["at"].min(),
    )  # fmt: skip
    # Set once, from nobody: nothing to hand off, nothing to come back to, no pause.
    is_plain = (plain.n_stations == 1) & (plain.n_free == 0) & (plain.n_from_nobody == 1)
    zero = ibis.literal(0, "int64")
    once = plain.filter(is_plain).select(
        *TICKET, n_handoffs=zero, n_stations=plain.n_stations, n_returns=zero,
        first_held_at=plain.first_change_at, first_change_at=plain.first_change_at,
        begins_free=ibis.literal(True), pause_minutes=ibis.literal(0.0),
    )  # fmt: skip
    others = _in_order(workspace, field, plain.filter(~is_plain).select(*TICKET))
    return once.union(others.select(*once.columns))


def span_minutes(
    start: ir.TimestampValue, end: ir.TimestampValue, limit: ir.TimestampValue
) -> ir.FloatingValue:
    """Minutes from ``start`` to the earlier of ``end`` and ``limit``; none where that is before."""
    return ibis.greatest(minutes_between(start, ibis.least(end, limit)), ibis.literal(0.0))


def _in_order(workspace: Workspace, field: str, of: ir.Table | None) -> ir.Table:
    """`holdings` of the tickets in ``of`` (all, where not given), change after change."""
    e = field_changes(workspace, field, of=of)
    order = {"group_by": TICKET, "order_by": "order"}
    e = e.mutate(
        n_held=e.new.count().over(ibis.window(**order, rows=(None, 0))),
    )
    ends = ticket_facts(workspace).select(*TICKET, "solved_first_at")
    e = e.left_join(ends, TICKET, rname="t_{name}")
    limit = e.solved_first_at
    pause = ibis.ifelse(
        e.new.isnull(), span_minutes(e["at"], ibis.coalesce(e.until, limit), limit), 0.0
    )
    spent = e.group_by(TICKET).aggregate(
        n_stations=e.new.count(), first_held_at=e["at"].min(where=e.new.notnull()),
        first_change_at=e["at"].min(), pause_minutes=pause.sum(),
        begins_free=((e.order == 1) & e.old.isnull()).any(),
    )  # fmt: skip
    given = e.filter(e.new.notnull())
    # Whoever held it before a pause without a holder, or before the history begins.
    given = given.mutate(last=given.new.lag().over(ibis.window(**order)))
    given = given.mutate(giver=ibis.coalesce(given["last"], given.old))
    is_handoff = given.giver.notnull() & (given.giver != given.new)
    handed = given.group_by(TICKET).aggregate(n_handoffs=is_handoff.sum())
    # Everybody who ever held it; whoever it was first taken from among them.
    first = given.filter((given.n_held == 1) & given.old.notnull()).select(*TICKET, holder="old")
    holders = given.select(*TICKET, holder="new").union(first).distinct()
    held = holders.group_by(TICKET).aggregate(n_holders=holders.count())
    joined = spent.left_join(handed, TICKET, rname="h_{name}").left_join(
        held, TICKET, rname="n_{name}"
    )
    n_handoffs = joined.n_handoffs.fill_null(0)
    returns = n_handoffs + 1 - joined.n_holders.fill_null(1)
    return joined.select(
        *TICKET, "n_stations", "first_held_at", "first_change_at", "begins_free", "pause_minutes",
        n_handoffs=n_handoffs, n_returns=ibis.greatest(returns, ibis.literal(0, "int64")),
    )  # fmt: skip
