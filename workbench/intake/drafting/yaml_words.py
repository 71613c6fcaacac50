"""Names and values of an export as YAML: quoted where they must be, never on two lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_ -]*[A-Za-z0-9])?")
_NOT_PLAIN = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_ASIDE = 44  # the column comments begin in, where the line is shorter
_SHOWN, _LONGEST = 2, 24
# An address, a person's two names, a telephone number: who reads a mapping need not read these.
_PRIVATE = re.compile(
    r".*@.*|[A-Z][^\W\d_]+ [A-Z][^\W\d_]+|(?=(?:.*\d){7})[+(\d][\d ()-]*[ ()][\d ()-]*"
)


def word(text: str) -> str:
    """A name or a value of the export as YAML that means exactly it."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _NOT_PLAIN:
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def comment(line: str, told: str) -> str:
    """A line with a comment behind it."""
    return f"{line:<{_ASIDE}}  # {told}" if told else line


def such_as(values: Sequence[str]) -> str:
    """`` such as 'a', 'b'``: the first values, where they can name no person."""
    first = [v for v in dict.fromkeys(values) if not _PRIVATE.fullmatch(v)][:_SHOWN]
    first = first[:1] if first and len(first[0]) > _LONGEST // 2 else first
    if not first or any(len(v.split()) > 3 for v in first):
        return ""
    return " such as " + ", ".join(f"'{_short(value)}'" for value in first)


def shown_name(name: str) -> str:
    """A name of the export inside a comment."""
    return "'" + "".join(c if c.isprintable() else "·" for c in name) + "'"


def _short(value: str) -> str:
    shown = "".join(c if c.isprintable() else "·" for c in value)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
