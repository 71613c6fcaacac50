"""Which column of an export does a name in a mapping mean, and what does its header say?"""

from __future__ import annotations

import re
from functools import lru_cache

from workbench.errors import IntakeError
from workbench.intake.columns.zones import zone_fault
from workbench.intake.mappings.rules import ColumnRule

ZONE = "{zone}"
_ZONE = r"(UTC|GMT|[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+)"


def field_named(name: str, fields: tuple[str, ...]) -> str | None:
    """The field called ``name``, compared without case and outer blanks.

    ``{zone}`` in the name stands for a time zone: ``Created ({zone})`` is ``Created (UTC)``.
    """
    if ZONE not in name:
        return _present(fields).get(name.strip().casefold())
    pattern = _with_zone(name)
    return next((field for field in fields if pattern.fullmatch(field.strip())), None)


def source_column(rule: ColumnRule, fields: tuple[str, ...]) -> str | None:
    """The field of the export that ``rule`` reads: the first of its names that is there."""
    found = (field_named(name, fields) for name in rule.source)
    return next((field for field in found if field is not None), None)


def is_there(rule: ColumnRule, fields: tuple[str, ...]) -> bool:
    """Does the export have a column this rule, or one it falls back on, can read?"""
    if not rule.source or source_column(rule, fields) is not None:
        return True
    return rule.fallback is not None and is_there(rule.fallback, fields)


def header_zone(rule: ColumnRule, fields: tuple[str, ...], file: str) -> str | None:
    """The time zone of the column ``rule`` reads, by its header or by the rule.

    It is how the export writes, so it wins over every declared zone; a zone no one knows, and
    columns of different zones read as one, are refused.
    """
    zones = set(_zones(rule, fields))
    for zone in zones:
        if zone is not None and zone_fault(zone):
            raise IntakeError(
                f"a header names an {zone_fault(zone)}.", where=file,
                fix="Export it again in a zone such as UTC, or correct the header.",
            )  # fmt: skip
    if len(zones) > 1:
        told = ", ".join(sorted(zone or "none" for zone in zones))
        raise IntakeError(
            f"columns that are read as one are in different time zones ({told}).",
            where=file, fix="Read them into columns of their own, or give each rule its 'zone'.",
        )  # fmt: skip
    return next(iter(zones), None)


def _zones(rule: ColumnRule, fields: tuple[str, ...]) -> list[str | None]:
    found: list[str | None] = []
    field = source_column(rule, fields)
    if field is not None:
        patterns = (_with_zone(name) for name in rule.source if ZONE in name)
        matches = (pattern.fullmatch(field.strip()) for pattern in patterns)
        found.append(next((match[1] for match in matches if match), rule.zone))
    return found + (_zones(rule.fallback, fields) if rule.fallback is not None else [])


@lru_cache(maxsize=8)
def _present(fields: tuple[str, ...]) -> dict[str, str]:
    """Fields by their plain names; of two alike the first is meant."""
    return {name.strip().casefold(): name for name in reversed(fields)}


@lru_cache(maxsize=256)
def _with_zone(name: str) -> re.Pattern[str]:
    before, after = name.strip().split(ZONE, 1)
    return re.compile(re.escape(before) + _ZONE + re.escape(after), re.IGNORECASE)
