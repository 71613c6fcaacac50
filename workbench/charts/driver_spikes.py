"""Charts of spikes: what a driver brought each week, what was expected, and where it stood out."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from workbench.analyses.driver_spikes import DriverSpikes
from workbench.charts.style import (
    ACCENT,
    GROUP_COLOURS,
    MUTED,
    blank,
    caption,
    house_style,
    month_axis,
    panels,
    short,
)

MOST = 4
SHOWN_WEEKS = 39


def driver_spikes_chart(result: DriverSpikes) -> Figure:
    """A panel per driver that spiked, the clearest first: counts, expectation, spike weeks."""
    with house_style():
        drivers = list(dict.fromkeys(result.episodes["driver_id"]))[:MOST]
        if result.why_not or not drivers:
            figure, axes = panels()
            axes[0].set_title("Spikes of drivers")
            blank(axes[0], result.why_not or f"no driver spiked in {result.period.name}")
            return figure
        figure, axes = panels(len(drivers), height=2.6)
        for ax, driver in zip(axes, drivers, strict=True):
            _panel(result, driver, ax)
    return figure


def _panel(result: DriverSpikes, driver: str, ax: Axes) -> None:
    of_driver = result.weekly[result.weekly["driver_id"] == driver]
    episodes = result.episodes[result.episodes["driver_id"] == driver]
    since = episodes["first"].min() - pd.Timedelta(weeks=SHOWN_WEEKS)
    weeks = of_driver[of_driver["week"] >= since]
    spikes = result.frame[(result.frame["driver_id"] == driver) & result.frame["is_spike"]]
    ax.plot(weeks["week"], weeks["n"], color=ACCENT, marker="o", markersize=2.8, linewidth=1.3)
    ax.step(weeks["week"], weeks["expected"], where="mid", color=MUTED, linewidth=1.2,
            linestyle=(0, (4, 2)))  # fmt: skip
    ax.plot(spikes["week"], spikes["n"], linestyle="none", marker="D", markersize=6.5,
            color=GROUP_COLOURS[1], zorder=4)  # fmt: skip
    for _, one in episodes.iterrows():
        at = spikes[(spikes["week"] >= one["first"]) & (spikes["week"] <= one["last"])]
        top = at.sort_values("n").iloc[-1]
        ax.annotate(
            f"×{one['ratio']:.1f} ({one['low']:.1f}–{one['high']:.1f})", (top["week"], top["n"]),
            xytext=(-8, 2), textcoords="offset points", ha="right", fontsize=8.5,
            color=GROUP_COLOURS[1], fontweight="bold",
        )  # fmt: skip
    ax.set_ylim(0, None)
    ax.margins(y=0.12)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    ax.set_ylabel("contacts a week")
    month_axis(ax)
    ax.set_title(short(episodes.iloc[0]["driver"], 60))
    said = [
        f"{one['n']:,} contacts, {one['expected']:.0f} expected{_near(one['coincides_with'])}"
        for _, one in episodes.head(2).iterrows()
    ]
    key = f"Dashed: expected; diamonds: spikes, of {len(result.frame):,} driver-weeks looked at"
    caption(ax, "\n".join([key, *said]))


def _near(event: str) -> str:
    return f"; coincides with {short(event, 78)}" if event else ""
