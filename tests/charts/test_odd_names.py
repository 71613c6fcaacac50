"""Names are shown as they are written, whatever they are."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

from workbench.analyses.breakdown import Breakdown
from workbench.analyses.exploration import Selection
from workbench.charts.breakdown import breakdown_chart
from workbench.charts.style import house_style
from workbench.definitions.periods import Period
from workbench.explore.clickable import svg_of
from workbench.metrics.judging import not_computable
from workbench.metrics.registry import METRICS


@pytest.mark.parametrize("name", ["$100_club^2$", "$\\frac{$", "<b>&amp;", "ελληνικά"])
def test_a_team_may_be_called_anything(name):
    row = {"group": name, "value": 0.5, "low": 0.4, "high": 0.6, "n": 90, "status": "ok"}
    result = Breakdown(
        pd.DataFrame([row]), METRICS["csat"], "team", not_computable(METRICS["csat"], "-")
    )
    with house_style():
        figure = Figure()
        breakdown_chart(result, figure.add_subplot())
    shown = svg_of(figure)
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f">{escaped}</text>" in shown


def test_a_selection_says_what_it_keeps():
    kept = Selection(Period.month("2025-06"), {"team": "Brightline", "tier": "tier 1"})
    assert kept.title == "June 2025, team Brightline, tier 1"
