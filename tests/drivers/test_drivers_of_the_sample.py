"""Drivers of the sample against what was planted in it: reasons, a birth, months that go by."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from workbench.drivers.assigning import Assigned, assign
from workbench.drivers.catalogue import CatalogueFolder
from workbench.drivers.fitting import FitOptions, Found, find, fit
from workbench.drivers.reading import read
from workbench.drivers.refitting import refit
from workbench.intake.imports import import_files
from workbench.intake.options import Options
from workbench.workspace import Workspace

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parents[2] / "data/sample"
NOW = datetime(2025, 7, 1, tzinfo=UTC)
FITTED_UNTIL, BIRTH_SEEN_BY = datetime(2024, 7, 1, tzinfo=UTC), datetime(2024, 10, 24, tzinfo=UTC)
N_REASONS = 13


def month(number: int) -> datetime:
    """The first day of a month, counted from January 2024 as 1."""
    return datetime(2024 + (number - 1) // 12, (number - 1) % 12 + 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sample")
    import_files(Workspace(root).store, [SAMPLE], Options(), now=NOW)
    return root


def copied(imported: Path, root: Path) -> Workspace:
    shutil.copytree(imported, root, dirs_exist_ok=True)
    return Workspace.open(root)


@pytest.fixture(scope="module")
def reasons() -> pd.Series:
    """The true reason of every ticket that has one."""
    told = pd.read_csv(SAMPLE / "truth_reasons.csv.gz", dtype=str)
    told = told[~told["reason"].isin(["spam", "outreach"])]
    return told.set_index("ticket_id")["reason"]


def placed_in(workspace: Workspace, reasons: pd.Series) -> pd.DataFrame:
    """Every placed ticket that has a true reason, with it and with its month."""
    placed = CatalogueFolder(workspace.root).placed()
    placed = placed.assign(reason=placed["ticket_id"].map(reasons)).dropna(subset=["reason"])
    times = workspace.table("tickets").select("source", "ticket_id", "created_at").to_pandas()
    return placed.merge(times, on=["source", "ticket_id"], validate="1:1")


# A driver is born with the app's release.


@pytest.fixture(scope="module")
def year(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Assigned]:
    """Fitted until July, assigned until two weeks after the release."""
    workspace = copied(imported, tmp_path_factory.mktemp("year"))
    fit(workspace, FitOptions(until=FITTED_UNTIL), now=NOW)
    return workspace, assign(workspace, until=BIRTH_SEEN_BY, now=NOW)


@pytest.fixture(scope="module")
def whole(
    year: tuple[Workspace, Assigned], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, Assigned]:
    """The same, and all the rest assigned at once."""
    workspace = copied(year[0].root, tmp_path_factory.mktemp("whole"))
    return workspace, assign(workspace, now=NOW)


def test_one_driver_is_born_within_two_weeks(
    year: tuple[Workspace, Assigned], reasons: pd.Series
) -> None:
    workspace, assigned = year
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["truths"]["new_driver"]
    assert len(assigned.born) == 1
    new = CatalogueFolder(workspace.root).catalogue.drivers[assigned.born[0]]
    assert new.state == "proposed"
    assert new.born is not None
    assert 0 <= (new.born - date.fromisoformat(truth["release"])).days <= 14
    tickets = placed_in(workspace, reasons)
    own = tickets[tickets["driver"] == new.driver_id]
    assert (own["reason"] == truth["reason"]).mean() >= 0.5
    assert own["created_at"].min().date() >= new.born


def test_it_is_the_only_one_ever_and_has_nearly_all_its_tickets(
    year: tuple[Workspace, Assigned], whole: tuple[Workspace, Assigned], reasons: pd.Series
) -> None:
    workspace, assigned = whole
    assert assigned.born == []
    tickets = placed_in(workspace, reasons)
    is_new = tickets["driver"] == year[1].born[0]
    is_login = tickets["reason"] == "app_login"
    assert is_new[is_login].mean() >= 0.85
    assert is_login[is_new].mean() >= 0.65
    assert tickets.loc[is_new, "created_at"].min().date() >= date(2024, 10, 10)


def test_quarter_by_quarter_is_nearly_as_all_at_once(
    year: tuple[Workspace, Assigned], whole: tuple[Workspace, Assigned], tmp_path: Path
) -> None:
    """Old drivers: exactly. A newborn one learns from what came until then."""
    workspace = copied(year[0].root, tmp_path)
    for number in (13, 16, 19):
        assert assign(workspace, until=month(number), now=NOW).born == []
    by_month, at_once = (CatalogueFolder(one.root).placed() for one in (workspace, whole[0]))
    both = by_month.merge(at_once, on=["source", "ticket_id"], validate="1:1")
    assert len(both) == len(by_month) == len(at_once)
    differ = both[both["driver_x"] != both["driver_y"]]
    new = year[1].born[0]
    assert ((differ["driver_x"] == new) | (differ["driver_y"] == new)).all()
    assert len(differ) <= 0.02 * len(both)


# The planted reasons.


@pytest.fixture(scope="module")
def found(imported: Path) -> list[Found]:
    """Fits of everything, as many drivers as there are reasons."""
    workspace, folder = Workspace.open(imported), CatalogueFolder(imported)
    contacts = read(workspace)
    with pytest.MonkeyPatch.context() as patch:  # the same for every seed
        patch.setattr("workbench.drivers.fitting.read", lambda *_, **__: contacts)
        return [find(workspace, folder, FitOptions(N_REASONS, seed=seed)) for seed in range(3)]


def test_the_planted_reasons_are_found(found: list[Found], reasons: pd.Series) -> None:
    scores = []
    for one in found:
        truth = one.contacts.frame["ticket_id"].map(reasons).to_numpy()
        is_told = pd.notna(truth)
        scores.append(adjusted_rand_score(truth[is_told].astype(str), one.driver[is_told]))
    assert np.mean(scores) >= 0.80


def test_no_driver_is_a_language(found: list[Found]) -> None:
    for one in found:
        is_foreign = one.contacts.frame["language"].isin(["de", "es"]).to_numpy()
        sizes = np.bincount(one.driver)
        shares = np.bincount(one.driver, weights=is_foreign) / sizes
        assert shares[sizes >= 50].max() <= 0.25


# Months go by.


def test_an_id_means_in_june_what_it_meant_in_january(
    imported: Path, tmp_path: Path, reasons: pd.Series
) -> None:
    workspace = copied(imported, tmp_path)
    fit(workspace, FitOptions(until=month(2)), now=NOW)
    for number in range(3, 8):
        assert assign(workspace, until=month(number), now=NOW).born == []
    tickets = placed_in(workspace, reasons)
    is_first = tickets["created_at"] < pd.Timestamp(month(2))
    first, later = tickets[is_first], tickets[~is_first]
    meaning = first.groupby("driver")["reason"].agg(lambda told: told.mode().iloc[0])
    kept, then = ((part["reason"] == part["driver"].map(meaning)).mean() for part in (later, first))
    assert kept / then >= 0.90


def test_a_refit_with_another_seed_says_where_every_driver_went(
    whole: tuple[Workspace, Assigned], tmp_path: Path, reasons: pd.Series
) -> None:
    workspace = copied(whole[0].root, tmp_path)
    before = CatalogueFolder(workspace.root).placed()
    event = refit(workspace, FitOptions(seed=1), now=NOW)
    folder = CatalogueFolder(workspace.root)
    after = folder.placed()
    assert {one["old"] for one in event.details["mapping"]} == set(before["driver"])
    assert {one["new"] for one in event.details["mapping"]} <= set(folder.catalogue.present)
    assert event.details["shared"] == len(before) == len(after)
    same = before.merge(after, on=["source", "ticket_id"], validate="1:1")
    agreement = adjusted_rand_score(same["driver_x"], same["driver_y"])
    assert event.details["agreement"] == pytest.approx(agreement, abs=1e-3)
    assert agreement >= 0.4
    assert len(set(before["driver"]) & set(after["driver"])) >= 15  # of 31: they kept their ids
