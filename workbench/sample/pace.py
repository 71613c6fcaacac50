"""How much longer than in quiet days does a team take at each moment?"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from workbench.sample.agents import INHOUSE, VENDOR
from workbench.sample.demand_truths import HireRelief
from workbench.sample.shop_time import ShopTime
from workbench.sample.team_truths import SuperficialReplies
from workbench.sample.volume import Volume

_EASES_WITHIN, _RELAPSES_WITHIN = timedelta(days=6), timedelta(days=10)

Curve = tuple[list[int], list[float]]


class Pace:
    """Delays of the teams relative to quiet days: backlog, hires, and haste."""

    def __init__(
        self,
        clock: ShopTime,
        volume: Volume,
        relief: HireRelief | None,
        superficial: SuperficialReplies | None,
    ) -> None:
        self._clock, self._volume = clock, volume
        self._inhouse = self._curve(_understaffed(relief)) if relief else None
        self._vendor = self._curve(_hasty(superficial)) if superficial else None

    def _curve(self, points: list[tuple[date, float]]) -> Curve:
        first = self._clock.first
        days = [(day - first).days for day, _ in points]
        return self._clock.midnight(np.array(days)).tolist(), [ratio for _, ratio in points]

    def ratio(self, since: np.ndarray, team: np.ndarray) -> np.ndarray:
        """Return how many times longer work that came in at ``since`` waits."""
        ratio = self._volume.delay_ratio(since)
        for curve, whose in ((self._inhouse, INHOUSE), (self._vendor, VENDOR)):
            if curve:
                ratio = np.where(team == whose, ratio * np.interp(since, *curve), ratio)
        return ratio


def _understaffed(relief: HireRelief) -> list[tuple[date, float]]:
    return [
        (relief.worsens_from, 1.0),
        (relief.hire, relief.reply_time_ratio),
        (relief.hire + _EASES_WITHIN, 1.0),
        (relief.relapses_from, 1.0),
        (relief.relapses_from + _RELAPSES_WITHIN, relief.relapse_ratio),
        (relief.ends, relief.relapse_ratio),
        (relief.ends + _EASES_WITHIN, 1.0),
    ]


def _hasty(superficial: SuperficialReplies) -> list[tuple[date, float]]:
    return [(superficial.start, 1.0), (superficial.end, superficial.reply_time_ratio_at_end)]
