"""What support costs a team in a month, and which contacts that pays for."""

from __future__ import annotations

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from workbench.metrics.facts.naming import vendors
from workbench.metrics.facts.orders import has_one_currency
from workbench.workspace import Workspace


def costed_teams(workspace: Workspace, t: ir.Table) -> tuple[str, ...]:
    """The teams that both the tickets and the costs know by the same name."""

    def found() -> tuple[str, ...]:
        c = workspace.table("costs")
        names = t.filter(t.team.isin(c.team)).select("team").distinct()
        return tuple(sorted(names.to_pyarrow()["team"].to_pylist()))

    return workspace.remembered(("costed teams",), found)


def cost_rows(workspace: Workspace, t: ir.Table) -> ir.Table:
    """One row per cost: ``at`` (the month's first instant), ``amount`` (float), ``team``.

    A cost of something that is no team of the tickets' belongs to no team: it is in the whole.
    """
    c = workspace.table("costs")
    c = c.select(
        "source",
        named=ibis.ifelse(c.team.isin(costed_teams(workspace, t)), c.team, _no_text()),
        at=_month(c.month),
        amount=c.amount.cast("float64"),
        ref=c.team + ibis.literal("/") + c.component,
        is_unknown=ibis.literal(not has_one_currency(workspace, "costs")),
    )
    return _with_vendor(workspace, c)


def paid_for(workspace: Workspace, rows: ir.Table, t: ir.Table, at: str) -> ir.Table:
    """The tickets in ``rows`` with ``is_unknown``: are the costs of their month not recorded?

    A month without any costs is not paid for, nor is a ticket of a team that has costs in other
    months and none in this one: an invoice is missing. Tickets of a team that is in no month of
    the books are somebody's unpaid work, so they count and have no team. ``source`` becomes the
    books, for it is they that tell: a help desk has no costs.
    """
    teams = costed_teams(workspace, t)
    c = workspace.table("costs").mutate(of=_month(workspace.table("costs").month))
    months = c.group_by(cost_month="of").aggregate(book=c.source.min())
    by_team = c.filter(c.team.isin(teams)) if teams else c.filter(ibis.literal(False))
    by_team = by_team.select(team_month="of", cost_team="team", is_billed=ibis.literal(True))
    by_team = by_team.distinct()
    dated = rows.mutate(in_month=_month(rows[at]))
    dated = dated.mutate(named=ibis.ifelse(dated.team.isin(teams), dated.team, _no_text()))
    joined = dated.left_join(months, [("in_month", "cost_month")])
    joined = joined.left_join(by_team, [("in_month", "team_month"), ("named", "cost_team")])
    is_billed = joined.cost_month.notnull() & (joined.named.isnull() | joined.is_billed.notnull())
    joined = joined.mutate(
        is_unknown=~is_billed | ibis.literal(not has_one_currency(workspace, "costs")),
        source=joined.book.fill_null(min(workspace.state.tables["costs"].sources)),
    )
    return _with_vendor(workspace, joined).drop("channel", "priority", "agent", "tier")


def _with_vendor(workspace: Workspace, rows: ir.Table) -> ir.Table:
    """The rows with ``team`` as ``named``, and its vendor."""
    kept = [c for c in rows.columns if c not in ("team", "vendor", "named")]
    known = vendors(workspace)
    if known is None:
        return rows.select(*kept, team=rows.named, vendor=_no_text())
    joined = rows.left_join(known, [("named", "vendor_team")])
    return joined.select(*kept, team=joined.named, vendor=joined.team_vendor)


def is_young_month(workspace: Workspace, at: ir.TimestampValue, days: int) -> ir.BooleanValue:
    """Was the month of ``at`` over for less than ``days`` where the tickets stop?

    Costs and what they paid for wait together, or a month's money would meet half its contacts.
    """
    until = workspace.as_of("tickets")
    if until is None:
        return ibis.literal(False)
    # The last hours of a month in which nobody wrote are no reason to wait.
    known = ibis.literal(until + timedelta(days=1))
    return _month(at) + ibis.interval(months=1) + ibis.interval(days=days) > known


def _month(moment: ir.TimestampValue) -> ir.TimestampValue:
    return moment.truncate("M").cast("timestamp('UTC')")


def _no_text() -> ir.StringScalar:
    return ibis.null("string")
