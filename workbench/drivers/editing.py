"""Correct the drivers by hand: every edit is an event that survives and can be undone."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import normalize

from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.driver import UNCLEAR, Driver
from workbench.drivers.fitting import tickets_at
from workbench.drivers.frozen import Centres
from workbench.drivers.history import Event, last_undoable
from workbench.drivers.labels import examples, phrases
from workbench.drivers.reading import read
from workbench.errors import UsageError
from workbench.workspace import Workspace

MAX_NAME = 80
_KEY = ["source", "ticket_id"]


def rename(
    workspace: Workspace, driver: str, name: str = "", *, theme: str = "", now: datetime
) -> Event:
    """Give a driver a name, a theme or both; a proposed driver is accepted by it."""
    with CatalogueFolder(workspace.root).writing() as folder:
        catalogue = folder.fitted()
        one = catalogue.one(driver)
        new = _worded(name, "name") if name else ""
        taken = [
            other for other in catalogue.present.values()
            if new and other.driver_id != one.driver_id and other.name.casefold() == new.casefold()
        ]  # fmt: skip
        if taken or new.casefold() == UNCLEAR or new in catalogue.drivers:
            whose = f"that of driver {taken[0].driver_id}" if taken else "that of tickets near none"
            whose = "the id of a driver" if new in catalogue.drivers else whose
            raise UsageError(
                f"the name {new!r} is {whose}.", where="name",
                fix="Choose another, or merge the two drivers.",
            )  # fmt: skip
        details: dict[str, Any] = {"driver": one.driver_id}
        details |= {"name": new} if new else {}
        details |= {"theme": _worded(theme, "theme")} if theme else {}
        if len(details) == 1:
            raise UsageError("there is nothing to change.", where="rename", fix="Give a name.")
        return folder.commit("rename", details, now=now)


def merge(workspace: Workspace, drivers: Sequence[str], into: str, *, now: datetime) -> Event:
    """Make several drivers one; the last keeps its id and name."""
    with CatalogueFolder(workspace.root).writing() as folder:
        catalogue = folder.fitted()
        whole = catalogue.one(into).driver_id
        parts = list(dict.fromkeys(catalogue.one(name).driver_id for name in drivers))
        if not parts or whole in parts:
            raise UsageError(
                f"driver {whole} cannot be merged into itself.", where="merge",
                fix="Name the drivers to merge, then the one they go into.",
            )  # fmt: skip
        return folder.commit("merge", {"drivers": parts, "into": whole}, now=now)


def split(
    workspace: Workspace, driver: str, *, parts: int = 2, seed: int = 0, now: datetime
) -> Event:
    """Take a driver apart into ``parts`` by what its tickets say."""
    if not 2 <= parts <= 20:
        raise UsageError(f"{parts} parts are not between 2 and 20.", where="split")
    with CatalogueFolder(workspace.root).writing() as folder:
        one = folder.fitted().one(driver)
        placed = folder.placed()
        own = placed[placed["driver"] == one.driver_id]
        model = folder.model()
        contacts = read(workspace, only=own, templates=model.templates)
        spoken = contacts.spoken(embedded=model.is_embedded)
        vectors = model.vectors_of(spoken)
        if len(np.unique(vectors.round(5), axis=0)) < parts:
            raise UsageError(
                f"its {len(own):,} tickets say fewer than {parts} different things.",
                where=f"driver {one.driver_id}",
            )  # fmt: skip
        fine = KMeans(parts, n_init=10, random_state=seed).fit(vectors)
        order = np.argsort(np.argsort(-np.bincount(fine.labels_), kind="stable"))
        inside = order[fine.labels_]
        centres = normalize(fine.cluster_centers_)[np.argsort(order)].astype(np.float32)
        ids = folder.new_ids(parts)
        labels = phrases(contacts.texts, inside, parts, language=model.language)
        near = examples(vectors, inside, centres)
        told = [
            {
                "id": name, "label": labels[i], "size": int((inside == i).sum()),
                "examples": tickets_at(contacts.frame, near[i]),
            }
            for i, name in enumerate(ids)
        ]  # fmt: skip
        confidence = own.set_index(_KEY)["confidence"]
        rows = contacts.frame[_KEY].assign(driver=[ids[i] for i in inside])
        rows["confidence"] = confidence.reindex(pd.MultiIndex.from_frame(rows[_KEY])).to_numpy()
        return folder.commit(
            "split", {"driver": one.driver_id, "parts": told}, now=now, placed=rows,
            centres=Centres(tuple(ids), centres),
        )  # fmt: skip


def move(workspace: Workspace, tickets: Sequence[str], to: str, *, now: datetime) -> Event:
    """Put tickets under a driver by hand; no assign and no refit moves them again.

    Tickets are ids, or ``source/id`` where two sources use the same.
    """
    with CatalogueFolder(workspace.root).writing() as folder:
        one = folder.fitted().one(to)
        placed = folder.placed()
        if not tickets:
            raise UsageError("there is no ticket to move.", where="move", fix="Name its id.")
        rows = pd.concat([_the_ticket(placed, ticket) for ticket in tickets])
        rows = rows[_KEY].drop_duplicates().assign(driver=one.driver_id, confidence=np.float32(1))
        return folder.commit(
            "move", {"to": one.driver_id, "tickets": len(rows)}, now=now, placed=rows
        )


def set_state(workspace: Workspace, driver: str, do: str, *, now: datetime) -> Event:
    """``ignore`` a driver (kept out of charts, counted in n), ``show`` it again, or ``accept`` or
    ``dismiss`` one that is proposed; tickets of a dismissed one go where they would have been."""
    with CatalogueFolder(workspace.root).writing() as folder:
        one = folder.fitted().one(driver)
        _fits(one, do)
        return folder.commit(do, {"driver": one.driver_id}, now=now)


def undo(workspace: Workspace, *, now: datetime) -> Event:
    """Take back the last edit or refit; what it was is in the event that is returned."""
    with CatalogueFolder(workspace.root).writing() as folder:
        last = last_undoable(folder.events)
        if last is None:
            raise UsageError(
                "there is no edit to undo.", where="drivers",
                fix="A first fit stays; for other drivers 'workbench drivers refit', or delete the "
                "folder catalogue/ to begin anew.",
            )  # fmt: skip
        return folder.commit("undo", {"event": last.n, "what": last.do}, now=now)


def _fits(one: Driver, do: str) -> None:
    wanted = {"accept": ("proposed",), "dismiss": ("proposed",), "show": ("ignored",),
              "ignore": ("active", "proposed")}  # fmt: skip
    if do not in wanted:
        raise UsageError(f"{do!r} is nothing that can be done to a driver.", where="drivers")
    if one.state not in wanted[do]:
        raise UsageError(
            f"driver {one.driver_id} is {one.state}; {do} is for drivers that are "
            f"{' or '.join(wanted[do])}.", where="drivers",
        )  # fmt: skip


def _the_ticket(placed: pd.DataFrame, ticket: str) -> pd.DataFrame:
    found = placed[placed["ticket_id"] == ticket]
    if not len(found) and "/" in ticket:
        source, _, number = ticket.partition("/")
        found = placed[(placed["source"] == source) & (placed["ticket_id"] == number)]
    if len(found) == 1:
        return found
    if len(found):
        which = ", ".join(f"{source}/{ticket}" for source in found["source"])
        raise UsageError(
            f"ticket {ticket!r} is in {len(found)} sources.", where="move",
            fix=f"Name one of {which}.",
        )  # fmt: skip
    raise UsageError(
        f"ticket {ticket!r} has no driver.",
        where="move",
        fix="Check its id, or run 'workbench drivers assign' first.",
    )


def _worded(text: str, where: str) -> str:
    """A name as it can be shown anywhere: on one line, without control characters."""
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    kept = " ".join(kept.split())
    if not kept or len(kept) > MAX_NAME:
        raise UsageError(
            f"{text[:40]!r} is no {where}: it needs 1 to {MAX_NAME} characters that can be read.",
            where=where,
        )
    return kept
