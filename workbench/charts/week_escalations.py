"""Chart of a week's escalations: how many, decided by whom, and what each team hands up."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workbench.analyses.week_escalations import PER, WeekEscalations
from workbench.charts.driver_shares import DriverRows
from workbench.charts.style import (
    ACCENT,
    MUTED,
    PALE,
    blank,
    caption,
    house_style,
    month_axis,
    own_axes,
    panels,
    percent_axis,
)

_HALF = pd.Timedelta(days=3.5)


def week_escalations_chart(result: WeekEscalations) -> Figure:
    """Escalations per week; to whom they go, against the weeks before; the rate of each team."""
    if result.why_not:
        ax = own_axes(None)
        with house_style():
            blank(ax, result.why_not)
        return ax.figure  # type: ignore[return-value]
    figure, (weeks, owners, teams) = panels(3, height=2.35)
    with house_style():
        _weeks(weeks, result)
        _owners(owners, result)
        _teams(teams, result)
    return figure


def _weeks(ax: Axes, result: WeekEscalations) -> None:
    weekly = result.weekly
    start = pd.Timestamp(result.week.start).tz_localize(None)
    colours = [ACCENT if week == start else PALE for week in weekly["week"]]
    ax.bar(weekly["week"] + _HALF, weekly["n"], width=5.6, color=colours)
    ax.annotate(
        f"{result.n}", (start + _HALF, result.n), xytext=(0, 3), textcoords="offset points",
        color=ACCENT, fontsize=8.5, fontweight="bold", ha="center",
    )  # fmt: skip
    ax.set_ylabel("escalations")
    ax.set_ylim(0, None)
    ax.margins(y=0.15)
    month_axis(ax)
    ax.set_title("Escalations per week")
    rate, low, high = result.rate
    told = f"{rate:.1f} per {PER} tickets ({low:.1f}–{high:.1f})" if rate is not None and (
        low is not None and high is not None
    ) else ""  # fmt: skip
    caption(ax, f"By the day they were handed over (UTC); dark: {result.week.name}, n {result.n}; "
                f"{told}")  # fmt: skip


def _owners(ax: Axes, result: WeekEscalations) -> None:
    frame = result.frame[result.frame["split"] == "decided by"].reset_index(drop=True)
    ax.set_title("To whom: this week, and a week of those before")
    if frame.empty:
        blank(ax, "no escalation in these weeks")
        return
    rows = DriverRows(list(frame["group"]))
    ax.barh(rows.y, frame["n"], height=0.5, color=ACCENT)
    if result.weeks:
        rows.whiskers(ax, frame["low_before"], frame["high_before"], MUTED)
        ax.plot(frame["per_week_before"].astype(float), rows.y, linestyle="none", marker="D",
                markersize=5, color=MUTED, zorder=4)  # fmt: skip
    rows.label(ax)
    told = zip(frame["n"], frame["per_week_before"].fillna(0), strict=True)
    rows.notes(ax, [f"{n} | {each:.1f}" for n, each in told], "this | before")
    ax.set_xlim(0, None)
    ax.set_xlabel("escalations")
    caption(
        ax,
        f"Bars: {result.week.name}, n {result.n}. Diamonds: mean of the {result.weeks} weeks "
        f"before, n {result.n_before};\nlines: 95 % interval of it",
        below=40,
    )


def _teams(ax: Axes, result: WeekEscalations) -> None:
    ax.set_title("Share of its tickets that each team handed up within 14 days")
    if result.teams.empty or result.span is None:
        blank(ax, "no week is old enough to be judged")
        return
    frame = result.teams
    rows = DriverRows(list(frame["team"]))
    ax.barh(rows.y, frame["share"], height=0.5, color=PALE)
    rows.whiskers(ax, frame["low"], frame["high"])
    rows.label(ax)
    rows.notes(ax, [f"{hits} of {n:,}" for hits, n in zip(frame["hits"], frame["n"], strict=True)])
    percent_axis(ax.xaxis)
    late = "" if result.span.end == result.week.end else ", the last that can be judged"
    ax.set_xlim(0, None)
    caption(
        ax,
        f"{result.span.title}{late}; n {result.n_judged:,} tickets;\n"
        "a ticket counts for the team that handed it up; lines: 95 % interval",
    )
