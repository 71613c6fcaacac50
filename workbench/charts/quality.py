"""Charts for `workbench.analyses.quality`."""

from __future__ import annotations

from matplotlib.figure import Figure

from workbench.analyses.quality import QualityTrend
from workbench.charts.style import blank, panels
from workbench.charts.trends import metric_trend_chart


def quality_trend_chart(trend: QualityTrend) -> Figure:
    """One panel per metric, one line with its interval per group."""
    figure, axes = panels(max(len(trend.trends), 1), height=2.4)
    if not trend.trends:
        blank(axes[0], "the export has nothing that tells about quality")
    for one, ax in zip(trend.trends, axes, strict=False):
        metric_trend_chart(one, ax)
    return figure
