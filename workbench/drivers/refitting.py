"""Find the drivers anew, and carry over what people know the old ones by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.clusters import means
from workbench.drivers.fitting import FitOptions, Found, about, find, with_ids
from workbench.drivers.frozen import Centres, FrozenModel
from workbench.drivers.history import EDITS, Catalogue, Event
from workbench.drivers.labels import examples
from workbench.drivers.matching import Match, matched
from workbench.drivers.reading import Read, read
from workbench.drivers.vectors import Vectors
from workbench.workspace import Workspace

_KEY = ["source", "ticket_id"]


def refit(workspace: Workspace, options: FitOptions, *, now: datetime) -> Event:
    """Find the drivers again, as a new version of the catalogue with a mapping from the old one.

    A new driver that has the tickets of an old one keeps its id, and with it its name. A driver an
    analyst edited is never lost: where the fit does not find it, it stays with the centre of the
    tickets it had. What was merged stays merged, what was moved stays where it was put.
    """
    folder = CatalogueFolder(workspace.root)
    with folder.writing() as latest:
        catalogue, placed = latest.fitted(), latest.placed()
        found = find(workspace, latest, options)
        old = placed.dropna(subset=["driver"]).set_index(_KEY)["driver"]
        index = pd.MultiIndex.from_frame(found.contacts.frame[_KEY].astype("str"))
        match = matched(old, pd.Series(found.driver, index=index), len(found.labels))
        lost = edited(catalogue) - set(match.same.values())
        found, kept = _with_edited(found, old.reindex(index), lost, catalogue)
        ids, into = _ids(latest, catalogue, match, len(found.labels) - len(kept), kept)
        known = edited(catalogue)
        drivers = [
            found.told(place, name)
            | ({"into": into[name]} if name in into else {})
            | ({"is_edited": True} if name in known else {})
            for place, name in enumerate(ids)
        ]
        model = with_ids(found.model, ids)
        proposed = {name for name, one in catalogue.drivers.items() if one.state == "proposed"}
        rows = _rows(found.contacts, found.vectors, model, proposed)
        rest = placed[~pd.MultiIndex.from_frame(placed[_KEY]).isin(index)]
        if len(rest):  # a ticket outside the period of the fit needs a driver that is still there
            others = read(workspace, only=rest, templates=model.templates)
            vectors = model.vectors_of(others.spoken(embedded=model.is_embedded))
            rows = pd.concat([rows, _rows(others, vectors, model, proposed)])
        places = {name: place for place, name in enumerate(ids)}
        match = matched(old, rows.set_index(_KEY)["driver"].map(places), len(ids))
        details = about(found, options) | {
            "drivers": drivers, "agreement": round(match.agreement, 4), "shared": match.shared,
            "mapping": _mapping(match, ids),
        }  # fmt: skip
        return latest.commit("refit", details, now=now, placed=rows, model=model)


def _rows(contacts: Read, vectors: Vectors, model: FrozenModel, proposed: set[str]) -> pd.DataFrame:
    """Contacts with their driver, and where they would go if a proposed one were dismissed."""
    spoken, centres = contacts.spoken(embedded=model.is_embedded), model.centres
    found = centres.placed(spoken, vectors)
    driver = pd.Series(np.array(centres.ids)[found.driver], contacts.frame.index)
    rows = contacts.frame[_KEY].assign(driver=driver, confidence=found.confidence, otherwise=None)
    established = centres.only([name for name in centres.ids if name not in proposed])
    if proposed & {*centres.ids} and established.ids:
        other = np.array(established.ids)[established.placed(spoken, vectors).driver]
        rows["otherwise"] = pd.Series(other, rows.index).where(driver.isin(proposed), None)
    return rows


def edited(catalogue: Catalogue) -> set[str]:
    """The drivers that an analyst did something to."""
    named: set[str] = set()
    for event in catalogue.active:
        told = event.details
        if event.do in EDITS and event.do != "dismiss":
            named |= {told[key] for key in ("driver", "into", "to") if key in told}
            named |= {part["id"] for part in told.get("parts", ())}
    return {name for name in named if name in catalogue.present}


def _ids(
    folder: CatalogueFolder, catalogue: Catalogue, match: Match, n: int, retained: list[str]
) -> tuple[list[str], dict[str, str]]:
    """An id per new driver, and which of them go on being part of a merged one."""
    fresh = iter(folder.new_ids(n))
    merged = {catalogue.shown_as(name) for name in catalogue.into}
    kept = {*match.same.values(), *retained}
    ids, into = [], {}
    for place in range(n):
        name = match.same.get(place) or next(fresh)
        whole = match.mostly.get(place)
        if place not in match.same and whole in merged and whole in kept:
            into[name] = whole
        ids.append(name)
    return [*ids, *retained], into


def _with_edited(
    found: Found, old: pd.Series, lost: set[str], catalogue: Catalogue
) -> tuple[Found, list[str]]:
    """What was found, and the edited drivers it lacks, each at the centre of its old tickets."""
    held = {name: np.flatnonzero((old == name).to_numpy()) for name in sorted(lost)}
    kept = list(held)
    if not kept:
        return found, []
    centres = found.model.centres
    vectors = np.vstack([centres.vectors, *(
        means(found.vectors[rows], np.zeros(len(rows), dtype=np.int64), 1) for rows in held.values()
    )])  # fmt: skip
    n = len(vectors)
    grown = replace(found.model, centres=Centres(tuple(map(str, range(n))), vectors))
    words = found.contacts.spoken(embedded=grown.is_embedded)
    driver, _, confidence = grown.centres.placed(words, found.vectors)
    known = [catalogue.drivers[name] for name in kept]
    return replace(
        found, model=grown, driver=driver, confidence=confidence,
        labels=[*found.labels, *(one.label for one in known)],
        themes=[*found.themes, *(one.theme for one in known)],
        example_rows=examples(found.vectors, driver, vectors),
    ), kept  # fmt: skip


def _mapping(match: Match, ids: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "old": row["old"], "new": ids[row["new"]], "tickets": int(row["tickets"]),
            "share": round(float(row["share"]), 4),
        }
        for row in match.table.to_dict("records")
    ]  # fmt: skip
