"""What it means to have decided how a column is read, and the SQL all readers share."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Reading:
    """How one column is read: SQL for its value, and what a reader should know.

    A text without a value is a fault, worded with ``wanted``, unless ``excused`` (SQL) holds.
    """

    value: str
    wanted: str
    notes: tuple[str, ...] = ()
    excused: str = "false"


@dataclass(frozen=True)
class Conventions:
    """What the export does not say about itself, from the mapping or the command line."""

    timezone: str | None = None
    date_order: str | None = None
    decimal: str | None = None


@dataclass(frozen=True)
class Cell:
    """One column of ``cells`` as text: its SQL, and its name and file for messages.

    ``per`` is the SQL of the span an amount is for, where it is for one.
    """

    sql: str
    name: str
    file: str
    per: str = ""


def tally(connection: duckdb.DuckDBPyConnection, *conditions: str) -> tuple[int, ...]:
    """How many cells of the whole file meet each condition?"""
    counts = ", ".join(f"count(*) FILTER (WHERE {c})" for c in conditions)
    return tuple(connection.execute(f"SELECT {counts} FROM cells").fetchall()[0])


def full(cell: Cell, pattern: str) -> str:
    """SQL: the whole text has this form."""
    return f"regexp_full_match({cell.sql}, '{pattern}')"
