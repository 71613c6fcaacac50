"""How is a sample made: raw exports of an invented shop in its vendors' formats, and its truths."""

from __future__ import annotations

import json
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from workbench.errors import UsageError
from workbench.sample.help_desks import REASONS_FILE
from workbench.sample.planted import month_start
from workbench.sample.shop_time import utc_text
from workbench.sample.staging import Staging, staged
from workbench.sample.truths import Truths
from workbench.sample.world import World


@dataclass(frozen=True)
class SampleSummary:
    """What was written."""

    files: tuple[Path, ...]
    tickets: int
    orders: int
    refunds: int
    customers: int


def generate(
    out: Path,
    *,
    seed: int = 7,
    months: int = 18,
    tickets_per_week: int = 120,
    start: date = date(2024, 1, 1),
    truths: Truths | None = None,
) -> SampleSummary:
    """Write the exports and ``truth.json`` to a folder; the same arguments give the same bytes."""
    _check(seed, months, tickets_per_week, start)
    planted = Truths.drawn(seed, start, months) if truths is None else truths
    end = month_start(start, months)
    # The last second that belongs to the last month both in UTC and at the shop.
    as_of = int(datetime(end.year, end.month, end.day, tzinfo=UTC).timestamp()) - 1
    with staged(out) as staging:
        world = World(
            staging, seed=seed, start=start, end=end, as_of=as_of,
            tickets_per_week=tickets_per_week, truths=planted,
        )  # fmt: skip
        for month in range(months):
            world.live(month, _weeks(start, month))
        world.finish()
        settings = {"seed": seed, "start": start.isoformat(), "months": months}
        settings |= {"tickets_per_week": tickets_per_week, "as_of": utc_text(as_of)}
        _write_truth(staging, settings, planted, world)
        files = tuple(out / name for name in staging.names)
    return SampleSummary(files, **world.counts())


def _check(seed: int, months: int, tickets_per_week: int, start: date) -> None:
    if seed < 0:
        raise UsageError(f"The seed is {seed}.", fix="Give a whole number from 0.")
    if months < 3:
        raise UsageError(
            f"A sample of {months} months is too short to plant anything in.",
            fix="Ask for at least 3 months.",
        )
    if tickets_per_week < 1:
        raise UsageError(
            f"{tickets_per_week} tickets a week make no inbox.", fix="Ask for at least 1."
        )
    if start.day != 1:
        raise UsageError(
            f"The sample would start within a month, on {start}.",
            fix=f"Start on {start.replace(day=1)}.",
        )


def _weeks(start: date, month: int) -> list[range]:
    """Return the days of a month, counted from the start, in pieces of up to a week."""
    first = month_start(start, month)
    begin = (first - start) // timedelta(days=1)
    end = begin + monthrange(first.year, first.month)[1]
    return [range(day, min(day + 7, end)) for day in range(begin, end, 7)]


def _write_truth(staging: Staging, settings: dict[str, Any], truths: Truths, world: World) -> None:
    reasons = {
        "file": REASONS_FILE,
        "meaning": "The true contact reason of every ticket since the start, whatever it is"
        " tagged with.",
    }
    truth = {**settings, **world.counts(), "truths": truths.as_json(), "reasons": reasons}
    truth["broken_rows"] = world.broken_rows
    staging.open("truth.json").write(json.dumps(truth, indent=2) + "\n")
