"""Contacts as a model reads them: their texts, and the words that go into vectors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.drivers.glossary import all_in_common_words
from workbench.drivers.templates import Templates
from workbench.drivers.text import ContactTexts, contact_texts
from workbench.workspace import Workspace


@dataclass(frozen=True)
class Read:
    """Contacts in order of time. ``texts``: as the customer wrote, cleaned; ``words``: in common
    words, so that languages meet; ``days``: when, in UTC."""

    contacts: ContactTexts
    texts: list[str]
    words: list[str]

    @property
    def frame(self) -> pd.DataFrame:
        """One row per contact, see `ContactTexts`."""
        return self.contacts.frame

    @property
    def days(self) -> NDArray[np.datetime64]:
        """The day of each contact."""
        times = pd.DatetimeIndex(self.frame["created_at"]).tz_convert(None)
        return times.to_numpy().astype("datetime64[D]")

    @property
    def language(self) -> str:
        """The language most contacts are in; English where none can be told."""
        told = self.frame.loc[self.frame["language"] != "", "language"]
        return str(told.mode().iloc[0]) if len(told) else "en"

    def is_in(self, language: str) -> NDArray[np.bool_]:
        """Which contacts are in this language, or say too little to tell?"""
        return self.frame["language"].isin([language, ""]).to_numpy()

    def spoken(self, *, embedded: bool) -> list[str]:
        """What a model turns into vectors: an embedding model knows words as they are written."""
        return self.texts if embedded else self.words


def read(
    workspace: Workspace,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    only: pd.DataFrame | None = None,
    templates: Templates | None = None,
) -> Read:
    """What did customers write, from ``since`` to before ``until``, or in these tickets?"""
    found = contact_texts(workspace, since=since, until=until, only=only, templates=templates)
    texts = found.frame["text"].to_list()
    return Read(found, texts, all_in_common_words(texts, found.frame["language"].to_list()))
