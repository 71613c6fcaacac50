"""Which vendor got which drivers: is its work easier than that of the others?"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pandas as pd

from workbench.analyses.comparisons import share_change
from workbench.analyses.driver_contacts import (
    LISTED,
    DriverContacts,
    DriverResult,
    by_driver,
    coverage,
    driver_contacts,
)
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted, points, points_spread, shown, spread
from workbench.drivers.labelled import LabelledTickets
from workbench.metrics import intervals
from workbench.metrics.answers import answers
from workbench.metrics.first_contact import FCR
from workbench.workspace import Workspace

MIN_CONTACTS = 30  # a vendor with fewer is not profiled
_Z = 1.959963984540054
_COLUMNS = ["vendor", *LISTED, "n", "n_vendor", "share", "low", "high", "share_others",
            "difference", "difference_low", "difference_high"]  # fmt: skip
_VENDORS = ["vendor", "n", "ease", "ease_others", "easier", "easier_low", "easier_high", "fcr",
            "fcr_low", "fcr_high", "fcr_n"]  # fmt: skip
_EASE = ("ease", "ease_others", "easier", "easier_low", "easier_high")
_Rates = dict[str, tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class DriverVendors(DriverResult):
    """``frame``: one row per vendor and driver: ``n`` of the vendor's ``n_vendor`` contacts, their
    ``share`` with ``low``, ``high`` (Wilson), ``share_others`` over all other vendors, and the
    ``difference`` of the two with ``difference_low``, ``difference_high`` (Newcombe, 95 % for all
    ``comparisons`` together).

    ``vendors``: one row per vendor, most contacts first: ``n``; ``ease``, the first contact
    resolution its drivers have wherever they are handled, weighted by its own mix; the same of
    the others; ``easier``, their difference, with ``easier_low`` and ``easier_high`` (95 %); and
    ``fcr``, what it reached itself, with ``fcr_low``, ``fcr_high`` and ``fcr_n``.

    ``split``: ``vendor``, or ``team`` where fewer than two vendors are recorded."""

    split: str = "vendor"
    comparisons: int = 0
    vendors: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=_VENDORS))

    def finding(self) -> str:
        """Whose mix of drivers is easiest or hardest, beyond chance."""
        if self.why_not:
            return f"What drivers each {self.split} got cannot be compared: {self.why_not}."
        rows = self.vendors.dropna(subset=["easier"])
        clear = rows[(rows["easier_low"] > 0) | (rows["easier_high"] < 0)]
        if clear.empty:
            return (
                f"No {self.split} clearly got easier drivers than the others "
                f"({counted(len(self.vendors), self.split)}, n {self.n:,} contacts)."
            )
        row = clear.iloc[int(clear["easier"].abs().argmax())]
        word = "easier" if row["easier"] > 0 else "harder"
        text = (
            f"{row['vendor']} got {word} drivers than the others: at everybody's rates its mix "
            f"would be resolved at the first contact in {shown(row['ease'], 'share')} "
            f"({points(row['easier'])}, {points_spread(row['easier_low'], row['easier_high'])}; "
            f"n {row['n']:,} contacts)"
        )
        if pd.notna(row["fcr"]):
            sure = spread(row["fcr_low"], row["fcr_high"], "share")
            text += f"; it reached {shown(row['fcr'], 'share')} ({sure}, n {row['fcr_n']:,.0f})"
        return f"{text}."


def driver_vendors(
    workspace: Workspace, period: Period, *, labelled: LabelledTickets | None = None
) -> DriverVendors:
    """What mix of drivers did each vendor get, and was it an easy one?"""
    nothing = DriverVendors(frame=pd.DataFrame(columns=_COLUMNS), period=period)
    contacts = driver_contacts(workspace, labelled, period)
    if isinstance(contacts, str):
        return replace(nothing, why_not=contacts)
    sizes, inside = contacts.sizes(period), contacts.within(period)
    split = "vendor" if _large(inside["vendor"]).nunique() > 1 else "team"
    groups = _large(inside[split])
    if groups.nunique() < 2:
        why = f"needs two vendors or teams with {MIN_CONTACTS} contacts each in {period.title}"
        return replace(nothing, why_not=why, **sizes)
    kept = inside.loc[groups.index].assign(vendor=groups)
    counts = pd.crosstab(kept["driver_id"], kept["vendor"])
    order = counts.sum().sort_values(ascending=False, kind="stable").index
    comparisons = len(counts) * len(order) if len(order) > 2 else len(counts)
    frame = _mix(counts[order], contacts, comparisons)
    rates = _rates(workspace, period, contacts)
    caveats = [*contacts.labelled.caveats, *coverage(workspace, period)]
    if len(kept) < len(inside):
        few = counted(len(inside) - len(kept), "contact")
        caveats.append(
            f"{few} without a {split}, or of one with fewer than {MIN_CONTACTS}, left out."
        )
    if rates:
        caveats.append(
            "How easy a driver is, is its first contact resolution over all who handle "
            "it; a vendor that alone has a driver sets its rate."
        )
    return DriverVendors(
        frame=frame, period=period, split=split, comparisons=comparisons,
        vendors=_ease(workspace, period, counts[order], rates, split), caveats=caveats, **sizes,
    )  # fmt: skip


def _large(groups: pd.Series) -> pd.Series:
    """The recorded values of groups that are large enough to profile."""
    known = groups.dropna()
    size = known.map(known.value_counts())
    return known[size >= MIN_CONTACTS]


def _mix(counts: pd.DataFrame, contacts: DriverContacts, comparisons: int) -> pd.DataFrame:
    whole = counts.sum(axis=1)
    rows = []
    for vendor in counts:
        n_vendor, others = int(counts[vendor].sum()), whole - counts[vendor]
        for name, n in zip(counts.index, counts[vendor], strict=True):
            low, high = intervals.share(int(n), n_vendor)
            apart = share_change(
                int(others[name]), int(others.sum()), int(n), n_vendor, comparisons=comparisons
            )
            rows.append(
                {
                    "vendor": vendor, "driver_id": name, "n": int(n), "n_vendor": n_vendor,
                    "share": apart.after, "low": low, "high": high, "share_others": apart.before,
                    "difference": apart.change, "difference_low": apart.low,
                    "difference_high": apart.high,
                }
            )  # fmt: skip
    size = whole.reindex(contacts.listing["driver_id"], fill_value=0)
    order = contacts.listed(n=size)[LISTED]
    found = order.merge(pd.DataFrame(rows), on="driver_id")
    place = {vendor: i for i, vendor in enumerate(counts)}
    return found.sort_values("vendor", key=lambda v: v.map(place), kind="stable")[
        _COLUMNS
    ].reset_index(drop=True)


def _rates(workspace: Workspace, period: Period, contacts: DriverContacts) -> _Rates:
    """First contact resolution of each driver by id, with its variance; all who handle it."""
    found = by_driver(workspace, FCR, period)
    rates: _Rates = {}
    listing = contacts.listing
    for name, driver in zip(listing["driver_id"], listing["driver"], strict=True):
        one = found.get(driver)
        if one is not None and one.value is not None and one.denominator:
            rates[name] = (one.value, one.value * (1 - one.value) / one.denominator)
    return rates


def _ease(
    workspace: Workspace, period: Period, counts: pd.DataFrame, rates: _Rates, split: str
) -> pd.DataFrame:
    own = {str(one.by[split]): one for one in answers(workspace, FCR, period, by=split) if one.by}
    known = counts[counts.index.isin(list(rates))]
    rows = []
    for vendor in counts:
        reached = own.get(str(vendor))
        rows.append(
            {
                "vendor": vendor, "n": int(counts[vendor].sum()),
                **_easier(known[vendor], known.sum(axis=1) - known[vendor], rates),
                "fcr": reached.value if reached else None,
                "fcr_low": reached.low if reached else None,
                "fcr_high": reached.high if reached else None,
                "fcr_n": reached.denominator if reached else None,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=_VENDORS)


def _easier(here: pd.Series, there: pd.Series, rates: _Rates) -> dict[str, float]:
    """Mean resolution of two mixes and their difference, whose mixes and rates both vary."""
    if not here.sum() or not there.sum():
        return dict.fromkeys(_EASE, math.nan)
    rate = pd.Series({name: rates[name][0] for name in here.index})
    noise = pd.Series({name: rates[name][1] for name in here.index})
    mixes = [here / here.sum(), there / there.sum()]
    means = [float((mix * rate).sum()) for mix in mixes]
    variance = float(((mixes[0] - mixes[1]) ** 2 * noise).sum())
    for mix, mean, n in zip(mixes, means, (here.sum(), there.sum()), strict=True):
        variance += float((mix * (rate - mean) ** 2).sum()) / n
    apart, reach = means[0] - means[1], _Z * math.sqrt(variance)
    return {
        "ease": means[0], "ease_others": means[1], "easier": apart,
        "easier_low": apart - reach, "easier_high": apart + reach,
    }  # fmt: skip
