"""Why do customers contact us, and what changed?"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses.comparisons import ShareChange, share_change
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, points, points_spread, shown
from workbench.drivers.clusters import cluster_drivers
from workbench.drivers.text import ticket_texts
from workbench.errors import UsageError
from workbench.metrics import intervals
from workbench.metrics.facts.drivers import label_tickets
from workbench.metrics.facts.tickets import ticket_facts
from workbench.workspace import Workspace

MIN_TEXTS = 50
MAX_GROUPED = 60_000  # texts that are clustered in about half a minute
NOT_A_REASON = ("not recorded", "other")  # what is left over is no driver to report


@dataclass(frozen=True)
class ContactDrivers:
    """``frame``: one row per driver, largest first: ``driver``, ``n``, ``share`` of the period's
    contacts with ``low`` and ``high``, ``n_before`` and ``share_before`` (the months before),
    ``change`` with ``change_low`` and ``change_high`` (95 % for all drivers together), ``example``
    (a subject line).

    ``tickets``: the period's tickets with their driver. ``basis``: ``text`` or ``recorded``.
    """

    frame: pd.DataFrame
    tickets: pd.DataFrame
    basis: str
    before: str
    why_not: str = ""
    caveats: list[str] = field(default_factory=list)

    @property
    def n(self) -> int:
        """How many of the period's contacts have a driver."""
        return len(self.tickets)

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
    workspace: Workspace, period: Period, *, n_drivers: int = 10, seed: int = 0
) -> ContactDrivers:
    """Why do customers contact us, and what changed against the three months before?

    Drivers are clusters of what customers wrote in those four months; where the export has no
    text, the reasons it recorded.
    """
    before = Period(period.shifted(-3).start, period.start)
    tickets = _contacts(workspace, Period(before.start, period.end))
    texts = ticket_texts(tickets)
    if (texts != "").sum() >= MIN_TEXTS:
        found = _by_text(tickets, texts, n_drivers, seed)
    elif tickets["reason_raw"].notna().sum() >= MIN_TEXTS:
        found = _by_reason(tickets, n_drivers)
    else:
        told = int((texts != "").sum())
        if told or tickets["reason_raw"].notna().any():
            return _nothing(
                f"{told:,} contacts with text in four months are too few to group (at least "
                f"{MIN_TEXTS} are needed)"
            )
        return _nothing("needs subjects, messages or recorded reasons")
    if found is None:
        return _nothing("the texts have no words to group them by")
    kept, examples, basis, caveats = found
    in_period = kept["created_at"] >= period.start
    if not in_period.any():
        return _nothing("no contacts in the period")
    frame = _compared(kept[in_period], kept[~in_period], examples)
    shown_tickets = kept[in_period].drop(columns=["description"])
    earlier = kept.loc[~in_period, "created_at"]
    ends = [earlier.min(), earlier.max()] if len(earlier) else []
    span = "–".join(dict.fromkeys(f"{moment:%b %Y}" for moment in ends))
    return ContactDrivers(frame, shown_tickets, basis, span, caveats=caveats)


def label_drivers(workspace: Workspace, *, n_drivers: int = 10, seed: int = 0) -> str:
    """Group all contacts by driver, so that `metrics.cube` can filter and split by it.

    Returns what the drivers rest on, in words. Raises `UsageError` where there is nothing to group
    by, or so much text that grouping it would take longer than anyone waits.
    """
    first, last = workspace.first_at("tickets"), workspace.as_of("tickets")
    if first is None or last is None:
        raise UsageError("there are no dated tickets to group.", where="drivers")
    span = Period.parse(f"{first:%Y-%m}..{last:%Y-%m}")
    tickets = _contacts(workspace, span)
    texts = ticket_texts(tickets) if len(tickets) <= MAX_GROUPED else tickets["reason_raw"].isna()
    if len(tickets) <= MAX_GROUPED and (texts != "").sum() >= MIN_TEXTS:
        found = _by_text(tickets, texts, n_drivers, seed)
    elif tickets["reason_raw"].notna().sum() >= MIN_TEXTS:
        found = _by_reason(tickets, n_drivers)
    else:
        found = None
    if found is None:
        why = (
            f"{len(tickets):,} contacts are more than {MAX_GROUPED:,}, and no reason is recorded"
            if len(tickets) > MAX_GROUPED
            else f"fewer than {MIN_TEXTS} contacts have a text or a recorded reason"
        )
        raise UsageError(f"{why}.", where="drivers", fix="Choose another dimension.")
    kept, _, basis, _ = found
    label_tickets(workspace, {name: kept[name] for name in ("source", "ticket_id", "driver")})
    source = "what customers wrote" if basis == "text" else "the reason the export recorded"
    return f"{len(kept):,} of {len(tickets):,} contacts have a driver, from {source}."


_Grouped = tuple[pd.DataFrame, dict[str, str], str, list[str]]


def _by_text(tickets: pd.DataFrame, texts: pd.Series, n_drivers: int, seed: int) -> _Grouped | None:
    kept = tickets[texts != ""]
    found = cluster_drivers(list(texts[texts != ""]), n_drivers=n_drivers, seed=seed)
    if found is None:
        return None
    kept = kept.assign(driver=[found.labels[d] for d in found.assigned])
    subjects = kept["subject"].fillna("").to_list()
    nearest = zip(found.labels, found.examples, strict=True)
    examples = {label: subjects[near[0]] for label, near in nearest}
    caveats = ["Drivers are clusters of texts: a ticket near two of them may be in either."]
    if len(kept) < len(tickets):
        missing = counted(len(tickets) - len(kept), "contact")
        caveats.append(f"{missing} without text in these months could not be grouped.")
    return kept, examples, "text", caveats


def _by_reason(tickets: pd.DataFrame, n_drivers: int) -> _Grouped:
    unknown, rest = NOT_A_REASON
    reasons = tickets["reason_raw"].fillna(unknown)
    largest = reasons.value_counts().index[:n_drivers]
    kept = tickets.assign(driver=reasons.where(reasons.isin(largest), rest))
    return kept, {}, "recorded", ["The export has no text, so the reasons it recorded are shown."]


def _nothing(why: str) -> ContactDrivers:
    return ContactDrivers(pd.DataFrame(), pd.DataFrame(), "", "", why)


def _contacts(workspace: Workspace, span: Period) -> pd.DataFrame:
    facts = ticket_facts(workspace)
    facts = facts.filter(
        facts.is_counted, ~facts.agent_initiated,
        facts.created_at >= span.start, facts.created_at < span.end,
    )  # fmt: skip
    words = workspace.table("tickets").select("source", "ticket_id", "subject", "description")
    joined = facts.select("source", "ticket_id", "created_at", "team", "reason_raw").inner_join(
        words, ["source", "ticket_id"]
    )
    return joined.order_by("created_at", "source", "ticket_id").to_pandas()


def _compared(now: pd.DataFrame, before: pd.DataFrame, examples: dict[str, str]) -> pd.DataFrame:
    rows, drivers = [], now["driver"].nunique()
    for driver, n in now["driver"].value_counts(sort=True).items():
        low, high = intervals.share(int(n), len(now))
        n_before = int((before["driver"] == driver).sum())
        change = (
            share_change(n_before, len(before), int(n), len(now), comparisons=drivers)
            if len(before)
            else None
        )
        rows.append(
            {
                "driver": driver, "n": int(n), "share": n / len(now), "low": low, "high": high,
                "n_before": n_before, **_change(change), "example": examples.get(str(driver), ""),
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    return frame.sort_values(["n", "driver"], ascending=[False, True], ignore_index=True)


def _change(change: ShareChange | None) -> dict[str, float | None]:
    if change is None:
        return dict.fromkeys(("share_before", "change", "change_low", "change_high"))
    return {
        "share_before": change.before, "change": change.change,
        "change_low": change.low, "change_high": change.high,
    }  # fmt: skip
