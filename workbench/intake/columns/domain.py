"""What no help desk or shop can mean: an end before its beginning.

An end may stand a little before its beginning where one of the two was rounded: within a minute,
or on the same day where it is a day without a clock. The record stays, and the end is left empty
and counted, for a report must never show a negative time. Any other contradiction rejects the
record: one of its two times is wrong, and nobody can say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

# Per table: a time, and the time it cannot be before. Times that nothing is measured between,
# such as the payment of an order that was entered by hand, may stand in any order.
_NOT_BEFORE: dict[str, tuple[tuple[str, str], ...]] = {
    "tickets": (
        ("first_reply_at", "created_at"), ("first_solved_at", "created_at"),
        ("last_solved_at", "created_at"), ("closed_at", "created_at"),
    ),
    "surveys": (("answered_at", "offered_at"),),
    "disputes": (("created_at", "charge_at"),),
    "subscriptions": (("ended_at", "started_at"),),
    "agents": (("valid_to", "valid_from"),),
    "onboarding": (("ends_at", "starts_at"),),
    "escalations": (
        ("ack_at", "at"), ("decided_at", "at"), ("loop_closed_at", "at"),
        ("customer_told_at", "at"),
    ),
}  # fmt: skip
_SIGNS = {
    "€": ("EUR", ""),
    "£": ("GBP", "GIP", "FKP", "SHP", "EGP", "LBP", "SYP"),
    "¥": ("JPY", "CNY"),
}
# Other words may be what an export calls its amounts; these are currencies beyond doubt.
_CODES = (
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KRW", "MXN", "MYR", "NGN", "NOK",
    "NZD", "PEN", "PHP", "PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD",
    "VND", "ZAR",
)  # fmt: skip
_NO_DOLLARS = ("EUR", "GBP", "JPY", "CNY", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "INR", "KRW")
_SHOWN = 3


def contradictions(table: str, places: Mapping[str, int]) -> list[tuple[str, str]]:
    """SQL over ``typed``: when a record contradicts itself, and the words for it.

    ``places`` numbers the mapped columns: c0 is the text of the first, v0 its value.
    """
    found = []
    for late, early in _mapped(table, places):
        one, other = f"v{places[late]}", f"v{places[early]}"
        words = (
            f"'{late} ' || {_shown(one)} || ' is before {early} ' || {_shown(other)} "
            "|| '; one of them is wrong'"
        )
        wrong = f"{one} < {other} AND NOT {_rounded(places[late], places[early])}"
        found.append((f"coalesce({wrong}, false)", words))
    return found


def currency_contradictions(money: Iterable[int], currency: int) -> list[tuple[str, str]]:
    """SQL over ``typed``: when an amount names another currency than the record's own column.

    ``money`` and ``currency`` are the places of those columns.
    """
    code = f"upper(v{currency})"
    found = []
    for place in money:
        cell = f"c{place}"
        named = f"regexp_extract({cell}, '[A-Z]{{3}}')"
        tests = [f"({named} IN {_CODES} AND {named} <> {code})"]
        for sign, codes in _SIGNS.items():
            tests.append(f"(contains({cell}, '{sign}') AND {code} NOT IN {codes})")
        tests.append(f"(contains({cell}, '$') AND {code} IN {_NO_DOLLARS})")
        words = f"'the amount ' || left({cell}, 30) || ' is not in ' || {code}"
        wrong = f"{code} IN {_CODES} AND ({' OR '.join(tests)})"
        found.append((f"coalesce({wrong}, false)", words))
    return found


def possible_times(table: str, places: Mapping[str, int]) -> dict[str, str]:
    """SQL over ``typed`` of the times that may stand before their beginning: then empty."""
    values: dict[str, str] = {}
    for late, early in _mapped(table, places):
        one, other = f"v{places[late]}", f"v{places[early]}"
        values[late] = f"CASE WHEN {one} < {other} THEN NULL ELSE {one} END"
    return values


def rounded_times(table: str, places: Mapping[str, int]) -> list[tuple[str, str]]:
    """SQL over ``typed``: when rounding has put a time before its beginning, and which time."""
    return [
        (
            f"coalesce(v{places[late]} < v{places[early]} "
            f"AND {_rounded(places[late], places[early])}, false)",
            f"'{late}'",
        )
        for late, early in _mapped(table, places)
    ]


def rounding_notes(found: Iterable[tuple[int, str]]) -> list[str]:
    """What to say of the records whose time was left empty: their numbers, and which time."""
    records: dict[str, list[int]] = {}
    for record, late in found:
        records.setdefault(late, []).append(record)
    return [
        f"{late}: {len(numbers):,} times stand just before their beginning, as rounding does; "
        f"left empty (records {', '.join(f'{n:,}' for n in numbers[:_SHOWN])}"
        + (", …)" if len(numbers) > _SHOWN else ")")
        for late, numbers in records.items()
    ]


def currency_notes(
    connection: duckdb.DuckDBPyConnection, typed: str, places: Mapping[str, int]
) -> list[str]:
    """Which currencies meet in one file?"""
    if "currency" not in places:
        return []
    code = f"upper(v{places['currency']})"
    found = connection.execute(
        f"SELECT {code}, count(*) FROM {typed} WHERE {code} IS NOT NULL GROUP BY 1 "
        "ORDER BY 2 DESC, 1"
    ).fetchall()
    if len(found) < 2:
        return []
    named = ", ".join(f"{count:,} {name}" for name, count in found[:5])
    return [f"amounts are in {len(found)} currencies ({named}); no sum is made of two"]


def _mapped(table: str, places: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    pairs = _NOT_BEFORE.get(table, ())
    return [(late, early) for late, early in pairs if late in places and early in places]


def _rounded(late: int, early: int) -> str:
    """SQL: can rounding alone have put one time before the other?"""
    day_only = f"NOT contains(c{late}, ':') AND NOT regexp_full_match(c{late}, '\\d{{10,}}.*')"
    return (
        f"(v{late} > v{early} - INTERVAL 1 MINUTE OR "
        f"(v{late} > v{early} - INTERVAL 1 DAY AND {day_only}))"
    )


def _shown(value: str) -> str:
    return f"strftime({value} AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S')"
