"""Which table does an unknown export feed, and which of its fields is which column?

Guesses for a draft that a person checks; nothing is imported by a guess.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from workbench.errors import IntakeError
from workbench.intake.drafting.aliases import known_names, known_words, plain_words
from workbench.intake.drafting.looks import UNITS, suits
from workbench.intake.drafting.samples import Field, Sample
from workbench.tables.catalog import TABLES
from workbench.tables.schema import Column, Table
from workbench.tables.settings import SETTINGS

_GIVEN = ("custom", "source", "source_row")  # the gate writes these itself
_FILLERS = {"at", "on", "time", "date", "datetime", "timestamp", "utc", "the", "of", "is", "in"}
# What a row of the table is called: "Ticket ID" is the ID of a file of tickets.
_NOUNS = {
    "tickets": {"ticket", "tickets", "case", "incident", "conversation", "issue", "request"},
    "messages": {"message", "comments"}, "events": {"event", "audits", "history", "changes"},
    "surveys": {"survey", "ratings", "csat"}, "teams": {"team", "groups", "queues"},
    "agents": {"agent", "admins", "teammates"}, "customers": {"customer", "contacts", "users"},
    "payments": {"payment", "charges"}, "refunds": {"refund"}, "orders": {"order"},
    "reviews": {"review"}, "subscriptions": {"subscription"}, "disputes": {"dispute"},
}  # fmt: skip
_SAME, _ALIKE, _NEAR = 1.0, 0.8, 0.6
_NEAR_ENOUGH = 0.86
_NAMED = 1.5  # telling fields
_LONGEST = 200  # characters of a name
_MOST_COMPARED = 300  # fields; spelling is compared with every name there is
# A unit or a zone after the name, and what kind of field it is before.
_ASIDE = re.compile(r"\s*\([^)]*\)\s*$|^[^:]*\bfield: *", re.IGNORECASE)


@dataclass(frozen=True)
class Guess:
    """One field taken for one column; ``sure``: it is called exactly so."""

    column: Column
    field: Field
    score: float

    @property
    def sure(self) -> bool:
        return self.score == _SAME


def guessed_table(sample: Sample) -> str:
    """The table most of an export's fields speak for, less what it needs and the export lacks.

    A field counts the more, the fewer tables could hold it: every table has an id. What the file
    is called counts too, for a guess.
    """
    settings = {table.name for table in SETTINGS}
    found = {
        name: guessed_columns(sample, table, near=False)
        for name, table in TABLES.items()
        if name not in settings
    }
    held = Counter(guess.field.name for guesses in found.values() for guess in guesses)
    called = set(plain_words(sample.file))

    def worth(name: str) -> float:
        have = {guess.column.name for guess in found[name]}
        lacks = [need for need in needed(TABLES[name]) if need not in have]
        telling = sum(guess.score / held[guess.field.name] for guess in found[name])
        hint = _NAMED if called & ({name, *_NOUNS.get(name, ())}) else 0.0
        return telling + hint - len(lacks)

    best = max(found, key=worth)
    if not found[best]:
        names = ", ".join(repr(f.name[:40]) for f in sample.fields[:6])
        raise IntakeError(
            f"has no field that a table could be known by: {names}.", where=sample.file,
            fix="Check that it begins with a header; say what it feeds with --table.",
        )  # fmt: skip
    return best


def needed(table: Table) -> tuple[str, ...]:
    """Columns without which there is no row, except what a constant or a count can stand for."""
    return tuple(
        column.name
        for column in table.columns
        if column.name not in _GIVEN
        and (column.required or column.name in table.key)
        and not column.allowed
        and (table.name, column.name) != ("order_lines", "line")
    )


def guessed_columns(sample: Sample, table: Table, *, near: bool = True) -> list[Guess]:
    """Every column with the field it is probably in; no field and no column twice.

    ``near``: also by names that are only spelt nearly so.
    """
    near = near and len(sample.fields) <= _MOST_COMPARED
    every = [
        Guess(table.column(name), field, score)
        for field in sample.fields
        if len(field.name) <= _LONGEST
        for name, score in _alike(field.name, table, near=near).items()
        if suits(table.column(name), field.values, known_words(table.name, name))
    ]
    taken: dict[str, Guess] = {}
    fields: set[str] = set()
    for guess in sorted(every, key=lambda g: -g.score):
        if guess.column.name not in taken and guess.field.name not in fields:
            taken[guess.column.name] = guess
            fields.add(guess.field.name)
    return [taken[name] for name in table.names if name in taken]


def _alike(field: str, table: Table, *, near: bool) -> dict[str, float]:
    """The columns whose known names this field's name is like, and how much."""
    words = plain_words(field)
    same, alike, spelt = _names(table.name)
    found = dict.fromkeys(same.get(words, ()), _SAME)
    for unit in (False, True):
        for column in alike.get((unit, _core(field, table.name, unit=unit)), ()):
            found.setdefault(column, _ALIKE)
    if near and not found and words:
        for name in difflib.get_close_matches(" ".join(words), spelt, n=2, cutoff=_NEAR_ENOUGH):
            found |= {column: _NEAR for column in spelt[name]}
    return found


_Same = dict[tuple[str, ...], list[str]]
_Core = dict[tuple[bool, frozenset[str]], list[str]]


@cache
def _names(table: str) -> tuple[_Same, _Core, dict[str, list[str]]]:
    """Columns by the words of their known names, by what is left of these, and as spelt."""
    same: _Same = {}
    core: _Core = {}
    spelt: dict[str, list[str]] = {}
    for column, names in known_names(table).items():
        if column in _GIVEN:
            continue
        unit = TABLES[table].column(column).unit == "minutes"
        for name in names:
            same.setdefault(plain_words(name), []).append(column)
            core.setdefault((unit, _core(name, table, unit=unit)), []).append(column)
            spelt.setdefault(" ".join(plain_words(name)), []).append(column)
    return same, core, spelt


@cache
def _core(name: str, table: str, *, unit: bool) -> frozenset[str]:
    """What is left of a name without the words that every such name has; all, if nothing is."""
    words = plain_words(_ASIDE.sub("", name)) or plain_words(name)
    fillers = _FILLERS | _NOUNS.get(table, set()) | {table.rstrip("s"), table}
    fillers |= set(UNITS) if unit else set()
    return frozenset(word for word in words if word not in fillers) or frozenset(words)
