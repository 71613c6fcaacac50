"""What the commands print for programs: the contracts of ``--json`` and ``export``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from shared_data import shared

ANSWER = {"metric", "by", "value", "numerator", "denominator", "low", "high", "n_excluded",
          "n_immature", "status", "why"}  # fmt: skip
TRUTH = json.loads((Path(__file__).parents[2] / "data" / "sample" / "truth.json").read_text())
FILE = {"path", "source", "table", "outcome", "records_in", "kept", "updated", "unchanged",
        "rejected", "warnings", "error"}  # fmt: skip


def test_metrics_json_is_one_object_with_the_promised_keys(workbench, demo):
    done = workbench("metrics", "--json", "--period", "2025-03", "--workspace", demo.workspace)
    assert done.code == 0, done.err
    asked = json.loads(done.out)
    assert set(asked) == {"as_of", "period", "rows"}
    assert asked["period"] == "2025-03"
    assert len(asked["rows"]) >= 12
    for row in asked["rows"]:
        assert set(row) >= ANSWER
        assert row["status"] in {"ok", "immature", "small_n", "not_computable"}
        assert (row["value"] is None) <= bool(row["why"])


def test_metrics_split_by_team_adds_up(workbench, demo):
    base = ["metrics", "reopen_rate", "--json", "--period", "2025-03", "--workspace",
            demo.workspace]  # fmt: skip
    whole = json.loads(workbench(*base).out)["rows"]
    parts = json.loads(workbench(*base, "--by", "team").out)["rows"]
    teams = [p["by"]["team"] for p in parts]
    assert teams == ["Brightline", "Founder", "In-house", "Marketing", "Product"]
    assert sum(p["denominator"] for p in parts) == whole[0]["denominator"]
    assert sum(p["numerator"] for p in parts) == whole[0]["numerator"]


def test_last_month_follows_the_clock(workbench, demo):
    done = workbench("metrics", "csat", "--json", "--period", "last_month", "--workspace",
                     demo.workspace, WORKBENCH_NOW="2025-04-02T00:00:00Z")  # fmt: skip
    assert json.loads(done.out)["period"] == "2025-03"


def test_tables_json_tells_level_and_span(workbench, demo):
    rows = json.loads(workbench("tables", "--json", "--workspace", demo.workspace).out)["tables"]
    tickets = next(row for row in rows if row["table"] == "tickets")
    assert tickets["rows"] == TRUTH["tickets"] - len(TRUTH["broken_rows"])
    assert set(tickets["level"]) == {"zendesk: L2", "gorgias: L0", "freshdesk: L0"}
    assert tickets["as_of"].startswith("2025-06-30T23:")


def test_import_json_reports_every_file_and_again_changes_nothing(workbench, demo, tmp_path):
    refunds = "data/sample/stripe/refunds.csv.gz"
    arguments = ["import", refunds, "--json", "--workspace", tmp_path]
    first = json.loads(workbench(*arguments).out)["files"]
    n = TRUTH["refunds"]
    assert [set(f) >= FILE for f in first] == [True]
    assert (first[0]["outcome"], first[0]["records_in"], first[0]["kept"]) == ("loaded", n, n)
    state = (tmp_path / "store" / "state.json").read_bytes()
    again = json.loads(workbench(*arguments).out)["files"]
    assert (again[0]["updated"], again[0]["unchanged"]) == (0, n)
    assert (tmp_path / "store" / "state.json").read_bytes() == state


def test_exports_agree_in_all_formats(workbench, demo, tmp_path):
    for format in ("csv", "json", "parquet"):
        out = tmp_path / f"refunds.{format}"
        done = workbench("export", "refunds", "--format", format, "--out", out, "--workspace",
                         demo.workspace)  # fmt: skip
        assert done.code == 0, done.err
    rows = json.loads((tmp_path / "refunds.json").read_text())["rows"]
    csv = pd.read_csv(tmp_path / "refunds.csv")
    parquet = pd.read_parquet(tmp_path / "refunds.parquet")
    assert len(rows) == len(csv) == len(parquet) == TRUTH["refunds"]
    assert sum(float(r["amount"]) for r in rows) == pytest.approx(csv["amount"].sum())
    assert sum(float(r["amount"]) for r in rows) == pytest.approx(float(parquet["amount"].sum()))
    assert rows[0]["at"].endswith("Z")
    assert rows[0]["custom"] == {}


def test_facts_are_one_row_per_ticket_on_stdout(workbench, demo):
    done = workbench("export", "facts", "--workspace", demo.workspace)
    facts = pd.read_csv(io.StringIO(done.out.removeprefix("\ufeff")))
    assert len(facts) == facts["ticket_id"].nunique()
    assert len(facts) == TRUTH["tickets"] - len(TRUTH["broken_rows"])


def test_list_and_status_know_the_report(workbench, demo):
    listed = json.loads(workbench("list", "--json").out)["reports"]
    assert [(r["report"], r["schedule"]) for r in listed] == [
        ("contact_drivers", "monthly"), ("metric_report", "monthly"),
        ("monthly_report", "monthly"), ("weekly_report", "weekly"),
    ]  # fmt: skip
    rows = json.loads(workbench("status", "--json", "--workspace", demo.workspace).out)["reports"]
    assert [(r["report"], r["period"], r["status"]) for r in rows] == [
        ("contact_drivers", "2025-06", "published"),
        ("metric_report", "2025-06", "published"),
        ("monthly_report", "2025-06", "published"),
        ("weekly_report", "2025-W26", "published"),
    ]


def test_the_same_run_again_is_a_no_op(workbench, demo):
    before = demo.page.stat().st_mtime_ns
    done = workbench("run", "--due", "--workspace", demo.workspace)
    assert done.code == 0, done.err
    assert demo.page.stat().st_mtime_ns == before


def test_report_of_the_incident_log_says_what_it_cannot_answer(workbench, tmp_path):
    log = shared("data/uci_incident_heads/incident_events_5998_resaved.csv")
    done = workbench("import", log, "--mapping", "data/mappings/uci_incidents.yaml", "--date-order",
                     "day_first", "--json", "--workspace", tmp_path)  # fmt: skip
    assert json.loads(done.out)["files"][0]["tables"]["tickets"] == 890
    done = workbench("run", "monthly_report", "--period", "2016-03", "--workspace", tmp_path)
    assert done.code == 0, done.err
    html = (tmp_path / "site/monthly_report/2016-03/index.html").read_text()
    for words in ("Refunds cannot be shown", "needs messages (L1)",
                  "the reasons that the export recorded are shown",
                  "the export covers only part of the period"):  # fmt: skip
        assert words in html


def test_report_of_ravenstack_counts_no_censored_ticket_as_retained(workbench, tmp_path):
    done = workbench("import", shared("data/ravenstack"), "--mapping",
                     "data/mappings/ravenstack.yaml", "--workspace", tmp_path)  # fmt: skip
    assert done.code == 0, done.err
    done = workbench("run", "monthly_report", "--period", "2024-12", "--workspace", tmp_path)
    assert done.code == 0, done.err
    html = (tmp_path / "site/monthly_report/2024-12/index.html").read_text()
    text = html.replace("&nbsp;", " ").replace("\u00a0", " ")
    assert "258 of 2,000 contacts were followed by churn within 90 days so far" in text
    assert "265 are too recent to judge and are not counted as retained" in text
