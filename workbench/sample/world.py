"""One shop's life, week by week, written to its exports as it goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from workbench.sample.agents import Desk
from workbench.sample.contacts import DUPLICATE, NORMAL, OUTREACH, SPAM, STRANGER, Contacts
from workbench.sample.customers import Customers
from workbench.sample.draws import Dice, stream
from workbench.sample.handling import REOPENED, Handling
from workbench.sample.orders import KEPT_DAYS, Orders
from workbench.sample.reasons import REASONS
from workbench.sample.refunds import Refunds
from workbench.sample.shop_time import DAY, ShopTime
from workbench.sample.shopify import OrdersExport
from workbench.sample.staging import Staging
from workbench.sample.stripe import RefundsExport
from workbench.sample.timelines import Timelines
from workbench.sample.truths import LAPSE_SHARE, Truths
from workbench.sample.volume import Volume
from workbench.sample.wording import Situation, Wording
from workbench.sample.zendesk import ZendeskExport, groups_json

_FIRST_TICKET = 20001
_FIRST_USER = 38700000001
_TAGGED_RIGHT, _TAGGED_WRONG = 0.65, 0.15
_OTHER_REASONS = {SPAM: "spam", STRANGER: "question_before_ordering", OUTREACH: "outreach"}


class World:
    """The moving parts of the shop and the files they are written to."""

    reasons_file = "truth_reasons.csv.gz"

    def __init__(
        self, staging: Staging, *, seed: int, start: date, end: date, as_of: int,
        tickets_per_week: int, truths: Truths,
    ) -> None:  # fmt: skip
        days = (end - start).days
        self._seed, self._as_of, self._truths = seed, as_of, truths
        self._clock = ShopTime(start, days)
        volume = Volume(self._clock, days, tickets_per_week, truths.surge)
        self._customers = Customers(self._clock)
        lapse_share = truths.churn_hazard.base_share if truths.churn_hazard else LAPSE_SHARE
        self._orders = Orders(self._clock, volume, self._customers, lapse_share)
        self._contacts = Contacts(self._clock, volume, self._customers, self._orders)
        self._refunds = Refunds(self._orders, truths.refund_lift)
        self._desk = Desk(seed, self._clock)
        self._handling = Handling(self._desk, volume, truths.fcr_decay)
        self._coming = pd.DataFrame()  # follow-up tickets of later weeks
        self._tickets = self._written_refunds = self._users = 0
        self._open_files(staging)
        self._orders.open_shop(stream(seed, "first customers", 0))

    def _open_files(self, staging: Staging) -> None:
        self._zendesk = ZendeskExport(
            staging.open("zendesk/tickets.ndjson.gz").write,
            staging.open("zendesk/audits.ndjson.gz").write,
            staging.open("zendesk/users.ndjson.gz").write,
            self._clock,
        )
        opened = int(self._clock.midnight(0))
        staging.open("zendesk/groups.json").write(groups_json(opened))
        for agent in self._desk.agents:
            self._zendesk.add_agent(agent, opened)
        self._shopify = OrdersExport(staging.open("shopify/orders.csv.gz"), self._clock)
        self._stripe = RefundsExport(staging.open("stripe/refunds.csv.gz"))
        self._reasons = staging.open(self.reasons_file)
        self._reasons.write("ticket_id,reason\n")

    def counts(self) -> dict[str, int]:
        """Return how much was written so far."""
        return {
            "tickets": self._tickets,
            "orders": self._orders.placed,
            "refunds": self._written_refunds,
            "customers": len(self._customers),
        }

    def live(self, month: int, weeks: Iterable[range]) -> None:
        """Let one month pass."""
        draw = {
            purpose: stream(self._seed, purpose, month)
            for purpose in ("orders", "contacts", "handling", "refunds", "churn", "stripe")
        }
        tags = Dice(stream(self._seed, "tags", month))
        timelines = Timelines(
            self._desk,
            Wording(Dice(stream(self._seed, "wording", month))),
            Dice(stream(self._seed, "timelines", month)),
        )
        for days in weeks:
            placed = self._orders.placed
            self._orders.place(draw["orders"], days, self._as_of)
            self._refund_unasked(draw["refunds"], self._orders.placed - placed)
            tickets = self._new_tickets(draw, days)
            self._react(draw, tickets)
            for row in tickets.itertuples(index=False):
                self._write_ticket(row, timelines, tags)
            self._write_final(draw["stripe"], int(self._clock.midnight(days.stop)))

    def _refund_unasked(self, draw: np.random.Generator, n: int) -> None:
        numbers = self._orders.recent["number"].to_numpy()[-n:] if n else np.empty(0, dtype=int)
        self._refunds.without_tickets(draw, numbers, self._as_of)

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
        tickets["ticket_id"] = _FIRST_TICKET + self._tickets + np.arange(len(tickets))
        self._tickets += len(tickets)
        ids = pd.Series(tickets["ticket_id"].to_numpy(), index=tickets["key"].to_numpy())
        return tickets.assign(parent_id=tickets["parent"].map(ids).fillna(0).astype(int))

    def _react(self, draw: dict[str, np.random.Generator], tickets: pd.DataFrame) -> None:
        """Let tickets have their consequences: refunds, and customers who leave."""
        if tickets.empty:
            return
        self._refunds.after_tickets(draw["refunds"], tickets, self._as_of)
        churn = self._truths.churn_hazard
        if churn is None:
            return
        angry = tickets[(tickets["outcome"] == REOPENED) & (tickets["kind"] == NORMAL)]
        # Of those who would have stayed, so many leave that the hazard is multiplied.
        share = 1 - (1 - churn.base_share) ** (churn.hazard_ratio - 1)
        who, since = angry["customer"].to_numpy(), angry["reopened_at"].to_numpy()
        self._customers.lapse(draw["churn"], who, since, share)

    def _write_ticket(self, row: Any, timelines: Timelines, tags: Dice) -> None:
        reason = _OTHER_REASONS.get(row.kind, REASONS[row.reason].name)
        about = self._situation(row)
        timeline = timelines.of(row, about, self._user_of(row), row.parent_id)
        named = row.about_order and row.order_field
        self._zendesk.add_ticket(
            row.ticket_id,
            timeline,
            self._user_of(row),
            channel=row.channel if row.kind != OUTREACH else "web",
            tags=_tags(row, tags),
            order_name=f"#{row.order}" if named else None,
            as_of=self._as_of,
        )
        self._reasons.write(f"{row.ticket_id},{reason}\n")

    def _situation(self, row: Any) -> Situation:
        position = int(self._orders.row_of(np.array([row.order]))[0])
        known = position >= 0
        recent = self._orders.recent
        return Situation(
            reason=REASONS[row.reason].name,
            person=self._customers.person(row.customer),
            order_number=row.order if known and row.about_order else -1,
            ordered=int(recent["created"].to_numpy()[position]) if known else row.created,
            product=int(recent["product_0"].to_numpy()[position]) if known else row.created % 8,
            created=row.created,
        )

    def _user_of(self, row: Any) -> int:
        """Return the requester's Zendesk id, writing the user down at their first ticket."""
        user_id = int(self._customers.user_id[row.customer])
        if not user_id:
            user_id = _FIRST_USER + self._users
            self._users += 1
            self._customers.user_id[row.customer] = user_id
            person = self._customers.person(row.customer)
            self._zendesk.add_requester(user_id, person, row.created)
        return user_id

    def _write_final(self, draw: np.random.Generator, now: int) -> None:
        """Write the refunds made until now, and the orders that cannot change any more."""
        buyers = self._orders.recent["customer"].to_numpy()
        refund: Any
        for refund in self._refunds.take_before(now).itertuples(index=False):
            person = self._customers.person(buyers[refund.order - self._orders.first_kept])
            self._stripe.add(refund, person.email, draw)
            self._written_refunds += 1
        self._write_orders(now - KEPT_DAYS * DAY)

    def _write_orders(self, before: int) -> None:
        order: Any
        for order in self._orders.take_final(before).itertuples(index=False):
            self._shopify.add(order, self._customers.person(order.customer), self._as_of)

    def finish(self) -> None:
        """Write what was still held back."""
        self._write_orders(self._as_of + 1)


def _tags(row: Any, dice: Dice) -> list[str]:
    tags = []
    chance = dice.below(1000) / 1000
    other = dice.pick(REASONS).name
    if row.kind == SPAM:
        return ["spam"]
    if chance < _TAGGED_RIGHT and row.kind in (NORMAL, DUPLICATE):
        tags.append(REASONS[row.reason].name)
    elif chance < _TAGGED_RIGHT + _TAGGED_WRONG:
        tags.append(other)
    if row.kind == DUPLICATE:
        tags.append("closed_by_merge")
    return tags
