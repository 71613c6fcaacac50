"""What happens to a ticket before its first reply: assignment, notes, and hand-overs."""

from __future__ import annotations

from typing import Any

from workbench.sample.agents import GROUPS, MARKETING, PRODUCT, Agent, Desk
from workbench.sample.handovers import FIELDS
from workbench.sample.routing import CATEGORIES
from workbench.sample.shop_time import utc_text
from workbench.sample.updates import Comment, Update
from workbench.sample.wording import Situation, Wording


def triage(
    row: Any, about: Situation, slots: dict[str, str], desk: Desk, wording: Wording
) -> list[Update]:
    """Return the updates between a ticket's creation and its first reply."""
    first, agent = desk.agents[row.first_agent], desk.agents[row.agent]
    early = row.created + (row.moved_at - row.created) // 2
    updates = []
    if row.escalated or row.passed_on:
        updates.append(_taken(early, first))
    if row.escalated:
        updates += _handed_over(row, about, slots, first, desk, wording)
    elif row.passed_on:
        moved = {"assignee_id": agent.user_id}
        updates.append(Update(row.moved_at, first.user_id, moved))
    elif row.noted or row.assigned_early:
        taken = _taken(early, agent)
        body = wording.brief("notes", slots, agent)
        taken.comment = Comment(body, False) if row.noted else None
        updates.append(taken)
    return updates


def _taken(at: int, agent: Agent) -> Update:
    return Update(at, agent.user_id, {"status": "open", "assignee_id": agent.user_id})


def _handed_over(
    row: Any, about: Situation, slots: dict[str, str], first: Agent, desk: Desk, wording: Wording
) -> list[Update]:
    """Return the moves of an escalated ticket; the first one carries the hand-over note."""
    stations = [row.team]
    if row.moves > 1:  # nobody feels responsible
        stations = [(PRODUCT, MARKETING)[number % 2] for number in range(row.moves)]
    pause = (row.last_moved_at - row.moved_at) // max(row.moves - 1, 1)
    body = _note(row, about, slots, GROUPS[stations[0]][1], wording)
    updates, author = [], first
    for number, station in enumerate(stations):
        moved = {"group_id": GROUPS[station][0], "assignee_id": None}
        at = row.moved_at + number * pause
        updates.append(Update(at, author.user_id, moved, Comment(body, False)))
        author = desk.agents[desk.members[station][0]]
        following = stations[(number + 1) % len(stations)]
        body = wording.internal("bounces").format(group=GROUPS[following][1])
    return updates


def _note(row: Any, about: Situation, slots: dict[str, str], owner: str, wording: Wording) -> str:
    """Return a hand-over note; a field that its author left out stands there empty."""
    ordered = utc_text(about.ordered)[:10]
    known = about.order_number >= 0
    values = {
        "order_history": f"last order #{about.order_number} of {ordered}" if known else "no order",
        "order_value": f"${about.order_cents / 100:.2f}" if known else "none",
        "previous_refunds": wording.internal("previous_refunds"),
        "recommendation": wording.internal("recommendations"),
    }
    lines = [f"Hand-over to {owner}: {CATEGORIES[row.category].replace('_', ' ')}"]
    for bit, field in enumerate(FIELDS):
        value = "" if row.missing >> bit & 1 else values[field]
        lines.append(f"{field.replace('_', ' ').capitalize()}: {value}".rstrip())
    return "\n".join(lines)
