"""Columns whose every text is in one plain form, proved in a single pass over the whole file.

The careful readers put a dozen questions to each value, for they must decide between readings.
Most columns of most exports leave nothing to decide: every time is ``2025-03-01T10:00:00Z``, every
number is ``12.50``. Where that is proved, the value is a cast, and it is the value the careful
reader would give.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import duckdb

from workbench.intake.columns.readings import Asked
from workbench.tables.schema import Kind

_SAMPLE = 500  # records from which a column's form is supposed, before all of them prove it
# Years in which nothing stands for "no date"; a column with another year is read with care.
_DAY = r"(?:197[1-9]|19[89]\d|20\d\d|21[0-8]\d)-\d\d-\d\d"
_CLOCK = r"[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?"


class Form(Enum):
    """A form that reads one way only; its value is an expression every text must match."""

    DAY = _DAY
    MOMENT = _DAY + _CLOCK
    ZONED = _DAY + _CLOCK + r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)"
    WHOLE = r"-?\d{1,15}"
    NUMBER = r"-?\d{1,13}(?:\.\d{1,2}(?:e0)?)?"  # e0: a JSON number
    UNSIGNED = r"\d{1,13}(?:\.\d{1,2}(?:e0)?)?"  # a duration is never negative
    WORDS = r"[A-Za-z0-9_.:/-]+(?:,[A-Za-z0-9_.:/-]+)*"  # a list that only a comma divides
    AS_WRITTEN = ""  # an identifier no program has rewritten


@dataclass(frozen=True)
class Plain:
    """The form every filled cell of a column has, and how many are filled."""

    form: Form
    filled: int


def plain_forms(connection: duckdb.DuckDBPyConnection, asked: Sequence[Asked]) -> dict[int, Plain]:
    """Which of these columns are in one plain form throughout? By place in ``asked``,
    whose cells are all of one table."""
    supposed = supposed_forms(connection, asked) if asked else {}
    if not supposed:
        return {}
    cells = asked[0].cell.cells
    proofs = ", ".join(
        f"bool_and({proof_of(asked[place].cell.sql, form)}), count({asked[place].cell.sql})"
        for place, form in supposed.items()
    )
    found = connection.execute(f"SELECT {proofs} FROM {cells}").fetchall()[0]
    pairs = zip(supposed.items(), found[::2], found[1::2], strict=True)
    return {place: Plain(form, filled) for (place, form), proved, filled in pairs if proved}


def proof_of(text: str, form: Form) -> str:
    """SQL: this text is in this form."""
    if form is Form.AS_WRITTEN:  # cheaper than an expression, and every 1.23E+11 fails one of these
        return (
            f"NOT (contains({text}, 'E+') OR contains({text}, 'e+') OR ends_with({text}, '.0') "
            f"OR starts_with({text}, '-') OR {text} LIKE '_.%' OR {text} LIKE '_,%' "
            f"OR {text} LIKE '%N/A')"
        )
    return f"regexp_full_match({text}, '{form.value}')"


def supposed_forms(
    connection: duckdb.DuckDBPyConnection, asked: Sequence[Asked]
) -> dict[int, Form]:
    """The form to prove per column, from its first texts; no form where they have none."""
    texts = [one.cell.sql for one in asked]
    rows = connection.execute(
        f"SELECT {', '.join(texts)} FROM {asked[0].cell.cells} LIMIT {_SAMPLE}"
    ).fetchall()
    found = {}
    for place, one in enumerate(asked):
        first = [row[place] for row in rows if row[place] is not None]
        form = _form(one, first) if first else None
        if form is not None:
            found[place] = form
    return found


def _form(asked: Asked, texts: list[str]) -> Form | None:
    if asked.identifier:
        # One that does not end in .0 disproves that a program made floats of them all.
        return None if all(text.endswith(".0") for text in texts) else Form.AS_WRITTEN
    for form in _candidates(asked):
        if all(re.fullmatch(form.value, text, re.ASCII) for text in texts):
            return form
    return None


def _candidates(asked: Asked) -> tuple[Form, ...]:
    pointed = asked.conventions.decimal != "comma"  # 12.50 is no number where a comma is declared
    if asked.rule.unit is not None:
        return (Form.UNSIGNED,) if pointed else ()
    if asked.kind is Kind.TIME:
        return Form.DAY, Form.MOMENT, Form.ZONED
    if asked.kind is Kind.INTEGER:
        return (Form.WHOLE,)
    if asked.kind is Kind.LIST:
        return (Form.WORDS,)
    if asked.kind in (Kind.MONEY, Kind.NUMBER) and pointed:
        return (Form.NUMBER,)
    return ()
