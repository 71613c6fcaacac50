"""How did agents come on board: the phases each went through before working alone."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import NamedTuple, TextIO

from workbench.sample.agents import INHOUSE, TRIAL, VENDOR, Desk
from workbench.sample.draws import stream

HEADER: tuple[str, ...] = ("agent_id", "phase", "starts_at", "ends_at", "hours", "score", "bar")

_MOMENT = "{}T13:00:00Z"
_WEEKS_BEFORE = {INHOUSE: 90, VENDOR: 6}  # before the span begins


class Phase(NamedTuple):
    """One part of the plan for new agents."""

    name: str
    days: int
    hours: int
    bar: int


PHASES = (
    Phase("classroom", 7, 30, 80),
    Phase("shadowing", 7, 24, 80),
    Phase("supervised", 14, 16, 85),
    Phase("solo", 28, 6, 85),
)


def write_onboarding(
    file: TextIO,
    seed: int,
    desk: Desk,
    start: date,
    trial: date,
    hire: tuple[str, date] | None,
) -> None:
    """Write one row per agent and phase."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(HEADER)
    draw = stream(seed, "onboarding", 0)
    for agent in desk.agents:
        began = _began(agent.team, start, trial)
        if hire and agent.name == hire[0]:
            began = hire[1] - timedelta(weeks=2)  # on the desk from the third phase on
        if began is None:
            continue
        day = began + timedelta(days=int(draw.integers(0, 5)))
        for phase in PHASES:
            ends = day + timedelta(days=phase.days)
            hours = phase.hours * float(draw.uniform(0.85, 1.1))
            score = min(phase.bar + 6 + float(draw.normal(0, 5)), 100.0)
            when = (_MOMENT.format(day), _MOMENT.format(ends))
            cells = (f"{hours:.1f}", f"{score:.0f}", phase.bar)
            rows.writerow((agent.user_id, phase.name, *when, *cells))
            day = ends


def _began(team: int, start: date, trial: date) -> date | None:
    if team == TRIAL:
        return trial - timedelta(weeks=4)
    weeks = _WEEKS_BEFORE.get(team)
    return None if weeks is None else start - timedelta(weeks=weeks)
