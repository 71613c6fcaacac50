"""How has one number moved lately, at a glance?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

LINE, LAST = "#8a8f98", "#0b62a4"


def sparkline(values: Sequence[float | None], ax: Axes | None = None) -> Axes:
    """A bare line with its last point marked; a missing value is a gap, a lone one a dot."""
    ax = ax or plt.subplots(figsize=(1.5, 0.3))[1]
    heights = [math.nan if value is None else float(value) for value in values]
    known = [(i, value) for i, value in enumerate(heights) if not math.isnan(value)]
    ax.plot(range(len(heights)), heights, color=LINE, linewidth=1.2, solid_capstyle="round")
    lone = [
        (i, value) for i, value in known
        if all(math.isnan(heights[j]) for j in (i - 1, i + 1) if 0 <= j < len(heights))
    ]  # fmt: skip
    if lone:
        ax.plot(*zip(*lone, strict=True), "o", color=LINE, markersize=1.6)
    if known:
        ax.plot(*known[-1], "o", color=LAST, markersize=3.6, clip_on=False)
        lowest, highest = min(v for _, v in known), max(v for _, v in known)
        room = (highest - lowest) * 0.2 or 1.0
        ax.set_ylim(lowest - room, highest + room)
    ax.set_xlim(-0.5, max(len(heights) - 0.5, 0.5))
    ax.set_axis_off()
    return ax
