"""Find the drivers of a workspace, for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.drivers.catalogue import EMBEDDINGS, CatalogueFolder
from workbench.drivers.clusters import UNCLEAR_BELOW, Labels, driver_pipeline
from workbench.drivers.embeddings import EmbeddedTexts
from workbench.drivers.frozen import Centres, FrozenModel
from workbench.drivers.history import Event
from workbench.drivers.labels import examples, phrases
from workbench.drivers.reading import Read, read
from workbench.drivers.vectors import Vectors
from workbench.drivers.words import word_counts
from workbench.errors import UsageError
from workbench.workspace import Workspace

MIN_TEXTS = 50
LEAST_MESSAGES = 500  # below it, subjects are what words are counted in
MOST_DRIVERS = 500  # more than anybody reads; a slip of the hand would be hard to take back


@dataclass(frozen=True)
class FitOptions:
    """How to fit. ``n_drivers`` (2 to 500) and ``n_themes`` (1 to 500) are the analyst's choice: no
    measure finds them.
    ``embedding`` is a model folder or hub name, checked against ``sha256`` if given."""

    n_drivers: int = 30
    n_themes: int = 8
    seed: int = 0
    since: datetime | None = None
    until: datetime | None = None
    embedding: str = ""
    sha256: str = ""

    def checked(self) -> FitOptions:
        """These options, or a `UsageError`."""
        for name, least in (("n_drivers", 2), ("n_themes", 1)):
            wanted = getattr(self, name)
            if not least <= wanted <= MOST_DRIVERS:
                bound = f"less than {least}" if wanted < least else f"more than {MOST_DRIVERS}"
                raise UsageError(f"{name} is {wanted}, which is {bound}.", where="drivers")
        return self


@dataclass(frozen=True)
class Found:
    """What a fit found, before it has ids: the model without them, and per contact its ``driver``,
    ``vectors`` and ``confidence``; per driver its ``label``, ``theme`` and example rows."""

    contacts: Read
    model: FrozenModel
    vectors: Vectors
    driver: Labels
    confidence: NDArray[np.float32]
    labels: list[str]
    themes: list[str]
    example_rows: list[list[int]]

    def told(self, place: int, driver_id: str) -> dict[str, Any]:
        """One driver as an event tells it."""
        return {
            "id": driver_id, "label": self.labels[place], "theme": self.themes[place],
            "size": int((self.driver == place).sum()),
            "examples": tickets_at(self.contacts.frame, self.example_rows[place]),
        }  # fmt: skip


def fit(workspace: Workspace, options: FitOptions, *, now: datetime) -> Event:
    """Find the drivers of a workspace's contacts and begin a catalogue with them.

    Raises `UsageError` where there is a catalogue already, or too little text.
    """
    folder = CatalogueFolder(workspace.root)
    with folder.writing() as latest:
        if latest.catalogue.fit is not None:
            raise UsageError(
                "drivers were fitted before; a second fit would give them new identities.",
                where=str(latest.root),
                fix="Use 'workbench drivers assign' for new tickets, or 'workbench drivers refit'.",
            )
        found = find(workspace, latest, options)
        ids = latest.new_ids(len(found.labels))
        drivers = [found.told(place, name) for place, name in enumerate(ids)]
        model = with_ids(found.model, ids)
        details = about(found, options) | {"drivers": drivers}
        return latest.commit("fit", details, now=now, placed=placed_rows(found, ids), model=model)


def find(workspace: Workspace, folder: CatalogueFolder, options: FitOptions) -> Found:
    """The drivers in the texts of a span.

    They are found in the texts of the main language (and those too short to tell), and the others
    are placed among them: so no language is a driver of its own.
    """
    options = options.checked()
    contacts = read(workspace, since=options.since, until=options.until)
    said = sum(any(map(str.isalpha, text)) for text in contacts.texts)
    if said < MIN_TEXTS:
        raise UsageError(
            f"{said:,} contacts with text are too few to group (at least {MIN_TEXTS} are needed).",
            where="drivers", fix="Import more tickets, or choose a longer period.",
        )  # fmt: skip
    embedded = None
    if options.embedding:
        embedded = EmbeddedTexts(
            options.embedding, cache=folder.root / EMBEDDINGS, expected_sha256=options.sha256
        )
    pipeline = driver_pipeline(
        n_drivers=options.n_drivers, n_themes=options.n_themes, random_state=options.seed,
        vectors=embedded,
    )  # fmt: skip
    spoken = contacts.spoken(embedded=embedded is not None)
    main = np.flatnonzero(contacts.is_in(contacts.language))
    try:
        pipeline.fit([spoken[i] for i in main])
    except ValueError as fault:
        raise UsageError(f"there is nothing to group by: {fault}.", where="drivers") from fault
    return _found(contacts, pipeline, main, spoken, options.seed)


def _found(
    contacts: Read, pipeline: Any, main: NDArray[np.int64], spoken: Sequence[str], seed: int
) -> Found:
    vectors, smoothing, clusters = (pipeline[name] for name in ("vectors", "smoothing", "drivers"))
    names = tuple(str(i) for i in range(len(clusters.cluster_centers_)))
    counted, basis = _counted(contacts)
    model = FrozenModel(
        vectors, smoothing, Centres(names, clusters.cluster_centers_), word_counts(counted),
        len(counted), contacts.language, basis, contacts.contacts.templates,
    )  # fmt: skip
    rows = model.vectors_of(spoken)
    driver, _, confidence = model.centres.placed(spoken, rows)
    language = contacts.language
    texts, own = [contacts.texts[i] for i in main], driver[main]
    themes = phrases(
        texts, clusters.themes_[own], int(clusters.themes_.max()) + 1, language=language, seed=seed
    )
    return Found(
        contacts, model, rows, driver, confidence,
        phrases(texts, own, len(names), language=language, seed=seed),
        [themes[theme] for theme in clusters.themes_],
        examples(rows, driver, clusters.cluster_centers_),
    )  # fmt: skip


def _counted(contacts: Read) -> tuple[list[str], str]:
    """The texts that words are counted in, all of one kind: a message says more than a subject."""
    bases = contacts.frame["basis"].to_numpy()
    basis = "message" if (bases == "message").sum() >= LEAST_MESSAGES else "subject"
    return [contacts.words[i] for i in np.flatnonzero(bases == basis)], basis


def with_ids(model: FrozenModel, ids: Sequence[str]) -> FrozenModel:
    """The model, its drivers named."""
    centres = Centres(tuple(ids), model.centres.vectors)
    return FrozenModel(
        model.vectors, model.smoothing, centres, model.known_words, model.n_known, model.language,
        model.basis, model.templates,
    )  # fmt: skip


def about(found: Found, options: FitOptions) -> dict[str, Any]:
    """How a fit was made, as its event tells it."""
    times = found.contacts.frame["created_at"]
    told: dict[str, Any] = {
        "contacts": len(times),
        "since": f"{times.min():%Y-%m-%d}", "until": f"{times.max():%Y-%m-%d}",
        "n_drivers": options.n_drivers, "n_themes": options.n_themes, "seed": options.seed,
        "language": found.model.language,
        "unclear": int((found.confidence < UNCLEAR_BELOW).sum()),
    }  # fmt: skip
    if found.model.is_embedded:
        told["embedding"] = {"model": options.embedding, "sha256": found.model.vectors.sha256_}
    return told


def placed_rows(found: Found, ids: Sequence[str]) -> pd.DataFrame:
    """Every contact with its driver's id."""
    return found.contacts.frame[["source", "ticket_id"]].assign(
        driver=[ids[place] for place in found.driver], confidence=found.confidence
    )


def tickets_at(frame: pd.DataFrame, rows: Sequence[int]) -> list[list[str]]:
    """The tickets in these rows, as an event names them."""
    picked = frame.iloc[list(rows)]
    return [[str(s), str(t)] for s, t in zip(picked["source"], picked["ticket_id"], strict=True)]
