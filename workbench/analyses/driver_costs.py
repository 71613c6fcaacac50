"""Which drivers make people write again, and which cost the most?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from workbench.analyses.driver_contacts import (
    LISTED,
    DriverContacts,
    DriverResult,
    by_driver,
    coverage,
    driver_contacts,
)
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, shown, spread
from workbench.drivers.labelled import LabelledTickets
from workbench.metrics import intervals
from workbench.metrics.answers import answer, answers
from workbench.metrics.costs import CONTACTS_PER_RESOLUTION, COST_PER_CONTACT
from workbench.metrics.declaration import Answer, Metric
from workbench.metrics.judging import NOT_RECORDED
from workbench.metrics.reopening import REPEAT_RATE
from workbench.workspace import Workspace

_REPEATS = ["repeat", "repeat_low", "repeat_high", "repeat_n", "repeat_status"]
_EFFORT = ["contacts", "contacts_low", "contacts_high", "contacts_n", "contacts_status"]
_COST = ["cost", "cost_low", "cost_high", "cost_n", "cost_share"]
_COLUMNS = [*LISTED, "n", *_REPEATS, *_EFFORT, *_COST]


@dataclass(frozen=True, kw_only=True)
class DriverCosts(DriverResult):
    """``frame``: one row per driver, most contacts first, ``unclear`` last: ``n``; ``repeat``, the
    share that wrote again within 7 days of the solve (`repeat_rate`), with ``repeat_low``,
    ``repeat_high``, ``repeat_n``, ``repeat_status``; ``contacts`` it takes to solve one problem
    for good (`contacts_per_resolution`), likewise; ``cost`` of its contacts with ``cost_low``,
    ``cost_high`` (compound Poisson), the ``cost_n`` contacts whose team has costs, and
    ``cost_share`` of what all of them cost.

    No export says what one contact costs: each is given what a contact of its team costs in that
    month (`cost_per_contact`). ``cost_why`` says why costs are blank."""

    repeat: Answer | None = None
    cost_why: str = ""

    @property
    def judged(self) -> pd.DataFrame:
        """Drivers with enough solved tickets to say how many came back, the most often first."""
        rows = self.named
        return rows[rows["repeat_status"] == "ok"].sort_values("repeat", ascending=False)

    def finding(self) -> str:
        """The driver people come back about most, and the one that costs most."""
        if self.why_not:
            return f"What drivers cost cannot be told: {self.why_not}."
        return " ".join(filter(None, (self._repeats(), self._costs())))

    def _repeats(self) -> str:
        whole = self.repeat
        if self.judged.empty or whole is None or whole.value is None:
            why = whole.why if whole is not None else ""
            return f"No driver has enough solved contacts to say how many came back{_because(why)}."
        row = self.judged.iloc[0]
        if not row["repeat"]:
            return f"Nobody came back about any of {counted(len(self.judged), 'driver')}."
        sure = spread(row["repeat_low"], row["repeat_high"], "share")
        stands = "" if row["repeat_low"] > whole.value else ", not clearly more than"
        return (
            f"People come back most often about “{row['driver']}”: {shown(row['repeat'], 'share')}"
            f" ({sure}, n {row['repeat_n']:,.0f}){stands or ' against'} "
            f"{shown(whole.value, 'share')} of all (n {whole.denominator:,})."
        )

    def _costs(self) -> str:
        rows = self.named.dropna(subset=["cost"]).sort_values("cost", ascending=False)
        if rows.empty:
            return f"What drivers cost is not known: {self.cost_why}."
        row = rows.iloc[0]
        return (
            f"The most expensive driver is “{row['driver']}” with about "
            f"{shown(row['cost'], 'currency')} "
            f"({spread(row['cost_low'], row['cost_high'], 'currency')}, n {row['cost_n']:,.0f}), "
            f"{shown(row['cost_share'], 'share')} of what contacts cost."
        )


def _because(why: str) -> str:
    return f" ({why})" if why else ""


def driver_costs(
    workspace: Workspace, period: Period, *, labelled: LabelledTickets | None = None
) -> DriverCosts:
    """Which share of each driver's contacts came back, and what do its contacts cost?"""
    nothing = DriverCosts(frame=pd.DataFrame(columns=_COLUMNS), period=period)
    contacts = driver_contacts(workspace, labelled, period)
    if isinstance(contacts, str):
        return replace(nothing, why_not=contacts)
    sizes = contacts.sizes(period)
    rows = contacts.listed(n=contacts.counts(period))
    rows = rows[rows["n"] > 0].reset_index(drop=True)
    rows = _with_metric(workspace, rows, REPEAT_RATE, period, _REPEATS)
    rows = _with_metric(workspace, rows, CONTACTS_PER_RESOLUTION, period, _EFFORT)
    frame = rows.merge(_costs(workspace, contacts, period), on="driver_id", how="left")
    caveats = [*contacts.labelled.caveats, *coverage(workspace, period)]
    if frame["cost"].notna().any():
        caveats.append(
            "A contact is given what its team's contacts cost on average that month: a driver that "
            "takes longer than others of its team costs more than shown."
        )
    return DriverCosts(
        frame=frame[_COLUMNS], period=period, repeat=answer(workspace, REPEAT_RATE, period),
        cost_why="" if frame["cost"].notna().any() else _lacking(workspace, period),
        caveats=caveats, **sizes,
    )  # fmt: skip


def _with_metric(
    workspace: Workspace, rows: pd.DataFrame, metric: Metric, period: Period, names: list[str]
) -> pd.DataFrame:
    found = by_driver(workspace, metric, period)
    told = [found.get(name) for name in rows["driver"]]
    values = [
        (one.value, one.low, one.high, one.denominator, one.status) if one
        else (None, None, None, None, "not_computable")
        for one in told
    ]  # fmt: skip
    frame = pd.DataFrame(values, columns=names)
    return rows.join(frame.astype(dict.fromkeys(names[:-1], "float64")))


def _costs(workspace: Workspace, contacts: DriverContacts, period: Period) -> pd.DataFrame:
    """Per driver what its contacts cost, each at the price of its team and month."""
    parts = []
    for month in period.months:
        prices = {
            str(one.by["team"]): one.value
            for one in answers(workspace, COST_PER_CONTACT, month, by="team")
            if one.by and one.value is not None and one.by["team"] != NOT_RECORDED
        }
        of_month = contacts.within(month)
        parts.append(of_month.assign(price=of_month["team"].map(prices).astype("float64")))
    priced = pd.concat(parts, ignore_index=True).dropna(subset=["price"])
    priced["square"] = priced["price"] ** 2
    per_driver = priced.groupby("driver_id").agg(
        cost=("price", "sum"), squares=("square", "sum"), cost_n=("price", "size")
    )
    bounds = [
        intervals.total(float(cost), float(squares), int(n))
        for cost, squares, n in per_driver.to_numpy()
    ]
    reach = pd.DataFrame(
        bounds, columns=["cost_low", "cost_high"], index=per_driver.index, dtype="float64"
    )
    part = per_driver["cost"] / per_driver["cost"].sum()
    return per_driver.join(reach).assign(cost_share=part).reset_index()


def _lacking(workspace: Workspace, period: Period) -> str:
    whole = answer(workspace, COST_PER_CONTACT, period)
    return whole.why or "needs monthly costs of the teams that hold these contacts"
