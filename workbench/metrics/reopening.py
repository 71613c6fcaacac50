"""Is a solved ticket really solved?"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import HISTORY, MESSAGES, TICKETS, Kind, Metric, Variant
from workbench.metrics.facts.contacts import with_next_contact
from workbench.metrics.facts.history import TICKET, reopenings
from workbench.metrics.facts.tickets import counted_tickets
from workbench.metrics.facts.windows import is_open_window, known_until, within
from workbench.metrics.first_contact import solved_at
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

REOPEN_DAYS = 14
REPEAT_DAYS = 7


def _in_earnest(workspace: Workspace) -> ir.Table:
    """Tickets with ``earnest_at``: the first reopening that took another answer."""
    t = counted_tickets(workspace)
    back = reopenings(workspace)
    is_earnest = ~back.is_thanks.fill_null(False)
    first = back.group_by(TICKET).aggregate(
        earnest_at=back.reopened_at.min(where=is_earnest),
        first_is_thanks=back.is_thanks.any(where=back.is_first),
    )
    joined = t.left_join(first, TICKET, rname="b_{name}")
    return joined.select(*t.columns, "earnest_at", "first_is_thanks")


def _reopens(
    workspace: Workspace, as_of: datetime, *, days: int = REOPEN_DAYS, earnest: bool = False
) -> ir.Table:
    t = _in_earnest(workspace) if earnest else counted_tickets(workspace)
    back = t.earnest_at if earnest else t.reopened_at
    until = known_until(workspace, t, as_of, "tickets", "events")
    is_unknown = ~t.has_history | ~t.has_messages if earnest else ~t.has_history
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key, is_unknown=is_unknown,
        is_immature=is_open_window(t.solved_first_at, days, until),
        hit=within(back, t.solved_first_at, days),
    )  # fmt: skip


def _ever(workspace: Workspace, as_of: datetime, *, basis: str, hit: str) -> ir.Table:
    """Reopened at any time so far, over all tickets created or all first solved."""
    t = counted_tickets(workspace)
    hits = {"reopened": t.n_turned_back > 0, "solved_twice": t.n_solves > 1}
    if basis == "created":
        knows = t.source.isin(list(workspace.state.tables["events"].sources))
        at, is_unknown = t.created_at, ~knows
    else:
        at, is_unknown = solved_at(t), ~t.has_history
    return observed(
        t, at=at, ref=t.ticket_id, owner=t.contact_key, is_unknown=is_unknown, hit=hits[hit]
    )


def _events(workspace: Workspace, as_of: datetime, *, per_solve: bool) -> ir.Table:
    t = counted_tickets(workspace)
    weight = t.n_solves if per_solve else ibis.literal(1)
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key, is_unknown=~t.has_history,
        value=t.n_turned_back, weight=weight,
    )  # fmt: skip


def _thanks(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = _in_earnest(workspace)
    t = t.filter(t.reopened_at.notnull())
    return observed(
        t, at=t.reopened_at, ref=t.ticket_id, owner=t.contact_key,
        is_unknown=t.first_is_thanks.isnull(), hit=t.first_is_thanks,
    )  # fmt: skip


def _repeats(
    workspace: Workspace, as_of: datetime, *, days: int = REPEAT_DAYS, same_reason: bool = False
) -> ir.Table:
    t = with_next_contact(workspace, same_reason=same_reason)
    until = known_until(workspace, t, as_of, "tickets")
    is_unknown = t.contact_key.isnull() | ~(t.solved_first_at >= t.created_at).fill_null(False)
    if same_reason:
        is_unknown = is_unknown | t.reason.isnull()
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key,
        is_excluded=t.agent_initiated, is_unknown=is_unknown,
        is_immature=is_open_window(t.solved_first_at, days, until),
        hit=within(t.next_contact_at, t.solved_first_at, days),
    )  # fmt: skip


_EVER = {"window_days": 0}
_RATES = {"kind": Kind.MEAN, "window_days": 0}
REOPEN_RATE = Metric(
    name="reopen_rate",
    version=1,
    label="Reopen rate",
    question="What share of solved tickets comes back?",
    formula="Of tickets first solved, those reopened within 14 days; a ticket reopened twice "
    "counts once, and a reopening that only says thank you counts too.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS, HISTORY),
    basis="tickets first solved in the period",
    observations=_reopens,
    window_days=REOPEN_DAYS,
    exclusions="spam, merged and deleted tickets; tickets without status history",
    needs_value="status history (L2)",
    target=(None, 0.08),
    source="distinct tickets reopened / distinct tickets first solved, matured",
    variants=(
        Variant("7d", "As by default, within 7 days.", "this workbench",
                {"observations": partial(_reopens, days=7), "window_days": 7}),
        Variant("30d", "As by default, within 30 days.", "this workbench",
                {"observations": partial(_reopens, days=30), "window_days": 30}),
        Variant("in_earnest", "As by default, without reopenings that nobody had to answer before "
                "the ticket was solved again: thank-you messages.",
                "RT's RepliesToResolved; this workbench",
                {"observations": partial(_reopens, earnest=True),
                 "needs": (TICKETS, MESSAGES, HISTORY),
                 "needs_value": "messages and status history of the same tickets (L2)"}),
        Variant("per_solved", "Of tickets first solved, those reopened at any time so far; the "
                "younger a month, the better it looks.", "Zammad, Zendesk 'reopens > 0'",
                {"observations": partial(_ever, basis="solved", hit="reopened"), **_EVER}),
        Variant("per_created", "Of tickets created, those reopened at any time so far; tickets "
                "never solved count as never reopened.", "reopened / created",
                {"observations": partial(_ever, basis="created", hit="reopened"),
                 "basis": "tickets created in the period", **_EVER}),
        Variant("second_solve", "Of tickets first solved, those solved at least twice: a ticket "
                "that is still open again is not counted.", "dbt_zendesk: count_reopens = solves-1",
                {"observations": partial(_ever, basis="solved", hit="solved_twice"), **_EVER}),
        Variant("events_per_solve", "Reopenings over solves, each time counted.",
                "Chatwoot's events",
                {"observations": partial(_events, per_solve=True), **_RATES}),
        Variant("events_per_ticket", "Reopenings, each time counted, over tickets first solved; "
                "may exceed 100 %.", "Zendesk sum of reopens / solved",
                {"observations": partial(_events, per_solve=False), **_RATES}),
    ),
)  # fmt: skip

THANKS_REOPEN_SHARE = Metric(
    name="thanks_reopen_share",
    version=1,
    label="Reopened to say thanks",
    question="How many reopenings are no complaint?",
    formula="Of tickets reopened, those whose first reopening was solved again without any "
    "public reply by a person in between.",
    unit="share",
    better="neither",
    kind=Kind.SHARE,
    needs=(TICKETS, MESSAGES, HISTORY),
    basis="tickets first reopened in the period",
    observations=_thanks,
    exclusions="spam, merged and deleted tickets; tickets without messages",
    needs_value="messages and status history of the same tickets (L2)",
    source="own definition, after RT's RepliesToResolved",
)

REPEAT_RATE = Metric(
    name="repeat_rate",
    version=1,
    label="Repeat contact rate",
    question="After how many solved tickets does the customer write again?",
    formula="Of tickets first solved, those followed by another inbound ticket of the same "
    "customer, about whatever, within 7 days of the solve.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS,),
    basis="tickets first solved in the period",
    observations=_repeats,
    window_days=REPEAT_DAYS,
    exclusions="spam, merged, deleted and agent-started tickets; tickets without a first solve "
    "time or a known customer",
    needs_value="first solve times, and who asked",
    source="repeat contact within 7 days, the usual proxy of call centres",
    variants=(
        Variant("14d", "As by default, within 14 days.", "this workbench",
                {"observations": partial(_repeats, days=14), "window_days": 14}),
        Variant("30d", "As by default, within 30 days.", "this workbench",
                {"observations": partial(_repeats, days=30), "window_days": 30}),
        Variant("same_reason", "As by default, but only another ticket about the same reason "
                "counts.", "this workbench, where contact reasons or drivers are known",
                {"observations": partial(_repeats, same_reason=True),
                 "needs_value": "first solve times, who asked, and contact reasons"}),
    ),
)  # fmt: skip
