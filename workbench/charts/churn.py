"""Charts for `workbench.analyses.churn`."""

from __future__ import annotations

from matplotlib.figure import Figure

from workbench.analyses.churn import ChurnTrend
from workbench.charts.style import panels
from workbench.charts.trends import metric_trend_chart


def churn_trend_chart(trend: ChurnTrend) -> Figure:
    """Churn within 90 days by month of contact; months too young to judge are hatched."""
    figure, (ax,) = panels()
    title = f"Churn within 90 days of a contact, by month of contact ({trend.basis})"
    metric_trend_chart(trend.trend, ax, title=title)
    return figure
