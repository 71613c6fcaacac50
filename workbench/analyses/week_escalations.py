"""What was handed up this week: how much of it, by whom, to whom, and how fast was it decided?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd
from scipy import stats

from workbench.analyses.maturity import latest_judged
from workbench.analyses.week_figures import WeekFigure, before_of, told_of, week_figure
from workbench.definitions.periods import Period
from workbench.definitions.wording import BLANK, counted
from workbench.metrics import intervals
from workbench.metrics.answers import answer, observations
from workbench.metrics.escalation_times import (
    ESCALATION_DECISION_ON_TIME,
    ESCALATION_DECISION_TIME,
)
from workbench.metrics.escalations import BOUNCE_BACK_RATE, ESCALATION_RATE
from workbench.metrics.facts.escalations import escalation_facts
from workbench.metrics.judging import NOT_RECORDED, Reach, gap_in, lacks
from workbench.metrics.volume import TICKETS_CREATED
from workbench.workspace import Workspace

FEW = 10  # escalations, under which figures of a week are said to be small
PER = 100  # tickets that a rate is told per
SPLITS = {"handed up by": "team", "decided by": "owner", "about": "category"}
FIGURES = (
    ESCALATION_RATE, ESCALATION_DECISION_TIME, ESCALATION_DECISION_ON_TIME, BOUNCE_BACK_RATE,
)  # fmt: skip
_COLUMNS = ["split", "group", "n", "per_week_before", "low_before", "high_before", "n_before"]
_LISTED = ["at", "escalation_id", "ticket_id", "team", "owner", "category", "tier", "decided_at",
           "decided_hours", "was_returned", "outcome"]  # fmt: skip


@dataclass(frozen=True)
class WeekEscalations:
    """``frame``: one row per group of each ``split`` (handed up by, decided by, about): ``n``
    escalations of the week, and of the ``weeks`` weeks before ``n_before``, ``per_week_before``
    with ``low_before``, ``high_before`` (Poisson). ``teams``: one row per team: ``n`` tickets
    created in ``span`` that it holds or handed up, ``hits`` that were handed up within 14 days,
    ``share``, ``low``, ``high`` (Wilson); ``span`` ends with the last week that can be judged.
    ``weekly``: ``week``, ``n`` escalations, ``created`` tickets.

    ``rate``: escalations per 100 tickets created in the week, with ``rate_low``, ``rate_high`` (two
    Poisson counts), and of the weeks before. ``figures``: the declared metrics. ``tickets``: one
    row per escalation of the week."""

    frame: pd.DataFrame
    week: Period
    weekly: pd.DataFrame = field(default_factory=pd.DataFrame)
    teams: pd.DataFrame = field(default_factory=pd.DataFrame)
    span: Period | None = None
    n: int = 0
    created: int = 0
    rate: tuple[float | None, float | None, float | None] = (None, None, None)
    n_before: int = 0
    weeks: int = 0
    rate_before: tuple[float | None, float | None, float | None] = (None, None, None)
    figures: tuple[WeekFigure, ...] = ()
    tickets: pd.DataFrame = field(default_factory=pd.DataFrame)
    why_not: str = ""
    caveats: list[str] = field(default_factory=list)

    @property
    def n_judged(self) -> int:
        """How many tickets the shares of teams rest on."""
        return int(self.teams["n"].sum()) if len(self.teams) else 0

    @property
    def moved(self) -> str:
        """``more``, ``fewer`` or nothing: is the rate clearly another than in the weeks before?"""
        (_, low, high), (_, low_before, high_before) = self.rate, self.rate_before
        if low is not None and high_before is not None and low > high_before:
            return "more"
        if high is not None and low_before is not None and high < low_before:
            return "fewer"
        return ""

    def finding(self) -> str:
        """How much was handed up, against before, and to whom most."""
        if self.why_not:
            return f"Escalations cannot be told: {self.why_not}."
        text = f"{counted(self.n, 'escalation')}, {_rate(self.rate, f'n {self.created:,}')}"
        if self.rate_before[0] is not None:
            verdict = f"clearly {self.moved}" if self.moved else "not clearly more or fewer"
            before = _rate(self.rate_before, f"{self.n_before:,} escalations")
            text += f", {verdict} than in the {self.weeks} weeks before: {before}"
        to = self.frame[(self.frame["split"] == "decided by") & (self.frame["n"] > 0)]
        most = f"; most to {to['group'].iloc[0]} ({to['n'].iloc[0]})" if len(to) else ""
        return f"{text}{most}."

    def sentences(self) -> list[str]:
        """The declared figures in words, each with the week it speaks of."""
        return [
            f"{line.metric.label}: {told_of(line, self.week)}{before_of(line)}."
            for line in self.figures if line.told.value is not None
        ]  # fmt: skip


def _rate(rate: tuple[float | None, float | None, float | None], n: str) -> str:
    value, low, high = rate
    sure = f"{low:.1f}–{high:.1f}, " if low is not None and high is not None else ""
    told = f"{value:.1f}" if value is not None else BLANK
    return f"{told} per {PER} tickets created ({sure}{n})"


def week_escalations(
    workspace: Workspace, week: Period, *, weeks: int = 8, history: int = 26
) -> WeekEscalations:
    """What was handed up this week, against the ``weeks`` before it?"""
    nothing = WeekEscalations(pd.DataFrame(columns=_COLUMNS), week)
    why = lacks(workspace, ESCALATION_DECISION_TIME)
    if why:
        return replace(nothing, why_not=why)
    reach = Reach.of(workspace, ESCALATION_DECISION_TIME)
    gaps = "; ".join(reach.gaps(week))
    if _is_outside(reach, week):
        return replace(nothing, why_not=f"{gaps} (the log of escalations)")
    told = _escalations(workspace)
    weekly = _weekly(workspace, told, week.last(max(history, weeks + 1)))
    now, earlier = weekly.iloc[-1], weekly.iloc[:-1].tail(weeks)
    inside = _within(told, week)
    before = _within(told, week.shifted(-1).last(len(earlier))) if len(earlier) else told.iloc[:0]
    teams, span = _teams(workspace, told, week, weeks)
    n_before = int(earlier["n"].sum())
    return WeekEscalations(
        frame=_groups(inside, before, len(earlier)), week=week, weekly=weekly, teams=teams,
        span=span, n=len(inside), created=int(now["created"]),
        rate=_per_ticket(len(inside), int(now["created"])), n_before=n_before,
        weeks=len(earlier), rate_before=_per_ticket(n_before, int(earlier["created"].sum())),
        figures=_figures(workspace, week, weeks),
        tickets=inside[_LISTED].reset_index(drop=True),
        caveats=_caveats(len(inside), gaps),
    )  # fmt: skip


def _figures(workspace: Workspace, week: Period, weeks: int) -> tuple[WeekFigure, ...]:
    found = [week_figure(workspace, one, week, weeks=weeks, history=weeks) for one in FIGURES]
    return tuple(line for line in found if line.told.status != "not_computable")


def _caveats(n: int, gaps: str) -> list[str]:
    few = f"{counted(n, 'escalation')} in a week: a single one more or less moves every figure."
    return [
        *([few] if n < FEW else []),
        *([f"In the log of escalations {gaps}: what is missing may not be recorded yet."]
          if gaps else []),
    ]  # fmt: skip


def _is_outside(reach: Reach, week: Period) -> bool:
    """Is nothing of a week within the log? Where it ends in a week, nobody knows whether no more
    was handed up or no more was recorded."""
    return week.start > reach.as_of or (reach.begins is not None and week.end <= reach.begins)


def _escalations(workspace: Workspace) -> pd.DataFrame:
    """One row per recorded escalation, the earliest first."""
    e = escalation_facts(workspace)
    columns = ["at", "escalation_id", "ticket_id", "home", "team", "owner", "category", "tier",
               "decided_at", "was_returned", "outcome"]  # fmt: skip
    rows = e.select(*columns).order_by("at", "escalation_id").to_pandas()
    for name in SPLITS.values():
        rows[name] = rows[name].astype("object").where(rows[name].notna(), NOT_RECORDED)
    hours = (rows["decided_at"] - rows["at"]).dt.total_seconds() / 3600
    return rows.assign(decided_hours=hours.where(hours >= 0).round(2))


def _within(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    return rows[(rows["at"] >= period.start) & (rows["at"] < period.end)]


def _weekly(workspace: Workspace, told: pd.DataFrame, shown: Period) -> pd.DataFrame:
    """Escalations and tickets of every week that both tables cover."""
    reach = Reach.of(workspace, ESCALATION_DECISION_TIME)
    rows = []
    for part in shown.parts:
        came = answer(workspace, TICKETS_CREATED, part)
        is_last = part.end == shown.end
        if not is_last and (gap_in(came) or _is_outside(reach, part)):
            continue
        start = pd.Timestamp(part.start).tz_localize(None)
        rows.append((start, len(_within(told, part)), int(came.value or 0)))
    return pd.DataFrame(rows, columns=["week", "n", "created"])


def _per_ticket(n: int, created: int) -> tuple[float | None, float | None, float | None]:
    if not created:
        return None, None, None
    low, high = intervals.ratio(n, created)
    return (
        PER * n / created, None if low is None else PER * low, None if high is None else PER * high,
    )  # fmt: skip


def _groups(inside: pd.DataFrame, before: pd.DataFrame, weeks: int) -> pd.DataFrame:
    rows = []
    for split, column in SPLITS.items():
        now, then = inside[column].value_counts(), before[column].value_counts()
        for group in sorted({*now.index, *then.index}):
            n, n_before = int(now.get(group, 0)), int(then.get(group, 0))
            low, high = _poisson(n_before, weeks)
            each = n_before / weeks if weeks else None
            rows.append((split, group, n, each, low, high, n_before))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    order = {split: place for place, split in enumerate(SPLITS)}
    frame["order"] = frame["split"].map(order)
    frame = frame.sort_values(["order", "n", "n_before", "group"],
                              ascending=[True, False, False, True])  # fmt: skip
    return frame[_COLUMNS].reset_index(drop=True)


def _poisson(n: int, weeks: int) -> intervals.Interval:
    """The exact interval of a mean count per week (Garwood 1936)."""
    if not weeks:
        return None, None
    low = float(stats.chi2.ppf(0.025, 2 * n)) / 2 if n else 0.0
    return low / weeks, float(stats.chi2.ppf(0.975, 2 * n + 2)) / 2 / weeks


def _teams(
    workspace: Workspace, told: pd.DataFrame, week: Period, weeks: int
) -> tuple[pd.DataFrame, Period | None]:
    """Which share of its tickets did each team hand up? A ticket counts for the team that handed
    it up, else for the one that holds it: afterwards it lies with the owner."""
    columns = ["team", "n", "hits", "share", "low", "high"]
    last = None
    if not lacks(workspace, ESCALATION_RATE):
        last = latest_judged(workspace, ESCALATION_RATE, week)
    if last is None:
        return pd.DataFrame(columns=columns), None
    span = last.last(weeks)
    seen = _within(observations(workspace, ESCALATION_RATE), span)
    seen = seen[~seen["is_excluded"] & ~seen["is_immature"]]
    first = told.drop_duplicates(["home", "ticket_id"])[["home", "ticket_id", "team"]]
    first.columns = ["source", "ref", "handed_by"]
    rows = seen.merge(first, on=["source", "ref"], how="left")
    team = rows["handed_by"].where(rows["hit"] & (rows["handed_by"] != NOT_RECORDED))
    rows = rows.assign(team=team.fillna(rows["team"]).fillna(NOT_RECORDED))
    sums = rows.groupby("team", as_index=False).agg(n=("hit", "size"), hits=("hit", "sum"))
    bounds = [intervals.share(int(h), int(n)) for h, n in zip(sums["hits"], sums["n"], strict=True)]
    reach = pd.DataFrame(bounds, columns=["low", "high"], index=sums.index)
    found = sums.assign(share=sums["hits"] / sums["n"]).join(reach)[columns]
    return found.sort_values(["share", "team"], ascending=[False, True], ignore_index=True), span
