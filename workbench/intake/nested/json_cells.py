"""What a JSON value becomes as a text, by what the mapping reads it as: its type is not lost."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.intake.columns.plain import Form
from workbench.intake.mappings.headers import field_named
from workbench.intake.mappings.kinds import is_identifier, kind_of
from workbench.intake.mappings.mapping import Mapping
from workbench.intake.mappings.rules import CLOCK, ColumnRule
from workbench.intake.sql import quoted
from workbench.tables.schema import Kind

NUMBER, TIME, TRUTH, IDENTIFIER = "a number", "a time", "a yes or no", "an identifier"
LIST, TEXT = "a list", "a text"
BESIDE = "beside"  # read to find or to join records, as identifiers are
_ONE = {NUMBER, TIME, TRUTH, IDENTIFIER}
_ROLES = {
    Kind.MONEY: NUMBER, Kind.NUMBER: NUMBER, Kind.INTEGER: NUMBER, Kind.TIME: TIME,
    Kind.BOOLEAN: TRUTH, Kind.LIST: LIST,
}  # fmt: skip


def roles_of(mappings: tuple[Mapping, ...], fields: tuple[str, ...]) -> dict[str, set[str]]:
    """As what is every field read? A field may fill several columns."""
    roles: dict[str, set[str]] = {}
    for mapping in mappings:
        named = [(name, BESIDE) for name in mapping.beside]
        for column, rule in mapping.columns.items():
            for one in _chain(rule):
                named += [(name, _role(mapping, column, one)) for name in one.source]
        for name, role in named:
            field = field_named(name, fields)
            if field is not None:
                roles.setdefault(field, set()).add(role)
    return roles


def cell_text(value: str, kind: str, roles: set[str]) -> str:
    """SQL: a JSON value as a text: a list as its members, an object as nothing.

    ``value`` is its text, ``kind`` its JSON type, which is costly and asked last.
    """
    return (
        f"CASE WHEN starts_with({value}, '[') AND {kind} = 'ARRAY' THEN {_members(value, roles)} "
        f"WHEN starts_with({value}, '{{') AND {kind} = 'OBJECT' THEN NULL "
        f"ELSE {_scalar(value, kind, roles)} END"
    )


def no_list(roles: set[str]) -> str:
    """What belongs where a list may not stand; empty where it may."""
    return min(roles) if roles and roles <= _ONE else ""


def _chain(rule: ColumnRule) -> Iterator[ColumnRule]:
    yield rule
    if rule.fallback is not None:
        yield from _chain(rule.fallback)


def _role(mapping: Mapping, column: str, rule: ColumnRule) -> str:
    """A word that the mapping looks up or takes apart is a text, whatever becomes of it."""
    if rule.values is not None or rule.pattern is not None or mapping.nulls:
        return TEXT
    if is_identifier(mapping, column, rule):
        return IDENTIFIER
    if rule.unit is not None:
        return TEXT if rule.unit == CLOCK else NUMBER
    return _ROLES.get(kind_of(mapping, column, rule), TEXT)


def _members(value: str, roles: set[str]) -> str:
    """SQL: plain words between commas; other lists that are read as lists stay JSON, for a comma
    or a blank may stand inside a member."""
    if no_list(roles):  # its record is rejected, and must not have a say in how others are read
        return "NULL"
    joined = f"nullif(array_to_string(json_extract_string({value}, '$[*]'), ','), '')"
    if roles != {LIST}:
        return joined
    members = f"list_filter(json_extract_string({value}, '$[*]'), lambda x: x <> '')"
    plain = f"regexp_full_match(array_to_string({members}, ','), '{Form.WORDS.value}')"
    torn = f"list_bool_or(list_transform({members}, lambda x: contains(x, ',')))"
    return (
        f"CASE WHEN len({members}) = 0 THEN NULL WHEN {plain} AND NOT {torn} "
        f"THEN array_to_string({members}, ',') ELSE CAST(to_json({members}) AS VARCHAR) END"
    )


def _scalar(value: str, kind: str, roles: set[str]) -> str:
    """SQL: a number without the ``.0`` or the exponent that JSON writers add to whole ones.

    Read as nothing but a number, one with decimals gets the mark ``e0``: its point is a decimal
    point, whatever texts stand beside it and whatever is declared of them.
    """
    if not roles & {NUMBER, IDENTIFIER, BESIDE}:
        return value
    exact = f"try_cast({value} AS DECIMAL(38, 10))"
    same = f"CAST({exact} AS DOUBLE) = try_cast({value} AS DOUBLE)"
    spelled = f"CASE WHEN NOT contains({value}, 'e') THEN {value} " + (
        f"WHEN {same} THEN CAST({exact} AS VARCHAR) END"
    )
    number = f"coalesce(regexp_replace({spelled}, '\\.?0+$', ''), {value})"
    if roles == {NUMBER}:
        number = f"regexp_replace({number}, '^(-?\\d+\\.\\d+)$', '\\1e0')"
    float_like = quoted(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
    return (
        f"CASE WHEN regexp_matches({value}, '[.eE]') "
        f"AND regexp_full_match({value}, {float_like}) AND {kind} = 'DOUBLE' "
        f"THEN {number} ELSE {value} END"
    )
