"""Logs of escalations for the tests."""

from __future__ import annotations

from typing import Any

from hand_made import Log

STEPS = ("ack_at", "decided_at", "loop_closed_at", "customer_told_at")


def escalate(log: Log, name: str, when: str = "03-10 10:00", **cells: Any) -> None:
    given = {"category": "bug", "tier": 2, "owner": "Product", "ticket_id": f"t-{name}",
             "source": "log", **cells}  # fmt: skip
    log.add("escalations", escalation_id=name, at=when, **given)


def mapped(log: Log, **cells: Any) -> None:
    given = {"category": "bug", "tier": "all", "owner": "Product", "ack_min": 60,
             "decide_min": 120, "clock": "calendar", "source": "own", **cells}  # fmt: skip
    log.add("ownership_map", **given)


def escalation_log() -> Log:
    """A log that reaches over the year, in which every step is recorded once."""
    log = Log()
    escalate(log, "first", "01-01", **dict.fromkeys(STEPS, "01-01"))
    escalate(log, "last", "12-30", category="other")
    return log
