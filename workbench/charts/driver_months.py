"""Charts of drivers over months: one small panel each, from zero, on a scale of its own."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from workbench.analyses.driver_months import DriverMonths
from workbench.charts.style import (
    ACCENT,
    INK,
    MUTED,
    blank,
    house_style,
    n_of,
    panels,
    percent_axis,
    short,
)
from workbench.definitions.wording import counted

_COLUMNS = 3
_HALF = pd.Timedelta(days=15)


def driver_months_chart(result: DriverMonths) -> Figure:
    """Each driver's share of the month's contacts with its interval; births are dashed lines."""
    with house_style():
        drivers = list(dict.fromkeys(result.drawn["driver_id"])) if not result.why_not else []
        if not drivers:
            figure, axes = panels()
            blank(axes[0], result.why_not or "no driver has a contact")
            return figure
        columns = min(_COLUMNS, len(drivers))
        figure, axes = panels(-(-len(drivers) // columns), columns, height=1.75)
        for ax, driver in zip(axes, drivers, strict=False):
            rows = result.drawn[result.drawn["driver_id"] == driver]
            _panel(result, rows, ax)
            percent_axis(ax.yaxis)
        for ax in axes[len(drivers) :]:
            ax.set_axis_off()
        figure.supxlabel(_base(result), x=0.01, ha="left", fontsize=8, color=MUTED)
    return figure


def _panel(result: DriverMonths, rows: pd.DataFrame, ax: Axes) -> None:
    is_clear = rows.iloc[0]["state"] != "unclear"
    colour = ACCENT if is_clear else MUTED
    low, high = rows["low"].astype(float), rows["high"].astype(float)
    ax.fill_between(rows["month"], low, high, color=colour, alpha=0.15, linewidth=0)
    ax.plot(rows["month"], rows["share"].astype(float), color=colour, linewidth=1.5)
    last = rows.dropna(subset=["share"]).tail(1)
    for _, end in last.iterrows():
        ax.annotate(
            f"{100 * end['share']:.0f} %", (end["month"], end["share"]), xytext=(5, 0),
            textcoords="offset points", va="center", annotation_clip=False, fontsize=8,
            color=colour, fontweight="bold",
        )  # fmt: skip
    for month in result.partial_months:
        ax.axvspan(*date2num([month - _HALF, month + _HALF]), facecolor="none", edgecolor=MUTED,
                   alpha=0.35, hatch="///", linewidth=0)  # fmt: skip
    born = rows.iloc[0]["born"]
    months = rows["month"]
    if pd.notna(born) and pd.Timestamp(born) >= months.min():
        ax.axvline(date2num(pd.Timestamp(born)), color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    ax.set_xlim(months.min() - _HALF, months.max() + _HALF)
    ax.set_ylim(0, 1.05 * float(high.max()) or None)
    locator = AutoDateLocator(minticks=2, maxticks=4)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    ax.set_title(short(rows.iloc[0]["driver"], 28), fontsize=9)


def _base(result: DriverMonths) -> str:
    months = result.frame.drop_duplicates("month")
    rest = counted(result.hidden, "smaller driver")
    hidden = f"; {rest} not drawn" if result.hidden else ""
    partial = "; hatched: partly covered" if result.partial_months else ""
    return (
        f"Share of the month's contacts, {n_of(months['n_month'].astype(int))} per month; "
        f"bands: 95 % interval{partial}\n"
        f"Every panel has a scale of its own, from zero; dashed line: born{hidden}\n{result.base}"
    )
