"""Each report chart, read from its Axes; and what an empty result looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hand_made import Log
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from reading import texts, tick_labels

from workbench.analyses.churn import churn_trend
from workbench.analyses.drivers import ContactDrivers, contact_drivers
from workbench.analyses.quality import quality_trend
from workbench.analyses.refunds import RefundTrend, refund_trend
from workbench.analyses.volume import VolumeTrend, volume_trend
from workbench.charts.churn import churn_trend_chart
from workbench.charts.drivers import contact_drivers_chart
from workbench.charts.quality import quality_trend_chart
from workbench.charts.refunds import refund_amount_chart, refund_trend_chart
from workbench.charts.style import ACCENT, PALE
from workbench.charts.volume import volume_trend_chart
from workbench.definitions.periods import Period
from workbench.workspace import Workspace

SPRING, JUNE = Period.parse("2025-01..2025-06"), Period.month("2025-06")


def test_quality_has_a_panel_per_metric(shop: Workspace) -> None:
    trend = quality_trend(shop, JUNE, shown=SPRING, min_n=5)
    figure = quality_trend_chart(trend)
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles == [t.metric.label for t in trend.trends]
    assert len(titles) >= 3


def test_driver_bars_are_as_long_as_their_share_and_light_enough_for_the_whisker(
    shop: Workspace,
) -> None:
    drivers = contact_drivers(shop, JUNE, n_drivers=3)
    ax = contact_drivers_chart(drivers)
    frame = drivers.frame.iloc[::-1]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(frame["share"].to_list())
    assert {bar.get_facecolor() for bar in ax.patches} == {plt.matplotlib.colors.to_rgba(PALE)}
    (whiskers,) = [c for c in ax.collections if isinstance(c, LineCollection)]
    ends = [segment[:, 0].tolist() for segment in whiskers.get_segments()]
    assert ends == [pytest.approx([r.low, r.high]) for r in frame.itertuples()]
    assert _contrast(whiskers.get_color()[0], ax.patches[0].get_facecolor()) > 4.5
    assert tick_labels(ax) == frame["driver"].to_list()
    assert "n 28 contacts" in texts(ax)
    assert "share in Mar 2025–May 2025" in texts(ax)


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """WCAG's ratio of two opaque colours."""

    def luminance(rgb: tuple[float, ...]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb[:3]]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_refund_bars_begin_at_zero_and_the_period_stands_out(shop: Workspace) -> None:
    trend = refund_trend(shop, JUNE, shown=SPRING)
    ax = refund_amount_chart(trend)
    assert [bar.get_height() for bar in ax.patches] == [10, 20, 30, 40, 50, 60]
    colours = [plt.matplotlib.colors.to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert colours[-1] == ACCENT
    assert ACCENT not in colours[:-1]
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylabel() == "USD"
    assert "n 1 refunds per month" in texts(ax)


def test_a_period_without_an_amount_lends_its_colour_to_no_other(shop: Workspace) -> None:
    trend = refund_trend(shop, JUNE, shown=SPRING)
    frame = trend.frame.copy()
    frame.loc[5, ["amount", "low", "high"]] = None
    ax = refund_amount_chart(replace(trend, frame=frame))
    colours = [plt.matplotlib.colors.to_hex(bar.get_facecolor()) for bar in ax.patches]
    assert len(colours) == 5
    assert ACCENT not in colours


def test_refund_rates_are_drawn_where_orders_are_known(shop: Workspace) -> None:
    trend = refund_trend(shop, JUNE, shown=SPRING)
    titles = [ax.get_title(loc="left") for ax in refund_trend_chart(trend).axes]
    assert titles == [
        "Refunds paid per month, USD", "Refund rate, by cash date", "Refund rate, by order cohort",
    ]  # fmt: skip


def test_volume_draws_whole_weeks_and_every_backlog(shop: Workspace) -> None:
    trend = volume_trend(shop, JUNE, shown=SPRING)
    flow, stock = volume_trend_chart(trend).axes
    whole = trend.frame[~trend.frame["is_partial"]]
    drawn = {line.get_label(): line.get_ydata().tolist() for line in flow.lines}
    assert drawn == {"created": whole["created"].tolist(), "solved": whole["solved"].tolist()}
    assert stock.lines[0].get_ydata().tolist() == trend.frame["backlog"].tolist()
    assert {flow.get_ylabel(), stock.get_ylabel()} == {"tickets"}
    assert (flow.get_ylim()[0], stock.get_ylim()[0]) == (0, 0)
    assert f"{trend.closing} open at the end of the period" in texts(stock)


def test_every_surge_week_is_shaded(shop: Workspace) -> None:
    trend = volume_trend(shop, JUNE, shown=SPRING)
    assert "shaded" not in texts(volume_trend_chart(trend).axes[0])
    weeks = tuple(trend.frame["week"].iloc[[4, 5]])
    flow = volume_trend_chart(replace(trend, surge_weeks=weeks)).axes[0]
    assert [span.get_x() for span in flow.patches] == [mdates.date2num(week) for week in weeks]
    assert "shaded: surge weeks" in texts(flow)


def test_churn_says_what_churn_is(shop: Workspace) -> None:
    (ax,) = churn_trend_chart(churn_trend(shop, shown=SPRING)).axes
    assert "no order within 90 days" in ax.get_title(loc="left")
    assert "hatched: too recent to judge" in texts(ax)


Drawn = Callable[[Workspace], object]
CHARTS: dict[str, Drawn] = {
    "churn": lambda w: churn_trend_chart(churn_trend(w, shown=SPRING)),
    "drivers": lambda w: contact_drivers_chart(contact_drivers(w, JUNE)).figure,
    "quality": lambda w: quality_trend_chart(quality_trend(w, JUNE, shown=SPRING)),
    "refunds": lambda w: refund_trend_chart(refund_trend(w, JUNE, shown=SPRING)),
    "volume": lambda w: volume_trend_chart(volume_trend(w, JUNE, shown=SPRING)),
}


@pytest.mark.parametrize("name", CHARTS)
def test_one_ticket_is_enough_to_draw(name: str, bare: Workspace) -> None:
    figure = CHARTS[name](bare)
    assert isinstance(figure, Figure)
    figure.canvas.draw()
    assert all(ax.get_title(loc="left") or texts(ax) for ax in figure.axes)


@pytest.mark.parametrize("name", ["volume", "refunds"])
def test_an_empty_result_is_drawn_blank(name: str, tmp_path: Path) -> None:
    log = Log(until="06-30")
    log.ticket("spam", "06-05", is_spam=True).log.refund(None, "06-05", "0")
    figure = CHARTS[name](log.workspace(tmp_path))
    assert isinstance(figure, Figure)
    figure.canvas.draw()


def test_drivers_that_cannot_be_shown_say_why() -> None:
    ax = contact_drivers_chart(ContactDrivers(pd.DataFrame(), pd.DataFrame(), "", "", "no text"))
    assert texts(ax) == "Blank: no text."


def test_drawing_leaves_the_readers_settings_alone(shop: Workspace) -> None:
    before = dict(plt.rcParams)
    trends: list[VolumeTrend | RefundTrend] = [volume_trend(shop, JUNE, shown=SPRING)]
    volume_trend_chart(trends[0])  # type: ignore[arg-type]
    assert dict(plt.rcParams) == before
