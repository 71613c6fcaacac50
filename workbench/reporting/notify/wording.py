"""What does a message say? Words only: the subject, the facts, and the same as one plain text.

Titles, reasons and findings may hold what customers wrote, so every text passes `one_line`: no line
break can begin a header, no hidden sign can turn letters round, and no address can be clicked.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from workbench.reporting.notify.notices import Notice, NoticeStatus
from workbench.reporting.templates import moment_title, period_title

LONGEST_SUBJECT = 150
LONGEST_TEXT = 600
MOST_FINDINGS = 5
_JOINERS = "\u200c\u200d"  # Persian words and many emoji are made with them
_HIDDEN = ("Cc", "Cf", "Cs", "Co")
_SCHEME = re.compile(r"\bh(tt)(ps?:)//", re.IGNORECASE)
_WWW = re.compile(r"\bwww\.(?=\w)", re.IGNORECASE)

_BEFORE: dict[NoticeStatus, str] = {
    "published": "",
    "failed": "FAILED: ",
    "needs_review": "NEEDS REVIEW: ",
    "overdue": "OVERDUE: ",
}
_SAID: dict[NoticeStatus, str] = {
    "published": "The report is published.",
    "failed": "The report could not be made.",
    "needs_review": "The report was made and waits for a review; it is not published.",
    "overdue": "The report should be there by now and was not made.",
}


@dataclass(frozen=True)
class Wording:
    """A notice as a reader meets it; every text is one line without hidden signs.

    ``facts`` are (name, text) pairs in reading order; ``link`` is empty without a ``base_url``.
    """

    subject: str
    heading: str
    period: str
    said: str
    reason: str
    findings: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    link: str
    is_success: bool


def worded(notice: Notice, *, base_url: str = "") -> Wording:
    """How does this notice read?"""
    heading, period = _heading(notice), period_title(notice.period)
    after = ": published" if notice.is_success else ""
    return Wording(
        subject=one_line(f"{_BEFORE[notice.status]}{heading}, {period}{after}", LONGEST_SUBJECT),
        heading=heading,
        period=one_line(period),
        said=_SAID[notice.status],
        reason=one_line(notice.reason),
        findings=tuple(one_line(text) for text in notice.findings[:MOST_FINDINGS]),
        facts=tuple(_facts(notice, base_url)),
        link=f"{base_url}{notice.page}" if base_url and notice.page else "",
        is_success=notice.is_success,
    )


def plain_text(said: Wording) -> str:
    """The message for a reader without HTML."""
    lines = [f"{said.heading}, {said.period}", "", said.said]
    if said.reason:
        lines.append(f"Reason: {said.reason}")
    if said.findings:
        lines += ["", "What to know", ""]
        lines += [f"{n}. {text}" for n, text in enumerate(said.findings, start=1)]
    lines += ["", *(f"{name}: {text}" for name, text in said.facts)]
    return "\n".join(lines) + "\n"


def one_line(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text on one line, without hidden or turning signs, nothing to click, at most so long."""
    head = text[: longest * 4]  # 100 kB of one are not worth reading
    seen = "".join(" " if sign.isspace() else sign for sign in head if _is_seen(sign))
    inert = _WWW.sub("www[.]", _SCHEME.sub(r"hxx\2//", " ".join(seen.split())))
    if len(inert) <= longest and len(head) == len(text):
        return inert
    return f"{inert[: longest - 1].rstrip()}…"


def _is_seen(sign: str) -> bool:
    return sign.isspace() or sign in _JOINERS or unicodedata.category(sign) not in _HIDDEN


def _heading(notice: Notice) -> str:
    """The title, and which of several reports of one notebook it is."""
    name, _, variant = notice.report.partition("__")
    title = notice.title or name.replace("_", " ").capitalize()
    which = f" ({one_line(variant.replace('_', ' '), 60)})" if variant else ""
    return one_line(title, LONGEST_SUBJECT - 50 - len(which)) + which


def _facts(notice: Notice, base_url: str) -> list[tuple[str, str]]:
    page = f"{base_url}{notice.page}" if base_url else f"site/{notice.page}"
    facts = []
    if notice.is_success:
        facts.append(("Page", page))
        if notice.revision > 1:
            facts.append(("Revision", f"{notice.revision}; it replaces an earlier page"))
    if notice.data_as_of:
        facts.append(("Data as of", moment_title(notice.data_as_of)))
    if notice.due_since:
        facts.append(("Due since", moment_title(notice.due_since)))
    if notice.warnings:
        facts.append(("Warnings", f"{notice.warnings} while it ran"))
    if not notice.is_success:
        facts += _what_is_left(notice, page)
    elif notice.run_id:
        facts.append(("Run", notice.run_id))
    return facts


def _what_is_left(notice: Notice, page: str) -> list[tuple[str, str]]:
    """Where a reviewer looks, and what readers see in the meantime."""
    facts = []
    if notice.run_folder:
        page_too = "report.html, " if notice.status == "needs_review" else ""
        facts.append(("Run kept in", f"{notice.run_folder} ({page_too}executed.ipynb, log.txt)"))
    if notice.still is None:
        return [*facts, ("Still published", "nothing for this period")]
    made = f"{page}, made {moment_title(notice.still.made_at)}"
    as_of = notice.still.data_as_of
    made += f" from data as of {moment_title(as_of)}" if as_of else ""
    return [*facts, ("Still published", made)]
