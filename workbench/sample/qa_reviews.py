"""Who reviews the quality of which ticket, and what points they give."""

from __future__ import annotations

import csv
from typing import Any, NamedTuple, TextIO

import numpy as np
import pandas as pd

from workbench.sample.agents import INHOUSE, VENDOR, Agent, Desk
from workbench.sample.contacts import NORMAL
from workbench.sample.outcomes import MORE_REPLIES, REOPENED, REPEATED
from workbench.sample.shop_time import DAY, utc_text
from workbench.sample.shop_truths import QaGap

HEADER: tuple[str, ...] = (
    *("review_id", "category", "session_id", "ticket_id", "reviewee_id", "reviewer_id"),
    *("reviewer_org", "at", "scorecard", "score", "max_score", "weight", "is_critical"),
    *("is_not_applicable", "is_calibration", "is_simulated"),
)
INTERNAL, VENDORS_OWN = "internal", "Brightline"

_MOST = 10  # points of a category
_SCORECARD = "support quality 2"
_REVIEWERS = {INTERNAL: ("qa-1", "qa-2"), VENDORS_OWN: ("bl-qa-1", "bl-qa-2", "bl-qa-3")}
_USUAL, _TICKET_SD, _REVIEWER_SD = 72.0, 5.0, 5.0  # points of 100
_LESS_FOR = {MORE_REPLIES: 5.0, REOPENED: 13.0, REPEATED: 12.0}
_THEIR_OWN, _CALIBRATED, _SIMULATED_SHARE = 2, 2, 0.4  # a week


class Category(NamedTuple):
    """One line of the scorecard."""

    name: str
    weight: float
    is_critical: bool
    inapplicable_share: float


CATEGORIES = (
    Category("accuracy", 0.30, True, 0.0),
    Category("resolution", 0.25, False, 0.0),
    Category("policy", 0.20, True, 0.15),
    Category("tone", 0.15, False, 0.0),
    Category("writing", 0.10, False, 0.0),
)


class QaReviews:
    """Chooses tickets week by week and writes their reviews to an open file."""

    def __init__(self, file: TextIO, desk: Desk, gap: QaGap | None, as_of: int) -> None:
        self._rows = csv.writer(file, lineterminator="\n")
        self._rows.writerow(HEADER)
        self._desk, self._as_of = desk, as_of
        self._kinder = {INTERNAL: 0.0, VENDORS_OWN: gap.points if gap else 0.0}
        self._written = self._sessions = self._tests = 0

    def after_tickets(self, draw: np.random.Generator, tickets: pd.DataFrame, now: int) -> None:
        """Review some of a week's tickets, and sometimes a simulated one."""
        usual = tickets[(tickets["kind"] == NORMAL) & (tickets["settled_at"] < self._as_of)]
        self._sessions += 1
        house = _some(draw, usual[usual["team"] == INHOUSE], 2)
        theirs = _some(draw, usual[usual["team"] == VENDOR], 1 + _THEIR_OWN + _CALIBRATED)
        for n, row in enumerate((*house, *theirs)):
            at = int(row.settled_at) + int(draw.uniform(1, 9) * DAY)
            if at > self._as_of:
                continue
            orgs: tuple[str, ...] = (INTERNAL,) if n <= len(house) else (VENDORS_OWN,)
            if n >= len(house) + 1 + _THEIR_OWN:
                orgs = (INTERNAL, VENDORS_OWN)
            points = _USUAL - _LESS_FOR.get(row.outcome, 0) + draw.normal(0, _TICKET_SD)
            self._review(draw, str(row.ticket_id), self._desk.agents[row.agent], at, points, orgs)
        if draw.random() < _SIMULATED_SHARE:
            self._simulate(draw, min(now, self._as_of))

    def _simulate(self, draw: np.random.Generator, at: int) -> None:
        """Review how an agent handled an invented customer."""
        self._tests += 1
        team = (INHOUSE, VENDOR)[int(draw.integers(2))]
        agent = self._desk.agents[int(draw.choice(self._desk.members[team]))]
        points = _USUAL - 4 + draw.normal(0, _TICKET_SD)
        ticket = f"reverse-test-{self._tests:04d}"
        self._review(draw, ticket, agent, at, points, (INTERNAL,), simulated=True)

    def _review(
        self,
        draw: np.random.Generator,
        ticket: str,
        agent: Agent,
        at: int,
        points: float,
        orgs: tuple[str, ...],
        *,
        simulated: bool = False,
    ) -> None:
        """Write the reviews of one ticket, one per organisation."""
        session = f"calibration-{self._sessions:04d}" if len(orgs) > 1 else ""
        skipped = [draw.random() < category.inapplicable_share for category in CATEGORIES]
        for org in orgs:
            self._written += 1
            reviewer = _REVIEWERS[org][int(draw.integers(len(_REVIEWERS[org])))]
            about: tuple[Any, ...] = (session, ticket, agent.user_id, reviewer, org, utc_text(at))
            flags = (_flag(bool(session)), _flag(simulated))
            for category, skip in zip(CATEGORIES, skipped, strict=True):
                noisy = points + self._kinder[org] + draw.normal(0, _REVIEWER_SD)
                # Rounded up or down by chance, so that the mean stays what it is.
                score = int(np.clip(np.floor(noisy / 100 * _MOST + draw.random()), 0, _MOST))
                self._rows.writerow(
                    (f"qa{self._written:06d}", category.name, *about, _SCORECARD)
                    + ("" if skip else score, _MOST, category.weight)
                    + (_flag(category.is_critical), _flag(skip), *flags)
                )
            at += 3600


def _some(draw: np.random.Generator, tickets: pd.DataFrame, n: int) -> list[Any]:
    chosen = np.sort(draw.permutation(len(tickets))[:n])
    return list(tickets.iloc[chosen].itertuples(index=False))


def _flag(value: bool) -> str:
    return "true" if value else "false"
