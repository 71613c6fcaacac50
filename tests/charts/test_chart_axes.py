"""Lines of a trend, read from its Axes: groups, units, hatches, captions."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.dates as mdates
import pandas as pd
import pytest
from matplotlib.figure import Figure
from reading import texts, tick_labels

from workbench.analyses.refunds import refund_trend
from workbench.analyses.trends import MetricTrend, metric_trend
from workbench.charts.refunds import refund_amount_chart
from workbench.charts.style import ACCENT, percent_axis, spread_apart, unit_axis
from workbench.charts.trends import metric_trend_chart
from workbench.definitions.periods import Period
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

SPRING, JUNE = Period.parse("2025-01..2025-06"), Period.month("2025-06")


def by_team(shop: Workspace, metric: str) -> MetricTrend:
    return metric_trend(shop, METRICS[metric], SPRING, by="team")


def test_one_line_and_one_band_per_group_named_in_its_colour(shop: Workspace) -> None:
    ax = metric_trend_chart(by_team(shop, "first_response_time"))
    lines = {line.get_label(): line for line in ax.lines}
    assert set(lines) == {"red", "blue"}
    assert len(ax.collections) == 2
    for name, line in lines.items():
        (label,) = [text for text in ax.texts if text.get_text() == name]
        assert label.get_color() == line.get_color()
        assert line.get_ydata().tolist() == [120.0] * 6
    assert ax.get_title(loc="left") == "First response time"


def test_minutes_are_drawn_as_hours_and_said_so(shop: Workspace) -> None:
    ax = metric_trend_chart(by_team(shop, "first_response_time"))
    assert ax.get_ylabel() == "hours"
    ax.set_ylim(0, 240)
    shown = {label: tick for label, tick in zip(tick_labels(ax), ax.get_yticks(), strict=True)}
    assert shown["2"] == 120


def test_shares_are_drawn_as_percent_without_rounding_them(shop: Workspace) -> None:
    ax = metric_trend_chart(by_team(shop, "fcr"))
    for limit in (0.03, 0.1, 0.25, 1.0):
        ax.set_ylim(0, limit)
        labels = tick_labels(ax)
        assert len(set(labels)) == len(labels)
        for label, tick in zip(labels, ax.get_yticks(), strict=True):
            assert float(label.removesuffix(" %")) == pytest.approx(100 * tick)


def test_months_too_young_are_hatched_and_explained(shop: Workspace) -> None:
    trend = by_team(shop, "churn_90")
    ax = metric_trend_chart(trend)
    spans = [patch for patch in ax.patches if patch.get_hatch()]
    assert [month.month for month in trend.young_months] == [4, 5, 6]
    for span, month in zip(spans, trend.young_months, strict=True):
        left, right = span.get_x(), span.get_x() + span.get_width()
        assert left < mdates.date2num(month) < right
    assert min(span.get_x() for span in spans) > mdates.date2num(pd.Timestamp("2025-03-01"))
    assert "hatched: too recent to judge" in texts(ax)
    settled = metric_trend_chart(by_team(shop, "first_response_time"))
    assert not [patch for patch in settled.patches if patch.get_hatch()]
    assert "hatched" not in texts(settled)


def test_the_caption_has_n_and_the_target(shop: Workspace) -> None:
    ax = metric_trend_chart(by_team(shop, "reopen_rate"))
    assert "n 8–14 per month and team; bands: 95 % interval" in texts(ax)
    assert "dashed: target at most 8 %" in texts(ax)
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert [line.get_ydata()[0] for line in dashed] == [0.08]


def test_a_group_without_a_month_has_a_gap(shop: Workspace) -> None:
    trend = by_team(shop, "first_response_time")
    frame = trend.frame.copy()
    gap = (frame["group"] == "red") & (frame["month"] == pd.Timestamp("2025-03-01"))
    frame.loc[gap, ["value", "low", "high"]] = None
    ax = metric_trend_chart(replace(trend, frame=frame))
    (red,) = [line for line in ax.lines if line.get_label() == "red"]
    assert pd.isna(red.get_ydata()).tolist() == [False, False, True, False, False, False]


def test_one_overall_line_needs_no_label(shop: Workspace) -> None:
    ax = metric_trend_chart(metric_trend(shop, METRICS["contact_rate"], SPRING))
    assert len(ax.lines) == 1
    assert ax.lines[0].get_color() == ACCENT
    assert ax.get_ylabel() == "per 100 orders"
    assert "n 28 per month" in texts(ax)


def test_a_blank_trend_says_why(bare: Workspace) -> None:
    ax = metric_trend_chart(metric_trend(bare, METRICS["fcr"], SPRING))
    assert texts(ax) == "Blank: needs messages (L1) and status history (L2)."
    assert not ax.axison


def test_charts_draw_on_given_axes(shop: Workspace) -> None:
    ax = Figure().subplots()
    assert metric_trend_chart(by_team(shop, "fcr"), ax) is ax
    trend = refund_trend(shop, JUNE, shown=SPRING)
    other = Figure().subplots()
    assert refund_amount_chart(trend, other) is other


def test_percent_ticks_of_driver_shares_are_where_they_say() -> None:
    ax = Figure().subplots()
    percent_axis(ax.xaxis)
    ax.set_xlim(0, 0.21)
    labels = tick_labels(ax, "x")
    assert labels
    for label, tick in zip(labels, ax.get_xticks(), strict=True):
        assert float(label.removesuffix(" %")) == pytest.approx(100 * tick)


def test_labels_keep_their_distance_and_their_order() -> None:
    assert spread_apart([0.5, 0.5, 0.1], 0.2) == pytest.approx([0.5, 0.7, 0.1])
    assert spread_apart([0.1, 0.9], 0.2) == [0.1, 0.9]
    assert spread_apart([], 0.2) == []


@pytest.mark.parametrize("unit", ["tickets", "hours", "currency"])
def test_other_units_are_named_on_the_axis(unit: str) -> None:
    ax = Figure().subplots()
    ax.set_ylim(0, 5000)
    unit_axis(ax, unit)
    assert ax.get_ylabel() == unit
    assert "1,000" in tick_labels(ax)
