"""What did a customer write to us about, without what every message has?

Quotes, signatures, greetings, markup, numbers and what a form added go; what is left is what two
messages about the same thing have in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.definitions.wording import counted
from workbench.drivers.courtesies import without_courtesies
from workbench.drivers.languages import languages_of
from workbench.drivers.markup import plain
from workbench.drivers.quotes import written_lines
from workbench.drivers.templates import Templates
from workbench.metrics.facts.history import TICKET
from workbench.metrics.facts.tickets import ticket_facts
from workbench.workspace import Workspace

# A contact says what it is about at its beginning; a log pasted below must not outweigh it.
MAX_CHARACTERS = 4_000
MAX_READ = 200_000  # of one raw text; styles and quotes may come before the first own word

_PREFIX = re.compile(r"\A(?:(?:re|fwd?|aw|wg|sv|antw|tr|rv|enc|res|rif)(?:\[\d+\])?:\s*)+", re.I)
_REDACTED = re.compile(r"\[(?:email|phone|card|iban|number|redacted)\]", re.I)
_ODD = re.compile(r"[\d@<>\[\]#/█▇]|www\.")
_PIECES = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_DROPPED = frozenset("<>[]#█▇")
_SPACE = re.compile(r"\s+")
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4,}")


def cleaned(text: str) -> str:
    """One text ready for comparison, on one line and at most `MAX_CHARACTERS` long.

    Not idempotent: greetings, quotes and signatures are told by their lines, and the result has
    one. What is only a courtesy ("Thank you!") stays, for then it is what the message says.
    """
    lines = _lines(text)
    return _in_words(without_courtesies(lines) or lines)


def _lines(text: str) -> list[str]:
    return written_lines(plain(text[:MAX_READ]))


def _in_words(lines: Sequence[str]) -> str:
    """A message's own lines as one line of words: no numbers, no addresses, no marks."""
    text = _PREFIX.sub("", "\n".join(lines)[: 2 * MAX_CHARACTERS], count=1)
    if not text.isascii():
        # Marks heaped on one letter would take the normaliser quadratic time.
        text = unicodedata.normalize("NFKC", _MARKS.sub("", text))
    if _ODD.search(text):
        text = " ".join(filter(None, map(_without_numbers, _REDACTED.sub(" ", text).split())))
    return _cut(_SPACE.sub(" ", text).strip())


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS].rsplit(" ", 1)[0]


def _without_numbers(token: str) -> str:
    """What a word keeps: nothing of an address, of "order#1042" only "order"."""
    if not _ODD.search(token):
        return token
    if "@" in token or "://" in token or token.startswith("www."):
        return ""
    pieces = _PIECES.findall(token)
    kept = [piece for piece in pieces if not any(map(str.isdigit, piece)) and piece not in _DROPPED]
    has_word = any(piece[0].isalpha() for piece in kept)
    return "".join(kept).strip("-/.:(") if has_word else ""


@dataclass(frozen=True)
class ContactTexts:
    """``frame``: one row per contact by ``created_at``, ``source``, ``ticket_id``, with ``text``
    (cleaned; empty if nothing was said), ``basis`` (``message``, ``subject`` or ``none``) and
    ``language`` (ISO 639-1, empty where too little is said).

    ``templates``: what forms and apps wrote into many of these messages, and was left out.
    """

    frame: pd.DataFrame
    templates: Templates = Templates()
    caveats: list[str] = field(default_factory=list)

    @property
    def n(self) -> int:
        """How many contacts there are, with or without a text."""
        return len(self.frame)


def contact_texts(
    workspace: Workspace,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    only: pd.DataFrame | None = None,
    templates: Templates | None = None,
) -> ContactTexts:
    """What did customers write when they contacted us, from ``since`` to before ``until``?

    A contact is a ticket that counts and that a customer opened. Its text is the subject and the
    ticket's description, or where that is empty the customer's first public message; without
    either, the subject and the words of the tags. Tags with a digit in them ("tier_2") are the
    help desk's own and left out. Templates are sought among these contacts, so a longer span
    finds more of them; with ``templates`` those are taken. ``only``: of these tickets (``source``,
    ``ticket_id``).
    """
    found = _contacts(workspace, since, until)
    if only is not None:
        found = found.semi_join(ibis.memtable(only[TICKET].astype("str")), TICKET)
    contacts = _worded(workspace, found).to_pandas()
    subjects, raw = (contacts[name].fillna("").to_list() for name in ("subject", "body"))
    bodies = [without_courtesies(_lines(body)) for body in raw]
    if templates is None:
        templates = Templates.of(bodies)
    texts, bases, said = [], [], []
    for place, tags in enumerate(contacts["tags"]):
        heading = _in_words(without_courtesies(_lines(subjects[place])))
        message = _in_words(templates.removed_from(bodies[place]))
        said.append(text := _cut(f"{heading} {message}".strip()))
        if not message:
            text = _cut(f"{heading} {_tag_words(tags)}".strip())
        if not text:  # nothing but a courtesy: then that is what it is about
            message = cleaned(raw[place])
            text = message or cleaned(subjects[place])
        texts.append(text)
        bases.append("message" if message else "subject" if text else "none")
    frame = contacts[["source", "ticket_id", "created_at"]].assign(
        text=pd.Series(texts, dtype="str"),
        basis=pd.Series(bases, dtype="str"),
        language=pd.Series(_languages(said, contacts["language"]), dtype="str"),
    )
    return ContactTexts(frame, templates, _caveats(frame, templates))


def _tag_words(tags: Iterable[str] | None) -> str:
    """What "address_change" says; tags with a digit ("tier_2") are the help desk's own."""
    about = [
        str(tag)
        for tag in (() if tags is None else tags)
        if tag and not any(map(str.isdigit, str(tag)))
    ]
    return _in_words([re.sub(r"[_\-:/]+", " ", tag) for tag in about])


def _languages(texts: Sequence[str], recorded: pd.Series) -> list[str]:
    """What the words show; where they show nothing, what the export says."""
    exported = [str(code)[:2].lower() if code else "" for code in recorded.fillna("")]
    return [shown or told for shown, told in zip(languages_of(texts), exported, strict=True)]


def _caveats(frame: pd.DataFrame, templates: Templates) -> list[str]:
    caveats, n = [], len(frame)
    only_subject = int((frame["basis"] == "subject").sum())
    silent = int((frame["basis"] == "none").sum())
    if only_subject:
        caveats.append(
            f"{only_subject:,} of {counted(n, 'contact')} have no message: grouped by subject and "
            "tags."
        )
    if silent:
        caveats.append(f"{silent:,} of {counted(n, 'contact')} have no text at all.")
    if templates.lines:
        found = counted(len(templates.lines), "line")
        caveats.append(f"{found} that a form or an app writes into many messages were left out.")
    return caveats


def contact_keys(workspace: Workspace, *, until: datetime | None = None) -> pd.DataFrame:
    """Which contacts are there? ``source``, ``ticket_id``, ``created_at``, in order of time."""
    found = _contacts(workspace, None, until).order_by("created_at", *TICKET)
    return found.to_pandas()


def _contacts(workspace: Workspace, since: datetime | None, until: datetime | None) -> ir.Table:
    facts = ticket_facts(workspace)
    facts = facts.filter(facts.is_counted, ~facts.agent_initiated)
    if since is not None:
        facts = facts.filter(facts.created_at >= since)
    if until is not None:
        facts = facts.filter(facts.created_at < until)
    return facts.select(*TICKET, "created_at")


def _worded(workspace: Workspace, contacts: ir.Table) -> ir.Table:
    words = workspace.table("tickets")
    words = words.select(*TICKET, "subject", "tags", "language", body=words.description)
    found = contacts.inner_join(words, TICKET)
    if workspace.has("messages"):
        first = _first_messages(workspace, found)
        found = found.left_join(first, TICKET, rname="first_{name}")
        found = found.mutate(body=ibis.ifelse(_is_empty(found.body), found.first_body, found.body))
    found = found.select(*TICKET, "created_at", "subject", "tags", "language", "body")
    return found.order_by("created_at", *TICKET)


def _first_messages(workspace: Workspace, contacts: ir.Table) -> ir.Table:
    """The customer's first public message of every contact that has no description."""
    m = workspace.table("messages")
    is_asked = (m.author_role == "customer") & m.is_public.fill_null(False) & ~_is_empty(m.body)
    m = m.filter(is_asked).semi_join(contacts.filter(_is_empty(contacts.body)), TICKET)
    order = ibis.window(group_by=TICKET, order_by=[m["at"], m.message_id])
    m = m.mutate(place=ibis.row_number().over(order))
    return m.filter(m.place == 0).select(*TICKET, "body")


def _is_empty(text: ir.StringValue) -> ir.BooleanValue:
    return text.isnull() | (text.strip() == "")
