"""How do the results about contact drivers read on a page? One function per section, words only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from workbench.analyses.driver_changes import DriverChanges
from workbench.analyses.driver_costs import DriverCosts
from workbench.analyses.driver_emergence import DriverEmergence
from workbench.analyses.driver_gaps import DriverGaps
from workbench.analyses.driver_map import DriverMap
from workbench.analyses.driver_months import DriverMonths
from workbench.analyses.driver_shares import DriverShares
from workbench.analyses.driver_spikes import DriverSpikes
from workbench.analyses.driver_themes import DriverThemes
from workbench.analyses.driver_vendors import DriverVendors
from workbench.charts.driver_changes import driver_changes_chart
from workbench.charts.driver_costs import driver_costs_chart
from workbench.charts.driver_emergence import driver_emergence_chart
from workbench.charts.driver_gaps import driver_gaps_chart
from workbench.charts.driver_map import driver_map_chart
from workbench.charts.driver_months import driver_months_chart
from workbench.charts.driver_shares import driver_shares_chart
from workbench.charts.driver_spikes import driver_spikes_chart
from workbench.charts.driver_themes import driver_themes_chart
from workbench.charts.driver_vendors import driver_vendors_chart
from workbench.drivers.driver import UNCLEAR
from workbench.metrics.costs import COST_PER_CONTACT
from workbench.metrics.first_contact import FCR, ONE_TOUCH
from workbench.metrics.reopening import REPEAT_RATE
from workbench.metrics.volume import CONTACT_RATE, TICKETS_CREATED
from workbench.reporting.driver_findings import Told

Section = dict[str, Any]

# A page holds three megabytes: of what is long the clearest part is drawn, all of it is told.
DRAWN_SHARES, DRAWN_CHANGES, DRAWN_SPIKES = 16, 14, 2
_SHARES = ["driver", "theme", "state", "n", "share", "low", "high", "rate", "rate_low",
           "rate_high", "n_before", "share_before"]  # fmt: skip
_CHANGES = ["driver", "n_before", "n", "share_before", "share", "change", "change_low",
            "change_high", "growth", "growth_low", "growth_high", "verdict"]  # fmt: skip
_COSTS = ["driver", "n", "repeat", "repeat_low", "repeat_high", "repeat_n", "contacts", "cost",
          "cost_low", "cost_high", "cost_share"]  # fmt: skip
_GAPS = ["driver", "n", "repeat", "repeat_n", "one_touch", "one_touch_n", "score", "score_low",
         "score_high", "rank", "rank_low", "rank_high", "why"]  # fmt: skip
_MONTHS = ["driver", "month", "n", "n_month", "share", "low", "high", "is_partial"]
_VENDORS = ["vendor", "driver", "n", "n_vendor", "share", "share_others", "difference",
            "difference_low", "difference_high"]  # fmt: skip
_THEMES = ["theme", "driver", "n", "share", "low", "high"]


def shares_section(shares: DriverShares, tickets: pd.DataFrame | None) -> Section:
    """How much is about each driver; here stands what holds for all of the page."""
    definition = (
        f"{TICKETS_CREATED.definition} {CONTACT_RATE.definition} Intervals: Wilson for shares, two "
        "Poisson counts for rates. A driver put aside is counted in n and not drawn."
    )
    section = _section("shares", "Why customers contact us", shares, definition, _SHARES)
    named, rest = shares.drawn[shares.drawn["state"] != UNCLEAR], ""
    if len(named) > DRAWN_SHARES:
        rest = f"Drawn are the {DRAWN_SHARES} largest of {len(named)} drivers; the table has all."
        is_kept = ~shares.frame["driver_id"].isin(named["driver_id"].iloc[DRAWN_SHARES:])
        shares = replace(shares, frame=shares.frame[is_kept])
    section["sentences"].append(rest)
    return section | _drawn(shares, driver_shares_chart) | {"tickets": tickets}


def changes_section(changes: DriverChanges, longer: DriverChanges, shares: DriverShares) -> Section:
    """What changed in the mix, beyond what all contacts did."""
    more = "" if longer.why_not or longer.period == changes.period else longer.finding()
    definition = (
        "Growth beyond volume: a driver's contacts against those before, over the same ratio of "
        "all contacts; ×1 is in step. Change of share: Newcombe interval. Both 95 % for all "
        "drivers together (Bonferroni)."
    )
    section = _section("changes", "What changed", changes, definition, _CHANGES, beside=shares)
    section["sentences"].append(more)
    n = len(changes.drawn)
    if n > DRAWN_CHANGES:
        grew = f"Drawn are the {DRAWN_CHANGES} that grew most of {n}; the table has all."
        section["sentences"].append(grew)
        changes = replace(changes, frame=changes.drawn.head(DRAWN_CHANGES))
    return section | _drawn(changes, driver_changes_chart)


def new_section(new: DriverEmergence, shares: DriverShares) -> Section:
    """Drivers that were not there before, and those nobody looked at yet."""
    waiting = _waiting(shares.frame)
    definition = (
        "New: told by words that were not said before, in an assign. Proposed until somebody "
        "accepts or dismisses it. Coincides: in the calendar up to 14 days before; no cause."
    )
    section = _section("new", "New drivers", new, definition, beside=shares)
    if len(new.drawn):
        section |= _drawn(new, driver_emergence_chart)
    return section | {"sentences": [new.finding(), waiting]}


def _waiting(frame: pd.DataFrame) -> str:
    names = ", ".join(f"“{name}”" for name in frame.loc[frame["state"] == "proposed", "driver"])
    return f"Not yet looked at: {names}." if names else ""


def spikes_section(spikes: DriverSpikes, shares: DriverShares) -> Section:
    """Weeks in which a driver brought more than its own past explains."""
    definition = (
        "A week is held against the mean of the driver's twelve weeks before (negative binomial). "
        "Of what is called a spike, 5 % may be chance (Benjamini and Hochberg)."
    )
    section = _section("spikes", "Spikes", spikes, definition, beside=shares)
    episodes = spikes.episodes
    if episodes.empty:  # what to bear in mind about spikes is of no use without one
        return {name: section[name] for name in ("id", "title", "sentences")}
    drivers = list(dict.fromkeys(episodes["driver_id"]))
    if len(drivers) > DRAWN_SPIKES:
        section["sentences"].append(f"The {DRAWN_SPIKES} clearest of {len(drivers)} are drawn.")
        is_kept = episodes["driver_id"].isin(drivers[:DRAWN_SPIKES])
        spikes = replace(spikes, episodes=episodes[is_kept])
    return section | _drawn(spikes, driver_spikes_chart) | {"frame": episodes}


def months_section(months: DriverMonths, shares: DriverShares) -> Section:
    """Each driver's share, month by month."""
    definition = "Share of each month's contacts, Wilson interval; the largest drivers are shown."
    section = _section("months", "Drivers over months", months, definition, _MONTHS, beside=shares)
    return section | _drawn(months, driver_months_chart)


def themes_section(themes: DriverThemes, shares: DriverShares) -> Section:
    """Themes and the drivers in them."""
    definition = "A theme is a group of drivers whose texts are near each other, or as named."
    section = _section("themes", "Themes", themes, definition, _THEMES, beside=shares)
    return section | _drawn(themes, driver_themes_chart)


def costs_section(costs: DriverCosts, shares: DriverShares) -> Section:
    """Who comes back, and what it costs."""
    definition = f"{REPEAT_RATE.definition} {COST_PER_CONTACT.definition}"
    title = f"What drivers cost, {costs.period.title}"
    section = _section("costs", title, costs, definition, _COSTS, beside=shares)
    return section | _drawn(costs, driver_costs_chart)


def gaps_section(gaps: DriverGaps, shares: DriverShares) -> Section:
    """What could be written down."""
    definition = (
        f"Score: contacts × share that came back × share solved with one reply, an order and no "
        f"saving. {REPEAT_RATE.definition} {ONE_TOUCH.definition}"
    )
    title = f"Candidates for documentation, {gaps.period.title}"
    section = _section("gaps", title, gaps, definition, _GAPS, beside=shares)
    return section if gaps.candidates.empty else section | _drawn(gaps, driver_gaps_chart)


def vendors_section(vendors: DriverVendors, shares: DriverShares) -> Section:
    """What each vendor or team got to do."""
    definition = (
        "Difference: share of the vendor's contacts less that of all others (Newcombe, 95 % for "
        f"all rows together). Easier: {FCR.label.lower()} its drivers have wherever they are "
        f"handled, less that of the others. {FCR.definition}"
    )
    title = f"What each {vendors.split} got, {vendors.period.title}"
    section = _section("vendors", title, vendors, definition, _VENDORS, beside=shares)
    return section | _drawn(vendors, driver_vendors_chart)


def map_section(drawn: DriverMap) -> Section:
    """Tickets by what they say."""
    section: Section = {"id": "map", "title": "Map of tickets", "sentences": [drawn.finding()]}
    if drawn.why_not:
        return section
    return section | {
        "figure": driver_map_chart(drawn), "frame": drawn.centres, "caveats": drawn.caveats,
        "definition": "The map to point at, with every ticket's subject, is in "
        "notebooks/edit_drivers.ipynb.",
    }  # fmt: skip


def missing(results: Sequence[tuple[str, Told]]) -> list[tuple[str, str]]:
    """What these data cannot answer, and why."""
    return [(title, result.why_not) for title, result in results if result.why_not]


def _section(
    id: str, title: str, result: Told, definition: str, columns: list[str] | None = None, *,
    beside: Told | None = None,
) -> Section:  # fmt: skip
    """Words of a section; a caveat that stands ``beside`` it already is not said again."""
    section: Section = {"id": id, "title": title, "sentences": [result.finding()]}
    if result.why_not:
        return section
    said = beside.caveats if beside is not None else []
    return section | {
        "frame": result.frame[columns] if columns else result.frame, "definition": definition,
        "caveats": [caveat for caveat in result.caveats if caveat not in said],
    }  # fmt: skip


def _drawn(result: Told, chart: Any) -> Section:
    return {} if result.why_not else {"figure": chart(result)}
