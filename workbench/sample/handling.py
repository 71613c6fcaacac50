"""What happens to each ticket: who takes it, when they answer, and whether that was enough."""

from __future__ import annotations

from datetime import UTC, datetime
from datetime import time as clock_time

import numpy as np
import pandas as pd

from workbench.sample.agents import INHOUSE, VENDOR, Desk
from workbench.sample.contacts import DUPLICATE, NORMAL, OUTREACH, SPAM, STRANGER, repeat_moment
from workbench.sample.reasons import VENDOR_SHARES
from workbench.sample.shop_time import DAY, HOUR, next_full_hour
from workbench.sample.truths import INHOUSE_FCR, VENDOR_FCR, FcrDecay
from workbench.sample.volume import Volume

ONE_TOUCH, MORE_REPLIES, THANKS, REOPENED, REPEATED = range(5)

THANKS_SHARE = 0.02
_WAYS_TO_FAIL = {MORE_REPLIES: 0.48, REOPENED: 0.24, REPEATED: 0.28}
_ESCALATED_SHARE = 0.05
_REASSIGNED_SHARE = 0.05
_AUTO_SOLVE_HOURS = 72


class Handling:
    """Plans the life of tickets; all times are planned, those after ``as_of`` never happen."""

    def __init__(self, desk: Desk, volume: Volume, decay: FcrDecay | None) -> None:
        self._desk, self._volume, self._decay = desk, volume, decay

    def planned(self, draw: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
        """Return the contacts with what will happen to each; a row is one ticket."""
        routed = self._routed(draw, contacts.reset_index(drop=True))
        answered = self._answered(draw, routed)
        decided = answered.assign(outcome=self._outcomes(draw, answered))
        return self._resolved(draw, decided)

    def _routed(self, draw: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
        n = len(contacts)
        reason = contacts["reason"].to_numpy()
        first_team = np.where(draw.random(n) < VENDOR_SHARES[reason], VENDOR, INHOUSE)
        ordinary = contacts["kind"].isin((NORMAL, STRANGER)).to_numpy()
        escalated = ordinary & (first_team == VENDOR) & (draw.random(n) < _ESCALATED_SHARE)
        team = np.where(escalated, INHOUSE, first_team)
        first_agent = self._desk.pick(draw, first_team)
        agent = np.where(escalated, self._desk.pick(draw, team), first_agent)
        colleague = self._desk.pick(draw, team)
        passed_on = ordinary & ~escalated & (draw.random(n) < _REASSIGNED_SHARE)
        passed_on &= colleague != agent
        return contacts.assign(
            first_team=first_team,
            team=team,
            first_agent=first_agent,
            agent=np.where(passed_on, colleague, agent),
            escalated=escalated,
            passed_on=passed_on,
            noted=ordinary & (draw.random(n) < 0.12),
            assigned_early=ordinary & (draw.random(n) < 0.18),
            held=draw.random(n) < 0.3,
            waits_for_customer=draw.random(n) < 0.25,
        )

    def _answered(self, draw: np.random.Generator, routed: pd.DataFrame) -> pd.DataFrame:
        created = routed["created"].to_numpy()
        first = self._delay(draw, created, routed["first_agent"].to_numpy())
        moved = created + ((first - created) * 0.7).astype(int)
        second = self._delay(draw, moved, routed["agent"].to_numpy())
        reply = np.where(routed["escalated"], second, first)
        return routed.assign(moved_at=moved, reply_at=reply)

    def _delay(self, draw: np.random.Generator, since: np.ndarray, agent: np.ndarray) -> np.ndarray:
        return self._desk.answer_at(draw, since, agent, self._volume.delay_ratio(since))

    def _outcomes(self, draw: np.random.Generator, answered: pd.DataFrame) -> np.ndarray:
        n = len(answered)
        fcr = np.where(
            answered["team"] == VENDOR, self._vendor_fcr(answered["reply_at"]), INHOUSE_FCR
        )
        fails = 1 - fcr + self._desk.skill[answered["agent"].to_numpy()] - THANKS_SHARE
        edges = np.cumsum([fails * share for share in _WAYS_TO_FAIL.values()], axis=0)
        chance = draw.random(n)
        outcome = np.full(n, ONE_TOUCH)
        outcome[chance < fails + THANKS_SHARE] = THANKS
        for way, edge in reversed(list(zip(_WAYS_TO_FAIL, edges, strict=True))):
            outcome[chance < edge] = way
        outcome[answered["kind"].isin((SPAM, DUPLICATE, OUTREACH)).to_numpy()] = ONE_TOUCH
        return outcome

    def _vendor_fcr(self, moments: pd.Series) -> np.ndarray:
        if self._decay is None:
            return np.full(len(moments), VENDOR_FCR)
        start, end = (
            datetime.combine(day, clock_time(), UTC).timestamp()
            for day in (self._decay.start, self._decay.end)
        )
        levels = (self._decay.share_before, self._decay.share_at_end)
        return np.interp(moments.to_numpy(), (start, end), levels)

    def _resolved(self, draw: np.random.Generator, decided: pd.DataFrame) -> pd.DataFrame:
        n, outcome = len(decided), decided["outcome"].to_numpy()
        agent, reply = decided["agent"].to_numpy(), decided["reply_at"].to_numpy()
        answer = reply + _hours(draw, n, median=7, most=60)
        second = self._delay(draw, answer, agent)
        second_answer = second + _hours(draw, n, median=7, most=48)
        third = self._delay(draw, second_answer, agent)
        more = outcome == MORE_REPLIES
        thrice = more & (draw.random(n) < 0.25) & ~decided["held"].to_numpy()
        later = decided["waits_for_customer"].to_numpy() & np.isin(outcome, (ONE_TOUCH, REPEATED))
        solved = np.where(later, next_full_hour(reply + _AUTO_SOLVE_HOURS * HOUR), reply)
        solved = np.where(more, np.where(thrice, third, second), solved)
        back = solved + np.where(
            outcome == THANKS, _hours(draw, n, median=3, most=70), _hours(draw, n, 20, most=150)
        )
        settled = self._delay(draw, back, agent)
        repeats = repeat_moment(draw, solved)
        reopened = np.isin(outcome, (THANKS, REOPENED))
        return decided.assign(
            answer_at=answer,
            second_reply_at=second,
            second_answer_at=second_answer,
            third_reply_at=np.where(thrice, third, -1),
            auto_solved=later,
            solved_at=solved,
            reopened_at=np.where(reopened, back, -1),
            settled_at=np.where(reopened, settled, solved),
            repeat_at=np.where(outcome == REPEATED, repeats, -1),
        )


def _hours(draw: np.random.Generator, n: int, median: float, most: float) -> np.ndarray:
    hours = np.clip(median * np.exp(draw.normal(0, 1.0, n)), 0.1, most)
    return (hours * HOUR).astype(int)


def closing_moment(settled: int) -> int:
    """Return when the automation closes a solved ticket for good."""
    return -(-(settled + 10 * DAY) // HOUR) * HOUR
