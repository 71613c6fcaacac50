"""Month by month: which customers were active, and which subscriptions ran?"""

from __future__ import annotations

from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from workbench.workspace import Workspace

_TIME = pa.timestamp("us", tz="UTC")


def months(first: datetime, last: datetime) -> ir.Table:
    """One row per month from that of ``first`` to that of ``last``: ``begins`` and ``ends``."""
    number, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    starts = [datetime(n // 12, n % 12 + 1, 1, tzinfo=UTC) for n in range(number, end + 2)]
    return ibis.memtable(
        pa.table({"begins": pa.array(starts[:-1], _TIME), "ends": pa.array(starts[1:], _TIME)})
    )


def customer_months(workspace: Workspace, days: int) -> ir.Table:
    """Who was a customer at the end of a month, and did they stay?

    One row per month and person who ordered in the ``days`` up to the month's end and was not
    recorded as lost after the last of these orders: ``begins``, ``ends``, ``customer_key``,
    ``source`` (of the last of these orders' shops by name), ``came_back`` (an order in the ``days``
    after the end) and ``was_lost`` (a recorded loss in them).
    """
    return workspace.once(f"customer_months_{days}", lambda: _customer_months(workspace, days))


def _customer_months(workspace: Workspace, days: int) -> ir.Table:
    orders = workspace.table("orders").filter(lambda o: o.customer_key.notnull())
    orders = orders.select("customer_key", "source", moment="created_at")
    calendar = _span(workspace)
    near = _near(orders, calendar, days)
    before = near.moment <= near.ends
    who = near.group_by("customer_key", "begins", "ends").aggregate(
        source=near.source.max(where=before),
        last_ordered_at=near.moment.max(where=before),
        came_back=(~before).any(),
    )
    who = who.filter(who.last_ordered_at.notnull())
    if not workspace.has("churn_events"):
        return who.mutate(was_lost=ibis.literal(False))
    losses = workspace.table("churn_events").select("customer_key", moment="at")
    gone = _near(losses, calendar, days)
    gone = gone.group_by("customer_key", "begins").aggregate(
        lost_before=gone.moment.max(where=gone.moment <= gone.ends),
        was_lost=(gone.moment > gone.ends).any(),
    )
    joined = who.left_join(gone, ["customer_key", "begins"], rname="g_{name}")
    is_gone = (joined.lost_before > joined.last_ordered_at).fill_null(False)
    return joined.filter(~is_gone).select(*who.columns, was_lost=joined.was_lost.fill_null(False))


def _span(workspace: Workspace) -> ir.Table:
    now = workspace.as_of("orders") or datetime(1970, 1, 1, tzinfo=UTC)
    return months(workspace.first_at("orders") or now, now)


def _near(happened: ir.Table, calendar: ir.Table, days: int) -> ir.Table:
    """What happened in the ``days`` up to the end of each month and in those after it."""
    window = ibis.interval(days=days)
    return happened.join(
        calendar,
        [
            happened.moment > calendar.ends - window,
            happened.moment <= calendar.ends + window,
        ],
    )


def subscription_months(workspace: Workspace) -> ir.Table:
    """Which subscriptions ran when a month began?

    One row per subscription and month: ``begins``, ``ends``, and the subscription's own columns.
    """

    def built() -> ir.Table:
        s = workspace.table("subscriptions")
        now = workspace.as_of("subscriptions") or datetime(1970, 1, 1, tzinfo=UTC)
        calendar = months(workspace.first_at("subscriptions") or now, now)
        s = s.select("source", "subscription_id", "customer_key", "started_at", "ended_at",
                     "cancel_requested_at")  # fmt: skip
        runs = s.join(calendar, [s.started_at < calendar.begins])
        return runs.filter(runs.ended_at.isnull() | (runs.ended_at >= runs.begins))

    return workspace.once("subscription_months", built)
