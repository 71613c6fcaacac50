"""Settings a business writes by hand: YAML, one table per document, a list of flat rows.

Every word is taken as it is written: YAML itself would read 17:30 as 1,050, ``no`` as false and
2026-01-01 as a date of its own kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import yaml

from workbench.errors import IntakeError
from workbench.intake.files.containers import Content
from workbench.intake.mappings.rules import nearest
from workbench.intake.settings.setting_values import Cell, Fault, Row, checked
from workbench.tables.schema import Table, provenance
from workbench.tables.settings import SETTINGS

TABLES = {table.name: table for table in SETTINGS}
_GIVEN = {column.name for column in provenance()}
_OPENING = re.compile(r"(?:[ \t]*(?:#.*|---.*)?\n)*[A-Za-z_]+:[ \t]*(?:#.*)?(?:\n|$)")
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "timestamp")}
_NULL = "tag:yaml.org,2002:null"
_LIST = "tag:yaml.org,2002:seq"


def looks_like_settings(content: Content) -> bool:
    """Is this a YAML document that begins with a key alone on its line?"""
    named = content.path.suffix.lower() in (".yaml", ".yml")
    return named or _OPENING.match(content.head()) is not None


def read_settings(content: Content, source: str) -> dict[str, pa.Table]:
    """Checked rows per table, or one `IntakeError` that lists every fault with its line."""
    faults: list[Fault] = []
    found: dict[str, list[Row]] = {}
    for table, rows in _documents(content, faults):
        found.setdefault(table.name, []).extend(rows)
    cells = {name: checked(TABLES[name], rows, faults) for name, rows in found.items()}
    if not found and not faults:
        faults.append((1, f"it holds no settings; there are {', '.join(TABLES)}"))
    if faults:
        told = [f"line {line}: {what}" for line, what in sorted(faults)]
        raise IntakeError(
            f"is no valid settings file ({len(told)} faults):\n  - " + "\n  - ".join(told),
            where=content.path.name, fix="Correct these lines; docs/tables.md has every column.",
        )  # fmt: skip
    return {name: _arrow(TABLES[name], rows, source) for name, rows in cells.items()}


def _arrow(table: Table, rows: list[dict[str, Any]], source: str) -> pa.Table:
    placed = [row | {"source": source, "source_row": n} for n, row in enumerate(rows, start=1)]
    return table.check(pa.Table.from_pylist(placed, table.schema))


def _documents(content: Content, faults: list[Fault]) -> Iterator[tuple[Table, list[Row]]]:
    try:
        roots = [root for root in yaml.compose_all(content.text, yaml.SafeLoader) if root]
    except (yaml.YAMLError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        what = getattr(fault, "problem", None) or str(fault)
        raise IntakeError(
            f"is not YAML ({place}{what}).", where=content.path.name, fix="Check its indentation."
        ) from fault
    for root in roots:
        found = _document(root, faults)
        if found is not None:
            yield found


def _document(root: yaml.Node, faults: list[Fault]) -> tuple[Table, list[Row]] | None:
    pairs = _pairs(root, "the document", faults)
    if len(pairs) != 1:
        if pairs:
            names = ", ".join(pairs)
            faults.append((_line(root), f"holds several keys ({names}); write one per document"))
        return None
    [(name, node)] = pairs.items()
    if name not in TABLES:
        faults.append((_line(root), f"{name!r} is no table of settings{nearest(name, TABLES)}"))
        return None
    if not isinstance(node, yaml.SequenceNode):
        faults.append((_line(node), f"{name}: holds no list of rows; begin each with '- '"))
        return None
    rows = []
    for entry in node.value:
        if isinstance(entry, yaml.MappingNode):
            rows.append(_row(TABLES[name], entry, faults))
        else:
            faults.append((_line(entry), f"{name}: a row is written 'column: value'"))
    return TABLES[name], rows


def _row(table: Table, node: yaml.Node, faults: list[Fault]) -> Row:
    known = [name for name in table.names if name not in _GIVEN]
    cells: dict[str, Cell] = {}
    spoilt: set[str] = set()
    for name, cell in _pairs(node, f"a row of {table.name}", faults).items():
        if name not in known:
            what = f"{table.name} has no column {name!r}{nearest(name, known)}"
            faults.append((_line(cell), what))
            continue
        try:
            value = _written(cell)
        except ValueError as fault:
            faults.append((_line(cell), f"{table.name}.{name}: {fault}"))
            spoilt.add(name)
            continue
        if value is not None:
            cells[name] = Cell(_line(cell), value)
    return Row(_line(node), cells, frozenset(spoilt))


def _pairs(node: yaml.Node, where: str, faults: list[Fault]) -> dict[str, yaml.Node]:
    """The keys of one mapping and their nodes; a key that stands twice is a fault."""
    if not isinstance(node, yaml.MappingNode):
        faults.append((_line(node), f"{where} is no 'key: value'"))
        return {}
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if name in found:
            faults.append((_line(key), f"{name!r} stands twice in {where}"))
        found.setdefault(name, value)
    return found


def _written(node: yaml.Node) -> str | list[str] | None:
    """The words of one value as they are written; nothing where it is empty."""
    if isinstance(node, yaml.SequenceNode) and node.tag == _LIST:
        words = [_written(part) for part in node.value]
        if any(not isinstance(word, str) for word in words):
            raise ValueError("a list holds words only")
        return [str(word) for word in words]
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError("holds a structure where a value belongs")
    if node.tag not in (*_PLAIN, _NULL):
        raise ValueError(f"{node.tag} is not read here")
    return None if node.tag == _NULL else str(node.value).strip() or None


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
