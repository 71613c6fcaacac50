"""Chart of each driver's share of contacts, and the rows that charts of drivers have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from workbench.analyses.driver_shares import DriverShares
from workbench.charts.style import (
    ACCENT,
    INK,
    MUTED,
    PALE,
    blank,
    caption,
    house_style,
    own_axes,
    panels,
    percent_axis,
    short,
)

ROW, LEAST = 0.31, 3  # inches per row, and how many rows a panel is high at least


@dataclass(frozen=True)
class DriverRows:
    """One row per driver, the first on top."""

    names: Sequence[str]
    most: int = 34  # characters of a name

    @property
    def y(self) -> list[int]:
        """Where the rows stand."""
        return list(range(len(self.names)))

    def axes(self, ax: Axes | None) -> Axes:
        """The given axes, or new ones that are high enough for all rows."""
        if ax is not None:
            return ax
        return panels(height=1.25 + ROW * max(len(self.names), LEAST))[1][0]

    def whiskers(self, ax: Axes, low: pd.Series, high: pd.Series, colour: str = INK) -> None:
        """The interval of every row."""
        ax.hlines(self.y, low.astype(float), high.astype(float), color=colour, linewidth=1.1,
                  zorder=3)  # fmt: skip

    def label(self, ax: Axes, *, is_named: bool = True) -> None:
        """Names beside the rows, and lines to read values by."""
        ax.set_yticks(self.y, [short(name, self.most) for name in self.names] if is_named else [])
        ax.set_ylim(max(len(self.names), LEAST) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="y", visible=False)
        ax.grid(axis="x", visible=True)

    def notes(self, ax: Axes, words: Sequence[str], head: str = "") -> None:
        """A few words at the right of every row, under a head of their own."""
        told = [*zip(self.y, words, strict=True), *([(-0.95, head)] if head else [])]
        for place, text in told:
            ax.annotate(
                text, (1.0, place), xycoords=("axes fraction", "data"), xytext=(6, 0),
                textcoords="offset points", color=MUTED, va="center", fontsize=8,
                annotation_clip=False,
            )  # fmt: skip


def driver_shares_chart(result: DriverShares, ax: Axes | None = None) -> Axes:
    """Each driver's share of contacts with its interval, where it stood before, and its rate."""
    with house_style():
        if result.why_not:
            ax = own_axes(ax)
            blank(ax, result.why_not)
            return ax
        frame = result.drawn
        rows = DriverRows(list(frame["driver"]))
        ax = rows.axes(ax)
        ax.barh(rows.y, frame["share"], height=0.62, color=PALE)
        rows.whiskers(ax, frame["low"], frame["high"])
        if result.before is not None:
            ax.plot(frame["share_before"].astype(float), rows.y, linestyle="none", marker="|",
                    markersize=13, markeredgewidth=2, color=ACCENT, zorder=4)  # fmt: skip
        rows.label(ax)
        if not result.rate_why:
            rates = zip(frame["rate"], frame["rate_low"], frame["rate_high"], strict=True)
            told = [f"{rate:.1f} ({low:.1f}–{high:.1f})" for rate, low, high in rates]
            rows.notes(ax, told, "per 100 orders")
        percent_axis(ax.xaxis)
        ax.set_xlim(0, None)
        ax.set_title("Share of contacts by driver")
        marks = f"; blue mark: {result.before.name}" if result.before is not None else ""
        caption(ax, f"{result.base}\nLines: 95 % interval{marks}")
    return ax
