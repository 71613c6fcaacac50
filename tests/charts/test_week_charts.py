"""Charts of a week show what their results say, and say so where there is nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from driver_labels import by_name
from hand_made import Log
from matplotlib.figure import Figure
from reading import texts, tick_labels

from workbench.analyses.friction import friction
from workbench.analyses.week_escalations import week_escalations
from workbench.analyses.week_volume import week_volume
from workbench.charts.friction import friction_chart
from workbench.charts.week_escalations import week_escalations_chart
from workbench.charts.week_volume import week_volume_chart
from workbench.definitions.periods import Period

W12 = Period.week("2025-W12")


def said(figure: Figure) -> str:
    return "\n".join(texts(ax) for ax in figure.axes)


@pytest.fixture
def log() -> Log:
    """Six weeks of ten tickets; in the last one three escalations."""
    log = Log(until="04-30")
    for part in W12.last(6).parts:
        for number in range(10):
            begun = part.start + timedelta(days=number % 7, hours=9)
            again = begun + timedelta(days=2)
            ticket = log.ticket(
                f"late-{part}-{number}", f"{begun:%Y-%m-%d %H:%M}", f"p{part}{number}"
            )
            ticket.reply(f"{begun:%Y-%m-%d} 20:00").solved(f"{begun:%Y-%m-%d} 21:00")
            if number < 3:
                more = log.ticket(
                    f"more-{part}-{number}", f"{again:%Y-%m-%d %H:%M}", f"p{part}{number}"
                )
                more.solved(f"{again:%Y-%m-%d} 21:00")
    for number, owner in enumerate(("Anna", "Anna", "Bert")):
        log.add(
            "escalations", escalation_id=f"E{number}", ticket_id=f"late-{W12}-{number}",
            at="03-18 10:00", from_team="Red", owner=owner, decided_at="03-18 12:00",
            origin="recorded",
        )  # fmt: skip
    for name, when in (("first", "01-02"), ("last", "04-29")):  # the log reaches over all of it
        log.add("escalations", escalation_id=name, ticket_id="x", at=when, origin="recorded")
    return log


def test_the_week_is_dark_and_the_range_of_a_usual_one_is_told(log: Log, tmp_path: Path) -> None:
    result = week_volume(log.workspace(tmp_path), W12, weeks=5, history=6)
    figure = week_volume_chart(result)
    flow = figure.axes[0]
    heights = [bar.get_height() for bar in flow.patches]
    assert heights == [13] * 6
    assert len({bar.get_facecolor() for bar in flow.patches[:-1]}) == 1
    assert flow.patches[-1].get_facecolor() != flow.patches[0].get_facecolor()
    told = said(figure)
    assert "dark: week 12, n 13; usual: mean of the 5 weeks before, 13" in told
    assert {"created", "solved", "usual range"} <= {text.get_text() for text in flow.texts}


def test_without_weeks_before_no_range_is_drawn(tmp_path: Path) -> None:
    log = Log(until="03-24").row("late-1", "03-17").row("late-2", "03-20")
    figure = week_volume_chart(week_volume(log.workspace(tmp_path), W12))
    assert "usual" not in said(figure)
    assert not figure.axes[0].collections


def test_every_circle_of_friction_is_a_week_with_its_count(log: Log, tmp_path: Path) -> None:
    result = friction(log.workspace(tmp_path), W12, labelled=by_name(log), weeks=4)
    figure = friction_chart(result)
    assert [ax.get_title(loc="left") for ax in figure.axes] == [
        "Wrote again within 7 days", "Reopened within 14 days",
        "Waited more than 8 h for the first reply",
    ]  # fmt: skip
    again = figure.axes[0]
    assert tick_labels(again, "x") == ["W9", "W10", "W11", "W12"]
    (circles,) = again.collections
    assert np.asarray(circles.get_offsets()).tolist() == [[0, 0], [1, 0], [2, 0], [3, 0]]
    assert [text.get_text() for text in again.texts].count("3") == 4
    assert "12 of 40: 30 % (" in texts(again)
    assert "no driver has such a contact (n 52)" in said(figure)  # nothing was reopened


def test_escalations_show_whom_they_went_to_and_who_handed_them_up(
    log: Log, tmp_path: Path
) -> None:
    figure = week_escalations_chart(week_escalations(log.workspace(tmp_path), W12, weeks=4))
    weeks, owners, teams = figure.axes
    assert [bar.get_height() for bar in weeks.patches][-1] == 3
    assert tick_labels(owners) == ["Anna", "Bert"]
    assert [bar.get_width() for bar in owners.patches] == [2, 1]
    assert "3 of 3" in texts(teams)
    assert "n 3" in said(figure)


def test_a_week_without_a_log_says_what_it_needs(tmp_path: Path) -> None:
    log = Log(until="03-24").row("late-1", "03-17")
    figure = week_escalations_chart(week_escalations(log.workspace(tmp_path), W12))
    assert "Blank: needs a log of escalations." in said(figure)
