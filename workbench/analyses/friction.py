"""What keeps coming back: which drivers are written about again, reopened or left waiting?"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses.comparisons import share_change
from workbench.analyses.driver_contacts import (
    IGNORED,
    LISTED,
    DriverContacts,
    driver_contacts,
    is_named,
    shares,
)
from workbench.analyses.maturity import latest_judged
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, shown, spread
from workbench.drivers.driver import UNCLEAR
from workbench.drivers.labelled import LabelledTickets
from workbench.metrics.answers import observations
from workbench.metrics.declaration import Metric
from workbench.metrics.judging import lacks
from workbench.metrics.reopening import REOPEN_RATE, REPEAT_RATE
from workbench.metrics.speed import FIRST_RESPONSE_TIME
from workbench.workspace import Workspace

SEVERAL = 3  # weeks in which something must show before it is called recurring
FEWEST = 10  # contacts of a driver below which its share is held against nothing
_COLUMNS = [
    "sign", *LISTED, "n", "hits", "share", "low", "high", "others", "difference", "difference_low",
    "difference_high", "weeks_seen", "run", "is_recurring",
]  # fmt: skip
_WEEKLY = ["sign", "driver_id", "driver", "week", "n", "hits"]


@dataclass(frozen=True)
class Sign:
    """One way in which friction shows: ``span`` are the weeks looked at, the last that can be
    judged; ``n`` contacts and ``hits`` among them, of all drivers; ``why_not`` where there is no
    telling."""

    name: str
    words: str
    metric: Metric
    span: Period | None = None
    n: int = 0
    hits: int = 0
    why_not: str = ""


@dataclass(frozen=True)
class Friction:
    """``frame``: one row per sign and driver, most hits first: ``n`` contacts of the sign's weeks,
    ``hits`` among them, their ``share`` with ``low``, ``high`` (Wilson); the share of all
    ``others`` and the ``difference`` to it with ``difference_low``, ``difference_high`` (Newcombe,
    95 % for all rows together; blank under ten contacts); ``weeks_seen`` with a hit, ``run`` of
    weeks with one up to the last; ``is_recurring`` where the difference is clear and a hit was
    seen in at least three weeks. ``weekly``: one row per sign, driver and week."""

    frame: pd.DataFrame
    weekly: pd.DataFrame
    signs: tuple[Sign, ...]
    week: Period
    why_not: str = ""
    caveats: list[str] = field(default_factory=list)

    @property
    def recurring(self) -> pd.DataFrame:
        """What clearly comes back, the largest difference first."""
        rows = is_named(self.frame) if len(self.frame) else self.frame
        kept = rows[rows["is_recurring"].astype(bool)]
        return kept.sort_values("difference", ascending=False)

    def of(self, sign: Sign) -> pd.DataFrame:
        """The rows of one sign that a chart may show."""
        rows = self.frame[(self.frame["sign"] == sign.name) & (self.frame["hits"] > 0)]
        rows = rows[~rows["state"].isin([IGNORED, UNCLEAR])]
        return rows.sort_values(["is_recurring", "hits", "driver"], ascending=[False, False, True])

    def finding(self) -> str:
        """What clearly comes back, in how many weeks, against what."""
        if self.why_not:
            return f"Recurring friction cannot be told: {self.why_not}."
        if self.recurring.empty:
            looked = int(self.frame["difference"].notna().sum())
            return (
                f"No driver clearly comes back more than the others ({looked} pairs of driver and "
                f"sign looked at). {self._most()}"
            )
        rows = self.recurring
        text = self.sentence(rows.iloc[0])
        more = len(rows) - 1
        return f"{text} {counted(more, 'more row')} like it." if more else text

    def _most(self) -> str:
        """The driver people wrote again about most often, clear or not."""
        for sign in self.signs:
            rows = is_named(self.of(sign))
            if sign.span is not None and len(rows):
                row = rows.sort_values(["hits", "driver"], ascending=[False, True]).iloc[0]
                return (
                    f"{shown(sign.hits / sign.n, 'share')} of {counted(sign.n, 'contact')} "
                    f"{sign.words}, most often about “{row['driver']}” "
                    f"({row['hits']} of {row['n']})."
                )
        return "Nothing came back at all."

    def sentence(self, row: pd.Series) -> str:
        """One recurring row in words."""
        sign = next(one for one in self.signs if one.name == row["sign"])
        weeks = len(sign.span.parts) if sign.span else 0
        until = sign.span.parts[-1].name if sign.span else ""
        sure = spread(row["low"], row["high"], "share")
        run = f", {row['run']} in a row up to {until}" if row["run"] > 1 else ""
        return (
            f"“{row['driver']}”: {shown(row['share'], 'share')} ({sure}, n {row['n']:,}) "
            f"{sign.words}, others {shown(row['others'], 'share')}; seen in {row['weeks_seen']} of "
            f"{weeks} weeks{run}."
        )


def friction(
    workspace: Workspace, week: Period, *, labelled: LabelledTickets | None = None,
    weeks: int = 8, long_wait_hours: int = 8,
) -> Friction:  # fmt: skip
    """Which drivers come back week after week: written about again, reopened, or left waiting?

    Each sign is looked at in the ``weeks`` up to the last that it can be judged in.
    """
    empty, none = pd.DataFrame(columns=_COLUMNS), pd.DataFrame(columns=_WEEKLY)
    contacts = driver_contacts(workspace, labelled)
    if isinstance(contacts, str):
        return Friction(empty, none, (), week, why_not=contacts)
    signs, rows = [], []
    for sign in _signs(workspace, long_wait_hours):
        told, found = _seen(workspace, contacts, sign, week, weeks, long_wait_hours)
        signs.append(told)
        rows.append(found)
    kept = [found for found in rows if len(found)]
    if not kept:
        why = "; ".join(dict.fromkeys(sign.why_not or "nothing was counted" for sign in signs))
        return Friction(empty, none, tuple(signs), week, why_not=why)
    weekly = pd.concat(kept, ignore_index=True)
    frame = _compared(weekly, tuple(signs), contacts)
    return Friction(frame, weekly, tuple(signs), week, caveats=_caveats(contacts, long_wait_hours))


def _caveats(contacts: DriverContacts, hours: int) -> list[str]:
    return [
        *contacts.labelled.caveats,
        "A driver with many contacts shows up in most weeks by chance alone; what counts is "
        "whether its share is clearly above that of the others.",
        f"Waits are those that ended in a reply: what still waits after {hours} h is not in them.",
    ]


def _signs(workspace: Workspace, hours: int) -> list[Sign]:
    earnest = REOPEN_RATE.variant("in_earnest")
    reopened = REOPEN_RATE if lacks(workspace, earnest) else earnest
    return [
        Sign("repeat", f"wrote again within {REPEAT_RATE.window_days} days", REPEAT_RATE),
        Sign("reopened", f"reopened within {reopened.window_days} days", reopened),
        Sign("wait", f"waited more than {hours} h for the first reply", FIRST_RESPONSE_TIME),
    ]


def _seen(
    workspace: Workspace, contacts: DriverContacts, sign: Sign, week: Period, weeks: int, hours: int
) -> tuple[Sign, pd.DataFrame]:
    """The sign with what it rests on, and one row per driver and week."""
    none = pd.DataFrame(columns=_WEEKLY)
    why = lacks(workspace, sign.metric)
    last = None if why else latest_judged(workspace, sign.metric, week)
    if last is None:
        why = why or "no week is old enough to be judged"
        return Sign(sign.name, sign.words, sign.metric, why_not=why), none
    span = last.last(weeks)
    seen = observations(workspace, sign.metric)
    kept = ~seen["is_excluded"] & ~seen["is_immature"]
    seen = seen[kept & (seen["at"] >= span.start) & (seen["at"] < span.end)]
    is_hit = seen["value"] > 60 * hours if sign.name == "wait" else seen["hit"]
    rows = seen.assign(hit=is_hit.astype("int64"), ticket_id=seen["ref"])
    known = contacts.frame[["source", "ticket_id", "driver_id"]]
    rows = rows[["at", "source", "ticket_id", "hit"]].merge(known, on=["source", "ticket_id"])
    days = rows["at"].dt.tz_localize(None).dt.normalize()
    rows = rows.assign(week=days - pd.to_timedelta(days.dt.dayofweek, unit="D"), sign=sign.name)
    by_week = rows.groupby(["sign", "driver_id", "week"], as_index=False).agg(
        n=("hit", "size"), hits=("hit", "sum")
    )
    by_week = by_week.merge(contacts.listing[["driver_id", "driver"]], on="driver_id")
    told = Sign(sign.name, sign.words, sign.metric, span, len(rows), int(rows["hit"].sum()))
    return told, by_week[_WEEKLY]


def _compared(
    weekly: pd.DataFrame, signs: tuple[Sign, ...], contacts: DriverContacts
) -> pd.DataFrame:
    """One row per sign and driver, held against all other contacts of the sign."""
    sums = weekly.groupby(["sign", "driver_id"], as_index=False)[["n", "hits"]].sum()
    rows = sums.merge(contacts.listing[LISTED], on="driver_id")
    is_compared = (rows["n"] >= FEWEST) & ~rows["state"].isin([UNCLEAR, IGNORED])
    comparisons = max(int(is_compared.sum()), 1)
    by_name = {sign.name: sign for sign in signs}
    told = []
    for name, driver, n, hits, compared in zip(
        rows["sign"], rows["driver_id"], rows["n"], rows["hits"], is_compared, strict=True
    ):
        sign = by_name[name]
        mine = weekly[(weekly["sign"] == name) & (weekly["driver_id"] == driver)]
        told.append(_others(sign, int(n), int(hits), comparisons if compared else 0)
                    | _weeks(sign, mine))  # fmt: skip
    frame = rows.join(pd.DataFrame(told, index=rows.index))
    bounds = [shares(frame["hits"].iloc[[i]], int(n)) for i, n in enumerate(frame["n"])]
    frame = frame.join(pd.concat(bounds))
    clear = (frame["difference_low"] > 0).fillna(False)
    frame["is_recurring"] = clear & (frame["weeks_seen"] >= SEVERAL)
    order = frame.sort_values(["sign", "hits", "driver"], ascending=[True, False, True])
    return order[_COLUMNS].reset_index(drop=True)


def _others(sign: Sign, n: int, hits: int, comparisons: int) -> dict[str, float | None]:
    n_others, hits_others = sign.n - n, sign.hits - hits
    others = hits_others / n_others if n_others else None
    if not comparisons or not n_others:
        blank = dict.fromkeys(("difference", "difference_low", "difference_high"), float("nan"))
        return {"others": others, **blank}
    moved = share_change(hits_others, n_others, hits, n, comparisons=comparisons)
    return {
        "others": others, "difference": moved.change, "difference_low": moved.low,
        "difference_high": moved.high,
    }  # fmt: skip


def _weeks(sign: Sign, mine: pd.DataFrame) -> dict[str, int]:
    """In how many weeks was there a hit, and in how many up to the last without a break?"""
    seen = set(mine.loc[mine["hits"] > 0, "week"])
    run = 0
    for part in reversed(sign.span.parts if sign.span else ()):
        if pd.Timestamp(part.start).tz_localize(None) not in seen:
            break
        run += 1
    return {"weeks_seen": len(seen), "run": run}
