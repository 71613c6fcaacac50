"""Which addresses may stand in ``notify.yaml``? None that holds a secret or breaks a header."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from workbench.reporting.secrets import is_reference

_MAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_PLAIN = re.compile(r"[\x21-\x7e]+")
_TOKEN = re.compile(r"(?=.*\d)[A-Za-z0-9_.~%=-]{16,}")
_AS_REFERENCE = "write env:NAME and put the address into that environment variable"


def mail_address(text: str) -> str:
    """A mail address as a header and an envelope can carry it."""
    if not _MAIL.fullmatch(text) or len(text) > 254:
        raise ValueError("is not a mail address such as ops@example.org (plain letters only)")
    return text


def webhook_address(text: str) -> str:
    """``env:NAME``, or an http(s) address that anybody may read.

    The addresses of chat hooks are secrets themselves: who knows one can post. They are told by a
    long part with digits, a query, or a user in front of the host.
    """
    if is_reference(text):
        return text
    parts = _http(text)
    if parts is None:
        raise ValueError("is neither an http(s) address nor written env:NAME")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"holds a user or a password; {_AS_REFERENCE}")
    if parts.query or parts.fragment:
        raise ValueError(f"holds a query, which may be a secret; {_AS_REFERENCE}")
    if any(_TOKEN.fullmatch(part) for part in parts.path.split("/")):
        raise ValueError(f"has a part that looks like a token; {_AS_REFERENCE}")
    return text


def site_address(text: str) -> str:
    """Where readers find the site, with a stroke at its end; empty where it is nowhere."""
    if not text:
        return ""
    parts = _http(text)
    if parts is None:
        raise ValueError("is not an http(s) address")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("is shown in messages and holds a user, a query or a fragment")
    return text if text.endswith("/") else f"{text}/"


def is_http(text: str) -> bool:
    """Is this an address that a webhook may be posted to?"""
    return _http(text) is not None


def _http(text: str) -> SplitResult | None:
    if not _PLAIN.fullmatch(text):
        return None
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number, a broken bracket
        return None
    return parts if is_whole else None
