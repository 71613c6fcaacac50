"""Charts for `workbench.analyses.refunds`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workbench.analyses.refunds import RefundTrend
from workbench.charts.style import (
    ACCENT,
    FAINT,
    MUTED,
    blank,
    caption,
    house_style,
    month_axis,
    n_of,
    own_axes,
    panels,
)
from workbench.charts.trends import metric_trend_chart

_BAR_DAYS = 20.0


def refund_trend_chart(trend: RefundTrend) -> Figure:
    """Money paid back per month, and refund rates where orders are known."""
    rates = [r for r in (trend.cash, trend.cohort) if not r.is_empty]
    figure, axes = panels(1 + len(rates), height=2.3)
    refund_amount_chart(trend, axes[0])
    for rate, ax in zip(rates, axes[1:], strict=True):
        metric_trend_chart(rate, ax)
    return figure


def refund_amount_chart(trend: RefundTrend, ax: Axes | None = None) -> Axes:
    """Bars of money paid back per month with intervals; the period's month stands out."""
    with house_style():
        ax = own_axes(ax)
        ax.set_title(f"Refunds paid per month, {trend.currency}".rstrip(", "))
        rows = trend.frame[trend.frame["amount"].notna()]
        if rows.empty:
            blank(ax, trend.why_not or "no refunds")
            return ax
        amounts = rows["amount"].astype(float)
        latest = trend.frame["month"].iloc[-1]
        colours = [ACCENT if month == latest else FAINT for month in rows["month"]]
        ax.bar(rows["month"], amounts, width=_BAR_DAYS, color=colours)
        spread = np.abs(np.vstack([amounts - rows["low"].astype(float),
                                   rows["high"].astype(float) - amounts]))  # fmt: skip
        ax.errorbar(rows["month"], amounts, yerr=spread, fmt="none", ecolor=MUTED, elinewidth=0.8,
                    capsize=2)  # fmt: skip
        ax.set_ylabel(trend.currency)
        ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")
        ax.set_ylim(0, None)
        month_axis(ax)
        counts = rows["n"].astype(int)
        caption(ax, f"{n_of(counts)} refunds per month; whiskers: 95 % interval")
    return ax
