"""``workbench metrics``: numbers with their n and interval, as a table or as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.commands.terminal import say, show_table
from workbench.definitions.periods import Period
from workbench.definitions.wording import shown, spread
from workbench.metrics.answers import answers
from workbench.metrics.declaration import Answer
from workbench.metrics.registry import METRICS, metric_named
from workbench.reporting.requests import latest_full_month
from workbench.workspace import Workspace


@dataclass(frozen=True)
class Asked:
    """The answers to one call, with what they are about."""

    as_of: datetime | None
    period: Period
    answers: list[Answer]

    def as_json(self) -> dict[str, Any]:
        """The contract of ``workbench metrics --json``."""
        return {
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "period": str(self.period),
            "rows": [
                one.as_json() | {"definition": METRICS[one.metric].definition}
                for one in self.answers
            ],
        }


def ask(
    workspace: Path, names: list[str], *, by: str | None, period: str | None, now: datetime
) -> Asked:
    """Answer the named metrics (default: all) for a period (default: the latest full month)."""
    wanted = [metric_named(name) for name in names or METRICS]
    opened = Workspace.open(workspace)
    span = Period.parse(period, now=now) if period is not None else latest_full_month(opened)
    found = [one for metric in wanted for one in answers(opened, metric, span, by=by)]
    return Asked(opened.as_of(), span, found)


def show_answers(asked: Asked) -> None:
    """A table a person can read; blanks say why."""
    as_of = f"{asked.as_of:%Y-%m-%d %H:%M} UTC" if asked.as_of else "unknown"
    say(f"{asked.period.title}; data as of {as_of}; intervals 95 %\n")
    rows = []
    for one in asked.answers:
        metric = METRICS[one.metric]
        group = ", ".join(str(value) for value in one.by.values())
        rows.append(
            [
                one.metric,
                group,
                shown(one.value, metric.unit),
                spread(one.low, one.high, metric.unit),
                "" if one.denominator is None else f"{one.denominator:,}",
                "" if one.status == "ok" else one.status,
                one.why,
            ]
        )
    heads = ["metric", "group", "value", "interval", "n", "status", "why"]
    if not any(row[1] for row in rows):
        heads, rows = heads[:1] + heads[2:], [row[:1] + row[2:] for row in rows]
    show_table(heads, rows, right="value, interval, n")
