"""Chart of a week's volume against the weeks before, and of the backlog it leaves."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from workbench.analyses.week_volume import WeekVolume
from workbench.charts.style import (
    ACCENT,
    GROUP_COLOURS,
    MUTED,
    PALE,
    caption,
    house_style,
    month_axis,
    panels,
)

_WEEK = pd.Timedelta(days=7)
_HALF = pd.Timedelta(days=3.5)


def week_volume_chart(result: WeekVolume) -> Figure:
    """Tickets per week with the range of a usual one above, the backlog below."""
    figure, (flow, stock) = panels(2, height=2.5)
    with house_style():
        _flow(flow, result)
        frame = result.frame
        ends = frame["week"] + _WEEK
        stock.plot(ends, frame["backlog"], color=ACCENT)
        stock.fill_between(ends, frame["backlog"], color=ACCENT, alpha=0.15, linewidth=0)
        if len(frame):
            _mark(stock, ends.iloc[-1], result.closing, f"{result.closing:,}")
        stock.set_title("Backlog: open tickets at the end of each week")
        caption(stock, f"{result.closing:,} open at the end of the week, {result.opening:,} at its "
                       "start; full counts")  # fmt: skip
        for ax in (flow, stock):
            ax.set_ylim(0, None)
            ax.set_ylabel("tickets")
            month_axis(ax)
    return figure


def _flow(ax: Axes, result: WeekVolume) -> None:
    frame = result.frame[~result.frame["is_partial"]]
    start = pd.Timestamp(result.week.start).tz_localize(None)
    colours = [ACCENT if week == start else PALE for week in frame["week"]]
    ax.bar(frame["week"] + _HALF, frame["created"], width=5.6, color=colours, zorder=2)
    ax.plot(frame["week"] + _HALF, frame["solved"], color=MUTED, linewidth=1.4)
    if result.low is not None and result.high is not None:
        span = date2num([start - result.weeks * _WEEK, start + _WEEK])
        ax.fill_between(span, result.low, result.high, color=GROUP_COLOURS[1], alpha=0.16,
                        linewidth=0, zorder=1)  # fmt: skip
        ax.hlines(result.usual or 0, span[0], span[1], color=GROUP_COLOURS[1], linewidth=1.2)
    if (frame["week"] == start).any():
        _mark(ax, start + _HALF, result.created, f"{result.created:,}", aside=6)
    names = [("created", ACCENT), ("solved", MUTED)]
    names += [("usual range", GROUP_COLOURS[1])] if result.low is not None else []
    for place, (name, colour) in enumerate(names):
        ax.annotate(
            name, (1.0, 0.92 - 0.12 * place), xycoords="axes fraction", xytext=(4, 0),
            textcoords="offset points", color=colour, fontsize=8.5, fontweight="bold",
            va="center", annotation_clip=False,
        )  # fmt: skip
    ax.set_title("Tickets per week")
    usual = (
        f"; usual: mean of the {result.weeks} weeks before, {result.usual:,.0f},\nand where one "
        f"week more lies in 95 of 100 cases ({math.ceil(result.low):,}–"
        f"{math.floor(result.high):,})"
        if result.usual is not None and result.low is not None and result.high is not None
        else ""
    )  # fmt: skip
    caption(ax, f"Whole weeks from Monday (UTC); dark: {result.week.name}, n {result.created:,}"
                f"{usual}")  # fmt: skip


def _mark(ax: Axes, x: pd.Timestamp, y: int, text: str, *, aside: int = 0) -> None:
    ax.annotate(
        text, (x, y), xytext=(4 + aside, -3), textcoords="offset points", color=ACCENT,
        fontsize=8.5, fontweight="bold", ha="left", annotation_clip=False,
    )  # fmt: skip
