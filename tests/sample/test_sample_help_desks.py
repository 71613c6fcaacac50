"""Are the other help desks' exports true to their vendors, and which languages are spoken?"""

from __future__ import annotations

import gzip
import json
import re
from datetime import date

import pandas as pd
import pytest
from sample_exports import Exports

GORGIAS = (
    "Ticket id,Tags,Initial channel,Priority,Last used integration name,Last used integration type,"
    "Created by an agent,Subject,Creation date,Closed date,Survey score,Survey replied date,"
    "Assignee name,Assignee email,Customer email,Customer name,First response time (s),"
    "Resolution time (s),Number of agent messages,Number of customer messages,Ticket URL,"
    "Ticket Field: Contact reason,Ticket Field: Tier"
)
FRESHDESK = (
    "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,"
    "Resolved time,Closed time,Last update time,Initial response time,Time tracked,"
    "First response time (in hrs),Resolution time (in hrs),Agent interactions,"
    "Customer interactions,Resolution status,First response status,Tags,Survey results,Product,"
    "Every response status,Full name,Contact ID"
)
NAIVE = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def test_gorgias_has_its_true_shape(planted: Exports) -> None:
    rows = planted.gorgias
    assert ",".join(rows.columns) == GORGIAS
    assert rows["Ticket id"].is_unique
    assert set(rows["Created by an agent"]) == {"False"}
    assert set(rows["Ticket Field: Tier"]) == {"1", "2"}
    whole = rows[rows["Creation date"].str.fullmatch(NAIVE)]
    closed = whole[whole["Closed date"] != ""]
    spent = pd.to_datetime(closed["Closed date"]) - pd.to_datetime(
        closed["Creation date"], errors="coerce"
    )
    known = spent.notna()
    seconds = closed["Resolution time (s)"].astype(int)
    assert (spent[known].dt.total_seconds() == seconds[known]).all()
    assert set(rows["Assignee email"].str.split("@").str[-1]) <= {"calderdesk.example.org", ""}


def test_gorgias_names_the_reason_mostly_right(planted: Exports) -> None:
    rows = planted.gorgias
    right = (
        rows["Ticket id"].astype(int).map(planted.reasons) == rows["Ticket Field: Contact reason"]
    )
    assert 0.88 < right.mean() < 0.98


def test_people_are_the_same_in_both_help_desks(planted: Exports) -> None:
    bought = set(planted.orders["email"])
    assert planted.gorgias["Customer email"].isin(bought).all()
    both = set(planted.gorgias["Customer email"]) & set(planted.users["email"])
    assert len(both) > 20


def test_damaged_rows_are_the_listed_ones(planted: Exports) -> None:
    listed = planted.truth["broken_rows"]
    assert 2 <= len(listed) <= 3
    assert {entry["file"] for entry in listed} == {"gorgias/tickets.csv.gz"}
    with gzip.open(planted.folder / "gorgias/tickets.csv.gz", "rt") as file:
        lines = dict(enumerate(file, start=1))
    moments = pd.to_datetime(planted.gorgias["Creation date"], errors="coerce")
    assert [int(row) + 2 for row in moments.index[moments.isna()]] == [e["line"] for e in listed]
    for entry in listed:
        assert re.findall("'(.*)'", entry["why"])[0] in lines[entry["line"]]


def test_nothing_is_damaged_in_the_null_world(null_world: Exports) -> None:
    assert null_world.truth["broken_rows"] == []
    pd.to_datetime(null_world.gorgias["Creation date"])


def test_freshdesk_has_its_true_shape(planted: Exports) -> None:
    rows = planted.freshdesk
    assert ",".join(rows.columns) == FRESHDESK
    assert rows["Ticket ID"].is_unique
    created = pd.to_datetime(rows["Created time"])
    assert created.is_monotonic_increasing
    assert created.min().date() >= date(2023, 10, 1)
    assert created.max().date() < date(2024, 1, 1)
    assert len(rows) / (92 / 7) == pytest.approx(120 * 0.895, rel=0.08)
    waited = pd.to_timedelta(rows["First response time (in hrs)"])
    assert (created + waited == pd.to_datetime(rows["Initial response time"])).all()
    assert set(rows["Group"]) == {"In-house"}
    assert not rows["Subject"].str.contains("[{}]").any()


def test_customers_write_three_languages(planted: Exports) -> None:
    bodies = pd.Series({t["id"]: t for t in planted.raw_tickets}).map(
        lambda ticket: " ".join(
            comment["body"] for comment in ticket["comments"] if comment["public"]
        )
    )
    german = bodies.str.contains(r"\b(?:ich|nicht|und|der|bitte|Guten)\b")
    spanish = bodies.str.contains(r"\b(?:el|no|la|por|gracias|Buenos|Estimado)\b.*[áéíóúñ¿¡]")
    assert 0.04 < german.mean() < 0.08
    assert 0.02 < (spanish & ~german).mean() < 0.06
    assert not (german & bodies.str.contains("Best,|Kind regards|Happy brewing")).any()


def test_every_ticket_has_its_tier(planted: Exports) -> None:
    escalated = set(planted.escalations["ticket_id"])
    tiers = []
    for ticket in planted.raw_tickets:
        own = [tag for tag in ticket["tags"] if tag.startswith("tier_")]
        assert len(own) == ("spam" not in ticket["tags"])
        tiers += own
        if ticket["id"] in escalated:
            assert own != ["tier_1"]
    shares = pd.Series(tiers).value_counts(normalize=True)
    assert shares["tier_1"] > 0.75
    assert shares["tier_2"] > shares["tier_3"] > 0.02


def test_the_truth_file_says_every_truth_in_a_sentence(planted: Exports) -> None:
    for name, truth in planted.truth["truths"].items():
        assert truth["meaning"].endswith("."), name
        assert json.dumps(truth)
