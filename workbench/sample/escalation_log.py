"""The escalation log: a table people keep beside the help desk, one row per escalation."""

from __future__ import annotations

import csv
from typing import Any, TextIO

from workbench.sample.agents import GROUPS
from workbench.sample.handovers import CUSTOMER_NOT_TOLD, FIELDS, SUPPORT_NOT_TOLD
from workbench.sample.routing import CATEGORIES
from workbench.sample.shop_time import HOUR, utc_text

HEADER = (
    *("escalation_id", "ticket_id", "at", "category", "from_team", "owner", "tier", "channel"),
    *("ack_at", "decided_at", "loop_closed_at", "customer_told_at", "outcome", "was_returned"),
    *("origin", *(f"handover_{field}" for field in FIELDS)),
)
_OUTCOMES = (
    ("exception granted", "policy applied", "exception granted", "partial credit"),
    ("refund approved", "goodwill credit", "declined", "call with the customer"),
    ("fixed", "replacement", "known fault, fix planned", "user error"),
    ("code honoured", "new code sent", "declined", "price corrected"),
)
_TIERS = (2, 3, 3, 2)  # by category
_CHANNELS = ("help desk", "help desk", "help desk", "slack")


class EscalationLog:
    """Writes the log."""

    def __init__(self, file: TextIO) -> None:
        self._rows = csv.writer(file, lineterminator="\n")
        self._rows.writerow(HEADER)
        self._written = 0

    def add(self, row: Any, as_of: int) -> None:
        """Write the escalation of one ticket, as far as it had come when the data stop."""
        if row.moved_at > as_of:
            return
        self._written += 1

        def when(moment: int, known: bool = True) -> str:
            return utc_text(int(moment)) if known and moment <= as_of else ""

        decided = row.decided_at <= as_of
        outcomes = _OUTCOMES[row.category]
        self._rows.writerow(
            (
                f"E{self._written:06d}",
                row.ticket_id,
                when(row.moved_at),
                CATEGORIES[row.category],
                GROUPS[row.first_team][1],
                GROUPS[row.team][1],
                _TIERS[row.category],
                _CHANNELS[row.ticket_id % len(_CHANNELS)],
                when(row.acked_at),
                when(row.decided_at),
                when(row.reply_at + HOUR, row.loop != SUPPORT_NOT_TOLD),
                when(row.reply_at, row.loop != CUSTOMER_NOT_TOLD),
                outcomes[row.ticket_id // 4 % len(outcomes)] if decided else "",
                bool(row.returned),
                "recorded",
                *(not row.missing >> bit & 1 for bit in range(len(FIELDS))),
            )
        )
