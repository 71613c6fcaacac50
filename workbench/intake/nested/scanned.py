"""A JSON text taken apart by hand, so that every record is known by the line it begins on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

_BLANK = re.compile(r"[ \t\n\r]*")
Part = tuple[int, Any, dict[str, list[int]]]  # line, value, lines of the members inside


class Scan:
    """One pass over a text of one or more JSON values in a row."""

    def __init__(self, text: str, pairs: Callable[[list[tuple[str, object]]], object]) -> None:
        self._text, self._pairs = text, pairs
        self._decoder = json.JSONDecoder(object_pairs_hook=pairs)
        self._at = 0
        self._counted, self._line = 0, 1

    def values(self) -> Iterator[Part]:
        """Every value with its line; an array at the top gives its members."""
        while self._next():
            if self._next() == "[":
                yield from ((line, value, {}) for line, value in self._members())
            elif self._next() == "{":
                line = self._here()
                yield line, *self._opened()
            else:
                yield self._here(), self._value(), {}

    def _opened(self) -> tuple[object, dict[str, list[int]]]:
        """An object whose lists are taken member by member."""
        pairs: list[tuple[str, object]] = []
        inner: dict[str, list[int]] = {}
        for _ in self._parts("{", "}"):
            key = self._value()
            if not isinstance(key, str):
                raise self._fault("Expecting property name enclosed in double quotes")
            self._take(":")
            if self._next() != "[":
                pairs.append((key, self._value()))
                continue
            members = list(self._members())
            inner[key] = [line for line, _ in members]
            pairs.append((key, [value for _, value in members]))
        return self._pairs(pairs), inner

    def _members(self) -> Iterator[tuple[int, Any]]:
        for _ in self._parts("[", "]"):
            line = self._here()
            yield line, self._value()

    def _parts(self, start: str, end: str) -> Iterator[None]:
        """Stand before every part between the brackets, and after the last behind them."""
        self._take(start)
        if self._next() == end:
            self._take(end)
            return
        while True:
            yield
            if self._next() == end:
                self._take(end)
                return
            self._take(",")

    def _next(self) -> str:
        """The character ahead, blanks skipped; empty at the end."""
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _take(self, character: str) -> None:
        if self._next() != character:
            raise self._fault(f"Expecting {character!r}")
        self._at += 1

    def _value(self) -> Any:
        self._next()
        value, self._at = self._decoder.raw_decode(self._text, self._at)
        return value

    def _here(self) -> int:
        self._next()
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _fault(self, reason: str) -> json.JSONDecodeError:
        return json.JSONDecodeError(reason, self._text, self._at)
