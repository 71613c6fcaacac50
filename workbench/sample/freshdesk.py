"""The help desk before this one: a Freshdesk export of the quarter before the span begins."""

from __future__ import annotations

import csv
import time
from datetime import UTC, date, datetime
from datetime import time as clock_time
from typing import TextIO

import numpy as np

from workbench.sample.catalogue import CODES, PRODUCTS
from workbench.sample.draws import Dice, stream
from workbench.sample.planted import month_start
from workbench.sample.reasons import REASONS, USUAL
from workbench.sample.shop_time import DAY, HOUR, contact_seconds
from workbench.sample.volume import FOLLOW_UP_SHARE
from workbench.sample.words import people, phrases

MONTHS = 3
HEADER = (
    *("Ticket ID", "Subject", "Status", "Priority", "Source", "Type", "Agent", "Group"),
    *("Created time", "Due by Time", "Resolved time", "Closed time", "Last update time"),
    *("Initial response time", "Time tracked", "First response time (in hrs)"),
    *("Resolution time (in hrs)", "Agent interactions", "Customer interactions"),
    *("Resolution status", "First response status", "Tags", "Survey results", "Product"),
    *("Every response status", "Full name", "Contact ID"),
)
_FIRST_TICKET, _FIRST_CONTACT = 3101, 48012000001
_TYPES = ("Question", "Problem", "Incident", "Refund")
_PRIORITIES = ("Low", "Low", "Low", "Medium", "Medium", "High", "Urgent")
_SOURCES = ("Email", "Email", "Email", "Portal", "Portal", "Chat")
_DUE_HOURS, _CLOSED_AFTER_HOURS = 48, 96
_SHARES = np.array([reason.share for reason in USUAL])


def write_freshdesk(file: TextIO, seed: int, start: date, tickets_per_week: int) -> int:
    """Write the tickets of the three months before ``start``, and return how many."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(HEADER)
    written = 0
    for month in range(-MONTHS, 0):
        first, after = month_start(start, month), month_start(start, month + 1)
        draw = stream(seed, "freshdesk", month + MONTHS)
        dice = Dice(stream(seed, "freshdesk words", month + MONTHS))
        n = int(draw.poisson(tickets_per_week * (after - first).days / 7 * (1 - FOLLOW_UP_SHARE)))
        midnight = int(datetime.combine(first, clock_time(5), UTC).timestamp())
        day = draw.integers(0, (after - first).days, n)
        # Five hours into a UTC day it is midnight at the shop; the month still ends in UTC.
        last = int(datetime.combine(after, clock_time(), UTC).timestamp()) - 1
        created = np.sort(np.minimum(midnight + day * DAY + contact_seconds(draw, n), last))
        reason = draw.choice(len(USUAL), size=n, p=_SHARES)
        hours = np.exp(draw.normal(np.log(3.2), 1.0, n))
        for moment, why, waited in zip(
            created.tolist(), reason.tolist(), hours.tolist(), strict=True
        ):
            rows.writerow(_row(written, moment, why, waited, dice))
            written += 1
    return written


def _row(number: int, created: int, reason: int, waited: float, dice: Dice) -> tuple[object, ...]:
    replied = created + int(min(waited, 60) * HOUR)
    enough = dice.chance(0.72)
    resolved = replied if enough else replied + int((4 + 40 * dice.below(1000) / 1000) * HOUR)
    closed = resolved + _CLOSED_AFTER_HOURS * HOUR
    due = created + _DUE_HOURS * HOUR
    replies = 1 if enough else 2 + dice.below(2)
    name = f"{dice.pick(people().first)} {dice.pick(people().last)}"
    on_time = "Within SLA" if resolved <= due else "SLA Violated"
    survey = dice.pick(("Happy", "Happy", "Happy", "Unhappy")) if dice.chance(0.12) else ""
    return (
        _FIRST_TICKET + number,
        _subject(reason, dice),
        "Closed",
        dice.pick(_PRIORITIES),
        dice.pick(_SOURCES),
        dice.pick(_TYPES),
        dice.pick(people().agents_inhouse),
        "In-house",
        _text(created),
        _text(due),
        _text(resolved),
        _text(closed),
        _text(closed),
        _text(replied),
        f"00:{5 + dice.below(20):02d}:00",
        _spent(replied - created),
        _spent(resolved - created),
        replies,
        1 if enough else replies - dice.below(2),
        on_time,
        "Within SLA" if replied - created <= 12 * HOUR else "SLA Violated",
        REASONS[reason].name if dice.chance(0.7) else "",
        survey,
        "",
        on_time,
        name,
        _FIRST_CONTACT + number,
    )


def _subject(reason: int, dice: Dice) -> str:
    line = dice.pick(phrases(REASONS[reason].name).subjects)
    number, product = f"#{8000 + dice.below(2000)}", dice.pick(PRODUCTS).name
    return line.format(number=number, product=product, code=dice.pick(CODES), days=9, day="Monday")


def _spent(seconds: int) -> str:
    """Return a duration as hours, minutes and seconds, as the export does despite its header."""
    return f"{seconds // HOUR:02d}:{seconds % HOUR // 60:02d}:{seconds % 60:02d}"


def _text(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment))
