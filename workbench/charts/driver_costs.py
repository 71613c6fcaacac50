"""Charts of what drivers cost: how many came back, and what their contacts cost."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from workbench.analyses.driver_costs import DriverCosts
from workbench.charts.driver_shares import LEAST, ROW, DriverRows
from workbench.charts.style import (
    ACCENT,
    INK,
    MUTED,
    PALE,
    blank,
    caption,
    house_style,
    n_of,
    panels,
    percent_axis,
)
from workbench.definitions.wording import counted

MOST = 16


def driver_costs_chart(result: DriverCosts) -> Figure:
    """Left: the share that came back, by driver; right: what the driver's contacts cost."""
    with house_style():
        if result.why_not:
            figure, axes = panels()
            blank(axes[0], result.why_not)
            return figure
        rows = DriverRows(list(result.drawn.head(MOST)["driver"]), most=26)
        figure, (left, right) = panels(1, 2, height=1.35 + ROW * max(len(rows.names), LEAST))
        _repeats(result, rows, left)
        _costs(result, rows, right)
    return figure


def _repeats(result: DriverCosts, rows: DriverRows, ax: Axes) -> None:
    frame = result.drawn.head(MOST)
    ax.set_title("Came back within 7 days")
    rows.label(ax)
    counts = [int(n) for n in frame["repeat_n"].dropna()]
    whole = result.repeat
    if whole is None or whole.value is None or not counts:
        blank(ax, whole.why if whole is not None and whole.why else "nothing was solved")
        return
    is_enough = frame["repeat_status"] == "ok"
    rows.whiskers(ax, frame["repeat_low"], frame["repeat_high"], MUTED)
    for y, value, enough in zip(rows.y, frame["repeat"].astype(float), is_enough, strict=True):
        face = ACCENT if enough else "white"
        ax.plot([value], [y], marker="o", markersize=5.5, color=ACCENT, markerfacecolor=face,
                linestyle="none", zorder=4)  # fmt: skip
    ax.axvline(whole.value, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    percent_axis(ax.xaxis)
    ax.set_xlim(0, None)
    few = "" if is_enough.all() else "; hollow: fewer than 30"
    rest = len(result.drawn) - len(frame)
    hidden = f"\n{counted(rest, 'smaller driver')} not drawn" if rest > 0 else ""
    caption(ax, f"{n_of(counts)} solved contacts{few}\nDashed: all; lines: 95 % interval{hidden}")


def _costs(result: DriverCosts, rows: DriverRows, ax: Axes) -> None:
    frame = result.drawn.head(MOST)
    ax.set_title("Cost of the driver's contacts")
    rows.label(ax, is_named=False)
    if result.cost_why:
        blank(ax, result.cost_why)
        return
    ax.barh(rows.y, frame["cost"].astype(float), height=0.62, color=PALE)
    rows.whiskers(ax, frame["cost_low"], frame["cost_high"])
    ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
    ax.set_xlim(0, None)
    counts = [int(n) for n in frame["cost_n"].dropna()]
    caption(ax, f"{n_of(counts)} contacts with costs; lines: 95 %\nAt the mean cost of their team")
