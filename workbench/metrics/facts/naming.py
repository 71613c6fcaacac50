"""Which record does a row of another table mean? A log names a ticket, not whose help desk's."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from workbench.metrics.facts.tickets import ticket_facts
from workbench.workspace import Workspace

FROM_TICKET = ("channel", "priority")


def at_home(rows: ir.Table, ref: str, things: ir.Table, key: str, homes: Iterable[str]) -> ir.Table:
    """The rows with ``home``: the source of the one thing each of them names in ``ref``.

    ``things`` have ``source`` and ``key``; ``homes`` are all their sources. A row of such a source
    means the thing of that source. A list kept elsewhere means whichever source has the name, and
    nothing where two have it: a row is never matched twice.
    """
    only = things.group_by(home_ref=things[key]).aggregate(
        n_homes=things.source.nunique(), only_home=things.source.min()
    )
    only = only.filter(only.n_homes == 1)
    joined = rows.left_join(only, [(ref, "home_ref")])
    found = joined.select(*rows.columns, "only_home")
    home = ibis.ifelse(found.source.isin([*homes]), found.source, found.only_home)
    # Worked out after the join: an expression of a join cannot be joined by again.
    return found.mutate(home=home).drop("only_home")


def with_ticket(workspace: Workspace, rows: ir.Table) -> ir.Table:
    """The rows of a log with what is known of the ticket they name (null where there is none).

    Adds ``home`` (the ticket's help desk), ``is_ticket``, ``ticket_team``, ``ticket_vendor`` and
    the ticket's channel and priority; as many rows as before.
    """
    if not workspace.has("tickets"):
        texts = ("home", "ticket_team", "ticket_vendor", *FROM_TICKET)
        return rows.mutate(
            is_ticket=ibis.literal(False), **{name: ibis.null("string") for name in texts}
        )
    t = ticket_facts(workspace)
    desks = sorted(workspace.state.tables["tickets"].sources)
    named = at_home(rows.drop(*(set(FROM_TICKET) & set(rows.columns))), "ticket_id", t,
                    "ticket_id", desks)  # fmt: skip
    told = t.select(
        desk="source", desk_ticket="ticket_id", ticket_team="team", ticket_vendor="vendor",
        is_ticket=ibis.literal(True), **{name: t[name] for name in FROM_TICKET},
    )  # fmt: skip
    joined = named.left_join(told, [("home", "desk"), ("ticket_id", "desk_ticket")])
    return joined.drop("desk", "desk_ticket").mutate(
        is_ticket=lambda r: r.is_ticket.fill_null(False)
    )


def vendors(workspace: Workspace) -> ir.Table | None:
    """Which team belongs to which vendor? One row per team's name; None where nobody says."""
    if not workspace.has("teams"):
        return None
    teams = workspace.table("teams").filter(lambda r: r.team.notnull())
    return teams.group_by(vendor_team=teams.team).aggregate(team_vendor=teams.vendor.max())


def with_vendor(workspace: Workspace, rows: ir.Table) -> ir.Table:
    """The rows with the ``vendor`` of their ``team``."""
    known = vendors(workspace)
    if known is None:
        return rows.mutate(vendor=ibis.null("string"))
    joined = rows.left_join(known, [("team", "vendor_team")])
    return joined.select(*rows.columns, vendor=joined.team_vendor)
