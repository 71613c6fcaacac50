"""Is every physical record in a kept row or in a rejected one, with its line?"""

from __future__ import annotations

import csv
import io

import pytest
from gate_texts import TICKETS, admitted, column, rejects, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import IntakeError

SUBJECTS = TICKETS + "  subject: subject\n"

cells = st.text(st.sampled_from('ab", \n;\t|é\r'), max_size=5)
days = st.sampled_from(["2025-03-01", "2025-03-02T10:00:00Z", "yesterday", ""])


def read(cell: str) -> str:
    """A text as it is kept: outer blanks go, lines end in LF."""
    return cell.replace("\r\n", "\n").strip(" \t\n\r")


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(cells, days, cells), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_every_record_is_kept_or_rejected_on_its_line(
    records: list[tuple[str, str, str]], delimiter: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["id", "at", "subject"])
    starts = []
    for record in records:
        starts.append(text.getvalue().count("\n") + 1)
        writer.writerow(record)
    # No other line ends than LF: a CR in a text is then a character of it.
    bad = [
        line
        for line, (name, at, _) in zip(starts, records, strict=True)
        if not name.strip() or at in ("", "yesterday")
    ]
    if len(bad) == len(records):
        with pytest.raises(IntakeError, match="none of its"):
            admitted(text.getvalue(), SUBJECTS)
        return
    found = admitted(text.getvalue(), SUBJECTS)
    assert found.outcome.records_in == len(records)
    assert [r.line for r in found.outcome.rejected] == bad
    kept = {
        read(name): read(subject) or None
        for name, at, subject in records
        if name.strip() and at not in ("", "yesterday")
    }
    assert {r["ticket_id"]: r.get("subject") for r in rows(found)} == kept


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(st.sampled_from('1a", \n'), min_size=1, max_size=12), max_size=6))
def test_broken_text_is_refused_or_fully_accounted_for(lines: list[str]) -> None:
    export = "id,at,subject\n1,2025-03-01,fine\n" + "\n".join(lines) + "\n"
    try:
        found = admitted(export, SUBJECTS)  # counts are reconciled in there
    except IntakeError:
        return
    assert "1" in column(found, "ticket_id")
    last = export.count("\n")
    assert all(2 <= line <= last and reason for line, reason in rejects(found))


def test_line_of_a_reject_counts_quoted_newlines_before_it() -> None:
    export = (
        'id,at,subject\n1,2025-03-01,"two\nlines"\n2,never,x\n\n3,2025-03-01,"a\n\nb"\n4,no,y\n'
    )
    assert rejects(admitted(export, SUBJECTS)) == [
        (4, "created_at: 'never' is not a date or time"),
        (9, "created_at: 'no' is not a date or time"),
    ]


def test_header_of_two_lines_moves_the_lines() -> None:
    export = '"id","at","sub\nject"\n1,2025-03-01,x\n2,never,y\n'
    assert [line for line, _ in rejects(admitted(export))] == [4]


def test_short_and_long_rows_are_rejects_with_their_text() -> None:
    export = 'id,at,subject\n1,2025-03-01,"a\nb"\n2,2025-03-01\n3,2025-03-01,x,y\n4,2025-03-01,z\n'
    found = admitted(export, SUBJECTS)
    assert [(r.line, r.raw) for r in found.outcome.rejected] == [
        (4, "2,2025-03-01"),
        (5, "3,2025-03-01,x,y"),
    ]
    assert column(found, "ticket_id") == ["1", "4"]


def test_record_cut_off_at_the_end_is_rejected() -> None:
    found = admitted("id,at,subject\n1,2025-03-01,a\n2,2025-03-01,b\n3,2025-0", SUBJECTS)
    assert [line for line, _ in rejects(found)] == [4]


def test_quotes_that_swallow_whole_records_are_refused() -> None:
    export = (
        'id,at,subject\n0,2025-03-01,"x\ny"\n1,2025-03-01,"a\n2,2025-03-01,b\n3,2025-03-01,c\n4,2025-03-01,d"\n'
        "5,2025-03-01,e\n"
    )
    with pytest.raises(IntakeError, match="quote on line 4 does not close and swallows whole"):
        admitted(export, SUBJECTS)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    export = end.join(["id,at,subject", '1,2025-03-01,"a', 'b"', "2,no,x", "3,2025-03-01,y"])
    found = admitted(export, SUBJECTS)
    assert column(found, "subject") == ["a\nb", "y"]
    assert rejects(found)[0][0] == 4


def test_carriage_return_inside_a_text_ends_no_line() -> None:
    found = admitted("id,at,subject\n1,2025-03-01,a\r=1+1\n2,2025-03-01,b\n", SUBJECTS)
    assert column(found, "subject") == ["a\r=1+1", "b"]


def test_blank_lines_are_no_records() -> None:
    assert admitted("id,at\n\n1,2025-03-01\n\n\n2,2025-03-02\n").outcome.records_in == 2


@pytest.mark.parametrize("export", ["", "\n", "   \n"])
def test_nothing_to_read_is_refused(export: str) -> None:
    with pytest.raises(IntakeError, match="is empty|no records"):
        admitted(export)


@pytest.mark.parametrize("export", ["id,at\n", "id,at"])
def test_a_header_alone_is_an_export_of_nothing_and_says_so(export: str) -> None:
    outcome = admitted(export).outcome
    assert (outcome.outcome, outcome.records_in, outcome.kept) == ("loaded", 0, 0)
    assert any("no records" in warning for warning in outcome.warnings)


def test_only_bad_records_are_refused_with_the_first_reason() -> None:
    with pytest.raises(IntakeError, match="none of its 2 records .* line 2: created_at: 'x'"):
        admitted("id,at\n1,x\n2,y\n")


def test_repeated_keys_keep_the_latest_wherever_it_stands() -> None:
    export = "id,at,u,subject\n1,2025-03-01,2025-03-09,late\n1,2025-03-01,2025-03-02,early\n"
    found = admitted(export, SUBJECTS + "  updated_at: u\n")
    assert column(found, "subject") == ["late"]
    assert found.outcome.kept == 2
    note = "tickets: 1 records repeat a key; the latest updated_at was kept"
    assert note in found.outcome.warnings


def test_many_rejects_are_found_in_one_pass() -> None:
    lines = [f"{n},{'2025-03-01' if n % 2 else 'no'}" for n in range(1, 4001)]
    found = admitted("id,at\n" + "\n".join(lines) + "\n")
    assert (found.outcome.records_in, found.outcome.kept) == (4000, 2000)
    assert [r.line for r in found.outcome.rejected[:2]] == [3, 5]
