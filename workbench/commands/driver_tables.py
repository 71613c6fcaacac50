"""``workbench drivers show`` and ``history``: the drivers as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from workbench.commands.terminal import one_line, say, show_json, show_table
from workbench.definitions.wording import shown, spread
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.clusters import UNCLEAR_BELOW
from workbench.drivers.driver import UNCLEAR
from workbench.drivers.history import Catalogue, Event, last_undoable
from workbench.metrics import intervals
from workbench.workspace import Workspace

_ORDER = {"proposed": 0, "active": 1, "ignored": 2}


def told(event: Event) -> dict[str, Any]:
    """An event as JSON."""
    return {"n": event.n, "at": event.at, "do": event.do, **event.details}


def show_all(workspace: Path, *, as_json: bool) -> None:
    """Every driver with n, share of contacts and interval; proposed ones first."""
    folder = CatalogueFolder(workspace)
    rows = _rows(folder.fitted(), folder.placed())
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


def _rows(catalogue: Catalogue, placed: pd.DataFrame) -> list[dict[str, Any]]:
    is_clear = placed["confidence"] >= UNCLEAR_BELOW
    counts = placed["driver"].where(is_clear, UNCLEAR).value_counts()
    total = int(counts.sum())
    rows = []
    present = sorted(
        catalogue.present.values(),
        key=lambda d: (_ORDER[d.state], -int(counts.get(d.driver_id, 0)), d.driver_id),
    )
    for one in present:
        n = int(counts.get(one.driver_id, 0))
        low, high = intervals.share(n, total) if total else (None, None)
        rows.append(
            {
                "id": one.driver_id, "name": one.name, "label": one.label, "theme": one.theme,
                "state": one.state, "n": n, "share": n / total if total else None, "low": low,
                "high": high, "born": one.born.isoformat() if one.born else None,
            }
        )  # fmt: skip
    n = int(counts.get(UNCLEAR, 0))
    if n:
        low, high = intervals.share(n, total)
        rows.append(
            {"id": "", "name": UNCLEAR, "label": "", "theme": "", "state": "", "n": n,
             "share": n / total, "low": low, "high": high, "born": None}
        )  # fmt: skip
    return rows


def show_one(workspace: Path, named: str, *, as_json: bool) -> None:
    """One driver: what it is called and why, where it came from, and its nearest tickets."""
    folder = CatalogueFolder(workspace)
    catalogue = folder.fitted()
    one = catalogue.one(named)
    row = next(r for r in _rows(catalogue, folder.placed()) if r["id"] == one.driver_id)
    events = [e for e in catalogue.active if _speaks_of(e, one.driver_id)]
    birth = _birth(catalogue, one.driver_id)
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
        seen = birth["evidence"]
        say(
            f"Born {birth['born']}, told on {birth['seen_on']} by “{', '.join(birth['terms'])}”: "
            f"{seen['core']} of {seen['of']} contacts in {seen['in_days']} days, where the fit had "
            f"{seen['core_at_fit']} of {seen['of_at_fit']:,}; nearest to {birth['nearest']}"
        )
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
        cells.append([str(event.n), event.at, event.do, _about(event), state])
    show_table(["n", "at", "what", "about", ""], cells)


def _about(event: Event) -> str:
    at = event.details
    if event.do in ("fit", "refit"):
        said = f"{len(at['drivers'])} drivers from {at['contacts']:,} contacts"
        return f"{said}, agreement {at['agreement']:.2f}" if event.do == "refit" else said
    if event.do == "assign":
        born = ", ".join(one["id"] for one in at["born"])
        return f"{at['contacts']:,} contacts" + (f"; born: {born}" if born else "")
    if event.do == "merge":
        return f"{', '.join(at['drivers'])} into {at['into']}"
    if event.do == "split":
        return f"{at['driver']} into {', '.join(part['id'] for part in at['parts'])}"
    if event.do == "move":
        return f"{at['tickets']} tickets to {at['to']}"
    if event.do == "undo":
        return f"event {at['event']} ({at['what']})"
    words = [at["driver"], *(f"“{at[key]}”" for key in ("name", "theme") if at.get(key))]
    return " ".join(words)


def _speaks_of(event: Event, driver: str) -> bool:
    at = event.details
    named = {at.get("driver"), at.get("into"), at.get("to")}
    if event.do == "merge":
        named |= set(at["drivers"])
    named |= {part["id"] for part in (*at.get("parts", ()), *at.get("born", ()))}
    return driver in named


def _birth(catalogue: Catalogue, driver: str) -> dict[str, Any] | None:
    born = [one for e in catalogue.active if e.do == "assign" for one in e.details["born"]]
    return next((dict(one) for one in born if one["id"] == driver), None)


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
