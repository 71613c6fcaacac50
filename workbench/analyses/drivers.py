"""Why do customers contact us, and what changed?"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses.comparisons import ShareChange, share_change
from workbench.definitions.periods import Period
from workbench.definitions.wording import points, points_spread, shown
from workbench.drivers.driver import UNCLEAR
from workbench.drivers.labelled import LabelledTickets, labelled_tickets
from workbench.errors import UsageError
from workbench.metrics import intervals
from workbench.metrics.facts.tickets import ticket_facts
from workbench.workspace import Workspace

MOST = 10  # drivers a page shows; the rest is one row
REST = "other drivers"
NOT_A_REASON = ("not recorded", "other", REST, UNCLEAR)  # what is left over is no driver
_SOURCES = {
    "catalogue": "what customers wrote, as the driver catalogue knows it",
    "text": "what customers wrote",
    "recorded": "the reason the export recorded",
}


@dataclass(frozen=True)
class ContactDrivers:
    """``frame``: one row per driver, largest first, what is left over last: ``driver``, ``n``,
    ``share`` of the period's contacts with ``low`` and ``high``, ``n_before`` and ``share_before``
    (the months before), ``change`` with ``change_low`` and ``change_high`` (95 % for all drivers
    together), ``example`` (a subject line).

    ``tickets``: the period's tickets with their driver. ``basis``: ``catalogue``, ``text`` or
    ``recorded``. ``proposed``: drivers born lately that nobody looked at yet, by name.
    """

    frame: pd.DataFrame
    tickets: pd.DataFrame
    basis: str
    before: str
    why_not: str = ""
    proposed: tuple[str, ...] = ()
    caveats: list[str] = field(default_factory=list)

    @property
    def n(self) -> int:
        """How many contacts the period has."""
        return len(self.tickets)

    @property
    def source(self) -> str:
        """What the drivers rest on, in words."""
        return _SOURCES.get(self.basis, "")

    def finding(self) -> str:
        """The driver that grew most beyond chance, or the largest one."""
        if self.why_not:
            return f"Contact drivers cannot be shown: {self.why_not}."
        named = self.frame[~self.frame["driver"].isin(NOT_A_REASON)]
        grown = named[named["change_low"] > 0].sort_values("change", ascending=False)
        if len(grown):
            row = grown.iloc[0]
            return (
                f"Contacts about “{row['driver']}” rose from {shown(row['share_before'], 'share')} "
                f"({self.before}) to {shown(row['share'], 'share')} of {self.n:,} "
                f"contacts ({points(row['change'])}, "
                f"{points_spread(row['change_low'], row['change_high'])})."
            )
        row = (named if len(named) else self.frame).iloc[0]
        largest = (
            f"The largest driver is “{row['driver']}” with {shown(row['share'], 'share')} of "
            f"{self.n:,} contacts"
        )
        if not self.before:
            return f"{largest}; there are no earlier months to compare with."
        return f"{largest}; none grew clearly against {self.before}."


def contact_drivers(
    workspace: Workspace, period: Period, *, most: int = MOST, n_drivers: int = 30, seed: int = 0
) -> ContactDrivers:
    """Why do customers contact us, and what changed against the three months before?

    By the drivers of the workspace's catalogue; without one, contacts are grouped for this answer
    alone into ``n_drivers``. The ``most`` largest are shown.
    """
    try:
        labelled = labelled_tickets(workspace, n_drivers=n_drivers, seed=seed)
    except UsageError as fault:
        return _nothing(fault.what.removesuffix("."))
    before = Period(period.of_months().shifted(-3).start, period.start)
    tickets = _tickets(workspace, labelled, Period(before.start, period.end))
    is_now = tickets["created_at"] >= period.start
    if not is_now.any():
        return _nothing("no contacts in the period")
    now = tickets[is_now]
    ignored = [one.name for one in labelled.drivers.values() if one.state == "ignored"]
    earlier = tickets.loc[~is_now, "created_at"]
    ends = [earlier.min(), earlier.max()] if len(earlier) else []
    span = "–".join(dict.fromkeys(f"{moment:%b %Y}" for moment in ends))
    frame = _compared(now, tickets[~is_now], _examples(tickets, labelled), most, ignored)
    proposed = [one.name for one in labelled.drivers.values() if one.state == "proposed"]
    caveats = [*labelled.caveats]
    if labelled.basis != "recorded":
        caveats.append("Drivers are groups of texts: a ticket near two of them may be in either.")
    if ignored:
        hidden = int(now["driver"].isin(ignored).sum())
        caveats.append(f"{hidden:,} contacts have an ignored driver: counted in n, not shown.")
    return ContactDrivers(
        frame, now, labelled.basis, span, proposed=tuple(proposed), caveats=caveats
    )


def label_drivers(workspace: Workspace) -> str:
    """Say which ticket has which driver, so that `metrics.cube` can filter and split by it.

    Returns what the drivers rest on, in words. Raises `UsageError` where there is nothing to group
    by, or so much text that grouping it would take longer than anyone waits.
    """
    labelled = labelled_tickets(workspace)
    n, clear = len(labelled.frame), int((labelled.frame["driver"] != UNCLEAR).sum())
    return f"{clear:,} of {n:,} contacts have a driver, from {_SOURCES[labelled.basis]}."


def _nothing(why: str) -> ContactDrivers:
    return ContactDrivers(pd.DataFrame(), pd.DataFrame(), "", "", why)


def _tickets(workspace: Workspace, labelled: LabelledTickets, span: Period) -> pd.DataFrame:
    facts = ticket_facts(workspace)
    facts = facts.filter(
        facts.is_counted, ~facts.agent_initiated,
        facts.created_at >= span.start, facts.created_at < span.end,
    )  # fmt: skip
    words = workspace.table("tickets").select("source", "ticket_id", "subject")
    joined = facts.select("source", "ticket_id", "created_at", "team", "reason_raw").inner_join(
        words, ["source", "ticket_id"]
    )
    tickets = joined.order_by("created_at", "source", "ticket_id").to_pandas()
    names = labelled.frame[["source", "ticket_id", "driver_id", "driver", "theme"]]
    found = tickets.merge(names, on=["source", "ticket_id"], how="left")
    return found.assign(driver=found["driver"].fillna(UNCLEAR))


def _examples(tickets: pd.DataFrame, labelled: LabelledTickets) -> dict[str, str]:
    """A subject line per driver: of the ticket nearest its centre, or of any."""
    lines = tickets.dropna(subset=["subject"])
    found = dict(lines.drop_duplicates("driver").set_index("driver")["subject"])
    by_key = lines.set_index(["source", "ticket_id"])["subject"]
    for one in labelled.drivers.values():
        near = [by_key[key] for key in one.examples if key in by_key.index]
        found |= {one.name: near[0]} if near else {}
    return found


def _compared(
    now: pd.DataFrame, before: pd.DataFrame, examples: dict[str, str], most: int,
    ignored: list[str],
) -> pd.DataFrame:  # fmt: skip
    n_now, n_before = len(now), len(before)
    names, were = (one.loc[~one["driver"].isin(ignored), "driver"] for one in (now, before))
    left_over = [name for name in NOT_A_REASON if name in set(names)]
    named = names[~names.isin(left_over)].value_counts()
    largest = sorted(named.index, key=lambda name: (-int(named[name]), str(name)))[:most]
    names, were = (one.where(one.isin([*largest, *left_over]), REST) for one in (names, were))
    drivers = [*largest, *([REST] if (names == REST).any() else []), *left_over]
    rows = []
    for driver in drivers:
        n, was = int((names == driver).sum()), int((were == driver).sum())
        low, high = intervals.share(n, n_now)
        change = None
        if n_before:
            change = share_change(was, n_before, n, n_now, comparisons=len(drivers))
        rows.append(
            {
                "driver": driver, "n": n, "share": n / n_now, "low": low, "high": high,
                "n_before": was, **_change(change),
                "example": "" if driver in NOT_A_REASON else examples.get(driver, ""),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _change(change: ShareChange | None) -> dict[str, float | None]:
    if change is None:
        return dict.fromkeys(("share_before", "change", "change_low", "change_high"))
    return {
        "share_before": change.before, "change": change.change,
        "change_low": change.low, "change_high": change.high,
    }  # fmt: skip
