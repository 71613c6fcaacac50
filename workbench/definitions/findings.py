"""A sentence a reader must see: what it says, where its evidence is, how much it matters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One sentence with its number, interval and n.

    ``section`` is the id of the section with its evidence. The largest ``weight`` comes first:
    clear changes for the worse, then money, then levels.
    """

    text: str
    section: str
    weight: float
