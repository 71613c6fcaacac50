"""Charts for `workbench.analyses.drivers`."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from workbench.analyses.drivers import NOT_A_REASON, ContactDrivers
from workbench.charts.style import (
    ACCENT,
    FAINT,
    INK,
    PALE,
    blank,
    caption,
    house_style,
    own_axes,
    panels,
    percent_axis,
)


def contact_drivers_chart(drivers: ContactDrivers, ax: Axes | None = None) -> Axes:
    """Each driver's share of contacts with its interval, and where it stood before."""
    frame = drivers.frame.iloc[::-1]
    if frame.empty:
        ax = own_axes(ax)
        blank(ax, drivers.why_not or "no contacts")
        return ax
    with house_style():
        ax = ax if ax is not None else panels(height=0.9 + 0.33 * max(len(frame), 3))[1][0]
        y = np.arange(len(frame))
        share = frame["share"].astype(float)
        # light, so that the whisker shows; what is left over is grey
        colours = [FAINT if name in NOT_A_REASON else PALE for name in frame["driver"]]
        ax.barh(y, share, height=0.62, color=colours)
        spread = np.vstack(
            [share - frame["low"].astype(float), frame["high"].astype(float) - share]
        )
        ax.errorbar(share, y, xerr=spread, fmt="none", ecolor=INK, elinewidth=0.9, capsize=2)
        if frame["share_before"].notna().any():
            ax.plot(frame["share_before"].astype(float), y, linestyle="none", marker="|",
                    markersize=13, markeredgewidth=2, color=ACCENT)  # fmt: skip
        ax.set_yticks(y, frame["driver"])
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="y", visible=False)
        ax.grid(axis="x", visible=True)
        percent_axis(ax.xaxis)
        ax.set_xlim(0, None)
        ax.set_title("Share of contacts by driver")
        marks = f"; blue mark: share in {drivers.before}" if drivers.before else ""
        caption(ax, f"n {drivers.n:,} contacts; whiskers: 95 % interval{marks}")
    return ax
