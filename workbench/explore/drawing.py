"""The surface the explorer's charts are drawn on."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workbench.charts.style import house_style


def canvas(width: float, height: float, *, left: float, bottom: float) -> tuple[Figure, Axes]:
    """A figure with one panel at a fixed place: fitting a layout costs as much as drawing does."""
    with house_style():
        figure = Figure(figsize=(width, height))
        return figure, figure.add_axes((left, bottom, 0.97 - left, 0.9 - bottom))
