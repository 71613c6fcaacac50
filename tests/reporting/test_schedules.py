import pytest

from workbench.errors import ParameterError, UsageError
from workbench.reporting.schedules import load_schedule, load_schedules


@pytest.fixture
def write(tmp_path):
    def _write(text, name="monthly_report.yaml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return _write


def test_a_schedule_says_how_often_and_with_what(write):
    text = "schedule: monthly\nparameters:\n  period: last_month\n  n_drivers: 12\n"
    schedule = load_schedule(write(text, "monthly_report__vendors.yaml"))
    assert (schedule.report, schedule.notebook) == ("monthly_report__vendors", "monthly_report")
    assert (schedule.every, schedule.parameters["n_drivers"]) == ("monthly", "12")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parameters: {}\n", "schedule: is missing"),
        ("schedule: daily\n", "must be monthly or weekly, got 'daily'"),
        ("schedule: monthly\nparmeters: {}\n", "parmeters: is not a key of a schedule"),
        ("schedule: monthly\nparameters: [1]\n", "parameters: must be a mapping"),
        ("- a\n", "the file: must be a mapping"),
        ("schedule: [\n", "not plain YAML"),
        (
            "schedule: monthly\nparameters: {seed: 1, seed: 2}\n",
            "line 2: parameters.seed: stands twice",
        ),
        ("schedule: !!python/object/apply:os.system ['true']\n", "os.system is not read here"),
        (
            "schedule: monthly\nparameters:\n  sed: 1\n  n_drivers: x\n  token: hush\n",
            "line 3: unknown parameter 'sed' .*; line 4: n_drivers must .*; line 5: 'token' looks",
        ),
        ("schedule: monthly\nparameters: {period: last_week}\n", "line 2: period must be"),
        ("schedule: weekly\n", "line 1: schedule: must be monthly: this report is about one month"),
        (
            "schedule: monthly\ngrace_days: " + "9" * 5000 + "\n",
            "line 2: grace_days: must be whole",
        ),
        ("schedule: monthly\ngrace_days: -1\n", "line 2: grace_days: must be whole days up to 60"),
        ("schedule: monthly\nparameters: {seed: !!binary aGk=}\n", "!!binary is not read here"),
    ],
)
def test_a_faulty_schedule_is_one_clear_line(write, text, words):
    with pytest.raises(ParameterError, match=words) as caught:
        load_schedule(write(text))
    assert "\n" not in str(caught.value)
    assert "/monthly_report.yaml" in str(caught.value)


def test_a_schedule_of_no_known_report_is_refused(write):
    with pytest.raises(UsageError, match="unknown report 'yearly'"):
        load_schedule(write("schedule: monthly\n", "yearly.yaml"))


def test_a_folder_of_schedules_is_read_by_name(write, tmp_path):
    write("schedule: monthly\n", "monthly_report__b.yaml")
    write("schedule: monthly\n")
    reports = [schedule.report for schedule in load_schedules(tmp_path)]
    assert reports == ["monthly_report", "monthly_report__b"]
