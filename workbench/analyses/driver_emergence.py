"""Which drivers are new, how fast do they grow, and what stood in the calendar before?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from workbench.analyses.driver_calendar import (
    CALENDAR,
    NEAR_DAYS,
    NO_CALENDAR,
    calendar,
    coincidence,
    near,
)
from workbench.analyses.driver_contacts import (
    LISTED,
    DriverContacts,
    DriverResult,
    coverage,
    driver_contacts,
    is_named,
    shares,
)
from workbench.analyses.driver_weeks import weekly_counts
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, shown, spread
from workbench.drivers.labelled import LabelledTickets
from workbench.workspace import Workspace

SINCE_MONTHS = 3  # a driver born so long before the period's end is still new
EXAMPLES = 3
_COLUMNS = [*LISTED, "born", "n_since", "n", "share", "low", "high", "examples", "coincides_with"]
_WEEKLY = ["driver_id", "driver", "week", "n"]


@dataclass(frozen=True, kw_only=True)
class DriverEmergence(DriverResult):
    """``frame``: one row per new driver, most contacts first: ``born`` (the day of its first
    contact), ``n_since`` then, ``n`` and ``share`` of the period's contacts with ``low`` and
    ``high`` (Wilson), ``examples`` (subject lines with source and ticket) and ``coincides_with``:
    what the calendar has from 14 days before the birth to that day.

    ``weekly``: one row per new driver and whole week since its birth: ``week`` (Monday), ``n``.
    """

    since: Period
    weekly: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_WEEKLY))

    def finding(self) -> str:
        """The largest new driver, and what its birth coincides with."""
        if self.why_not:
            return f"Whether there are new drivers cannot be told: {self.why_not}."
        new = self.named
        if new.empty:
            return f"No new driver since {self.since.start:%B %Y} (n {self.n:,} contacts)."
        row = new.iloc[0]
        text = (
            f"New since {row['born']:%-d %B %Y}: “{row['driver']}”, {shown(row['share'], 'share')} "
            f"({spread(row['low'], row['high'], 'share')}) of {self.n:,} contacts"
        )
        if row["coincides_with"]:
            text += f"; its beginning coincides with {row['coincides_with']}"
        more = f" {counted(len(new) - 1, 'more new driver')}." if len(new) > 1 else ""
        return f"{text}.{more}"


def driver_emergence(
    workspace: Workspace, period: Period, *, labelled: LabelledTickets | None = None,
    months: int = SINCE_MONTHS,
) -> DriverEmergence:  # fmt: skip
    """Which drivers were born in the ``months`` up to the period's end (at least in the period)?"""
    since = Period(min(period.of_months().last(months).start, period.start), period.end)
    nothing = DriverEmergence(frame=pd.DataFrame(columns=_COLUMNS), period=period, since=since)
    contacts = driver_contacts(workspace, labelled, period)
    if isinstance(contacts, str):
        return replace(nothing, why_not=contacts)
    sizes = contacts.sizes(period)
    if contacts.labelled.basis != "catalogue":
        return replace(nothing, why_not="needs drivers that keep their identity (a catalogue)",
                       **sizes)  # fmt: skip
    events = calendar(workspace)
    frame = _born(workspace, contacts, period, since, events)
    caveats = [*contacts.labelled.caveats, *coverage(workspace, period)]
    if not workspace.has(CALENDAR):
        caveats.append(NO_CALENDAR)
    elif len(frame):
        caveats.append(
            f"Coincides means: in the calendar at most {NEAR_DAYS} days before; it is no cause."
        )
    weekly = _weekly(workspace, contacts, frame, period)
    return DriverEmergence(
        frame=frame, period=period, since=since, weekly=weekly, caveats=caveats, **sizes
    )


def _born(
    workspace: Workspace, contacts: DriverContacts, period: Period, since: Period,
    events: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    first, end = since.start.date(), since.end.date()
    beyond = Period(contacts.frame["at"].min().to_pydatetime(), period.end)
    rows = contacts.listed(n=contacts.counts(period), n_since=contacts.counts(beyond))
    rows = is_named(rows)
    is_new = [pd.notna(born) and first <= born < end for born in rows["born"]]
    rows = rows[np.array(is_new, dtype=bool)].reset_index(drop=True)
    days = [pd.Timestamp(born) for born in rows["born"]]
    frame = rows.assign(
        born=pd.Series(days, dtype="datetime64[us]"),
        examples=_examples(workspace, contacts, list(rows["driver_id"])),
        coincides_with=[coincidence(near(events, day, day)) for day in days],
    )
    return frame.join(shares(rows["n"], contacts.sizes(period)["n"]))[_COLUMNS]


def _examples(workspace: Workspace, contacts: DriverContacts, ids: list[str]) -> list[str]:
    """For each driver the subject lines of the tickets nearest its centre, with their reference."""
    drivers = contacts.labelled.drivers
    wanted = {name: drivers[name].examples[:EXAMPLES] for name in ids}
    tickets = [ticket for _, ticket in {pair for pairs in wanted.values() for pair in pairs}]
    if not tickets:
        return ["" for _ in ids]
    t = workspace.table("tickets")
    found = t.filter(t.ticket_id.isin(tickets)).select("source", "ticket_id", "subject").to_pandas()
    subjects = found.set_index(["source", "ticket_id"])["subject"].to_dict()
    return [
        "; ".join(
            f"{subject if isinstance(subject, str) else 'no subject'} ({source} {ticket})"
            for source, ticket in wanted[name]
            for subject in [subjects.get((source, ticket))]
        )
        for name in ids
    ]


def _weekly(
    workspace: Workspace, contacts: DriverContacts, frame: pd.DataFrame, period: Period
) -> pd.DataFrame:
    counts = weekly_counts(workspace, contacts)
    counts = counts[counts.index < pd.Timestamp(period.end.replace(tzinfo=None))]
    sundays = pd.DatetimeIndex(counts.index) + pd.Timedelta(days=6)
    parts = []
    for name, driver, born in zip(frame["driver_id"], frame["driver"], frame["born"], strict=True):
        since = counts.loc[sundays >= born, name]
        weeks = since.rename("n").rename_axis("week").reset_index()
        parts.append(weeks.assign(driver_id=name, driver=driver)[_WEEKLY])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_WEEKLY)
