"""Does a shop's log, appended one file a day, end up the same however its days arrive?

The data are 72 daily files of UCI Online Retail: invoices, and cancellations (numbers with a C).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from shared_data import ROOT, shared

from workbench.intake.imports import import_files
from workbench.intake.mappings.mapping_files import load_mappings
from workbench.intake.options import Options
from workbench.store.compaction import MANY
from workbench.store.delta import files_at
from workbench.store.store import Store
from workbench.workspace import Workspace

MAPPING = load_mappings(ROOT / "data" / "mappings" / "online_retail.yaml")
OPTIONS = Options(mappings=MAPPING, pseudonym_key="a test's key")
FIRST_IMPORT = datetime(2011, 5, 1, tzinfo=UTC)
TABLES = ("orders", "order_lines", "refunds")


def days() -> list[Path]:
    return sorted(shared("data/online_retail_2011_02_04").glob("*.csv"))


def fill(root: Path, files: Iterable[Path]) -> Workspace:
    """A workspace that took in these files one by one, one a day."""
    for number, file in enumerate(files):
        now = FIRST_IMPORT + timedelta(days=number)
        outcomes = import_files(Store(root / "store"), [file], OPTIONS, now=now)
        assert [o.outcome for o in outcomes] == ["loaded"], outcomes
    return Workspace.open(root)


@pytest.fixture(scope="module")
def by_date(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return fill(tmp_path_factory.mktemp("by_date"), days())


def frame(workspace: Workspace, table: str) -> pd.DataFrame:
    """A table without the order in which its rows came."""
    found = workspace.frame(table)
    keys = [c for c in found.columns if c.endswith(("_id", "line"))]
    return found.sort_values(keys, ignore_index=True)


def sold_and_refunded(workspace: Workspace) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines sold with their month, pounds and kind of charge; lines refunded likewise."""
    orders, lines = workspace.frame("orders"), workspace.frame("order_lines")
    sold = lines.merge(orders[["order_id", "created_at"]], on="order_id", validate="many_to_one")
    sold = sold.assign(month=sold["created_at"].dt.strftime("%Y-%m"))
    custom = sold["custom"].map(json.loads)
    sold = sold.assign(
        pounds=[float(c["amount"] or 0) for c in custom], charge=[c["charge"] for c in custom]
    )
    back = workspace.frame("refunds")
    charge = back["custom"].map(lambda text: json.loads(text)["charge"])
    back = back.assign(
        month=back["at"].dt.strftime("%Y-%m"), pounds=-back["amount"].astype(float), charge=charge
    )
    return sold, back


def test_every_line_is_sold_or_refunded(by_date: Workspace) -> None:
    rows = {name: by_date.state.tables[name].rows for name in TABLES}
    assert rows["order_lines"] + rows["refunds"] == 94_371
    assert rows["refunds"] == 1_733
    assert all(file.rejected == 0 for file in by_date.state.files)


def test_naive_cancellation_rates_by_month(by_date: Workspace) -> None:
    sold, back = sold_and_refunded(by_date)
    rates = back.groupby("month")["pounds"].sum() / sold.groupby("month")["pounds"].sum()
    assert (100 * rates).round(2).to_dict() == {"2011-02": 4.88, "2011-03": 4.79, "2011-04": 8.29}


def test_fees_postage_and_manual_entries_can_be_told_apart(by_date: Workspace) -> None:
    sold, back = sold_and_refunded(by_date)
    lines = sold["charge"].value_counts() + back["charge"].value_counts().reindex(
        sold["charge"].dropna().unique(), fill_value=0
    )
    assert lines[["POST", "DOT", "M", "C2", "BANK CHARGES", "AMAZONFEE"]].to_dict() == {
        "POST": 221, "DOT": 173, "M": 132, "C2": 28, "BANK CHARGES": 8, "AMAZONFEE": 6,
    }  # fmt: skip
    goods = sold[sold["charge"].isna()].groupby("month")["pounds"].sum()
    returned = back[back["charge"].isna()].groupby("month")["pounds"].sum()
    rates = (100 * returned / goods).round(1)
    # Two thirds of what the naive rate of February and March calls a refund is fees and manual
    # entries; April's is one returned bulk order.
    assert rates.to_dict() == {"2011-02": 1.6, "2011-03": 1.5, "2011-04": 6.5}


def test_shuffled_days_are_the_same_data(by_date: Workspace, tmp_path: Path) -> None:
    files = days()
    random.Random(4).shuffle(files)
    other = fill(tmp_path, files)
    for table in TABLES:
        pd.testing.assert_frame_equal(frame(other, table), frame(by_date, table))
        one, two = other.state.tables[table], by_date.state.tables[table]
        assert (one.rows, one.first_at, one.as_of) == (two.rows, two.first_at, two.as_of)


def test_all_days_again_change_nothing(by_date: Workspace) -> None:
    state = by_date.store.state
    again = import_files(by_date.store, days(), OPTIONS, now=FIRST_IMPORT + timedelta(days=99))
    assert {(o.outcome, o.updated) for o in again} == {("loaded", 0)}
    assert by_date.store.state == state


def test_a_reader_opens_few_files_and_every_day_is_still_there(by_date: Workspace) -> None:
    loaded = by_date.state.tables["order_lines"]
    assert len(files_at(by_date.store.folder / "order_lines", loaded.version)) < 2 * MANY
    assert [v.version for v in by_date.store.versions] == list(range(1, 73))
    early = Workspace.open(by_date.root, as_of=FIRST_IMPORT.date() + timedelta(days=9))
    assert early.state.version == 10
    assert len(early.frame("orders")) == early.state.tables["orders"].rows
    assert str(early.frame("orders")["created_at"].max().date()) == days()[9].stem
