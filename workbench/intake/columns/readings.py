"""What it means to have decided how a column is read, and the SQL all readers share."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from workbench.intake.mappings.rules import ColumnRule
from workbench.tables.schema import Kind

# What programs write where a typed column has no value. NaN is none of them: it is a number that
# went wrong, and the record says so.
_ABSENT = ("NA", "N/A", "#N/A", "NULL", "NONE", "NIL", "-", "--")


@dataclass(frozen=True)
class Reading:
    """How one column is read: SQL for its value, and what a reader should know.

    A text without a value is a fault, worded with ``wanted``, unless ``excused`` (SQL) holds.
    """

    value: str
    wanted: str
    notes: tuple[str, ...] = ()
    excused: str = "false"
    date_order: str = ""  # where the column's own dates prove it


@dataclass(frozen=True)
class Conventions:
    """What the export does not say about itself, from the mapping or the command line."""

    timezone: str | None = None
    date_order: str | None = None
    decimal: str | None = None


@dataclass(frozen=True)
class Cell:
    """One column of texts: its SQL, and its name and file for messages.

    ``cells`` names the table or view it is a column of. ``per`` is the SQL of the span an amount
    is for, where it is for one, ``currency`` that of its currency where it is in the smallest
    unit, ``times`` that of how many there are.
    """

    sql: str
    name: str
    file: str
    per: str = ""
    currency: str = ""
    times: str = ""
    cells: str = "cells"


@dataclass(frozen=True)
class Asked:
    """One column to be read: its cell, what it shall become, and what is declared about it.

    ``identifier`` is ``"number"`` or ``"name"`` for an id of the export, which stays a text.
    """

    cell: Cell
    kind: Kind
    rule: ColumnRule
    conventions: Conventions
    identifier: str = ""


def tally(connection: duckdb.DuckDBPyConnection, cell: Cell, *conditions: str) -> tuple[int, ...]:
    """How many cells of the whole file meet each condition?"""
    counts = ", ".join(f"count(*) FILTER (WHERE {c})" for c in conditions)
    return tuple(connection.execute(f"SELECT {counts} FROM {cell.cells}").fetchall()[0])


def full(cell: Cell, pattern: str) -> str:
    """SQL: the whole text has this form."""
    return f"regexp_full_match({cell.sql}, '{pattern}')"


def is_absent(cell: Cell) -> str:
    """SQL: the text says that there is no value, as a program writes it; never asked of a name."""
    return f"coalesce(upper({cell.sql}) IN {_ABSENT}, false)"


def told(cell: Cell, absent: int) -> tuple[str, ...]:
    """The note on cells that say there is no value, if there are any."""
    if not absent:
        return ()
    return (f"{cell.name}: {absent:,} cells such as N/A, null or - read as empty",)
