"""Did more come in this week than in a usual one, and does the work keep up?"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd
from scipy import stats

from workbench.analyses.volume import volume_trend
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted
from workbench.metrics.answers import answer
from workbench.metrics.judging import gap_in
from workbench.metrics.volume import TICKETS_CREATED
from workbench.workspace import Workspace

FEWEST = 4  # whole weeks before, without which nothing is usual
MORE, FEWER, USUAL = "more than usual", "fewer than usual", "as usual"


@dataclass(frozen=True)
class WeekVolume:
    """``frame``: one row per week (Monday, UTC) up to the reported one: ``created``, ``outbound``,
    ``reopened``, ``solved``, ``backlog`` at its end, ``is_partial``, as in `volume.VolumeTrend`.

    ``usual`` is the mean of the ``weeks`` whole weeks before, and a week like those lies between
    ``low`` and ``high`` in 95 of 100 cases (prediction interval of a normal mean, never narrower
    than that of a Poisson count); blank where fewer than four whole weeks are known. ``verdict``
    says where the week lies. ``tickets``: one row per ticket that came in."""

    frame: pd.DataFrame
    week: Period
    created: int
    weeks: int
    usual: float | None
    low: float | None
    high: float | None
    verdict: str
    opening: int
    closing: int
    is_covered: bool
    gap: str
    tickets: pd.DataFrame
    caveats: list[str] = field(default_factory=list)

    def finding(self) -> str:
        """How many came in, whether that is unusual, and what became of the backlog."""
        came = f"{counted(self.created, 'ticket')} came in"
        if not self.is_covered:
            return f"{came}, but the export covers only part of the week{self.gap}: counts are low."
        moved = self.closing - self.opening
        open_now = (
            f"{counted(self.closing, 'ticket')} {'was' if self.closing == 1 else 'were'} open at "
            f"its end, {_more(moved)} at its start"
        )
        if self.usual is None or self.low is None or self.high is None:
            return f"{came}; fewer than {FEWEST} whole weeks before show what is usual; {open_now}."
        sure = f"{math.ceil(self.low):,}–{math.floor(self.high):,}"
        return (
            f"{came}, {self.verdict}: the {self.weeks} weeks before had {self.usual:,.0f} on "
            f"average, and 95 % of weeks like them have {sure}; {open_now}."
        )


def _more(moved: int) -> str:
    return "as many as" if not moved else f"{abs(moved):,} {'more' if moved > 0 else 'fewer'} than"


def week_volume(
    workspace: Workspace, week: Period, *, weeks: int = 8, history: int = 26
) -> WeekVolume:
    """Did more come in than in the ``weeks`` before, and does the work keep up?

    The frame goes back ``history`` weeks, or as far as the data.
    """
    trend = volume_trend(workspace, week, shown=week.last(max(history, weeks + 1)))
    earlier = trend.frame[trend.frame["week"] < pd.Timestamp(week.start).tz_localize(None)]
    whole = earlier.loc[~earlier["is_partial"], "created"].tail(weeks)
    usual, low, high = _usual(whole)
    missing = gap_in(answer(workspace, TICKETS_CREATED, week))
    is_covered = trend.is_covered and not missing
    verdict = ""
    if is_covered and low is not None and high is not None:
        verdict = MORE if trend.created > high else FEWER if trend.created < low else USUAL
    caveats = list(trend.caveats)
    if missing:
        caveats.append(f"{week.title} is only partly covered: {missing}.")
    if low is None:
        caveats.append(
            f"Only {counted(len(whole), 'whole week')} before: what is usual needs {FEWEST}."
        )
    return WeekVolume(
        frame=trend.frame, week=week, created=trend.created, weeks=len(whole), usual=usual,
        low=low, high=high, verdict=verdict, opening=trend.opening, closing=trend.closing,
        is_covered=is_covered, gap=f" ({missing})" if missing else trend.gap,
        tickets=trend.tickets, caveats=caveats,
    )  # fmt: skip


def _usual(counts: pd.Series) -> tuple[float | None, float | None, float | None]:
    """The mean of some weeks, and where one more week like them lies in 95 of 100 cases."""
    n = len(counts)
    if n < FEWEST:
        return None, None, None
    mean = float(counts.mean())
    # A few weeks may by chance lie closer together than counts can.
    scatter = max(float(counts.std(ddof=1)), math.sqrt(max(mean, 1.0)))
    reach = float(stats.t.ppf(0.975, n - 1)) * scatter * math.sqrt(1 + 1 / n)
    return mean, max(mean - reach, 0.0), mean + reach
