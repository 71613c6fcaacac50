"""Chart of recurring friction: per driver and week, how many contacts came back."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workbench.analyses.friction import Friction, Sign
from workbench.charts.driver_shares import DriverRows
from workbench.charts.style import (
    ACCENT,
    INK,
    MUTED,
    blank,
    caption,
    house_style,
    own_axes,
    panels,
)

MOST = 6  # drivers of a sign
_AREA = 26.0  # of the circle of one contact, in square points


def friction_chart(result: Friction) -> Figure:
    """One panel per sign: drivers by weeks, a circle per week with what came back."""
    drawn = [sign for sign in result.signs if sign.span is not None]
    if result.why_not or not drawn:
        ax = own_axes(None)
        with house_style():
            blank(ax, result.why_not or "nothing can be judged")
        return ax.figure  # type: ignore[return-value]
    figure, axes = panels(len(drawn), height=2.75)
    with house_style():
        for sign, ax in zip(drawn, axes, strict=True):
            _panel(ax, result, sign)
    return figure


def _panel(ax: Axes, result: Friction, sign: Sign) -> None:
    rows_of = result.of(sign).head(MOST)
    ax.set_title(sign.words[0].upper() + sign.words[1:])
    if rows_of.empty or sign.span is None:
        blank(ax, f"no driver has such a contact (n {sign.n:,})")
        return
    rows = DriverRows(list(rows_of["driver"]), most=26)
    starts = [pd.Timestamp(part.start).tz_localize(None) for part in sign.span.parts]
    place_of = {start: place for place, start in enumerate(starts)}
    seen = result.weekly[(result.weekly["sign"] == sign.name) & (result.weekly["hits"] > 0)]
    for y, (driver, is_clear) in enumerate(
        zip(rows_of["driver_id"], rows_of["is_recurring"], strict=True)
    ):
        mine = seen[seen["driver_id"] == driver]
        x = [place_of[week] for week in mine["week"]]
        colour, alpha = (ACCENT, 0.85) if is_clear else (MUTED, 0.45)
        areas = _AREA * mine["hits"].astype(float)
        ax.scatter(x, [y] * len(x), s=areas, color=colour, alpha=alpha, linewidth=0)
        for place, hits in zip(x, mine["hits"], strict=True):
            beside = 5 + math.sqrt(_AREA * hits / math.pi)
            ax.annotate(f"{hits}", (place, y), xytext=(beside, 0), textcoords="offset points",
                        fontsize=8, color=INK, ha="center", va="center")  # fmt: skip
    rows.label(ax)
    told = zip(rows_of["hits"], rows_of["n"], rows_of["share"], rows_of["low"], rows_of["high"],
               strict=True)  # fmt: skip
    rows.notes(
        ax, [f"{hits} of {n}: {100 * share:.0f} % ({100 * low:.0f}–{100 * high:.0f})"
             for hits, n, share, low, high in told], "contacts (95 % interval)",
    )  # fmt: skip
    ax.set_xlim(-0.6, len(starts) - 0.4)
    ax.set_xticks(range(len(starts)), [f"W{part.start.isocalendar().week}"
                                       for part in sign.span.parts])  # fmt: skip
    ax.grid(axis="x", visible=False)
    ax.grid(axis="y", visible=True)
    late = "" if sign.span.end == result.week.end else ", the last that can be judged"
    clear = "blue: clearly more than the others" if rows_of["is_recurring"].any() else (
        "none clearly more than the others"
    )  # fmt: skip
    caption(ax, f"All drivers: {sign.hits:,} of {sign.n:,} ({100 * sign.hits / sign.n:.1f} %) in "
                f"{sign.span.name}{late}; {clear}")  # fmt: skip
