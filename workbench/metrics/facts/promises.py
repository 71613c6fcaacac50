"""Was each promise of an SLA kept, broken, or is it still open?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from workbench.metrics.business_hours import schedules, with_open_seconds
from workbench.metrics.facts.history import TICKET, field_changes, sources_telling
from workbench.metrics.facts.replies import substantive_replies
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.facts.waits import status_spans
from workbench.metrics.facts.windows import known_until, seconds
from workbench.tables.helpdesk import DONE
from workbench.workspace import Workspace

FIRST_REPLY, RESOLUTION = "first_reply", "resolution"
SUBSTANTIVE_REPLY = "substantive_reply"  # the promise of a first reply, kept by one that answers
PROMISES = (FIRST_REPLY, RESOLUTION)
ANY = "all"
STATES = ("met", "breached", "active", "pending")


@dataclass(frozen=True)
class Terms:
    """How the minutes of a promise are counted."""

    clock: str
    schedule: str | None
    pauses: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """One row of the SLA: for tickets of this priority and tier, at most so many minutes."""

    name: str
    promise: str
    priority: str
    tier: str
    target_min: int
    terms: Terms

    def fits(self, priority: str | None, tier: str | None) -> bool:
        """Does it hold for such tickets?"""
        return self.priority in (ANY, priority) and self.tier in (ANY, tier)

    @property
    def closeness(self) -> tuple[int, int, int]:
        """The closest policy holds: a priority named before a tier named; then the strictest."""
        return (self.priority != ANY, self.tier != ANY, -self.target_min)


def policies(workspace: Workspace) -> list[Policy]:
    """The SLA as imported; business minutes without a schedule of their own run on the only one."""
    if not workspace.has("sla_policies"):
        return []
    only = sorted(schedules(workspace)) if len(schedules(workspace)) == 1 else [None]
    return [
        Policy(
            row["policy"], row["metric"], row["priority"].lower(), _tier(row.get("tier")),
            row["target_min"],
            Terms(
                row["clock"],
                (row["schedule"] or only[0]) if row["clock"] == "business" else None,
                tuple(sorted(row["pause_statuses"] or ())),
            ),
        )
        for row in workspace.table("sla_policies").to_pyarrow().to_pylist()
    ]  # fmt: skip


def _tier(written: str | None) -> str:
    """As tickets spell their tier; a policy that names none holds for all."""
    if written in (None, "", ANY):
        return ANY
    return str(written) if "tier" in str(written) else f"tier {written}"


def lacks_policies(workspace: Workspace, promise: str) -> str:
    """What is missing to judge a promise, in words; empty where nothing is."""
    of_promise = [p for p in policies(workspace) if p.promise == promise]
    if not of_promise:
        return f"needs an SLA policy for {promise} (sla_policies)"
    known = schedules(workspace)
    lost = sorted({p.terms.schedule or "one not named" for p in of_promise
                   if p.terms.clock == "business" and p.terms.schedule not in known})  # fmt: skip
    return f"needs the business hours {', '.join(lost)} (schedules)" if lost else ""


def promise_facts(workspace: Workspace, promise: str, *, current: bool = False) -> ir.Table:
    """What became of one promise (first_reply, resolution, substantive_reply) for every ticket?

    One row per ticket that counts and that a policy holds for, with `ticket_facts`, ``policy``,
    ``priority_applied``, ``target_seconds``, its ``clock`` and ``schedule``, ``ends_at`` (kept, or
    where the data stop), the ``elapsed_seconds`` on that clock, from which the ``still_seconds`` of
    pauses are taken off, ``is_fulfilled``, and ``state``: met, breached (kept late, or past due),
    active (the clock runs) or pending (it stands still).

    The policy is the one for the priority a ticket had when its clock began; with ``current``
    the one for its priority now. A first reply is kept by a public reply in an agent's name or
    by solving the ticket, a resolution by its last solve while it stays solved.
    """
    name = f"promise_{promise}" + ("_current" if current else "")
    return workspace.once(name, lambda: _judged(workspace, promise, current))


def _judged(workspace: Workspace, promise: str, current: bool) -> ir.Table:
    begun = _begun(workspace, promise, current)
    parts = [_elapsed(workspace, begun, terms) for terms in _terms(workspace, promise)]
    rows = ibis.union(*parts) if len(parts) > 1 else parts[0]
    is_late = rows.elapsed_seconds > rows.target_seconds
    state = ibis.cases(
        (is_late, "breached"), (rows.is_fulfilled, "met"), (rows.is_paused, "pending"),
        else_="active",
    )  # fmt: skip
    return rows.mutate(state=ibis.ifelse(rows.elapsed_seconds.isnull(), ibis.null("string"), state))


def _terms(workspace: Workspace, promise: str) -> list[Terms]:
    wanted = FIRST_REPLY if promise == SUBSTANTIVE_REPLY else promise
    found = {p.terms: None for p in policies(workspace) if p.promise == wanted}
    return list(found)


def _begun(workspace: Workspace, promise: str, current: bool) -> ir.Table:
    """Tickets with the policy that holds for them and the moment their promise was kept."""
    if promise == SUBSTANTIVE_REPLY:
        t = substantive_replies(workspace)
        kept = ibis.least(t.first_substantive_at, t.solved_first_at)
    else:
        t = ticket_facts(workspace)
        t = t.filter(t.is_counted)
        kept = ibis.least(t.first_any_reply_at, t.solved_first_at)
    t = t.filter(~t.agent_initiated)
    if promise == RESOLUTION:
        kept = ibis.ifelse(t.is_done, t.solved_last_at, ibis.null(t.solved_last_at.type()))
    t = t.mutate(kept_at=kept)
    applied = t.priority if current else _priority_applied(workspace, t)
    t = t.mutate(priority_applied=applied) if current else applied
    as_of = workspace.as_of("tickets")
    until = known_until(workspace, t, as_of, "tickets", "events") if as_of else t.kept_at
    t = t.mutate(
        is_fulfilled=t.kept_at.notnull(),
        is_undated=t.is_done & t.kept_at.isnull(),
        ends_at=ibis.coalesce(t.kept_at, until),
        priority_key=t.priority_applied.fill_null(""), tier_key=t.tier.fill_null(""),
    )  # fmt: skip
    wanted = FIRST_REPLY if promise == SUBSTANTIVE_REPLY else promise
    chosen = ibis.memtable(_chosen(workspace, wanted, t))
    return t.join(chosen, ["priority_key", "tier_key"], rname="p_{name}")


def _priority_applied(workspace: Workspace, t: ir.Table) -> ir.Table:
    """The priority a ticket had first: a later change moves no promise."""
    if not sources_telling(workspace, "priority"):
        return t.mutate(priority_applied=t.priority)
    first = field_changes(workspace, "priority").filter(lambda e: e.order == 1)
    first = first.select(*TICKET, first_priority=ibis.coalesce(first.old, first.new).lower())
    joined = t.left_join(first, TICKET, rname="f_{name}")
    return joined.select(
        *t.columns, priority_applied=ibis.coalesce(joined.first_priority, joined.priority)
    )


def _chosen(workspace: Workspace, promise: str, t: ir.Table) -> pa.Table:
    """For every priority and tier there is, the policy that holds."""
    seen = t.select("priority_key", "tier_key").distinct().to_pyarrow().to_pylist()
    rows = [
        one | {"policy": p.name, "target_seconds": p.target_min * 60, "terms": str(p.terms),
               "clock": p.terms.clock, "schedule": p.terms.schedule}
        for one in sorted(seen, key=lambda one: (one["priority_key"], one["tier_key"]))
        for p in _closest(workspace, promise, one["priority_key"], one["tier_key"])
    ]  # fmt: skip
    texts = ("priority_key", "tier_key", "policy", "terms", "clock", "schedule")
    schema = pa.schema([(n, pa.string()) for n in texts] + [("target_seconds", pa.int64())])
    return pa.Table.from_pylist(rows, schema=schema)


def _closest(workspace: Workspace, promise: str, priority: str, tier: str) -> Iterator[Policy]:
    fitting = [
        p for p in policies(workspace) if p.promise == promise and p.fits(priority, tier)
    ]  # fmt: skip
    if fitting:
        yield max(fitting, key=lambda p: (p.closeness, p.name))


def _elapsed(workspace: Workspace, begun: ir.Table, terms: Terms) -> ir.Table:
    """The tickets under these terms with the seconds that went by on their clock."""
    rows = begun.filter(begun.terms == str(terms))
    stops = (*terms.pauses, *DONE)  # a ticket that is solved keeps nobody waiting
    rows = rows.mutate(is_paused=rows.status.isin(stops).fill_null(False) & ~rows.is_fulfilled)
    kept = [*rows.columns, "still_seconds", "elapsed_seconds"]
    rows = _clocked(workspace, rows, terms, ["created_at", "ends_at"])
    if workspace.has("events"):
        still = _still(workspace, rows, terms, stops)
        rows = rows.left_join(still, TICKET, rname="s_{name}")
        rows = rows.mutate(still_seconds=rows.still_seconds.fill_null(0))
    else:
        rows = rows.mutate(still_seconds=ibis.literal(0, "int64"))
    elapsed = rows.ends_at_on - rows.created_at_on - rows.still_seconds
    return rows.mutate(
        elapsed_seconds=ibis.ifelse(rows.is_undated, ibis.null("int64"), elapsed)
    ).select(*kept)


def _still(workspace: Workspace, rows: ir.Table, terms: Terms, stops: tuple[str, ...]) -> ir.Table:
    """One row per ticket whose clock ever stood still: for how many seconds, up to ``ends_at``."""
    spans = status_spans(workspace)
    spans = spans.filter(spans.status.isin(stops)).select(*TICKET, "starts_at", stops_at="ends_at")
    last = field_changes(workspace, "status")
    newest = last.order == last.order.max().over(ibis.window(group_by=TICKET))
    tail = last.filter(newest & last.new.isin(stops)).select(*TICKET, starts_at="at")
    bounds = rows.select(*TICKET, "ends_at")
    ended = spans.join(bounds, TICKET, rname="b_{name}").select(
        *TICKET, "starts_at", until=lambda s: ibis.least(s.stops_at, s.ends_at)
    )
    open_still = tail.join(bounds, TICKET, rname="b_{name}").select(
        *TICKET, "starts_at", until="ends_at"
    )
    both = ended.union(open_still).filter(lambda s: s.until > s.starts_at)
    both = _clocked(workspace, both, terms, ["starts_at", "until"])
    return both.group_by(TICKET).aggregate(
        still_seconds=(both.until_on - both.starts_at_on).sum().cast("int64")
    )


def _clocked(workspace: Workspace, rows: ir.Table, terms: Terms, moments: list[str]) -> ir.Table:
    """Rows with ``<moment>_on``: seconds on the clock of these terms."""
    if terms.clock != "business":
        return rows.mutate(**{f"{name}_on": seconds(rows[name]) for name in moments})
    timed = rows.mutate(schedule_on=ibis.literal(terms.schedule, "string"))
    timed = with_open_seconds(workspace, timed, "schedule_on", moments)
    return timed.mutate(**{f"{name}_on": timed[f"{name}_open"] for name in moments})
