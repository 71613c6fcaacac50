"""Can anything in this page act, call out or escape its box? Only what is listed here stays.

Ticket subjects are written by strangers, so the whole body of a report passes this gate, whatever
produced it: our own fragments, Markdown cells, or a frame somebody displayed.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bleach.sanitizer import Cleaner

_EVERYWHERE = frozenset({"id", "class", "title", "lang", "dir", "role", "aria-label",
                         "aria-hidden", "aria-describedby"})  # fmt: skip
_CELL = frozenset({"colspan", "rowspan", "scope", "headers"})
_ATTRIBUTES = {
    "a": frozenset({"download"}),
    "img": frozenset({"alt", "width", "height"}),
    "td": _CELL,
    "th": _CELL,
    "col": frozenset({"span"}),
    "ol": frozenset({"start"}),
    "details": frozenset({"open"}),
    "time": frozenset({"datetime"}),
    "data": frozenset({"value"}),
}
_TAGS = frozenset(
    "a abbr aside b blockquote br caption code col colgroup data dd del details div dl dt em "
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img kbd li main mark nav ol p pre q s "
    "samp section small span strong sub summary sup table tbody td tfoot th thead time tr u ul "
    "var".split()
)
# Their text is code or drawing, not prose: drop it with the tag. This is for looks only; what
# it misses still meets the allow-list. It stops at the next tag of the name and never looks
# back, or a text of nothing but opened tags would take its length squared.
_DROPPED = re.compile(
    r"<(script|style|svg|math|template|noscript|iframe|object|select|textarea|title)\b"
    r"(?:(?!</?\1\b).)*+</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]+")
_ANCHOR = re.compile(r"#[\w.-]*")


def sanitised(html: str, files: Collection[str] = ()) -> str:
    """``html`` with only inert, self-contained markup left; ``files`` are what it may link to."""

    def allowed(tag: str, name: str, value: str) -> bool:
        if (tag, name) == ("a", "href"):
            return value in files or bool(_ANCHOR.fullmatch(value))
        if (tag, name) == ("img", "src"):
            return value in files or is_data_image(value)
        return name in _EVERYWHERE or name in _ATTRIBUTES.get(tag, ())

    cleaner = Cleaner(
        tags=_TAGS,
        attributes=allowed,
        protocols={"data", "https"},  # bleach drops relative links without it; allowed() does not
        strip=True,
        strip_comments=True,
    )
    return str(cleaner.clean(_DROPPED.sub("", html)))


def is_data_image(address: str) -> bool:
    """Is this address a PNG or JPEG carried in the page itself?"""
    return bool(_DATA_IMAGE.fullmatch(address))
