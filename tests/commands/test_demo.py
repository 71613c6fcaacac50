"""The main job, as a new user runs it."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from urllib.parse import urljoin

ROOT = Path(__file__).parents[2]


def test_demo_prints_the_path_of_a_site_whose_index_links_the_report(demo):
    assert demo.done.code == 0, demo.done.err
    index = demo.workspace / "site" / "index.html"
    assert demo.done.out.strip().endswith(f"Open {index.resolve()}")
    links = re.findall(r'href="([^"#]+)"', index.read_text())
    assert any((index.parent / urljoin("", link)).resolve() == demo.page for link in links)


def test_demo_loads_all_of_the_sample_but_the_rows_that_were_broken_on_purpose(demo):
    truth = json.loads((ROOT / "data" / "sample" / "truth.json").read_text())
    assert "refused" not in demo.done.out
    lines = [int(n) for n in re.findall(r"^\s+(?:\S+ )?line (\d+)", demo.done.out, re.M)]
    assert lines == [row["line"] for row in truth["broken_rows"]]
    loaded = sum(int(n.replace(",", "")) for n in re.findall(r"([\d,]+) tickets\b", demo.done.out))
    assert loaded == truth["tickets"] - len(truth["broken_rows"])


def test_page_has_findings_scorecard_sections_and_provenance_in_this_order(demo):
    html = demo.page.read_text()
    wanted = ["Monthly support report", "What to know", "Scorecard", "Volume and backlog",
              "Why customers contact us", "Quality by team", "Refunds", "Churn after contact",
              "Not computable", "What was loaded"]  # fmt: skip
    titles = [escape(text) for text in re.findall(r"<h[12]>(.*?)</h[12]>", html)]
    assert [title for title in titles if title in wanted] == wanted
    findings = re.search(r"What to know</h2>(.*?)</section>", html, re.S)
    assert findings is not None
    assert 3 <= findings[1].count("<li>") <= 5


def test_page_is_self_contained(demo):
    html = demo.page.read_text()
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert "<script" not in html
    for link in re.findall(r'href="([^"#:]+)"', html):
        assert (demo.page.parent / link).exists(), link


def test_manifest_tells_inputs_code_and_outputs(demo):
    (manifest,) = demo.page.parent.glob("*/manifest.json")
    record = json.loads(manifest.read_text())
    assert record["status"] == "published"
    assert record["period"] == "2025-06"
    assert {i["path"].split("/")[-1] for i in record["inputs"]} >= {
        "tickets.ndjson.gz", "audits.ndjson.gz", "orders.csv.gz", "refunds.csv.gz",
    }  # fmt: skip
    exports = [p for p in (ROOT / "data" / "sample").rglob("*") if p.is_file()]
    assert len(record["inputs"]) == len([p for p in exports if not p.name.startswith("truth")])
    assert record["warnings"] == []


def test_nothing_published_names_a_folder_of_this_machine(demo):
    for path in (demo.workspace / "site").rglob("*"):
        if path.suffix in (".html", ".json", ".ipynb", ".csv"):
            text = path.read_text(encoding="utf-8")
            assert str(demo.workspace) not in text, path.name
            assert str(ROOT) not in text, path.name


def test_every_answer_of_the_run_shows_n_and_interval_or_says_why_not(demo):
    (record,) = demo.page.parent.glob("*/metrics.json")
    for answer in json.loads(record.read_text())["answers"]:
        if answer["value"] is None:
            assert answer["why"], answer
        else:
            assert answer["denominator"] is not None
            assert answer["metric"] == "backlog" or answer["low"] <= answer["value"], answer
