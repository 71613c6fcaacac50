"""Short texts about topics anyone can tell apart, and workspaces of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from hand_made import Log

from workbench.workspace import Workspace

TOPICS = {
    "parcel": ["parcel", "courier", "tracking", "doorstep", "delayed"],
    "grinder": ["grinder", "burrs", "motor", "noise", "jammed"],
    "coupon": ["coupon", "discount", "checkout", "basket", "expired"],
    "invoice": ["invoice", "vat", "company", "receipt", "bookkeeper"],
    "taste": ["roast", "bitter", "sour", "beans", "aroma"],
}
# What nobody said before, beside what was said about different things.
NEW = {"gizmo": ["gizmo", "firmware", "bluetooth", "pairing", "blinking"]}
# What people say around it, whatever it is about.
FRAMES = ("my {} and the {} {}", "{} with {} or {}", "about {} or {} {}", "is {} for {} {}")
START = date(2025, 1, 1)


def texts_about(words: list[str], n: int) -> list[str]:
    """``n`` texts of three of the words each; every pair of words occurs."""
    choices = itertools.islice(itertools.cycle(itertools.permutations(words, 3)), n)
    return [FRAMES[i % len(FRAMES)].format(*said) for i, said in enumerate(choices)]


def dealt(n: int, topics: dict[str, list[str]] = TOPICS) -> Iterator[tuple[str, str]]:
    """Topic and text, ``n`` of each topic in turn."""
    texts = {topic: texts_about(words, n) for topic, words in topics.items()}
    for i in range(n):
        for topic in topics:
            yield topic, texts[topic][i]


def small_workspace(root: Path, *, newborn: int = 12) -> Workspace:
    """24 tickets of each topic from January to June 2025, and a new topic in May.

    Tickets are called by their topic and a number.
    """
    log = Log(until="2025-06-30 23:00")
    for place, (topic, text) in enumerate(dealt(24)):
        day = START + timedelta(days=place * 3 // 2)
        log.row(f"{topic}-{place}", f"{day} 09:00", description=text)
    for place, (topic, text) in enumerate(dealt(newborn, NEW)):
        day = date(2025, 5, 1) + timedelta(days=2 * place)
        log.row(f"{topic}-{place}", f"{day} 10:00", description=f"{text} tracking beans receipt")
    return log.workspace(root)
