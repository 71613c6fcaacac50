"""The rules of a mapping: where one canonical column comes from, which records count."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import duckdb
from pydantic import BaseModel, ConfigDict, Field, field_validator

from workbench.intake.columns.zones import zone_fault
from workbench.store.engine import scratch
from workbench.tables.schema import Kind

CUSTOM = "custom."
TYPES = {
    "text": Kind.TEXT, "integer": Kind.INTEGER, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN,
    "time": Kind.TIME, "money": Kind.MONEY, "list": Kind.LIST,
}  # fmt: skip
CLOCK = "clock"  # a duration that is only ever written as hours:minutes:seconds
UNITS = {"seconds": 1 / 60, "minutes": 1.0, "hours": 60.0, "days": 1440.0}


class Strict(BaseModel):
    """A model that knows its keys and refuses others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnRule(Strict):
    """Where one canonical column comes from.

    ``source``: names it is known by, the first one present is used. ``const``: the same value for
    every row; ``{source}`` in it is the source's name. ``values``: exported word -> canonical
    word, whatever its case; a word without an entry becomes ``otherwise``, or stays and must suit
    the column by itself. ``unit``: a duration's unit, turned into minutes. ``pattern``: the first
    group of this expression is the value. ``filled``, ``empty``: the value of every cell that
    holds something, or nothing. ``fallback`` (``else``): a rule for the cells this one leaves
    empty. ``per``: the column that names the span an amount is for, or a count and a span, turned
    into an amount per month. ``times``: the mapped column that says how many of them there are.
    ``minor_units``: an amount in the smallest unit of its currency, which the mapped column
    ``currency`` (or the one named) tells. ``beyond``: how far a count goes beyond this, or 0.
    ``ordinal_within``: the row's number among the rows that share that column. ``join``:
    columns put together with ``-``. ``scrub``: mask what identifies a person in a custom text.
    ``zone``: the time zone the export always writes this column in, whatever is declared.
    """

    source: tuple[str, ...] = Field(default=(), alias="from")
    type: str | None = None
    const: str | None = None
    values: dict[str, str] | None = None
    otherwise: str | None = None
    unit: str | None = None
    minor_units: bool | str = False
    beyond: int | None = None
    times: str | None = None
    pattern: str | None = None
    filled: str | None = None
    empty: str | None = None
    fallback: ColumnRule | None = Field(default=None, alias="else")
    per: tuple[str, ...] = ()
    ordinal_within: str | None = None
    join: tuple[str, ...] = ()
    scrub: bool = False
    zone: str | None = None

    @field_validator("source", "join", "per", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("fallback", mode="before")
    @classmethod
    def _long_form(cls, value: Any) -> Any:
        return {"from": value} if isinstance(value, (str, list)) else value

    @field_validator("const", "otherwise", "filled", "empty", mode="before")
    @classmethod
    def _word(cls, value: Any) -> Any:
        return None if value is None else _as_written(value)

    @field_validator("values", mode="before")
    @classmethod
    def _worded(cls, value: Any) -> Any:
        # YAML reads unquoted true, 5 and null as such; an export only ever holds text.
        if not isinstance(value, dict):
            return value
        return {_as_written(k): _as_written(v) for k, v in value.items()}

    @field_validator("type")
    @classmethod
    def _known_type(cls, value: str | None) -> str | None:
        if value is not None and value not in TYPES:
            raise ValueError(f"unknown type {value!r}; there are {', '.join(TYPES)}")
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and zone_fault(value):
            raise ValueError(zone_fault(value))
        return value

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, value: str | None) -> str | None:
        if value is not None and value not in (*UNITS, CLOCK):
            raise ValueError(f"unknown unit {value!r}; there are {', '.join((*UNITS, CLOCK))}")
        return value

    def faults(self, allowed: tuple[str, ...]) -> list[str]:
        """What can never give a value: no origin, a broken pattern, a word the column forbids."""
        found = []
        if not (self.source or self.join or self.ordinal_within) and self.const is None:
            found.append("says nothing of where it comes from; give 'from' or 'const'")
        if self.pattern is not None:
            found += _pattern_faults(self.pattern)
        words = [self.const, self.otherwise, self.filled, self.empty]
        words += [*(self.values or {}).values()]
        odd = [word for word in words if word and allowed and word not in allowed]
        if odd:
            found.append(f"{odd[0]!r} is not allowed there; there are {', '.join(allowed)}")
        if self.fallback is not None:
            found += [f"else: {text}" for text in self.fallback.faults(allowed)]
        return found


class KeepIf(Strict):
    """Which records of the file feed this table; the others are accounted for, not rejected.

    Words are compared without case. ``only``: the words that count, where they are fewer.
    ``pattern``: an expression that must be found in the cell.
    """

    column: str
    is_not: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    pattern: str | None = None

    @field_validator("pattern")
    @classmethod
    def _known_dialect(cls, value: str | None) -> str | None:
        if value is not None and (faults := _pattern_faults(f"({value})")):
            raise ValueError(faults[0])
        return value

    @field_validator("is_not", "only", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return [_as_written(word) for word in value] if isinstance(value, list) else value


class Unpivot(Strict):
    """Which columns of the file each give a row of their own.

    ``columns``: patterns of their headers, the first that fits is meant; ``{word}`` in one stands
    for any text, ``{word:number}`` for a number, and both can be used in the rules, beside
    ``{column}``, the header itself. ``exclude`` (``except``): columns that are not meant.
    """

    columns: tuple[str, ...]
    exclude: tuple[str, ...] = Field(default=(), alias="except")

    @field_validator("columns", "exclude", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


def nearest(name: str, known: Iterable[object]) -> str:
    """`` (did you mean …?)``, or nothing where no known name is near."""
    near = difflib.get_close_matches(str(name), [str(k) for k in known], n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One engine for all patterns: to start one takes longer than to read a whole mapping."""
    return scratch()


def _pattern_faults(pattern: str) -> list[str]:
    try:
        groups = re.compile(pattern).groups
        # The engine's dialect decides: it knows no look-around.
        _engine().execute("SELECT regexp_extract('', ?, 1)", [pattern])
    except (re.error, duckdb.Error) as fault:
        return [f"pattern {pattern!r} is not an expression ({str(fault).splitlines()[0]})"]
    return [] if groups else [f"pattern {pattern!r} has no group; put (…) around the value"]


def _as_written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
