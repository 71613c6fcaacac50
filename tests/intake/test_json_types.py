"""Does a JSON value keep what its type says of it, whatever stands beside it?"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from gate_texts import TICKETS, admitted, column, rejects

from workbench.errors import IntakeError

ORDERS = """
source: shop
table: orders
columns:
  order_id: id
  created_at: at
  total: amount
"""
TAGGED = TICKETS + "  tags: tags\n"


def orders(*amounts: str) -> str:
    """JSON lines; the amounts as they stand in the file."""
    return "".join(
        f'{{"id": "{n}", "at": "2025-03-01T10:00:00Z", "amount": {amount}}}\n'
        for n, amount in enumerate(amounts, start=1)
    )


def tickets(**field: Any) -> str:
    name, values = next(iter(field.items()))
    return "".join(
        json.dumps({"id": str(n), "at": "2025-03-01", name: value}) + "\n"
        for n, value in enumerate(values, start=1)
    )


def money(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize("decimal", ["", "decimal: comma\n"])
def test_a_json_number_has_a_point_whatever_its_neighbours_have(decimal: str) -> None:
    found = admitted(orders("12.345", '"1,5"', '"2,5"', "1234", "-7.0", "12.5"), decimal + ORDERS)
    assert rejects(found) == []
    assert column(found, "total", "orders") == money("12.345", "1.5", "2.5", "1234", "-7", "12.5")


def test_json_numbers_alone_are_never_in_doubt() -> None:
    found = admitted(orders("12.345", "1.234", "1e3", "2.5E-1"), ORDERS)
    assert column(found, "total", "orders") == money("12.345", "1.234", "1000", "0.25")
    listed = admitted(f"[{','.join(orders('12.345', '1.234').splitlines())}]", ORDERS)
    assert column(listed, "total", "orders") == money("12.345", "1.234")


def test_texts_beside_json_numbers_are_still_in_doubt() -> None:
    with pytest.raises(IntakeError, match="read both ways"):
        admitted(orders("12.345", '"1,234"'), ORDERS)


def test_a_whole_number_is_one_identifier_however_it_is_spelled() -> None:
    ids = ["1e5", "12.0", "9007199254740993", "1.5", '"7.0"', '"A1"']
    text = "".join(f'{{"id": {one}, "at": "2025-03-01", "subject": 3.0}}\n' for one in ids)
    found = admitted(text, TICKETS + "  subject: subject\n")
    assert column(found, "ticket_id") == ["100000", "12", "9007199254740993", "1.5", "7.0", "A1"]
    assert column(found, "subject") == ["3.0"] * 6


@pytest.mark.parametrize("value", ["[1,234]", "[1]", "[null]"])
def test_a_list_is_no_number(value: str) -> None:
    found = admitted(orders("5", value, "[]"), ORDERS)
    assert rejects(found) == [(2, "amount: holds a list where a number belongs")]
    assert column(found, "total", "orders") == [Decimal(5), None]


def test_a_list_is_no_time_and_no_identifier() -> None:
    text = tickets(at=[["2025-03-01"], "2025-03-02"]) + '{"id": [3, 4], "at": "2025-03-01"}\n'
    assert rejects(admitted(text)) == [
        (1, "at: holds a list where a time belongs"),
        (3, "id: holds a list where an identifier belongs"),
    ]


def test_a_list_of_texts_is_one_text_where_a_text_belongs() -> None:
    found = admitted(tickets(subject=[["a", "b"]]), TICKETS + "  subject: subject\n")
    assert column(found, "subject") == ["a,b"]


def test_a_json_list_arrives_as_its_strings() -> None:
    lists = [["late, very", "vip", None], ["late delivery"], ["a", "b"], "x, late one", [], ["ü"]]
    assert column(admitted(tickets(tags=lists), TAGGED), "tags") == [
        ["late, very", "vip"], ["late delivery"], ["a", "b"], ["x", "late one"], None, ["ü"],
    ]  # fmt: skip


def test_one_list_of_one_tag_with_a_blank() -> None:
    assert column(admitted(tickets(tags=[["late delivery"]]), TAGGED), "tags") == [
        ["late delivery"]
    ]


@pytest.mark.parametrize("half", ['"id": "\\ud83d1"', '"id": "1", "a\\udc00": 1'])
def test_half_a_character_is_a_reject(half: str) -> None:
    good = '{"id": "2", "at": "2025-03-01", "subject": "\\ud83d\\ude00"}\n'
    found = admitted(f'{{{half}, "at": "2025-03-01"}}\n{good}', TICKETS + "  subject: subject\n")
    [(line, reason)] = rejects(found)
    assert (line, "half a character" in reason) == (1, True)
    assert column(found, "subject") == ["😀"]
    with pytest.raises(IntakeError, match="half a character"):
        admitted(f'[{{{half}, "at": "2025-03-01"}}]')


@pytest.mark.parametrize("keys", [("id", "ID"), ("ID", "id")])
def test_the_key_in_the_case_that_the_mapping_writes_wins(keys: tuple[str, str]) -> None:
    record = {key: key for key in keys} | {"at": "2025-03-01"}
    assert column(admitted(json.dumps(record)), "ticket_id") == ["id"]


def test_keys_that_differ_by_case_alone_are_not_chosen_between() -> None:
    text = '{"id": 1, "ID": 2, "at": "2025-03-01"}\n{"id": 3, "at": "2025-03-01"}\n'
    found = admitted(text, TICKETS.replace(": id", ": Id"))
    assert rejects(found) == [(1, "id: stands there as ID too; the mapping must name one exactly")]
    assert column(found, "ticket_id") == ["3"]
