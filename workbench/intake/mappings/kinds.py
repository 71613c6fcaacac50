"""What kind of value does a mapped column become?"""

from __future__ import annotations

from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.rules import CUSTOM, TYPES, ColumnRule
from workbench.tables.schema import Kind


def kind_of(mapping: Mapping, name: str, rule: ColumnRule) -> Kind:
    """What a mapped column holds, by the table or by the rule."""
    if name.startswith(CUSTOM):
        return TYPES[rule.type or "text"]
    return mapping.canonical.column(name).kind


def is_identifier(mapping: Mapping, name: str, rule: ColumnRule) -> bool:
    """An id of the export: a key, or a reference to one; not a word that a mapping wrote."""
    if name.startswith(CUSTOM) or not rule.source or rule.values is not None:
        return False
    column = mapping.canonical.column(name)
    named = name.endswith("_id") or name in mapping.canonical.key or column.personal == "key"
    return column.kind is Kind.TEXT and named
