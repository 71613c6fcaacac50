"""What happens to each ticket: who takes it, when they answer, and whether that was enough."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.sample.agents import Desk
from workbench.sample.contacts import repeat_moment
from workbench.sample.handovers import Handovers
from workbench.sample.outcomes import MORE_REPLIES, ONE_TOUCH, REOPENED, REPEATED, THANKS, Outcomes
from workbench.sample.pace import Pace
from workbench.sample.routing import Routing
from workbench.sample.shop_time import DAY, HOUR, next_full_hour

_AUTO_SOLVE_HOURS = 72
_HOURS_IN_A_WRONG_GROUP = (6.0, 26.0)


class Handling:
    """Plans the life of tickets; all times are planned, those after ``as_of`` never happen."""

    def __init__(
        self, desk: Desk, pace: Pace, routing: Routing, outcomes: Outcomes, handovers: Handovers
    ) -> None:
        self._desk, self._pace, self._routing = desk, pace, routing
        self._outcomes, self._handovers = outcomes, handovers

    def planned(self, draw: np.random.Generator, contacts: pd.DataFrame) -> pd.DataFrame:
        """Return the contacts with what will happen to each; a row is one ticket."""
        routed = self._routing.routed(draw, contacts.reset_index(drop=True))
        decided = self._outcomes.decided(draw, self._answered(draw, routed))
        return self._handovers.planned(draw, self._resolved(draw, decided))

    def _answered(self, draw: np.random.Generator, routed: pd.DataFrame) -> pd.DataFrame:
        created = routed["created"].to_numpy()
        first = self._delay(draw, created, routed["first_agent"].to_numpy())
        moved = created + ((first - created) * 0.7).astype(int)
        lost = draw.uniform(*_HOURS_IN_A_WRONG_GROUP, len(routed)) * HOUR
        lost = (np.maximum(routed["moves"].to_numpy() - 1, 0) * lost).astype(int)
        second = self._delay(draw, moved + lost, routed["agent"].to_numpy())
        reply = np.where(routed["escalated"], second, first)
        return routed.assign(moved_at=moved, last_moved_at=moved + lost, reply_at=reply)

    def _delay(self, draw: np.random.Generator, since: np.ndarray, agent: np.ndarray) -> np.ndarray:
        ratio = self._pace.ratio(since, self._desk.team_of[agent])
        return self._desk.answer_at(draw, since, agent, ratio)

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
