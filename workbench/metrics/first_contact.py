"""Is a problem solved with the first answer, and by whose definition?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import HISTORY, MESSAGES, TICKETS, Kind, Metric, Variant
from workbench.metrics.facts.contacts import with_next_contact
from workbench.metrics.facts.routing import author_facts
from workbench.metrics.facts.tickets import counted_tickets
from workbench.metrics.facts.windows import is_open_window, known_until, lasted_minutes, within
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

FCR_DAYS = 7
ZAMMAD_MINUTES = 15
Touch = Callable[[ir.Table], ir.BooleanValue]


def solved_at(t: ir.Table) -> ir.TimestampValue:
    """The first solve; without a history the last one, so that what is left out is still seen."""
    return ibis.coalesce(t.solved_first_at, t.solved_last_at)


def at_most_one_reply(t: ir.Table) -> ir.BooleanValue:
    """One public reply by a person; none is left out before."""
    return t.n_replies <= 1


def any_number(t: ir.Table) -> ir.BooleanValue:
    """However many replies it took."""
    return ibis.literal(True)


def _first_contacts(
    workspace: Workspace, as_of: datetime, *, days: int = FCR_DAYS,
    touch: Touch = at_most_one_reply, same_reason: bool = False,
) -> ir.Table:  # fmt: skip
    t = with_next_contact(workspace, same_reason=same_reason)
    until = known_until(workspace, t, as_of, "tickets", "messages", "events")
    is_unknown = ~t.has_history | ~t.has_messages | t.customer_key.isnull()
    if same_reason:
        is_unknown = is_unknown | t.reason.isnull()
    came_back = within(t.reopened_at, t.solved_first_at, days) | within(
        t.next_contact_at, t.solved_first_at, days
    )
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key,
        is_excluded=t.agent_initiated | (t.n_replies == 0), is_unknown=is_unknown,
        is_immature=is_open_window(t.solved_first_at, days, until),
        hit=touch(t) & ~came_back,
    )  # fmt: skip


def _touches(
    workspace: Workspace, as_of: datetime, *, touch: Touch, needs_reply: bool = False
) -> ir.Table:
    """Of tickets solved and still solved, those ``touch`` accepts; no look at what came after."""
    t = counted_tickets(workspace)
    t = t.filter(t.is_done)
    is_unknown = t.n_replies.isnull() | t.n_agent_comments.isnull()
    no_reply = (t.n_replies == 0) if needs_reply else ibis.literal(False)
    return observed(
        t, at=t.solved_last_at, ref=t.ticket_id, owner=t.contact_key,
        is_excluded=no_reply, is_unknown=is_unknown, hit=touch(t),
    )  # fmt: skip


def _never_reopened(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = counted_tickets(workspace)
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key,
        is_excluded=~t.is_done, is_unknown=~t.has_history, hit=t.reopened_at.isnull(),
    )  # fmt: skip


def _one_teammate(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = author_facts(workspace)
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key,
        is_unknown=~t.has_history | ~t.has_messages,
        hit=(t.n_solves == 1) & t.is_done & (t.n_public_authors == 1),
    )  # fmt: skip


def _within_minutes(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = counted_tickets(workspace)
    minutes = lasted_minutes(t.created_at, t.solved_first_at)
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key, is_unknown=minutes.isnull(),
        hit=minutes <= ZAMMAD_MINUTES,
    )  # fmt: skip


_NEEDS_REASON = "messages and status history of the same tickets (L2), and contact reasons"
_L1: dict[str, object] = {
    "needs": (TICKETS, MESSAGES), "window_days": 0, "basis": "tickets last solved in the period",
    "needs_value": "messages (L1) or a count of public replies",
}  # fmt: skip
_PLAIN = {"needs": (TICKETS,), **{k: v for k, v in _L1.items() if k != "needs"}}


def _window(days: int) -> Variant:
    return Variant(
        f"{days}d", f"As by default, but nothing may come back for {days} days.",
        "this workbench: how much the window decides",
        {"observations": partial(_first_contacts, days=days), "window_days": days},
    )  # fmt: skip


FCR = Metric(
    name="fcr",
    version=1,
    label="First contact resolution",
    question="What share of problems is solved with one answer and stays solved?",
    formula="Of tickets first solved, those with at most one public reply by a person, not "
    "reopened within 7 days, and no further ticket of the same customer within 7 days.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(TICKETS, MESSAGES, HISTORY),
    basis="tickets first solved in the period",
    observations=_first_contacts,
    window_days=FCR_DAYS,
    exclusions="spam, merged, deleted and agent-started tickets; tickets closed without a reply; "
    "tickets without messages, status history or a known customer",
    needs_value="messages and status history of the same tickets (L2)",
    target=(0.65, None),
    source="net FCR: one-touch, and neither reopened nor repeated",
    variants=(
        _window(3), _window(14), _window(30),
        Variant("same_reason", "As by default, but only a further ticket about the same reason "
                "counts against it.", "this workbench, where contact reasons or drivers are known",
                {"observations": partial(_first_contacts, same_reason=True),
                 "needs_value": _NEEDS_REASON}),
        Variant("stayed_solved", "Of tickets first solved, those neither reopened nor repeated "
                "within 7 days, however many replies it took.", "call-centre practice",
                {"observations": partial(_first_contacts, touch=any_number)}),
        Variant("never_reopened", "Of tickets currently solved, those never reopened so far; "
                "the younger a month, the better it looks.", "Kustomer",
                {"observations": _never_reopened, "needs": (TICKETS, HISTORY), "window_days": 0,
                 "exclusions": "spam, merged and deleted tickets; tickets that are open",
                 "needs_value": "status history (L2)"}),
        Variant("zendesk_below_two", "Of tickets currently solved, those with fewer than two "
                "public agent replies; tickets closed without any are successes.",
                "Zendesk Explore: Agent replies < 2 AND status solved or closed",
                {"observations": partial(_touches, touch=lambda t: t.n_replies < 2),
                 "exclusions": "spam, merged and deleted tickets", **_PLAIN}),
        Variant("one_teammate", "Of tickets first solved, those solved once, still solved, and "
                "answered by exactly one person.", "Intercom: closed on first contact",
                {"observations": _one_teammate, "window_days": 0,
                 "exclusions": "spam, merged and deleted tickets"}),
        Variant("within_15_min", "Of tickets first solved, those solved within 15 minutes of "
                "their creation.", "Zammad: first solution",
                {"observations": _within_minutes, "needs": (TICKETS,), "window_days": 0,
                 "exclusions": "spam, merged and deleted tickets",
                 "needs_value": "a first solve time"}),
    ),
)  # fmt: skip

ONE_TOUCH = Metric(
    name="one_touch",
    version=1,
    label="One-touch tickets",
    question="What share of solved tickets took exactly one answer?",
    formula="Of tickets currently solved and answered by a person, those with exactly one public "
    "reply by a person; what happened after the solve does not matter.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    observations=partial(_touches, touch=lambda t: t.n_replies == 1, needs_reply=True),
    exclusions="spam, merged and deleted tickets; tickets closed without a reply",
    source="Zendesk's newer text: exactly one reply",
    variants=(
        Variant("zendesk_below_two", "Fewer than two public agent replies over all solved tickets; "
                "none is a success.", "Zendesk Explore",
                {"observations": partial(_touches, touch=lambda t: t.n_replies < 2),
                 "exclusions": "spam, merged and deleted tickets"}),
        Variant("dbt", "Exactly one public comment in an agent's name over all solved tickets; an "
                "agent's opening comment and automated ones count, no reply is no success.",
                "dbt_zendesk",
                {"observations": partial(_touches, touch=lambda t: t.n_agent_comments == 1),
                 "exclusions": "spam, merged and deleted tickets"}),
    ),
    needs=(TICKETS,),
    basis="tickets last solved in the period",
    needs_value="messages (L1) or a count of public replies",
)  # fmt: skip
