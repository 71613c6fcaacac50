"""A JSON export as plain rows by kind, whatever its shape: what the mappings are applied to."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import duckdb

from workbench.errors import IntakeError
from workbench.intake.files.containers import Content
from workbench.intake.formats.gorgias_api import GORGIAS
from workbench.intake.formats.intercom_api import INTERCOM
from workbench.intake.formats.shopify_api import SHOPIFY
from workbench.intake.formats.stripe_api import STRIPE
from workbench.intake.formats.zendesk import ZENDESK
from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.sniff import built_in
from workbench.intake.nested.documents import Value, json_values
from workbench.intake.nested.mapped_json import MappedJson, mapped_json
from workbench.intake.nested.pages import Member, Pages, parts
from workbench.intake.nested.raw_rows import RawRows, read_fields
from workbench.intake.nested.shape import Shape
from workbench.intake.outcome import Rejected

# The plainest marks come first: Stripe and Intercom records say what they are.
SHAPES = (STRIPE, INTERCOM, SHOPIFY, GORGIAS, ZENDESK)
_SHAPELESS = (
    ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """One mapping document, the raw table it is to be applied to, and that table's fields."""

    mapping: Mapping
    table: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Flattened:
    """Records of a JSON export as plain rows by kind.

    ``count``: records in the file, broken ones included. ``broken``: lines that are no JSON.
    ``faults``: record number -> what is wrong with its shape.
    """

    count: int
    documents: tuple[Document, ...]
    broken: tuple[Rejected, ...] = ()
    faults: dict[int, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    find: Callable[[frozenset[int]], dict[int, tuple[int, str]]] = field(
        default=lambda records: {}, repr=False
    )

    def rejected(self, faults: dict[int, str]) -> list[Rejected]:
        """The records at fault, each with its line and text; looks them up in the file."""
        places = self.find(frozenset(faults)) if faults else {}
        return [Rejected(places[r][0], why, places[r][1]) for r, why in sorted(faults.items())]


def flattened(
    connection: duckdb.DuckDBPyConnection, content: Content, mappings: tuple[Mapping, ...] = ()
) -> Flattened:
    """Raw tables of a JSON file; its own format is recognised where no mapping is given."""
    named = {mapping.format for mapping in mappings if mapping.records}
    if mappings and not any(shape.name in named for shape in SHAPES):
        return _by_mapping(mapped_json(connection, content, mappings))
    first = next((v for v in json_values(content) if isinstance(v, Value)), None)
    known = [s for s in SHAPES if s.name in named] or SHAPES
    shape = next((s for s in known if first is not None and looks_like(s, first.body)), None)
    if shape is None and first is not None and _is_empty_page(first.body):
        return Flattened(0, ())
    if shape is None:
        return _by_mapping(mapped_json(connection, content, mappings))
    return _by_shape(connection, content, shape)


def looks_like(shape: Shape, body: object) -> bool:
    """Could this first JSON value come from this vendor?"""
    if not isinstance(body, dict):
        return False
    lists, wrapped = parts(shape, body)
    if wrapped or any(shape.pages[key] for key in lists):
        return True
    found = [body[key][0] for key in lists if body[key]] or [body]
    return isinstance(found[0], dict) and bool(shape.kind_of(found[0]))


def _is_empty_page(body: object) -> bool:
    """A page of nothing: whose it is cannot be told, and need not be."""
    return isinstance(body, dict) and "id" not in body and [] in body.values()


def _by_mapping(found: MappedJson) -> Flattened:
    documents = tuple(Document(*one) for one in found.documents)
    return Flattened(
        found.count, documents, found.broken, found.faults, found.warnings, found.find
    )  # fmt: skip


def _by_shape(connection: duckdb.DuckDBPyConnection, content: Content, shape: Shape) -> Flattened:
    mappings = built_in(shape.name)
    rows = RawRows(connection, _wanted(shape, mappings), shape.beside)
    pages, lines, kinds = Pages(shape, content.path.name), array("q"), Counter[str]()
    broken: list[Rejected] = []
    faults: dict[int, str] = {}
    for found in json_values(content):
        if isinstance(found, Rejected):
            broken.append(found)
            continue
        for member in pages.opened(found):
            lines.append(member.line)
            kinds[member.kind] += 1
            fault = _flatten(shape, member, len(lines), rows)
            if fault:
                faults[len(lines)] = fault
    pages.check()
    fields = rows.finish()
    _check_fed(content, shape, kinds)
    notes = shape.settle(connection, set(fields)) if shape.settle else []
    idle = [f"{kind}: {kinds[kind]:,} records feed no table" for kind in shape.idle if kinds[kind]]
    documents = tuple(
        Document(m, f"raw_{m.records}", fields[m.records]) for m in mappings if m.records in fields
    )

    def find(records: frozenset[int]) -> dict[int, tuple[int, str]]:
        return _found(content, shape, lines, records)

    return Flattened(
        len(lines) + len(broken), documents, tuple(broken), faults,
        (*notes, *idle, *pages.notes()), find,
    )  # fmt: skip


def _wanted(shape: Shape, mappings: Iterable[Mapping]) -> dict[str, tuple[str, ...]]:
    wanted = dict(shape.beside)
    for mapping in mappings:
        names = (*wanted.get(mapping.records, ()), *read_fields(mapping))
        wanted[mapping.records] = tuple(dict.fromkeys(names))
    return wanted


def _flatten(shape: Shape, member: Member, record: int, rows: RawRows) -> str:
    """The rows of one record; what is wrong with it where it is not shaped as it must be."""
    if member.kind in shape.idle:
        return ""
    try:
        own = list(shape.rows_of(member.kind, member.body))
    except _SHAPELESS as fault:
        problem = f"{type(fault).__name__}: {fault}"
        return f"is not shaped like {shape.vendor}'s {member.kind} ({problem})"
    for kind, row in own:
        rows.add(kind, record, member.line, row)
    return ""


def _check_fed(content: Content, shape: Shape, kinds: Counter[str]) -> None:
    """Refuse records that say nothing by themselves, with what would make them tell."""
    held = [kind for kind in kinds if kinds[kind]]
    for kind, remedy in shape.alone.items():
        if held == [kind]:
            raise IntakeError(
                f"holds {kinds[kind]:,} {kind.replace('_', ' ')} and nothing they belong to.",
                where=content.path.name, fix=remedy,
            )  # fmt: skip


def _found(
    content: Content, shape: Shape, lines: array[int], records: frozenset[int]
) -> dict[int, tuple[int, str]]:
    """Line and text of some records, read again: they are few, and need not be held for that."""
    wanted = frozenset(lines[record - 1] for record in records)
    at_line: dict[int, list[int]] = {line: [] for line in wanted}
    for record, line in enumerate(lines, start=1):
        if line in wanted:
            at_line[line].append(record)
    pages, found = Pages(shape, content.path.name), {}
    for value in json_values(content, only=wanted):
        members: Iterator[Member] = pages.opened(value) if isinstance(value, Value) else iter(())
        for member in members:
            record = at_line[member.line].pop(0) if member.line in wanted else 0
            if record in records:
                found[record] = (member.line, json.dumps(member.body, ensure_ascii=False))
    return found
