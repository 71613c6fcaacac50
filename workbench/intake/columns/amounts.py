"""What an amount or a count is worth: in whole units, per month, for as many as there are."""

from __future__ import annotations

from workbench.definitions.currencies import NO_DECIMALS, THREE_DECIMALS
from workbench.intake.columns.readings import Cell, Reading, full
from workbench.intake.mappings.rules import ColumnRule

_HMS = r"\d+:[0-5]\d:[0-5]\d"
SPANS = "day, week, month or year"
_MONTHS_IN = {"day": "12 / 365.25", "week": "12 * 7 / 365.25", "month": "1", "year": "12"}


def scaled(value: str, rule: ColumnRule, cell: Cell) -> str:
    """SQL: a number as its rule means it; empty where what it depends on cannot be read."""
    if rule.beyond is not None:
        return f"CASE WHEN ({value}) <= {rule.beyond} THEN 0 ELSE ({value}) - {rule.beyond} END"
    if not (rule.minor_units or cell.times or cell.per):
        return value
    value = f"CAST(({value}) AS DECIMAL(22, 4))"  # room to multiply in; an overflow ends the file
    if rule.minor_units:
        value = f"CAST({value} * {_unit(cell.currency)} AS DECIMAL(22, 6))"
    if cell.times:
        count = f"try_cast({cell.times} AS DECIMAL(12, 4))"
        value = f"({value} * CASE WHEN {cell.times} IS NULL THEN 1 ELSE {count} END)"
    if cell.per:
        value = _monthly(value, cell.per)
    return f"try_cast({value} AS DECIMAL(18, 4))"


def wanted(plain: str, cell: Cell) -> str:
    """What such a number is called where one cannot be read."""
    if cell.currency:
        plain = f"{plain} in the smallest unit of a currency"
    return f"{plain} per {SPANS}" if cell.per else plain


def clock_reading(cell: Cell) -> Reading:
    """How to read a duration that is written as hours, minutes and seconds, as minutes.

    A bare number is none: what it counts is not said.
    """
    part = f"CAST(string_split({cell.sql}, ':')[%d] AS DOUBLE)"
    minutes = f"{part % 1} * 60 + {part % 2} + {part % 3} / 60"
    value = f"CASE WHEN {full(cell, _HMS)} THEN {minutes} END"
    return Reading(value, "a duration such as 26:05:10")


def _unit(currency: str) -> str:
    """SQL: what one smallest unit is worth; a decimal, so that money stays exact."""
    if not currency:
        return "CAST(0.01 AS DECIMAL(4, 3))"
    code = f"upper(trim({currency}))"
    return (
        f"CAST(CASE WHEN {code} IN {NO_DECIMALS} THEN '1' WHEN {code} IN {THREE_DECIMALS} "
        f"THEN '0.001' WHEN regexp_full_match({code}, '[A-Z]{{3}}') THEN '0.01' END "
        "AS DECIMAL(4, 3))"
    )


def _monthly(amount: str, per: str) -> str:
    """An amount for a span such as ``year`` or ``3 months``, as an amount per month."""
    count = f"coalesce(try_cast(regexp_extract({per}, '\\d+') AS INTEGER), 1)"
    months = " ".join(f"WHEN '{span}' THEN {m}" for span, m in _MONTHS_IN.items())
    span = f"CASE regexp_extract({per}, '{'|'.join(_MONTHS_IN)}') {months} END"
    return f"(({amount}) / (({span}) * {count}))"
