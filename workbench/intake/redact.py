"""Personal data stays outside: customers become pseudonyms, texts are scrubbed.

A pseudonym is the same for the same person in every export, so that a ticket can meet an order.
It is a keyed hash: whoever has the key (``WORKBENCH_PSEUDONYM_KEY``) and an address can test
whether they belong together, nobody can read the address back.
"""

from __future__ import annotations

import os

_DEFAULT_KEY = "support-workbench"

# What is replaced, most specific first; each pattern is RE2 and runs inside DuckDB.
_GAP = r"[ .\-\x{a0}\x{202f}]?"
_SCRUBBED = (
    (r"[\pL\pN._%+'\-]+@[\pL\pN.\-]+", "[email]"),
    (
        rf"(?i)\b[A-Z]{{2}}\d{{2}}(?:{_GAP}[A-Z0-9]{{4}}){{3,7}}(?:{_GAP}[A-Z0-9]{{1,3}})?\b",
        "[iban]",
    ),
    (rf"\b(?:\d{_GAP}){{12,18}}\d\b", "[card]"),
    (rf"\+\d{{1,3}}{_GAP}(?:\(?\d{{1,4}}\)?{_GAP}){{2,4}}\d{{2,4}}\b", "[phone]"),
    (rf"\(?\b\d{{3}}\)?{_GAP}\d{{3}}{_GAP}\d{{4}}\b", "[phone]"),
    (rf"\b0\d{{1,4}}[ /.\-\x{{a0}}]?(?:\d{_GAP}){{5,9}}\d\b", "[phone]"),
    (r"\b\d{3}-\d{2}-\d{4}\b", "[number]"),
)


def pseudonym(expression: str) -> str:
    """SQL for the stable pseudonym of a customer's identifier or e-mail address."""
    key = os.environ.get("WORKBENCH_PSEUDONYM_KEY", _DEFAULT_KEY).replace("'", "''")
    normal = f"lower(trim({expression}))"
    return (
        f"CASE WHEN {normal} IS NULL OR {normal} = '' THEN NULL "
        f"ELSE 'c_' || substr(sha256('{key}' || chr(31) || {normal}), 1, 16) END"
    )


def scrubbed(expression: str) -> str:
    """SQL for a text in which addresses, phone, card and account numbers are masked."""
    for pattern, mask in _SCRUBBED:
        literal = pattern.replace("'", "''")
        expression = f"regexp_replace({expression}, '{literal}', '{mask}', 'g')"
    return expression
