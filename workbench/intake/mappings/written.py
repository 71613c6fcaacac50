"""YAML as a person wrote it: plain words, each with its line; nothing in it is ever run.

YAML by itself takes the last of two equal keys without a word, reads ``no`` as false and 12:30 as
750, lets ``*names`` grow a small file into gigabytes, and builds objects from ``!!tags``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 500_000  # a mapping with ten thousand words is smaller
_MAX_DEPTH = 20

Place = tuple[str | int, ...]
Fault = tuple[int, str]

_STANDARD = "tag:yaml.org,2002:"
_WORDS = {_STANDARD + kind for kind in ("str", "int", "float", "timestamp", "value", "merge")}
_BOOL, _NULL = _STANDARD + "bool", _STANDARD + "null"
_LIST, _DICT = _STANDARD + "seq", _STANDARD + "map"


class NotRead(Exception):
    """The text is no YAML, or holds what is not read here; at this line."""

    def __init__(self, line: int, what: str) -> None:
        self.line, self.what = line, what
        super().__init__(line, what)


@dataclass
class Written:
    """One YAML document: its values, the line of every place in it, and what cannot be taken."""

    value: Any
    line: int
    lines: dict[Place, int] = field(default_factory=dict)
    words: dict[Place, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    spoilt: set[Place] = field(default_factory=set)  # places whose value could not be taken

    def line_of(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, self.line)


def documents(text: str) -> list[Written]:
    """Every document of a YAML text that holds something; `NotRead` where it cannot be read."""
    if len(text) > MAX_BYTES:
        raise NotRead(1, f"it is larger than {MAX_BYTES:,} characters; this is no mapping")
    try:
        roots = [root for root in yaml.compose_all(text, _Plain) if not _is_nothing(root)]
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise NotRead(mark.line + 1 if mark else 1, str(fault.problem or fault.context)) from fault
    except yaml.reader.ReaderError as fault:
        line = text.count("\n", 0, fault.position) + 1
        raise NotRead(line, f"it holds the character #x{ord(text[fault.position]):04x}") from fault
    found = []
    for root in roots:
        document = Written(None, _line(root))
        document.value = _taken(root, (), document)
        found.append(document)
    return found


class _Plain(yaml.SafeLoader):
    """Trees without aliases, and no deeper than a person writes them."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        if self.check_event(yaml.AliasEvent):
            what = f"*{event.anchor} repeats another part; write it out"
            raise yaml.composer.ComposerError(None, None, what, event.start_mark)
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            what = f"is nested more than {_MAX_DEPTH} deep"
            raise yaml.composer.ComposerError(None, None, what, event.start_mark)
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def _is_nothing(root: yaml.Node | None) -> bool:
    return root is None or (isinstance(root, yaml.ScalarNode) and root.tag == _NULL)


def _taken(node: yaml.Node, place: Place, document: Written) -> Any:
    """The value of a node in plain words; its places are noted on the way."""
    document.lines.setdefault(place, _line(node))
    if isinstance(node, yaml.MappingNode) and node.tag == _DICT:
        return _pairs(node, place, document)
    if isinstance(node, yaml.SequenceNode) and node.tag == _LIST:
        return [_taken(part, (*place, n), document) for n, part in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and node.tag in {*_WORDS, _BOOL, _NULL}:
        document.words[place] = node.value
        if node.tag == _NULL:
            return None
        if node.tag == _BOOL and node.value.lower() in ("true", "false"):
            return node.value.lower() == "true"
        return node.value
    tag = node.tag.replace(_STANDARD, "!!")
    document.spoilt.add(place)
    document.faults.append((_line(node), f"{worded(place)}{tag} is not read here; write words"))
    return None


def _pairs(node: yaml.MappingNode, place: Place, document: Written) -> dict[str, Any]:
    found: dict[str, Any] = {}
    first: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            document.faults.append((_line(key), f"{worded(place)}a key is one word"))
            continue
        name = str(key.value)
        if name in found:
            what = f"{worded((*place, name))}stands twice, first on line {first[name]}"
            document.faults.append((_line(key), what))
            continue
        first[name] = document.lines[(*place, name)] = _line(key)
        found[name] = _taken(value, (*place, name), document)
    return found


def worded(place: Place) -> str:
    """A place as a reader names it, ready to stand before what is wrong there."""
    return ".".join(map(str, place)) + ": " if place else ""


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
