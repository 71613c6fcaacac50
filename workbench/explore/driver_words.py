"""How do drivers read in the editor? Lines of a list, and HTML in which every text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from workbench.charts.style import short
from workbench.definitions.wording import counted
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.listing import ListedDriver, birth_words, event_words, speaks_of
from workbench.reporting.driver_catalogue import history_frame
from workbench.workspace import Workspace

EXAMPLES, EVENTS = 5, 5
HISTORY = 100  # events that are listed; the file has all
Subjects = dict[tuple[str, str], str]
CSS = """<style>
.wb-drivers select { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
.wb-driver { border-left: 3px solid #0b62a4; padding: 2px 12px; margin: 4px 0; }
.wb-history { font: 13px/1.45 system-ui, sans-serif; border-collapse: collapse; color: #1f2933; }
.wb-history td, .wb-history th { text-align: left; padding: 2px 14px 2px 0; vertical-align: top; }
</style>"""
_SPACE = "\u00a0"  # a browser draws several of these as several


def note(text: str) -> str:
    """A sentence in small grey letters."""
    return f'<p class="wb-note">{escape(text)}</p>' if text else ""


def said(text: str) -> str:
    """What was done."""
    return f'<p class="wb-said" role="status">{escape(text)}</p>' if text else ""


def fault(text: str) -> str:
    """What could not be done."""
    return f'<p class="wb-fault" role="alert">{escape(text)}</p>'


def lines(rows: Sequence[ListedDriver], subjects: Subjects) -> list[tuple[str, str]]:
    """The list: one line per driver with columns under each other, and its id as value."""
    return [(_line(row, _subjects_of(row, subjects)), row.driver.driver_id) for row in rows]


def _line(row: ListedDriver, examples: list[str]) -> str:
    one = row.driver
    cells = [
        one.driver_id.ljust(5), one.state.ljust(8), f"{row.n:,}".rjust(7), row.share.rjust(7),
        short(one.name, 34).ljust(34), short(one.theme, 22).ljust(22),
        short(f"“{examples[0]}”", 46) if examples else "",
    ]  # fmt: skip
    return "  ".join(cells).rstrip().replace(" ", _SPACE)


def _subjects_of(row: ListedDriver, subjects: Subjects) -> list[str]:
    return [line for key in row.driver.examples if (line := subjects.get(key, ""))]


def head(folder: CatalogueFolder, rows: Sequence[ListedDriver]) -> str:
    """Which catalogue this is, and which drivers wait for somebody to look at them."""
    total = rows[0].total if rows else 0
    clear = sum(row.n for row in rows)
    last = folder.events[-1]
    told = note(
        f"{counted(len(rows), 'driver')} of {counted(total, 'contact')}, of them {total - clear:,} "
        f"unclear · last event {last.n}, {last.at[:10]}: {event_words(last)}"
    )
    waiting = [row for row in rows if row.driver.state == "proposed"]
    return told + "".join(
        f'<p class="wb-said"><b>Proposed:</b> {escape(row.driver.driver_id)} '
        f"“{escape(row.driver.name)}”. {escape(birth_words(row.birth) if row.birth else '')}</p>"
        for row in waiting
    )


def details(rows: Sequence[ListedDriver], folder: CatalogueFolder, subjects: Subjects) -> str:
    """All about the drivers that are chosen."""
    if not rows:
        return note("Choose a driver above to see what it is about, and to change it.")
    return "".join(_about(row, folder, subjects) for row in rows)


def _about(row: ListedDriver, folder: CatalogueFolder, subjects: Subjects) -> str:
    one = row.driver
    events = [e for e in folder.catalogue.active if speaks_of(e, one.driver_id)][-EVENTS:]
    examples = "".join(
        f"<li>{escape(subjects.get(key, '') or 'no subject')} "
        f'<span class="wb-note">{escape("/".join(key))}</span></li>'
        for key in one.examples[:EXAMPLES]
    )
    done = "; ".join(f"{event.at[:10]} {event_words(event)}" for event in events)
    born = f", born {one.born}" if one.born else ""
    return (
        f'<div class="wb-driver"><p class="wb-said"><b>{escape(one.driver_id)} '
        f"{escape(one.name)}</b> · theme {escape(one.theme)} · {one.state}{born} · "
        f"n {row.n:,} · {row.share} ({row.interval})</p>"
        + note(f"Words that set it apart: {one.label}")
        + note(birth_words(row.birth) if row.birth else "")
        + (f'<ul class="wb-said">{examples}</ul>' if examples else "")
        + note(f"What was done: {done}" if done else "")
        + "</div>"
    )


def history(folder: CatalogueFolder) -> str:
    """Everything that was done, the latest first, folded."""
    frame = history_frame(folder)
    rows = "".join(
        f"<tr><td>{row.n}</td><td>{escape(str(row.at))}</td><td>{escape(str(row.what))}</td>"
        f"<td>{escape(str(row.state))}</td></tr>"
        for row in frame.head(HISTORY).itertuples()
    )
    more = note(f"{len(frame) - HISTORY:,} earlier ones are in catalogue.yaml.")
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("n", "at (UTC)", "what", ""))
    return (
        f'<details class="wb-said"><summary>History: {counted(len(frame), "event")}</summary>'
        f'<table class="wb-history"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        f"{more if len(frame) > HISTORY else ''}</details>"
    )


def example_subjects(workspace: Workspace, rows: Sequence[ListedDriver]) -> Subjects:
    """The subject lines of the drivers' example tickets."""
    wanted = {key for row in rows for key in row.driver.examples}
    if not wanted:
        return {}
    t = workspace.table("tickets")
    t = t.filter(t.ticket_id.isin(sorted({ticket for _, ticket in wanted})))
    found = t.select("source", "ticket_id", "subject").to_pandas()
    keys = zip(found["source"].astype(str), found["ticket_id"].astype(str), strict=True)
    told = ["" if pd.isna(text) else " ".join(str(text).split()) for text in found["subject"]]
    return {key: text for key, text in zip(keys, told, strict=True) if key in wanted}
