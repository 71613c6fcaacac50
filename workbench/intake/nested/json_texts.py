"""JSON records as texts that DuckDB can search: one row per record, its line beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from workbench.intake.files.containers import BAD_BYTE, CR, NUL, Content
from workbench.intake.nested.documents import json_values, loaded, not_json
from workbench.intake.nested.pages import Pages
from workbench.intake.nested.raw_rows import BATCH
from workbench.intake.nested.shape import Shape
from workbench.intake.outcome import Rejected
from workbench.intake.sql import quoted

RECORDS = "records"  # the kind of a record that stands by itself
_LINE_LIMIT = 50_000_000
_SEPARATOR = "\x01"  # JSON allows no such character as it stands
_BLANK, _BROKEN = "blank", "broken"
_ROWS = {"kind": pa.string(), "_record": pa.int64(), "_line": pa.int64(), "text": pa.string()}


@dataclass(frozen=True)
class Texts:
    """The table ``json_text`` – kind, ``_record``, ``_line``, text of every JSON object – and
    what there is to know about it: how many records there are, broken ones included, the keys of
    each kind in the order they appear, the lines that are no JSON object, and whether the rows lie
    in the order of the file."""

    count: int
    keys: dict[str, tuple[str, ...]]
    broken: tuple[Rejected, ...]
    notes: tuple[str, ...] = ()
    in_order: bool = True


def texts_of_lines(connection: duckdb.DuckDBPyConnection, content: Content) -> Texts:
    """Objects of JSON lines, read from the file where it lies; `duckdb.Error` where it cannot."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP VIEW json_lines AS SELECT row_number() OVER () AS _line, text
            FROM read_csv({quoted(str(content.plain))}, columns = {{text: 'VARCHAR'}},
                          header = false, auto_detect = false, delim = '{_SEPARATOR}', quote = '',
                          escape = '', new_line = '\\n', null_padding = false,
                          max_line_size = {_LINE_LIMIT})"""
    )
    states = connection.execute(
        f"SELECT {_state(content)} AS state, count(*), min(_line) FROM json_lines GROUP BY state "
        "ORDER BY min(_line)"
    ).fetchall()
    lists = [json.loads(state) for state, *_ in states if state not in (_BLANK, _BROKEN)]
    twice = any(len(set(names)) < len(names) for names in lists)
    blank = sum(n for state, n, _ in states if state == _BLANK)
    damaged = any(state == _BROKEN for state, *_ in states) or twice
    broken, mended = _set_aside(connection, content) if damaged else ((), ())
    _number(connection, blanks=bool(blank), damaged=damaged)
    names = tuple(dict.fromkeys([name for names in lists for name in names] + [*mended]))
    count = sum(n for _, n, _ in states) - blank
    return Texts(count, {RECORDS: names}, broken, in_order=not (blank or damaged))


def _state(content: Content) -> str:
    """SQL: the keys of the object on a line, as a JSON list; else what the line is."""
    odd = [f"contains(text, '{mark}')" for mark in (BAD_BYTE, NUL, CR) if mark in content.marks]
    keys = "CAST(to_json(json_keys(text)) AS VARCHAR)"
    # The cases are ordered: what is not valid must not be searched, and few lines get that far.
    return f"""CASE WHEN text IS NULL THEN '{_BLANK}'
        WHEN {" OR ".join([*odd, "NOT json_valid(text)"])} THEN
            CASE WHEN trim(text, ' \t') = '' THEN '{_BLANK}' ELSE '{_BROKEN}' END
        WHEN len(json_keys(text)) = 0 AND json_type(text) <> 'OBJECT' THEN '{_BROKEN}'
        ELSE {keys} END"""


def _set_aside(
    connection: duckdb.DuckDBPyConnection, content: Content
) -> tuple[tuple[Rejected, ...], tuple[str, ...]]:
    """Take the lines that are no sound object out of the way; put back those that can be mended.

    The broken ones, and the keys of the mended.

    The engine refuses half a character (``\\ud83d``) that a JSON writer may leave behind.
    """
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE set_aside AS
            SELECT _line, text FROM (SELECT *, {_state(content)} AS state FROM json_lines)
            WHERE CASE state WHEN '{_BLANK}' THEN false WHEN '{_BROKEN}' THEN true
                  ELSE len(list_distinct(json_keys(text))) < len(json_keys(text)) END"""
    )
    broken: list[Rejected] = []
    mended: list[tuple[int, str]] = []
    keys: dict[str, None] = {}
    aside = connection.execute("SELECT _line, text FROM set_aside ORDER BY _line").fetchall()
    for line, text in aside:
        reason = not_json(text)
        body = None if reason else loaded(text)
        if isinstance(body, dict):
            mended.append((line, json.dumps(body, ensure_ascii=False)))
            keys.update(dict.fromkeys(body))
        else:
            what = reason or f"holds {type(body).__name__} where an object belongs"
            broken.append(Rejected(line, what, text))
    connection.execute("CREATE OR REPLACE TEMP TABLE mended (_line BIGINT, text VARCHAR)")
    if mended:
        connection.executemany("INSERT INTO mended VALUES (?, ?)", mended)
    return tuple(broken), tuple(keys)


def _number(connection: duckdb.DuckDBPyConnection, *, blanks: bool, damaged: bool) -> None:
    sound, number = "json_lines", "_line"
    if damaged:
        sound = (
            "(SELECT * FROM json_lines WHERE _line NOT IN (SELECT _line FROM set_aside) "
            "UNION ALL SELECT * FROM mended)"
        )
    if blanks:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE numbered AS SELECT _line, row_number() OVER (ORDER BY "
            "_line) AS number FROM json_lines WHERE regexp_matches(text, '[^ \t]')"
        )
        sound, number = f"{sound} JOIN numbered USING (_line)", "number"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW json_text AS SELECT '{RECORDS}' AS kind, "
        f"{number} AS _record, _line, text FROM {sound}"
    )


def texts_of_members(
    connection: duckdb.DuckDBPyConnection, content: Content, lists: tuple[str, ...]
) -> Texts:
    """Objects of arrays, documents and pages; ``lists`` are the keys of a page's records."""
    shape = Shape(
        "", "a page", {key: key for key in lists}, lambda _: RECORDS,
        lambda kind, _: iter(()),
    )  # fmt: skip
    pages, broken, count = Pages(shape, content.path.name), [], 0
    keys: dict[str, dict[str, None]] = {}
    rows: list[tuple[str, int, int, str]] = []
    columns = ", ".join(f"{name} {'VARCHAR' if kind == pa.string() else 'BIGINT'}"
                        for name, kind in _ROWS.items())  # fmt: skip
    connection.execute(f"CREATE OR REPLACE TEMP TABLE json_text ({columns})")
    for value in json_values(content):
        if isinstance(value, Rejected):
            broken.append(value)
            continue
        for member in pages.opened(value):
            count += 1
            keys.setdefault(member.kind, {}).update(dict.fromkeys(member.body))
            text = json.dumps(member.body, ensure_ascii=False)
            rows.append((member.kind, count, member.line, text))
            if len(rows) >= BATCH:
                _append(connection, rows)
    _append(connection, rows)
    pages.check()
    found = {kind: tuple(names) for kind, names in keys.items()}
    return Texts(count + len(broken), found, tuple(broken), tuple(pages.notes()))


def _append(connection: duckdb.DuckDBPyConnection, rows: list[tuple[str, int, int, str]]) -> None:
    parts = zip(*rows, strict=True) if rows else [()] * len(_ROWS)
    arrays = [pa.array(part, kind) for part, kind in zip(parts, _ROWS.values(), strict=True)]
    connection.register("batch", pa.table(dict(zip(_ROWS, arrays, strict=True))))
    connection.execute("INSERT INTO json_text FROM batch")
    connection.unregister("batch")
    rows.clear()
