"""Small exports written by hand, and what the gate makes of them."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.intake.gate import admitted as at_the_gate
from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.mapping_files import load_mappings
from workbench.intake.options import Options
from workbench.intake.outcome import FileOutcome

TICKETS = """
source: hand
table: tickets
columns:
  ticket_id: id
  created_at: at
"""


@dataclass(frozen=True)
class Passed:
    """A file past the gate with all its rows at hand."""

    outcome: FileOutcome
    tables: dict[str, pa.Table]
    read_as: str


def mapped(text: str) -> tuple[Mapping, ...]:
    """The documents of a mapping file that holds ``text``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.yaml"
        path.write_text(text, encoding="utf-8")
        return load_mappings(path)


def admitted(
    export: str | bytes, mapping: str | None = TICKETS, *, name: str = "export.csv", **options: Any
) -> Passed:
    """One export through the gate; nothing is redacted unless asked for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(export if isinstance(export, bytes) else export.encode("utf-8"))
        options = {"redact": False, "pseudonym_key": "a test's key", **options}
        known = mapped(mapping) if mapping else ()
        with at_the_gate(path, Options(mappings=known, **options)) as file:
            tables = {name: kept.table() for name, kept in file.tables.items()}
    outcome = file.outcome
    assert outcome.records_in == outcome.kept + len(outcome.rejected)
    return Passed(outcome, tables, file.read_as)


def rows(found: Passed, table: str = "tickets") -> list[dict[str, Any]]:
    """Rows of one table as dictionaries, without what is empty; ``custom`` opened."""
    opened = []
    for row in found.tables[table].to_pylist():
        row = {k: v for k, v in row.items() if v is not None and k not in ("source", "source_row")}
        opened.append(row | ({"custom": json.loads(row["custom"])} if "custom" in row else {}))
    return opened


def column(found: Passed, name: str, table: str = "tickets") -> list[Any]:
    """One column of one table, in file order."""
    return found.tables[table][name].to_pylist()


def rejects(found: Passed) -> list[tuple[int, str]]:
    """Physical line and reason of every rejected record."""
    return [(r.line, r.reason) for r in found.outcome.rejected]


def values_of(cells: list[str], rule: str, name: str = "subject", **options: Any) -> list[Any]:
    """What one mapped column makes of these cells; a rejected record is left out."""
    quoted = (cell.replace('"', '""') for cell in cells)
    lines = [f'{n},2025-03-01,"{cell}"' for n, cell in enumerate(quoted, start=1)]
    mapping = f"{TICKETS}  {name}: {rule}\n"
    found = admitted("id,at,x\n" + "\n".join(lines) + "\n", mapping, **options)
    if name.startswith("custom."):
        return [row["custom"][name.removeprefix("custom.")] for row in rows(found)]
    return column(found, name)
