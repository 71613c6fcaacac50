"""What a customer wrote, without what every message has: quotes, signatures, numbers."""

from __future__ import annotations

import re

import pandas as pd

# Each pattern and what it leaves behind; the order matters (a quote may contain anything).
_REMOVED = (
    (re.compile(r"^\s*>.*$", re.M), " "),
    (re.compile(r"^\s*(?:On .{5,120} wrote:|-{2,}\s*Original Message.*)$[\s\S]*",
                re.M | re.I), " "),
    (re.compile(r"^\s*--\s*$[\s\S]*", re.M), " "),
    (re.compile(r"^\s*sent from my .*$", re.M | re.I), " "),
    (re.compile(r"https?://\S+|www\.\S+"), " "),
    (re.compile(r"\[(?:email|phone|card|iban)\]"), " "),
    (re.compile(r"#?\b\d[\d\-/.:]*\b"), " "),
    # A greeting ends with its own comma or line: "Hello my parcel is late" greets with one word.
    (re.compile(r"^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b"
                r"(?:(?:[^\S\n]+[\w'’-]+){0,2}[^\S\n]*[,!]|[^\S\n]+[\w'’-]+[^\S\n]*$)?",
                re.I | re.M), " "),
    # A farewell begins a line or a sentence: "which one is best for moka?" is no farewell.
    (re.compile(r"(?<=[.!?,\n])\s*(?:(?:many )?thanks|thank you|cheers|(?:kind |best )?regards|"
                r"best(?: wishes)?(?=\s*(?:[,\n]|\Z)))\b[\s\S]{0,40}\Z", re.I), " "),
)  # fmt: skip
_SPACE = re.compile(r"\s+")


def cleaned(text: str) -> str:
    """One text ready for comparison."""
    for pattern, rest in _REMOVED:
        text = pattern.sub(rest, text)
    return _SPACE.sub(" ", text).strip()


def ticket_texts(tickets: pd.DataFrame) -> pd.Series:
    """Subject and first message of every ticket, cleaned; empty where there is neither.

    ``tickets`` needs ``subject`` and ``description``; the index is kept.
    """
    subject = tickets["subject"].fillna("").astype(object)
    body = tickets["description"].fillna("").astype(object)
    joined = [f"{s}\n{b}".strip() for s, b in zip(subject, body, strict=True)]
    return pd.Series([cleaned(text) for text in joined], index=tickets.index, dtype="str")
