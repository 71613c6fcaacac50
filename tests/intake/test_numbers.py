"""Are amounts read as the export meant them, and refused where 1,234 could be either?"""

from __future__ import annotations

from typing import Any

import pytest
from gate_texts import TICKETS, admitted, column, rejects, values_of

from workbench.errors import IntakeError

MONEY = "{from: x, type: money}"


def amounts(*cells: str, rule: str = MONEY) -> list[Any]:
    return values_of(list(cells), rule, "custom.amount")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("12.50", "3", "-0.5", ".5"), [12.5, 3, -0.5, 0.5]),
        (("1,234.50", "1,234"), [1234.5, 1234]),
        (("1.234,50", "1.234", "7,5"), [1234.5, 1234, 7.5]),
        (("$12.50", "$ 3.00", "-$4.00"), [12.5, 3, -4]),
        (("12,50 €", "3,00€"), [12.5, 3]),
        (("EUR 12.50", "3.00"), [12.5, 3]),
        (("12.50 USD", "3.00 USD"), [12.5, 3]),
        (("(12.50)", "3.00-", "($1,000.25)"), [-12.5, -3, -1000.25]),
        (("1 234,50", "1\u00a0234 567,00", "1\u202f000,5"), [1234.5, 1234567, 1000.5]),
        (("1'234.50", "0.125"), [1234.5, 0.125]),
        (("1\u2019234.50", "CHF 2.50"), [1234.5, 2.5]),
        (("\u221212.50", "\u22123"), [-12.5, -3]),
        (("1,23,456.78", "12,34,567"), [123456.78, 1234567]),
        (("US$12.50", "-US$3.00"), [12.5, -3]),
        (("₹1,200.50", "₹3.00"), [1200.5, 3]),
        (("12,50 kr", "3,00 kr"), [12.5, 3]),
        (("12.50", "N/A", "-", "null"), [12.5, None, None, None]),
    ],
)
def test_amounts(cells: tuple[str, ...], expected: list[float]) -> None:
    assert amounts(*cells) == expected


def test_decimal_comma_is_told() -> None:
    found = admitted("id;at;x\n1;2025-03-01;12,5\n", TICKETS + f"  custom.amount: {MONEY}\n")
    assert "x: decimal comma" in found.outcome.warnings


@pytest.mark.parametrize("cells", [("1,234",), ("1.234", "5"), ("1,234", "2.5", "2,5")])
def test_what_reads_both_ways_is_refused(cells: tuple[str, ...]) -> None:
    with pytest.raises(IntakeError, match="read both ways .1 such as 1,234") as caught:
        amounts(*cells)
    assert "decimal: comma" in caught.value.fix


@pytest.mark.parametrize(("decimal", "value"), [("point", 1234), ("comma", 1.234)])
def test_decimal_may_be_declared(decimal: str, value: float) -> None:
    mapping = f"decimal: {decimal}{TICKETS}  custom.amount: {MONEY}\n"
    found = admitted('id,at,x\n1,2025-03-01,"1,234"\n', mapping)
    assert column(found, "custom") == [f'{{"amount":{value:.4f}}}']


@pytest.mark.parametrize(
    "cells", [("$5.00", "€5.00"), ("USD 5.00", "EUR 5.00"), ("5 MIN", "2 DAY")]
)
def test_two_currencies_in_one_column_are_refused(cells: tuple[str, ...]) -> None:
    with pytest.raises(IntakeError, match="several currencies or units"):
        amounts(*cells)


@pytest.mark.parametrize(
    "cell", ["ten", "NaN", "Infinity", "1e3", "12 34", "5 10", "1,23,4", "--5", "99999999999999999"]
)
def test_what_is_no_number_is_rejected(cell: str) -> None:
    export = f'id,at,x\n1,2025-03-01,7.50\n2,2025-03-01,"{cell}"\n'
    found = admitted(export, f"{TICKETS}  custom.amount: {MONEY}\n")
    assert rejects(found) == [(3, f"custom.amount: '{cell}' is not a number")]


def test_whole_numbers() -> None:
    assert values_of(["3", "4.0", "", "1,200.0"], "x", "n_reopens") == [3, 4, None, 1200]
    assert values_of(["3", "4.5"], "x", "n_reopens") == [3]


def test_minor_units_and_durations() -> None:
    assert amounts("1250", "7", rule="{from: x, type: money, minor_units: true}") == [12.5, 0.07]
    for unit, minutes in (("seconds", 1.5), ("minutes", 90), ("hours", 5400), ("days", 129600)):
        rule = f"{{from: x, unit: {unit}}}"
        assert values_of(["90"], rule, "reported_resolution") == [pytest.approx(minutes)]


@pytest.mark.parametrize(
    ("unit", "cells", "minutes"),
    [
        ("hours", ["26:05:30", "1:30", "2.5"], [1565.5, 90, 150]),
        ("minutes", ["1d 2h 3m", "2 hours, 5 minutes", "90 s", "7"], [1563, 125, 1.5, 7]),
        ("seconds", ["-60", "120", "-0:01:00", "N/A"], [None, 2, None, None]),
    ],
)
def test_durations(unit: str, cells: list[str], minutes: list[float | None]) -> None:
    assert values_of(cells, f"{{from: x, unit: {unit}}}", "reported_resolution") == minutes


def test_negative_durations_are_told() -> None:
    mapping = f"{TICKETS}  reported_resolution: {{from: x, unit: minutes}}\n"
    found = admitted("id,at,x\n1,2025-03-01,-5\n2,2025-03-01,7.5\n", mapping)
    assert column(found, "reported_resolution") == [None, 7.5]
    assert "x: 1 durations are negative; left empty" in found.outcome.warnings


def test_booleans() -> None:
    words = ["true", "TRUE", "t", "Yes", "1", "false", "No", "0", "", "perhaps"]
    assert values_of(words, "x", "is_spam") == [True] * 5 + [False] * 3 + [None]
    words = ["WAHR", "oui", "Sí", "1.0", "FALSCH", "non", "0.0", "N/A"]
    assert values_of(words, "x", "is_spam") == [True] * 4 + [False] * 3 + [None]


def test_lists() -> None:
    assert values_of(["vip, refund;late", "one", ""], "x", "tags") == [
        ["vip", "refund", "late"], ["one"], None,
    ]  # fmt: skip
    assert values_of(["vip refund", "one"], "x", "tags") == [["vip", "refund"], ["one"]]
    assert values_of(["late delivery, vip"], "x", "tags") == [["late delivery", "vip"]]
    assert values_of(['["a b","c"]', "['d', 'e']", "[]"], "x", "tags") == [
        ["a b", "c"], ["d", "e"], [],
    ]  # fmt: skip
