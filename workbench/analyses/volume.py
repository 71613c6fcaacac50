"""Does the work keep up with what comes in?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from workbench.definitions.periods import Period
from workbench.definitions.wording import counted
from workbench.metrics.answers import observations
from workbench.metrics.backlog import BACKLOG
from workbench.metrics.volume import TICKETS_CREATED
from workbench.workspace import Workspace

# A pause at an end of the period calls for a word from this many days on, and from this many times
# the usual pause between tickets: by chance not one month in a hundred has one.
QUIET_DAYS, QUIET_TIMES = 3, 7
SURGE_NEEDS_WEEKS = 8  # fewer weeks do not show what is typical
SURGE = 1.5  # times the median week, the threshold at which a week counts as a surge


@dataclass(frozen=True)
class VolumeTrend:
    """``frame``: one row per week (Monday, UTC): ``week``, ``created`` (inbound), ``outbound``
    (started by an agent), ``reopened``, ``solved`` (each time), ``backlog`` at the end of the week
    = the week before + created + outbound + reopened - solved, and ``is_partial`` where the
    months shown or the data cut the week. ``tickets``: one row per ticket that came in during the
    period; ``before`` is how many came in during the same number of months before it, blank where
    the export does not cover them."""

    frame: pd.DataFrame
    created: int
    before: int | None
    opening: int
    closing: int
    surge_weeks: tuple[pd.Timestamp, ...]
    is_covered: bool
    gap: str
    tickets: pd.DataFrame
    caveats: list[str] = field(default_factory=list)

    def finding(self) -> str:
        """What happened to volume and backlog, in one sentence."""
        came = f"{counted(self.created, 'ticket')} came in"
        if self.before is not None:
            came += f" ({self.before:,} in the period before)"
        if not self.is_covered:
            return (
                f"{came}, but the export covers only part of the period{self.gap}: counts are low."
            )
        moved = self.closing - self.opening
        direction = f"{'grew' if moved > 0 else 'shrank'} by {abs(moved):,}, to"
        return (
            f"{came}; the backlog {direction if moved else 'stayed at'} "
            f"{counted(self.closing, 'open ticket')} at the end of the period."
        )


def volume_trend(workspace: Workspace, period: Period, *, shown: Period) -> VolumeTrend:
    """Does the work keep up with what comes in?

    Facts describe ``period``; the frame has every week of ``shown``.
    """
    as_of = workspace.as_of("tickets")
    created = observations(workspace, TICKETS_CREATED)
    created = created[~created["is_excluded"]]
    changes = observations(workspace, BACKLOG)
    frame = _shown_weeks(_weeks(created, changes), shown, workspace.first_at("tickets"), as_of)
    closing = int(changes.loc[changes["at"] < period.end, "value"].sum())
    caveats = []
    if not workspace.has("events"):
        caveats.append(
            "Without status history a reopened ticket counts as open until its last solve, so "
            "past backlog is overstated."
        )
        if closing == 0:
            caveats.append(
                "The export shows no open ticket at all; if it lists only closed ones, the backlog "
                "says nothing."
            )
    gap = _gap(created["at"], period, as_of)
    if gap:
        caveats.append(f"The export has no ticket of this period {gap}: counts cover part of it.")
    in_period = _within(created, period).sort_values(["at", "source", "ref"], ignore_index=True)
    earlier = period.before
    is_known = not _gap(created["at"], earlier, as_of)
    return VolumeTrend(
        frame=frame,
        created=len(in_period),
        before=len(_within(created, earlier)) if is_known else None,
        opening=int(changes.loc[changes["at"] < period.start, "value"].sum()),
        closing=closing,
        surge_weeks=_surges(frame),
        is_covered=not gap,
        gap=f" (no ticket {gap})" if gap else "",
        tickets=in_period.drop(columns=["is_excluded", "is_immature", "hit", "value"]),
        caveats=caveats,
    )


def _within(created: pd.DataFrame, period: Period) -> pd.DataFrame:
    return created[(created["at"] >= period.start) & (created["at"] < period.end)]


def _weeks(created: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Every week from the first change to the last, with what came, went and stayed."""
    turned, opened = changes["hit"], changes["value"] > 0
    weeks = pd.DataFrame(
        {
            "created": _weekly(created["at"]),
            "outbound": _weekly(changes.loc[opened & ~turned, "at"]),
            "reopened": _weekly(changes.loc[opened & turned, "at"]),
            "solved": _weekly(changes.loc[~opened, "at"]),
        }
    ).sort_index()
    if len(weeks):
        weeks = weeks.reindex(pd.date_range(weeks.index.min(), weeks.index.max(), freq="7D"))
    weeks = weeks.fillna(0).astype("int64")
    weeks["outbound"] -= weeks["created"]  # all tickets that began, less those that came in
    net = weeks["created"] + weeks["outbound"] + weeks["reopened"] - weeks["solved"]
    return weeks.assign(backlog=net.cumsum()).rename_axis("week").reset_index()


def _shown_weeks(
    weeks: pd.DataFrame, shown: Period, begins: datetime | None, as_of: datetime | None
) -> pd.DataFrame:
    """The weeks of ``shown``; one the data cover only in part is marked like one ``shown`` cuts."""
    start, end = _naive(shown.start), _naive(shown.end)
    # The last record of a day is not its end: only a day or more missing cuts a week.
    first = _naive(begins).normalize() if begins else start
    last = _naive(as_of).ceil("D") if as_of else end
    ends = weeks["week"] + pd.Timedelta(days=7)
    is_cut = (weeks["week"] < max(start, first)) | (ends > min(end, last))
    in_sight = (ends > start) & (weeks["week"] < end)
    return weeks.assign(is_partial=is_cut)[in_sight].reset_index(drop=True)


def _surges(frame: pd.DataFrame) -> tuple[pd.Timestamp, ...]:
    whole = frame.loc[~frame["is_partial"], "created"]
    if len(whole) < SURGE_NEEDS_WEEKS:
        return ()
    return tuple(frame.loc[frame["created"] > SURGE * whole.median(), "week"])


def _gap(created: pd.Series, period: Period, as_of: datetime | None) -> str:
    """A period the export covers only in part looks like a quiet one; which part is missing?"""
    inside = created[(created >= period.start) & (created < period.end)]
    if inside.empty:
        return "at all"
    end = min(period.end, as_of) if as_of else period.end
    pauses = created.sort_values().diff().dropna()
    usual = pauses.median() if len(pauses) else pd.Timedelta(0)
    quiet = max(pd.Timedelta(days=QUIET_DAYS), QUIET_TIMES * usual)
    gaps = []
    if inside.min() - period.start >= quiet:
        gaps.append(f"before {inside.min():%-d %B %Y}")
    if end - inside.max() >= quiet:
        gaps.append(f"after {inside.max():%-d %B %Y}")
    return " or ".join(gaps)


def _monday(moments: pd.Series) -> pd.Series:
    days = moments.dt.tz_localize(None).dt.normalize()
    return days - days.dt.dayofweek * pd.Timedelta(days=1)


def _weekly(moments: pd.Series) -> pd.Series:
    return moments.groupby(_monday(moments)).size()


def _naive(moment: object) -> pd.Timestamp:
    return pd.Timestamp(moment).tz_localize(None)  # type: ignore[arg-type]
