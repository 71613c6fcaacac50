"""Files that say two things: refused, rejected or told, never read as one of them."""

from __future__ import annotations

import pytest
from gate_texts import TICKETS, admitted, column, rejects

from workbench.errors import IntakeError

ORDERS = """
source: s
table: orders
columns: {order_id: id, created_at: at, total: amt, currency: cur}
"""


@pytest.mark.parametrize("rounded", ["1.23457e+11", "1.23457E11", "1,5e11", "1E+05"])
def test_rounded_identifiers_are_known_however_they_are_written(rounded: str) -> None:
    lines = f'"{rounded}",2025-03-01\n"{rounded}",2025-03-01\n'
    with pytest.raises(IntakeError, match="a spreadsheet has rounded"):
        admitted("id,at\n" + lines)
    one = admitted(f'id,at\nA1,2025-03-01\nA2,2025-03-01\n"{rounded}",2025-03-01\n')
    assert [line for line, _ in rejects(one)] == [4]


def test_identifiers_that_only_look_like_it_stay() -> None:
    assert column(admitted("id,at\n1e5,2025-03-01\n1E5,2025-03-01\n"), "ticket_id") == [
        "1e5", "1E5",
    ]  # fmt: skip


def test_some_identifiers_with_a_point_zero_are_told() -> None:
    found = admitted("id,at\n1.0,2025-03-01\nA-3,2025-03-01\n")
    assert column(found, "ticket_id") == ["1.0", "A-3"]
    assert "id: 1 of 2 identifiers end in .0; kept as written" in found.outcome.warnings


def test_names_that_may_stand_for_nobody_are_kept_and_told() -> None:
    mapping = TICKETS + "  requester_key: who\n"
    names = ["-", "N/A", "Null", "NA"]
    lines = "".join(f"{n},2025-03-01,{who}\n" for n, who in enumerate(names))
    found = admitted("id,at,who\n" + lines, mapping)
    assert column(found, "requester_key") == names
    assert any("who: 2 cells such as - or N/A are kept" in n for n in found.outcome.warnings)


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [
        ("€12.50", "EUR", True), ("€12.50", "USD", False), ("12.50 EUR", "JPY", False),
        ("12.50 EUR", "eur", True), ("$5", "CAD", True), ("$5", "EUR", False),
        ("£5", "USD", False), ("12.50", "USD", True),
    ],
)  # fmt: skip
def test_amount_in_another_currency_than_its_record_is_rejected(
    amount: str, currency: str, kept: bool
) -> None:
    export = f"id,at,amt,cur\n1,2025-03-01,7.00,USD\n2,2025-03-01,{amount},{currency}\n"
    found = admitted(export, ORDERS)
    assert [line for line, _ in rejects(found)] == ([] if kept else [3])


def test_date_orders_of_one_file_agree() -> None:
    mapping = TICKETS + "  updated_at: up\n"
    with pytest.raises(IntakeError, match="'at' can only be day-first, those in 'up' only month"):
        admitted("id,at,up\n1,25/01/2025,01/26/2025\n2,03/01/2025,02/03/2025\n", mapping)


def test_quote_that_swallows_records_of_two_fields_is_refused() -> None:
    mapping = "source: s\ntable: teams\ncolumns: {group_id: id, team: name}\n"
    with pytest.raises(IntakeError, match="a quote on line 2 does not close"):
        admitted('id,name\n1,"Alpha\n2,Beta\n3,Gamma"\n4,Delta\n', mapping)
    letter = 'id,name\n1,"Dear all,\nas said, two lines\nbye"\n4,Delta\n'
    assert len(column(admitted(letter, mapping), "team", "teams")) == 2


def test_half_hour_that_a_zone_repeats_is_told() -> None:
    found = admitted("id,at\n1,2025-04-06 01:45:00\n", timezone="Australia/Lord_Howe")
    assert any("repeats" in note for note in found.outcome.warnings)


def test_mark_of_the_gate_in_a_text_is_no_line_end() -> None:
    found = admitted("id,at,s\n1,2025-03-01,a\ufdd2b\n", TICKETS + "  subject: s\n")
    assert column(found, "subject") == ["a\ufdd2b"]


def test_text_that_breaks_off_says_so() -> None:
    whole = "id,at\n1,2025-03-01\n2,2025-03-01\n"
    cut = admitted(whole + "3,2025-0")
    assert [line for line, _ in rejects(cut)] == [4]
    assert any("ends within a record (line 4)" in note for note in cut.outcome.warnings)
    for complete in (whole, whole.rstrip(), whole + "3,soon\n"):
        told = admitted(complete).outcome.warnings
        assert not any("ends within" in note for note in told)


def test_channels_and_priorities_are_words_whatever_their_case() -> None:
    mapping = TICKETS + "  channel: via\n  priority: p\n"
    found = admitted("id,at,via,p\n1,2025-03-01,Chat,High\n2,2025-03-01,chat,HIGH\n", mapping)
    assert column(found, "channel") == ["chat", "chat"]
    assert column(found, "priority") == ["high", "high"]
