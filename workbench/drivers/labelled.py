"""Which ticket has which contact driver: the one place that analyses, metrics and charts ask."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from workbench.definitions.wording import counted
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.clusters import UNCLEAR_BELOW
from workbench.drivers.driver import UNCLEAR, Driver
from workbench.drivers.fitting import MIN_TEXTS, FitOptions, find
from workbench.drivers.reading import read
from workbench.drivers.text import contact_keys
from workbench.errors import UsageError
from workbench.metrics.facts.drivers import label_tickets
from workbench.workspace import Workspace

MAX_GROUPED = 60_000  # contacts that are grouped without being asked, in about a minute
MAX_RECORDED = 30  # recorded reasons that are shown; rarer ones are "other"
_KEY = ["source", "ticket_id"]


@dataclass(frozen=True)
class LabelledTickets:
    """``frame``: one row per contact: ``source``, ``ticket_id``, ``driver_id``, ``driver`` (the
    name; ``unclear`` where none is near), ``theme``, ``confidence`` (0 to 1).

    ``drivers``: every driver by its id. ``basis``: ``catalogue`` (kept identities), ``text``
    (grouped just now) or ``recorded`` (the export's own reasons).
    """

    frame: pd.DataFrame
    drivers: dict[str, Driver]
    basis: str
    caveats: list[str] = field(default_factory=list)


def labelled_tickets(
    workspace: Workspace, *, n_drivers: int = 30, seed: int = 0
) -> LabelledTickets:
    """Which driver has each contact of this workspace?

    From its catalogue; without one, contacts are grouped here and now, and the ids mean nothing
    beyond this. Also tells `metrics` (`label_tickets`), so that every metric can be split by
    driver. Raises `UsageError` where there is nothing to group by.
    """
    key = ("labelled tickets", n_drivers, seed)

    def found() -> LabelledTickets:
        return _told(workspace, _labelled(workspace, n_drivers, seed))

    return workspace.remembered(key, found)


def _labelled(workspace: Workspace, n_drivers: int, seed: int) -> LabelledTickets:
    folder = CatalogueFolder(workspace.root)
    if folder.catalogue.fit is not None:
        return _from_catalogue(workspace, folder)
    contacts = contact_keys(workspace)
    if len(contacts) <= MAX_GROUPED:
        try:
            return _from_texts(workspace, folder, FitOptions(n_drivers, seed=seed))
        except UsageError:
            recorded = _from_reasons(workspace, contacts)
            if recorded is None:
                raise
            return recorded
    recorded = _from_reasons(workspace, contacts)
    if recorded is None:
        raise UsageError(
            f"{len(contacts):,} contacts are more than the {MAX_GROUPED:,} that are grouped on the "
            "fly, and no reason is recorded.", where="drivers",
            fix="Run 'workbench drivers fit' first.",
        )  # fmt: skip
    return recorded


def _from_catalogue(workspace: Workspace, folder: CatalogueFolder) -> LabelledTickets:
    """Where the catalogue has every contact; new ones go to the nearest driver for now."""
    placed, caveats = folder.placed(), []
    contacts = contact_keys(workspace)
    rows = contacts[_KEY].merge(placed, on=_KEY, how="left")
    new = rows[rows["driver"].isna()]
    if len(new):
        model = folder.model()
        texts = read(workspace, only=new, templates=model.templates)
        centres = folder.centres(model)
        spoken = texts.spoken(embedded=model.is_embedded)
        found = centres.placed(texts.words, model.vectors_of(spoken))
        ids = [folder.catalogue.shown_as(centres.ids[place]) for place in found.driver]
        nearest = texts.frame[_KEY].assign(driver=ids, confidence=found.confidence)
        rows = pd.concat([rows[rows["driver"].notna()], nearest])
        caveats.append(
            f"{counted(len(new), 'contact')} not yet assigned went to the nearest driver; "
            "'workbench drivers assign' also looks for new ones."
        )
    return _named(rows, folder.catalogue.present, "catalogue", caveats)


def _from_texts(
    workspace: Workspace, folder: CatalogueFolder, options: FitOptions
) -> LabelledTickets:
    found = find(workspace, folder, options)
    ids = [f"d{place + 1:03d}" for place in range(len(found.labels))]
    drivers = {
        name: Driver(
            name, found.labels[place], found.labels[place], found.themes[place],
            examples=tuple((s, t) for s, t in found.told(place, name)["examples"]),
        )
        for place, name in enumerate(ids)
    }  # fmt: skip
    rows = found.contacts.frame[_KEY].assign(
        driver=[ids[place] for place in found.driver], confidence=found.confidence
    )
    caveats = [
        "These drivers were grouped for this view alone; 'workbench drivers fit' keeps them.",
        *found.contacts.contacts.caveats,
    ]
    return _named(rows, drivers, "text", caveats)


def _from_reasons(workspace: Workspace, contacts: pd.DataFrame) -> LabelledTickets | None:
    """The reasons that the export recorded; None where there are hardly any."""
    t = workspace.table("tickets").select(*_KEY, "reason_raw")
    rows = contacts[_KEY].merge(t.to_pandas(), on=_KEY, how="left")
    reasons = rows["reason_raw"]
    if reasons.notna().sum() < MIN_TEXTS:
        return None
    largest = reasons.value_counts().index[:MAX_RECORDED]
    name = reasons.fillna("not recorded").where(reasons.isna() | reasons.isin(largest), "other")
    drivers = {one: Driver(one, one, one, "recorded") for one in name.unique()}
    rows = rows.assign(driver=name, confidence=1.0)
    caveat = "The texts cannot be grouped, so the reasons that the export recorded are shown."
    return _named(rows, drivers, "recorded", [caveat])


def _named(
    rows: pd.DataFrame, drivers: dict[str, Driver], basis: str, caveats: list[str]
) -> LabelledTickets:
    unique = _unique(drivers)
    is_unclear = rows["confidence"].to_numpy() < UNCLEAR_BELOW
    name = rows["driver"].map({key: one.name for key, one in unique.items()})
    theme = rows["driver"].map({key: one.theme for key, one in unique.items()})
    frame = pd.DataFrame({
        "source": rows["source"].astype("str"), "ticket_id": rows["ticket_id"].astype("str"),
        "driver_id": rows["driver"].where(~is_unclear, UNCLEAR).astype("str"),
        "driver": name.where(~is_unclear, UNCLEAR).astype("str"),
        "theme": theme.where(~is_unclear, UNCLEAR).astype("str"),
        "confidence": rows["confidence"].astype("float64"),
    }).reset_index(drop=True)  # fmt: skip
    return LabelledTickets(frame, unique, basis, caveats)


def _unique(drivers: dict[str, Driver]) -> dict[str, Driver]:
    """The drivers, none with another's name: a metric is split by the name."""
    taken: set[str] = {UNCLEAR}
    found: dict[str, Driver] = {}
    for name, one in drivers.items():
        shown = one.name if one.name.casefold() not in taken else f"{one.name} ({name})"
        taken.add(shown.casefold())
        found[name] = replace(one, name=shown)
    return found


def _told(workspace: Workspace, labelled: LabelledTickets) -> LabelledTickets:
    frame = labelled.frame
    label_tickets(workspace, {name: frame[name] for name in ("source", "ticket_id", "driver")})
    return labelled
