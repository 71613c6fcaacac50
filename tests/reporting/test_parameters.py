from datetime import UTC, datetime
from typing import Optional

import pytest
from pydantic import BaseModel, ConfigDict

from workbench.errors import ParameterError, UsageError
from workbench.reporting import models
from workbench.reporting.models import MonthlyReport
from workbench.reporting.parameters import notebook_of, resolve

NOW = datetime(2025, 7, 14, tzinfo=UTC)


def test_defaults_are_the_notebooks_own():
    assert resolve("monthly_report", {}, now=NOW).model_dump(mode="json") == {
        "workspace": "",
        "period": "2025-06",
        "by": "team",
        "n_drivers": 10,
        "min_n": 30,
        "seed": 0,
    }


def test_command_line_texts_become_numbers_and_last_month_a_month():
    given = {"n_drivers": "12", "period": "last_month", "by": "channel"}
    report = resolve("monthly_report", given, now=datetime(2026, 1, 3, tzinfo=UTC))
    assert (report.n_drivers, report.period, report.by) == (12, "2025-12", "channel")


def test_all_faults_are_named_at_once():
    given = {"min_tikets": "20", "n_drivers": "many", "seed": 1.5, "period": "2025-13"}
    with pytest.raises(ParameterError) as caught:
        resolve("monthly_report", given, now=NOW)
    assert str(caught.value) == (
        "monthly_report: unknown parameter 'min_tikets' (did you mean 'min_n'?); "
        "period must be a month such as 2025-06, got '2025-13'; "
        "n_drivers must be a whole number from 2 to 50, got 'many'; "
        "seed must be a whole number, at least 0, got 1.5."
    )
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["perod", "priod", "n_driver", "sed", "n", "workspce", "by_"])
def test_a_misspelt_name_is_refused_with_the_nearest(name):
    with pytest.raises(ParameterError, match="did you mean"):
        resolve("monthly_report", {name: "x"}, now=NOW)


def test_a_name_near_nothing_lists_what_there_is():
    with pytest.raises(ParameterError, match=r"\(known: workspace, period, by,"):
        resolve("monthly_report", {"zzzzzzzz": 1}, now=NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_drivers", True),
        ("n_drivers", 1),
        ("n_drivers", 51),
        ("n_drivers", "12.5"),
        ("min_n", 0),
        ("seed", None),
        ("seed", b"1"),
        ("period", datetime(2025, 6, 1)),
        ("period", "2025-01..2025-06"),
        ("by", ""),
        ("by", "team; import os"),
        ("workspace", 7),
    ],
)
def test_a_wrong_value_names_what_is_wanted(name, value):
    with pytest.raises(ParameterError, match=f"{name} must be (a|one of) "):
        resolve("monthly_report", {name: value}, now=NOW)


@pytest.mark.parametrize("name", ["api_key", "ZENDESK_TOKEN", "password"])
def test_a_secret_is_refused_and_its_value_not_repeated(name):
    with pytest.raises(ParameterError, match="looks like a secret") as caught:
        resolve("monthly_report", {name: "hunter2"}, now=NOW)
    assert "hunter2" not in str(caught.value)


def test_an_unknown_report_names_the_known_and_the_nearest():
    with pytest.raises(
        UsageError,
        match="did you mean 'monthly_report'.*Known reports: contact_drivers, metric",
    ):
        resolve("montly_report", {}, now=NOW)
    with pytest.raises(UsageError, match="unknown report"):
        resolve("monthly_report__../../etc", {}, now=NOW)


def test_a_second_schedule_runs_the_same_notebook():
    assert notebook_of("monthly_report__vendors") == "monthly_report"
    assert isinstance(resolve("monthly_report__vendors", {}, now=NOW), MonthlyReport)


def test_truths_and_optional_numbers_are_read_too(monkeypatch):
    class Other(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        redact: bool = True
        share: Optional[float] = None  # noqa: UP045 (papermill reads this form)

    monkeypatch.setitem(models.REPORTS, "other", Other)
    report = resolve("other", {"redact": "no", "share": "0.25"}, now=NOW)
    assert (report.redact, report.share) == (False, 0.25)
    with pytest.raises(ParameterError, match="redact must be true or false, got 'maybe'"):
        resolve("other", {"redact": "maybe"}, now=NOW)
