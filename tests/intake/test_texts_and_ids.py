"""Do identifiers and names come through untouched, and is no person left in the rows?"""

from __future__ import annotations

import pytest
from gate_texts import TICKETS, admitted, column, rejects, rows, values_of

from workbench.errors import IntakeError

PEOPLE = TICKETS + "  requester_key: who\n  subject: subject\n"


def ids(*cells: str) -> list[str]:
    return column(admitted("id,at\n" + "".join(f"{c},2025-03-01\n" for c in cells)), "ticket_id")


def test_ids_keep_leading_zeros_length_and_letters() -> None:
    odd = ["00042", "9007199254740993", "1E5", "INC-7", "#1001", "1.5", "2.0"]
    assert ids(*odd) == odd


def test_ids_that_all_became_floats_lose_the_zero_and_it_is_told() -> None:
    found = admitted("id,at\n1001.0,2025-03-01\n1002.0,2025-03-01\n")
    assert column(found, "ticket_id") == ["1001", "1002"]
    assert found.outcome.warnings == ("id: all 2 identifiers end in .0, which was taken off",)


def test_ids_that_a_spreadsheet_rounded_are_refused_or_rejected() -> None:
    with pytest.raises(IntakeError, match="2 identifiers that a spreadsheet has rounded"):
        ids("1.23E+11", "1.24E+11", "7")
    found = admitted("id,at\n7,2025-03-01\n8,2025-03-01\n1.23E+11,2025-03-01\n")
    assert column(found, "ticket_id") == ["7", "8"]
    assert [line for line, _ in rejects(found)] == [4]


@pytest.mark.parametrize("name", ["NA", "None", "Null", "nan", "TRUE", "00042", "1e5", "#N/A", "-"])
def test_names_that_look_like_something_else_stay_names(name: str) -> None:
    found = admitted(f"id,at,who,subject\n1,2025-03-01,{name},{name}\n", PEOPLE)
    assert (rows(found)[0]["requester_key"], rows(found)[0]["subject"]) == (name, name)


def test_outer_blanks_go_and_inner_ones_stay() -> None:
    assert values_of(["  a  b\u00a0", "\t", ""], "x") == ["a  b", None, None]


def test_empty_id_is_rejected_and_empty_subject_is_not() -> None:
    mapping = PEOPLE + "required: [subject]\n"
    found = admitted("id,at,who,subject\n1,2025-03-01,a,\n,2025-03-01,b,x\n", mapping)
    assert rejects(found) == [(3, "ticket_id is empty")]
    assert column(found, "subject") == [None]


def test_pseudonym_is_the_same_in_every_source_and_never_the_address() -> None:
    zendesk = '{"id": 7, "role": "end-user", "name": "Ana", "email": "Ana.Lopez@Example.com"}'
    people = admitted(zendesk, None, redact=True).tables["customers"].to_pylist()[0]
    stripe = "id,Charge ID,Created (UTC),Amount,Status,Customer Email\nre_1,ch_1,2025-03-01,5.00,"
    paid = admitted(stripe + "succeeded, ana.lopez@example.com \n", None, redact=True)
    key = column(paid, "customer_key", "refunds")[0]
    assert people["customer_key"] == key
    assert people["customer_id"] not in (key, "7")
    assert key.startswith("c_")
    assert "ana" not in key
    text = stripe + "succeeded,ana.lopez@example.com\n"
    other = admitted(text, None, redact=True, pseudonym_key="it's another")
    assert column(other, "customer_key", "refunds") != [key]


SAID = (
    "I am ana@example.com or +34 600 123 456, call (555) 123-4567, "
    "card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00, order #1001"
)


def test_texts_are_scrubbed_unless_told_not_to() -> None:
    export = f'id,at,who,subject\n1,2025-03-01,ana@example.com,"{SAID}"\n'
    clean = rows(admitted(export, PEOPLE, redact=True))[0]
    assert clean["subject"] == (
        "I am [email] or [phone], call [phone], card [card], IBAN [iban], order #1001"
    )
    assert clean["requester_key"].startswith("c_")
    plain = rows(admitted(export, PEOPLE, redact=False))[0]
    assert (plain["subject"], plain["requester_key"]) == (SAID, "ana@example.com")


@pytest.mark.parametrize("text", ["order 1001 and 1002", "2025-03-01", "version 1.2.3", "€ 12.50"])
def test_ordinary_numbers_are_not_scrubbed(text: str) -> None:
    assert values_of([text], "x", redact=True) == [text]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("card 4111.1111.1111.1111 here", "card [card] here"),
        ("card 4111\u00a01111\u00a01111\u00a01111 here", "card [card] here"),
        ("call 5551234567 now", "call [phone] now"),
        ("call 020 7946 0958 now", "call [phone] now"),
        ("call 0151-12345678 now", "call [phone] now"),
        ("iban de89 3704 0044 0532 0130 00", "iban [iban]"),
        ("ssn 123-45-6789", "ssn [number]"),
        ("from müller@köln.de", "from [email]"),
        ("from o'neill@example.com", "from [email]"),
    ],
)
def test_other_ways_to_write_them_are_masked_too(said: str, kept: str) -> None:
    assert values_of([said], "x", redact=True) == [kept]
