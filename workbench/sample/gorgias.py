"""The Gorgias export of the vendor on trial: one row per ticket, without messages."""

from __future__ import annotations

import csv
import time
from typing import Any, TextIO

from workbench.sample.agents import Agent
from workbench.sample.customers import Person
from workbench.sample.draws import Dice
from workbench.sample.outcomes import MORE_REPLIES, ONE_TOUCH, REOPENED, THANKS
from workbench.sample.reasons import REASONS, TIERS, USUAL
from workbench.sample.shop_time import HOUR

HEADER = (
    *("Ticket id", "Tags", "Initial channel", "Priority", "Last used integration name"),
    *("Last used integration type", "Created by an agent", "Subject", "Creation date"),
    *("Closed date", "Survey score", "Survey replied date", "Assignee name", "Assignee email"),
    *("Customer email", "Customer name", "First response time (s)", "Resolution time (s)"),
    *("Number of agent messages", "Number of customer messages", "Ticket URL"),
    *("Ticket Field: Contact reason", "Ticket Field: Tier"),
)
FIRST_TICKET = 61200001
_SITE = "https://fernhill.gorgias.com/app/ticket"
_REASON_RIGHT, _RATED_SHARE = 0.93, 0.2
_DAMAGED_DATES = ("not recorded", "2025-02-31 10:15:00", "31.6.25 9h")


class GorgiasExport:
    """Writes the tickets, a few of them damaged."""

    def __init__(self, file: TextIO, name: str, damaged: tuple[int, ...]) -> None:
        self._rows = csv.writer(file, lineterminator="\n")
        self._rows.writerow(HEADER)
        self._name, self._damaged = name, damaged
        self._written = 0
        self.broken: list[dict[str, Any]] = []

    def add(
        self, row: Any, subject: str, person: Person, agent: Agent, dice: Dice, as_of: int
    ) -> None:
        """Write one ticket as it stands when the data stop."""
        replied = row.reply_at <= as_of
        closed = _closed(row, as_of)
        score, rated_at = _survey(row, dice, as_of)
        reason = row.reason if dice.chance(_REASON_RIGHT) else dice.below(len(USUAL))
        agent_messages, customer_messages = _messages(row, as_of)
        email = row.channel in ("email", "web")
        self._rows.writerow(
            (
                row.ticket_id,
                "trial" if dice.chance(0.5) else "",
                "email" if row.channel == "web" else row.channel,
                row.priority,
                "Fernhill Coffee" if email else f"Fernhill {row.channel}",
                "email" if email else row.channel,
                False,
                subject,
                self._creation(row.created),
                _text(closed),
                score,
                _text(rated_at),
                agent.name if replied else "",
                agent.email if replied else "",
                person.email,
                person.name,
                row.reply_at - row.created if replied else "",
                closed - row.created if closed >= 0 else "",
                agent_messages,
                customer_messages,
                f"{_SITE}/{row.ticket_id}",
                REASONS[reason].name,
                TIERS[row.reason],
            )
        )
        self._written += 1

    def _creation(self, created: int) -> str:
        if self._written not in self._damaged:
            return _text(created)
        value = _DAMAGED_DATES[len(self.broken) % len(_DAMAGED_DATES)]
        line = self._written + 2  # the header is line 1
        why = f"the creation date reads {value!r}"
        self.broken.append({"file": self._name, "line": line, "why": why})
        return value


def _survey(row: Any, dice: Dice, as_of: int) -> tuple[int | str, int]:
    """Return the score and when it was given, -1 for a survey without an answer."""
    rated_at = row.settled_at + int((0.5 + 40 * dice.below(1000) / 1000) * HOUR)
    rated = dice.chance(_RATED_SHARE) and rated_at <= as_of
    bad = dice.chance(0.08 + (0.25 if row.outcome != ONE_TOUCH else 0))
    score = dice.pick((1, 2, 3)) if bad else dice.pick((4, 5, 5, 5))
    return (score, rated_at) if rated else ("", -1)


def _closed(row: Any, as_of: int) -> int:
    """Return when the ticket was closed for the last time, -1 while it is open."""
    if row.settled_at <= as_of:
        return int(row.settled_at)
    back = 0 <= row.reopened_at <= as_of
    return int(row.solved_at) if row.solved_at <= as_of and not back else -1


def _messages(row: Any, as_of: int) -> tuple[int, int]:
    """Return how many messages agents and customer wrote until the data stop."""
    by_agent, by_customer = [row.reply_at], [row.created]
    if row.outcome == MORE_REPLIES:
        by_agent.append(row.second_reply_at)
        if not row.held:
            by_customer.append(row.answer_at)
        if row.third_reply_at >= 0:
            by_agent.append(row.third_reply_at)
            by_customer.append(row.second_answer_at)
    if row.outcome in (THANKS, REOPENED):
        # Whoever writes to a closed ticket reopens it, and gets a closing line at least.
        by_customer.append(row.reopened_at)
        by_agent.append(row.settled_at)
    return sum(at <= as_of for at in by_agent), sum(at <= as_of for at in by_customer)


def _text(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment)) if moment >= 0 else ""
