"""The help desks' exports: Zendesk, the trial vendor's Gorgias, and the Freshdesk before them."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from workbench.sample.agents import TRIAL, Desk
from workbench.sample.catalogue import COFFEES
from workbench.sample.contacts import DUPLICATE, NORMAL, OUTREACH, SPAM, STRANGER
from workbench.sample.customers import Customers
from workbench.sample.draws import Dice, stream
from workbench.sample.escalation_log import EscalationLog
from workbench.sample.freshdesk import write_freshdesk
from workbench.sample.gorgias import FIRST_TICKET as FIRST_GORGIAS_TICKET
from workbench.sample.gorgias import GorgiasExport
from workbench.sample.orders import Orders
from workbench.sample.reasons import REASONS, TIERS, USUAL
from workbench.sample.routing import OWNER_DECISION, PRODUCT_FAULT
from workbench.sample.shop_time import ShopTime
from workbench.sample.staging import Staging
from workbench.sample.team_truths import TRIAL_VENDOR
from workbench.sample.timelines import Timelines
from workbench.sample.truths import Truths
from workbench.sample.wording import Situation, Wording
from workbench.sample.words import ENGLISH
from workbench.sample.zendesk import ZendeskExport, groups_json

REASONS_FILE = "truth_reasons.csv.gz"

_FIRST_TICKET = 20001
_FIRST_USER = 38700000001
_TAGGED_RIGHT, _TAGGED_WRONG = 0.65, 0.15
_OTHER_REASONS = {SPAM: "spam", STRANGER: "question_before_ordering", OUTREACH: "outreach"}
_GORGIAS_FILE = "gorgias/tickets.csv.gz"
_TEAMS = f"source,group_id,team,org,vendor\ngorgias,gorgias,{TRIAL_VENDOR},vendor,{TRIAL_VENDOR}\n"


class HelpDesks:
    """Numbers the tickets and writes each to the help desk it was handled in."""

    def __init__(
        self,
        staging: Staging,
        *,
        seed: int,
        start: date,
        tickets_per_week: int,
        clock: ShopTime,
        desk: Desk,
        orders: Orders,
        customers: Customers,
        truths: Truths,
        as_of: int,
    ) -> None:
        self._seed, self._as_of, self._clock, self._desk = seed, as_of, clock, desk
        self._orders, self._customers = orders, customers
        self._in_zendesk = self._in_gorgias = self._users = 0
        self._hire = truths.hire_relief
        self._open_zendesk(staging)
        damaged = truths.broken_rows.rows if truths.broken_rows else ()
        self._gorgias = GorgiasExport(staging.open(_GORGIAS_FILE), _GORGIAS_FILE, damaged)
        # Gorgias knows no groups: that its account is a vendor's is written down beside it.
        staging.open("operations/teams.csv").write(_TEAMS)
        self._in_freshdesk = write_freshdesk(
            staging.open("freshdesk/tickets.csv.gz"), seed, start, tickets_per_week
        )
        self._escalations = EscalationLog(staging.open("operations/escalations.csv.gz"))
        self._reasons = staging.open(REASONS_FILE)
        self._reasons.write("ticket_id,reason\n")

    def _open_zendesk(self, staging: Staging) -> None:
        self._zendesk = ZendeskExport(
            staging.open("zendesk/tickets.ndjson.gz").write,
            staging.open("zendesk/audits.ndjson.gz").write,
            staging.open("zendesk/users.ndjson.gz").write,
            self._clock,
        )
        opened = int(self._clock.midnight(0))
        staging.open("zendesk/groups.json").write(groups_json(opened))
        for agent in self._desk.agents:
            if agent.team == TRIAL:
                continue
            hired = self._hire is not None and agent.name == self._hire.agent
            self._zendesk.add_agent(agent, self._desk.hired_at if hired else opened)

    @property
    def tickets(self) -> int:
        """Return how many tickets all exports hold so far."""
        return self._in_zendesk + self._in_gorgias + self._in_freshdesk

    @property
    def broken_rows(self) -> list[dict[str, Any]]:
        """Return where the exports are damaged on purpose."""
        return self._gorgias.broken

    def numbered(self, tickets: pd.DataFrame) -> pd.DataFrame:
        """Return tickets in order of arrival with the number each has in its help desk."""
        elsewhere = (tickets["first_team"] == TRIAL).to_numpy()
        ours = _FIRST_TICKET + self._in_zendesk + np.cumsum(~elsewhere) - 1
        theirs = FIRST_GORGIAS_TICKET + self._in_gorgias + np.cumsum(elsewhere) - 1
        self._in_zendesk += int((~elsewhere).sum())
        self._in_gorgias += int(elsewhere.sum())
        tickets = tickets.assign(ticket_id=np.where(elsewhere, theirs, ours))
        ids = pd.Series(tickets["ticket_id"].to_numpy(), index=tickets["key"].to_numpy())
        tickets["parent_id"] = tickets["parent"].map(ids).fillna(0).astype(int)
        return self._with_orders(tickets)

    def _with_orders(self, tickets: pd.DataFrame) -> pd.DataFrame:
        """Return tickets with what their texts may say about the order behind them."""
        recent = self._orders.recent
        position = self._orders.row_of(tickets["order"].to_numpy())
        known = position >= 0
        created = tickets["created"].to_numpy()
        return tickets.assign(
            order_known=known,
            ordered=np.where(known, recent["created"].to_numpy()[position], created),
            product=np.where(known, recent["product_0"].to_numpy()[position], created % COFFEES),
            order_cents=np.where(known, recent["total"].to_numpy()[position], 0),
        )

    def open_month(self, month: int) -> None:
        """Take up the random numbers of a month."""
        self._tags = Dice(stream(self._seed, "tags", month))
        self._trial = Dice(stream(self._seed, "gorgias", month))
        self._wording = Wording(Dice(stream(self._seed, "wording", month)))
        dice = Dice(stream(self._seed, "timelines", month))
        self._timelines = Timelines(self._desk, self._wording, dice)

    def write(self, row: Any) -> None:
        """Write one ticket, and its escalation if it has one."""
        about = self._situation(row)
        if row.first_team == TRIAL:
            subject = self._timelines.subject(about)
            agent = self._desk.agents[row.agent]
            self._gorgias.add(row, subject, about.person, agent, self._trial, self._as_of)
        else:
            self._write_zendesk(row, about)
        if row.escalated:
            self._escalations.add(row, self._as_of)
        reason = _OTHER_REASONS.get(row.kind, REASONS[row.reason].name)
        self._reasons.write(f"{row.ticket_id},{reason}\n")

    def _write_zendesk(self, row: Any, about: Situation) -> None:
        named = row.about_order and row.order_field
        self._zendesk.add_ticket(
            row.ticket_id,
            self._timelines.of(row, about, self._user_of(row), row.parent_id),
            self._user_of(row),
            channel=row.channel if row.kind != OUTREACH else "web",
            tags=_tags(row, self._tags),
            order_name=f"#{row.order}" if named else None,
            as_of=self._as_of,
        )

    def _situation(self, row: Any) -> Situation:
        spoken = row.kind in (NORMAL, DUPLICATE, STRANGER)
        return Situation(
            reason=REASONS[row.reason].name,
            person=self._customers.person(row.customer),
            order_number=row.order if row.order_known and row.about_order else -1,
            ordered=row.ordered,
            product=row.product,
            created=row.created,
            order_cents=row.order_cents,
            language=self._customers.language(row.customer) if spoken else ENGLISH,
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


def _tags(row: Any, dice: Dice) -> list[str]:
    chance = dice.below(1000) / 1000
    other = dice.pick(USUAL).name
    if row.kind == SPAM:
        return ["spam"]
    tags = []
    if chance < _TAGGED_RIGHT and row.kind in (NORMAL, DUPLICATE):
        tags.append(REASONS[row.reason].name)
    elif chance < _TAGGED_RIGHT + _TAGGED_WRONG:
        tags.append(other)
    if row.kind == DUPLICATE:
        tags.append("closed_by_merge")
    return [*tags, f"tier_{_tier(row)}"]


def _tier(row: Any) -> int:
    """Return who had to solve a ticket: the front line, specialists, or their owners."""
    if row.category in (OWNER_DECISION, PRODUCT_FAULT):
        return 3
    return 2 if row.escalated or row.kind == NORMAL and TIERS[row.reason] > 1 else 1
