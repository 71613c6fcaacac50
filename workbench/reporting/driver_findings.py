"""What must a reader with one minute know about contact drivers?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from workbench.analyses.driver_changes import DriverChanges
from workbench.analyses.driver_costs import DriverCosts
from workbench.analyses.driver_emergence import DriverEmergence
from workbench.analyses.driver_months import DriverMonths
from workbench.analyses.driver_shares import DriverShares
from workbench.analyses.driver_spikes import DriverSpikes
from workbench.analyses.driver_vendors import DriverVendors
from workbench.definitions.findings import Finding


class Told(Protocol):
    """What every result about drivers has."""

    @property
    def frame(self) -> pd.DataFrame:
        """Its table."""

    @property
    def why_not(self) -> str:
        """Why there is none."""

    @property
    def caveats(self) -> list[str]:
        """What a reader must bear in mind."""

    def finding(self) -> str:
        """One sentence."""


def findings(
    *,
    shares: DriverShares,
    changes: DriverChanges,
    longer: DriverChanges,
    new: DriverEmergence,
    spikes: DriverSpikes,
    months: DriverMonths,
    costs: DriverCosts,
    vendors: DriverVendors,
) -> list[Finding]:
    """What a reader with one minute must know: what changed clearly, then money, then levels."""
    told = [str(rows["driver"].iloc[0]) for rows in (spikes.episodes, changes.grown, new.named)
            if len(rows)]  # fmt: skip
    found: list[tuple[Told, str, float]] = [
        (shares, "shares", 20.0),
        (spikes, "spikes", 100.0 if len(spikes.episodes) else 0.0),
        (new, "new", 90.0 if len(new.named) else 0.0),
        (changes, "changes", 95.0 if len(changes.grown) else 30.0),
        (longer, "changes", 85.0 if len(longer.grown) and _is_news(longer, told) else 0.0),
        (costs, "costs", 0.0 if costs.cost_why and costs.judged.empty else 70.0),
        (vendors, "vendors", 60.0 if _stands_apart(vendors) else 0.0),
        (months, "months", 50.0 if _is_news(months, told) else 0.0),
    ]  # fmt: skip
    return [
        Finding(result.finding(), section, weight)
        for result, section, weight in found
        if weight and not result.why_not
    ] or [Finding(shares.finding(), "shares", 0.0)]


def _is_news(result: Told, told: Sequence[str]) -> bool:
    """Is this about a driver that no finding above is about?"""
    said = result.finding()
    return "“" in said and not any(f"“{name}”" in said for name in told)


def _stands_apart(vendors: DriverVendors) -> bool:
    rows = vendors.vendors
    return bool(((rows["easier_low"] > 0) | (rows["easier_high"] < 0)).any())
