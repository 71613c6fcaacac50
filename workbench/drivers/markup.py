"""What does a message say once HTML, entities and invisible characters are taken off?

Every step reads the text once: a message may be 200,000 characters long and written to hurt.
"""

from __future__ import annotations

import html
import re

# A tag begins with a letter: "water under <5 degrees and >3" has none.
_TAG = re.compile(r"<(/?)([A-Za-z!][A-Za-z0-9]*)[^<>]*>")
_BREAKS = frozenset(
    "address article br dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li ol p pre "
    "section table tbody tr ul".split()
)
_UNREAD = frozenset("blockquote head script style template title".split())  # not the customer's
# `html.unescape` fails on a number of 5,000 digits, so only plausible entities reach it.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def plain(text: str) -> str:
    """The words of a text: tags gone, block tags as line ends, entities as what they stand for.

    Scripts, styles and block quotes go with what is in them. An element that is never closed
    loses its tag only.
    """
    if "<" in text and _TAG.search(text):
        text = _without_tags(text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return text


def _without_tags(text: str) -> str:
    last_end = {m[2].lower(): m.start() for m in _TAG.finditer(text) if m[1]}
    parts: list[str] = []
    done, unread, depth = 0, "", 0
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if not unread:
            parts += (text[done : tag.start()], "\n" if name in _BREAKS else " ")
            if name in _UNREAD and not tag[1] and last_end.get(name, -1) > tag.start():
                unread, depth = name, 1
        elif name == unread:  # a quote may hold a quote
            depth += -1 if tag[1] else 1
            unread = unread if depth and last_end[unread] > tag.start() else ""
        done = tag.end()
    return "".join([*parts, "" if unread else text[done:]])
