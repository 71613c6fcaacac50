"""How do the drivers and what was done to them read? For a page, for widgets, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.definitions.wording import counted, shown, spread
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.clusters import UNCLEAR_BELOW
from workbench.drivers.driver import UNCLEAR, Driver
from workbench.drivers.history import Event
from workbench.metrics import intervals

_ORDER = {"proposed": 0, "active": 1, "ignored": 2}
_DONE = {"ignore": "put aside", "show": "shown again", "accept": "accepted",
         "dismiss": "dismissed"}  # fmt: skip


@dataclass(frozen=True)
class ListedDriver:
    """One driver as a list shows it: ``n`` of ``total`` placed contacts with the ``share``, and how
    it was born (``birth``, none if the fit found it)."""

    driver: Driver
    n: int
    total: int
    birth: Mapping[str, Any] | None = None

    @property
    def share(self) -> str:
        """Its share of all placed contacts, in words."""
        return shown(self.n / self.total if self.total else None, "share")

    @property
    def interval(self) -> str:
        """The interval of that share (Wilson), in words."""
        return spread(*intervals.share(self.n, self.total), "share") if self.total else ""


def listed_drivers(folder: CatalogueFolder) -> list[ListedDriver]:
    """Every driver a ticket can have: proposed ones first, then the largest; ``unclear`` is none.

    A contact nearly as near to another driver is unclear, and counts in ``total`` only.
    """
    catalogue, placed = folder.fitted(), folder.placed()
    is_clear = placed["confidence"] >= UNCLEAR_BELOW
    counts = placed["driver"].where(is_clear, UNCLEAR).value_counts()
    births = {
        one["id"]: one
        for event in catalogue.active if event.do == "assign"
        for one in event.details.get("born", ())
    }  # fmt: skip
    rows = [
        ListedDriver(
            one, int(counts.get(one.driver_id, 0)), int(counts.sum()), births.get(one.driver_id)
        )
        for one in catalogue.present.values()
    ]
    return sorted(rows, key=lambda row: (_ORDER[row.driver.state], -row.n, row.driver.driver_id))


def birth_words(birth: Mapping[str, Any]) -> str:
    """When a driver was born and what tells so."""
    seen = birth["evidence"]
    return (
        f"Born {birth['born']}, told on {birth['seen_on']} by “{', '.join(birth['terms'])}”: "
        f"{seen['core']:,} of {counted(seen['of'], 'contact')} in {seen['in_days']} days, where "
        f"the fit had {seen['core_at_fit']:,} of {seen['of_at_fit']:,}; nearest to "
        f"{birth['nearest']}."
    )


def event_words(event: Event) -> str:
    """What was done, in words: ``renamed d003 to “Late parcels”``."""
    at = event.details
    if event.do in ("fit", "refit"):
        said = f"{event.do} of {counted(len(at['drivers']), 'driver')} in {at['contacts']:,}"
        again = f", agreement with the last one {at['agreement']:.2f}" if "agreement" in at else ""
        return f"{said} contacts{again}"
    if event.do == "assign":
        born = ", ".join(one["id"] for one in at.get("born", ()))
        said = f"assigned {counted(at['contacts'], 'contact')}"
        return f"{said}; born: {born}" if born else said
    if event.do == "merge":
        return f"merged {', '.join(at['drivers'])} into {at['into']}"
    if event.do == "split":
        return f"split {at['driver']} into {', '.join(part['id'] for part in at['parts'])}"
    if event.do == "move":
        return f"moved {counted(at['tickets'], 'ticket')} to {at['to']}"
    if event.do == "undo":
        return f"took back event {at['event']} ({at['what']})"
    if event.do == "rename":
        name = f"renamed {at['driver']} to “{at['name']}”" if at.get("name") else ""
        theme = f"put {at['driver']} under “{at['theme']}”" if at.get("theme") else ""
        return " and ".join(filter(None, (name, theme)))
    return f"{_DONE.get(event.do, event.do)} {at.get('driver', '')}".strip()


def speaks_of(event: Event, driver: str) -> bool:
    """Was something done to this driver, or was it made, by this event?"""
    at = event.details
    named = {at.get("driver"), at.get("into"), at.get("to"), *at.get("drivers", ())} if (
        event.do not in ("fit", "refit")
    ) else {one["id"] for one in at["drivers"]}  # fmt: skip
    return driver in named | {part["id"] for part in (*at.get("parts", ()), *at.get("born", ()))}
