"""How do the month's results read on a page? One function per section, words only."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.analyses.churn import ChurnTrend
from workbench.analyses.drivers import ContactDrivers
from workbench.analyses.quality import QualityTrend
from workbench.analyses.refunds import RefundTrend
from workbench.analyses.scorecard import Scorecard, ScoreLine
from workbench.analyses.volume import VolumeTrend
from workbench.charts.churn import churn_trend_chart
from workbench.charts.drivers import contact_drivers_chart
from workbench.charts.quality import quality_trend_chart
from workbench.charts.refunds import refund_trend_chart
from workbench.charts.volume import volume_trend_chart
from workbench.definitions.wording import counted, points, points_spread, shown, spread
from workbench.metrics.backlog import BACKLOG
from workbench.metrics.churn import CHURN_90
from workbench.metrics.declaration import Answer
from workbench.metrics.refunds import REFUND_AMOUNT, REFUND_RATE_CASH, REFUND_RATE_COHORT
from workbench.metrics.volume import TICKETS_CREATED
from workbench.reporting.fragments import Cell, ScoreRow
from workbench.workspace import Workspace, loaded_tables

Section = dict[str, Any]


def score_rows(card: Scorecard, *, currency: str = "") -> list[ScoreRow]:
    """The scorecard as the page shows it: value over its interval and n, target in words.

    ``currency`` is what sums of money are in.
    """
    return [_score_row(line, currency) for line in card.lines]


def _score_row(line: ScoreLine, currency: str) -> ScoreRow:
    floor, ceiling = line.metric.target
    target = f"≥ {shown(floor, 'share')}" if floor is not None else ""
    target = f"≤ {shown(ceiling, 'share')}" if ceiling is not None else target
    return ScoreRow(
        label=line.metric.label,
        unit=currency if line.metric.unit == "currency" else "",
        this=_cell(line, line.this),
        previous=_cell(line, line.previous),
        year_ago=_cell(line, line.year_ago),
        target=target,
        history=line.history,
        state=line.state,
        note=line.note,
    )


def _cell(line: ScoreLine, one: Answer) -> Cell:
    unit = line.metric.unit
    if one.value is None:
        blank = {"immature": "too recent", "not_computable": "not computable"}
        return Cell("–", blank.get(one.status, "no data" if not one.denominator else one.status))
    parts = [spread(one.low, one.high, unit), f"n {one.denominator:,}"]
    if line.metric.name == BACKLOG.name:
        parts = ["full count"]
    return Cell(shown(one.value, unit), ", ".join(filter(None, parts)))


def volume_section(trend: VolumeTrend) -> Section:
    """Volume and backlog."""
    surges = len(trend.surge_weeks)
    more = f"{surges} weeks shown were surges (over 1.5 times the usual volume)." if surges else ""
    return {
        "id": "volume", "title": "Volume and backlog", "figure": volume_trend_chart(trend),
        "sentences": [trend.finding(), more], "frame": trend.frame,
        "definition": f"{TICKETS_CREATED.definition} {BACKLOG.definition}",
        "tickets": trend.tickets, "caveats": trend.caveats,
    }  # fmt: skip


def drivers_section(drivers: ContactDrivers) -> Section:
    """Why customers wrote."""
    title = "Why customers contact us"
    if drivers.why_not:
        return {"id": "drivers", "title": title, "sentences": [drivers.finding()]}
    proposed = ", ".join(f"“{name}”" for name in drivers.proposed)
    waiting = f"New and not yet looked at: {proposed}." if proposed else ""
    return {
        "id": "drivers", "title": title, "figure": contact_drivers_chart(drivers),
        "sentences": [drivers.finding(), waiting], "frame": drivers.frame,
        "tickets": drivers.tickets,
        "definition": f"Drivers group tickets by {drivers.source}; the largest are shown. Share: "
        "of the period's contacts, Wilson interval. Change: against the three months before, "
        "Newcombe interval widened for the number of drivers compared.",
        "caveats": drivers.caveats,
    }  # fmt: skip


def quality_section(trend: QualityTrend) -> Section:
    """Quality by group."""
    worse = [s.sentence() for s in trend.shifts if s.is_worse]
    hidden = f"{trend.hidden_groups} smaller groups are not shown." if trend.hidden_groups else ""
    return {
        "id": "quality", "title": f"Quality by {trend.by}", "figure": quality_trend_chart(trend),
        "sentences": [*(worse[:2] or [trend.finding()]), hidden], "frame": trend.frame,
        "definition": " ".join(t.metric.definition for t in trend.trends),
        "tickets": trend.tickets, "caveats": trend.caveats,
    }  # fmt: skip


def refunds_section(trend: RefundTrend) -> Section:
    """Money paid back."""
    if trend.why_not:
        return {"id": "refunds", "title": "Refunds", "sentences": [trend.finding()]}
    used = [REFUND_AMOUNT, REFUND_RATE_CASH, REFUND_RATE_COHORT]
    return {
        "id": "refunds", "title": "Refunds", "figure": refund_trend_chart(trend),
        "sentences": [trend.finding()], "frame": trend.frame,
        "definition": " ".join(m.definition for m in used),
        "tickets": trend.refunds, "caveats": trend.caveats,
    }  # fmt: skip


def churn_section(trend: ChurnTrend) -> Section:
    """Customers who left after a contact."""
    title = "Churn after contact"
    if trend.why_not:
        return {"id": "churn", "title": title, "sentences": [trend.finding()]}
    c, contrast = trend.reopened, ""
    if c is not None:
        contrast = (
            f"After reopened tickets {shown(c.after, 'share')} left (n {c.n_after:,}), after "
            f"others {shown(c.before, 'share')} (n {c.n_before:,}): {points(c.change)} "
            f"({points_spread(c.low, c.high)})."
        )
    return {
        "id": "churn", "title": title, "figure": churn_trend_chart(trend),
        "sentences": [trend.finding(), contrast], "frame": trend.frame,
        "definition": CHURN_90.definition, "tickets": trend.contacts, "caveats": trend.caveats,
    }  # fmt: skip


def loaded_frame(workspace: Workspace) -> pd.DataFrame:
    """What was loaded: one row per table."""
    rows = pd.DataFrame(loaded_tables(workspace))
    for name in ("from", "as_of"):
        rows[name] = [str(v)[:10] if isinstance(v, str) else "" for v in rows[name]]
    for name in ("level", "sources"):
        rows[name] = [", ".join(v) if v else "" for v in rows[name]]
    return rows.drop(columns="last_import")


def loaded_sentences(workspace: Workspace) -> list[str]:
    """How many records went in, and how many stayed out."""
    files = workspace.state.files
    rejected = sum(f.rejected for f in files)
    told = f"{sum(f.records_in for f in files):,} records in {len(files)} files"
    if not rejected:
        return [f"{told}; none was rejected."]
    return [f"{told}; {rejected:,} were rejected (see workbench import for lines and reasons)."]


def scope_of(workspace: Workspace) -> str:
    """What the page speaks about: how many tickets, from where, and how much is known of them."""
    levels = [f"{source} ({_known(level)})" for source, level in workspace.levels().items()]
    count = workspace.state.tables["tickets"].rows
    return (
        f"{counted(count, 'ticket')} loaded from {', '.join(levels)}. Times in UTC, intervals 95 %."
    )


def _known(level: str) -> str:
    words = {"L0": "snapshot", "L1": "with messages", "L2": "with messages and history"}
    return words.get(level, "snapshot with history")
