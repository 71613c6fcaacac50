"""Place new tickets among the drivers there are, and watch for drivers that are new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.drivers.births import WINDOWS, Birth, Watch
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.clusters import Labels
from workbench.drivers.driver import Driver
from workbench.drivers.fitting import tickets_at
from workbench.drivers.frozen import Centres, FrozenModel
from workbench.drivers.history import Event
from workbench.drivers.labels import N_EXAMPLES, phrases
from workbench.drivers.placements import PLACEMENTS
from workbench.drivers.reading import Read, read
from workbench.drivers.text import contact_keys
from workbench.drivers.vectors import Vectors
from workbench.workspace import Workspace

_KEY = ["source", "ticket_id"]


@dataclass(frozen=True)
class Assigned:
    """What an assign did: its ``event`` (none if there was nothing to place), how many contacts it
    placed, and the ids of the drivers it proposes."""

    event: Event | None
    n: int
    born: list[str]


def assign(
    workspace: Workspace, *, now: datetime, until: datetime | None = None, embedding: str = ""
) -> Assigned:
    """Place every contact that has no driver yet, and propose drivers that are new.

    Costs the new contacts and those of the eight weeks before them. Nothing that was placed moves,
    save contacts of those weeks that turn out to belong to a newborn driver.
    """
    with CatalogueFolder(workspace.root).writing() as folder:
        catalogue, placed = folder.fitted(), folder.placed()
        assert catalogue.fit is not None
        wanted = _wanted(contact_keys(workspace, until=until), placed)
        if not len(wanted.new):
            return Assigned(None, 0, [])
        model = folder.model(embedding=embedding)
        contacts = read(workspace, only=wanted.all, templates=model.templates)
        new = _is_in(contacts.frame, wanted.new)
        spoken = contacts.spoken(embedded=model.is_embedded)
        vectors, centres = model.vectors_of(spoken), folder.centres(model)
        found = _Assign(contacts, spoken, vectors, model, centres, centres, new, [], [])
        found.watch(folder)
        rows = found.rows(catalogue.drivers, placed)
        details = {
            "fit": catalogue.fit.n, "contacts": int(new.sum()),
            "until": f"{contacts.frame.loc[new, 'created_at'].max():%Y-%m-%d}",
            "born": found.born, "grown": found.grown,
        }  # fmt: skip
        changed = [one["id"] for one in (*found.born, *found.grown)]
        event = folder.commit(
            "assign", details, now=now, placed=rows,
            centres=found.centres.only(changed) if changed else None,
        )  # fmt: skip
        return Assigned(event, int(new.sum()), [one["id"] for one in found.born])


@dataclass(frozen=True)
class _Wanted:
    new: pd.DataFrame
    all: pd.DataFrame


def _wanted(keys: pd.DataFrame, placed: pd.DataFrame) -> _Wanted:
    """The contacts without a driver, and with them those of the weeks before."""
    is_new = ~_is_in(keys, placed)
    new = keys[is_new]
    if not len(new):
        return _Wanted(new, new)
    since = new["created_at"].min() - pd.Timedelta(days=max(WINDOWS))
    return _Wanted(new, keys[is_new | (keys["created_at"] >= since)])


def _is_in(frame: pd.DataFrame, others: pd.DataFrame) -> NDArray[np.bool_]:
    mine, theirs = (pd.MultiIndex.from_frame(one[_KEY].astype("str")) for one in (frame, others))
    found: NDArray[np.bool_] = mine.isin(theirs)
    return found


@dataclass
class _Assign:
    """One assign under way: ``before`` are the centres it began with."""

    contacts: Read
    spoken: list[str]
    vectors: Vectors
    model: FrozenModel
    before: Centres
    centres: Centres
    new: NDArray[np.bool_]
    born: list[dict[str, Any]]
    grown: list[dict[str, Any]]

    def watch(self, folder: CatalogueFolder) -> None:
        """Look at every new day for a new driver."""
        is_counted = (self.contacts.frame["basis"] == self.model.basis).to_numpy()
        rows, days = np.flatnonzero(is_counted), self.contacts.days
        watch = Watch(
            [self.contacts.words[i] for i in rows], self.vectors[rows], days[rows],
            self.contacts.is_in(self.model.language)[rows], self.model, self.centres,
            folder.settled_words,
        )  # fmt: skip
        fresh = days[self.new]
        for birth in watch.births(fresh.min(), fresh.max()):
            self._take(birth, rows, folder)
            watch.centres = self.centres

    def _take(self, birth: Birth, rows: Labels, folder: CatalogueFolder) -> None:
        terms = {word: round(weight, 4) for word, weight in sorted(birth.terms.items())}
        if birth.grown:
            self.centres = self.centres.plus(birth.grown, birth.vector, terms)
            told = {"id": birth.grown, "terms": terms, "seen_on": str(birth.seen_on)}
            self.grown = [one for one in self.grown if one["id"] != birth.grown] + [told]
            return
        name = f"d{int(folder.new_ids(1)[0][1:]) + len(self.born):03d}"
        self.centres = self.centres.plus(name, birth.vector, terms)
        self.born.append(self._told(birth, rows[birth.rows], name, terms))

    def _told(
        self, birth: Birth, members: Labels, name: str, terms: dict[str, float]
    ) -> dict[str, Any]:
        frame = self.contacts.frame
        inside = np.isin(np.arange(len(frame)), members).astype(np.int64)
        label = phrases(self.contacts.texts, inside, 2, language=self.model.language)[1]
        near = members[np.argsort(-(self.vectors[members] @ birth.vector), kind="stable")]
        kin = self.before.ids[int((self.before.vectors @ birth.vector).argmax())]
        when = frame["created_at"].iloc[members].min()
        return {
            "id": name, "label": label, "theme": "new", "born": f"{when:%Y-%m-%d}",
            "seen_on": str(birth.seen_on), "terms": terms, "nearest": kin,
            "evidence": {
                "tickets": len(members), "core": birth.n, "of": birth.n_window,
                "in_days": birth.days, "core_at_fit": birth.n_before, "of_at_fit": birth.n_known,
                "likeness_to_nearest": round(birth.nearest, 3),
            },
            "examples": tickets_at(frame, near[:N_EXAMPLES].tolist()),
        }  # fmt: skip

    def rows(self, drivers: Mapping[str, Driver], placed: pd.DataFrame) -> pd.DataFrame:
        """The new contacts with their driver, and older ones that a newborn driver takes.

        A word may have been said before the driver was born: no ticket is older than its driver.
        """
        birthdays = {
            name: drivers[name].born for name in self.before.ids
            if self.before.terms.get(name) or drivers[name].state == "proposed"
        } | {one["id"]: date.fromisoformat(one["born"]) for one in self.born}  # fmt: skip
        established = self.before.only([n for n in self.before.ids if n not in birthdays])
        texts, frame = self.contacts.words, self.contacts.frame[_KEY]
        found = self.centres.placed(texts, self.vectors)
        old = (established if established.ids else self.before).placed(texts, self.vectors)
        driver = pd.Series(np.array(self.centres.ids)[found.driver], frame.index)
        otherwise = pd.Series(np.array(established.ids or self.before.ids)[old.driver], frame.index)
        keys = pd.MultiIndex.from_frame(frame.astype("str"))
        was = placed.set_index(_KEY)["leaf"].reindex(keys).to_numpy()
        otherwise = otherwise.where(~np.isin(was.astype(str), established.ids), was)
        born = pd.to_datetime(driver.map(birthdays)).to_numpy().astype("datetime64[D]")
        is_newborn = self.contacts.days >= born  # not where there is no birthday
        is_early = self.contacts.days < born
        is_taken = is_newborn & driver.isin([one["id"] for one in (*self.born, *self.grown)])
        frame = frame.assign(
            driver=driver.where(~is_early, otherwise),
            confidence=np.where(is_early, old.confidence, found.confidence),
            otherwise=otherwise.where(is_newborn, None),
        )  # fmt: skip
        return frame.loc[self.new | is_taken, PLACEMENTS.names].reset_index(drop=True)
