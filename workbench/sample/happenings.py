"""What happened around support, and when: the calendar a shop keeps."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple, TextIO

from workbench.sample.draws import stream
from workbench.sample.planted import month_start
from workbench.sample.team_truths import Trial
from workbench.sample.truths import Truths

HEADER: tuple[str, ...] = ("event_id", "at", "kind", "label", "scope")

_MOMENT = "{}T14:00:00Z"
# Happenings that change nothing, in every world: kind, label, scope, and every how many months.
_USUAL = (
    ("campaign", "Newsletter: roast of the month", "all customers", 2),
    ("release", "App update, small fixes", "app", 3),
    ("policy", "Macro wording reviewed", "all teams", 5),
    ("outage", "Help desk unreachable for 40 minutes", "all teams", 7),
    ("campaign", "Social media: brewing week", "new customers", 6),
)


class Happening(NamedTuple):
    """One dated line of the calendar."""

    day: date
    kind: str
    label: str
    scope: str


def write_calendar(
    file: TextIO, seed: int, start: date, months: int, truths: Truths, trial: Trial
) -> None:
    """Write what happened, oldest first."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(HEADER)
    live = Happening(trial.start, "go_live", f"{trial.vendor} starts its trial", trial.vendor)
    happened = sorted({*_usual(seed, start, months), *_planted(truths), live})
    for number, one in enumerate(happened, start=1):
        rows.writerow((f"ev{number:04d}", _MOMENT.format(one.day), *one[1:]))


def _usual(seed: int, start: date, months: int) -> Iterator[Happening]:
    draw = stream(seed, "calendar", 0)
    for kind, label, scope, every in _USUAL:
        for month in range(int(draw.integers(every)), months, every):
            day = month_start(start, month) + timedelta(days=int(draw.integers(28)))
            yield Happening(day, kind, label, scope)
    yield Happening(start, "policy", "Refunds up to 30 days after the order", "all teams")


def _planted(truths: Truths) -> Iterator[Happening]:
    """Yield the happenings behind planted truths, named as people who do not know them would."""
    if truths.new_driver:
        yield Happening(truths.new_driver.release, "release", "App release with new login", "app")
    if truths.campaign:
        yield Happening(truths.campaign.start, "campaign", "Bundle campaign", "all customers")
    if truths.hire_relief:
        hire = truths.hire_relief
        yield Happening(hire.hire, "hire", f"{hire.agent} starts", "In-house")
