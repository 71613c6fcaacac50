"""Was the first reply enough, and was it more than a template?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from datetime import time as clock_time

import numpy as np
import pandas as pd

from workbench.sample.agents import TRIAL, VENDOR, Desk
from workbench.sample.contacts import DUPLICATE, OUTREACH, SPAM
from workbench.sample.reasons import EASE
from workbench.sample.team_truths import (
    INHOUSE_FCR,
    VENDOR_FCR,
    FcrDecay,
    SuperficialReplies,
    Trial,
)

ONE_TOUCH, MORE_REPLIES, THANKS, REOPENED, REPEATED = range(5)

THANKS_SHARE = 0.02
_WAYS_TO_FAIL = {MORE_REPLIES: 0.48, REOPENED: 0.24, REPEATED: 0.28}
_SUPERFICIAL_ODDS = 2.0  # times as many templates before a failure as before a success


class Outcomes:
    """Decides how tickets end; a row is one ticket."""

    def __init__(
        self,
        desk: Desk,
        decay: FcrDecay | None,
        superficial: SuperficialReplies | None,
        trial: Trial,
    ) -> None:
        self._desk, self._decay, self._superficial = desk, decay, superficial
        middle = np.array([(_moment(trial.start) + _moment(trial.end)) / 2])
        self._trial_fcr = float(self._vendor_fcr(middle)[0]) - trial.gap_points / 100

    def decided(self, draw: np.random.Generator, answered: pd.DataFrame) -> pd.DataFrame:
        """Return the tickets with their outcome, and whether the first reply is superficial."""
        outcome = self._outcomes(draw, answered)
        chance = draw.random(len(answered))
        superficial = chance < self._superficial_shares(answered, outcome)
        return answered.assign(outcome=outcome, superficial=superficial)

    def _outcomes(self, draw: np.random.Generator, answered: pd.DataFrame) -> np.ndarray:
        fails = np.clip(1 - self._fcr(answered) - THANKS_SHARE, 0.02, 0.95)
        edges = np.cumsum([fails * share for share in _WAYS_TO_FAIL.values()], axis=0)
        chance = draw.random(len(answered))
        outcome = np.full(len(answered), ONE_TOUCH)
        outcome[chance < fails + THANKS_SHARE] = THANKS
        for way, edge in reversed(list(zip(_WAYS_TO_FAIL, edges, strict=True))):
            outcome[chance < edge] = way
        outcome[answered["kind"].isin((SPAM, DUPLICATE, OUTREACH)).to_numpy()] = ONE_TOUCH
        return outcome

    def _fcr(self, answered: pd.DataFrame) -> np.ndarray:
        """Return the true chance that the first reply is enough."""
        team = answered["team"].to_numpy()
        level = np.where(
            team == VENDOR, self._vendor_fcr(answered["reply_at"].to_numpy()), INHOUSE_FCR
        )
        level = np.where(team == TRIAL, self._trial_fcr, level)
        skill = self._desk.skill[answered["agent"].to_numpy()]
        return level + EASE[answered["reason"].to_numpy()] + skill

    def _vendor_fcr(self, moments: np.ndarray) -> np.ndarray:
        if self._decay is None:
            return np.full(len(moments), VENDOR_FCR)
        span = (_moment(self._decay.start), _moment(self._decay.end))
        return np.interp(moments, span, (self._decay.share_before, self._decay.share_at_end))

    def _superficial_shares(self, answered: pd.DataFrame, outcome: np.ndarray) -> np.ndarray:
        if self._superficial is None:
            return np.zeros(len(answered))
        span = (_moment(self._superficial.start), _moment(self._superficial.end))
        levels = (0.0, self._superficial.superficial_share_at_end)
        moments = answered["reply_at"].to_numpy()
        overall = np.interp(moments, span, levels)
        # Split so that the overall share stays, and failures have the higher odds.
        failing = 1 - self._vendor_fcr(moments)
        among_good = overall / (1 + failing * (_SUPERFICIAL_ODDS - 1))
        failed = ~np.isin(outcome, (ONE_TOUCH, THANKS))
        share = np.minimum(np.where(failed, _SUPERFICIAL_ODDS * among_good, among_good), 0.95)
        unanswered = answered["kind"].isin((SPAM, DUPLICATE, OUTREACH)).to_numpy()
        return np.where((answered["team"] == VENDOR).to_numpy() & ~unanswered, share, 0.0)


def _moment(day: date) -> float:
    return datetime.combine(day, clock_time(), UTC).timestamp()
