"""Chart of how drivers grew beyond volume: a structural change stands off the line, a surge not."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from workbench.analyses.driver_changes import FELL, GREW, IN_STEP, DriverChanges
from workbench.charts.driver_shares import DriverRows
from workbench.charts.style import (
    ACCENT,
    GROUP_COLOURS,
    INK,
    MUTED,
    blank,
    caption,
    house_style,
    own_axes,
)

MOST = 20
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)
_WIDEST = 12.0  # times; what lies beyond is cut, or one rare driver would flatten all others
_LOOKS = {GREW: (ACCENT, "o"), FELL: (GROUP_COLOURS[1], "s"), IN_STEP: (MUTED, "D")}


def _start(words: str) -> str:
    return words[0].upper() + words[1:]


def driver_changes_chart(result: DriverChanges, ax: Axes | None = None) -> Axes:
    """Every driver's growth over that of all contacts, with its interval; 1 is in step."""
    with house_style():
        if result.why_not:
            ax = own_axes(ax)
            blank(ax, result.why_not)
            return ax
        frame = result.drawn.head(MOST)
        rows = DriverRows(list(frame["driver"]))
        ax = rows.axes(ax)
        low = frame["growth_low"].astype(float).clip(1 / _WIDEST, _WIDEST)
        high = frame["growth_high"].astype(float).clip(1 / _WIDEST, _WIDEST)
        looks = [_LOOKS[verdict] for verdict in frame["verdict"]]
        for y, start, end, growth, (colour, mark) in zip(
            rows.y, low, high, frame["growth"].astype(float), looks, strict=True
        ):
            ax.plot([start, end], [y, y], color=colour, linewidth=1.4)
            if np.isfinite(growth) and growth > 0:
                ax.plot([growth], [y], marker=mark, color=colour, markersize=6, linestyle="none")
        ax.axvline(1, color=INK, linewidth=0.9)
        rows.label(ax)
        counts = zip(frame["n_before"], frame["n"], strict=True)
        lengths = f"{len(result.before.parts)} {result.before.unit}s → {len(result.period.parts)}"
        head = "contacts" if result.is_even else f"contacts in {lengths}"
        rows.notes(ax, [f"{before:,} → {n:,}" for before, n in counts], head)
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(FixedLocator(_TICKS))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"×{v:g}"))
        ax.set_xlim(1 / _WIDEST, _WIDEST)
        ax.set_title("Growth beyond volume, by driver")
        hidden = len(result.drawn) - len(frame)
        more = f"; {hidden} not drawn" if hidden > 0 else ""
        caption(
            ax,
            f"Circle: grew beyond volume. Square: fell behind it. Diamond: in step.\n"
            f"{_start(result.period.name)}: {result.base}; {result.before.name}: "
            f"{result.n_before:,}{more}\n{result.volume_words}.\n"
            f"Lines: 95 % interval for all drivers together",
        )
    return ax
