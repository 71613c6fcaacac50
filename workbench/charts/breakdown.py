"""Chart of one metric group by group: bars from zero with their intervals, one of them chosen."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from workbench.analyses.breakdown import Breakdown
from workbench.charts.style import (
    ACCENT,
    INK,
    MUTED,
    PALE,
    blank,
    caption,
    hours_axis,
    house_style,
    own_axes,
    percent_axis,
    row_area,
    short,
)
from workbench.definitions.wording import BLANK, shown


def breakdown_chart(result: Breakdown, ax: Axes | None = None, *, chosen: str = "") -> Axes:
    """Draw a breakdown, most tickets on top; a bar's id is ``group-<its row>``.

    ``chosen`` is the group to stand out.
    """
    with house_style():
        ax = own_axes(ax)
        ax.set_title(f"{result.metric.label} by {result.split}")
        if result.why_not or result.frame.empty:
            blank(ax, result.why_not or "nothing was counted")
            return ax
        _bars(result, ax, chosen)
        labels = [short(result.name(group)) for group in result.frame["group"]]
        ax.set_yticks(range(len(labels)), labels, fontsize=8)
        ax.set_ylim(len(labels) - 0.4, -0.6)
        ax.grid(visible=False, axis="y")
        ax.grid(visible=True, axis="x")
        _value_axis(result, ax)
        is_full = not result.frame["low"].notna().any()
        sure = "Full counts" if is_full else "Bars: value; lines: 95 % interval; n beside them"
        caption(ax, sure, below=42 if ax.get_xlabel() else 30)
    return ax


def _bars(result: Breakdown, ax: Axes, chosen: str) -> None:
    unit = result.metric.unit
    row: Any
    for place, row in enumerate(result.frame.itertuples(index=False)):
        value = row.value if row.value == row.value and row.value is not None else None
        colour = ACCENT if chosen in ("", row.group) else PALE
        ax.barh(place, value or 0.0, height=0.62, color=colour)
        if value is not None and row.low is not None and row.high is not None:
            ax.plot([row.low, row.high], [place, place], color=INK, linewidth=1.1, alpha=0.75,
                    solid_capstyle="butt")  # fmt: skip
        end = max(v for v in (value, row.high, 0.0) if v is not None and v == v)
        said = shown(value, unit) if value is not None else _why(row.status)
        said = said.removesuffix(f" {unit}")  # the axis names it
        row_area(ax, place, f"group-{place}")
        ax.annotate(f"{said}  {result.counted(row.n)}", (end, place), xytext=(5, 0), fontsize=8,
                    color=MUTED, textcoords="offset points", va="center",
                    annotation_clip=False)  # fmt: skip


def _why(status: str) -> str:
    words = {"immature": "too recent", "not_computable": "not computable"}
    return words.get(status, BLANK)


def _value_axis(result: Breakdown, ax: Axes) -> None:
    ax.set_xlim(0, ax.get_xlim()[1] * 1.22)
    if result.metric.unit == "share":
        percent_axis(ax.xaxis)
    elif result.metric.unit == "minutes":
        hours_axis(ax.xaxis)
        ax.set_xlabel("hours")
    else:
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,g}"))
        ax.set_xlabel(result.metric.unit)
