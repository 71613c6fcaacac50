"""The page's pieces: everything shown, every text inert, the same input the same bytes."""

import csv
import io
import json
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import ReportError, UsageError
from workbench.reporting.page import Cell, Finding, Page, ScoreRow
from workbench.reporting.sanitise import sanitised
from workbench.reporting.saved import csv_bytes, safe_cell

NASTY = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "</table></section><iframe src='https://evil.example'></iframe>",
    "=HYPERLINK(\"http://evil.example\")",
]  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def run_dir(tmp_path, monkeypatch):
    (tmp_path / "params.json").write_text('{"run_id": "r-1"}')
    monkeypatch.setenv("WORKBENCH_RUN_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def bars():
    ax = plt.subplots()[1]
    ax.bar(["May", "June"], [1, 2])
    return ax


def page(**changes):
    return Page(**({"title": "T", "period_title": "June", "scope": "S", "as_of": "now"} | changes))


def whole_page(text: str) -> str:
    """A page with ``text`` in every place that takes one."""
    it = page(title=text, period_title=text, scope=text, as_of=text, subtitle=text)
    cell = Cell(text, text)
    row = ScoreRow(text, text, cell, cell, cell, text, (1.0, None, 2.0), "good", text)
    frame = pd.DataFrame({text: [text, None], "n": [1, 2]})
    pieces = [
        it.header(),
        it.findings([Finding(text, text, 1.0)]),
        it.scorecard([row]),
        it.section("a", text, sentences=[text], frame=frame, definition=text, caveats=[text]),
        it.loaded(frame, [text]),
        it.not_computable([(text, text), text]),
    ]
    return "".join(piece._repr_html_() for piece in pieces)


PLAIN_TAGS = Tags(whole_page("plain")).tags


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.sampled_from(NASTY), st.text(st.sampled_from("<>&\"'/=:ajs \n`-!;"))))
def test_no_text_ever_becomes_markup(text):
    html = whole_page(text)
    empty = whole_page("")  # some pieces are left out when there is no text
    assert Tags(html).tags in (PLAIN_TAGS, Tags(empty).tags) or not text.strip()
    assert not [name for name, _ in Tags(html).attributes if name.startswith("on")]


def test_the_largest_finding_comes_first_and_five_are_enough():
    found = [Finding(f"number {weight}", "a", weight) for weight in range(7)]
    html = page().findings(found).html
    shown = [weight for weight in range(7) if f"number {weight}" in html]
    assert shown == [2, 3, 4, 5, 6]
    assert html.index("number 6") < html.index("number 2")


def test_a_state_is_a_word_and_a_shape():
    cell = Cell("1", "n 3")
    rows = [
        ScoreRow(state, "", cell, cell, cell, "", (), state)
        for state in ("good", "watch", "miss", "unknown")
    ]
    text = Tags(page().scorecard(rows).html).text
    for words in ("● good", "▲ watch", "■ miss", "○ unknown"):
        assert words in text
    with pytest.raises(UsageError, match="'bad' is not a state"):
        ScoreRow("x", "", cell, cell, cell, "", (), "bad")


def test_a_sparkline_tells_its_numbers_to_those_who_do_not_see_it():
    cell = Cell("1")
    row = ScoreRow("Reopened", "", cell, cell, cell, "", (8.0, None, float("nan"), 9.5), "good")
    alts = [value for name, value in Tags(page().scorecard([row]).html).attributes if name == "alt"]
    assert alts == ["Reopened, 4 months: last 9.5, lowest 8, highest 9.5"]


def test_a_section_saves_picture_table_and_tickets(run_dir, bars):
    frame = pd.DataFrame({"team": ["a"], "refund_usd": [12345.678]})
    tickets = pd.DataFrame({"ticket_id": ["1", "2"]})
    html = page().section("refunds", "Refunds", figure=bars, frame=frame, tickets=tickets).html
    saved = sorted(p.relative_to(run_dir).as_posix() for p in run_dir.rglob("*.*"))
    assert saved == [
        "figures/refunds.png",
        "params.json",
        "tables/refunds.csv",
        "tables/refunds_tickets.csv",
    ]
    assert (
        'href="tables/refunds_tickets.csv">What these numbers count, row by row (2 rows, CSV)'
        in html
    )
    assert "12,346" in html
    assert not plt.fignum_exists(bars.figure.number), "Jupyter would show it a second time"


def test_outside_a_run_nothing_is_written_or_linked(tmp_path, monkeypatch, bars):
    monkeypatch.delenv("WORKBENCH_RUN_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    html = page().section("a", "A", figure=bars, tickets=pd.DataFrame({"x": [1]})).html
    page().finish([])
    assert "href" not in html
    assert list(tmp_path.iterdir()) == []


def test_the_same_picture_gives_the_same_bytes(tmp_path, monkeypatch):
    found = []
    for name in ("one", "two"):
        monkeypatch.setenv("WORKBENCH_RUN_DIR", str(tmp_path / name))
        ax = plt.subplots()[1]
        ax.plot([1, 2])
        page().section("a", "A", figure=ax)
        found.append((tmp_path / name / "figures/a.png").read_bytes())
    assert found[0] == found[1]
    assert b"matplotlib" not in found[0].lower()


def test_a_section_id_is_a_name_and_used_once(run_dir):
    it = page()
    it.section("a", "A")
    with pytest.raises(UsageError, match="two sections"):
        it.section("a", "A")
    for id in ("../a", "A b", "", "loaded", "1"):
        with pytest.raises(UsageError, match="cannot be a section id"):
            page().section(id, "A")


def test_finish_leaves_plain_json_for_this_run(run_dir):
    it = page()
    it.findings([Finding("f", "a", 2)])
    answers = [{"value": np.float64(1.5), "n": np.int64(3), "low": float("nan"), "at": pd.NaT}]
    it.finish([*answers, {"by": ("a", pd.Timestamp("2025-06-01", tz="UTC"))}])
    record = json.loads((run_dir / "metrics.json").read_text())
    assert (record["finished"], record["run_id"], record["title"]) == (True, "r-1", "T")
    assert record["answers"][0] == {"value": 1.5, "n": 3, "low": None, "at": None}
    assert record["answers"][1] == {"by": ["a", "2025-06-01T00:00:00+00:00"]}
    assert record["findings"] == [{"text": "f", "section": "a", "weight": 2}]


def test_finish_in_a_folder_that_is_no_run_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_RUN_DIR", str(tmp_path))
    with pytest.raises(ReportError, match="not the folder of a run"):
        page().finish([])


@given(st.text())
def test_a_text_cell_is_never_a_formula(text):
    safe = safe_cell(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe in (text, f"'{text}")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")), min_size=1))
def test_a_csv_gives_every_text_back(texts):
    frame = pd.DataFrame({"=n": [-1.5] * len(texts), "subject": texts})
    rows = list(csv.reader(io.StringIO(csv_bytes(frame).decode("utf-8-sig"), newline="")))
    assert rows[0] == ["'=n", "subject"]
    assert [row[0] for row in rows[1:]] == ["-1.5"] * len(texts), "numbers stay numbers"
    assert [row[1] for row in rows[1:]] == [safe_cell(text) for text in texts]


def test_csv_keeps_named_rows_categories_and_blanks():
    frame = pd.DataFrame(
        {"team": pd.Categorical(["=a", "b"]), "note": [None, "@x"]},
        index=pd.Index(["+1", "2"], name="id"),
    )
    assert csv_bytes(frame).decode("utf-8-sig") == "id,team,note\n'+1,'=a,\n2,b,'@x\n"


def test_a_long_table_is_cut_and_says_so():
    html = page().section("a", "A", frame=pd.DataFrame({"n": range(1000)})).html
    assert "The first 200 of 1,000 rows." in html
    assert html.count("<tr>") == 201


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.sampled_from(NASTY), st.text(max_size=200)))
def test_sanitising_leaves_nothing_active(html):
    seen = Tags(sanitised(f"<p>{html}</p><div {html}>"))
    assert not {"script", "iframe", "style", "form", "object", "link", "meta"} & set(seen.tags)
    for name, value in seen.attributes:
        assert not name.startswith("on")
        assert name not in ("href", "src") or ":" not in (value or "")


def test_a_stranger_can_link_only_to_what_the_run_made():
    html = '<a href="tables/a.csv">a</a><a href="b.csv">b</a><img src="x"><a href="#s">s</a>'
    assert sanitised(html, {"tables/a.csv"}) == (
        '<a href="tables/a.csv">a</a><a>b</a><img><a href="#s">s</a>'
    )
