"""``workbench drivers show`` and ``history``: the drivers as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from workbench.commands.terminal import one_line, say, show_json, show_table
from workbench.definitions.wording import shown, spread
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.driver import UNCLEAR, Driver
from workbench.drivers.history import FITS, Event, last_undoable
from workbench.drivers.listing import birth_words, event_words, listed_drivers, speaks_of
from workbench.metrics import intervals
from workbench.workspace import Workspace


def told(event: Event) -> dict[str, Any]:
    """An event as JSON."""
    return {"n": event.n, "at": event.at, "do": event.do, **event.details}


def show_all(workspace: Path, *, as_json: bool) -> None:
    """Every driver with n, share of contacts and interval; proposed ones first."""
    folder = CatalogueFolder(workspace)
    rows = _rows(folder)
    if as_json:
        show_json({"rows": rows})
        return
    cells = [
        [
            row["id"], row["name"], row["theme"], row["state"], f"{row['n']:,}",
            shown(row["share"], "share"), spread(row["low"], row["high"], "share"),
            row["born"] or "",
        ]
        for row in rows
    ]  # fmt: skip
    heads = ["id", "name", "theme", "state", "n", "share", "interval", "born"]
    show_table(heads, cells, right="n, share, interval")
    n = sum(row["n"] for row in rows)
    say(f"\n{n:,} contacts; intervals 95 %. All about one: workbench drivers show ID")


def _rows(folder: CatalogueFolder) -> list[dict[str, Any]]:
    listed = listed_drivers(folder)
    rows = [_row(row.n, row.total, row.driver) for row in listed]
    total = listed[0].total if listed else 0
    unclear = total - sum(row.n for row in listed)
    return [*rows, _row(unclear, total, None)] if unclear else rows


def _row(n: int, total: int, one: Driver | None) -> dict[str, Any]:
    """One driver as JSON; what is near none is a row without an id."""
    low, high = intervals.share(n, total) if total else (None, None)
    return {
        "id": one.driver_id if one else "", "name": one.name if one else UNCLEAR,
        "label": one.label if one else "", "theme": one.theme if one else "",
        "state": one.state if one else "", "n": n, "share": n / total if total else None,
        "low": low, "high": high, "born": one.born.isoformat() if one and one.born else None,
    }  # fmt: skip


def show_one(workspace: Path, named: str, *, as_json: bool) -> None:
    """One driver: what it is called and why, where it came from, and its nearest tickets."""
    folder = CatalogueFolder(workspace)
    catalogue = folder.fitted()
    one = catalogue.one(named)
    listed = next(r for r in listed_drivers(folder) if r.driver == one)
    row = _row(listed.n, listed.total, one)
    events = [e for e in catalogue.active if e.do not in FITS and speaks_of(e, one.driver_id)]
    birth = dict(listed.birth) if listed.birth else None
    tickets = _tickets(Workspace.open(workspace), one.examples)
    if as_json:
        extra = {"birth": birth, "examples": tickets, "history": [told(e) for e in events]}
        show_json(row | extra)
        return
    say(f"{one.driver_id} “{one.name}”, {one.state}, theme “{one.theme}”")
    share = shown(row["share"], "share") if row["share"] is not None else "–"
    say(f"{row['n']:,} contacts, {share} ({spread(row['low'], row['high'], 'share')})")
    say(f"Words that set it apart: {one.label}")
    if birth:
        say(birth_words(birth))
    if tickets:
        say("\nTickets nearest its centre:")
        show_table(
            ["ticket", "subject"], [[f"{t['source']}/{t['ticket_id']}", one_line(t["subject"])]
                                    for t in tickets],
        )  # fmt: skip
    if events:
        say("\nWhat was done:")
        show_table(["n", "at", "what"], [[str(e.n), e.at, e.do] for e in events])


def show_history(workspace: Path, *, as_json: bool) -> None:
    """Every event, and which the next undo would take back."""
    folder = CatalogueFolder(workspace)
    catalogue = folder.fitted()
    last = last_undoable(folder.events)
    if as_json:
        rows = [told(e) | {"is_undone": e.n in catalogue.undone} for e in folder.events]
        show_json({"rows": rows, "next_undo": last.n if last else None})
        return
    cells = []
    for event in folder.events:
        state = "undone" if event.n in catalogue.undone else ""
        state = "next to undo" if last is not None and event.n == last.n else state
        cells.append([str(event.n), event.at, event.do, event_words(event), state])
    show_table(["n", "at", "what", "about", ""], cells)


def _tickets(workspace: Workspace, examples: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    if not examples:
        return []
    t = workspace.table("tickets")
    t = t.filter(t.ticket_id.isin([ticket for _, ticket in examples]))
    found = t.select("source", "ticket_id", "subject").to_pandas()
    subjects = {
        (row.source, row.ticket_id): "" if pd.isna(row.subject) else str(row.subject)
        for row in found.itertuples()
    }
    return [
        {"source": s, "ticket_id": t_id, "subject": subjects[s, t_id]}
        for s, t_id in examples
        if (s, t_id) in subjects
    ]
