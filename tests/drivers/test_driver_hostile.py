"""Texts and names that were meant to break something: every ticket has a driver all the same."""

from __future__ import annotations

import csv
import os
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hand_made import Log
from topics import dealt, small_workspace

from workbench.drivers.assigning import assign
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.editing import MAX_NAME, merge, move, rename, set_state, split, undo
from workbench.drivers.fitting import FitOptions, fit
from workbench.drivers.labelled import labelled_tickets
from workbench.drivers.refitting import refit
from workbench.errors import UsageError
from workbench.workspace import Workspace

NOW = datetime(2025, 7, 1, tzinfo=UTC)
BLNS = "corpus/blns.csv"

# What a store can hold: lone surrogates are no UTF-8, so only names have them.
TEXTS = [
    "", " ", "\t\n", ".", "0", "-1", "1e309", "NaN", "null", "None", "undefined", "true", "[]",
    "{}", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "</table></div><b>late parcel",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "javascript:alert(1)", "<!-- parcel", "<" * 500,
    "'; DROP TABLE tickets; --", "\" OR 1=1 --", "${jndi:ldap://x}", "{{7*7}}", "{% raw %}",
    "=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "../../etc/passwd", "C:\\con\\nul", "%s%s%n", "%00",
    "- a\n- b: *c", "&a [*a, *a]", "!!python/object:os.system", "key: |\n  value", "? a", "#",
    "---", "مرحبا أين طلبي من فضلك", "‮parcel late‬", "שלום החבילה שלי לא הגיעה",
    "漢字だけの問い合わせです",
    "田中さんにあげて下さい", "Где моя посылка", "Ω≈ç√∫˜µ≤≥÷", "İstanbul ıssız", "ﬀ ﬁ ﬃ ſt",
    "😡", "👩‍👩‍👧‍👦👩🏿‍🚀", "🏳️‍🌈" * 50, "Z̤͔ͧ̑̓ä͖̭̈̇lͮ̒ͫǧ̗͚̚o̙̔ͮ̇͐̇", "a" + "\u0301" * 3_000,
    "\u200b\u200c\u200d\ufeff", "\u2028\u2029",
    "\x07\x08\x1b[31mred\x1b[0m", "late\x00parcel", "\x00", "\x85 \x9f", "\ufffe\uffff", "\ue000",
    "x" * 200_000, "parcel " * 30_000, "> " * 60_000, "\n" * 100_000, "Re: " * 5_000,
    "a.b" * 40_000,
]  # fmt: skip

NAMES = [
    "", " \t\n", "\ud800", "late\udfff parcel", "d002", "unclear", "x" * MAX_NAME, "x" * 81, "~",
    "<script>alert(1)</script>", "a: b # c", "'\"", "|", "2025-01-01", "yes", "\r\nEvil: header",
    "&a [*a]", "!!python/object:os.system", "- a\n- b", "\x1b[31mred\x1b[0m", "\x00", "\x85",
    "a\tb",
    "\u202eparcel late\u202c", "\u200b\u200c\u200d\ufeff", "\u2028x\u2029", "\ue000",
    "👩‍👩‍👧‍👦", "مرحبا", "漢字",
]  # fmt: skip


def naughty() -> list[str]:
    """The Big List of Naughty Strings where it lies beside the project, else our own once more."""
    folder = os.environ.get("WORKBENCH_SHARED") or Path(__file__).parents[3] / "shared"
    path = Path(folder) / BLNS
    if not path.exists():
        return TEXTS
    with path.open(encoding="utf-8", newline="") as file:
        return [row["subject"] for row in csv.DictReader(file)][::4]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Hostile texts as subjects or messages among sixty that say something, in two months."""
    log = Log(until="2025-06-30 23:00")
    for place, (topic, text) in enumerate(dealt(12)):
        day = date(2025, 1, 1) + timedelta(days=place)
        log.row(f"{topic}-{place}", f"{day} 09:00", description=text)
    for place, text in enumerate([*TEXTS, *naughty()]):
        day = date(2025, 1, 2) + timedelta(days=place % 58)
        cells = [{"subject": text}, {"description": text}, {"subject": text, "tags": [text[:99]]}]
        log.row(f"odd: {place}", f"{day} 10:00", **cells[place % 3])
    return log.workspace(tmp_path_factory.mktemp("hostile"))


def refusal(do: Callable[[], object]) -> str:
    """What a `UsageError` says, empty without one."""
    try:
        do()
    except UsageError as refused:
        return str(refused).encode("utf-8", "backslashreplace").decode()
    return ""


def fits_or_says_why(workspace: Workspace) -> None:
    said = refusal(lambda: fit(workspace, FitOptions(n_drivers=4, n_themes=2), now=NOW))
    if said:
        assert "few to group" in said or "nothing to group" in said
        return
    everything_is_there(workspace)
    refit(workspace, FitOptions(n_drivers=3, n_themes=2, seed=1), now=NOW)
    everything_is_there(workspace)


def everything_is_there(workspace: Workspace, n: int | None = None) -> None:
    folder = CatalogueFolder(workspace.root)
    present, placed = folder.catalogue.present, folder.placed()
    assert not placed.duplicated(["source", "ticket_id"]).any()
    assert set(placed["driver"]) <= set(present)
    assert n is None or len(placed) == n
    for one in present.values():
        for shown in (one.name, one.label, one.theme):
            assert shown.strip()
            assert not [c for c in shown if unicodedata.category(c)[0] == "C"], ascii(shown)
    labelled = labelled_tickets(Workspace.open(workspace.root))
    told = set(labelled.frame["driver_id"])
    assert told <= {*present, "unclear"}
    assert labelled.frame["driver"].notna().all()
    assert labelled.basis == "catalogue"


@pytest.mark.slow
def test_hostile_texts_are_placed_edited_and_fitted_again(workspace: Workspace) -> None:
    n = len(labelled_tickets(workspace).frame)
    assert n >= 60 + len(TEXTS)
    until = datetime(2025, 2, 1, tzinfo=UTC)
    fit(workspace, FitOptions(n_drivers=6, n_themes=3, until=until), now=NOW)
    everything_is_there(workspace)
    assigned = assign(workspace, now=NOW)
    assert assigned.n > 20
    everything_is_there(workspace, n)
    for driver in sorted(CatalogueFolder(workspace.root).catalogue.present):
        said = refusal(lambda driver=driver: split(workspace, driver, now=NOW))
        assert not said or "different things" in said
    everything_is_there(workspace, n)
    present = sorted(CatalogueFolder(workspace.root).catalogue.present)
    merge(workspace, present[1:3], present[0], now=NOW)
    move(workspace, ["odd: 0", "desk/odd: 14"], present[-1], now=NOW)
    set_state(workspace, present[-1], "ignore", now=NOW)
    everything_is_there(workspace, n)
    for options in (FitOptions(5, 2, seed=1), FitOptions(40, 9, since=until), FitOptions(2, 1)):
        refit(workspace, options, now=NOW)
        everything_is_there(workspace, n)
    undo(workspace, now=NOW)
    everything_is_there(workspace, n)


def test_hostile_names_are_cleaned_or_refused(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    fit(workspace, FitOptions(n_drivers=4, n_themes=2), now=NOW)
    refused = set()
    for given in NAMES:
        said = refusal(lambda given=given: rename(workspace, "d001", given, theme=given, now=NOW))
        if said:
            refused.add(given)
            continue
        one = CatalogueFolder(workspace.root).catalogue.present["d001"]
        assert 0 < len(one.name) <= MAX_NAME
        printed = "".join(c for c in given if unicodedata.category(c)[0] not in "CZ")
        assert one.name.replace(" ", "") == one.theme.replace(" ", "") == printed
    assert {"", " \t\n", "\ud800", "unclear", "x" * 81, "\x00", "\x85", "\ue000"} <= refused
    everything_is_there(workspace)


def test_a_workspace_of_nothing_but_hostile_texts_fits_or_says_why(tmp_path: Path) -> None:
    log = Log(until="2025-06-30 23:00")
    for place, text in enumerate([*TEXTS, *naughty()]):
        log.row(f"odd-{place}", "2025-03-01", subject=text)
    fits_or_says_why(log.workspace(tmp_path))


@pytest.mark.parametrize("text", ["", "?!", "12345", "😡", "\u200b", "the"])
def test_hundreds_of_the_same_odd_text_fit_or_say_why(text: str, tmp_path: Path) -> None:
    log = Log(until="2025-06-30 23:00")
    for place in range(120):
        log.row(f"odd-{place}", "2025-03-01", description=text)
    fits_or_says_why(log.workspace(tmp_path))
