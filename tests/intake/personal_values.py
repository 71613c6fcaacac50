"""Invented personal data in the ways customers write it, and long numbers that are none."""

from __future__ import annotations

import random
from collections.abc import Iterator

FIRST = ("Ana", "Jörg", "Zoë", "Nguyễn", "Siân", "Łukasz", "Mary-Jane", "O'Brien", "Ingrid", "Raj")
LAST = ("Quillfeather", "Brambleworth", "Östlund", "Kowalczyk", "Papadakis", "Featherstone")
MAILS = (
    "{a}.{b}{n}@example.com", "{a}{n}+shop@mail.example.co.uk", "{a}_{b}{n}@über-post.de",
    "{n}{a}@sub.domain.example.org", "{a}{n}'{b}@example.net", "用户{n}@例え.jp",
    "{a}-{b}.{n}@example.travel", "{A}{n}@EXAMPLE.COM",
)  # fmt: skip
# A digit stands for any digit; `call` only where the number alone could be an order's.
PHONES = (
    "+49 30 9########", "+1 (415) 555-2###", "+44 (0)20 7946 0###", "0049 89 1######",
    "+33 1 42 68 5# ##", "+4915112######", "+1.415.555.2###", "+46 (0)8-123 4# ##",
    "+353 1 234 5###", "+91 98765 4####", "+61 412 34# ###", "(415) 555-2###", "415-555-2###",
    "415.555.2###", "1-800-555-2###", "030/90####1", "0151 234#####", "(030) 90####1",
    "020 7946 0###", "07700 900###", "01 42 68 5# ##", "01.42.68.5#.##", "06-1234####",
    "612 34 5# ##", "91 123 4# ##", "0412 34# ###", "(02) 9876 5###", "03-1234-5###",
    "090-1234-5###", "(11) 91234-5###", "044 668 1# ##", "08-123 4## ##", "32 12 3# ##",
    "138 0013 8###", "call 415555####", "mobile 98765 4####", "call me at 555-0###",
)  # fmt: skip
CARDS = (
    ("4", 16, (4, 4, 4, 4)), ("51", 16, (4, 4, 4, 4)), ("2221", 16, (4, 4, 4, 4)),
    ("34", 15, (4, 6, 5)), ("37", 15, (4, 6, 5)), ("6011", 16, (4, 4, 4, 4)),
    ("36", 14, (4, 6, 4)),
)  # fmt: skip
IBANS = (
    ("DE", "################## "), ("GB", "NWBK##############"), ("FR", "##########0001M########"),
    ("NL", "ABNA##########"), ("ES", "####################"), ("IT", "X##########000000######"),
    ("BE", "############"), ("CH", "#####0001#####89A"[:17]), ("AT", "################"),
    ("SE", "####################"), ("NO", "###########"), ("PL", "########################"),
    ("PT", "#####################"), ("MT", "MALT#####00012345MTCAST001S"),
    ("DK", "##############"),
)  # fmt: skip
ORDINARY = (
    "order {n7}", "order number 0{n9}", "#{n8}", "ticket {n9}", "tracking 1Z999AA1{n8}",
    "tracking number 9400{n9}{n9}", "parcel {n9}0", "invoice 2025-{n6}", "${n3},{n3}.50",
    "{n3}.{n3},00 €", "2025-03-1{d}", "1{d}.03.2025 14:3{d}", "03/1{d}/2025",
    "2025-03-1{d} 10:3{d}:00",
    "112-{n7}-{n7}", "SKU AB-{n6}-{d}", "version 1.{d}.{n3}", "1735{n6}", "case id 415-555-2{n3}",
    "UPC 0{n9}{d}{d}", "52.{n6}, 13.{n6}", "RR{n9}DE", "https://shop.example/orders/0{n9}",
    "Bestellnummer 0151-{n8}", "{d}{d} items for {n3} {d}0 EUR", "10:30-11:4{d}",
)  # fmt: skip


def planted(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Kind and value of so many invented personal values, none twice."""
    draw, seen = random.Random(seed), set[str]()
    kinds = (_mail, _phone, _card, _iban, _name)
    number = 0
    while len(seen) < count:
        kind = kinds[number % len(kinds)]
        value = kind(draw, number // len(kinds))
        number += 1
        if value not in seen:
            seen.add(value)
            yield kind.__name__.strip("_"), value


def ordinary(count: int, seed: int) -> list[str]:
    """Long numbers that name no person."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        text = ORDINARY[number % len(ORDINARY)]
        for size in (9, 8, 7, 6, 3):
            while f"{{n{size}}}" in text:
                drawn = str(draw.randint(10 ** (size - 1), 10**size - 1))
                text = text.replace(f"{{n{size}}}", drawn, 1)
        found.append(text.replace("{d}", str(draw.randint(1, 9))))
    return found


def _mail(draw: random.Random, number: int) -> str:
    a, b = draw.choice(FIRST).lower(), draw.choice(LAST).lower()
    form = MAILS[number % len(MAILS)]
    return form.format(a=a, A=a.upper(), b=b, n=draw.randint(100, 99_999))


def _digits(draw: random.Random, form: str) -> str:
    return "".join(str(draw.randint(0, 9)) if sign == "#" else sign for sign in form)


def _phone(draw: random.Random, number: int) -> str:
    return _digits(draw, PHONES[number % len(PHONES)])


def _card(draw: random.Random, number: int) -> str:
    start, size, groups = CARDS[number % len(CARDS)]
    body = start + "".join(str(draw.randint(0, 9)) for _ in range(size - len(start) - 1))
    total = sum(
        sum(divmod(2 * int(d), 10)) if place % 2 == 0 else int(d)
        for place, d in enumerate(reversed(body))
    )
    whole, parts = body + str(-total % 10), []
    for group in groups:
        parts, whole = [*parts, whole[:group]], whole[group:]
    return (" ", "-", "")[number // len(CARDS) % 3].join(parts)


def _iban(draw: random.Random, number: int) -> str:
    land, form = IBANS[number % len(IBANS)]
    body = _digits(draw, form.strip())
    check = 98 - int("".join(str(int(c, 36)) for c in body + land + "00")) % 97
    whole = f"{land}{check:02}{body}"
    if number // len(IBANS) % 2:
        return whole
    return " ".join(whole[place : place + 4] for place in range(0, len(whole), 4))


def _name(draw: random.Random, number: int) -> str:
    return f"{draw.choice(FIRST)} {draw.choice(LAST)} {chr(65 + number % 26)}{number}."
