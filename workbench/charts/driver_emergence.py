"""Charts of new drivers: contacts a week since each was born."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from workbench.analyses.driver_emergence import DriverEmergence
from workbench.charts.style import (
    ACCENT,
    INK,
    MUTED,
    blank,
    caption,
    house_style,
    month_axis,
    panels,
    short,
)
from workbench.definitions.wording import shown, spread

MOST = 4
_COLUMNS = 2


def driver_emergence_chart(result: DriverEmergence) -> Figure:
    """A panel per new driver: its weeks, its birth, and what that coincides with."""
    drivers = result.drawn.head(MOST)
    with house_style():
        if result.why_not or drivers.empty:
            figure, axes = panels()
            blank(axes[0], result.why_not or f"no new driver since {result.since.start:%B %Y}")
            return figure
        columns = min(_COLUMNS, len(drivers))
        figure, axes = panels(-(-len(drivers) // columns), columns, height=3.0)
        for ax, (_, driver) in zip(axes, drivers.iterrows(), strict=False):
            _panel(result, driver, ax, 40 * 2 // columns)
        for ax in axes[len(drivers) :]:
            ax.set_axis_off()
        more = len(result.drawn) - len(drivers)
        if more > 0:
            figure.supxlabel(f"{more} smaller new drivers not drawn", x=0.01, ha="left",
                             fontsize=8, color=MUTED)  # fmt: skip
    return figure


def _panel(result: DriverEmergence, driver: pd.Series, ax: Axes, room: int) -> None:
    weeks = result.weekly[result.weekly["driver_id"] == driver["driver_id"]]
    ax.bar(weeks["week"], weeks["n"], width=6, align="edge", color=ACCENT)
    ax.axvline(driver["born"], color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ax.set_ylabel("contacts a week")
    ax.set_title(short(driver["driver"], room))
    first, last = weeks["week"].min(), weeks["week"].max()
    edge = pd.Timedelta(days=8)
    if len(weeks):
        ax.set_xlim(min(first, driver["born"]) - edge, last + 2 * edge)
    month_axis(ax)
    share = shown(driver["share"], "share")
    sure = spread(driver["low"], driver["high"], "share")
    event = driver["coincides_with"]
    near = f"\n{short(f'Coincides with {event}', room + room // 3)}" if event else ""
    caption(
        ax,
        f"Born {driver['born']:%-d %b %Y}; {share} ({sure}),\n"
        f"{driver['n']:,} of {result.n:,} contacts{near}",
    )
