"""Charts for `workbench.analyses.volume`."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from workbench.analyses.volume import VolumeTrend
from workbench.charts.style import ACCENT, MUTED, caption, house_style, month_axis, panels


def volume_trend_chart(trend: VolumeTrend) -> Figure:
    """Tickets created and solved per week above, the backlog they leave below."""
    figure, (flow, stock) = panels(2, height=2.5)
    whole = trend.frame[~trend.frame["is_partial"]]
    week = pd.Timedelta(days=7)
    with house_style():
        flow.plot(whole["week"], whole["solved"], color=MUTED, linewidth=1.4, label="solved")
        flow.plot(whole["week"], whole["created"], color=ACCENT, label="created")
        for start in trend.surge_weeks:
            flow.axvspan(*date2num([start, start + week]), color=ACCENT, alpha=0.08, linewidth=0)
        flow.set_title("Tickets per week")
        _label_lines(flow, whole)
        stock.fill_between(trend.frame["week"] + week, trend.frame["backlog"], color=ACCENT,
                           alpha=0.15, linewidth=0)  # fmt: skip
        stock.plot(trend.frame["week"] + week, trend.frame["backlog"], color=ACCENT)
        stock.set_title("Backlog: open tickets at the end of each week")
        for ax in (flow, stock):
            ax.set_ylim(0, None)
            ax.set_ylabel("tickets")
            month_axis(ax)
        shaded = "; shaded: surge weeks" if len(trend.surge_weeks) else ""
        caption(
            flow, f"Whole weeks from Monday (UTC); full counts; solved again counts again{shaded}"
        )
        caption(stock, f"{trend.closing:,} open at the end of the period, {trend.opening:,} at "
                       "its start")  # fmt: skip
    return figure


def _label_lines(ax: Axes, whole: pd.DataFrame) -> None:
    if whole.empty:
        return
    for place, (name, colour) in enumerate((("created", ACCENT), ("solved", MUTED))):
        ax.annotate(
            name, (1.0, 0.92 - 0.12 * place), xycoords="axes fraction", xytext=(4, 0),
            textcoords="offset points", color=colour, fontsize=8.5,
            fontweight="bold", va="center", annotation_clip=False,
        )  # fmt: skip
