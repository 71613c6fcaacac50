"""All metrics by name, and the page that documents them."""

from __future__ import annotations

import difflib

from workbench.errors import UsageError
from workbench.metrics.churn import CHURN_90
from workbench.metrics.declaration import Metric
from workbench.metrics.refunds import REFUND_AMOUNT, REFUND_RATE_CASH, REFUND_RATE_COHORT
from workbench.metrics.resolution import (
    FCR,
    REASSIGNED_RECORDED,
    REOPEN_RATE,
    REOPENED_RECORDED,
    SLA_MET_RECORDED,
)
from workbench.metrics.satisfaction import CSAT
from workbench.metrics.speed import FIRST_RESPONSE_TIME, FULL_RESOLUTION_TIME
from workbench.metrics.volume import BACKLOG, CONTACT_RATE, TICKETS_CREATED

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        TICKETS_CREATED, CONTACT_RATE, BACKLOG,
        FIRST_RESPONSE_TIME, FULL_RESOLUTION_TIME,
        FCR, REOPEN_RATE, CSAT,
        REFUND_RATE_CASH, REFUND_RATE_COHORT, REFUND_AMOUNT,
        CHURN_90,
        REOPENED_RECORDED, REASSIGNED_RECORDED, SLA_MET_RECORDED,
    )
}  # fmt: skip


def metric_named(name: str) -> Metric:
    """The metric called ``name``, or a `UsageError` that names the nearest."""
    if name in METRICS:
        return METRICS[name]
    near = difflib.get_close_matches(name, METRICS, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(METRICS)}."
    raise UsageError(f"there is no metric {name!r}.", fix=hint)


def _target(metric: Metric) -> str:
    floor, ceiling = metric.target
    if floor is not None:
        return f"at least {100 * floor:.0f} %"
    return "none" if ceiling is None else f"at most {100 * ceiling:.0f} %"


def metrics_page() -> str:
    """``docs/metrics.md``, generated from the declarations."""
    lines = [
        "# Metrics",
        "",
        "Generated from `workbench/metrics/`; do not edit. `make docs` writes it anew.",
        "",
        "Every answer carries value, numerator, denominator (n), a 95 % interval, how many things",
        "were left out, and how many are too young to judge. A group below its minimum n is",
        "marked `small_n`; a metric the export cannot answer says what it needs.",
        "",
    ]
    for m in METRICS.values():
        needs = ", ".join([n.words for n in m.needs] + [" or ".join(n.words for n in m.one_of)])
        lines += [
            f"## {m.label} (`{m.name}`, v{m.version})",
            "",
            m.question,
            "",
            f"- Formula: {m.formula}",
            f"- Cohort: {m.basis}" + (f"; window {m.window_days} days" if m.window_days else ""),
            f"- Unit: {m.unit}; better: {m.better}; minimum n: {m.min_n}",
            f"- Default target: {_target(m)}",
            f"- Left out: {m.exclusions}",
            f"- Interval: {m.kind.value}",
            f"- Needs: {needs.rstrip(', ')}",
            f"- Source: {m.source}",
            "",
        ]
    return "\n".join(lines)
