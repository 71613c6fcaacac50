"""Who answers: six agents in-house and eight at the outside vendor, a little different each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.sample.draws import stream
from workbench.sample.shop_time import DAY, HOUR, ShopTime
from workbench.sample.words import people

INHOUSE, VENDOR = 0, 1
GROUPS = ((7200001, "In-house"), (7200002, "Brightline"))  # (group id, name), by team number
SYSTEM_ID = -1  # Zendesk's author of automations

_FIRST_AGENT_ID = 38600000101
_OPENS = np.array([8, 6]) * HOUR
_CLOSES = np.array([20, 24]) * HOUR
_WEEKEND_OPENS = np.array([10, 7]) * HOUR
_WEEKEND_CLOSES = np.array([18, 23]) * HOUR
_MEDIAN_HOURS = np.array([1.45, 1.1])  # at the desk; waiting for opening comes on top
_SPREAD = np.array([0.95, 0.95])


@dataclass(frozen=True)
class Agent:
    """One support agent."""

    user_id: int
    name: str
    team: int

    @property
    def email(self) -> str:
        """Return the work address."""
        home = "fernhill.example.com" if self.team == INHOUSE else "brightline.example.net"
        return f"{self.name.lower().replace(' ', '.')}@{home}"


class Desk:
    """Both teams: who is there, how fast they pick up, and how well they resolve."""

    def __init__(self, seed: int, clock: ShopTime) -> None:
        self._clock = clock
        names = [(name, INHOUSE) for name in people().agents_inhouse]
        names += [(name, VENDOR) for name in people().agents_vendor]
        self.agents = tuple(
            Agent(_FIRST_AGENT_ID + n, name, team) for n, (name, team) in enumerate(names)
        )
        draw = stream(seed, "agents", 0)
        self.members = [
            np.array([n for n, agent in enumerate(self.agents) if agent.team == team])
            for team in (INHOUSE, VENDOR)
        ]
        self._pace = np.exp(draw.normal(0, 0.10, len(self.agents)))
        self.skill = draw.normal(0, 0.022, len(self.agents))  # added to the share of failures
        for team in self.members:  # agents differ, but their team is what was planted
            self.skill[team] -= self.skill[team].mean()

    def pick(self, draw: np.random.Generator, team: np.ndarray) -> np.ndarray:
        """Return one agent per ticket out of its team."""
        share = draw.random(len(team))
        sizes = np.array([len(members) for members in self.members])[team]
        start = np.array([members[0] for members in self.members])[team]
        return start + (share * sizes).astype(int)

    def answer_at(
        self,
        draw: np.random.Generator,
        since: np.ndarray,
        agent: np.ndarray,
        delay_ratio: np.ndarray,
    ) -> np.ndarray:
        """Return when each agent answers what came in at ``since``."""
        team = (agent >= len(self.members[INHOUSE])).astype(int)
        hours = _MEDIAN_HOURS[team] * np.exp(draw.normal(0, 1, len(since)) * _SPREAD[team])
        work = np.maximum(hours * delay_ratio * self._pace[agent] * HOUR, 120).astype(int)
        ready = self._opening(since, team) + work
        morning = draw.integers(120, 2 * HOUR, len(since))
        opened = self._opening(ready, team)
        return np.where(opened > ready, opened + morning, ready)

    def _opening(self, moments: np.ndarray, team: np.ndarray) -> np.ndarray:
        """Return the moment itself while the team is at work, else when it next opens."""
        day = self._clock.day_of(moments)
        second = self._clock.second_of_day(moments)
        opens, closes = self._hours(day, team)
        opens_next, _ = self._hours(day + 1, team)
        later = np.where(second < opens, opens - second, DAY - second + opens_next)
        return moments + np.where((second >= opens) & (second < closes), 0, later)

    def _hours(self, day: np.ndarray, team: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        weekend = self._clock.weekday(day) >= 5
        opens = np.where(weekend, _WEEKEND_OPENS[team], _OPENS[team])
        return opens, np.where(weekend, _WEEKEND_CLOSES[team], _CLOSES[team])
