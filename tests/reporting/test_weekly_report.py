"""The weekly report: what it takes, what it refuses before a kernel starts, how it reads."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hand_made import Log

from workbench.analyses.week_figures import week_figures
from workbench.definitions.periods import Period
from workbench.errors import ParameterError, ReportError
from workbench.reporting import weekly
from workbench.reporting.parameters import resolve
from workbench.reporting.requests import latest_full_period, request_for
from workbench.reporting.schedules import load_schedule
from workbench.workspace import Workspace

ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 7, 1, 6, tzinfo=UTC)
W12 = Period.week("2025-W12")


def asked(root: Path, **given: object):
    return request_for("weekly_report", given, workspace=root, project_root=ROOT, now=NOW)


def one_ticket(root: Path, when: str, until: str) -> None:
    Log(until=until).row("a", "03-04").row("b", when).workspace(root)


def test_last_week_is_the_week_before_the_clock() -> None:
    report = resolve("weekly_report", {"period": "last_week", "weeks": "6"}, now=NOW)
    assert (report.model_dump()["period"], report.model_dump()["weeks"]) == ("2025-W26", 6)
    at_new_year = datetime(2026, 1, 5, 7, tzinfo=UTC)
    assert resolve("weekly_report", {"period": "last_week"}, now=at_new_year).model_dump()[
        "period"
    ] == "2026-W01"  # fmt: skip


@pytest.mark.parametrize("period", ["2025-06", "2024-W53", "2025-W20..2025-W26", "last_month"])
def test_what_is_no_week_is_refused(period: str) -> None:
    with pytest.raises(ParameterError, match="period must be a week such as 2025-W26, got"):
        resolve("weekly_report", {"period": period}, now=NOW)


@pytest.mark.parametrize("report", ["monthly_report", "metric_report", "contact_drivers"])
def test_reports_of_a_month_take_no_week(report: str) -> None:
    with pytest.raises(ParameterError, match="period must be a month such as 2025-06"):
        resolve(report, {"period": "2025-W26"}, now=NOW)


def test_its_schedule_is_weekly_and_takes_what_the_report_declares() -> None:
    schedule = load_schedule(ROOT / "parameters" / "weekly_report.yaml")
    assert (schedule.every, schedule.parameters["period"]) == ("weekly", "last_week")
    assert resolve("weekly_report", schedule.parameters, now=NOW).model_dump()["history"] == 26


def test_a_week_without_tickets_is_refused_before_a_kernel_starts(tmp_path: Path) -> None:
    one_ticket(tmp_path, "03-11", "04-01")
    with pytest.raises(ReportError) as refused:
        asked(tmp_path, period="2025-W20")
    assert str(refused.value) == (
        "weekly_report 2025-W20: no ticket was created in this period. "
        "Tickets run from 2025-W10 to 2025-W11."
    )
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("until", "week"),
    [("03-16 23:30", "2025-W11"), ("03-17 09:00", "2025-W11"), ("03-15 12:00", "2025-W10")],
)
def test_the_default_is_the_latest_full_week(tmp_path: Path, until: str, week: str) -> None:
    one_ticket(tmp_path, "03-11", until)
    assert asked(tmp_path).period == week


def test_a_report_names_its_folder_by_the_week(tmp_path: Path) -> None:
    one_ticket(tmp_path, "2025-12-30", "2026-01-31")
    request = asked(tmp_path, period="2026-W01")
    assert request.site == tmp_path / "site" / "weekly_report" / "2026-W01"


def test_a_figure_that_is_too_young_is_blank_beside_the_latest_judged_week(tmp_path: Path) -> None:
    log = Log(until="03-24")
    for part in W12.last(3).parts:
        for number in range(5):
            begun = part.start + timedelta(days=number, hours=9)
            ticket = log.ticket(f"{part}-{number}", f"{begun:%Y-%m-%d %H:%M}", f"p{part}{number}")
            ticket.solved(f"{begun:%Y-%m-%d} 12:00")
    figures = week_figures(log.workspace(tmp_path), W12, weeks=4, history=4)
    rows = {row.label: row for row in weekly.score_rows(figures)}
    repeat = rows["Repeat contact rate"]
    assert repeat.this.text == "–"
    assert repeat.this.detail == "too recent; week 11: 0.0 %, 0.0–43.4 %, n 5"
    assert repeat.previous.detail.endswith("n 5, before week 11, 1 week only")
    assert repeat.note == "this week can be judged from 31 March 2025"
    created = rows["Tickets created"]
    assert (created.this.text, created.previous.text) == ("5", "5")
    assert created.previous.detail.startswith("per week, ")


def test_the_demo_makes_the_latest_full_week_on_one_page(demo) -> None:
    page = demo.workspace / "site" / "weekly_report" / "2025-W26" / "index.html"
    html = page.read_text()
    titles = re.findall(r"<h[12]>(.*?)</h[12]>", html)
    assert [title.partition(":")[0] for title in titles] == [
        "Weekly support report", "What to know", "Scorecard", "Volume trend",
        "Contact drivers of the week", "What changed against the weeks before",
        "Recurring friction", "Documentation gaps", "Escalations", "Not computable",
        "What was loaded", "Where this comes from",
    ]  # fmt: skip
    assert "Week 26, 23 to 29 June 2025" in html
    (record,) = page.parent.glob("*/metrics.json")
    told = {one["metric"]: one for one in json.loads(record.read_text())["answers"]}
    assert told["fcr"]["value"] is None
    assert told["fcr"]["status"] == "immature"
    assert told["tickets_created"]["value"] == told["tickets_created"]["denominator"] > 0


def test_the_latest_week_of_the_sample_is_a_whole_one(demo) -> None:
    assert str(latest_full_period(Workspace.open(demo.workspace), "week")) == "2025-W26"
