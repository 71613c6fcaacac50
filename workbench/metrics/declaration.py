"""What a metric is: its words, its inputs, and the expression that yields its observations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

import ibis.expr.types as ir

from workbench.workspace import Workspace

Observations = Callable[[Workspace, datetime], ir.Table]


class Kind(Enum):
    """How observations become one number, and what interval it has."""

    SHARE = "share of hits; Wilson interval"
    MEDIAN = "median (or another quantile); order-statistic interval"
    MEAN = "mean; linearised interval, one customer's things counted as one cluster"
    RATIO = "count per base count; two-Poisson interval"
    UNIT_COST = "amount per thing; the amount is booked, the count varies like a Poisson count"
    TOTAL = "sum; compound-Poisson interval"
    STOCK = "count at one moment; a full count, so no interval"


@dataclass(frozen=True)
class Need:
    """A table a metric cannot do without, what to say where it is missing, and which level of
    help-desk export has it."""

    table: str
    words: str
    level: int = 0


TICKETS = Need("tickets", "tickets")
MESSAGES = Need("messages", "messages (L1)", level=1)
HISTORY = Need("events", "status history (L2)", level=2)
ASSIGNMENTS = Need("events", "assignee history (L2)", level=2)
ORDERS = Need("orders", "orders")
REFUNDS = Need("refunds", "refunds with their dates")
SURVEYS = Need("surveys", "customer ratings")
SCHEDULES = Need("schedules", "business hours (schedules)")


@dataclass(frozen=True)
class Variant:
    """The same question under somebody else's definition, so that the two can stand side by side.

    ``says`` is its formula, ``whose`` the tool or team that counts this way; ``changes`` are the
    fields of the metric it replaces, its observations first of all.
    """

    key: str
    says: str
    whose: str
    changes: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Metric:
    """One metric: what it means, what it needs, and how it is counted.

    ``observations(workspace, as_of)`` gives one row per thing counted:

    ``at`` (cohort time), the dimensions of `definitions.dimensions`, ``ref`` (ticket, order or
    refund), ``is_excluded``, ``is_immature``, and ``hit`` (shares) or ``value`` (medians, means,
    totals; a stock's change, with ``hit`` where a status turn made it). A mean is taken over
    ``weight`` (1 where not given) and its interval counts things of one ``owner`` as one cluster.
    ``base`` gives the rows a ratio is taken over. ``lacking`` says in words what a workspace lacks
    beyond tables, such as one currency; empty where nothing. ``roughly_for`` names the sources
    for which the number is an approximation, because their export tells too little.
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
    young: str = ""  # what is said of things whose outcome is open, where no days say it
    exclusions: str = "none"
    min_n: int = 30
    target: tuple[float | None, float | None] = (None, None)
    source: str = ""
    one_of: tuple[Need, ...] = ()
    needs_value: str = ""  # what is missing where every row lacks the value itself
    counts: str = "tickets"  # the things its observations are: tickets, orders, refunds, …
    by_month: bool = False  # one row stands for a whole month: a week of it means nothing
    is_signed: bool = False  # a total that may lie below zero
    quantile: float = 0.5  # of a median: another point of the distribution
    lacking: Callable[[Workspace], str] | None = field(default=None, repr=False)
    roughly_for: Callable[[Workspace], list[str]] | None = field(default=None, repr=False)
    variants: tuple[Variant, ...] = field(default=(), repr=False)

    @property
    def level(self) -> int:
        """The level of help-desk export it takes: 0 tickets, 1 messages, 2 history."""
        return max((need.level for need in self.needs), default=0)

    def variant(self, key: str) -> Metric:
        """The metric under another definition; ``KeyError`` if there is no such variant."""
        found = {one.key: one for one in self.variants}[key]
        return replace(
            self, name=f"{self.name}:{key}", formula=found.says, source=found.whose, variants=(),
            **found.changes,
        )  # fmt: skip

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
    denominator: int | None  # n
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
