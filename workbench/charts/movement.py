"""Chart of why a number moved: per group, what its size (mix) and its own change (rate) brought."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from workbench.analyses.movement import Movement
from workbench.charts.style import (
    ACCENT,
    INK,
    PALE,
    blank,
    caption,
    house_style,
    n_of,
    own_axes,
    row_area,
    short,
)
from workbench.definitions.wording import signed

MOST = 10


def movement_chart(result: Movement, ax: Axes | None = None) -> Axes:
    """Draw a movement, the largest part on top; a group's bar has the id ``part-<its row>``."""
    with house_style():
        ax = own_axes(ax)
        ax.set_title("Why it moved")
        if result.why_not:
            blank(ax, result.why_not)
            return ax
        rows = result.frame.head(MOST)
        scale = 100 if result.metric.unit == "share" else 1
        has_mix = result.mix is not None
        height = 0.36 if has_mix else 0.62
        row: Any
        for place, row in enumerate(rows.itertuples(index=False)):
            shift = height / 2 if has_mix else 0.0
            ax.barh(place - shift, scale * row.rate, height=height, color=ACCENT)
            if row.rate_low == row.rate_low:
                ax.plot([scale * row.rate_low, scale * row.rate_high], [place - shift] * 2,
                        color=INK, linewidth=1, alpha=0.7)  # fmt: skip
            if has_mix:
                ax.barh(place + shift, scale * row.mix, height=height, color=PALE)
                ax.plot([scale * row.mix_low, scale * row.mix_high], [place + shift] * 2,
                        color=INK, linewidth=1, alpha=0.7)  # fmt: skip
            row_area(ax, place, f"part-{place}")
        labels = [short(result.name(group)) for group in rows["group"]]
        ax.set_yticks(range(len(labels)), labels, fontsize=8)
        ax.set_ylim(len(labels) - 0.4, -0.6)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.grid(visible=False, axis="y")
        ax.grid(visible=True, axis="x")
        _change_axis(result, ax)
        _keys(result, ax)
    return ax


def _change_axis(result: Movement, ax: Axes) -> None:
    unit = "points" if result.metric.unit == "share" else result.metric.unit
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6))
    digits = 0 if unit in ("tickets", "currency") else 1
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: signed(v, digits)))
    ax.set_xlabel(f"part of the change, {unit}")


def _keys(result: Movement, ax: Axes) -> None:
    rest = len(result.frame) - MOST
    more = f"; {rest} smaller parts not drawn" if rest > 0 else ""
    counts = n_of(result.frame["n"])
    is_sure = result.frame["rate_low"].notna().any()
    sure = "lines: 95 % interval" if is_sure else "no interval"
    said = f"Against {result.before.title}{more}\n{counts} per group; {sure}"
    if result.mix is not None:
        said = f"Dark: rate (within the group). Pale: mix (its size).\n{said}"
    caption(ax, said, below=42)
