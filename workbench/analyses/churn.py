"""Do customers leave after they contacted support, and after which contacts?"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses.comparisons import ShareChange, share_change
from workbench.analyses.trends import MetricTrend, metric_trend
from workbench.definitions.periods import Period
from workbench.definitions.wording import shown, spread
from workbench.metrics.answers import answer
from workbench.metrics.churn import CHURN_90, CHURN_DAYS, contacts_and_churn
from workbench.metrics.declaration import Answer
from workbench.metrics.facts.windows import within
from workbench.metrics.reopening import REOPEN_DAYS
from workbench.workspace import Workspace

MIN_REOPENED = 30


@dataclass(frozen=True)
class ChurnTrend:
    """``trend``: churn within 90 days by month of contact. ``overall``: every contact loaded up to
    the end of the period.

    ``reopened``: churn after tickets reopened within 14 days against tickets that were not, or
    ``None`` where reopens are unknown or too few. An association: reopened tickets are not like
    the others. ``contacts``: one row per contact judged or to be judged.
    """

    trend: MetricTrend
    overall: Answer
    basis: str
    reopened: ShareChange | None
    contacts: pd.DataFrame
    caveats: list[str] = field(default_factory=list)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per month of contact."""
        return self.trend.frame

    @property
    def why_not(self) -> str:
        """Why there is nothing to show; empty where there is."""
        return self.overall.why if self.overall.status == "not_computable" else ""

    @property
    def followed(self) -> tuple[int, int]:
        """Contacts followed by churn so far, and all contacts, mature or not."""
        one = self.overall
        hits = int((one.numerator or 0) + one.numerator_immature)
        return hits, (one.denominator or 0) + one.n_immature

    def finding(self) -> str:
        """What is known about churn after contact, in one or two sentences."""
        if self.why_not:
            return f"Churn after contact cannot be shown: {self.why_not}."
        hits, contacts = self.followed
        one = self.overall
        followed = f"were followed by churn within {CHURN_DAYS} days"
        rate = f"{shown(one.value, 'share')} ({spread(one.low, one.high, 'share')})"
        are = "is" if one.n_immature == 1 else "are"
        young = f"{one.n_immature:,} {are} too recent to judge and {are} not counted as retained."
        if not contacts:
            return "No contact of a known customer is loaded up to the end of the period."
        if one.value is None:
            return f"Churn after contact cannot be judged yet: {young}"
        judged = f"{one.numerator:,.0f} of {one.denominator:,} contacts {followed}: {rate}."
        if not one.n_immature:
            return judged
        if not one.numerator_immature:  # absence of orders shows only when the window is over
            return f"{judged} Another {young}"
        return (
            f"{hits:,} of {contacts:,} contacts {followed} so far; of the {one.denominator:,} "
            f"watched for all {CHURN_DAYS} days {rate}. {young}"
        )


def churn_trend(workspace: Workspace, *, shown: Period) -> ChurnTrend:
    """Do customers leave after they contacted support, by month of contact?

    The trend has the months of ``shown``; the overall number all contacts up to its end.
    """
    first = workspace.first_at("tickets")
    begins = Period.month(f"{first:%Y-%m}").start if first else shown.start
    loaded = Period(min(begins, shown.start), shown.end)
    overall = answer(workspace, CHURN_90, loaded)
    trend = metric_trend(workspace, CHURN_90, shown)
    basis = "recorded churn" if workspace.has("churn_events") else "no order within 90 days"
    contacts, reopened = pd.DataFrame(), None
    if overall.status != "not_computable":
        contacts = _contacts(workspace, loaded)
        reopened = _by_reopen(contacts)
    caveats = ["Association only: who contacts support, and why, is not decided by chance."]
    customers = contacts["customer_key"].nunique() if len(contacts) else 0
    if customers < len(contacts):
        caveats.append(
            f"{len(contacts):,} contacts come from {customers:,} customers; intervals treat them "
            "as independent, so they are somewhat too narrow."
        )
    return ChurnTrend(trend, overall, basis, reopened, contacts, caveats)


def _contacts(workspace: Workspace, loaded: Period) -> pd.DataFrame:
    as_of = workspace.as_of(*CHURN_90.tables(workspace))
    assert as_of is not None  # an overall answer was computed
    t = contacts_and_churn(workspace, as_of)
    t = t.filter(t.created_at >= loaded.start, t.created_at < loaded.end, t.is_member)
    columns = ["source", "ticket_id", "customer_key", "created_at", "team", "has_history",
               "is_churned", "is_immature"]  # fmt: skip
    # As the reopen rate counts it: a reopening weeks later must not sort the contact afterwards.
    t = t.mutate(was_reopened=within(t.reopened_at, t.solved_first_at, REOPEN_DAYS))
    ordered = t.select(*columns, "was_reopened").order_by("created_at", "source", "ticket_id")
    return ordered.to_pandas()


def _by_reopen(contacts: pd.DataFrame) -> ShareChange | None:
    mature = contacts[~contacts["is_immature"] & contacts["has_history"]]
    back, rest = mature[mature["was_reopened"]], mature[~mature["was_reopened"]]
    if len(back) < MIN_REOPENED or len(rest) < MIN_REOPENED:
        return None
    return share_change(
        int(rest["is_churned"].sum()), len(rest), int(back["is_churned"].sum()), len(back)
    )
