"""Which contact has which driver, and when: what every question about drivers counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

import pandas as pd

from workbench.definitions.dimensions import DRIVER
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted
from workbench.drivers.labelled import UNCLEAR, LabelledTickets, labelled_tickets
from workbench.errors import UsageError
from workbench.metrics import intervals
from workbench.metrics.answers import answer, answers, observations
from workbench.metrics.declaration import Answer, Metric
from workbench.metrics.facts.drivers import DRIVERS, label_tickets
from workbench.metrics.judging import NOT_RECORDED, gap_in
from workbench.metrics.volume import TICKETS_CREATED
from workbench.workspace import Workspace

IGNORED = "ignored"
LISTED = ["driver_id", "driver", "theme", "state"]


@dataclass(frozen=True, kw_only=True)
class DriverResult:
    """What all answers about drivers share: ``frame`` with a ``state`` per driver, ``n`` contacts
    of ``period``, and how many of them have a driver that is kept out of charts (``n_ignored``) or
    none that is clear (``n_unclear``)."""

    frame: pd.DataFrame
    period: Period
    n: int = 0
    n_ignored: int = 0
    n_unclear: int = 0
    why_not: str = ""
    caveats: list[str] = field(default_factory=list)

    @property
    def drawn(self) -> pd.DataFrame:
        """The rows a chart shows: all but those of drivers that an analyst put aside."""
        return self.frame if self.why_not else self.frame[self.frame["state"] != IGNORED]

    @property
    def named(self) -> pd.DataFrame:
        """The rows a finding may be about: of drivers that are clear and not put aside."""
        return is_named(self.frame) if len(self.frame) else self.frame

    @property
    def base(self) -> str:
        """What the shares are taken over, in words."""
        aside = f"{self.n_ignored:,} of drivers put aside" if self.n_ignored else ""
        unclear = f"{self.n_unclear:,} unclear" if self.n_unclear else ""
        parts = ", ".join(filter(None, (aside, unclear)))
        return f"n {counted(self.n, 'contact')}" + (f", of them {parts}" if parts else "")


def is_named(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of drivers that are clear and not put aside."""
    return rows[~rows["state"].isin([IGNORED, UNCLEAR])]


class Sizes(TypedDict):
    """How many contacts a result rests on, as the fields of a `DriverResult`."""

    n: int
    n_ignored: int
    n_unclear: int


@dataclass(frozen=True)
class DriverContacts:
    """``frame``: one row per contact: ``at``, ``source``, ``ticket_id``, ``vendor``, ``team``,
    ``driver_id`` (``unclear`` where there is none). ``listing``: one row per driver: its id, name,
    theme, ``state`` (``unclear`` for what has no driver, always the last) and day ``born``."""

    frame: pd.DataFrame
    listing: pd.DataFrame
    labelled: LabelledTickets

    def within(self, period: Period) -> pd.DataFrame:
        """The contacts of a period."""
        at = self.frame["at"]
        return self.frame[(at >= period.start) & (at < period.end)]

    def counts(self, period: Period) -> pd.Series:
        """How many contacts of a period each driver has: every id of the listing, in its order."""
        found = self.within(period)["driver_id"].value_counts()
        return found.reindex(self.listing["driver_id"], fill_value=0).astype("int64")

    def listed(self, **columns: pd.Series) -> pd.DataFrame:
        """The listing with columns by driver id; largest ``n`` first, unclear last."""
        told = {name: values.to_numpy() for name, values in columns.items()}
        rows = self.listing.assign(**told)
        last = rows["state"] == UNCLEAR
        order = rows.assign(last=last).sort_values(["last", "n", "driver"],
                                                   ascending=[True, False, True])  # fmt: skip
        return order.drop(columns="last").reset_index(drop=True)

    def sizes(self, period: Period) -> Sizes:
        """The facts of a `DriverResult` that say what it rests on."""
        counts, state = self.counts(period), self.listing["state"].to_numpy()
        return {
            "n": int(counts.sum()),
            "n_ignored": int(counts[state == IGNORED].sum()),
            "n_unclear": int(counts[state == UNCLEAR].sum()),
        }


def driver_contacts(
    workspace: Workspace, labelled: LabelledTickets | None, *needed: Period
) -> DriverContacts | str:
    """Which contact has which driver? Or, in words, why that cannot be told: among the reasons is
    a period ``needed`` without any contact.

    Contacts are the observations of `tickets_created`. Without ``labelled`` the drivers are those
    of the workspace; afterwards every metric can be split by them. Drivers are told apart by name
    there, so an open workspace takes one labelling only.
    """
    if not workspace.has("tickets"):
        return "needs tickets"
    try:
        told = labelled if labelled is not None else labelled_tickets(workspace)
    except UsageError as error:
        return error.what.rstrip(".")
    if labelled is not None:
        _tell_metrics(workspace, labelled)
    seen = observations(workspace, TICKETS_CREATED)
    seen = seen.loc[~seen["is_excluded"], ["at", "source", "ref", "vendor", "team"]]
    known = told.frame[["source", "ticket_id", "driver_id"]]
    frame = seen.rename(columns={"ref": "ticket_id"}).merge(
        known, on=["source", "ticket_id"], how="left", validate="one_to_one"
    )
    is_known = frame["driver_id"].isin(list(told.drivers))
    frame["driver_id"] = frame["driver_id"].where(is_known, UNCLEAR).astype("str")
    rows = [(d.driver_id, d.name, d.theme, d.state, d.born) for d in told.drivers.values()]
    rows.append((UNCLEAR, UNCLEAR, UNCLEAR, UNCLEAR, None))
    found = DriverContacts(frame, pd.DataFrame(rows, columns=[*LISTED, "born"]), told)
    empty = [period.name for period in needed if found.within(period).empty]
    return f"no contacts in {empty[0]}" if empty else found


def _tell_metrics(workspace: Workspace, labelled: LabelledTickets) -> None:
    names = labelled.frame["driver"]
    columns = ("source", "ticket_id", DRIVER)
    label_tickets(workspace, {name: labelled.frame[name] for name in columns})
    held = set(workspace.table(DRIVERS)[DRIVER].to_pandas())
    if held != set(names):
        raise UsageError(
            "this open workspace was told of other drivers.", where="drivers",
            fix="Open it again for another labelling.",
        )  # fmt: skip


def by_driver(workspace: Workspace, metric: Metric, period: Period) -> dict[str, Answer]:
    """A declared metric for each driver, by name; under ``unclear`` what has none."""
    found = answers(workspace, metric, period, by=DRIVER)
    named = {str(one.by[DRIVER]): one for one in found if one.by}
    if NOT_RECORDED in named:
        named.setdefault(UNCLEAR, named[NOT_RECORDED])
    return named


def shares(counts: pd.Series, n: int) -> pd.DataFrame:
    """The ``share`` of ``n`` that each count is, with ``low`` and ``high`` (Wilson); one row each,
    blank where n is zero."""
    bounds = [intervals.share(int(count), n) for count in counts]
    told = [(count / n if n else None, *pair) for count, pair in zip(counts, bounds, strict=True)]
    return pd.DataFrame(told, columns=["share", "low", "high"], index=counts.index, dtype="float64")


def coverage(workspace: Workspace, period: Period) -> list[str]:
    """A caveat where the data cover a period in part only."""
    gap = gap_in(answer(workspace, TICKETS_CREATED, period))
    return [f"{period.title} is only partly covered: {gap}."] if gap else []
