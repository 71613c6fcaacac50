"""Delimited text in the canonical tables' own words: no mapping is needed where names agree."""

from __future__ import annotations

from workbench.intake.mapping import Mapping
from workbench.tables.catalog import TABLES
from workbench.tables.schema import Table, provenance

OWN = "own"  # the source of what a business writes down by itself
_GIVEN = {column.name for column in provenance()}  # the gate fills these in


def canonical_csv(fields: tuple[str, ...]) -> Mapping | None:
    """The one canonical table whose names this header uses, as a mapping; else nothing.

    All its required columns must be there and most of the header must be its columns; of several
    such tables the one that knows most of the header is meant, and a tie is no answer. Other
    columns are kept under ``custom``.
    """
    present = {field.strip().casefold(): field for field in fields}
    known = {name: _known(table, present) for name, table in TABLES.items()}
    fits = [n for n, table in TABLES.items() if _fits(table, known[n], len(fields))]
    most = max((len(known[name]) for name in fits), default=0)
    best = [name for name in fits if len(known[name]) == most]
    if len(best) != 1:
        return None
    return Mapping.model_validate(
        {
            "source": OWN, "table": best[0], "format": "canonical", "keep": ["*"],
            "columns": {name: present[name] for name in known[best[0]]},
        }
    )  # fmt: skip


def _known(table: Table, present: dict[str, str]) -> list[str]:
    return [name for name in table.names if name in present and name not in _GIVEN]


def _fits(table: Table, known: list[str], width: int) -> bool:
    needed = {c.name for c in table.columns if c.required} | {*table.key}
    return needed - _GIVEN <= set(known) and len(known) > 1 and 2 * len(known) > width
