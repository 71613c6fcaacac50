"""Chart of tickets by what they say: near each other where their texts are."""

from __future__ import annotations

from itertools import cycle

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from workbench.analyses.driver_map import DriverMap
from workbench.charts.style import (
    GROUP_COLOURS,
    INK,
    MUTED,
    blank,
    caption,
    house_style,
    own_axes,
    panels,
    short,
    spread_apart,
)

LABELLED = 20


def driver_map_chart(result: DriverMap, ax: Axes | None = None) -> Axes:
    """A dot per ticket, the name of each driver at its middle; colours repeat, names do not."""
    with house_style():
        if result.why_not:
            ax = own_axes(ax)
            blank(ax, result.why_not)
            return ax
        ax = ax if ax is not None else panels(height=5.6)[1][0]
        for driver, colour in zip(result.centres["driver"], cycle(GROUP_COLOURS), strict=False):
            dots = result.frame[result.frame["driver"] == driver]
            shade = MUTED if driver == "unclear" else colour
            ax.scatter(dots["x"], dots["y"], s=5, color=shade, alpha=0.5, linewidths=0)
        largest = result.centres.head(LABELLED)
        bottom, top = ax.get_ylim()
        heights = spread_apart(list(largest["y"]), 0.031 * (top - bottom))
        for x, y, driver in zip(largest["x"], heights, largest["driver"], strict=True):
            label = ax.text(x, y, short(driver, 24), ha="center", va="center", fontsize=8,
                            fontweight="bold", color=INK)  # fmt: skip
            label.set_path_effects([withStroke(linewidth=2.6, foreground="white")])
        ax.set_xticks([])
        ax.set_yticks([])
        ax.grid(visible=False)
        ax.set_title("Tickets near those that say the same")
        shown = f"{len(result.frame):,} of {result.n:,} tickets, drawn by chance" if (
            result.is_sampled
        ) else f"n {result.n:,} tickets"  # fmt: skip
        hidden = len(result.centres) - LABELLED
        few = f"; {hidden} smaller drivers without a name" if hidden > 0 else ""
        caption(ax, f"{shown}{few}; {result.method}: only nearness means something", below=10)
    return ax
