"""What a reader and a reviewer find of what the timer made, held back or failed to make."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .tiny_project import BODY, Project, at, statuses

FIRST_OF_JULY = at("2025-07-01T06:00")


def test_half_the_usual_rows_are_published_only_when_accepted(project: Project) -> None:
    project.tickets(at("2025-07-01"), 31, a_day=1, tag="few")
    now = at("2025-08-01T06:00")
    (held,) = project.run_due(now)
    reason = "the period has 31 tickets, less than half of the usual 90"
    assert held.manifest.review == (reason,)
    assert held.error.exit_code == 4
    assert "--accept" in str(held.error)
    assert "July" in (project.workspace / "site/index.html").read_text(), "visibly absent"
    (again,) = project.run_due(now + timedelta(days=1))
    assert not again.is_new, "the same key is not made twice"
    assert again.error is not None
    (accepted,) = project.run_due(now + timedelta(days=2), accept=True)
    assert accepted.manifest.status == "published"
    assert accepted.manifest.run_id == held.manifest.run_id, "nothing was run again"
    page = (accepted.request.site / "index.html").read_text("utf-8")
    assert "Published after a review" in page
    assert reason in page


def test_a_page_nobody_could_have_seen_is_not_accepted(project: Project) -> None:
    project.tickets(at("2025-07-01"), 31, a_day=1, tag="few")
    now = at("2025-08-01T06:00")
    (seen,) = project.run_due(now)
    project.tickets(at("2025-07-05"), 1, a_day=2, tag="late")  # other data than those looked at
    (other,) = project.run_due(now + timedelta(hours=1), accept=True)
    assert (other.manifest.status, other.is_new) == ("needs_review", True)
    assert other.manifest.run_id != seen.manifest.run_id
    assert "not the page that waited" in str(other.error)
    (accepted,) = project.run_due(now + timedelta(hours=2), accept=True)
    assert accepted.manifest.status == "published"
    assert accepted.manifest.run_id == other.manifest.run_id


def test_a_reason_repeats_neither_a_secret_nor_a_customer(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "q-sesame-opens")
    raises = "import os\nraise ValueError(os.environ['SHOP_TOKEN'] + ' of jane.roe@example.com')"
    project.notebook("monthly_report", raises)
    (failed,) = project.run_due(FIRST_OF_JULY)
    assert failed.manifest.reason.endswith("ValueError: [$SHOP_TOKEN] of [email]")
    kept = [path for path in project.workspace.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"q-sesame-opens" in path.read_bytes()]
    assert "[$SHOP_TOKEN] of [email]" in (project.workspace / "site/index.html").read_text("utf-8")


def test_a_jump_against_the_month_before_needs_review(project: Project) -> None:
    project.run_due(FIRST_OF_JULY)
    project.tickets(at("2025-07-01"), 31, a_day=12, tag="many")
    (held,) = project.run_due(at("2025-08-01T06:00"))
    assert held.manifest.review == ("Tickets created went from 90 in June 2025 to 372",)


def test_a_warning_of_a_cell_needs_review_and_a_deprecation_does_not(project: Project) -> None:
    warn = "import warnings; warnings.warn('{}', {})"
    project.notebook("monthly_report", warn.format("rows were lost", "UserWarning"), BODY)
    (held,) = project.run_due(FIRST_OF_JULY)
    assert "a cell warned: UserWarning: rows were lost" in str(held.error)
    project.notebook("monthly_report", warn.format("will go", "DeprecationWarning"), BODY)
    (made,) = project.run_due(FIRST_OF_JULY)
    assert made.manifest.status == "published"


def test_two_reports_of_one_notebook_are_told_apart(project: Project) -> None:
    project.schedule("monthly_report__by_channel", "schedule: monthly\nparameters: {by: channel}\n")
    assert statuses(project.run_due(FIRST_OF_JULY)) == ["published", "published"]
    index = (project.workspace / "site" / "index.html").read_text("utf-8")
    assert "<h2>Tiny report</h2>" in index
    assert "<h2>Tiny report (by channel)</h2>" in index
    page = project.workspace / "site" / "monthly_report__by_channel" / "2025-06" / "index.html"
    assert "<title>Tiny report (by channel) – 2025-06</title>" in page.read_text("utf-8")


def test_the_page_of_a_failed_run_claims_no_revision(project: Project) -> None:
    project.run_due(FIRST_OF_JULY)
    project.notebook("monthly_report", "1 / 0", BODY)
    (failed,) = project.run_due(FIRST_OF_JULY + timedelta(days=1))
    kept = failed.request.runs / failed.manifest.run_id / "report.html"
    page = kept.read_text("utf-8")
    assert "This run failed; nothing was published." in page
    assert "Revision" not in page
    assert "replaces" not in page
