"""Is every column found, whatever the case, blanks, marks and repeats of its header?"""

from __future__ import annotations

import codecs

import pytest
from gate_texts import TICKETS, admitted, column, rows

from workbench.errors import IntakeError

SUBJECTS = TICKETS + "  subject: subject\n"


@pytest.mark.parametrize(
    "header",
    [
        "id,at,subject",
        "ID,At,SUBJECT",
        " id , at,subject  ",
        "subject,at,id",
        '"id","at","subject"',
    ],
)
def test_case_blanks_and_order_do_not_matter(header: str) -> None:
    order = [name.strip(' "').lower() for name in header.split(",")]
    record = {"id": "007", "at": "2025-03-01", "subject": "hi"}
    found = admitted(f"{header}\n{','.join(record[name] for name in order)}\n", SUBJECTS)
    assert (rows(found)[0]["ticket_id"], rows(found)[0]["subject"]) == ("007", "hi")


@pytest.mark.parametrize("header", ["id,at", '"id","at"'])
def test_byte_order_mark_is_no_part_of_a_name(header: str) -> None:
    found = admitted(codecs.BOM_UTF8 + f"{header}\n1,2025-03-01\n".encode())
    assert column(found, "ticket_id") == ["1"]


def test_utf16_is_read_by_its_mark() -> None:
    export = "id,at,subject\n1,2025-03-01,Zoë\n"
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        found = admitted(mark + export.encode(name), SUBJECTS)
        assert column(found, "subject") == ["Zoë"]


def test_repeated_and_blank_names_are_told_and_the_first_is_read() -> None:
    found = admitted("id,at,subject,Subject,\n1,2025-03-01,first,second,x\n", SUBJECTS)
    assert column(found, "subject") == ["first"]
    assert "column 4 'Subject' is read as 'Subject__2'" in found.outcome.warnings
    assert "column 5 '' is read as 'column_5'" in found.outcome.warnings


def test_names_the_gate_uses_itself_are_free_for_exports() -> None:
    mapping = SUBJECTS.replace("subject: subject", "subject: _record__2")
    found = admitted("id,at,_record,_LINE\n1,2025-03-01,mine,x\n", mapping)
    assert column(found, "subject") == ["mine"]


def test_missing_column_names_the_nearest_and_what_there_is() -> None:
    with pytest.raises(IntakeError, match=r"lacks the column 'at', .*It has: id, when") as caught:
        admitted("id,when\n1,2025-03-01\n")
    assert caught.value.fix
    with pytest.raises(IntakeError, match="did you mean 'idd'"):
        admitted("idd,at\n1,2025-03-01\n")


def test_unknown_file_without_a_mapping_names_its_columns() -> None:
    with pytest.raises(IntakeError, match="in no format known here; its columns are id, at") as bad:
        admitted("id,at\n1,2025-03-01\n", None)
    assert "--mapping" in bad.value.fix


def test_almost_a_known_format_says_what_is_missing() -> None:
    header = "Id,Name,Email,Created at,Paid at,Cancelled at,Total,Lineitem name"
    with pytest.raises(IntakeError, match="nearest: shopify_orders, which also needs Currency"):
        admitted(f"{header}\n1,#1001,a@b.co,2025-03-01,,,10.00,mug\n", None)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(delimiter: str) -> None:
    found = admitted(f"id{delimiter}at\n01{delimiter}2025-03-01\n")
    assert column(found, "ticket_id") == ["01"]


def test_ten_thousand_columns_take_a_moment() -> None:
    names = ",".join(f"c{n}" for n in range(10_000))
    found = admitted(f"id,at,{names}\n1,2025-03-01{',x' * 10_000}\n")
    assert found.outcome.kept == 1
