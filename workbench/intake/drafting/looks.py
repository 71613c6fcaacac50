"""What do the values of a column look like? Only good enough to draft; the gate itself decides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.tables.schema import Column, Kind

_MOST = 0.8  # a few slips do not change what a column is
_MANY_WORDS = 40
_MONTHS = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zé]*\.?"
_DATE = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|"
    rf"\d{{1,2}}[ -]{_MONTHS}[ ,-]+\d{{2,4}}|{_MONTHS} \d{{1,2}},? \d{{4}}"
)
TIME = re.compile(rf"(?i)(?:{_DATE})(?:[ T,].*)?|1[0-9]{{9}}(?:\d{{3}}|\d{{6}})?")
PARTED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}.*")
ZONED = re.compile(r".*(?:Z|UTC|GMT|:\d{2}(?:\.\d+)? ?[+-]\d{2}(?::?\d{2})?)|\d+")
NUMBER = re.compile(
    r"[-+(\u2212]?(?:[A-Z]{3}|[$€£¥])?\s?[-+\u2212]?\d[\d.,\u00a0\u202f' ]*"
    r"(?:[A-Z]{3}|[$€£¥%])?[)-]?"
)
CLOCK = re.compile(r"-?\d+:[0-5]\d(?::[0-5]\d)?")
_MONEY = re.compile(r".*(?:[$€£¥]|[A-Z]{3}$|^[A-Z]{3}|[.,]\d\d\)?-?$)")
_LISTED = re.compile(r"[\w:-]+(?:\s*[,;|]\s*[\w:-]+)+|\[.*\]")
_YES_NO = {"true", "false", "t", "f", "yes", "no", "y", "n", "1", "0"}
UNITS = {
    "seconds": "seconds", "second": "seconds", "secs": "seconds", "sec": "seconds", "s": "seconds",
    "minutes": "minutes", "minute": "minutes", "mins": "minutes", "min": "minutes",
    "hours": "hours", "hour": "hours", "hrs": "hours", "hr": "hours", "h": "hours",
    "days": "days", "day": "days", "d": "days",
}  # fmt: skip


def mostly(pattern: re.Pattern[str], values: Sequence[str]) -> bool:
    """Have most of these values this form?"""
    alike = sum(pattern.fullmatch(value) is not None for value in values)
    return bool(values) and alike >= _MOST * len(values)


def is_yes_or_no(values: Sequence[str]) -> bool:
    """Do these say yes and no, and nothing else?"""
    return bool(values) and {v.casefold() for v in values} <= _YES_NO


def suits(column: Column, values: Sequence[str], known: dict[str, str]) -> bool:
    """Could these be values of this column? An empty column contradicts nothing."""
    if not values:
        return True
    if column.kind is Kind.TIME:
        return mostly(TIME, values)
    if column.kind is Kind.BOOLEAN:
        return is_yes_or_no(values) or {v.casefold() for v in values} <= set(known)
    if column.kind is Kind.NUMBER and column.unit:
        return (mostly(NUMBER, values) or mostly(CLOCK, values)) and not mostly(PARTED, values)
    if column.kind in (Kind.NUMBER, Kind.MONEY):
        return mostly(NUMBER, values) and not mostly(PARTED, values)
    if column.kind is Kind.INTEGER:
        return mostly(re.compile(r"-?\d+(?:\.0+)?"), values) or are_tiers(column, values)
    if column.allowed:
        return len({v.casefold() for v in values}) <= _MANY_WORDS and not mostly(TIME, values)
    return not (column.kind is Kind.TEXT and mostly(CLOCK, values))


def are_tiers(column: Column, values: Sequence[str]) -> bool:
    """Tiers spelt out, such as ``Tier 2`` or ``L1``?"""
    return column.name == "tier" and mostly(re.compile(r"[^\d]*[123][^\d]*"), values)


def unit_in(words: Sequence[str]) -> str | None:
    """The unit a column's name says its durations are in."""
    return next((UNITS[word] for word in reversed(words) if word in UNITS), None)


def type_of(values: Sequence[str]) -> str:
    """The type a custom column of these values would have in a mapping."""
    if is_yes_or_no(values) and not {"1", "0"} >= set(values):
        return "boolean"
    if mostly(TIME, values) and not mostly(re.compile(r"\d+"), values):
        return "time"
    if mostly(NUMBER, values):
        # a leading zero, or as many digits as a telephone number has, is a name and no number
        if any(re.fullmatch(r"0\d+|\d{7,}", value) for value in values):
            return "text"
        if mostly(_MONEY, values):
            return "money"
        return "integer" if mostly(re.compile(r"-?\d+"), values) else "number"
    return "list" if mostly(_LISTED, values) else "text"
