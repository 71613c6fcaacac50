"""What people keep beside the help desk: quality reviews, costs, calendar, onboarding, settings."""

from __future__ import annotations

from datetime import date

import pandas as pd

from workbench.sample.agents import Desk
from workbench.sample.costs import Costs
from workbench.sample.draws import stream
from workbench.sample.happenings import write_calendar
from workbench.sample.onboarding import write_onboarding
from workbench.sample.qa_reviews import QaReviews
from workbench.sample.settings import write_settings
from workbench.sample.staging import Staging
from workbench.sample.team_truths import Trial
from workbench.sample.truths import Truths


class BackOffice:
    """Follows the tickets week by week and writes its files."""

    def __init__(
        self,
        staging: Staging,
        *,
        seed: int,
        start: date,
        end: date,
        desk: Desk,
        truths: Truths,
        trial: Trial,
        as_of: int,
        tickets_per_week: int,
    ) -> None:
        self._seed, self._desk, self._truths = seed, desk, truths
        months = 12 * (end.year - start.year) + end.month - start.month
        reviews = staging.open("operations/qa_ratings.csv.gz")
        self._reviews = QaReviews(reviews, desk, truths.shop.qa_gap, as_of)
        self._costs = Costs(
            staging.open("operations/costs.csv"),
            seed=seed,
            start=start,
            months=months,
            as_of=as_of,
            tickets_per_week=tickets_per_week,
            ramp=truths.shop.cost_ramp,
        )
        calendar = staging.open("operations/calendar_events.csv")
        write_calendar(calendar, seed, start, months, truths, trial)
        hire = truths.hire_relief
        write_onboarding(
            staging.open("operations/onboarding.csv"),
            seed,
            desk,
            start,
            trial.start,
            (hire.agent, hire.hire) if hire else None,
        )
        write_settings(staging, start, end)

    def open_month(self, month: int) -> None:
        """Take up the random numbers of a month."""
        self._draw = stream(self._seed, "qa reviews", month)

    def after_tickets(self, tickets: pd.DataFrame, week_ends: int) -> None:
        """Review and count a week's tickets."""
        if tickets.empty:
            return
        self._reviews.after_tickets(self._draw, tickets, week_ends)
        self._costs.after_tickets(tickets)

    def finish(self) -> None:
        """Write what needs the whole span."""
        hire = self._truths.hire_relief
        self._costs.write(self._desk, hire.hire if hire else None)
