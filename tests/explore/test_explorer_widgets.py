"""The explorer without a browser: controls move figures, charts and tickets together."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from workbench.definitions.periods import Period
from workbench.explore.app import Explorer, explore
from workbench.explore.controls import ALL, FIND_DRIVERS
from workbench.intake.imports import import_files
from workbench.intake.mappings.mapping_files import load_mappings
from workbench.intake.options import Options
from workbench.metrics.answers import answer, observations
from workbench.metrics.registry import METRICS
from workbench.reporting.parameters import resolve
from workbench.store.store import Store
from workbench.workspace import Workspace


@pytest.fixture
def explorer(demo) -> Explorer:
    return Explorer(Workspace.open(demo.workspace))


def tile(explorer: Explorer, metric: str) -> str:
    """The text of one key figure's tile."""
    found = re.search(f'data-metric="{metric}".*?</div>', explorer.figures.value, re.DOTALL)
    return re.sub("<[^>]+>", " ", found[0].partition(">")[2]) if found else ""


def click(chart, part: str) -> None:
    """What the browser sends when a part of a chart is chosen."""
    assert part in chart.parts
    chart.picked = {"id": part, "count": chart.picked.get("count", 0) + 1}


def listed(explorer: Explorer) -> set[str]:
    """The tickets of all pages of the table."""
    refs = {row["ref"] for row in explorer.tickets.table.rows}
    while not explorer.tickets.later.disabled:
        explorer.tickets.later.click()
        refs |= {row["ref"] for row in explorer.tickets.table.rows}
    return refs


def test_it_opens_on_the_last_month_and_says_how_sure_it_is(explorer):
    value = answer(explorer.workspace, METRICS["fcr"], Period.month("2025-06"))
    assert explorer.selection.period == Period.month("2025-06")
    text = tile(explorer, "fcr")
    assert f"{100 * value.value:.1f} %" in text
    assert f"n {value.denominator:,}" in text
    assert f"{100 * value.low:.1f}–{100 * value.high:.1f} %" in text


def test_a_filter_moves_figures_charts_and_tickets(explorer):
    before = (explorer.figures.value, explorer.trend.svg, explorer.groups.svg, listed(explorer))
    explorer.controls.filters["team"].value = "Brightline"
    after = (explorer.figures.value, explorer.trend.svg, explorer.groups.svg, listed(explorer))
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert after[3] < before[3]


def test_the_other_end_of_the_period_follows(explorer):
    explorer.controls.first.value = "2025-02"
    explorer.controls.last.value = "2025-01"
    assert str(explorer.selection.period) == "2025-01"
    explorer.controls.first.value = "2025-03"
    assert str(explorer.selection.period) == "2025-03"


def test_a_bar_lists_exactly_its_tickets_and_lets_go_of_them(explorer):
    explorer.controls.last.value = explorer.controls.first.value = "2025-04"
    everything = listed(explorer)
    groups = {label.partition(":")[0]: part for part, label in explorer.groups.parts.items()}
    click(explorer.groups, groups["Brightline"])
    rows = observations(explorer.workspace, METRICS["fcr"])
    month = Period.month("2025-04")
    kept = rows[(rows["at"] >= month.start) & (rows["at"] < month.end) & ~rows["is_excluded"]]
    assert listed(explorer) == set(kept.loc[kept["team"] == "Brightline", "ref"])
    assert explorer.groups.chosen == groups["Brightline"]
    click(explorer.groups, groups["Brightline"])
    assert listed(explorer) == everything


def test_a_month_of_the_trend_lists_its_tickets(explorer):
    click(explorer.trend, "month-2025-02")
    expected = answer(explorer.workspace, METRICS["fcr"], Period.month("2025-02"))
    assert len(listed(explorer)) == expected.denominator
    assert "February 2025" in explorer.tickets.title.value


def test_a_part_of_the_change_lists_its_tickets(explorer):
    click(explorer.why, "part-0")
    assert 0 < len(listed(explorer)) < explorer.tickets._found.n + 1
    assert "clicked" in explorer.tickets.title.value


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_can_be_looked_at(explorer, metric):
    explorer.controls.metrics.value = metric
    assert explorer.fault.value == ""
    assert explorer.said.value


def test_a_ticket_opens_with_what_was_said_and_runs_nothing(explorer):
    explorer.tickets.table.picked = {"row": 0, "count": 1}
    ticket = explorer.tickets.table.rows[0]["ref"]
    assert f"Ticket {ticket}" in explorer.tickets.opened.value
    assert "customer" in explorer.tickets.opened.value
    assert "<script" not in explorer.tickets.opened.value


def test_drivers_are_found_when_someone_asks_for_them(explorer):
    driver = explorer.controls.filters["driver"]
    assert driver.options == ((ALL, ""), (FIND_DRIVERS, FIND_DRIVERS))
    driver.value = FIND_DRIVERS
    assert len(driver.options) > 5
    assert driver.value == ""
    chosen = driver.options[1][1]
    driver.value = chosen
    assert "contacts have a driver" in explorer.tickets.title.value
    assert explorer.selection.where == {"driver": chosen}
    assert 0 < len(listed(explorer)) < 400


def test_what_was_saved_is_what_the_runner_takes(explorer, tmp_path, monkeypatch):
    for folder in ("notebooks", "parameters"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    explorer.controls.filters["team"].value = "Brightline"
    explorer.controls.first.value = "2025-04"
    explorer.saving.name.value = "vendor_quarter"
    explorer.saving.button.click()
    saved = tmp_path / "parameters" / "metric_report__vendor_quarter.yaml"
    assert "workbench run metric_report__vendor_quarter" in explorer.saving.said.value
    given = yaml.safe_load(saved.read_text())["parameters"]
    assert (given["team"], given["months"], given["period"]) == ("Brightline", 3, "2025-06")
    resolve("metric_report__vendor_quarter", given, now=None)
    before = saved.read_bytes()
    explorer.saving.button.click()
    assert "there is a report of this name" in explorer.saving.said.value
    assert saved.read_bytes() == before


@pytest.mark.parametrize("name", ["", "../etc", "With Space", "a__b", "ümlaut"])
def test_a_name_that_is_no_word_is_refused(explorer, tmp_path, monkeypatch, name):
    for folder in ("notebooks", "parameters"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    explorer.saving.name.value = name
    explorer.saving.button.click()
    assert "is no name for a report" in explorer.saving.said.value
    assert not list((tmp_path / "parameters").iterdir())


HOSTILE = "<img src=x onerror=alert(1)>"
SNAPSHOT = f"""ticket_id,created_at,status,channel,subject,closed_at
1,2025-03-01 10:00,closed,email,{HOSTILE},2025-03-02 10:00
2,2025-03-02 10:00,open,chat,where is it,
3,2025-03-04 10:00,closed,chat,broken cup,2025-03-05 12:00
"""


@pytest.fixture
def snapshot(tmp_path: Path) -> Workspace:
    """A level-0 export: one row per ticket and nothing else."""
    export = tmp_path / "tickets.csv"
    export.write_text(SNAPSHOT)
    mapping = tmp_path / "mapping.yaml"
    names = "ticket_id created_at status channel subject closed_at".split()
    columns = {name: name for name in names}
    mapping.write_text(json.dumps(
        {"source": "desk", "table": "tickets", "timezone": "UTC", "columns": columns}
    ))  # fmt: skip
    when = Period.month("2025-04").start
    import_files(
        Store(tmp_path / "ws" / "store"),
        [export],
        Options(mappings=load_mappings(mapping)),
        now=when,
    )
    return Workspace.open(tmp_path / "ws")


def test_a_snapshot_hides_what_it_cannot_compute_and_says_so(snapshot):
    explorer = Explorer(snapshot)
    assert tile(explorer, "tickets_created")
    assert not tile(explorer, "fcr")
    assert "Not computable for this selection: " in explorer.figures.value
    assert "First contact resolution (needs messages (L1)" in explorer.figures.value
    assert explorer.controls.filters["team"].layout.display == "none"
    assert explorer.controls.filters["channel"].layout.display != "none"
    explorer.controls.metrics.value = "tickets_created"
    assert listed(explorer) == {"1", "2", "3"}
    explorer.tickets.table.picked = {"row": 0, "count": 1}
    assert "&lt;img" in explorer.tickets.opened.value
    assert "<img" not in explorer.tickets.opened.value


def test_a_workspace_without_data_is_one_clear_line(tmp_path):
    shown = explore(str(tmp_path))
    assert "nothing was ever imported here" in shown.value
    assert "workbench import" in shown.value
