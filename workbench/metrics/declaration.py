"""What a metric is: its words, its inputs, and the expression that yields its observations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

import ibis.expr.types as ir

from workbench.workspace import Workspace

Observations = Callable[[Workspace, datetime], ir.Table]


class Kind(Enum):
    """How observations become one number, and what interval it has."""

    SHARE = "share of hits; Wilson interval"
    MEDIAN = "median; order-statistic interval"
    RATIO = "count per base count; two-Poisson interval"
    TOTAL = "sum; compound-Poisson interval"
    STOCK = "count at one moment; a full count, so no interval"


@dataclass(frozen=True)
class Need:
    """A table a metric cannot do without, and what to say where it is missing."""

    table: str
    words: str


MESSAGES = Need("messages", "messages (L1)")
HISTORY = Need("events", "status history (L2)")
TICKETS = Need("tickets", "tickets")
ORDERS = Need("orders", "orders")
REFUNDS = Need("refunds", "refunds with their dates")
SURVEYS = Need("surveys", "customer ratings")


@dataclass(frozen=True)
class Metric:
    """One metric: what it means, what it needs, and how it is counted.

    ``observations(workspace, as_of)`` gives one row per thing counted:

    ``at`` (cohort time), the dimensions ``team, agent, channel, tier, priority, source``, ``ref``
    (ticket, order or refund), ``is_excluded``, ``is_immature``, and ``hit`` (shares) or ``value``
    (medians, totals; a stock's change, with ``hit`` where a status turn made it). ``base`` gives
    the rows a ratio is taken over.
    """

    name: str
    version: int
    label: str
    question: str
    formula: str
    unit: str
    better: str
    kind: Kind
    needs: tuple[Need, ...]
    basis: str
    observations: Observations = field(repr=False)
    base: Observations | None = field(default=None, repr=False)
    window_days: int = 0
    exclusions: str = "none"
    min_n: int = 30
    target: tuple[float | None, float | None] = (None, None)
    source: str = ""
    one_of: tuple[Need, ...] = ()
    needs_value: str = ""  # what is missing where every row lacks the value itself
    counts: str = "tickets"  # the things its observations are: tickets, orders or refunds

    @property
    def definition(self) -> str:
        """The definition in one paragraph, as reports print it."""
        window = f" Window: {self.window_days} days." if self.window_days else ""
        return (
            f"{self.label} (v{self.version}). {self.formula} Cohort: {self.basis}.{window} "
            f"Left out: {self.exclusions}. Interval: {self.kind.value}."
        )

    def missing(self, workspace: Workspace) -> list[str]:
        """What this workspace lacks for it, in words."""
        lacking = [n.words for n in self.needs if not workspace.has(n.table)]
        if self.one_of and not any(workspace.has(n.table) for n in self.one_of):
            lacking.append(" or ".join(n.words for n in self.one_of))
        return lacking

    def tables(self, workspace: Workspace) -> tuple[str, ...]:
        """The loaded tables whose end bounds what this metric can know."""
        inputs = [n.table for n in self.needs]
        inputs += [n.table for n in self.one_of if workspace.has(n.table)][:1]
        return tuple(inputs)


@dataclass(frozen=True)
class Answer:
    """One number of one group, with everything needed to judge it.

    Shares are fractions; everything else is in the metric's unit. ``value`` is ``None`` where
    ``status`` is neither ``ok`` nor ``small_n``, and where nothing was counted; ``why`` then says
    what is missing. ``numerator_immature`` are hits among things whose window is still open.
    """

    metric: str
    by: dict[str, Any]
    value: float | None
    numerator: float | None
    denominator: int | None
    low: float | None
    high: float | None
    n_excluded: int
    n_immature: int
    status: str
    why: str = ""
    numerator_immature: float = 0

    def as_json(self) -> dict[str, Any]:
        """The contract of ``workbench metrics --json``."""
        return {
            "metric": self.metric, "by": self.by, "value": self.value,
            "numerator": self.numerator, "denominator": self.denominator,
            "low": self.low, "high": self.high, "n_excluded": self.n_excluded,
            "n_immature": self.n_immature, "numerator_immature": self.numerator_immature,
            "status": self.status, "why": self.why,
        }  # fmt: skip
