"""``workbench drivers fit`` and the edits: do it, and say in a line what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.commands.driver_tables import told
from workbench.commands.terminal import say, show_json
from workbench.definitions.periods import Period
from workbench.definitions.wording import counted
from workbench.drivers.assigning import assign
from workbench.drivers.births import LEAST_KNOWN
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.fitting import FitOptions, fit
from workbench.drivers.history import Event
from workbench.drivers.refitting import refit
from workbench.errors import UsageError
from workbench.workspace import Workspace


def options(
    period: str | None, n_drivers: int, n_themes: int, seed: int, embeddings: str, sha256: str
) -> FitOptions:
    """What was asked for on the command line, as options of a fit."""
    span = Period.parse(period) if period else None
    return FitOptions(
        n_drivers, n_themes, seed, span.start if span else None, span.end if span else None,
        embeddings, sha256,
    ).checked()  # fmt: skip


def opened(workspace: Path) -> Workspace:
    """The workspace to change the drivers of."""
    data = Workspace.open(workspace)
    if not data.has("tickets"):
        raise UsageError(
            "no tickets are loaded.", where=f"workspace {workspace}",
            fix="Import a ticket export first.",
        )  # fmt: skip
    return data


def fit_drivers(workspace: Path, chosen: FitOptions, *, now: datetime, as_json: bool) -> None:
    """Fit, and list what was found."""
    event = fit(opened(workspace), chosen, now=now)
    if as_json:
        show_json(told(event))
        return
    _say_found(event.details)
    say("See them with 'workbench drivers show'; place later contacts with '… assign'.")


def refit_drivers(workspace: Path, chosen: FitOptions, *, now: datetime, as_json: bool) -> None:
    """Refit, and say how far the new drivers are the old ones."""
    event = refit(opened(workspace), chosen, now=now)
    if as_json:
        show_json(told(event))
        return
    _say_found(event.details)
    kept = [row for row in event.details["mapping"] if row["old"] == row["new"]]
    say(
        f"{len(kept)} of {counted(len(event.details['mapping']), 'driver')} kept their id; "
        f"agreement of old and new (adjusted Rand index): {event.details['agreement']:.2f} over "
        f"{counted(event.details['shared'], 'contact')}. 'workbench drivers undo' takes it back."
    )


def assign_contacts(
    workspace: Path, until: str | None, embeddings: str, *, now: datetime, as_json: bool
) -> None:
    """Assign, and say what was placed and what is new."""
    done = assign(opened(workspace), now=now, until=_day(until), embedding=embeddings)
    if as_json:
        show_json({"contacts": done.n, "born": done.born, "event": done.event and told(done.event)})
        return
    if done.event is None:
        say("Every contact has a driver already.")
        return
    say(f"{counted(done.n, 'contact')} placed, up to {done.event.details['until']}.")
    for one in done.event.details["born"]:
        seen = one["evidence"]
        say(
            f"New: {one['id']} “{one['label']}”, born {one['born']}, told on {one['seen_on']}: "
            f"{seen['core']} of {seen['of']} contacts in {seen['in_days']} days where the fit had "
            f"{seen['core_at_fit']} of {seen['of_at_fit']:,}. Keep it with 'workbench drivers "
            f"accept {one['id']}' (or rename), or refuse it with 'dismiss'."
        )
    _say_if_blind(workspace)


def tell(event: Event, workspace: Path, *, as_json: bool) -> None:
    """One edit, in a line."""
    if as_json:
        show_json(told(event))
        return
    catalogue = CatalogueFolder(workspace).fitted()
    names = {name: f"{name} “{one.name}”" for name, one in catalogue.drivers.items()}
    say(f"Done: {sentence(event, names)} 'workbench drivers undo' takes back the last edit.")


def sentence(event: Event, names: Mapping[str, str]) -> str:
    """What an edit did."""
    at = event.details
    one = names.get(str(at.get("driver")), str(at.get("driver")))
    parts = ", ".join(f"{p['id']} “{p['label']}” ({p['size']:,})" for p in at.get("parts", ()))
    merged = ", ".join(map(str, at.get("drivers", ()))) if event.do == "merge" else ""
    theme = f", theme “{at['theme']}”" if at.get("theme") else ""
    words = {
        "rename": f"{one}{theme}.",
        "merge": f"{merged} into {names.get(str(at.get('into')), '')}.",
        "split": f"{at.get('driver')} into {parts}.",
        "move": f"{counted(int(at.get('tickets', 0)), 'ticket')} to "
        f"{names.get(str(at.get('to')), '')}.",
        "ignore": f"{one} is kept out of charts.",
        "show": f"{one} is shown again.",
        "accept": f"{one} is kept.",
        "dismiss": f"{at.get('driver')} is dismissed.",
        "undo": f"event {at.get('event')} ({at.get('what')}) is undone.",
    }
    return words[event.do]


def _say_found(details: Mapping[str, Any]) -> None:
    drivers = [one for one in details["drivers"] if not one.get("into")]
    themes = len({one["theme"] for one in drivers})
    say(
        f"{counted(len(drivers), 'driver')} in {counted(themes, 'theme')} from "
        f"{counted(details['contacts'], 'contact')} of {details['since']} to {details['until']}; "
        f"{details['unclear']:,} are unclear."
    )


def _say_if_blind(workspace: Path) -> None:
    known = CatalogueFolder(workspace).model().n_known
    if known < LEAST_KNOWN:
        say(
            f"New drivers were not looked for: the fit had {known:,} texts, and with fewer than "
            f"{LEAST_KNOWN:,} nobody can tell what was not there. Refit over more months."
        )


def _day(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        return datetime.strptime(written, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as fault:
        raise UsageError(
            f"{written!r} is not a day.", where="--until", fix="Write 2025-07-01."
        ) from fault
