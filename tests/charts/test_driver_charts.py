"""Charts of drivers show what their results say: rows, notes, bases, and why a panel is blank."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from driver_labels import by_name, written
from hand_made import Log
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from reading import texts, tick_labels

from workbench.analyses.driver_changes import driver_changes
from workbench.analyses.driver_costs import driver_costs
from workbench.analyses.driver_emergence import driver_emergence
from workbench.analyses.driver_gaps import driver_gaps
from workbench.analyses.driver_map import driver_map
from workbench.analyses.driver_months import driver_months
from workbench.analyses.driver_shares import driver_shares
from workbench.analyses.driver_spikes import driver_spikes
from workbench.analyses.driver_themes import driver_themes
from workbench.analyses.driver_vendors import driver_vendors
from workbench.charts.driver_changes import driver_changes_chart
from workbench.charts.driver_costs import driver_costs_chart
from workbench.charts.driver_emergence import driver_emergence_chart
from workbench.charts.driver_gaps import driver_gaps_chart
from workbench.charts.driver_map import driver_map_chart
from workbench.charts.driver_months import driver_months_chart
from workbench.charts.driver_shares import driver_shares_chart
from workbench.charts.driver_spikes import driver_spikes_chart
from workbench.charts.driver_themes import driver_themes_chart
from workbench.charts.driver_vendors import driver_vendors_chart
from workbench.definitions.periods import Period
from workbench.drivers.labelled import LabelledTickets
from workbench.workspace import Workspace

JUNE = Period.month("2025-06")
Shop = tuple[Workspace, LabelledTickets]
ALL = {
    driver_shares: driver_shares_chart, driver_changes: driver_changes_chart,
    driver_emergence: driver_emergence_chart, driver_spikes: driver_spikes_chart,
    driver_costs: driver_costs_chart, driver_gaps: driver_gaps_chart,
    driver_vendors: driver_vendors_chart, driver_themes: driver_themes_chart,
    driver_months: driver_months_chart,
}  # fmt: skip


@pytest.fixture(scope="module")
def half_year(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Six months, four drivers, two vendors: ``late`` surges in June, ``new`` is born in it."""
    log = Log(until="06-30 23:00")
    for month in range(1, 7):
        numbers = {"late": 28, "broken": 40, "odd": 28, "unclear": 5}
        if month == 6:
            numbers |= {"late": 140, "new": 20}
        for name, n in numbers.items():
            for i in range(n):
                day = f"2025-{month:02}-{1 + i % 28:02}"
                group = "red" if name == "late" or i % 2 else "blue"
                ticket = log.ticket(f"{name}-{month}-{i}", f"{day} 08:00", f"{name}{i}",
                                    group_id=group, subject=f"{name} again")  # fmt: skip
                ticket.reply(f"{day} 09:00").solved(f"{day} 10:00")
        for i in range(28):
            log.order(f"{month}-{i}", f"2025-{month:02}-{1 + i:02}", f"c{i}")
        log.add("costs", month=f"2025-{month:02}-01", team="red", amount=900, currency="EUR",
                component="invoice")  # fmt: skip
    log.add("teams", group_id="red", team="red", vendor="Acme")
    log.add("teams", group_id="blue", team="blue", vendor="Best")
    log.add("calendar_events", event_id="1", at="06-01", kind="release", label="App $2^x$")
    labels = by_name(log, new={"born": date(2025, 6, 1)}, odd={"state": "ignored"})
    return log.workspace(tmp_path_factory.mktemp("half_year")), labels


def drawn(question, shop: Shop, **options: object) -> list[Axes]:
    workspace, labels = shop
    chart = ALL[question](question(workspace, JUNE, labelled=labels, **options))
    figure = chart if isinstance(chart, Figure) else chart.figure
    figure.canvas.draw()
    return figure.axes


@pytest.mark.parametrize("question", ALL, ids=lambda q: q.__name__)
def test_no_chart_shows_a_driver_that_was_put_aside(question, half_year: Shop) -> None:
    for ax in drawn(question, half_year):
        shown = [*tick_labels(ax), ax.get_title(loc="left"), *texts(ax).split(" | ")]
        assert not any(text == "odd" or "“odd”" in text for text in shown)


@pytest.mark.parametrize("question", ALL, ids=lambda q: q.__name__)
def test_a_chart_without_a_result_says_why(question, tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-05", late=3)
    chart = ALL[question](question(log.workspace(tmp_path), Period.month("2025-03"),
                                   labelled=by_name(log)))  # fmt: skip
    axes = chart.axes[0] if isinstance(chart, Figure) else chart
    assert "Blank: n" in texts(axes)


def test_shares_with_their_rates_and_base(half_year: Shop) -> None:
    (ax,) = drawn(driver_shares, half_year)
    assert [label for label in tick_labels(ax) if label] == ["late", "broken", "new", "unclear"]
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(
        [140 / 233, 40 / 233, 20 / 233, 5 / 233]
    )
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the largest on top
    assert "500.0 (" in texts(ax)
    assert "n 233 contacts, of them 28 of drivers put aside, 5 unclear" in texts(ax)
    assert "blue mark: May 2025" in texts(ax)


def test_growth_stands_off_the_line_of_volume(half_year: Shop) -> None:
    (ax,) = drawn(driver_changes, half_year)
    marks = {
        line.get_ydata()[0]: (line.get_xdata()[0], line.get_marker())
        for line in ax.lines
        if line.get_linestyle() == "None"
    }
    names = tick_labels(ax)
    assert marks[names.index("late")][0] > 1
    assert marks[names.index("late")][1] == "o"
    assert marks[names.index("broken")][1] == "s"
    assert "28 → 140" in texts(ax)
    assert "Contacts rose (101 to 233" in texts(ax)


def test_a_birth_is_a_panel_with_its_event(half_year: Shop) -> None:
    (ax,) = drawn(driver_emergence, half_year)
    assert ax.get_title(loc="left") == "new"
    assert [bar.get_height() for bar in ax.patches] == [1, 7, 7, 5, 0]
    assert "Coincides with release “App $2^x$” (1 Jun 2025)" in texts(ax)
    assert "20 of 233 contacts" in texts(ax)


def test_a_spike_is_marked_and_its_base_told(half_year: Shop) -> None:
    (ax,) = drawn(driver_spikes, half_year)
    assert ax.get_title(loc="left") == "late"
    diamonds = [line for line in ax.lines if line.get_marker() == "D"]
    assert len(diamonds[0].get_xdata()) >= 3
    assert "driver-weeks looked at" in texts(ax)
    assert "coincides with release" in texts(ax)


def test_costs_stand_beside_repeats(half_year: Shop) -> None:
    repeats, costs = drawn(driver_costs, half_year)
    assert [label for label in tick_labels(repeats) if label][0] == "late"
    assert len(costs.patches) == 4
    assert "contacts with costs" in texts(costs)


def test_candidates_show_the_parts_of_their_score(half_year: Shop) -> None:
    workspace, labels = half_year
    result = driver_gaps(workspace, Period.parse("2025-01..2025-05"), labelled=labels)
    ax = driver_gaps_chart(result)
    assert [label for label in tick_labels(ax) if label] == list(result.candidates["driver"])
    assert "whether an article exists is not known" in texts(ax)
    assert " × 0 % × 100 %" in texts(ax)


def test_vendors_share_one_scale_and_one_order(half_year: Shop) -> None:
    left, right = drawn(driver_vendors, half_year)
    assert left.get_title(loc="left") == "Acme"
    assert left.get_xlim() == right.get_xlim()
    assert left.get_ylim() == right.get_ylim()
    assert "points" in texts(left)
    assert any("Share of contacts less" in text.get_text() for text in left.figure.texts)


def test_themes_are_areas_with_names(half_year: Shop) -> None:
    (ax,) = drawn(driver_themes, half_year)
    assert "late" in texts(ax)
    assert "theme of late · 60 %" in texts(ax)
    assert len(ax.patches) == 8  # four drivers in four themes


def test_every_driver_has_a_panel_of_months(half_year: Shop) -> None:
    axes = [ax for ax in drawn(driver_months, half_year) if ax.get_title(loc="left")]
    assert {ax.get_title(loc="left") for ax in axes} == {"late", "broken", "new", "unclear"}
    assert all(ax.get_ylim()[0] == 0 for ax in axes)
    new = next(ax for ax in axes if ax.get_title(loc="left") == "new")
    assert any(line.get_linestyle() == "--" for line in new.lines)  # its birth
    assert not any(ax.patches for ax in axes)  # no month is cut


def test_a_month_that_is_cut_is_hatched(tmp_path: Path) -> None:
    log = Log(until="06-12")
    written(log, "2025-05", late=20)
    written(log, "2025-06", late=9)
    figure = driver_months_chart(
        driver_months(log.workspace(tmp_path), JUNE, labelled=by_name(log))
    )
    assert figure.axes[0].patches[0].get_hatch() == "///"
    assert "hatched: partly covered" in figure.texts[-1].get_text()


def test_the_map_names_every_driver_and_says_it_is_a_sample() -> None:
    vectors = np.random.default_rng(1).normal(size=(60, 4))
    result = driver_map(
        vectors, ["$a_b$", "<b>"] * 30, ["s"] * 60, ["r"] * 60, most=40, method="PCA"
    )
    ax = driver_map_chart(result)
    ax.figure.canvas.draw()
    assert "$a_b$" in texts(ax)
    assert "40 of 60 tickets, drawn by chance" in texts(ax)
    assert sum(len(dots.get_offsets()) for dots in ax.collections) == 40
