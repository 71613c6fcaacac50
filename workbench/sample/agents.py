"""Who answers: two regular teams, those they escalate to, and a vendor on trial."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from workbench.sample.demand_truths import HireRelief
from workbench.sample.draws import stream
from workbench.sample.shop_time import DAY, HOUR, ShopTime
from workbench.sample.team_truths import AgentsDiffer
from workbench.sample.words import people

INHOUSE, VENDOR, FOUNDER, PRODUCT, MARKETING, TRIAL = range(6)
GROUPS = (  # (group id, name) by team number; the vendor on trial works in its own help desk
    (7200001, "In-house"),
    (7200002, "Brightline"),
    (7200003, "Founder"),
    (7200004, "Product"),
    (7200005, "Marketing"),
)
SYSTEM_ID = -1  # Zendesk's author of automations

_FIRST_AGENT_ID = 38600000101
_HOMES = {VENDOR: "brightline.example.net", TRIAL: "calderdesk.example.org"}
_OPENS = np.array([8, 6, 9, 9, 9, 7]) * HOUR
_CLOSES = np.array([20, 24, 22, 18, 18, 23]) * HOUR
_WEEKEND_OPENS = np.array([10, 7, 10, 12, 12, 8]) * HOUR
_WEEKEND_CLOSES = np.array([18, 23, 20, 13, 13, 22]) * HOUR
_MEDIAN_HOURS = np.array([1.45, 1.1, 1.6, 2.2, 2.2, 1.0])  # at the desk, without waiting for it
_SPREAD = 0.95


@dataclass(frozen=True)
class Agent:
    """One support agent."""

    user_id: int
    name: str
    team: int

    @property
    def email(self) -> str:
        """Return the work address."""
        home = _HOMES.get(self.team, "fernhill.example.com")
        return f"{self.name.lower().replace(' ', '.')}@{home}"


class Desk:
    """All teams: who is there, how fast they pick up, and how well they resolve."""

    def __init__(
        self, seed: int, clock: ShopTime, differ: AgentsDiffer | None, relief: HireRelief | None
    ) -> None:
        self._clock = clock
        self.agents = _agents(relief)
        self.team_of = np.array([agent.team for agent in self.agents])
        draw = stream(seed, "agents", 0)
        self._pace = np.exp(draw.normal(0, 0.10, len(self.agents)))
        points = differ.points if differ else {}
        # What each agent adds to the first-contact resolution of the team.
        self.skill = np.array([points.get(agent.name, 0.0) / 100 for agent in self.agents])
        self.members = [np.flatnonzero(self.team_of == team) for team in range(TRIAL + 1)]
        self.hired_at = self._starts(relief.hire) if relief else 0
        most = max(len(members) for members in self.members)
        self._roster = np.array([np.resize(members, most) for members in self.members])

    def _starts(self, day: date) -> int:
        return int(self._clock.midnight((day - self._clock.first).days))

    def pick(self, draw: np.random.Generator, team: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return one agent per ticket out of its team."""
        sizes = np.array([len(members) for members in self.members])[team]
        # The new colleague is the last of the team.
        sizes = sizes - ((team == INHOUSE) & (at < self.hired_at))
        return self._roster[team, (draw.random(len(team)) * sizes).astype(int)]

    def answer_at(
        self,
        draw: np.random.Generator,
        since: np.ndarray,
        agent: np.ndarray,
        delay_ratio: np.ndarray,
    ) -> np.ndarray:
        """Return when each agent answers what came in at ``since``."""
        team = self.team_of[agent]
        hours = _MEDIAN_HOURS[team] * np.exp(draw.normal(0, 1, len(since)) * _SPREAD)
        work = np.maximum(hours * delay_ratio * self._pace[agent] * HOUR, 120).astype(int)
        ready = self._opening(since, team) + work
        morning = (draw.integers(120, 2 * HOUR, len(since)) * np.minimum(delay_ratio, 1)).astype(
            int
        )
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


def opening_hours(team: int, weekday: int) -> tuple[int, int]:
    """Return the seconds of the day at which a team opens and closes, Monday = 0."""
    opens, closes = (_OPENS, _CLOSES) if weekday < 5 else (_WEEKEND_OPENS, _WEEKEND_CLOSES)
    return int(opens[team]), int(closes[team])


def _agents(relief: HireRelief | None) -> tuple[Agent, ...]:
    words = people()
    names = [(name, INHOUSE) for name in words.agents_inhouse]
    names += [(name, VENDOR) for name in words.agents_vendor]
    names += [(name, FOUNDER) for name in words.agents_founder]
    names += [(name, PRODUCT) for name in words.agents_product]
    names += [(name, MARKETING) for name in words.agents_marketing]
    names += [(name, TRIAL) for name in words.agents_trial]
    if relief:
        names.append((relief.agent, INHOUSE))
    return tuple(Agent(_FIRST_AGENT_ID + n, name, team) for n, (name, team) in enumerate(names))
