"""Are settings taken as they are written, and is every slip in them told at once?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from gate_texts import admitted, rows

from workbench.errors import IntakeError
from workbench.intake.imports import export_files, import_files
from workbench.intake.options import Options
from workbench.store.store import Store
from workbench.workspace import Workspace

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOURS = """
# Office hours
schedules:
  - {schedule: office, tz: Europe/Berlin, day: mon, opens: 13:30, closes: 17:30}
  - {schedule: office, tz: Europe/Berlin, day: mon, opens: 09:00, closes: 12:00}
  - {schedule: office, tz: Europe/Berlin, day: tue, opens: 09:00, closes: 24:00}
---
holidays:
  - schedule: office
    date: 2026-12-25
    label: no
"""


def settings(text: str, name: str = "settings.yaml") -> dict[str, list[dict[str, object]]]:
    found = admitted(text, None, name=name)
    return {table: rows(found, table) for table in found.tables}


def faults(text: str) -> list[str]:
    with pytest.raises(IntakeError) as caught:
        settings(text)
    assert caught.value.where == "settings.yaml"
    return caught.value.what.split("\n  - ")[1:]


def test_words_are_taken_as_they_are_written() -> None:
    # YAML by itself reads 13:30 as 810, 'no' as false, and the date as a date.
    found = settings(HOURS)
    shifts = [(s["day"], s["shift"], s["opens"], s["closes"]) for s in found["schedules"]]
    assert shifts == [
        ("mon", 2, "13:30", "17:30"), ("mon", 1, "09:00", "12:00"), ("tue", 1, "09:00", "24:00"),
    ]  # fmt: skip
    assert found["holidays"] == [{"schedule": "office", "date": "2026-12-25", "label": "no"}]


def test_types_lists_and_defaults() -> None:
    found = settings("""
sla_policies:
- {policy: p, metric: first_reply, target_min: 60, clock: business, schedule: office,
   pause_statuses: [pending, hold]}
---
targets:
- {metric: fcr, target: 0.65, direction: at_least}
---
ownership_map:
- {category: bug, tier: 2, owner: Noor, ack_min: 30, reviewed_at: 2026-01-31}
""")
    [policy], [target], [owner] = (
        found["sla_policies"], found["targets"], found["ownership_map"],
    )  # fmt: skip
    assert (policy["target_min"], policy["priority"]) == (60, "all")
    assert policy["pause_statuses"] == ["pending", "hold"]
    assert (target["target"], target["team"]) == (0.65, "all")
    assert (owner["tier"], owner["clock"]) == ("2", "calendar")
    assert owner["reviewed_at"] == datetime(2026, 1, 31, tzinfo=UTC)


def test_all_faults_are_told_at_once_with_their_lines() -> None:
    assert faults("""targets:
- {metric: fcr, target: high, direction: atleast}
- {metric: csat, metric: fcr, target: 0.8, direction: at_least}
- {metrc: csat, target: 0.8, direction: at_least}
- just words
- {metric: csat, target: [1], direction: {a: b}}
""") == [
        "line 2: targets.direction: 'atleast' is not allowed there (did you mean 'at_least'?); "
        "there are at_least, at_most",
        "line 2: targets.target: 'high' is no number",
        "line 3: 'metric' stands twice in a row of targets",
        "line 4: targets has no column 'metrc' (did you mean 'metric'?)",
        "line 4: targets.metric is missing",
        "line 5: targets: a row is written 'column: value'",
        "line 6: targets.direction: holds a structure where a value belongs",
        "line 6: targets.target: is a list, and one value belongs there",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("target:\n- {metric: a}", "'target' is no table of settings (did you mean 'targets'?)"),
        ("targets: 5", "targets: holds no list of rows"),
        ("targets: []\nholidays: []", "holds several keys (targets, holidays)"),
        ("targets: []\ntargets: []", "line 2: 'targets' stands twice in the document"),
        ("# nothing\n", "it holds no settings"),
        ("holidays:\n- {schedule: a, date: 25.12.2026}", "'25.12.2026' is no date such as"),
        ("holidays:\n- {schedule: a, date: 2026-01-01}\n- {schedule: a, date: 2026-01-01}",
         "line 3: holidays: repeats the row on line 2"),
        ("holidays:\n- {schedule: !!python/name:os.system '', date: 2026-01-01}",
         "python/name:os.system is not read here"),
        ("sla_policies:\n- {policy: a, metric: b, target_min: 1.5}", "'1.5' is no whole number"),
        ("sla_policies:\n- {policy: a, metric: b, target_min: 5, pause_statuses: hold}",
         "'hold' is no list; write [hold]"),
    ],
)  # fmt: skip
def test_a_fault_says_what_it_is(text: str, told: str) -> None:
    assert any(told in fault for fault in faults(text))


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("Berlin, day: mon, opens: 09:00, closes: 12:00", "", "'Berlin'"),
        ("UTC, day: mon, opens: 9, closes: 12:00", "", "'9' is no time of day such as 09:00"),
        ("UTC, day: Mon, opens: 09:00, closes: 12:00", "", "did you mean 'mon'"),
        ("UTC, day: mon, opens: 22:00, closes: 06:00", "", "22:00 to 06:00 ends before it begins"),
        ("UTC, day: mon, opens: 09:00, closes: 12:00",
         "UTC, day: mon, opens: 11:00, closes: 13:00", "overlaps another shift"),
        ("UTC, day: mon, opens: 09:00, closes: 12:00",
         "Asia/Tokyo, day: tue, opens: 11:00, closes: 13:00", "is in two time zones"),
    ],
)  # fmt: skip
def test_hours_that_make_no_day_are_refused(first: str, second: str, told: str) -> None:
    lines = [f"- {{schedule: s, tz: {line}}}" for line in (first, second) if line]
    assert any(told in fault for fault in faults("\n".join(["schedules:", *lines])))


def test_what_is_not_yaml_names_its_line() -> None:
    with pytest.raises(IntakeError, match=r"is not YAML \(line 3: expected"):
        settings("targets:\n- {metric: a\n")


def test_settings_are_stored_by_key_beside_the_exports(tmp_path: Path) -> None:
    (tmp_path / "hours.yaml").write_text(HOURS)
    (tmp_path / "mapping.yml").write_text("source: x\ntable: tickets\ncolumns: {}\n")
    assert [path.name for path in export_files([tmp_path])] == ["hours.yaml"]
    root = tmp_path / "workspace"
    for text in (HOURS, HOURS.replace("opens: 09:00, closes: 12", "opens: 08:00, closes: 12")):
        (tmp_path / "hours.yaml").write_text(text)
        [outcome] = import_files(
            Store(root / "store"), [tmp_path / "hours.yaml"], Options(), now=NOW
        )
    assert (outcome.outcome, outcome.updated, outcome.unchanged) == ("loaded", 1, 2)
    stored = Workspace.open(root).frame("schedules")
    assert sorted(stored["opens"]) == ["08:00", "09:00", "13:30"]
    assert set(stored["source"]) == {"own"}
