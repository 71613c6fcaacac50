"""The fields of an export and its first values: what a draft of a mapping is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from workbench.errors import IntakeError
from workbench.intake.delimited.records import laid_out, read_csv
from workbench.intake.files.containers import Content, opened_content
from workbench.intake.files.packed import Limits
from workbench.intake.nested.documents import Value, json_values
from workbench.intake.nested.pages import listed
from workbench.intake.sql import named
from workbench.store.engine import scratch

FIRST = 500  # records a draft looks at
_COUNTED = 20_000  # JSON records whose words are counted; of delimited text it is all of them
_WORDS = 1_000  # different values of a field that are handed over
_DEEPEST = 4  # objects within objects


@dataclass(frozen=True)
class Field:
    """One field and what its first records hold, without what is blank."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """Records with a value in one field, different values, and values on several records."""

    filled: int
    distinct: int
    repeated: int


@dataclass(frozen=True)
class Sample:
    """An export's fields in their order.

    ``words`` counts the commonest values of a field, ``held`` what it holds as a key.
    """

    file: str
    records: int
    fields: tuple[Field, ...]
    words: Callable[[str], dict[str, int]] = field(repr=False)
    held: Callable[[str], Held] = field(repr=False)


@contextmanager
def sampled(path: Path, limits: Limits, member: str | None = None) -> Iterator[Sample]:
    """The sample of one file, in any container and dialect the gate reads."""
    try:
        with opened_content(path, limits, member) as content, scratch() as connection:
            is_json = content.head(1_000).lstrip()[:1] in ("{", "[")
            yield _of_json(content) if is_json else _of_csv(connection, content)
    except duckdb.Error as fault:
        first = str(fault).split("\n")[0]
        raise IntakeError(
            f"cannot be read ({first}).", where=path.name, fix="Export it again."
        ) from fault


def _of_csv(connection: duckdb.DuckDBPyConnection, content: Content) -> Sample:
    records = read_csv(connection, laid_out(content, _is_header))
    rows = connection.execute(
        f"SELECT * EXCLUDE (_record, _line) FROM raw LIMIT {FIRST}"
    ).fetchall()
    columns = zip(*rows, strict=True) if rows else [()] * len(records.text.fields)

    def counted(name: str) -> str:
        return (
            f"(SELECT trim({named(name)}) AS word, count(*) AS n, min(_record) AS first FROM raw "
            f"WHERE trim({named(name)}) <> '' GROUP BY word)"
        )

    def words(name: str) -> dict[str, int]:
        asked = f"SELECT word, n FROM {counted(name)} ORDER BY n DESC, first LIMIT {_WORDS}"
        return dict(connection.execute(asked).fetchall())

    def held(name: str) -> Held:
        asked = "SELECT coalesce(sum(n), 0)::BIGINT, count(*), count(*) FILTER (WHERE n > 1) FROM "
        return Held(*connection.execute(asked + counted(name)).fetchall()[0])

    names = records.text.fields
    fields = tuple(_field(n, c) for n, c in zip(names, columns, strict=True))
    return Sample(content.name, records.count, fields, words, held)


def _is_header(fields: tuple[str, ...]) -> bool:
    """Several names and no bare number: a title above a header is one cell of many."""
    filled = [name for name in fields if name.strip()]
    numbers = [name for name in filled if name.replace(".", "").replace("-", "").isdigit()]
    return len(filled) > 1 and len(filled) * 2 > len(fields) and not numbers


def _of_json(content: Content) -> Sample:
    bodies = list(islice(_bodies(content), _COUNTED))
    if not bodies:
        raise IntakeError(
            "holds no JSON object.", where=content.name, fix="Export records, one object each."
        )
    rows = [dict(_leaves(body, ())) for body in bodies]
    names = dict.fromkeys(name for row in rows for name in row)

    def words(name: str) -> dict[str, int]:
        return dict(Counter(row[name] for row in rows if row.get(name)))

    def held(name: str) -> Held:
        counts = words(name)
        return Held(sum(counts.values()), len(counts), sum(n > 1 for n in counts.values()))

    fields = (_field(name, [row.get(name, "") for row in rows[:FIRST]]) for name in names)
    return Sample(content.name, len(bodies), tuple(fields), words, held)


def _bodies(content: Content) -> Iterator[dict[str, Any]]:
    """The records of a JSON file: its objects, or the members of the one list in each page."""
    for value in json_values(content):
        if not isinstance(value, Value) or not isinstance(value.body, dict):
            continue
        lists = [] if "id" in value.body else listed(value.body)
        if len(lists) == 1:
            yield from (member for member in value.body[lists[0]] if isinstance(member, dict))
        else:
            yield value.body


def _leaves(body: dict[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every value of a record under the name a mapping gives it: keys joined with dots."""
    for key, value in body.items():
        place = (*above, str(key))
        if isinstance(value, dict) and len(place) < _DEEPEST:
            yield from _leaves(value, place)
        elif isinstance(value, list):
            plain = [_text(part) for part in value if not isinstance(part, (dict, list))]
            if len(plain) == len(value):
                yield ".".join(place), ",".join(plain)
        elif not isinstance(value, dict):
            yield ".".join(place), _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _field(name: str, values: Any) -> Field:
    return Field(name, tuple(v.strip() for v in values if v and v.strip()))
