"""What a reader sees of an Axes."""

from __future__ import annotations

from matplotlib.axes import Axes


def texts(ax: Axes) -> str:
    return " | ".join(text.get_text() for text in ax.texts)


def tick_labels(ax: Axes, axis: str = "y") -> list[str]:
    ax.figure.canvas.draw()
    labels = ax.get_yticklabels() if axis == "y" else ax.get_xticklabels()
    return [label.get_text() for label in labels]
