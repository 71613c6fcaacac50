"""One shop's life, week by week, written to its exports as it goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from workbench.sample.agents import Desk
from workbench.sample.back_office import BackOffice
from workbench.sample.contacts import DUPLICATE, NORMAL, Contacts
from workbench.sample.customers import Customers
from workbench.sample.draws import stream
from workbench.sample.handling import Handling
from workbench.sample.handovers import Handovers
from workbench.sample.help_desks import HelpDesks
from workbench.sample.orders import Orders
from workbench.sample.outcomes import REOPENED, REPEATED, Outcomes
from workbench.sample.pace import Pace
from workbench.sample.routing import Routing
from workbench.sample.shop_time import ShopTime
from workbench.sample.staging import Staging
from workbench.sample.team_truths import trial
from workbench.sample.till import Till
from workbench.sample.truths import LAPSE_SHARE, Truths
from workbench.sample.volume import Volume


class World:
    """The moving parts of the shop and the files they are written to."""

    def __init__(
        self, staging: Staging, *, seed: int, start: date, end: date, as_of: int,
        tickets_per_week: int, truths: Truths,
    ) -> None:  # fmt: skip
        days = (end - start).days
        self._seed, self._as_of, self._truths = seed, as_of, truths
        self._clock = ShopTime(start, days)
        volume = Volume(
            self._clock, days, tickets_per_week,
            truths.surge, truths.campaign, truths.new_driver,
        )  # fmt: skip
        self._customers = Customers(self._clock)
        lapse_share = truths.churn_hazard.base_share if truths.churn_hazard else LAPSE_SHARE
        self._orders = Orders(self._clock, volume, self._customers, lapse_share)
        self._contacts = Contacts(self._clock, volume, self._customers, self._orders)
        self._desk = Desk(seed, self._clock, truths.agents_differ, truths.hire_relief)
        # A vendor is on trial in every world; where nothing is planted the trial is fair.
        last = end - timedelta(days=1)
        self._trial = truths.trial or trial(seed, last, days - 1, unfair=False)
        self._handling = self._handled(volume)
        self._coming = pd.DataFrame()  # follow-up tickets of later weeks
        self._help_desks = HelpDesks(
            staging, seed=seed, start=start, tickets_per_week=tickets_per_week, clock=self._clock,
            desk=self._desk, orders=self._orders, customers=self._customers, truths=truths,
            as_of=as_of,
        )  # fmt: skip
        self._till = Till(
            staging, seed=seed, clock=self._clock, orders=self._orders, desk=self._desk,
            customers=self._customers, truths=truths.shop, as_of=as_of,
        )  # fmt: skip
        self._back_office = BackOffice(
            staging, seed=seed, start=start, end=end, desk=self._desk, truths=truths,
            trial=self._trial, as_of=as_of, tickets_per_week=tickets_per_week,
        )  # fmt: skip
        self._orders.open_shop(stream(seed, "first customers", 0))

    def _handled(self, volume: Volume) -> Handling:
        truths, tried = self._truths, self._trial
        return Handling(
            self._desk,
            Pace(self._clock, volume, truths.hire_relief, truths.superficial_replies),
            Routing(self._desk, self._clock, tried, truths.founder_escalations, truths.ping_pong),
            Outcomes(self._desk, truths.fcr_decay, truths.superficial_replies, tried),
            Handovers(truths.handover),
        )

    @property
    def broken_rows(self) -> list[dict[str, Any]]:
        """Return where the exports are damaged on purpose."""
        return self._help_desks.broken_rows

    def counts(self) -> dict[str, int]:
        """Return how much was written so far."""
        return {
            "tickets": self._help_desks.tickets,
            "orders": self._orders.placed,
            "refunds": self._till.refunds,
            "customers": len(self._customers),
        }

    def live(self, month: int, weeks: Iterable[range]) -> None:
        """Let one month pass."""
        draw = {
            purpose: stream(self._seed, purpose, month)
            for purpose in ("orders", "contacts", "handling", "churn")
        }
        self._till.open_month(month)
        self._back_office.open_month(month)
        self._help_desks.open_month(month)
        for days in weeks:
            placed = self._orders.placed
            self._orders.place(draw["orders"], days, self._as_of)
            self._till.after_orders(self._orders.placed - placed)
            ends = int(self._clock.midnight(days.stop))
            tickets = self._new_tickets(draw, days)
            self._till.after_tickets(tickets, ends)
            self._back_office.after_tickets(tickets, ends)
            self._react(draw, tickets)
            for row in tickets.itertuples(index=False):
                self._help_desks.write(row)
            self._till.write(ends)

    def _new_tickets(self, draw: dict[str, np.random.Generator], days: range) -> pd.DataFrame:
        """Return the tickets of some days, in order of arrival, with what happens to them."""
        ends = int(self._clock.midnight(days.stop))
        fresh = self._contacts.arrivals(draw["contacts"], days, self._as_of)
        batch = pd.concat([fresh, self._coming], ignore_index=True)
        done, later = [], []
        while len(batch):
            now = batch["created"] < ends
            # A duplicate is merged into its original, so it only exists beside it.
            later.append(batch[~now & (batch["kind"] != DUPLICATE)])
            handled = self._handling.planned(draw["handling"], batch[now])
            done.append(handled)
            follow_ups = self._contacts.follow_ups(draw["contacts"], handled)
            batch = follow_ups[follow_ups["created"] <= self._as_of]
        self._coming = pd.concat(later, ignore_index=True) if later else batch
        tickets = pd.concat(done, ignore_index=True) if done else pd.DataFrame()
        if tickets.empty:
            return tickets
        tickets = tickets.sort_values(["created", "key"], kind="stable", ignore_index=True)
        return self._help_desks.numbered(tickets)

    def _react(self, draw: dict[str, np.random.Generator], tickets: pd.DataFrame) -> None:
        """Let customers leave whose problem came back: a reopened ticket, or a second one."""
        churn = self._truths.churn_hazard
        if churn is None or tickets.empty:
            return
        angry = tickets[tickets["outcome"].isin((REOPENED, REPEATED)) & (tickets["kind"] == NORMAL)]
        # Of those who would have stayed, so many leave that the hazard is multiplied.
        share = 1 - (1 - churn.base_share) ** (churn.hazard_ratio - 1)
        since = angry[["reopened_at", "repeat_at"]].max(axis=1).to_numpy()
        self._customers.lapse(draw["churn"], angry["customer"].to_numpy(), since, share)

    def finish(self) -> None:
        """Write what was still held back."""
        self._till.finish()
        self._back_office.finish()
