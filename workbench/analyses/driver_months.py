"""How has each driver's share of contacts moved, month by month?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from workbench.analyses.comparisons import share_change
from workbench.analyses.driver_contacts import (
    LISTED,
    DriverContacts,
    DriverResult,
    driver_contacts,
    shares,
)
from workbench.analyses.trends import HISTORY_MONTHS, history
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, points, points_spread, shown
from workbench.drivers.labelled import LabelledTickets
from workbench.workspace import Workspace

MOST = 12
_COLUMNS = [*LISTED, "born", "month", "n", "n_month", "share", "low", "high", "is_partial"]


@dataclass(frozen=True, kw_only=True)
class DriverMonths(DriverResult):
    """``frame``: one row per driver and month, the driver with most contacts over all months
    first, ``unclear`` last: ``born``, ``month`` (first day), ``n`` of the ``n_month`` contacts of
    the month, ``share`` with ``low``, ``high`` (Wilson; blank in a month without contacts) and
    ``is_partial`` where the data cover the month in part. ``n`` of the result is of all months
    shown; ``hidden`` drivers are smaller and not in the frame."""

    shown: Period
    hidden: int = 0

    @property
    def partial_months(self) -> list[pd.Timestamp]:
        """Months that the data cover in part."""
        is_partial = self.frame["is_partial"].astype(bool)
        return list(self.frame.loc[is_partial, "month"].drop_duplicates())

    def finding(self) -> str:
        """The driver whose share moved most between the first and the last whole month."""
        if self.why_not:
            return f"Drivers over time cannot be shown: {self.why_not}."
        whole = self.named[~self.named["is_partial"].astype(bool) & (self.named["n_month"] > 0)]
        months = whole["month"].drop_duplicates().sort_values()
        if len(months) < 2:
            return f"There are fewer than two whole months of drivers (n {self.n:,} contacts)."
        first, last = months.iloc[0], months.iloc[-1]
        ends = whole[whole["month"] == first].merge(
            whole[whole["month"] == last], on="driver_id", suffixes=("_first", "")
        )
        counts = ends[["n_first", "n_month_first", "n", "n_month"]].to_numpy(dtype="int64")
        moved = [
            (name, share_change(*map(int, row), comparisons=len(ends) + self.hidden))
            for name, row in zip(ends["driver"], counts, strict=True)
        ]
        span = f"between {first:%B %Y} and {last:%B %Y}"
        clear = [(name, change) for name, change in moved if change.is_clear]
        if not clear:
            return f"No driver's share clearly moved {span} ({counted(len(ends), 'driver')})."
        name, change = max(clear, key=lambda pair: abs(pair[1].change))
        return (
            f"“{name}” went from {shown(change.before, 'share')} of {change.n_before:,} to "
            f"{shown(change.after, 'share')} of {change.n_after:,} contacts {span} "
            f"({points(change.change)}, {points_spread(change.low, change.high)})."
        )


def driver_months(
    workspace: Workspace, period: Period, *, labelled: LabelledTickets | None = None,
    months: int = HISTORY_MONTHS, most: int = MOST,
) -> DriverMonths:  # fmt: skip
    """What share of each month's contacts had each driver, up to ``months`` back?

    At most ``most`` drivers, the largest; newborn ones are among them only if they are large.
    """
    span = history(workspace, period, months=months)
    nothing = DriverMonths(frame=pd.DataFrame(columns=_COLUMNS), period=period, shown=span)
    contacts = driver_contacts(workspace, labelled, span)
    if isinstance(contacts, str):
        return replace(nothing, why_not=contacts)
    sizes = contacts.sizes(span)
    rows = contacts.listed(n=contacts.counts(span))
    rows = rows[rows["n"] > 0]
    clear, rest = rows[rows["state"] != "unclear"], rows[rows["state"] == "unclear"]
    kept = pd.concat([clear.head(most), rest])
    ends = workspace.first_at("tickets"), workspace.as_of("tickets")
    parts = [_month(contacts, month, kept, ends) for month in span.months]
    frame = pd.concat(parts, ignore_index=True)
    place = {name: i for i, name in enumerate(kept["driver_id"])}
    frame = frame.sort_values("driver_id", key=lambda d: d.map(place), kind="stable")
    return DriverMonths(
        frame=frame[_COLUMNS].reset_index(drop=True), period=period, shown=span,
        hidden=max(len(clear) - most, 0), caveats=list(contacts.labelled.caveats), **sizes,
    )  # fmt: skip


def _month(
    contacts: DriverContacts, month: Period, kept: pd.DataFrame,
    ends: tuple[datetime | None, datetime | None],
) -> pd.DataFrame:  # fmt: skip
    counts = contacts.counts(month)
    total = int(counts.sum())
    n = counts[kept["driver_id"]].to_numpy()
    first, as_of = ends
    begins_late = first is not None and (first - month.start).days >= 1
    ends_early = as_of is not None and (month.end - as_of).days > 1
    return kept.assign(
        month=month.start.replace(tzinfo=None), n=n, n_month=total,
        is_partial=begins_late or ends_early,
    ).join(shares(pd.Series(n, kept.index), total))  # fmt: skip
