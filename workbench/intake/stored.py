"""What is stored of a record: the canonical columns, without what identifies a person."""

from __future__ import annotations

from workbench.intake.columns.domain import possible_times
from workbench.intake.columns.readings import Reading
from workbench.intake.mappings.kinds import kind_of
from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.rules import CUSTOM, ColumnRule
from workbench.intake.persons.personal import names_a_person
from workbench.intake.persons.redact import pseudonym, scrubbed
from workbench.intake.sql import named, quoted
from workbench.tables.helpdesk import CHANGES_OF_HOLDER
from workbench.tables.schema import Column, Kind


def columns_of(mapping: Mapping, readings: dict[str, Reading], *, redact: bool) -> list[str]:
    """SQL: the columns of the canonical table, in their order."""
    table, selected = mapping.canonical, []
    numbered = {name: place for place, name in enumerate(readings)}
    places = {name: f"v{place}" for name, place in numbered.items()}
    places |= possible_times(mapping.table, numbered)
    for column in table.columns:
        if column.name == "source":
            value = places.get("source", quoted(mapping.source))
        elif column.name == "source_row":
            value = "_record"
        elif column.name == "custom":
            value = _custom(mapping, places, redact=redact)
        elif column.name in readings:
            value = places[column.name]
            if column.form == "word":
                value = f"lower({value})"
            if redact:
                value = _redacted(mapping, value, column, places)
        else:
            value = "NULL"
        selected.append(f"CAST({value} AS {SQL_TYPES[column.kind]}) AS {named(column.name)}")
    return selected


def _redacted(mapping: Mapping, value: str, column: Column, places: dict[str, str]) -> str:
    """What is stored of a column: a mapping may fill any text from what a customer wrote."""
    if column.personal == "key":
        return pseudonym(value)
    if not _may_hold_text(mapping, column):
        return value
    if column.personal == "reference":  # a long order number may look like a telephone number
        return f"CASE WHEN contains({value}, '@') THEN {scrubbed(value)} ELSE {value} END"
    if column.personal == "change":  # who held a ticket is told by an agent's own address
        held = ", ".join(quoted(name) for name in CHANGES_OF_HOLDER)
        return f"CASE WHEN {places['field']} IN ({held}) THEN {value} ELSE {scrubbed(value)} END"
    if column.kind is Kind.LIST:
        return f"list_transform({value}, lambda word: {scrubbed('word')})"
    return scrubbed(value)


def _may_hold_text(mapping: Mapping, column: Column) -> bool:
    """Not identifiers, which rows are matched by, nor words of a closed set, nor staff."""
    if column.personal == "staff" or column.allowed or column.name in mapping.canonical.key:
        return False
    names = column.name.endswith("_id") and not column.personal
    return column.kind in (Kind.TEXT, Kind.LIST) and not names


def _custom(mapping: Mapping, places: dict[str, str], *, redact: bool) -> str:
    own = {name: value for name, value in places.items() if name.startswith(CUSTOM)}
    if not own:
        return "NULL"
    pairs = ", ".join(
        f"{quoted(n.removeprefix(CUSTOM))}, "
        + (_redacted_custom(mapping, n, value) if redact else value)
        for n, value in own.items()
    )
    return f"CAST(json_object({pairs}) AS VARCHAR)"


def _redacted_custom(mapping: Mapping, name: str, value: str) -> str:
    """A field that holds a person becomes a pseudonym, any other text is scrubbed."""
    rule = mapping.columns[name]
    kind, person = kind_of(mapping, name, rule), names_in_custom(name, rule)
    if kind is Kind.LIST:
        word = pseudonym("word") if person else scrubbed("word")
        return f"list_transform({value}, lambda word: {word})"
    if kind is Kind.INTEGER and person:  # a telephone or customer number
        return pseudonym(f"CAST({value} AS VARCHAR)")
    if kind is not Kind.TEXT:
        return value
    return pseudonym(value) if person else scrubbed(value)


def names_in_custom(name: str, rule: ColumnRule) -> bool:
    """Is a custom field, or the field of the export it reads, called like a person?"""
    return any(map(names_a_person, (name.removeprefix(CUSTOM), *rule.source)))


SQL_TYPES = {
    Kind.TEXT: "VARCHAR", Kind.INTEGER: "BIGINT", Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN",
    Kind.TIME: "TIMESTAMPTZ", Kind.MONEY: "DECIMAL(18, 4)", Kind.LIST: "VARCHAR[]",
    Kind.JSON: "VARCHAR",
}  # fmt: skip
