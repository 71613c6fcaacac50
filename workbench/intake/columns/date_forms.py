"""Further ways to write one moment that read one way only, respelled as ISO 8601.

Month names are English, whole or shortened; ``3 mars 2024`` stays unread. A zone's letters count
where they mean one offset: CST, IST, BST and MST mean several and stay unread.
"""

from __future__ import annotations

_MONTHS = (
    "Jan(?:uary)?", "Feb(?:ruary)?", "Mar(?:ch)?", "Apr(?:il)?", "May", "June?", "July?",
    "Aug(?:ust)?", "Sept?(?:ember)?", "Oct(?:ober)?", "Nov(?:ember)?", "Dec(?:ember)?",
)  # fmt: skip
_OFFSETS = {
    "UTC": "+00:00", "GMT": "+00:00", "WET": "+00:00", "WEST": "+01:00", "CET": "+01:00",
    "CEST": "+02:00", "EET": "+02:00", "EEST": "+03:00", "EST": "-05:00", "EDT": "-04:00",
    "CDT": "-05:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00", "AEST": "+10:00",
    "AEDT": "+11:00", "NZST": "+12:00", "NZDT": "+13:00", "JST": "+09:00",
}  # fmt: skip
_NAME = f"(?i:{'|'.join(_MONTHS)})"
_WEEKDAY = r"(?i:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?,? )?"
_NTH = r"(\d{1,2})(?i:st|nd|rd|th)?"
_CLOCK = (
    r"(?:,?(?i: at)?[ T](\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d{1,9})?))?"
    r"(?: ?([AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = r"(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?"
_REST = ("hour", "minute", "second", "half", "zone")
_FORMS = (
    (rf"{_WEEKDAY}{_NTH}[ ./-]({_NAME})\.?,?[ ./-](\d{{4}}){_CLOCK}{_ZONE}", ("d", "name", "y")),
    (rf"{_WEEKDAY}({_NAME})\.? {_NTH},? (\d{{4}}){_CLOCK}{_ZONE}", ("name", "d", "y")),
    (rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}{_ZONE}", ("y", "m", "d")),
)
_PACKED = r"((?:19|20)\d{2})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2}))?(Z?)"


def respelled(text: str) -> str:
    """SQL: the text as ISO 8601 where it is in one of these forms, else as it stands."""
    cases = [_case(pattern, parts) for pattern, parts in _FORMS]
    cases.append(
        f"WHEN regexp_full_match(z, '{_PACKED}') THEN regexp_replace(regexp_replace(z, "
        f"'{_PACKED}', '\\1-\\2-\\3T\\4:\\5:\\6\\7'), 'T::', '')"
    )
    return bound("z", _with_offset(text), f"CASE {' '.join(cases)} ELSE z END")


def bound(name: str, expression: str, asked: str) -> str:
    """SQL: what is asked of a name that stands for an expression, which is worked out once."""
    return f"list_transform([{expression}], lambda {name}: {asked})[1]"


def _case(pattern: str, parts: tuple[str, ...]) -> str:
    """SQL: one form, its month as a number and its clock turned to 24 hours."""
    names = ", ".join(f"'{part}'" for part in (*parts, *_REST))
    month = "lpad(p.m, 2, '0')"
    if "name" in parts:
        known = enumerate((name[:3].lower() for name in _MONTHS), start=1)
        cases = " ".join(f"WHEN '{name}' THEN '{number:02}'" for number, name in known)
        month = f"CASE lower(left(p.name, 3)) {cases} END"
    hour = "try_cast(p.hour AS INTEGER)"
    turned = (
        f"CASE WHEN p.half = '' THEN {hour} WHEN {hour} BETWEEN 1 AND 12 "
        f"THEN {hour} % 12 + CASE upper(p.half) WHEN 'P' THEN 12 ELSE 0 END END"
    )
    clock = (
        f"CASE WHEN p.hour = '' THEN '' ELSE 'T' || lpad(CAST({turned} AS VARCHAR), 2, '0') "
        "|| ':' || p.minute || ':' || coalesce(nullif(replace(p.second, ',', '.'), ''), '00') END"
    )
    spelled = f"p.y || '-' || {month} || '-' || lpad(p.d, 2, '0') || {clock} || p.zone"
    found = bound("p", f"regexp_extract(z, '^{pattern}$', [{names}])", spelled)
    return f"WHEN regexp_full_match(z, '{pattern}') THEN {found}"


def _with_offset(text: str) -> str:
    """SQL: the letters of a zone at the end, as its offset."""
    letters = rf"regexp_extract({text}, '\d (?:[AaPp][Mm] )?({'|'.join(_OFFSETS)})$', 1)"
    cases = " ".join(f"WHEN '{name}' THEN '{offset}'" for name, offset in _OFFSETS.items())
    return (
        f"CASE WHEN {letters} = '' THEN {text} ELSE "
        f"regexp_replace({text}, ' [A-Z]+$', '') || CASE {letters} {cases} END END"
    )
