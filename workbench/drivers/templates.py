"""Which lines did a form or an app write into many messages?

A line is a template if it

* has three words or more, numbers aside ("Submitted via contact form");
* stands in at least `LEAST_MESSAGES` messages and `LEAST_SHARE` of them;
* is no question; and
* nearly everywhere (`LEAST_ACCOMPANIED`) stands together with other text, and that text differs:
  at least half of the rests are unlike each other, and none makes up more than a tenth.

The last rule is what keeps a short question that many ask: "where is my order" is mostly all that
is said, while what a form adds is never all. A sentence that one in twenty customers writes letter
for letter the same, each with other words around it, would go; the subject, and those words, stay.

The label of a field ("Order number:", "App version:") is a template by its frequency alone, and
only the label goes: what stands behind the colon is the customer's.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST_MESSAGES = 20
LEAST_SHARE = 0.05
LEAST_ACCOMPANIED = 0.95
LEAST_DIFFERENT = 0.5
MOST_ALIKE = 0.1
_LEAST_WORDS = 3
_LONGEST_LABEL = 40  # characters
_LONGEST = 400  # characters of a line that are compared

_NUMBERS = re.compile(r"\S*\d\S*")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Templates:
    """What forms and apps write: whole ``lines`` and the ``labels`` of fields, normalised."""

    lines: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()

    @classmethod
    def of(cls, messages: Sequence[Sequence[str]]) -> Templates:
        """Which lines and labels do these messages share because a program wrote them?

        ``messages`` are lists of lines; those without any are not counted.
        """
        told = sum(1 for lines in messages if lines)
        least = max(LEAST_MESSAGES, LEAST_SHARE * told)
        frequent = _frequent(({_normal(line) for line in lines} for lines in messages), least)
        candidates = {
            line for line in frequent
            if len(_WORD.findall(line)) >= _LEAST_WORDS and not line.endswith("?")
        }  # fmt: skip
        labels = _frequent(
            ({label for line in lines if (label := _label(line))} for lines in messages), least
        )
        return cls(frozenset(_accompanied(messages, candidates)), frozenset(labels))

    def removed_from(self, lines: Sequence[str]) -> list[str]:
        """The lines a person wrote, and what they filled in behind a label."""
        if not self.lines and not self.labels:
            return list(lines)
        kept = []
        for line in lines:
            label = _label(line)
            if label and label in self.labels:
                line = line[line.index(":") + 1 :].strip()
            if line and not (self.lines and _normal(line) in self.lines):
                kept.append(line)
        return kept


def _frequent(found: Iterable[set[str]], least: float) -> set[str]:
    counts = Counter(item for items in found for item in items)
    return {item for item, n in counts.items() if n >= least}


def _accompanied(messages: Sequence[Sequence[str]], candidates: set[str]) -> set[str]:
    """Those candidates that nearly everywhere stand together with text that differs."""
    if not candidates:
        return set()
    alone: Counter[str] = Counter()
    rests: dict[str, Counter[int]] = defaultdict(Counter)  # hashes: the texts are not kept
    for lines in messages:
        normal = [_normal(line) for line in lines]
        held = candidates.intersection(normal)
        if held:
            rest = [line for line in normal if line and line not in candidates]
            for line in held:
                if rest:
                    rests[line][hash(tuple(rest))] += 1
                else:
                    alone[line] += 1
    return {line for line in candidates if _is_added(alone[line], rests[line])}


def _is_added(alone: int, rests: Counter[int]) -> bool:
    accompanied = rests.total()
    if not accompanied or accompanied < LEAST_ACCOMPANIED * (accompanied + alone):
        return False
    most_common = rests.most_common(1)[0][1]
    return len(rests) >= LEAST_DIFFERENT * accompanied and most_common <= MOST_ALIKE * accompanied


def _normal(line: str) -> str:
    """A line without case, numbers and doubled spaces: "Order 12" and "order 7" are the same."""
    return " ".join(_NUMBERS.sub(" ", line[:_LONGEST].lower()).split())


def _label(line: str) -> str:
    """What stands before a line's colon where it may be the label of a field; else empty."""
    colon = line.find(":", 0, _LONGEST_LABEL)
    if colon < 1 or line.startswith("//", colon + 1):
        return ""
    label = line[:colon].strip().lower()
    return label if label and len(label.split()) <= 4 and not label[-1].isdigit() else ""
