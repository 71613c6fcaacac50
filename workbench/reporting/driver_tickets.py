"""Which tickets is a report about drivers made of: by whom grouped, listed, and on a map?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.analyses.driver_contacts import driver_contacts
from workbench.analyses.driver_map import MOST, DriverMap, driver_map
from workbench.definitions.dimensions import DRIVER
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.labelled import LabelledTickets, labelled_tickets
from workbench.drivers.reading import read
from workbench.drivers.text import contact_keys
from workbench.drivers.vectors import NeighbourSmoothing, TextVectors, Vectors
from workbench.errors import UsageError, WorkbenchError
from workbench.metrics.answers import answers
from workbench.metrics.declaration import Answer
from workbench.metrics.volume import CONTACT_RATE, TICKETS_CREATED
from workbench.workspace import Workspace

_KEY = ["source", "ticket_id"]
_LISTED = ["source", "ticket_id", "at", "team", "driver_id", "driver", "theme", "confidence",
           "subject"]  # fmt: skip
_BASES = {
    "catalogue": "By the drivers of this workspace's catalogue, version {version}.",
    "text": "By drivers grouped for this page alone: {n} of them, and their ids mean nothing "
    "beyond it.",
    "recorded": "By the reasons that the export recorded.",
}


def drivers_of(workspace: Workspace, *, n_drivers: int, seed: int) -> LabelledTickets | None:
    """Which driver has each contact? None where there is nothing to tell it by."""
    try:
        return labelled_tickets(workspace, n_drivers=n_drivers, seed=seed)
    except UsageError:
        return None  # every result says why in its own words


def basis_of(workspace: Workspace, found: LabelledTickets | None) -> str:
    """Where the drivers of a page come from, in a sentence."""
    if found is None:
        return ""
    version = CatalogueFolder(workspace.root).version
    return _BASES[found.basis].format(version=version, n=len(found.drivers))


def scope_of(workspace: Workspace, period: Period) -> str:
    """What a page about drivers speaks of."""
    whole = answers(workspace, TICKETS_CREATED, period)[0]
    contacts = counted(int(whole.value or 0), "contact")
    return f"{contacts} in {period.name}. Times in UTC, intervals 95 %."


def driver_answers(
    workspace: Workspace, found: LabelledTickets | None, period: Period
) -> list[Answer]:
    """The period's contacts and their rate per 100 orders, by driver, for machines to read."""
    by = DRIVER if found is not None else None
    return [
        one for metric in (TICKETS_CREATED, CONTACT_RATE)
        for one in answers(workspace, metric, period, by=by)
    ]  # fmt: skip


def tickets_of(
    workspace: Workspace, found: LabelledTickets | None, period: Period
) -> pd.DataFrame | None:
    """The period's contacts, the earliest first, each with its driver and what its subject is."""
    if found is None:
        return None
    contacts = driver_contacts(workspace, found, period)
    if isinstance(contacts, str):
        return None
    rows = contacts.within(period)[["at", "team", *_KEY]]
    rows = rows.merge(found.frame, on=_KEY, how="left").merge(_subjects(workspace, rows), on=_KEY)
    return rows.sort_values(["at", *_KEY])[_LISTED].reset_index(drop=True)


def ticket_map(
    workspace: Workspace, found: LabelledTickets | None, period: Period | None = None, *,
    most: int = MOST, method: str = "t-SNE", seed: int = 0,
) -> DriverMap:  # fmt: skip
    """Where do the tickets of a period lie to each other, by what they say?

    At most ``most`` of them, drawn by chance before anything is read. Their vectors are those of
    the catalogue's model; without one they are learnt from the tickets drawn.
    """
    if found is None:
        return _blank("needs contacts with texts")
    keys = contact_keys(workspace)
    if period is not None:
        at = keys["created_at"]
        keys = keys[(at >= period.start) & (at < period.end)]
    chosen = np.random.default_rng(seed).permutation(len(keys))[:most]
    drawn = keys.iloc[np.sort(chosen)]
    try:
        rows, vectors = _vectors(workspace, drawn, seed)
    except (WorkbenchError, ValueError) as fault:
        return _blank(str(getattr(fault, "what", fault)).rstrip("."))
    rows = rows.merge(found.frame[[*_KEY, "driver"]], on=_KEY, how="left")
    rows = rows.merge(_subjects(workspace, drawn), on=_KEY, how="left")
    refs = [f"{source} {ticket}" for source, ticket in zip(rows["source"], rows["ticket_id"],
                                                           strict=True)]  # fmt: skip
    mapped = driver_map(
        vectors, list(rows["driver"]), list(rows["subject"]), refs, most=most, method=method,
        seed=seed,
    )  # fmt: skip
    return replace(mapped, n=len(keys))


def _vectors(workspace: Workspace, drawn: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, Vectors]:
    """The tickets read, and a row of numbers for each; tickets that say nothing are left out."""
    folder = CatalogueFolder(workspace.root)
    model = folder.model() if folder.catalogue.fit is not None else None
    texts = read(workspace, only=drawn, templates=model.templates if model else None)
    rows = texts.frame[_KEY].astype("str")
    if model is not None:
        vectors = model.vectors_of(texts.spoken(embedded=model.is_embedded))
    else:
        found = TextVectors(random_state=seed).fit(texts.words).transform(texts.words)
        vectors = NeighbourSmoothing(random_state=seed).fit(found).transform(found)
    says = np.abs(vectors).sum(axis=1) > 0
    return rows[says].reset_index(drop=True), vectors[says]


def _subjects(workspace: Workspace, tickets: pd.DataFrame) -> pd.DataFrame:
    t = workspace.table("tickets")
    chosen = t.filter(t.ticket_id.isin(list(tickets["ticket_id"])))
    return chosen.select(*_KEY, "subject").to_pandas()


def _blank(why: str) -> DriverMap:
    return DriverMap(pd.DataFrame(), pd.DataFrame(), 0, why_not=why)
