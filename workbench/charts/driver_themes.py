"""Chart of themes and their drivers as areas: a treemap."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from workbench.analyses.driver_themes import DriverThemes
from workbench.charts.style import (
    FAINT,
    INK,
    PALE,
    WIDTH,
    blank,
    caption,
    house_style,
    own_axes,
    panels,
    short,
)

_LETTER = 0.068  # inches that a letter of a label takes in the mean
_LINE = 0.15
_HEIGHT = 4.6


def driver_themes_chart(result: DriverThemes, ax: Axes | None = None) -> Axes:
    """Every driver an area as large as its contacts, within its theme; labelled where it fits."""
    with house_style():
        if result.why_not or result.themes.empty:
            ax = own_axes(ax)
            blank(ax, result.why_not or "no driver has a contact")
            return ax
        ax = ax if ax is not None else panels(height=_HEIGHT)[1][0]
        unlabelled = 0
        for _, row in result.drawn.iterrows():
            colour = FAINT if row["state"] == "unclear" else PALE
            _area(ax, row, colour, 1.2)
            words = [str(row["driver"]), f"{100 * row['share']:.0f} %, n {row['n']:,}"]
            unlabelled += not _labelled(ax, row, words, result.aspect)
        for _, row in result.themes.iterrows():
            _area(ax, row, "none", 3.0)
            room = int(row["width"] / result.aspect * (WIDTH - 0.6) / _LETTER) - 1
            name = f"{row['theme']} · {100 * row['share']:.0f} %"
            ax.text(row["x"] + 0.012, row["y"] + row["height"] - 0.011, short(name, max(room, 2)),
                    va="top", fontsize=8.5, fontweight="bold", color=INK)  # fmt: skip
        ax.set_xlim(0, result.aspect)
        ax.set_ylim(0, 1)
        ax.set_axis_off()
        ax.set_title("Themes and their drivers")
        few = f"; {unlabelled} too small for a label" if unlabelled else ""
        caption(ax, f"Area: contacts; {result.base}{few}", below=6)
    return ax


def _area(ax: Axes, row: pd.Series, colour: str, line: float) -> None:
    ax.add_patch(
        Rectangle((row["x"], row["y"]), row["width"], row["height"], facecolor=colour,
                  edgecolor="white", linewidth=line, clip_on=False)
    )  # fmt: skip


def _labelled(ax: Axes, row: pd.Series, words: list[str], aspect: float) -> bool:
    """Write into an area as much as fits: name and numbers, the name alone, or nothing."""
    room = int(row["width"] / aspect * (WIDTH - 0.6) / _LETTER) - 1
    lines = int(row["height"] * (_HEIGHT - 0.9) / _LINE)
    if room < 6 or lines < 1:
        return False
    name, numbers = words
    parts = name.split(" ")
    told, line = [], ""
    for part in parts:
        longer = f"{line} {part}".strip()
        if len(longer) > room and line:
            told.append(line)
            longer = part
        line = longer
    told = [short(text, room) for text in [*told, line]]
    if len(told) > lines:
        told = [*told[: lines - 1], short(f"{told[lines - 1]}…", room)]
    if len(told) < lines and len(numbers) <= room:
        told.append(numbers)
    ax.text(row["x"] + row["width"] / 2, row["y"] + row["height"] / 2, "\n".join(told),
            ha="center", va="center", fontsize=8, color=INK)  # fmt: skip
    return True
