"""Which lines of a message did its writer write, and which are quoted or added by a program?"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SHOWN = 400  # of a line, to tell what kind it is
_HEADER_STARTS = frozenset("on am el le il op em no den".split())
# "On Mon, 3 March 2025 at 10:00 Support wrote:" as mail programs of seven languages put it.
_WROTE = re.compile(
    r"(?:on|am|el|le|il|op|em|no|den)\b.{5,300}?\b(?:wrote|schrieb|geschrieben|escribi[oó]|"
    r"a\s+[eé]crit|ha\s+scritto|schreef|escreveu|skrev)\b.{0,200}:$",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d{4}-\d\d-\d\d \d\d?:\d\d\b.{0,200}:$")
_ORIGINAL = re.compile(
    r"[-_=*>\s]{0,80}(?:original[ -]message|begin forwarded message|forwarded message|"
    r"(?:urspr[uü]ngliche|original)[ -]?nachricht|(?:anfang der )?weitergeleiteten? nachricht|"
    r"mensaje (?:original|reenviado)|message d['’]origine|message (?:original|transf[eé]r[eé])|"
    r"messaggio (?:originale|inoltrato)|(?:oorspronkelijk|doorgestuurd) bericht|"
    r"mensagem (?:original|encaminhada))[-_=*:\s]{0,80}$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(?:from|von|de|da|van|från)\s?:", re.IGNORECASE)
_OTHER_HEADER = re.compile(
    r"\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|enviado(?: el)?|fecha|para|asunto|"
    r"envoy[eé]|[aà]|objet|inviato|data|oggetto|verzonden|aan|onderwerp|assunto)\s?:",
    re.IGNORECASE,
)
_BY_PHONE = re.compile(
    r"(?:sent (?:from|via|with) |get outlook |gesendet (?:von|mit|über) |von mein\w+ \w+ gesendet|"
    r"diese nachricht wurde von mein|enviado (?:desde|do|a partir|con) |envoy[eé] (?:de|depuis|"
    r"avec|à partir) |inviato (?:da|con) |(?:verzonden|verstuurd) (?:vanaf|vanuit|met) )",
    re.IGNORECASE,
)
_REPLY_ABOVE = re.compile(r"[#\-=\s]{2,40}(?:please )?(?:type|write) your reply above", re.I)


def written_lines(text: str) -> list[str]:
    """The lines that are the writer's own, in order, without blank ones.

    An answer below a quote is kept, as is what stands above one. A signature after ``--`` goes.
    """
    lines = [line for raw in text.split("\n") if (line := raw.strip())]
    kept: list[str] = []
    skip = 0
    for place, line in enumerate(lines):
        if skip:
            skip -= 1
        elif line[0] == ">":
            continue
        elif line == "--" and kept:
            break
        elif length := _header_lines(lines, place):
            following = lines[place + length : place + length + 1]
            if not following or following[0][0] != ">":
                break  # an unmarked quote reaches to the end
            skip = length - 1
        elif not _is_added(line) and not (kept and _begins_headers(lines, place)):
            kept.append(line)
        elif not _is_added(line):
            break
    return kept


def _header_lines(lines: Sequence[str], place: int) -> int:
    """How many lines from here on say who wrote the quote below them; 0 if none does."""
    line = lines[place][:_SHOWN]
    if line[0] in "-_=*>oObBaAuUwWmMd" and _ORIGINAL.match(line):
        return 1
    if line[0].isdigit():
        return int(_DATED.match(line) is not None)
    if line.split(None, 1)[0].lower() not in _HEADER_STARTS:
        return 0
    if _says_who_wrote(line):
        return 1
    # Programs break a long header in two; "Le sac est ouvert." above a header is no part of it.
    following = lines[place + 1][:_SHOWN] if place + 1 < len(lines) else ""
    if following[-1:] == ":" and line[-1] not in ".!?:" and _has_date(line):
        return 2 * _says_who_wrote(f"{line} {following}")
    return 0


def _says_who_wrote(line: str) -> bool:
    return _has_date(line) and line[-1] == ":" and _WROTE.match(line) is not None


def _has_date(line: str) -> bool:
    return any(character.isdigit() for character in line) or "[" in line


def _begins_headers(lines: Sequence[str], place: int) -> bool:
    if ":" not in lines[place][:8] or not _FROM.match(lines[place]):
        return False
    return any(_OTHER_HEADER.match(line) for line in lines[place + 1 : place + 4])


def _is_added(line: str) -> bool:
    if line[0] in "#-=":
        return _REPLY_ABOVE.match(line) is not None
    if len(line) > 80 or line[0] not in "sSgGvVdDeEiI":
        return False
    return _BY_PHONE.match(line) is not None and len(line.split()) <= 9
