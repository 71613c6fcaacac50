"""How do a week's results read on a page? One function per section, words only."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.analyses.driver_changes import DriverChanges
from workbench.analyses.driver_gaps import DriverGaps
from workbench.analyses.driver_shares import DriverShares
from workbench.analyses.driver_spikes import DriverSpikes
from workbench.analyses.friction import Friction
from workbench.analyses.week_escalations import WeekEscalations
from workbench.analyses.week_figures import WeekFigure, WeekFigures
from workbench.analyses.week_volume import WeekVolume
from workbench.charts.friction import friction_chart
from workbench.charts.week_escalations import week_escalations_chart
from workbench.charts.week_volume import week_volume_chart
from workbench.definitions.wording import counted, shown, spread
from workbench.metrics.backlog import BACKLOG
from workbench.metrics.declaration import Answer, Kind
from workbench.metrics.escalations import ESCALATION_RATE
from workbench.metrics.volume import TICKETS_CREATED
from workbench.reporting import driver_sections
from workbench.reporting.driver_findings import Told
from workbench.reporting.page import Cell, ScoreHeads, ScoreRow

Section = dict[str, Any]


def score_heads(weeks: int, history: int) -> ScoreHeads:
    """What the columns of a week's scorecard are called."""
    return ScoreHeads("This week", f"{weeks} weeks before", "", f"{history} weeks", "weeks")


def score_rows(figures: WeekFigures) -> list[ScoreRow]:
    """The figures as the page shows them; where the week is too young, the latest that can be
    judged, and which that is."""
    return [_score_row(line, figures.weeks) for line in figures.lines]


def _score_row(line: WeekFigure, weeks: int) -> ScoreRow:
    floor, ceiling = line.metric.target
    target = f"≥ {shown(floor, 'share')}" if floor is not None else ""
    target = f"≤ {shown(ceiling, 'share')}" if ceiling is not None else target
    return ScoreRow(
        label=line.metric.label,
        unit="",
        this=_this(line), previous=_before(line, weeks), year_ago=None, target=target,
        history=line.history, state=line.state, note=line.note,
    )  # fmt: skip


def _this(line: WeekFigure) -> Cell:
    if line.this.value is not None:
        return Cell(shown(line.this.value, line.metric.unit), _sure(line, line.this))
    if line.is_late and line.judged is not None:
        told = shown(line.told.value, line.metric.unit)
        return Cell("–", f"too recent; {line.judged.name}: {told}, {_sure(line, line.told)}")
    return Cell("–", "too recent" if line.this.status == "immature" else "no data")


def _before(line: WeekFigure, weeks: int) -> Cell:
    one = line.before
    if one is None or one.value is None:
        return Cell("–", "not covered")
    each = "per week, " if line.metric.kind is Kind.TOTAL else ""
    if line.metric.kind is Kind.STOCK:
        return Cell(shown(one.value, line.metric.unit), "mean of the weeks' ends")
    up_to = f"before {line.judged.name}" if line.is_late and line.judged is not None else ""
    fewer = f"{counted(line.weeks, 'week')} only" if line.weeks < weeks else ""
    detail = ", ".join(filter(None, (f"{each}{_sure(line, one)}", up_to, fewer)))
    return Cell(shown(one.value, line.metric.unit), detail)


def _sure(line: WeekFigure, one: Answer) -> str:
    if line.metric.name == BACKLOG.name:
        return "full count"
    sure = spread(one.low, one.high, line.metric.unit)
    return ", ".join(filter(None, (sure, f"n {one.denominator or 0:,}")))


def volume_section(volume: WeekVolume) -> Section:
    """Volume and backlog, week by week."""
    return {
        "id": "volume", "title": "Volume trend", "figure": week_volume_chart(volume),
        "sentences": [volume.finding()], "frame": volume.frame,
        "definition": f"{TICKETS_CREATED.definition} {BACKLOG.definition}",
        "tickets": volume.tickets, "caveats": volume.caveats,
    }  # fmt: skip


def drivers_section(shares: DriverShares, tickets: pd.DataFrame | None) -> Section:
    """Why customers wrote this week."""
    section = driver_sections.shares_section(shares, tickets)
    few = f"A week is small: a driver's share rests on n {shares.n:,} contacts of all drivers."
    if not shares.why_not:
        section["caveats"] = [*section["caveats"], few]
    return section | {"id": "drivers", "title": "Contact drivers of the week"}


def changes_section(
    changes: DriverChanges, spikes: DriverSpikes, shares: DriverShares
) -> Section:  # fmt: skip
    """What changed against the weeks before, and whether the week itself stands out."""
    section = driver_sections.changes_section(changes, changes, shares)
    section["sentences"] = [*section["sentences"], spikes.finding()]
    return section | {"title": "What changed against the weeks before"}


def friction_section(result: Friction, shares: DriverShares) -> Section:
    """What keeps coming back."""
    section: Section = {
        "id": "friction", "title": "Recurring friction", "sentences": [result.finding()],
    }  # fmt: skip
    if result.why_not:
        return section
    blank = [f"“{sign.words}” is blank: {sign.why_not}." for sign in result.signs if sign.why_not]
    others = [result.sentence(row) for _, row in result.recurring.iloc[1:4].iterrows()]
    spans = "; ".join(
        f"{sign.words}: {sign.span.title}" for sign in result.signs if sign.span is not None
    )
    definition = (
        "Per sign, the weeks up to the last that can be judged. Recurring: the driver's share lies "
        "clearly above that of all others (Newcombe, 95 % for all rows together, Bonferroni) and "
        f"was seen in at least three weeks. {' '.join(s.metric.definition for s in result.signs)}"
    )
    return section | {
        "figure": friction_chart(result), "frame": result.frame.drop(columns="driver_id"),
        "sentences": [result.finding(), *others, f"Weeks looked at: {spans}.", *blank],
        "definition": definition,
        "caveats": [one for one in result.caveats if one not in shares.caveats],
    }  # fmt: skip


def gaps_section(gaps: DriverGaps, shares: DriverShares) -> Section:
    """What could be written down."""
    section = driver_sections.gaps_section(gaps, shares)
    return section | {"title": f"Documentation gaps: candidates, {gaps.period.name}"}


def escalations_section(result: WeekEscalations) -> Section:
    """What was handed up, by whom and to whom."""
    section: Section = {
        "id": "escalations", "title": "Escalations", "sentences": [result.finding()],
    }  # fmt: skip
    if result.why_not:
        return section
    by_team = ""
    if result.span is not None and len(result.teams):
        told = ", ".join(
            f"{row['team']} {shown(row['share'], 'share')} "
            f"({spread(row['low'], row['high'], 'share')}, n {row['n']:,})"
            for _, row in result.teams.iterrows()
        )
        by_team = f"Handed up within 14 days of tickets created in {result.span.name}: {told}."
    return section | {
        "figure": week_escalations_chart(result), "frame": result.frame,
        "sentences": [result.finding(), by_team, " ".join(result.sentences())],
        "definition": " ".join(line.metric.definition for line in result.figures)
        or ESCALATION_RATE.definition,
        "tickets": result.tickets, "caveats": result.caveats,
    }  # fmt: skip


def missing(figures: WeekFigures, results: list[tuple[str, Told]]) -> list[tuple[str, str]]:
    """What these data cannot answer, and why."""
    return [*figures.not_computable, *driver_sections.missing(results)]
