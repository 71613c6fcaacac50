"""Charts of what each vendor got: its mix of drivers against that of all others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from workbench.analyses.driver_vendors import DriverVendors
from workbench.charts.driver_shares import LEAST, ROW, DriverRows
from workbench.charts.style import (
    ACCENT,
    GROUP_COLOURS,
    INK,
    MUTED,
    blank,
    caption,
    house_style,
    panels,
    short,
)
from workbench.definitions.wording import counted, points, points_spread, signed

MOST_VENDORS, MOST = 3, 16


def driver_vendors_chart(result: DriverVendors) -> Figure:
    """A panel per vendor: each driver's share there less its share at all others, in points."""
    with house_style():
        if result.why_not:
            figure, axes = panels()
            blank(axes[0], result.why_not)
            return figure
        vendors = list(result.vendors.head(MOST_VENDORS)["vendor"])
        names = list(dict.fromkeys(result.drawn["driver"]))[:MOST]
        figure, axes = panels(1, len(vendors), height=1.75 + ROW * max(len(names), LEAST))
        rows = DriverRows(names, most=24)
        is_shown = result.drawn["vendor"].isin(vendors) & result.drawn["driver"].isin(names)
        ends = result.drawn.loc[is_shown, ["difference_low", "difference_high"]].abs().to_numpy()
        widest = float(100 * np.max(ends))
        for place, (ax, vendor) in enumerate(zip(axes, vendors, strict=True)):
            of_vendor = result.drawn[result.drawn["vendor"] == vendor].set_index("driver")
            _panel(rows, of_vendor.loc[names], ax, is_named=place == 0)
            ax.set_xlim(-1.05 * widest, 1.05 * widest)
            ax.set_title(short(str(vendor), 26))
            caption(ax, _ease(result, str(vendor)))
        figure.supxlabel(_base(result, len(vendors)), x=0.01, ha="left", fontsize=8, color=MUTED)
    return figure


def _panel(rows: DriverRows, frame: pd.DataFrame, ax: Axes, *, is_named: bool) -> None:
    for y, (_, row) in zip(rows.y, frame.iterrows(), strict=True):
        is_more, is_less = row["difference_low"] > 0, row["difference_high"] < 0
        colour = ACCENT if is_more else GROUP_COLOURS[1] if is_less else MUTED
        mark = "o" if is_more else "s" if is_less else "D"
        ends = [100 * row["difference_low"], 100 * row["difference_high"]]
        ax.plot(ends, [y, y], color=colour, linewidth=1.3)
        ax.plot([100 * row["difference"]], [y], marker=mark, markersize=5, color=colour,
                linestyle="none")  # fmt: skip
    rows.label(ax, is_named=is_named)
    ax.axvline(0, color=INK, linewidth=0.9)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: signed(v, 0)))


def _ease(result: DriverVendors, vendor: str) -> str:
    row = result.vendors.set_index("vendor").loc[vendor]
    if pd.isna(row["easier"]):
        return f"n {row['n']:,.0f}"
    word = (
        "easier mix" if row["easier_low"] > 0
        else "harder mix" if row["easier_high"] < 0 else "no clear difference"
    )  # fmt: skip
    sure = points_spread(row["easier_low"], row["easier_high"])
    return f"n {row['n']:,.0f}; {word}\n{points(row['easier'])}\n({sure})"


def _base(result: DriverVendors, drawn: int) -> str:
    more = len(result.vendors) - drawn
    hidden = f"; {counted(more, f'smaller {result.split}')} not drawn" if more > 0 else ""
    few = len(result.drawn.drop_duplicates("driver_id")) - MOST
    hidden += f"; {counted(few, 'smaller driver')} not drawn" if few > 0 else ""
    return (
        "Share of contacts less that of all others, in points; circle: clearly more, square: "
        f"clearly less\nLines: 95 % interval for all rows together; {result.base}{hidden}\n"
        "Easier: first contact resolution at everybody's rates, against the others"
    )
