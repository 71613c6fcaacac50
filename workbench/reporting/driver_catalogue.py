"""How do the driver catalogue and its history read? Words and rows, for a page and for widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.definitions.wording import counted, shown, spread
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.clusters import UNCLEAR_BELOW
from workbench.drivers.driver import UNCLEAR, Driver
from workbench.drivers.history import Catalogue, Event, last_undoable
from workbench.metrics import intervals

Section = dict[str, Any]

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


def history_frame(folder: CatalogueFolder) -> pd.DataFrame:
    """One row per event, the latest first: ``n``, ``at``, ``what`` and its ``state``."""
    gone, last = folder.catalogue.undone, last_undoable(folder.events)
    rows = [
        (
            event.n, event.at, event_words(event),
            "undone" if event.n in gone
            else "next to undo" if last is not None and event.n == last.n else "",
        )
        for event in reversed(folder.events)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["n", "at", "what", "state"])


def catalogue_frame(folder: CatalogueFolder) -> pd.DataFrame:
    """One row per driver: who it is, how large, and what was last done to it."""
    return pd.DataFrame([
        {
            "id": row.driver.driver_id, "name": row.driver.name, "theme": row.driver.theme,
            "state": row.driver.state, "n": row.n, "share": row.share, "interval": row.interval,
            "born": row.driver.born, "last": _last(folder.catalogue, row.driver.driver_id),
        }
        for row in listed_drivers(folder)
    ])  # fmt: skip


def _last(catalogue: Catalogue, driver: str) -> str:
    told = [event for event in catalogue.active if speaks_of(event, driver)]
    return f"{told[-1].at[:10]}: {_short(told[-1])}" if told else ""


def _short(event: Event) -> str:
    """A fit or an assign made every driver alike: their words are in the history."""
    return event.do if event.do in ("fit", "refit", "assign") else event_words(event)


def catalogue_section(folder: CatalogueFolder) -> Section:
    """The drivers there are, with their ids, and the version of the catalogue."""
    title = "The catalogue of drivers"
    if folder.catalogue.fit is None:
        return {"id": "catalogue", "title": title, "sentences": [
            "There is no catalogue: the drivers of this page were found for it alone, and their "
            "ids mean nothing beyond it.", "Run 'workbench drivers fit' to keep them.",
        ]}  # fmt: skip
    frame = catalogue_frame(folder)
    waiting = int((frame["state"] == "proposed").sum())
    aside = int((frame["state"] == "ignored").sum())
    states = [f"{waiting} proposed and not yet looked at"] if waiting else []
    states += [f"{aside} put aside"] if aside else []
    among = f" ({', '.join(states)})" if states else ""
    return {
        "id": "catalogue", "title": title, "frame": frame,
        "sentences": [
            f"Version {folder.version}: {counted(len(frame), 'driver')}{among}, "
            f"{counted(len(folder.events), 'event')}.",
        ],
        "definition": "An id is never given to another driver; names and themes may change. n: "
        "all contacts placed so far, share of them with its Wilson interval. Change drivers in "
        "notebooks/edit_drivers.ipynb or with 'workbench drivers'; every edit can be undone.",
    }  # fmt: skip


def history_section(folder: CatalogueFolder) -> Section:
    """What was done to the drivers, the latest first."""
    section: Section = {"id": "history", "title": "What was done to the drivers"}
    if not folder.events:
        return section | {"sentences": ["Nothing was ever fitted."]}
    last, edits = folder.events[-1], last_undoable(folder.events)
    undo = f"The next undo takes back event {edits.n}: {event_words(edits)}." if edits else ""
    said = f"Last, on {last.at[:10]}: {event_words(last)}."
    return section | {"sentences": [said, undo], "frame": history_frame(folder)}
