"""The map of tickets to point at: a hover names the driver, the subject and the ticket."""

from __future__ import annotations

import re
from itertools import cycle
from xml.etree import ElementTree

import pandas as pd

from workbench.analyses.driver_map import DriverMap
from workbench.charts.style import GROUP_COLOURS, INK, MUTED, short, spread_apart
from workbench.explore.clickable import ClickableChart

WIDTH, HEIGHT, EDGE = 760, 560, 26
LABELLED = 20
SUBJECT = 90
_LINE, _ROOM = 15.0, 90.0  # between two names, and for half a name
# What XML cannot hold: one such character in one subject would blank the whole map.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def driver_map_widget(result: DriverMap) -> ClickableChart:
    """The map as a widget for a notebook; where there is none, it says why."""
    widget = ClickableChart()
    widget.svg = driver_map_svg(result)
    return widget


def driver_map_svg(result: DriverMap) -> str:
    """The map as an SVG of its own: a dot per ticket, its words in a ``title``.

    Built as a tree, never as text, so that whatever a customer wrote stays words.
    """
    svg = ElementTree.Element(
        "svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img",
        width=str(WIDTH), height=str(HEIGHT),
    )  # fmt: skip
    svg.set("font-family", "system-ui, sans-serif")
    svg.set("aria-label", _words(result.finding()))
    if result.why_not:
        _text(svg, EDGE, HEIGHT / 2, f"Blank: {result.why_not}.", MUTED)
        return ElementTree.tostring(svg, encoding="unicode")
    x = _scaled(result.frame["x"], result.frame["x"], WIDTH)
    y = _scaled(-result.frame["y"], -result.frame["y"], HEIGHT)
    colours = dict(zip(result.centres["driver"], cycle(GROUP_COLOURS), strict=False))
    colours["unclear"] = MUTED
    told = zip(x, y, result.frame["driver"], result.frame["subject"], result.frame["ref"],
               strict=True)  # fmt: skip
    for across, down, driver, subject, ref in told:
        dot = ElementTree.SubElement(
            svg, "circle", cx=f"{across:.1f}", cy=f"{down:.1f}", r="3.2", fill=colours[driver]
        )
        dot.set("fill-opacity", "0.55")
        words = f"{driver}\n{short(subject, SUBJECT) or 'no subject'}\n{ref}"
        ElementTree.SubElement(dot, "title").text = _words(words)
    _names(svg, result)
    return ElementTree.tostring(svg, encoding="unicode")


def _names(svg: ElementTree.Element, result: DriverMap) -> None:
    """The largest drivers' names over their middles; a pointer goes through them to the dots."""
    largest = result.centres.head(LABELLED)
    x = _scaled(largest["x"], result.frame["x"], WIDTH)
    y = _scaled(-largest["y"], -result.frame["y"], HEIGHT)
    heights = spread_apart(list(y), _LINE)
    for across, down, driver in zip(x, heights, largest["driver"], strict=True):
        label = _text(svg, across, down, short(driver, 28), INK)
        at_edge = "start" if across < _ROOM else "end" if across > WIDTH - _ROOM else "middle"
        label.set("text-anchor", at_edge)
        label.set("font-weight", "700")
        label.set("stroke", "white")
        label.set("stroke-width", "3")
        label.set("paint-order", "stroke")
        label.set("pointer-events", "none")


def _scaled(values: pd.Series, whole: pd.Series, length: int) -> pd.Series:
    """Places on the map as places on the page, with room at the edges."""
    span = float(whole.max() - whole.min()) or 1.0
    return EDGE + (values - float(whole.min())) / span * (length - 2 * EDGE)


def _text(
    svg: ElementTree.Element, x: float, y: float, words: str, colour: str
) -> ElementTree.Element:
    label = ElementTree.SubElement(svg, "text", x=f"{x:.1f}", y=f"{y:.1f}", fill=colour)
    label.set("font-size", "12")
    label.text = _words(words)
    return label


def _words(text: str) -> str:
    return _UNPRINTABLE.sub("�", text)
