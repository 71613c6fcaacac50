"""A timer that comes too early, too late, twice or not at all: what is made, and what is said?"""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import LockedError, ReportError
from workbench.reporting.due import due_periods, read_schedules, timetable
from workbench.reporting.manifest import read_manifest
from workbench.reporting.progress import Silent
from workbench.reporting.publish import published
from workbench.reporting.requests import request_for
from workbench.reporting.runner import in_this_process, run_reports
from workbench.reporting.schedules import Schedule

from .tiny_project import BODY, Project, at, statuses

FIRST_OF_JULY = at("2025-07-01T06:00")


def test_twice_is_once(project: Project) -> None:
    (first,) = project.run_due(FIRST_OF_JULY)
    assert (first.manifest.status, first.manifest.period, first.is_new) == (
        "published", "2025-06", True
    )  # fmt: skip
    (again,) = project.run_due(FIRST_OF_JULY + timedelta(hours=5))
    assert (again.manifest, again.is_new) == (first.manifest, False)
    assert project.pages == ["monthly_report/2025-06"]


def test_two_timers_at_once_make_it_once(project: Project) -> None:
    outcomes = []

    def call() -> None:
        try:
            outcomes.extend(statuses(project.run_due(FIRST_OF_JULY)))
        except LockedError as error:
            outcomes.append(error.exit_code)

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) in (["5", "published"], ["published", "published"])
    assert len(list(project.workspace.glob("runs/monthly_report/2025-06/2*"))) == 1


def test_a_missed_month_is_made_up_for_and_history_is_not(project: Project) -> None:
    project.run_due(at("2025-05-01T06:00"))
    assert project.pages == ["monthly_report/2025-04"], "nothing before the first publication"
    assert statuses(project.run_due(FIRST_OF_JULY)) == ["published", "published"]
    assert project.pages == [f"monthly_report/2025-0{month}" for month in (4, 5, 6)]
    assert len(project.run_due(FIRST_OF_JULY)) == 1, "then only the newest is asked for"


def test_a_month_that_failed_among_published_ones_is_not_forgotten(project: Project) -> None:
    project.run_due(at("2025-05-01T06:00"))
    project.notebook("monthly_report", "assert period != '2025-05', 'no figures'", BODY)
    assert statuses(project.run_due(FIRST_OF_JULY)) == ["failed", "published"]
    (schedule,), _ = read_schedules(project.root)
    table = timetable(schedule, site=project.workspace / "site", now=FIRST_OF_JULY)
    assert (table.last, table.overdue) == ("2025-06", "2025-05")
    project.notebook("monthly_report")
    assert statuses(project.run_due(FIRST_OF_JULY)) == ["published", "published"]
    assert project.pages == [f"monthly_report/2025-0{month}" for month in (4, 5, 6)]


def test_an_old_page_made_by_hand_wants_no_others(project: Project) -> None:
    project.run_due(at("2025-05-01T06:00"))
    project.run_due(FIRST_OF_JULY)
    project.tickets(at("2024-11-01"), 90, tag="old")
    old = request_for("monthly_report", {"period": "2024-12"}, workspace=project.workspace,
                      project_root=project.root, now=FIRST_OF_JULY)  # fmt: skip
    run_reports([old], now=FIRST_OF_JULY, makers=in_this_process(lambda _: Silent()))
    assert "monthly_report/2024-12" in project.pages
    assert [str(due.period) for due in project.due(FIRST_OF_JULY)] == ["2025-06"]


def test_late_data_make_a_revision_that_says_what_changed(project: Project) -> None:
    (first,) = project.run_due(FIRST_OF_JULY)
    project.tickets(at("2025-06-10"), 2, a_day=4, tag="late")
    (second,) = project.run_due(FIRST_OF_JULY + timedelta(days=1))
    manifest = second.manifest
    assert (manifest.revision, manifest.supersedes) == (2, first.manifest.run_id)
    assert manifest.changes == ("Tickets created: 90 (n 90) became 98 (n 98)",)
    page = (second.request.site / "index.html").read_text("utf-8")
    assert "Revision 2." in page
    assert "90 (n 90) became 98 (n 98)" in page
    older = second.request.site / first.manifest.run_id / "report.html"
    assert "90 tickets" in older.read_text("utf-8"), "the first revision can still be read"


def test_data_of_another_month_make_a_revision_without_a_changed_number(project: Project) -> None:
    project.run_due(FIRST_OF_JULY)
    project.tickets(at("2025-07-01"), 1, tag="july")
    (again,) = project.run_due(at("2025-07-02T06:00"))
    assert (again.manifest.revision, again.manifest.changes) == (2, ())
    page = (again.request.site / "index.html").read_text("utf-8")
    assert "No number and no table differs from the revision before." in page


def test_it_waits_for_its_data_and_then_is_overdue(project: Project) -> None:
    august = at("2025-08-01T06:00")
    (due,) = project.due(august)
    assert due.waits == "no ticket was created in this period"
    assert project.run_due(august) == []
    project.tickets(at("2025-07-01"), 20, tag="part")
    (due,) = project.due(august)
    assert due.waits == "tickets stop on 20 July 2025"
    (due,) = project.due(at("2025-08-03T00:00"))
    assert not due.waits, "two days of grace are over"
    (held,) = project.run_due(at("2025-08-03T00:00"))
    assert held.manifest.status == "needs_review"
    assert "tickets stop on 20 July 2025, 11 days before the period ends" in str(held.error)
    project.tickets(at("2025-07-21"), 11, tag="rest")
    (made,) = project.run_due(at("2025-08-03T06:00"))
    assert made.manifest.status == "published"


def test_one_that_fails_leaves_the_others_alone(project: Project) -> None:
    project.schedule("monthly_report__b", "schedule: monthly\n")
    project.notebook("monthly_report", "import os", BODY.replace("print(n", "assert n != 90, (n"))
    assert statuses(project.run_due(FIRST_OF_JULY)) == ["failed", "failed"]
    project.notebook("monthly_report")
    assert statuses(project.run_due(FIRST_OF_JULY)) == ["published", "published"]


def test_weeks_are_made_on_mondays(project: Project) -> None:
    project.notebook("weekly_report")
    project.schedule("weekly_report", "schedule: weekly\nparameters: {period: last_week}\n")
    project.run_due(at("2025-06-29T23:59"))
    assert "weekly_report/2025-W25" in project.pages
    project.run_due(at("2025-06-30T00:00"))
    assert "weekly_report/2025-W26" in project.pages


def test_the_timetable_says_last_next_and_overdue(project: Project) -> None:
    (schedule,), _ = read_schedules(project.root)
    site = project.workspace / "site"

    def told(now):
        table = timetable(schedule, site=site, now=at(now))
        return table.last, table.next, table.overdue

    assert told("2025-07-02T00:00") == ("", "2025-06", "")
    assert told("2025-07-03T00:00") == ("", "2025-06", "2025-06")
    project.run_due(FIRST_OF_JULY)
    assert told("2025-07-20T00:00") == ("2025-06", "2025-07", "")
    assert told("2025-09-02T00:00") == ("2025-06", "2025-07", "2025-07")


@given(moment=st.datetimes(min_value=at("2023-01-01").replace(tzinfo=None),
                           max_value=at("2031-12-31").replace(tzinfo=None)),
       every=st.sampled_from(["monthly", "weekly"]))  # fmt: skip
def test_what_is_due_is_over_and_the_next_is_not(moment, every, tmp_path_factory) -> None:
    now = at(moment.isoformat())
    report = f"{every}_report"
    schedule = Schedule(report, report, every, {"period": f"last_{every[:-2]}"}, Path("x"))
    (period,) = due_periods(schedule, site=Path("/nowhere"), now=now)
    assert period.end <= now < period.shifted(1).end


def test_a_report_of_a_month_without_tickets_is_refused_before_a_kernel(project: Project) -> None:
    (due,) = project.due(at("2025-12-01T06:00").replace(day=10))
    assert isinstance(due.error, ReportError)
    assert "no ticket was created in this period" in str(due.error)
    assert not (project.workspace / "runs").exists()


def test_a_run_reads_the_version_its_key_names_whatever_is_imported_meanwhile(
    project: Project,
) -> None:
    (request,) = [due.request for due in project.due(FIRST_OF_JULY)]
    project.tickets(at("2025-06-20"), 3, a_day=5, tag="meanwhile")
    from workbench.reporting.runner import run_report

    manifest = run_report(request, now=FIRST_OF_JULY)
    assert "90 tickets" in (request.site / "index.html").read_text("utf-8")
    assert published(request.site) == manifest == read_manifest(request.runs / manifest.run_id)
