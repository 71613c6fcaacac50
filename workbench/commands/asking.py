"""``workbench metrics``: numbers with their n and interval, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.commands.terminal import say, show_table
from workbench.definitions.dimensions import DRIVER
from workbench.definitions.periods import Period
from workbench.definitions.wording import shown, spread
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.labelled import labelled_tickets
from workbench.errors import UsageError
from workbench.metrics.answers import answers
from workbench.metrics.declaration import Answer, Metric
from workbench.metrics.registry import METRICS, metric_named
from workbench.metrics.sensitivity import Sensitivity, sensitivity
from workbench.reporting.requests import latest_full_period
from workbench.workspace import Workspace


@dataclass(frozen=True)
class Question:
    """What one call asks: metrics, groups, a period, and what is kept of the data."""

    names: Sequence[str] = ()
    by: str | None = None
    period: str | None = None
    where: Sequence[str] = ()
    sensitivity: bool = False
    engine: str = ""


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
                one.as_json() | {"definition": metric_named(one.metric).definition}
                for one in self.answers
            ],
        }


def ask(workspace: Path, question: Question, *, now: datetime) -> Asked:
    """Answer the named metrics (default: all) for a period (default: the latest full month).

    With ``sensitivity`` every metric is followed by its variants.
    """
    wanted = [metric_named(name) for name in question.names or METRICS]
    data, span = opened(workspace, question, now)
    if question.sensitivity:
        wanted = [each for metric in wanted for each in _with_variants(metric)]
    kept = filters(question.where)
    found = [
        one for metric in wanted for one in answers(data, metric, span, by=question.by, where=kept)
    ]
    return Asked(data.as_of(), span, found)


def compare(workspace: Path, question: Question, *, now: datetime) -> list[Sensitivity]:
    """The named metrics under each of their definitions, side by side."""
    if not question.names:
        raise UsageError(
            "name the metrics to compare.", where="--sensitivity",
            fix="Try: workbench metrics fcr --sensitivity",
        )  # fmt: skip
    if question.by:
        raise UsageError(
            "definitions are compared for one group at a time.", where="--by",
            fix="Keep one group instead, such as --where team=NAME.",
        )  # fmt: skip
    wanted = [metric_named(metric_named(name).name.partition(":")[0]) for name in question.names]
    data, span = opened(workspace, question, now)
    return [sensitivity(data, m, span, where=filters(question.where)) for m in wanted]


def _with_variants(metric: Metric) -> list[Metric]:
    return [metric, *(metric.variant(one.key) for one in metric.variants)]


def opened(workspace: Path, question: Question, now: datetime) -> tuple[Workspace, Period]:
    """The workspace on the engine asked for, and the period asked about."""
    data = Workspace.open(workspace, engine=question.engine)
    if _needs_drivers(workspace, question):
        labelled_tickets(data)
    if question.period is not None:
        return data, Period.parse(question.period, now=now)
    return data, latest_full_period(data)


def _needs_drivers(workspace: Path, question: Question) -> bool:
    """Is something asked by contact driver, or by reason where there is a catalogue of drivers?"""
    if question.by == DRIVER or DRIVER in filters(question.where):
        return True
    by_reason = question.sensitivity or any("same_reason" in name for name in question.names)
    return by_reason and CatalogueFolder(workspace).catalogue.fit is not None


def filters(written: Sequence[str]) -> dict[str, str]:
    """``team=Red`` and the like as a mapping; `UsageError` for anything else."""
    kept: dict[str, str] = {}
    for one in written:
        name, equals, value = one.partition("=")
        if not equals or not name.strip() or not value.strip() or name.strip() in kept:
            raise UsageError(
                f"{one!r} is no filter, or filters the same thing twice.", where="--where",
                fix="Write what to keep as NAME=VALUE, such as team=Red.",
            )  # fmt: skip
        kept[name.strip()] = value.strip()
    return kept


def show_answers(asked: Asked) -> None:
    """A table a person can read; blanks say why."""
    as_of = f"{asked.as_of:%Y-%m-%d %H:%M} UTC" if asked.as_of else "unknown"
    say(f"{asked.period.title}; data as of {as_of}; intervals 95 %\n")
    rows = []
    for one in asked.answers:
        unit = metric_named(one.metric).unit
        rows.append(
            [
                one.metric,
                ", ".join(str(value) for value in one.by.values()),
                shown(one.value, unit),
                spread(one.low, one.high, unit),
                "" if one.denominator is None else f"{one.denominator:,}",
                "" if one.status == "ok" else one.status,
                one.why,
            ]
        )
    heads = ["metric", "group", "value", "interval", "n", "status", "why"]
    if not any(row[1] for row in rows):
        heads, rows = heads[:1] + heads[2:], [row[:1] + row[2:] for row in rows]
    show_table(heads, rows, right="value, interval, n")


def show_sensitivity(found: Sequence[Sensitivity]) -> None:
    """How far one and the same question moves with its definition, and whose definition each is."""
    for one in found:
        unit = one.metric.unit
        say(f"{one.metric.label}, {one.period.title}. {one.finding()}\n")
        rows = [
            [
                line.key, shown(line.answer.value, unit),
                spread(line.answer.low, line.answer.high, unit),
                "" if line.answer.denominator is None else f"{line.answer.denominator:,}",
                line.verdict, line.whose, line.says if line.answer.value is not None
                else f"{line.says} ({line.answer.why})",
            ]
            for line in one.lines
        ]  # fmt: skip
        heads = ["variant", "value", "interval", "n", "target", "counted so by", "definition"]
        if not any(row[4] for row in rows):
            heads, rows = heads[:4] + heads[5:], [row[:4] + row[5:] for row in rows]
        show_table(heads, rows, right="value, interval, n")
        say("")
