"""One row of an export that holds several things side by side, as one document for each.

A scorecard with a column per category is the common case: every such column becomes a document
of its own, with what its header says put in place of ``{column}`` and the pattern's own words.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeVar

from workbench.intake.mappings.rules import ColumnRule, Strict, Unpivot, nearest

COLUMN = "column"
_HOLE = re.compile(r"\{([a-z_]+)(:number)?\}")
_RESERVED = {COLUMN, "source", "zone"}

Document = TypeVar("Document", bound=Strict)


def parts(unpivot: Unpivot, fields: tuple[str, ...]) -> list[dict[str, str]]:
    """What the header says of every column meant: its name, and the words of its pattern."""
    left_out = [_expression(pattern) for pattern in unpivot.exclude]
    blank = dict.fromkeys(holes(unpivot), "")
    found = []
    for field in fields:
        name = field.strip()
        if any(expression.fullmatch(name) for expression in left_out):
            continue
        matches = (_expression(pattern).fullmatch(name) for pattern in unpivot.columns)
        match = next((m for m in matches if m is not None), None)
        if match is not None:
            words = {key: word.strip() for key, word in match.groupdict().items()}
            found.append({**blank, **words, COLUMN: field})
    return found


def holes(unpivot: Unpivot) -> list[str]:
    """The words that the patterns name, apart from ``{column}``."""
    named = [hole[1] for pattern in unpivot.columns for hole in _HOLE.finditer(pattern)]
    return list(dict.fromkeys(named))


def has_hole(name: str) -> bool:
    """Does this name of a column depend on the column at hand?"""
    return any(hole[1] != "zone" for hole in _HOLE.finditer(name))


def filled_in(document: Document, words: dict[str, str]) -> Document:
    """``document`` for one column: every ``{word}`` of its rules replaced."""
    written = document.model_dump(by_alias=True, exclude_unset=True)
    written.pop("unpivot")
    for key in ("columns", "keep_if"):
        if key in written:
            written[key] = _replaced(written[key], words)
    return type(document).model_validate(written)


def unpivot_faults(unpivot: Unpivot, rules: dict[str, ColumnRule]) -> list[str]:
    """Patterns that name a word twice or a reserved one; rules that read none of the columns."""
    found = []
    for pattern in unpivot.columns:
        named = [hole[1] for hole in _HOLE.finditer(pattern)]
        odd = [n for n in named if n in _RESERVED or named.count(n) > 1]
        if odd:
            found.append(f"unpivot.columns: {pattern!r} names {{{odd[0]}}} twice, or it is taken")
    read = [text for rule in rules.values() for text in _texts(rule.model_dump())]
    if f"{{{COLUMN}}}" not in " ".join(read):
        found.append("unpivot: no rule reads '{column}', the column in question")
    known = {*holes(unpivot), *_RESERVED}
    unknown = [hole[1] for text in read for hole in _HOLE.finditer(text) if hole[1] not in known]
    found += [
        f"unpivot: {{{word}}} stands for nothing{nearest(word, known)}"
        for word in dict.fromkeys(unknown)
    ]
    return found


def _texts(value: Any) -> list[str]:
    """Every text in which words are replaced."""
    if isinstance(value, dict):
        return [text for key, v in value.items() if key != "pattern" for text in _texts(v)]
    if isinstance(value, (list, tuple)):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """A pattern with ``{word}``, ``{word:number}`` and ``*`` as an expression."""
    written, place = "", 0
    for hole in _HOLE.finditer(pattern):
        written += _plain(pattern[place : hole.start()])
        written += rf"(?P<{hole[1]}>{r'[0-9]+(?:[.,][0-9]+)?' if hole[2] else '.+?'})"
        place = hole.end()
    return re.compile(written + _plain(pattern[place:]), re.IGNORECASE)


def _plain(text: str) -> str:
    return ".*".join(re.escape(piece) for piece in text.split("*"))


def _replaced(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, str):
        for word, meaning in words.items():
            value = value.replace(f"{{{word}}}", meaning)
        return value
    if isinstance(value, dict):
        return {k: v if k == "pattern" else _replaced(v, words) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_replaced(each, words) for each in value)
    return value
