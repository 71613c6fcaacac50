"""Which parts of a text identify a person? Addresses, account, card and phone numbers.

A number that could be several things is taken for what its check digit proves (cards, accounts)
or for what the words before it call it: an order, parcel or ticket number stays, since whoever
answers needs it. `phones.py` says how telephone numbers are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from workbench.intake.persons.phones import Runs, number_runs, phones

# SQL: most texts hold neither an address nor seven digits near each other, and are let through.
# Digits of other scripts are looked for as their own characters: a class of all of them costs
# the engine twenty times as much.
SUSPICIOUS = (
    "contains({0}, '@') OR contains({0}, '%40') OR contains({0}, '\uff20') OR regexp_matches({0}, "
    "'[0-9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]"
    "(?:[^0-9A-Za-z\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]{{0,3}}"
    "[0-9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]){{6}}')"
)

_WORD = r"\w\u0300-\u036f"
_LOCAL = re.compile(rf"[{_WORD}.!#$%&'*+/?^`{{|}}~=-]*[{_WORD}+'&~%-]$")
_AT = re.compile(rf"(?:@|%40|\uff20)(?=[{_WORD}.-]*[^\W\d_])[{_WORD}-]+(?:\.[{_WORD}-]+)*")
_LONGEST_LOCAL = 128  # looked at before an @, so that a long text costs no more than its length
_BLANK = r" \u00a0\u2007\u2009\u202f"
_GAP = rf"(?:[{_BLANK}]?[-.\u2010-\u2013][{_BLANK}]?|[{_BLANK}]{{1,2}})"
_IBAN_START = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?=[ \u00a0\u202f.\-]?[A-Za-z0-9])")
_NUMBERS = re.compile(rf"(?<!\w)\d+(?:{_GAP}\d+)*(?!\w)")
_SHORTEST_CARD = 13
_US_SOCIAL = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")

# How long an account number is where it comes from.
_IBAN_LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ LT LU XK MN",
    21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM TL SO",
    24: "AD CZ ES MD PK RO SA SE SK TN VG DZ", 25: "AO CV LY PT ST GW",
    26: "IS TR IR", 27: "BF CM FR GR IT MC MR SM BI CF CG DJ GA GQ KM MG TD",
    28: "AL AZ BY CI CY DO GT HN HU LB ML NE NI PL SN SV TG BJ MA", 29: "BR EG PS QA UA",
    30: "JO KW MU", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
_IBAN_OF = {
    size: re.compile(rf"(?:[{_BLANK}.\-]{{0,2}}[A-Za-z0-9]){{{size}}}(?![^\W_])")
    for size in _IBAN_LENGTHS
}
_BEFORE_IBAN_DIGITS = 20  # how far before its long run of digits an account number may begin
_IBAN_LENGTH = {land: size for size, lands in _IBAN_LENGTHS.items() for land in lands.split()}
# First digits and lengths of the brands: Visa, Mastercard, American Express, Diners, JCB,
# Discover, UnionPay, Maestro.
_BRANDS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|2720\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11,13}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|4[4-9]\d|5\d\d)\d{12,15}"
    r"|62\d{14,17}|(?:50|5[6-8]|67)\d{14,17}"
)
# A field of an export that holds a person's name or whereabouts as a whole.
_PERSONAL_FIELD = re.compile(
    r"(?:^|[^a-z])(?:e-?mails?|mail|phone|mobile|telephone|tel|street|address(?:es)?|requester|"
    r"customer|(?:first|last|full|sur|given|family|middle|nick)[ _-]?name|vorname|nachname|"
    r"(?:requester|customer|client|contact|buyer|user|recipient|shipping|billing|sender|caller|"
    r"subscriber|submitter|guest|shopper|reporter|visitor|author|person|cardholder|"
    r"kunden?|kunde)s?['\u2019]?s?[ _.:-]*name)$"
)
_NOT_A_CUSTOMER = re.compile(
    r"agent|assignee|group|team|product|item|company|brand|store|shop|plan|staff|updater"
)


def scrub(text: str) -> str:
    """The text with everything that identifies a person replaced by what it was."""
    if "@" in text or "%40" in text or "\uff20" in text:
        text = _replaced(text, _emails(text), "[email]")
    runs = number_runs(text)
    for places, mask in _NUMBERS_OF_PERSONS:
        if not runs:
            break
        masked = _replaced(text, places(text, runs), mask)
        if masked is not text:
            text, runs = masked, number_runs(masked)
    return text


def names_a_person(field: str) -> bool:
    """Does an export's field hold who a customer is, judging by what it is called?"""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field).strip().lower()
    return bool(_PERSONAL_FIELD.search(plain)) and not _NOT_A_CUSTOMER.search(plain)


def _replaced(text: str, places: Iterator[tuple[int, int]], mask: str) -> str:
    parts, done = [], 0
    for start, end in places:
        parts += [text[done:start], mask]
        done = end
    return "".join([*parts, text[done:]]) if parts else text


def _emails(text: str) -> Iterator[tuple[int, int]]:
    done = 0
    for found in _AT.finditer(text):
        begin = max(done, found.start() - _LONGEST_LOCAL)
        local = _LOCAL.search(text[begin : found.start()])
        if local:
            done = found.end()
            yield begin + local.start(), done


def _ibans(text: str, runs: Runs) -> Iterator[tuple[int, int]]:
    """Where account numbers stand whose country, length and check digits agree."""
    done = 0
    for start, _ in runs:
        for found in _IBAN_START.finditer(text, max(done, start - _BEFORE_IBAN_DIGITS), start + 5):
            size = _IBAN_LENGTH.get(text[found.start() : found.start() + 2].upper())
            if size is None or found.start() < done:
                continue
            more = _IBAN_OF[size].match(text, found.start())
            if more and _is_iban(re.sub(r"[\W_]", "", more.group())):
                done = more.end()
                yield found.start(), done


def _is_iban(number: str) -> bool:
    turned = (number[4:] + number[:4]).upper()
    return number.isascii() and int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _cards(text: str, runs: Runs) -> Iterator[tuple[int, int]]:
    """Where whole groups of digits make up a card number of a known brand."""
    for start, end in runs:
        if end - start < _SHORTEST_CARD:
            continue
        for number in _NUMBERS.finditer(text, start, end + 1):
            groups = list(re.finditer(r"\d+", number.group()))
            first = 0
            while first < len(groups):
                last = _card_end(groups, first)
                if last is None:
                    first += 1
                    continue
                yield number.start() + groups[first].start(), number.start() + groups[last].end()
                first = last + 1


def _social(text: str, runs: Runs) -> Iterator[tuple[int, int]]:
    for start, end in runs:
        yield from (found.span() for found in _US_SOCIAL.finditer(text, start, end + 2))


def _card_end(groups: list[re.Match[str]], first: int) -> int | None:
    """The last group of the card number that starts with group ``first``, if one does."""
    number, end = "", None
    for place in range(first, min(first + 6, len(groups))):
        number += groups[place].group()
        if len(number) > 19:
            break
        if _BRANDS.fullmatch(number) and _passes_luhn(number):
            end = place
    return end


def _passes_luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_NUMBERS_OF_PERSONS: tuple[tuple[Callable[[str, Runs], Iterator[tuple[int, int]]], str], ...] = (
    (_ibans, "[iban]"), (_cards, "[card]"), (_social, "[number]"), (phones, "[phone]"),
)  # fmt: skip
