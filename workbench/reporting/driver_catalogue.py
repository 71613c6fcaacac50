"""How do the driver catalogue and its history read on a page? Rows and sections."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.definitions.wording import counted
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.history import Catalogue, Event, last_undoable
from workbench.drivers.listing import event_words, listed_drivers, speaks_of

Section = dict[str, Any]


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
