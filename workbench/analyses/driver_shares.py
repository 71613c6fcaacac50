"""How much of what comes in is about each driver, and how often does an order lead to it?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from workbench.analyses.driver_contacts import (
    LISTED,
    DriverResult,
    by_driver,
    coverage,
    driver_contacts,
    shares,
)
from workbench.definitions.periods import Period
from workbench.definitions.wording import shown, spread
from workbench.drivers.labelled import LabelledTickets
from workbench.metrics.answers import answer
from workbench.metrics.volume import CONTACT_RATE
from workbench.workspace import Workspace

_SHARES = [*LISTED, "rank", "n", "share", "low", "high"]
_RATES = ["rate", "rate_low", "rate_high", "orders"]


@dataclass(frozen=True, kw_only=True)
class DriverShares(DriverResult):
    """``frame``: one row per driver, largest first, ``unclear`` last: ``rank`` (1 is the largest;
    none for ``unclear``), ``n``, ``share`` of the period's contacts with ``low`` and ``high``
    (Wilson), ``rate`` per 100 orders with ``rate_low``, ``rate_high`` (two Poisson counts) over
    ``orders``; the same of the time before in columns ending in ``_before``, blank without any.
    ``rate_why`` says why rates are blank."""

    before: Period | None = None
    n_before: int = 0
    rate_why: str = ""

    def finding(self) -> str:
        """The largest driver, its share and its rate."""
        if self.why_not:
            return f"Contact drivers cannot be shown: {self.why_not}."
        if self.named.empty:
            return f"None of {self.n:,} contacts has a clear driver."
        row = self.named.iloc[0]
        text = (
            f"The largest driver is “{row['driver']}” with {shown(row['share'], 'share')}"
            f" ({spread(row['low'], row['high'], 'share')}) of {self.n:,} contacts"
        )
        if pd.notna(row["rate"]):
            sure = spread(row["rate_low"], row["rate_high"], "")
            text += f", {row['rate']:.1f} per 100 orders ({sure}, n {row['orders']:,.0f} orders)"
        return f"{text}."


def driver_shares(
    workspace: Workspace, period: Period, *, labelled: LabelledTickets | None = None,
    before: Period | None = None,
) -> DriverShares:  # fmt: skip
    """What share of contacts has each driver, and how many are there per 100 orders?

    Drivers without a contact in the period and ``before`` it (by default, the period of the same
    length) are left out.
    """
    before = before or period.before
    nothing = DriverShares(frame=pd.DataFrame(columns=_SHARES), period=period)
    contacts = driver_contacts(workspace, labelled, period)
    if isinstance(contacts, str):
        return replace(nothing, why_not=contacts)
    sizes = contacts.sizes(period)
    n_before = contacts.sizes(before)["n"]
    rows = contacts.listed(n=contacts.counts(period), n_before=contacts.counts(before))
    rows = rows[(rows["n"] > 0) | (rows["n_before"] > 0)].reset_index(drop=True)
    rank = pd.Series(range(1, len(rows) + 1)).where(rows["state"] != "unclear")
    frame = rows.assign(rank=rank.astype("Int64"))
    frame = frame.join(shares(frame["n"], sizes["n"]))
    frame = frame.join(_rates(workspace, frame["driver"], period))
    frame = frame.join(shares(frame["n_before"], n_before).add_suffix("_before"))
    frame = frame.join(_rates(workspace, frame["driver"], before).add_suffix("_before"))
    columns = [*_SHARES, *_RATES, "n_before"]
    columns += [f"{name}_before" for name in ("share", "low", "high", *_RATES)]
    whole = answer(workspace, CONTACT_RATE, period)
    caveats = [*contacts.labelled.caveats, *coverage(workspace, period)]
    why = "" if whole.value is not None else whole.why or "no orders in the period"
    if why:
        caveats.append(f"Contacts per 100 orders are blank: {why}.")
    return DriverShares(
        frame=frame[columns], period=period, before=before if n_before else None,
        n_before=n_before, rate_why=why, caveats=caveats, **sizes,
    )  # fmt: skip


def _rates(workspace: Workspace, names: pd.Series, period: Period) -> pd.DataFrame:
    found = by_driver(workspace, CONTACT_RATE, period)
    told = [found.get(name) for name in names]
    values = [
        (one.value, one.low, one.high, one.denominator) if one else (None,) * 4 for one in told
    ]
    return pd.DataFrame(values, columns=_RATES, dtype="float64")
