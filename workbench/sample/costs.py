"""What does support cost: wages, tools, training, and the vendors' invoices."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any, TextIO

import numpy as np
import pandas as pd

from workbench.sample.agents import INHOUSE, TRIAL, VENDOR, Desk
from workbench.sample.contacts import DUPLICATE, SPAM
from workbench.sample.draws import stream
from workbench.sample.planted import month_start
from workbench.sample.shop_truths import CostRamp
from workbench.sample.team_truths import TRIAL_VENDOR

HEADER: tuple[str, ...] = ("month", "team", "component", "amount", "currency") + (
    *("invoice_number", "hours"),
)

_WAGES_PER_TICKET = 4.80  # dollars, of all tickets: wages are planned, not counted
_WEEKS = 4.35  # of a month
_MANAGEMENT = {INHOUSE: 0.20, VENDOR: 0.07}  # of the wages
_TRAINING, _TOOL_SEAT = 0.04, 25.0  # of the wages; dollars a month
_RATE = {VENDOR: 19.50, TRIAL: 17.00}  # dollars an hour
_HOURS_PER_RESOLUTION = {VENDOR: 0.36, TRIAL: 0.34}
_NAMES = {INHOUSE: "In-house", VENDOR: "Brightline", TRIAL: TRIAL_VENDOR}
_NOISE = 0.015


class Costs:
    """Counts what each team resolves, and writes the costs of all months at the end."""

    def __init__(
        self,
        file: TextIO,
        *,
        seed: int,
        start: date,
        months: int,
        as_of: int,
        tickets_per_week: int,
        ramp: CostRamp | None,
    ) -> None:
        self._wages = _WAGES_PER_TICKET * tickets_per_week * _WEEKS
        self._file, self._draw, self._as_of = file, stream(seed, "costs", 0), as_of
        self._months = [month_start(start, n) for n in range(months)]
        self._begins = [
            int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp()) for day in self._months
        ]
        self._ramp = ramp
        self._resolved: Counter[tuple[int, int]] = Counter()  # by team and number of the month

    def after_tickets(self, tickets: pd.DataFrame) -> None:
        """Count a week's tickets in the month they were solved for good."""
        done = (tickets["settled_at"] <= self._as_of) & ~tickets["kind"].isin((SPAM, DUPLICATE))
        solved = tickets[done]
        month = np.searchsorted(self._begins, solved["settled_at"].to_numpy(), side="right") - 1
        self._resolved.update(zip(solved["team"].tolist(), month.tolist(), strict=True))

    def write(self, desk: Desk, hired: date | None) -> None:
        """Write one line per month, team and component."""
        rows = csv.writer(self._file, lineterminator="\n")
        rows.writerow(HEADER)
        for number, month in enumerate(self._months):
            when = f"{month.isoformat()}T00:00:00Z"
            agents = len(desk.members[INHOUSE])
            # Before a new colleague starts there is one wage less to pay.
            paid = agents - (hired is not None and month < hired.replace(day=1))
            wages = self._wages * paid / agents
            for team, component, dollars in (
                (INHOUSE, "labour", wages),
                (INHOUSE, "management", wages * _MANAGEMENT[INHOUSE]),
                (INHOUSE, "tool", paid * _TOOL_SEAT),
                (INHOUSE, "training", wages * _TRAINING),
                (VENDOR, "tool", len(desk.members[VENDOR]) * _TOOL_SEAT),
                (VENDOR, "management", wages * _MANAGEMENT[VENDOR]),
            ):
                amount = f"{dollars * self._about_one():.2f}"
                rows.writerow((when, _NAMES[team], component, amount, "USD", "", ""))
            for team in (VENDOR, TRIAL):
                self._write_invoice(rows, team, number, when)

    def _write_invoice(self, rows: Any, team: int, number: int, when: str) -> None:
        resolved = self._resolved[team, number]
        if not resolved:
            return
        each = _HOURS_PER_RESOLUTION[team] * (self._learning(number) if team == VENDOR else 1.0)
        hours = round(resolved * each * self._about_one(), 1)
        invoice = f"{_NAMES[team][:2].upper()}-{when[:7]}"
        amount = f"{hours * _RATE[team]:.2f}"
        rows.writerow((when, _NAMES[team], "vendor", amount, "USD", invoice, hours))

    def _learning(self, number: int) -> float:
        """Return which share of the first month's hours a resolution takes."""
        if self._ramp is None:
            return 1.0
        first, last = (_number(day) for day in (self._ramp.start, self._ramp.end))
        span = (0.0, float(max(last - first, 1)))
        return float(
            np.interp(_number(self._months[number]) - first, span, (1.0, self._ramp.ratio))
        )

    def _about_one(self) -> float:
        return float(1 + self._draw.normal(0, _NOISE))


def _number(day: date) -> int:
    return day.year * 12 + day.month
