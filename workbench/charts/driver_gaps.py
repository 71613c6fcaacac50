"""Chart of candidates for documentation: their score, and what it is made of."""

from __future__ import annotations

from matplotlib.axes import Axes

from workbench.analyses.driver_gaps import DriverGaps
from workbench.charts.driver_shares import DriverRows
from workbench.charts.style import PALE, blank, caption, house_style, own_axes

MOST = 12


def driver_gaps_chart(result: DriverGaps, ax: Axes | None = None) -> Axes:
    """The score of each candidate with its interval; beside it volume, repeats and one-touch."""
    with house_style():
        if result.why_not or result.candidates.empty:
            ax = own_axes(ax)
            blank(ax, result.why_not or "no driver is a candidate")
            return ax
        frame = result.candidates.head(MOST)
        rows = DriverRows(list(frame["driver"]), most=28)
        ax = rows.axes(ax)
        ax.barh(rows.y, frame["score"].astype(float), height=0.62, color=PALE)
        rows.whiskers(ax, frame["score_low"], frame["score_high"])
        rows.label(ax)
        parts = zip(frame["n"], frame["repeat"], frame["one_touch"], strict=True)
        rows.notes(
            ax, [f"{n:,} × {100 * again:.0f} % × {100 * once:.0f} %" for n, again, once in parts],
            "n × repeat × one reply",
        )  # fmt: skip
        ax.set_xlim(0, None)
        ax.set_title("Candidates for documentation")
        known = "drivers with an article are left out" if result.knows_articles else (
            "whether an article exists is not known"
        )  # fmt: skip
        more = len(result.candidates) - len(frame)
        hidden = f"; {more} lower ones not drawn" if more > 0 else ""
        caption(
            ax,
            f"Score: contacts × share that came back × share solved with one reply;\n{known}"
            f"{hidden}\n{result.base}; lines: 95 % interval",
        )
    return ax
