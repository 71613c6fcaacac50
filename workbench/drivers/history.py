"""What happened to the driver catalogue, and what follows from it.

The catalogue is its history: a list of events, of which only the last may be undone. What a driver
is called, what was merged and where a ticket is now are worked out from it, so an edit can neither
get lost in an assign nor in a refit, and undoing one needs no inverse of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from workbench.drivers.driver import Driver
from workbench.errors import UsageError

FITS = ("fit", "refit")
EDITS = ("rename", "merge", "split", "ignore", "show", "move", "accept", "dismiss")
UNDOABLE = (*EDITS, "refit")


@dataclass(frozen=True)
class Event:
    """One thing that was done: its number ``n``, the moment ``at`` (ISO 8601, UTC), ``do``, and
    what it was done to."""

    n: int
    at: str
    do: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Catalogue:
    """The drivers as the events leave them.

    ``drivers``: by id, those that a ticket can have now or that were merged or split away.
    ``into``: where a driver's tickets went (merged), ``parent``: what it was split from.
    """

    events: tuple[Event, ...]
    drivers: dict[str, Driver]
    into: dict[str, str]
    parent: dict[str, str]
    dismissed: frozenset[str]

    @cached_property
    def undone(self) -> frozenset[int]:
        """The numbers of the events that were undone."""
        return undone(self.events)

    @property
    def active(self) -> list[Event]:
        """Every event that counts."""
        return _active(self.events)

    @property
    def fit(self) -> Event | None:
        """The fit or refit whose model is in use."""
        fits = [event for event in self.active if event.do in FITS]
        return fits[-1] if fits else None

    @cached_property
    def unsplit(self) -> dict[str, str]:
        """Parts of splits that were undone, to what they are part of again: an assign between may
        have placed tickets there."""
        return {
            part["id"]: event.details["driver"]
            for event in self.events if event.do == "split" and event.n in self.undone
            for part in event.details["parts"]
        }  # fmt: skip

    @property
    def split_away(self) -> set[str]:
        """Drivers whose tickets all went to their parts."""
        return set(self.parent.values())

    def shown_as(self, driver: str) -> str:
        """The id that tickets of this driver are shown under."""
        while driver in self.into or driver in self.unsplit:
            driver = self.into.get(driver) or self.unsplit[driver]
        return driver

    @property
    def present(self) -> dict[str, Driver]:
        """The drivers that a ticket can be shown under."""
        gone = self.into.keys() | self.split_away | self.dismissed
        return {name: one for name, one in self.drivers.items() if name not in gone}

    @property
    def leaves(self) -> list[str]:
        """The ids that texts are placed among: merged drivers keep their own centres."""
        gone = self.split_away | self.dismissed
        ended = {name for name in self.into if self.shown_as(name) in gone}
        return [name for name in self.drivers if name not in gone | ended]

    def one(self, named: str) -> Driver:
        """The present driver with this id or name.

        Raises `UsageError` that says what there is.
        """
        found = self.present.get(named)
        if found is not None:
            return found
        for driver in self.present.values():
            if driver.name.casefold() == named.casefold():
                return driver
        where = self.shown_as(named)
        if where != named and where in self.present:
            raise UsageError(
                f"driver {named} was merged into {where}.", where="driver", fix=f"Name {where}."
            )
        parts = [name for name, whole in self.parent.items() if whole == where]
        if parts:
            raise UsageError(
                f"driver {named} was split into {', '.join(parts)}.", where="driver",
                fix="Name one of them.",
            )  # fmt: skip
        shown = ", ".join(f"{d.driver_id} ({d.name})" for d in list(self.present.values())[:40])
        raise UsageError(
            f"there is no driver {named!r}.", where="driver", fix=f"There are: {shown}."
        )


def undone(events: Iterable[Event]) -> frozenset[int]:
    """Which events were taken back?"""
    return frozenset(int(e.details["event"]) for e in events if e.do == "undo")


def last_undoable(events: Sequence[Event]) -> Event | None:
    """What would an undo take back?"""
    found = [event for event in _active(events) if event.do in UNDOABLE]
    return found[-1] if found else None


def _active(events: Sequence[Event]) -> list[Event]:
    """What counts: nothing undone, and no assign to a fit that was undone."""
    gone = undone(events)
    kept, fits = [], set()
    for event in events:
        if event.n in gone or event.do == "undo":
            continue
        if event.do in FITS:
            fits.add(event.n)
        if event.do == "assign" and event.details["fit"] not in fits:
            continue
        kept.append(event)
    return kept


def replayed(events: Sequence[Event]) -> Catalogue:
    """The catalogue that these events make."""
    drivers: dict[str, Driver] = {}
    into: dict[str, str] = {}
    parent: dict[str, str] = {}
    dismissed: set[str] = set()
    for event in _active(events):
        told = event.details
        if event.do in FITS:
            drivers, into = _refitted(drivers, into, told)
            parent, dismissed = {}, set()
        elif event.do == "assign":
            drivers |= {one["id"]: _driver(one, "proposed") for one in told.get("born", ())}
        elif event.do == "split":
            drivers |= {part["id"]: _part(part, drivers[told["driver"]]) for part in told["parts"]}
            parent |= {part["id"]: told["driver"] for part in told["parts"]}
        elif event.do == "merge":
            into |= dict.fromkeys(told["drivers"], told["into"])
            drivers[told["into"]] = _accepted(drivers[told["into"]])
        elif event.do == "move":
            drivers[told["to"]] = _accepted(drivers[told["to"]])
        elif event.do == "dismiss":
            dismissed.add(told["driver"])
        elif event.do in _CHANGES:
            drivers[told["driver"]] = _CHANGES[event.do](drivers[told["driver"]], told)
    return Catalogue(tuple(events), drivers, into, parent, frozenset(dismissed))


def _refitted(
    drivers: dict[str, Driver], into: dict[str, str], told: Mapping[str, Any]
) -> tuple[dict[str, Driver], dict[str, str]]:
    """What a fit found; a driver it found again keeps its name, state and birthday."""
    found: dict[str, Driver] = {}
    kept = {one["id"]: one["into"] for one in told["drivers"] if one.get("into")}
    for one in told["drivers"]:
        new, old = _driver(one, "active"), drivers.get(one["id"])
        if old is not None:
            is_named = old.name != old.label or one.get("is_edited")
            name = old.name if is_named else new.name
            theme = old.theme if one.get("is_edited") else new.theme
            new = replace(new, name=name, theme=theme, state=old.state, born=old.born)
        found[new.driver_id] = new
    return found, kept


def _driver(told: Mapping[str, Any], state: str) -> Driver:
    born = told.get("born")
    return Driver(
        told["id"], told["label"], told["label"], told.get("theme", ""), state,
        date.fromisoformat(str(born)[:10]) if born else None,
        tuple((str(source), str(ticket)) for source, ticket in told.get("examples", ())),
    )  # fmt: skip


def _part(told: Mapping[str, Any], whole: Driver) -> Driver:
    return replace(_driver(told, "active"), theme=whole.theme, born=whole.born)


def _accepted(driver: Driver) -> Driver:
    """Who works with a proposed driver has accepted it."""
    return replace(driver, state="active") if driver.state == "proposed" else driver


def _renamed(driver: Driver, told: Mapping[str, Any]) -> Driver:
    name, theme = told.get("name") or driver.name, told.get("theme") or driver.theme
    return replace(_accepted(driver), name=name, theme=theme)


_CHANGES = {
    "rename": _renamed,
    "ignore": lambda driver, told: replace(driver, state="ignored"),
    "show": lambda driver, told: replace(driver, state="active"),
    "accept": lambda driver, told: replace(driver, state="active"),
}
