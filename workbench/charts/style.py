"""The house style: one accent for “this”, grey for the rest, direct labels, n in the caption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

INK, MUTED, FAINT = "#1f2933", "#5f6b76", "#d5dade"
ACCENT, PALE = "#0b62a4", "#a9cbe3"
# Okabe and Ito's colour-blind safe hues, darkened to read on white; the accent comes first.
GROUP_COLOURS = (ACCENT, "#c4560a", "#4d7a3a", "#8a4f8f", "#7a6a2f", "#3f7f8c")
WIDTH = 8.0
SHORT_SPAN_DAYS = 100

_RC: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.5,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 9,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # a fixed place: looking for a free one costs more than drawing the rest
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#e9ecee",
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "text.color": INK,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "svg.hashsalt": "workbench",
    "text.parse_math": False,  # a team may be called $100_club
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style without changing the caller's settings."""
    with sns.axes_style("white"), mpl.rc_context(_RC):
        yield


def panels(rows: int = 1, columns: int = 1, *, height: float = 2.9) -> tuple[Figure, list[Axes]]:
    """A figure of the report's width with ``rows`` by ``columns`` panels; not shown, not kept
    by pyplot."""
    with house_style():
        # A caption belongs to the panel above it: the room is below.
        layout = ConstrainedLayoutEngine(h_pad=0.12)
        figure = Figure(figsize=(WIDTH, height * rows), layout=layout)
        grid = figure.subplots(rows, columns, squeeze=False)
    return figure, [ax for row in grid for ax in row]


def own_axes(ax: Axes | None) -> Axes:
    """The given axes, or new ones of the house's size."""
    return ax if ax is not None else panels()[1][0]


def caption(ax: Axes, text: str, *, below: int = 30) -> None:
    """A small grey line ``below`` the panel: what n is, where the data stop, what is blank."""
    ax.annotate(
        text, (0, 0), xycoords="axes fraction", xytext=(0, -below), textcoords="offset points",
        fontsize=8, color=MUTED, va="top", annotation_clip=False,
    )  # fmt: skip


def n_of(counts: Iterable[int]) -> str:
    """How many things each point rests on: ``n 14``, or ``n 8–1,400`` where it varies."""
    fewest, most = min(counts), max(counts)
    return f"n {fewest:,}" if fewest == most else f"n {fewest:,}–{most:,}"


def blank(ax: Axes, why: str) -> None:
    """Say in the panel's place why it shows nothing."""
    ax.set_axis_off()
    ax.text(0, 0.5, f"Blank: {why.rstrip('.')}.", transform=ax.transAxes, color=MUTED)


def month_axis(ax: Axes) -> None:
    """Months along x: few enough labels to read."""
    first, last = ax.get_xlim()
    is_short = last - first < SHORT_SPAN_DAYS  # months alone would repeat themselves
    ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=3, maxticks=6 if is_short else 8))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%-d %b %Y" if is_short else "%b %Y"))
    ax.set_xlabel("")


def unit_axis(ax: Axes, unit: str) -> None:
    """The y axis in words a reader uses: percent for shares, hours for minutes."""
    if unit == "share":
        percent_axis(ax.yaxis)
        ax.set_ylabel("")
    elif unit == "minutes":
        hours_axis(ax.yaxis)
        ax.set_ylabel("hours")
    else:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,g}"))
        ax.set_ylabel(unit)


def hours_axis(axis: Axis) -> None:
    """Minutes as hours, at round numbers of hours and not of minutes."""
    axis.set_major_locator(MaxNLocator(nbins=5, steps=[1.2, 1.8, 2.4, 3, 6, 10]))
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{round(v / 60, 3):g}"))


def row_area(ax: Axes, place: int, name: str) -> None:
    """The whole row of a bar as an area to point at: a bar may be too short to hit."""
    area = ax.axhspan(place - 0.5, place + 0.5, color=ACCENT, alpha=0.0, linewidth=0, zorder=5)
    area.set_gid(name)


def percent_axis(axis: Axis) -> None:
    """Fractions as percent, at places that need no rounding: 2.5 % must not read as 2 %."""
    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda v, _: f"{round(100 * v, 3):g} %"))


def short(text: str, most: int = 26) -> str:
    """A label that fits beside its bar."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def spread_apart(values: list[float], gap: float) -> list[float]:
    """Label heights near ``values`` that keep ``gap`` between them, in the given order."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    placed: dict[int, float] = {}
    floor = -float("inf")
    for i in order:
        placed[i] = max(values[i], floor)
        floor = placed[i] + gap
    return [placed[i] for i in range(len(values))]
