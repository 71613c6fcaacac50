"""What a contact driver is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

UNCLEAR = "unclear"  # a ticket whose text is near no driver, or says nothing


@dataclass(frozen=True)
class Driver:
    """One contact driver as it stands now.

    ``driver_id`` never changes and is never given to another driver; ``name`` is what is shown
    (an analyst's, else ``label``, the phrases that set it apart); ``state`` is ``active``,
    ``proposed`` (born in an assign, not yet looked at) or ``ignored`` (kept out of charts);
    ``born`` is the day of its first ticket if it did not exist at the fit; ``examples`` are
    (source, ticket_id) of the tickets nearest its centre.
    """

    driver_id: str
    name: str
    label: str
    theme: str
    state: str = "active"
    born: date | None = None
    examples: tuple[tuple[str, str], ...] = ()
