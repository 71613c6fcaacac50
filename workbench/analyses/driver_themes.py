"""How do contacts divide into themes, and themes into drivers? Areas for a treemap."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from workbench.analyses.driver_contacts import (
    IGNORED,
    LISTED,
    DriverResult,
    coverage,
    driver_contacts,
    shares,
)
from workbench.definitions.periods import Period
from workbench.definitions.wording import shown, spread
from workbench.drivers.labelled import UNCLEAR, LabelledTickets
from workbench.workspace import Workspace

ASPECT = 2.0  # width over height of the area that is divided
HEAD = 0.045  # of its height is kept above the drivers of a theme for its name
_COLUMNS = [*LISTED, "n", "share", "low", "high", "x", "y", "width", "height"]
_THEMES = ["theme", "n", "share", "low", "high", "x", "y", "width", "height"]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class DriverThemes(DriverResult):
    """``frame``: one row per driver, by theme, ``unclear`` last: ``n``, ``share`` of the period's
    contacts with ``low``, ``high`` (Wilson), and its place in a treemap of ``aspect`` by 1:
    ``x``, ``y`` (from the bottom left), ``width``, ``height``; blank for drivers put aside.
    ``themes``: one row per theme with the same."""

    themes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_THEMES))
    aspect: float = ASPECT

    def finding(self) -> str:
        """The largest theme, and its largest driver."""
        if self.why_not:
            return f"Themes cannot be shown: {self.why_not}."
        named = self.themes[self.themes["theme"] != UNCLEAR]
        if named.empty:
            return f"None of {self.n:,} contacts has a clear driver."
        row = named.iloc[0]
        top = self.named[self.named["theme"] == row["theme"]].iloc[0]
        return (
            f"The largest theme is “{row['theme']}” with {shown(row['share'], 'share')} "
            f"({spread(row['low'], row['high'], 'share')}) of {self.n:,} contacts, most of them "
            f"about “{top['driver']}” ({top['n']:,})."
        )


def driver_themes(
    workspace: Workspace, period: Period, *, labelled: LabelledTickets | None = None
) -> DriverThemes:
    """How large is each theme, and which drivers make it up?"""
    nothing = DriverThemes(frame=pd.DataFrame(columns=_COLUMNS), period=period)
    contacts = driver_contacts(workspace, labelled, period)
    if isinstance(contacts, str):
        return replace(nothing, why_not=contacts)
    sizes = contacts.sizes(period)
    rows = contacts.listed(n=contacts.counts(period))
    rows = rows[rows["n"] > 0]
    drawn = rows[rows["state"] != IGNORED]
    themes = drawn.groupby("theme", as_index=False)["n"].sum()
    themes = themes.assign(last=themes["theme"] == UNCLEAR).sort_values(
        ["last", "n", "theme"], ascending=[True, False, True], ignore_index=True
    )
    themes = themes[["theme", "n"]].join(shares(themes["n"], sizes["n"]))
    placed = themes.join(_boxes(list(themes["n"]), (0.0, 0.0, ASPECT, 1.0)))
    inner = [
        _boxes(list(of.n), _under_head(placed[placed["theme"] == theme])).set_index(of.index)
        for theme, of in drawn.groupby("theme")
    ]
    boxes = pd.concat(inner) if inner else _boxes([], (0.0, 0.0, 0.0, 0.0))
    frame = rows.join(shares(rows["n"], sizes["n"])).join(boxes)
    place = {theme: i for i, theme in enumerate(themes["theme"])} | {UNCLEAR: len(rows) + 1}
    frame = frame.sort_values("theme", key=lambda t: t.map(place).fillna(len(rows)), kind="stable")
    return DriverThemes(
        frame=frame[_COLUMNS].reset_index(drop=True), period=period, themes=placed[_THEMES],
        caveats=[*contacts.labelled.caveats, *coverage(workspace, period)], **sizes,
    )  # fmt: skip


def _under_head(theme: pd.DataFrame) -> Box:
    row = theme.iloc[0]
    head = min(HEAD, 0.4 * row["height"])
    return float(row["x"]), float(row["y"]), float(row["width"]), float(row["height"] - head)


def _boxes(sizes: list[int], box: Box) -> pd.DataFrame:
    placed = squarified([float(size) for size in sizes], box)
    return pd.DataFrame(placed, columns=["x", "y", "width", "height"], dtype="float64")


def squarified(sizes: list[float], box: Box) -> list[Box]:
    """Rectangles of the given areas, in order, that fill a box and are as square as can be.

    Bruls, Huizing and van Wijk (2000): a row grows along the shorter side for as long as that
    makes its worst rectangle squarer. ``sizes`` come largest first, none of them zero; a box is
    ``(x, y, width, height)``, and the first lies at its top left.
    """
    x, y, width, height = box
    scale = width * height / sum(sizes) if sizes else 0.0
    areas, placed = [size * scale for size in sizes], []
    while areas:
        side = min(width, height)
        worst = [_worst(areas[: count + 1], side) for count in range(len(areas))]
        count = next((i for i in range(1, len(areas)) if worst[i] > worst[i - 1]), len(areas))
        row, areas = areas[:count], areas[count:]
        thick, along = sum(row) / side, 0.0
        for area in row:
            length = area / thick
            if width >= height:  # a column at the left, filled from the top
                placed.append((x, y + height - along - length, thick, length))
            else:  # a line at the top, filled from the left
                placed.append((x + along, y + height - thick, length, thick))
            along += length
        if width >= height:
            x, width = x + thick, width - thick
        else:
            height -= thick
    return placed


def _worst(row: list[float], side: float) -> float:
    """The largest ratio of the sides of a row's rectangles."""
    thick = sum(row) / side
    return max(max(thick**2 / area, area / thick**2) for area in row)
