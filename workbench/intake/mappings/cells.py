"""The source texts that the rules of one mapping document ask for, before they get a type."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import duckdb

from workbench.intake.columns.readings import Cell
from workbench.intake.mappings.headers import source_column
from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.rules import ColumnRule
from workbench.intake.sql import named, quoted

_BLANKS = " \t\n\r\u00a0"


def fill_cells(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    fields: tuple[str, ...],
    *,
    raw: str = "raw",
    place: int = 0,
    unpadded: Collection[int] = (),
) -> None:
    """``cells_<place>``: the mapped source texts c0, c1, … of the records that feed this table.

    Beside the amounts that are per some span stands that span: p0, p1, … The columns are decided
    on ``cells``, which is the same. Where a cell depends on other records the cells are laid down
    in a table, else they are a view: text is not copied before it is known to be needed. The
    columns at the places ``unpadded`` are known to have no blanks around their texts.
    """
    carried = [
        f"CASE WHEN {named(by)} IS NULL THEN {named(given)} ELSE first_value({named(given)} "
        f"IGNORE NULLS) OVER (PARTITION BY {named(by)} ORDER BY _record) END AS {named(given)}"
        for given, by in mapping.fill.items()
    ]
    origin = raw
    if carried:
        origin = f"(SELECT * REPLACE ({', '.join(carried)}) FROM {raw})"
    columns, layers = [], _Layers()
    for number, rule in enumerate(mapping.columns.values()):
        bare = number in unpadded and _is_bare(mapping, rule)
        cell = (
            layers.text(_unpadded(rule, fields)) if bare else _worded(mapping, rule, fields, layers)
        )
        columns.append(f"{cell} AS c{number}")
        if rule.per:
            columns.append(f"{layers.text(span(rule))} AS p{number}")
    query = layers.query(columns, f"{origin}{_condition(mapping)}")
    if mapping.rows == "first_of_key":
        keys = [k for k in mapping.canonical.key if k != "source"]
        places = [f"c{list(mapping.columns).index(k)}" for k in keys]
        query = (
            f"SELECT * FROM ({query}) QUALIFY "
            f"row_number() OVER (PARTITION BY {', '.join(places)} ORDER BY _record) = 1 "
            f"OR {' OR '.join(f'{key} IS NULL' for key in places)}"
        )
    if looks_around(mapping):
        connection.execute(f"CREATE OR REPLACE TABLE cells_{place} AS {query} ORDER BY _record")
    else:
        connection.execute(f"CREATE OR REPLACE VIEW cells_{place} AS {query}")
    connection.execute(f"CREATE OR REPLACE VIEW cells AS SELECT * FROM cells_{place}")


@dataclass
class _Layers:
    """Expressions that others are built on, each worked out once, below those that ask for it.

    Nested into each other they would double with every step: to plan one question about a column
    of twenty words then takes longer than to answer it.
    """

    steps: tuple[dict[str, str], ...] = field(default_factory=lambda: ({}, {}, {}))

    def text(self, expression: str, step: int = 0) -> str:
        """The name of an expression over fields of the export, or over names of the last step."""
        names = self.steps[step]
        return names.setdefault(expression, f"t{step}_{len(names)}")

    def query(self, columns: list[str], origin: str) -> str:
        """SQL: these columns of the records of ``origin``."""
        below, kept = origin, "_record"
        for names in self.steps:
            told = "".join(f", {expression} AS {name}" for expression, name in names.items())
            below, kept = f"(SELECT {kept}{told} FROM {below})", "*"
        return f"SELECT _record, {', '.join(columns)} FROM {below}"


def _is_bare(mapping: Mapping, rule: ColumnRule) -> bool:
    """Is this column just one of the export, with nothing said about its words?"""
    asks = ColumnRule.model_validate({"from": rule.source}).model_dump()
    told = rule.model_dump()
    same = all(told[key] == asks[key] for key in told if key not in ("type", "unit", "scrub"))
    return bool(rule.source) and same and not mapping.nulls


def _unpadded(rule: ColumnRule, fields: tuple[str, ...]) -> str:
    found = source_column(rule, fields)
    return "CAST(NULL AS VARCHAR)" if found is None else f"nullif({named(found)}, '')"


def padded(column: str) -> str:
    """SQL: this text is empty, or there is a blank (or a control character) before or behind it.

    Ranges instead of lists: lists inside of cases take the engine seconds to plan.
    """
    first, last = f"ascii({column})", f"ascii({column}[-1])"
    return f"({first} <= 32 OR {first} = 160 OR {last} <= 32 OR {last} = 160)"


def looks_around(mapping: Mapping) -> bool:
    """Does a cell of this document depend on other records than its own?"""
    numbered = any(rule.ordinal_within is not None for rule in mapping.columns.values())
    return bool(mapping.fill) or mapping.rows == "first_of_key" or numbered


def span(rule: ColumnRule) -> str:
    """SQL: the span an amount is for, such as ``year`` or ``3 month``."""
    return f"lower(concat_ws(' ', {', '.join(named(part) for part in rule.per)}))"


def cell_of(
    mapping: Mapping, name: str, fields: tuple[str, ...], file: str, cells: str = "cells"
) -> Cell:
    """The cell of one mapped column, and the cells beside it that say what its amount means."""
    rule, places = mapping.columns[name], list(mapping.columns)
    currency = mapping.currency_of(rule)
    return Cell(
        f"c{places.index(name)}",
        source_column(rule, fields) or name,
        file,
        per=f"p{places.index(name)}" if rule.per else "",
        currency=f"c{places.index(currency)}" if currency else "",
        times=f"c{places.index(rule.times)}" if rule.times else "",
        cells=cells,
    )


def exported(mapping: Mapping, rule: ColumnRule, fields: tuple[str, ...]) -> str:
    """SQL: what the export itself says for one rule, before its words are translated."""
    if rule.const is not None:
        if not rule.const:
            return "CAST(NULL AS VARCHAR)"
        return quoted(rule.const.replace("{source}", mapping.source))
    if rule.ordinal_within is not None:
        within = named(rule.ordinal_within)
        ordinal = f"CAST(row_number() OVER (PARTITION BY {within} ORDER BY _record) AS VARCHAR)"
        before = [f"nullif(trim({named(part)}), '')" for part in rule.join]
        return " || '-' || ".join([*before, ordinal])
    if rule.join:
        # An empty part keeps its place: a, nothing, b is not a, b, nothing.
        parts = " || '-' || ".join(f"coalesce(trim({named(part)}), '')" for part in rule.join)
        return _first_group(rule, f"nullif({parts}, {quoted('-' * (len(rule.join) - 1))})")
    found = source_column(rule, fields)
    if found is None:
        return "CAST(NULL AS VARCHAR)"
    cell = _bare(named(found))
    return _first_group(rule, _filled(mapping, cell) if mapping.nulls else cell)


def _filled(mapping: Mapping, cell: str) -> str:
    """SQL: a text, unless it is a word that stands for nothing."""
    tokens = ", ".join(quoted(token) for token in mapping.nulls)
    return f"CASE WHEN {cell} IN ({tokens}) THEN NULL ELSE {cell} END"


def _bare(column: str) -> str:
    """SQL: a text without blanks around it, nothing where nothing is left.

    Few texts have any, and to look at both ends is far cheaper than to trim a long one.
    """
    trimmed = f"nullif(trim({column}, {quoted(_BLANKS)}), '')"
    return f"CASE WHEN {padded(column)} THEN {trimmed} ELSE {column} END"


def _condition(mapping: Mapping) -> str:
    if mapping.keep_if is None:
        return ""
    kept = mapping.keep_if
    cell = f"lower(coalesce(trim({named(kept.column)}), ''))"
    tests = [
        f"{cell} {test} ({', '.join(quoted(word.lower()) for word in words)})"
        for test, words in (("NOT IN", kept.is_not), ("IN", kept.only))
        if words
    ]
    if kept.pattern is not None:
        text = f"coalesce(trim({named(kept.column)}), '')"
        tests.append(f"regexp_matches({text}, {quoted(kept.pattern)})")
    return f" WHERE {' AND '.join(tests)}" if tests else ""


def _first_group(rule: ColumnRule, cell: str) -> str:
    if rule.pattern is None:
        return cell
    return f"nullif(regexp_extract({cell}, {quoted(rule.pattern)}, 1), '')"


def _said(mapping: Mapping, rule: ColumnRule, fields: tuple[str, ...], layers: _Layers) -> str:
    """SQL: what the export says for one rule, by the name it has in the layers below."""
    if rule.const is not None:
        return exported(mapping, rule, fields)
    if rule.ordinal_within is not None or rule.join:
        return layers.text(exported(mapping, rule, fields))
    found = source_column(rule, fields)
    if found is None:
        return exported(mapping, rule, fields)
    said = layers.text(_bare(named(found)))
    if mapping.nulls:
        said = layers.text(_filled(mapping, said), 1)
    return said if rule.pattern is None else layers.text(_first_group(rule, said), 2)


def _worded(mapping: Mapping, rule: ColumnRule, fields: tuple[str, ...], layers: _Layers) -> str:
    """SQL: the cell of one rule, its words translated, else the cell of its fallback."""
    cell = _translated(rule, _said(mapping, rule, fields, layers))
    # An absent column says nothing, not even that its cells are empty.
    if not rule.source or source_column(rule, fields) is not None:
        if rule.filled is not None:
            cell = f"CASE WHEN {cell} IS NULL THEN NULL ELSE {quoted(rule.filled)} END"
        if rule.empty is not None:
            cell = f"coalesce({cell}, {quoted(rule.empty)})"
    if rule.fallback is not None:
        cell = f"coalesce({cell}, {_worded(mapping, rule.fallback, fields, layers)})"
    return cell


def _translated(rule: ColumnRule, cell: str) -> str:
    if rule.values is None:
        return cell
    cases = " ".join(
        f"WHEN {quoted(word.lower())} THEN {quoted(meaning) if meaning else 'NULL'}"
        for word, meaning in rule.values.items()
    )
    other = cell
    if rule.otherwise is not None:
        other = quoted(rule.otherwise) if rule.otherwise else "NULL"
    return (
        f"CASE WHEN {cell} IS NULL THEN NULL ELSE CASE lower({cell}) {cases} ELSE {other} END END"
    )
