"""Delimited text in the canonical tables' own words: no mapping is needed where names agree."""

from __future__ import annotations

from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.rules import CUSTOM
from workbench.tables.catalog import TABLES
from workbench.tables.schema import Table, provenance

OWN = "own"  # the source of what a business writes down by itself
SOURCE = "source"
_GIVEN = {column.name for column in provenance()}  # the gate fills these in


def canonical_csv(fields: tuple[str, ...]) -> Mapping | None:
    """The one canonical table whose names this header uses, as a mapping; else nothing.

    All its required columns must be there and most of the header must be its columns; of several
    such tables the one that knows most of the header is meant, and a tie is no answer. Other
    columns are kept under ``custom``. Only a table without a clock may name the source of each
    row – whose team is this? – because how far a source's data reach is told per file.
    """
    present = {field.strip().casefold(): field for field in fields}
    known = {name: _known(table, present) for name, table in TABLES.items()}
    fits = [n for n, table in TABLES.items() if _fits(table, known[n], len(fields))]
    most = max((len(known[name]) for name in fits), default=0)
    best = [name for name in fits if len(known[name]) == most]
    if len(best) != 1:
        return None
    table = TABLES[best[0]]
    columns = {name: {"from": present[name]} for name in known[table.name]}
    if SOURCE in present and not table.clock:
        columns[SOURCE] = {"from": present[SOURCE], "empty": OWN}
    read = {rule["from"] for rule in columns.values()}
    kept = {
        f"{CUSTOM}{field}": {"from": field, "scrub": True}
        for field in fields
        if field not in read and field.strip().casefold() not in ("custom", "source_row")
    }
    return Mapping.model_validate(
        {"source": OWN, "table": table.name, "format": "canonical", "columns": {**columns, **kept}}
    )


def _known(table: Table, present: dict[str, str]) -> list[str]:
    return [name for name in table.names if name in present and name not in _GIVEN]


def _fits(table: Table, known: list[str], width: int) -> bool:
    needed = {c.name for c in table.columns if c.required} | {*table.key}
    return needed - _GIVEN <= set(known) and len(known) > 1 and 2 * len(known) > width
