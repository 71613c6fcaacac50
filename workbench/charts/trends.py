"""Chart of one metric's trend: a line with its interval per group, blank where it is too young."""

from __future__ import annotations

from itertools import cycle

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from workbench.analyses.trends import ALL, MetricTrend
from workbench.charts.style import (
    ACCENT,
    GROUP_COLOURS,
    INK,
    MUTED,
    blank,
    caption,
    house_style,
    month_axis,
    n_of,
    own_axes,
    spread_apart,
    unit_axis,
)
from workbench.definitions.periods import Period


def metric_trend_chart(
    trend: MetricTrend, ax: Axes | None = None, *, title: str = "", focus: Period | None = None
) -> Axes:
    """Draw a trend; every group is labelled at its last value, immature months are hatched.

    With ``focus``, its months are shaded, and every month is an area with the id ``month-2025-06``.
    """
    with house_style():
        ax = own_axes(ax)
        ends: list[tuple[float, str, str, pd.Timestamp]] = []
        for group, colour in zip(trend.groups, cycle(GROUP_COLOURS), strict=False):
            rows = trend.frame[trend.frame["group"] == group]
            known = rows[rows["value"].notna()]
            if known.empty:
                continue
            x, colour = rows["month"], ACCENT if group == ALL else colour
            low, high = rows["low"].astype(float), rows["high"].astype(float)
            ax.fill_between(x, low, high, color=colour, alpha=0.13, linewidth=0)
            ax.plot(x, rows["value"].astype(float), color=colour, marker="o", markersize=3.2,
                    label=group)  # fmt: skip
            last = known.iloc[-1]
            ends.append((float(last["value"]), group, colour, last["month"]))
        _finish(trend, ax, ends)
        if focus is not None and ends:
            _months(trend, ax, focus)
        ax.set_title(title or trend.metric.label)
    return ax


def _finish(trend: MetricTrend, ax: Axes, ends: list[tuple[float, str, str, pd.Timestamp]]) -> None:
    metric = trend.metric
    months = trend.frame["month"]
    if not ends:
        blank(ax, trend.why_blank)
        return
    ax.set_xlim(months.min() - pd.Timedelta(days=15), months.max() + pd.Timedelta(days=15))
    _zoom(trend, ax)
    _hatch_immature(trend, ax)
    target = _target(trend, ax)
    unit_axis(ax, metric.unit)
    month_axis(ax)
    if trend.groups != [ALL]:
        _label_ends(ax, ends)
    counts = trend.frame.loc[trend.frame["value"].notna(), "n"]
    per = f"month and {trend.by}" if trend.by else "month"
    sure = "bands: 95 % interval" if trend.frame["low"].notna().any() else "full counts"
    caption(ax, f"{n_of(counts.astype(int))} per {per}; {sure}{target}{_young(trend)}")


def _months(trend: MetricTrend, ax: Axes, focus: Period) -> None:
    """Areas to point at, from bottom to top; those of the focus are shaded."""
    half = pd.Timedelta(days=15)
    inside = [m.start.replace(tzinfo=None) for m in focus.months]
    for month in trend.frame["month"].drop_duplicates():
        shade = 0.10 if month.to_pydatetime() in inside else 0.0
        area = ax.axvspan(*date2num([month - half, month + half]), color=ACCENT, alpha=shade,
                          linewidth=0)  # fmt: skip
        area.set_gid(f"month-{month:%Y-%m}")


def _young(trend: MetricTrend) -> str:
    return "; hatched: too recent to judge" if len(trend.young_months) else ""


def _hatch_immature(trend: MetricTrend, ax: Axes) -> None:
    half = pd.Timedelta(days=15)
    for month in trend.young_months:
        ax.axvspan(*date2num([month - half, month + half]), facecolor="none", edgecolor=MUTED,
                   alpha=0.25, hatch="///", linewidth=0)  # fmt: skip


def _zoom(trend: MetricTrend, ax: Axes) -> None:
    """Start at zero unless that would flatten what there is to see."""
    low, high = trend.frame["low"].astype(float).min(), trend.frame["high"].astype(float).max()
    flat = pd.notna(low) and low > 0.4 * high
    ax.set_ylim(low - 0.1 * (high - low) if flat else 0, None)


def _target(trend: MetricTrend, ax: Axes) -> str:
    """Draw the target, and say in the caption what the dashed line is."""
    floor, ceiling = trend.metric.target
    words = ""
    for value, bound in ((floor, "at least"), (ceiling, "at most")):
        if value is not None:
            ax.axhline(value, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
            words += f"; dashed: target {bound} {100 * value:.0f} %"
    return words


def _label_ends(ax: Axes, ends: list[tuple[float, str, str, pd.Timestamp]]) -> None:
    bottom, top = ax.get_ylim()
    gap = 0.075 * (top - bottom)
    heights = spread_apart([value for value, *_ in ends], gap)
    for height, (_, group, colour, _) in zip(heights, ends, strict=True):
        ax.annotate(
            group, (1.0, height), xycoords=("axes fraction", "data"), xytext=(4, 0),
            textcoords="offset points", color=colour, va="center", fontsize=8.5,
            fontweight="bold", annotation_clip=False,
        )  # fmt: skip
