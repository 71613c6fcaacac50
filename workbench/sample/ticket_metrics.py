"""Zendesk's metric set of a ticket, counted from its updates."""

from __future__ import annotations

from typing import Any

from workbench.sample.agents import SYSTEM_ID
from workbench.sample.shop_time import ShopTime, utc_text
from workbench.sample.updates import Update

_DONE = ("solved", "closed")
_CLOCKS = {  # status: the waiting times that run while a ticket has it
    "new": ("requester",),
    "open": ("requester",),
    "pending": ("agent",),
    "hold": ("requester", "on_hold"),
}


class TicketMetrics:
    """Follows one ticket through its updates."""

    def __init__(self, clock: ShopTime, requester: int) -> None:
        self._clock, self._requester = clock, requester
        self._created = self._status_since = 0
        self._opened_by_agent = False
        self._status: str | None = None
        self._replied: int | None = None
        self._first_solved: int | None = None
        self._solved: int | None = None
        self._assigned: list[int] = []
        self.replies = self.reopens = self.group_stations = 0
        self._waits = {name: [0, 0] for name in ("requester", "agent", "on_hold")}

    def record(self, update: Update, state: dict[str, Any]) -> None:
        """Count one update; ``state`` is the ticket before it."""
        if not self._created:
            self._created = self._status_since = update.at
            self._opened_by_agent = update.author != self._requester
        elif update.comment:
            self._count_reply(update)
        changed = {name: v for name, v in update.changes.items() if state[name] != v}
        if changed.get("assignee_id"):
            self._assigned.append(update.at)
        self.group_stations += "group_id" in changed
        if "status" in changed:
            self._change_status(update.at, changed["status"])

    def _count_reply(self, update: Update) -> None:
        assert update.comment is not None
        if not update.comment.public or update.author in (self._requester, SYSTEM_ID):
            return
        self.replies += 1
        if self._replied is None and not self._opened_by_agent:
            self._replied = update.at

    def _change_status(self, at: int, status: str) -> None:
        for name in _CLOCKS.get(self._status or "", ()):
            self._waits[name][0] += at - self._status_since
            self._waits[name][1] += self._business(self._status_since, at)
        was_done, is_done = self._status in _DONE, status in _DONE
        if is_done and not was_done:
            self._solved = at
            self._first_solved = self._first_solved or at
        if was_done and not is_done:
            self.reopens += 1
            self._solved = None
        self._status, self._status_since = status, at

    def _business(self, begin: int, end: int) -> int:
        return self._clock.business_seconds(begin, end)

    def as_json(self, ticket_id: int) -> dict[str, Any]:
        """Return the metric set as the API writes it."""
        assigned = self._assigned
        return {
            "ticket_id": ticket_id,
            "group_stations": self.group_stations,
            "assignee_stations": len(assigned),
            "reopens": self.reopens,
            "replies": self.replies,
            "initially_assigned_at": _text(assigned[0] if assigned else None),
            "assigned_at": _text(assigned[-1] if assigned else None),
            "solved_at": _text(self._solved),
            "reply_time_in_minutes": self._since_creation(self._replied),
            "first_resolution_time_in_minutes": self._since_creation(self._first_solved),
            "full_resolution_time_in_minutes": self._since_creation(self._solved),
            "agent_wait_time_in_minutes": self._waited("agent"),
            "requester_wait_time_in_minutes": self._waited("requester"),
            "on_hold_time_in_minutes": self._waited("on_hold"),
        }

    def _since_creation(self, moment: int | None) -> dict[str, int | None]:
        if moment is None:
            return {"calendar": None, "business": None}
        business = self._business(self._created, moment)
        return {"calendar": (moment - self._created) // 60, "business": business // 60}

    def _waited(self, name: str) -> dict[str, int]:
        calendar, business = self._waits[name]
        return {"calendar": calendar // 60, "business": business // 60}


def _text(moment: int | None) -> str | None:
    return None if moment is None else utc_text(moment)
