"""JSON under a mapping: the fields its rules name, taken out of every record by DuckDB."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import duckdb

from workbench.intake.files.containers import Content
from workbench.intake.mappings.headers import field_named
from workbench.intake.mappings.mapping import Mapping, fitting
from workbench.intake.mappings.sniff import known_format
from workbench.intake.nested.documents import Value, is_lines, json_values
from workbench.intake.nested.json_cells import cell_text, no_list, roles_of
from workbench.intake.nested.json_texts import RECORDS, Texts, texts_of_lines, texts_of_members
from workbench.intake.nested.pages import listed
from workbench.intake.nested.raw_rows import read_fields
from workbench.intake.nested.shape import Record
from workbench.intake.outcome import Rejected
from workbench.intake.sql import named, quoted

Paths = dict[str, tuple[str, ...]]  # field -> the keys that lead to it
Found = tuple[Mapping, str, tuple[str, ...]]
_OWN = {"_record", "_line", "_odd"}


@dataclass(frozen=True)
class MappedJson:
    """What the mappings find in a JSON file: raw tables with their fields, and what broke."""

    count: int
    documents: tuple[Found, ...]
    broken: tuple[Rejected, ...]
    faults: dict[int, str]
    warnings: tuple[str, ...]
    find: Callable[[frozenset[int]], dict[int, tuple[int, str]]] = field(repr=False)


def mapped_json(
    connection: duckdb.DuckDBPyConnection, content: Content, mappings: tuple[Mapping, ...]
) -> MappedJson:
    """Raw tables of a JSON file for the mappings given, or for the format its keys are those of."""
    texts = _texts(connection, content, mappings)
    documents: list[Found] = []
    faults: dict[int, str] = {}
    for place, (kind, keys) in enumerate(texts.keys.items()):
        own = tuple(m for m in mappings if kind in (RECORDS, m.records) or not m.records)
        if mappings and not own:
            continue
        paths = _paths(connection, kind, keys, own)
        fields, file = tuple(paths), content.path.name
        fits = fitting(own, fields, file) if own else known_format(fields, file)
        table = f"raw_{place}"  # a kind may be any text, a table's name may not
        query = _query(kind, paths, tuple(fits)) + ("" if texts.in_order else " ORDER BY _record")
        faults |= _fill(connection, table, query)
        documents += [(mapping, table, fields) for mapping in fits]

    def find(records: frozenset[int]) -> dict[int, tuple[int, str]]:
        found = connection.execute(
            "SELECT _record, _line, text FROM json_text WHERE _record IN "
            "(SELECT unnest(?::BIGINT[]))", [list(records)],
        ).fetchall()  # fmt: skip
        return {record: (line, text) for record, line, text in found}

    return MappedJson(texts.count, tuple(documents), texts.broken, faults, texts.notes, find)


def _texts(
    connection: duckdb.DuckDBPyConnection, content: Content, mappings: tuple[Mapping, ...]
) -> Texts:
    lists = _record_lists(content, mappings)
    if not lists and is_lines(content):
        try:
            return texts_of_lines(connection, content)
        except duckdb.Error:  # a line too long for it, or a character that JSON forbids
            pass
    return texts_of_members(connection, content, lists)


def _record_lists(content: Content, mappings: tuple[Mapping, ...]) -> tuple[str, ...]:
    """The keys under which a page holds its records; none where records stand by themselves.

    A page is told from a record with a list inside by what the mapping names: its names are those
    of the list's members.
    """
    first = next((v.body for v in json_values(content) if isinstance(v, Value)), None)
    if not isinstance(first, dict):
        return ()
    lists = listed(first)
    declared = [m.records for m in mappings if m.records in lists]
    if declared:
        return tuple(dict.fromkeys(declared))
    if not mappings:
        return tuple(lists) if len(lists) == 1 and "id" not in first else ()
    best = max(lists, key=lambda key: _known(first[key][0], mappings), default=None)
    if best is None or _known(first[best][0], mappings) <= _known(first, mappings):
        return ()
    return (best,)


def _known(body: Record, mappings: tuple[Mapping, ...]) -> int:
    names = {name.split(".")[0].casefold() for m in mappings for name in read_fields(m)}
    whole = {name.casefold() for m in mappings for name in read_fields(m)}
    return sum(key.casefold() in names | whole for key in body)


def _paths(
    connection: duckdb.DuckDBPyConnection, kind: str, keys: tuple[str, ...],
    mappings: tuple[Mapping, ...],
) -> Paths:  # fmt: skip
    """Every field and the way to it: keys of the records, then what rules name inside of them."""
    paths: Paths = {}
    taken = set(_OWN)
    exact = _first_keys(mappings)
    if len({key.casefold() for key in keys}) < len(keys):  # the one that is meant keeps its name
        keys = tuple(sorted(keys, key=lambda key: key not in exact))
    for key in keys:
        name, copies = key, 2
        while name.casefold() in taken:  # the engine does not tell A from a
            name, copies = f"{key}__{copies}", copies + 1
        taken.add(name.casefold())
        paths[name] = (key,)
    present = {key.casefold(): key for key in reversed(keys)}
    for name in dict.fromkeys(n for m in mappings for n in read_fields(m)):
        first, *rest = name.split(".")
        if rest and name.casefold() not in taken and first.casefold() in present:
            path = (present[first.casefold()], *rest)
            if _exists(connection, kind, path):
                paths[name] = path
                taken.add(name.casefold())
    return paths


def _exists(connection: duckdb.DuckDBPyConnection, kind: str, path: tuple[str, ...]) -> bool:
    found = connection.execute(
        f"SELECT 1 FROM json_text WHERE kind = ? AND json_exists(text, {_pointer(path)}) LIMIT 1",
        [kind],
    ).fetchall()
    return bool(found)


def _query(kind: str, paths: Paths, mappings: tuple[Mapping, ...]) -> str:
    """SQL: what the mappings read of every record as texts, and in ``_odd`` what hinders that.

    Lists become one text. Fields that a mapping merely keeps stay as they are.
    """
    fields = tuple(paths)
    asked = {field_named(name, fields) for m in mappings for name in read_fields(m)}
    kept = [pattern.casefold() for m in mappings for pattern in m.keep]
    read = [name for name in paths if name in asked]
    more = [
        name for name in paths
        if name not in read and any(fnmatchcase(name.casefold(), pattern) for pattern in kept)
    ]  # fmt: skip
    places = {name: f"v[{place}]" for place, name in enumerate([*read, *more], start=1)}
    roles = roles_of(mappings, fields)
    cells = [
        f"{cell_text(places[n], _type(paths[n]), roles.get(n, set()))} AS {named(n)}" for n in read
    ]
    cells += [f"{places[n]} AS {named(n)}" for n in more]
    wrong = [*_complaints(paths, read, places, roles), *_variants(paths, read, mappings)]
    odd = f"coalesce({', '.join(wrong)}) AS _odd"
    pointers = ", ".join(_pointer(paths[name]) for name in places)
    return f"""SELECT {", ".join([*cells, "_record", "_line", odd])}
        FROM (SELECT *, json_extract_string(text, [{pointers}]) AS v
              FROM json_text WHERE kind = {quoted(kind)})"""


def _fill(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> dict[int, str]:
    """Make the table; the records that hold a field in another shape than it is read in."""
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")
    found = connection.execute(
        f"SELECT _record, _odd FROM {table} WHERE _odd IS NOT NULL"
    ).fetchall()
    connection.execute(f"ALTER TABLE {table} DROP COLUMN _odd")
    return dict(found)


def _complaints(
    paths: Paths, read: list[str], places: dict[str, str], roles: dict[str, set[str]]
) -> list[str]:
    """SQL: what is wrong with the shape of the fields that are read; nothing where all is well.

    Who reads both a field and what is inside of it expects it in either shape.
    """
    parents = {paths[n][:depth] for n in read for depth in range(1, len(paths[n]))}
    plain = {paths[name] for name in read}
    odd = [
        _misshapen(n, places[n], paths[n], no_list(roles.get(n, set())))
        for n in read if paths[n] not in parents
    ]  # fmt: skip
    odd += [_no_object(path) for path in sorted(parents) if path not in plain]
    return odd + [_repeated(path) for path in sorted(parents)]


def _variants(paths: Paths, read: list[str], mappings: tuple[Mapping, ...]) -> list[str]:
    """SQL: the complaint where keys that differ by case alone leave open which one is meant.

    The key that the mapping writes in just that case is, unless only the other has a value.
    """
    exact = _first_keys(mappings)
    keys = dict.fromkeys(path[0] for path in paths.values())
    odd = []
    for key in dict.fromkeys(paths[name][0] for name in read):
        others = [other for other in keys if other != key and other.casefold() == key.casefold()]
        for other in others:
            fault = quoted(f"{key}: stands there as {other} too; the mapping must name one exactly")
            clash = f"json_extract_string(text, {_pointer((other,))}) IS NOT NULL"
            if key in exact:
                if other in exact:
                    continue
                clash += f" AND json_extract_string(text, {_pointer((key,))}) IS NULL"
            odd.append(f"CASE WHEN {clash} THEN {fault} END")
    return odd


def _first_keys(mappings: tuple[Mapping, ...]) -> set[str]:
    names = {name.strip() for m in mappings for name in read_fields(m)}
    return names | {name.split(".")[0] for name in names}


def _type(path: tuple[str, ...]) -> str:
    return f"json_type(text, {_pointer(path)})"


def _misshapen(name: str, value: str, path: tuple[str, ...], single: str) -> str:
    """SQL: the complaint where a field holds objects and not a text or a list of texts.

    ``single``: what it must hold one of; empty where a list may stand.
    """
    kind = _type(path)
    inside = f"list_has_any(json_type({value}, '$[*]'), ['OBJECT', 'ARRAY'])"
    fault = quoted(f"{name}: holds an object; a mapping names a field inside it, {name}.…")
    several = ""
    if single:
        told = quoted(f"{name}: holds a list where {single} belongs")
        filled = f"json_array_length({value}) > 0"
        several = f"WHEN starts_with({value}, '[') AND {kind} = 'ARRAY' AND {filled} THEN {told} "
    return (
        f"CASE WHEN starts_with({value}, '{{') AND {kind} = 'OBJECT' THEN {fault} "
        f"WHEN starts_with({value}, '[') AND {kind} = 'ARRAY' AND {inside} THEN {fault} "
        f"{several}END"
    )


def _no_object(path: tuple[str, ...]) -> str:
    fault = quoted(f"{'.'.join(path)}: holds no object, and the mapping reads fields inside it")
    kind = f"json_type(text, {_pointer(path)})"
    return f"CASE WHEN {kind} NOT IN ('OBJECT', 'NULL') THEN {fault} END"


def _repeated(path: tuple[str, ...]) -> str:
    fault = quoted(f"{'.'.join(path)}: a key stands twice in it")
    keys = f"json_keys(text, {_pointer(path)})"
    return f"CASE WHEN len(list_distinct({keys})) < len({keys}) THEN {fault} END"


def _pointer(path: tuple[str, ...]) -> str:
    parts = (part.replace("~", "~0").replace("/", "~1") for part in path)
    return quoted("".join(f"/{part}" for part in parts))
