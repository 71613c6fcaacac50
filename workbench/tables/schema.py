"""Declare a canonical table once: its grain, key, columns, units and meanings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import TableError


class Kind(Enum):
    """The few types a canonical column can have, as Arrow stores them."""

    TEXT = pa.string()
    INTEGER = pa.int64()
    NUMBER = pa.float64()
    BOOLEAN = pa.bool_()
    TIME = pa.timestamp("us", tz="UTC")
    MONEY = pa.decimal128(18, 4)
    LIST = pa.list_(pa.string())
    JSON = pa.large_string()  # an object as text; its own width tells it from TEXT

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type on disk and in memory."""
        return self.value


@dataclass(frozen=True)
class Column:
    """One column: its name, type and meaning, and what the gate must know about it.

    ``personal`` is ``"key"`` for what identifies a customer (replaced by a stable pseudonym at
    the gate), ``"text"`` for free text that may contain personal data (scrubbed at the gate),
    ``"change"`` for the value of a changed field (scrubbed, except who held the ticket),
    ``"reference"`` for what names a record of another table (scrubbed only where it holds an
    address), ``"staff"`` for who of the staff did something (kept as written). Any other text that
    is no identifier and has no closed set of words is scrubbed as well.
    ``form`` names how a text of a settings file is written: ``clock`` (HH:MM), ``date``
    (YYYY-MM-DD) or ``zone``; a ``word`` is stored in lower case, for ``Chat`` is
    ``chat``; ``default`` is what an absent value of a settings file means.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False
    allowed: tuple[str, ...] = ()
    personal: str = ""
    form: str = ""
    default: str = ""


@dataclass(frozen=True)
class Table:
    """One canonical table.

    ``order_by`` names the column that decides which of two rows with the same key is the later
    one; ``clock`` the times whose latest value shows up to when the data reach.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    order_by: str = ""
    clock: tuple[str, ...] = ()
    notes: str = field(default="", compare=False)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, every column of the declaration in its order."""
        return pa.schema([pa.field(c.name, c.kind.arrow) for c in self.columns])

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in declared order."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """The declaration of one column; ``KeyError`` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def check(self, rows: pa.Table, *, unique: bool = True) -> pa.Table:
        """Return ``rows`` unchanged, or raise one `TableError` that lists every breach.

        ``unique``: are these all rows, so that no key may repeat among them?
        """
        faults = [*self._shape_faults(rows)]
        if not faults:
            faults = [*self._value_faults(rows, unique)]
        if faults:
            raise TableError(
                f"not canonical ({len(faults)} faults; the grain is {self.grain}):\n  - "
                + "\n  - ".join(faults),
                where=f"table {self.name!r}",
            )
        return rows

    def _shape_faults(self, rows: pa.Table) -> Iterable[str]:
        for column in self.columns:
            if column.name not in rows.column_names:
                yield f"column {column.name!r} is missing ({column.meaning})"
            elif rows.schema.field(column.name).type != column.kind.arrow:
                found = rows.schema.field(column.name).type
                yield f"column {column.name!r} is {found}, declared {column.kind.arrow}"
        for name in sorted(set(rows.column_names) - set(self.names)):
            yield f"column {name!r} is not declared"

    def _value_faults(self, rows: pa.Table, unique: bool) -> Iterable[str]:
        for column in self.columns:
            values = rows[column.name]
            if (column.required or column.name in self.key) and values.null_count:
                yield f"column {column.name!r} is empty in {values.null_count:,} rows"
            if column.allowed:
                odd = sorted(set(pc.unique(values.drop_null()).to_pylist()) - set(column.allowed))
                if odd:
                    yield f"column {column.name!r} holds {odd[:3]}, allowed: {[*column.allowed]}"
        if not unique:
            return
        repeated = rows.num_rows - rows.group_by(list(self.key)).aggregate([]).num_rows
        if repeated:
            yield f"{repeated:,} rows repeat the key {self.key}"

    def describe(self) -> str:
        """The declaration as a Markdown section, for ``docs/tables.md``."""
        key = ", ".join(f"`{name}`" for name in self.key)
        lines = [
            f"## {self.name}",
            "",
            f"{self.grain[0].upper()}{self.grain[1:]}. Key: {key}."
            + (f" The latest `{self.order_by}` wins." if self.order_by else ""),
            "",
        ]
        if self.notes:
            lines += [self.notes, ""]
        lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
        for c in self.columns:
            kind = c.kind.name.lower() + ("" if c.required or c.name in self.key else "?")
            meaning = c.meaning
            if c.allowed:
                meaning += f" (one of: {', '.join(c.allowed)})"
            if c.default:
                meaning += f"; {c.default} where not given"
            if c.personal == "key":
                meaning += " – stored as a pseudonym"
            elif c.personal == "text":
                meaning += " – scrubbed of personal data"
            elif c.personal == "change":
                meaning += " – scrubbed of personal data, except who held the ticket"
            lines.append(f"| `{c.name}` | {kind} | {c.unit} | {meaning} |")
        return "\n".join(lines) + "\n"


def provenance() -> tuple[Column, ...]:
    """The columns every canonical table ends with: where a row came from."""
    return (
        Column("custom", Kind.JSON, "further fields of the export, as one JSON object"),
        Column("source", Kind.TEXT, "the export this row came from", required=True),
        Column("source_row", Kind.INTEGER, "its record number in that export, from 1"),
    )
