"""Mapping files: which column of an export feeds which canonical column, and how to read it.

A mapping file holds one or more YAML documents. A file feeds every document whose required
columns it has, so one mapping can describe a whole folder of related exports.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic import Field, PrivateAttr, field_validator

from workbench.errors import IntakeError
from workbench.intake.columns.zones import zone_fault
from workbench.intake.mappings.headers import field_named, is_there, source_column
from workbench.intake.mappings.rules import CUSTOM, ColumnRule, KeepIf, Strict, Unpivot, nearest
from workbench.intake.mappings.unpivoted import filled_in, has_hole, parts, unpivot_faults
from workbench.tables.catalog import TABLES
from workbench.tables.schema import Table


class Mapping(Strict):
    """One document of a mapping file.

    ``known_by``: columns of the export that must be there, though no rule may read them; a later
    document of a built-in format that names some makes the format known by itself. ``unless``:
    columns that show it is another kind of file. ``notes``: what whoever imports such a file
    should be told. ``in_order``: do the snapshots of a ticket follow each other by their times, or
    as they stand in the file?
    """

    source: str
    table: str
    format: str = ""
    records: str = ""
    timezone: str | None = None
    date_order: Literal["day_first", "month_first"] | None = None
    decimal: Literal["point", "comma"] | None = None
    nulls: tuple[str, ...] = ()
    rows: Literal["records", "snapshots", "first_of_key", "mentions"] = "records"
    in_order: Literal["of_time", "of_file"] = "of_time"
    fill: dict[str, str] = Field(default_factory=dict)
    keep_if: KeepIf | None = None
    unpivot: Unpivot | None = None
    columns: dict[str, ColumnRule]
    required: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    unverified: bool = False
    _part: str = PrivateAttr(default="")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and zone_fault(value):
            raise ValueError(zone_fault(value))
        return value

    @field_validator("columns", mode="before")
    @classmethod
    def _long_form(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {k: v if isinstance(v, dict) else {"from": v} for k, v in value.items()}

    @property
    def canonical(self) -> Table:
        """The table this document feeds."""
        return TABLES[self.table]

    def zone(self, declared: str | None) -> str | None:
        """The zone of times without an offset, where ``declared`` was passed with the files.

        A built-in format that names a zone knows it: no one else's word moves Stripe out of UTC.
        """
        own = self.timezone if self.format else None
        return own or declared or self.timezone

    def label(self, name: str) -> str:
        """What a report calls a mapped column: its name, and the export's where each has a row."""
        return f"{name} ({self._part})" if self._part else name

    def faults(self) -> list[str]:
        """What is wrong with it beyond its shape: unknown tables and columns."""
        if self.table not in TABLES:
            return [f"table {self.table!r} does not exist{nearest(self.table, TABLES)}"]
        known = set(self.canonical.names) - {"custom", "source", "source_row"}
        found = [
            f"columns.{name}: {self.table} has no such column{nearest(name, known)}"
            for name in self.columns
            if name not in known and not name.startswith(CUSTOM)
        ]
        found += [
            f"required: {name!r} is not mapped{nearest(name, self.columns)}"
            for name in self.required
            if name not in self.columns
        ]
        found += [
            f"columns: {name!r} is part of the key of {self.table} and is not mapped"
            for name in self.canonical.key
            if name != "source" and name not in self.columns
        ]
        for name, rule in self.columns.items():
            allowed = self.canonical.column(name).allowed if name in known else ()
            found += [f"columns.{name}: {text}" for text in rule.faults(allowed)]
            if rule.type is not None and not name.startswith(CUSTOM):
                found.append(f"columns.{name}: only a custom column has a type of its own")
            if rule.scrub and (not name.startswith(CUSTOM) or rule.type not in (None, "text")):
                found.append(f"columns.{name}: scrub is for custom texts")
            found += self._reference_faults(name, rule)
        if self.unpivot is not None:
            found += unpivot_faults(self.unpivot, self.columns)
        if self.rows == "snapshots" and self.table != "tickets":
            found.append("rows: snapshots are rows of tickets only")
        if self.rows == "snapshots" and "updated_at" not in self.columns:
            found.append("rows: snapshots needs updated_at, to know which row is the last")
        if self.in_order == "of_file" and self.rows != "snapshots":
            found.append("in_order: only rows that are snapshots follow each other")
        return found

    def currency_of(self, rule: ColumnRule) -> str | None:
        """The mapped column that names the currency of an amount in its smallest unit."""
        if isinstance(rule.minor_units, str):
            return rule.minor_units
        known = (name for name in ("currency", f"{CUSTOM}currency") if name in self.columns)
        return next(known, None) if rule.minor_units else None

    def _reference_faults(self, name: str, rule: ColumnRule) -> list[str]:
        named = {"minor_units": rule.minor_units, "times": rule.times}
        return [
            f"columns.{name}.{key}: {other!r} is not mapped{nearest(other, self.columns)}"
            for key, other in named.items()
            if isinstance(other, str) and other not in self.columns
        ]

    @property
    def needs(self) -> tuple[str, ...]:
        """Canonical columns without which a record is no row of this table."""
        declared = [c.name for c in self.canonical.columns if c.required and c.name != "source"]
        keys = [k for k in self.canonical.key if k != "source"]
        dated = ["updated_at"] if self.rows == "snapshots" else []
        return tuple(dict.fromkeys([*keys, *declared, *dated]))

    @property
    def beside(self) -> tuple[str, ...]:
        """Columns of the export that the rules read by name, apart from ``from``."""
        rules = self.columns.values()
        return tuple(dict.fromkeys([
            *self.fill, *self.fill.values(),
            *([self.keep_if.column] if self.keep_if else []),
            *(r.ordinal_within for r in rules if r.ordinal_within),
            *(part for r in rules for part in (*r.per, *r.join)),
        ]))  # fmt: skip


def expanded(mapping: Mapping, fields: tuple[str, ...]) -> Mapping:
    """The mapping with a rule of its own for every further field that ``keep`` names."""
    if not mapping.keep:
        return mapping
    read = {source_column(rule, fields) for rule in mapping.columns.values()}
    kept = {
        f"{CUSTOM}{field}": ColumnRule.model_validate({"from": field, "scrub": True})
        for field in fields
        if field not in read
        and f"{CUSTOM}{field}" not in mapping.columns
        and any(fnmatchcase(field.casefold(), pattern.casefold()) for pattern in mapping.keep)
    }
    return mapping.model_copy(update={"columns": {**mapping.columns, **kept}})


def missing_columns(mapping: Mapping, fields: tuple[str, ...]) -> list[str]:
    """Needed source columns the file does not have, each as the reader would look for it.

    ``required`` asks for the column; its cells may be empty.
    """
    missing = []
    for name in dict.fromkeys([*mapping.needs, *mapping.required]):
        rule = mapping.columns.get(name)
        if rule is None:
            missing.append(name)
        elif not is_there(rule, fields):
            missing.append(" / ".join(rule.source))
    missing += [
        name for name in (*mapping.beside, *mapping.known_by) if not field_named(name, fields)
    ]
    if mapping.unpivot is not None:
        missing = [name for name in missing if not has_hole(name)]
        if not missing:  # all else is there, so the columns are worth looking for
            found = parts(mapping.unpivot, fields)
            if not found:
                return [" / ".join(mapping.unpivot.columns)]
            return missing_columns(filled_in(mapping, found[0]), fields)
    return list(dict.fromkeys(missing))


def barred(mapping: Mapping, fields: tuple[str, ...]) -> list[str]:
    """Columns of the file that show that the document is not meant."""
    return [name for name in mapping.unless if field_named(name, fields)]


def as_read(mapping: Mapping, fields: tuple[str, ...]) -> list[Mapping]:
    """The document as it applies to this header: one for each column it unpivots, or itself.

    Nothing where a needed column is missing, or one is there that must not be.
    """
    if missing_columns(mapping, fields) or barred(mapping, fields):
        return []
    if mapping.unverified:
        told = f"the mapping for {mapping.source} is unverified: no true export was at hand when it"
        told += " was written, so compare a few records with their source"
        mapping = mapping.model_copy(update={"notes": (*mapping.notes, told)})
    if mapping.unpivot is None:
        return [mapping]
    found = parts(mapping.unpivot, fields)
    told = f"{mapping.table}: one column each: {', '.join(words['column'] for words in found)}"
    each = [filled_in(mapping, words) for words in found]
    for document, words in zip(each, found, strict=True):
        document._part = words["column"]
    return [each[0].model_copy(update={"notes": (*mapping.notes, told)}), *each[1:]]


def fitting(mappings: tuple[Mapping, ...], fields: tuple[str, ...], file: str) -> list[Mapping]:
    """The documents whose needed columns the file has; `IntakeError` names what is missing."""
    fits = [part for m in mappings for part in as_read(m, fields)]
    if not fits:
        closest = min(mappings, key=lambda m: len(missing_columns(m, fields)))
        missing = missing_columns(closest, fields)
        if not missing:
            raise IntakeError(
                f"has a column {barred(closest, fields)[0]!r}, so the mapping's document for "
                f"table {closest.table!r} is not meant for it.",
                where=file, fix="Take that column out of 'unless', or map the file otherwise.",
            )  # fmt: skip
        raise IntakeError(
            f"lacks the column {missing[0]!r}{nearest(missing[0], fields)}"
            + (f" and {len(missing) - 1} more" if len(missing) > 1 else "")
            + f", needed for table {closest.table!r}. It has: {', '.join(fields[:12])}"
            + (", …" if len(fields) > 12 else "")
            + ".",
            where=file,
            fix="Name the column in the mapping, or export it.",
        )
    return fits
