"""Who takes each ticket: the first team, those it escalates to, and the vendor on trial."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from workbench.sample.agents import (
    FOUNDER,
    INHOUSE,
    MARKETING,
    PRODUCT,
    TRIAL,
    VENDOR,
    Desk,
)
from workbench.sample.contacts import NORMAL, STRANGER
from workbench.sample.escalation_truths import FounderEscalations, PingPong
from workbench.sample.reasons import (
    EASY_SHARE,
    GRINDER_REASON,
    IS_EASY,
    NEW_REASON,
    PROMOTION_REASON,
    VENDOR_SHARES,
)
from workbench.sample.shop_time import ShopTime
from workbench.sample.team_truths import Trial

CATEGORIES = ("policy", "owner_decision", "product_fault", "promotion")
POLICY, OWNER_DECISION, PRODUCT_FAULT, PROMOTION = range(4)

_POLICY_SHARE, _PRODUCT_SHARE, _PROMOTION_SHARE = 0.05, 0.12, 0.16
_RARE_FOUNDER_SHARE = 0.001
_OWNERS = np.array([INHOUSE, FOUNDER, PRODUCT, MARKETING])  # by category, if nothing goes wrong
_REASSIGNED_SHARE = 0.05
_ROUTABLE_SHARE = 0.92  # of contacts: those that the trial can take


class Routing:
    """Decides teams and agents; a row is one ticket."""

    def __init__(
        self,
        desk: Desk,
        clock: ShopTime,
        trial: Trial,
        founder: FounderEscalations | None,
        ping_pong: PingPong | None,
    ) -> None:
        self._desk, self._trial, self._ping_pong = desk, trial, ping_pong
        self._founder_share = founder.ticket_share if founder else _RARE_FOUNDER_SHARE
        days = ((day - clock.first).days for day in (trial.start, trial.end + timedelta(days=1)))
        self._trial_span = [int(clock.midnight(day)) for day in days]

    def routed(self, draw: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
        """Return the contacts with who takes them, and where they go from there."""
        n, created = len(contacts), contacts["created"].to_numpy()
        ordinary = contacts["kind"].isin((NORMAL, STRANGER)).to_numpy()
        first_team = self._first_team(draw, contacts)
        category = self._category(draw, contacts, first_team, ordinary)
        escalated = category >= 0
        moves = self._moves(draw, category)
        team = np.where(escalated, _OWNERS[category], first_team)
        bounced = (category == PROMOTION) & (self._ping_pong is not None)
        team = np.where(bounced, np.where(moves % 2, PRODUCT, MARKETING), team)
        first_agent = self._desk.pick(draw, first_team, created)
        agent = np.where(escalated, self._desk.pick(draw, team, created), first_agent)
        colleague = self._desk.pick(draw, team, created)
        passed_on = ordinary & ~escalated & (draw.random(n) < _REASSIGNED_SHARE)
        passed_on &= colleague != agent
        return contacts.assign(
            first_team=first_team,
            team=team,
            first_agent=first_agent,
            agent=np.where(passed_on, colleague, agent),
            escalated=escalated,
            category=category,
            moves=moves,
            passed_on=passed_on,
            noted=ordinary & (draw.random(n) < 0.12),
            assigned_early=ordinary & (draw.random(n) < 0.18),
            held=draw.random(n) < 0.3,
            waits_for_customer=draw.random(n) < 0.25,
        )

    def _first_team(self, draw: np.random.Generator, contacts: pd.DataFrame) -> np.ndarray:
        n, reason = len(contacts), contacts["reason"].to_numpy()
        regular = np.where(draw.random(n) < VENDOR_SHARES[reason], VENDOR, INHOUSE)
        created = contacts["created"].to_numpy()
        start, end = self._trial_span
        running = (created >= start) & (created < end)
        fresh = (contacts["kind"] == NORMAL).to_numpy() & (contacts["parent"] < 0).to_numpy()
        chosen = fresh & (draw.random(n) < self._trial_shares()[reason])
        returns = (contacts["came_from"] == TRIAL).to_numpy()
        return np.where(running & (chosen | returns), TRIAL, regular)

    def _trial_shares(self) -> np.ndarray:
        """Return which share of each reason the trial takes."""
        easy = EASY_SHARE + self._trial.easy_share_lift
        overall = self._trial.ticket_share / _ROUTABLE_SHARE
        return overall * np.where(IS_EASY, easy / EASY_SHARE, (1 - easy) / (1 - EASY_SHARE))

    def _category(
        self,
        draw: np.random.Generator,
        contacts: pd.DataFrame,
        first_team: np.ndarray,
        ordinary: np.ndarray,
    ) -> np.ndarray:
        """Return the kind of each ticket's escalation, -1 where there is none."""
        n, reason = len(contacts), contacts["reason"].to_numpy()
        normal = (contacts["kind"] == NORMAL).to_numpy()
        category = np.full(n, -1)
        category[(first_team == VENDOR) & (draw.random(n) < _POLICY_SHARE)] = POLICY
        faulty = normal & np.isin(reason, (GRINDER_REASON, NEW_REASON))
        category[faulty & (draw.random(n) < _PRODUCT_SHARE)] = PRODUCT_FAULT
        promised = normal & (reason == PROMOTION_REASON)
        category[promised & (draw.random(n) < _PROMOTION_SHARE)] = PROMOTION
        category[draw.random(n) < self._founder_share] = OWNER_DECISION
        return np.where(ordinary & (first_team != TRIAL), category, -1)

    def _moves(self, draw: np.random.Generator, category: np.ndarray) -> np.ndarray:
        """Return how often each ticket changes its group."""
        once = (category >= 0).astype(int)
        if self._ping_pong is None:
            return once
        fewest, most = self._ping_pong.fewest_moves, self._ping_pong.most_moves
        many = draw.integers(fewest, most + 1, len(category))
        return np.where(category == PROMOTION, many, once)
