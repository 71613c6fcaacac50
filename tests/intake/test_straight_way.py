"""Does the one-pass way for large files give what the careful way gives, or step aside?"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import IntakeError
from workbench.intake import gate
from workbench.intake.gate import admitted
from workbench.intake.options import Options
from workbench.tables.schema import Table

HEADER = (
    "ticket_id,created_at,updated_at,status,requester_key,subject,description,tags,tier,"
    "reported_first_reply,last_solved_at,sla_met,language"
)
RECORD = (
    '{n},2025-03-01 10:00:{s:02},2025-03-02 11:00:00,closed,c{n},Where is it,"Hello, ""you""\n'
    'there, all",vip,2,12.5,2025-03-02 10:00:00,true,'
)
FIRST = 2_500  # more than the first records from which the straight way supposes


def records(count: int) -> list[str]:
    return [RECORD.format(n=n, s=n % 60) for n in range(1, count + 1)]


def export(lines: list[str]) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


def both(text: str, monkeypatch: pytest.MonkeyPatch, **options: Any) -> tuple[Any, Any, bool]:
    """The file both ways, and whether the straight way took it: rows and outcome, or the words."""
    found, taken = [], []
    real = gate.straight_rows

    def watched(*given: Any, **named: Any) -> Any:
        taken.append(real(*given, **named))
        return taken[-1]

    monkeypatch.setattr(gate, "straight_rows", watched)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tickets.csv"
        path.write_text(text, encoding="utf-8", newline="")
        for large in (0, 1 << 40):
            monkeypatch.setattr(gate, "LARGE", large)
            try:
                with admitted(path, Options(redact=False, **options)) as file:
                    rows = {name: kept.table().to_pylist() for name, kept in file.tables.items()}
                    found.append((rows, file.outcome, file.read_as))
            except IntakeError as fault:
                found.append(str(fault))
    return found[0], found[1], bool(taken and taken[0])


def test_file_in_order_goes_straight_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other, straight = both(export(records(FIRST)), monkeypatch)
    assert straight
    assert one == other
    assert one[1].kept == FIRST
    assert one[0]["tickets"][-1]["subject"] == "Where is it"
    assert one[0]["tickets"][-1]["description"] == 'Hello, "you"\nthere, all'
    assert "2,500 of 2,500 times have no zone" in one[1].warnings[0]


LAST = records(FIRST)[-1]
DOUBTS = {
    "a day before its month": LAST.replace("2025-03-01 10", "13/03/2025 10"),
    "a time with a zone": LAST.replace("11:00:00", "11:00:00Z"),
    "a stand-in for no date": LAST.replace("2025-03-02 10:00:00", "1970-01-01 00:00:00"),
    "an impossible day": LAST.replace("2025-03-01 10", "2025-02-31 10"),
    "solved before it was written": LAST.replace("2025-03-02 10:00:00", "2025-02-01 10:00:00"),
    "solved a moment before": LAST.replace("2025-03-02 10:00:00", "2025-03-01 10:00:00"),
    "a decimal comma": LAST.replace("12.5", '"12,5"'),
    "a word for no number": LAST.replace("12.5", "n/a"),
    "a negative duration": LAST.replace("12.5", "-12.5"),
    "a rounded identifier": LAST.replace("2500,2025", "1.23E+11,2025", 1),
    "an identifier with blanks": LAST.replace("2500,2025", " 2500 ,2025", 1),
    "an identifier with a hard blank": LAST.replace("2500,2025", "2500\u00a0,2025", 1),
    "no identifier": LAST.replace("2500,2025", ",2025", 1),
    "an unknown status": LAST.replace("closed", "parked"),
    "a list in another way": LAST.replace(",vip,", ',"vip; late",'),
    "a half tier": LAST.replace(",2,12.5", ",2.5,12.5"),
    "neither yes nor no": LAST.replace(",true,", ",perhaps,"),
    "a column that was empty": LAST + "en",
    "a field too few": LAST.removesuffix(","),
    "a field too many": LAST + ",more",
    "a quote within": LAST.replace("Where is it", '"Where "is" it"'),
    "a quote that does not close": LAST.replace("Where is it", '"Where is it'),
    "the same ticket again": LAST + "\n" + records(1)[0],
    "a blank line": "\n" + LAST,
    "a text of records": LAST.replace('"Hello', '"' + ("\n" + "x," * 13) * 3 + "Hello"),
    "half a record": LAST[:40],
    "padded text": LAST.replace("Where is it", "  Where is it  "),
    "quoted everything": LAST.replace("closed", '"closed"').replace("vip", '""'),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_late_record_in_doubt_is_read_as_the_careful_way_reads_it(
    doubt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = records(FIRST)
    assert DOUBTS[doubt] != lines[-1]
    one, other, _ = both(export([*lines[:-1], DOUBTS[doubt], *lines[:1]]), monkeypatch)
    assert one == other


CELLS = st.sampled_from([
    "", "2025-03-01 10:00:00", "2025-03-01", "2025-03-01T10:00:00Z", "01/02/2025", "13/02/2025",
    "1740823200", "1", "1.0", "12.50", "1,234", "12,5", "-3", "(4)", "1E+5", "closed", "open",
    "yes", "a, b", "[\"x\"]", "a b", " x ", "N/A", "null", "line\nline", "é", "'", "\"q\"",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    columns=st.lists(
        st.tuples(
            st.sampled_from([
                "updated_at", "status", "tags", "tier", "reported_first_reply", "sla_met",
                "assignee_id", "subject", "n_customer", "last_solved_at", "requester_key",
            ]),
            st.lists(CELLS, min_size=1, max_size=3),
        ),
        min_size=2, max_size=5, unique_by=lambda column: column[0],
    ),
    length=st.integers(1, 12),
)  # fmt: skip
def test_both_ways_agree_on_whatever_a_file_holds(
    columns: list[tuple[str, list[str]]], length: int
) -> None:
    lines = [",".join(["ticket_id", "created_at", *(name for name, _ in columns)])]
    for n in range(length):
        cells = [words[n % len(words)] for _, words in columns]
        quoted = (f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells)
        lines.append(",".join([f"t{n}", f"2025-03-0{n % 9 + 1} 10:00:00", *quoted]))
    with pytest.MonkeyPatch.context() as patch:
        one, other, _ = both("\n".join(lines) + "\n", patch)
    assert one == other


def test_what_was_laid_down_has_the_declared_schema(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(export(records(FIRST)), encoding="utf-8")
    monkeypatch.setattr(gate, "LARGE", 0)
    checked: list[int] = []
    real = Table.check
    monkeypatch.setattr(
        Table, "check",
        lambda self, rows, **named: checked.append(rows.num_rows) or real(self, rows, **named),
    )  # fmt: skip
    with admitted(path, Options(redact=False)) as file:
        laid = file.tables["tickets"]
        assert laid.file is not None
        assert laid.file.exists()
        assert laid.table().num_rows == sum(checked) == FIRST
