"""Telephone numbers in a text, told from the other long numbers that customers write.

With a country code, or grouped as a country groups its numbers, a number is a telephone number
unless the word before it says what else it is. A bare run of digits is one only after a word such
as "call" or "mobile".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLANK = r" \u00a0\u2007\u2009\u202f"
_GAP = rf"[{_BLANK}.\-/\u2010-\u2013]"
_EDGE = r"(?<![\w#@=])(?<!\d[.,:/\-])"
_END = r"(?!\w)(?![-.,/:]\d)"

_INTERNATIONAL = (
    # +49 (0)30 901820, +1.415.555.2671, 0049 30 901820
    rf"\+{_GAP}?\(?[1-9](?:{_GAP}{{0,2}}[()]{{0,2}}{_GAP}?(?:\(0\){_GAP}?)?\d){{6,14}}",
    rf"00(?:1{_GAP}?\(?[2-9]\d\d\)?{_GAP}?\d{{3}}{_GAP}?\d{{4}}"
    rf"|(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])(?:{_GAP}{{0,2}}\d){{8,11}}"
    rf"|(?:2[1-689]|35|37|38|42|67|69|85|88|96|97|99)\d(?:{_GAP}{{0,2}}\d){{7,10}})",
)
_GROUPED = (
    rf"(?:1{_GAP})?\(?[2-9]\d\d\)?{_GAP}{{1,2}}[2-9]\d\d{_GAP}\d{{4}}",  # 1-415-555-2671
    rf"\([2-9]\d\d\)[2-9]\d\d{_GAP}?\d{{4}}",
    rf"\(0?\d{{1,4}}\){_GAP}?\d{{2,5}}(?:{_GAP}?\d{{2,5}}){{1,3}}",  # (02) 9876 5432
    rf"0[1-9](?:{_GAP}\d\d){{4}}",  # 01 42 68 53 00
    rf"0[1-9]\d{{0,4}}(?:{_GAP}{{1,3}}\d{{2,8}}){{1,4}}",  # 030/901820, 0412 345 678
    r"0[1-9]\d{8,9}",  # 0142685300, 07700900123
    r"01[5-7]\d{9}",
    rf"[6-9]\d\d(?:{_GAP}\d\d){{3}}",  # 612 34 56 78
    rf"[89]\d{_GAP}\d{{3}}(?:{_GAP}\d\d){{2}}",  # 91 123 45 67
    rf"[2-9]\d(?:[{_BLANK}]\d\d){{3}}",  # 32 12 34 56
    rf"1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}",  # 138 0013 8000
    rf"(?:33|55|81)[{_BLANK}]\d{{4}}[{_BLANK}]\d{{4}}",  # 55 1234 5678
    rf"3\d\d{_GAP}\d{{6,7}}",  # 333 1234567
    rf"[1-9]\d[{_BLANK}]9\d{{4}}{_GAP}\d{{4}}",  # 11 91234-5678
)
_BARE = rf"\(?\d(?:{_GAP}{{0,2}}[()]?\d){{6,13}}"

_ANY = re.compile(
    _EDGE + "(?:(?P<abroad>" + "|".join(_INTERNATIONAL) + ")|(?P<grouped>" + "|".join(_GROUPED)
    + ")|(?P<bare>" + _BARE + "))" + _END
)  # fmt: skip
# Words that call the number after them a telephone number, or something else.
_CALLED_PHONE = re.compile(
    r"(?:\b(?:tel|phone|telephone|mobile|mob|cell|call|called|calling|text|sms|whatsapp|reach|ring|"
    r"dial|fax|number is|handy|telefon|mobil|anruf|rufnummer|t[ée]l[ée]phone|t[ée]l|appel\w*|"
    r"m[óo]vil|tel[ée]fono|ll[aá]m\w+|cellulare|telefoon|telefone|celular)\b)[^\d]{0,24}$",
    re.IGNORECASE,
)
_CALLED_OTHERWISE = re.compile(
    r"(?:#|№|\b(?:order|orders|ticket|case|tracking|parcel|package|shipment|invoice|receipt|sku|"
    r"item|article|product|part|model|serial|ref|reference|id|upc|ean|gtin|isbn|asin|batch|lot|"
    r"transaction|confirmation|account|customer|bestell\w*|auftrag\w*|sendung\w*|rechnung\w*|"
    r"paket\w*|artikel\w*|commande|facture|colis|suivi|pedido|factura|env[ií]o|ordine|fattura)\b)"
    r"(?:[\W_]{0,3}\b(?:no|nr|num|number|numbers|nummer|code|id|is|was|n)\b){0,3}[\W_]{0,4}$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ](?:19|20)\d\d(?!\d)"
)
_POSTCODE = re.compile(r"\d{5}-\d{4}")
_RUN = re.compile(r"\d[\d ()./+\-\u00a0\u2007\u2009\u202f\u2010-\u2013]{5,}\d")
_SHORTEST = 7
_CONTEXT = 48  # characters before a number that may say what it is


Runs = list[tuple[int, int]]


def number_runs(text: str) -> Runs:
    """Where seven digits or more stand near each other; nothing less is of interest."""
    return [
        found.span() for found in _RUN.finditer(text)
        if sum(map(str.isdigit, found.group())) >= _SHORTEST
    ]  # fmt: skip


def phones(text: str, runs: Runs) -> Iterator[tuple[int, int]]:
    """Where telephone numbers stand."""
    done = 0
    for start, end in runs:
        for found in _ANY.finditer(text, max(done, start - len("+ (")), end + 2):
            if _is_phone(found):
                done = found.end()
                yield found.span()


def _is_phone(found: re.Match[str]) -> bool:
    number = found.group()
    before = found.string[max(0, found.start() - _CONTEXT) : found.start()]
    if found.lastgroup == "abroad":
        return "+" in number or not _CALLED_OTHERWISE.search(before)
    digits = sum(map(str.isdigit, number))
    if _DATE.match(number) or _CALLED_OTHERWISE.search(before):
        return False
    if found.lastgroup == "grouped" and 8 <= digits <= 12 and not _POSTCODE.fullmatch(number):
        if digits > 8 or not number.startswith("0"):
            return True
    return _CALLED_PHONE.search(before) is not None
