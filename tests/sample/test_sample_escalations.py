"""Do raw exports show what is wrong with escalations, and nothing in a null world?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sample_exports import Exports

from workbench.sample.handovers import FIELDS
from workbench.tables.operations import ESCALATIONS
from workbench.tables.schema import provenance

COLUMNS = [f"handover_{field}" for field in FIELDS]


def group_changes(exports: Exports) -> pd.DataFrame:
    """One row per change of a ticket's group after its creation."""
    rows = [
        (audit["ticket_id"], audit["created_at"], int(event["value"]))
        for audit in exports.raw_audits
        for event in audit["events"]
        if event.get("field_name") == "group_id" and event["type"] == "Change"
    ]
    return pd.DataFrame(rows, columns=["id", "at", "to"])


def to_founder(exports: Exports) -> pd.Series:
    """Whether each ticket went to the founder, in order of arrival."""
    moved = group_changes(exports)
    ids = moved.loc[moved["to"] == exports.groups["Founder"], "id"]
    return exports.tickets.set_index("created")["id"].isin(ids)


# The founder.


def test_the_founder_gets_a_steady_share_in_quiet_weeks_too(planted: Exports) -> None:
    truth = planted.truth["truths"]["founder_escalations"]
    went = to_founder(planted)
    assert went.mean() == pytest.approx(truth["ticket_share"], abs=3 * np.sqrt(0.03 / len(went)))
    weekly = went.resample("7D").agg(["mean", "size"])
    quiet = weekly["size"] <= weekly["size"].median()
    n = weekly.loc[quiet, "size"].sum()
    share = (weekly["mean"] * weekly["size"])[quiet].sum() / n
    assert share == pytest.approx(truth["ticket_share"], abs=3 * np.sqrt(0.03 / n))
    assert (weekly["mean"] > 0).mean() > 0.9


def test_the_founder_is_hardly_needed_in_the_null_world(null_world: Exports) -> None:
    assert to_founder(null_world).mean() < 0.003


# Product and Marketing.


def moves(exports: Exports) -> pd.Series:
    """Group changes of each escalated promotion ticket."""
    log = exports.escalations
    ids = log.loc[log["category"] == "promotion", "ticket_id"]
    return group_changes(exports)["id"].value_counts().reindex(ids)


def test_promotions_bounce_between_two_groups(planted: Exports) -> None:
    truth = planted.truth["truths"]["ping_pong"]
    bounced = moves(planted)
    assert len(bounced) > 50
    # The last few were still on their way when the data stopped.
    assert bounced.iloc[:-3].between(truth["fewest_moves"], truth["most_moves"]).all()
    assert bounced.mean() > truth["fewest_moves"] + 0.5
    pair = {planted.groups[name] for name in truth["groups"]}
    changes = group_changes(planted)
    assert set(changes.loc[changes["id"].isin(bounced.index), "to"]) == pair
    others = changes[~changes["id"].isin(bounced.index)]
    assert (others["id"].value_counts() == 1).all()


def test_bounced_tickets_wait_longer(planted: Exports, null_world: Exports) -> None:
    def hours(exports: Exports) -> float:
        minutes = exports.tickets.set_index("id")["reply_minutes"]
        return float(minutes.reindex(moves(exports).index).median() / 60)

    assert hours(planted) > 2 * hours(null_world)


def test_promotions_go_straight_to_marketing_in_the_null_world(null_world: Exports) -> None:
    assert (moves(null_world) == 1).all()
    log = null_world.escalations
    assert set(log.loc[log["category"] == "promotion", "owner"]) == {"Marketing"}


# Hand-overs and loops.


def test_the_log_has_the_canonical_columns(planted: Exports) -> None:
    told_later = {column.name for column in provenance()}
    canonical = [one.name for one in ESCALATIONS.columns if one.name not in told_later]
    assert list(planted.escalations.columns) == [*canonical, *COLUMNS]


def test_the_log_is_what_the_help_desk_recorded(planted: Exports) -> None:
    log, changes = planted.escalations, group_changes(planted)
    first = changes.drop_duplicates("id").set_index("id")["at"]
    assert sorted(log["ticket_id"]) == sorted(first.index)
    assert (log["ticket_id"].map(pd.to_datetime(first)) == log["at"]).all()
    told = pd.to_datetime(log["customer_told_at"], utc=True)
    created = log["ticket_id"].map(planted.tickets.set_index("id")["created"])
    minutes = log["ticket_id"].map(planted.tickets.set_index("id")["reply_minutes"])
    known = told.notna()
    assert ((told - created)[known] // pd.Timedelta("1min") == minutes[known]).all()
    assert log["escalation_id"].is_unique


def test_notes_lack_fields_and_the_log_says_which(planted: Exports) -> None:
    truth = planted.truth["truths"]["handover"]
    log = planted.escalations.set_index("ticket_id")
    complete = log[COLUMNS].all(axis=1)
    error = 3 * np.sqrt(0.25 / len(log))
    assert 1 - complete.mean() == pytest.approx(truth["incomplete_share"], abs=error)
    for ticket in planted.raw_tickets:
        if ticket["id"] in log.index:
            (note,) = (c["body"] for c in ticket["comments"] if c["body"].startswith("Hand-over"))
            said = dict(line.split(":", 1) for line in note.splitlines()[1:])
            filled = [bool(value.strip()) for value in said.values()]
            assert filled == list(log.loc[ticket["id"], COLUMNS])


def test_loops_stay_open(planted: Exports) -> None:
    truth = planted.truth["truths"]["handover"]
    log = planted.escalations
    log = log[log["at"] < planted.as_of - pd.Timedelta("14D")]
    unknown = log["customer_told_at"] == ""
    unlearned = log["loop_closed_at"] == ""
    error = 3 * np.sqrt(0.21 / len(log))
    assert (unknown | unlearned).mean() == pytest.approx(truth["open_loop_share"], abs=error)
    assert unknown.mean() > 0.05
    assert unlearned.mean() > 0.05


def test_hand_overs_are_whole_in_the_null_world(null_world: Exports) -> None:
    log = null_world.escalations
    assert len(log) > 100
    assert log[COLUMNS].all(axis=None)
    log = log[log["at"] < null_world.as_of - pd.Timedelta("14D")]
    assert (log[["customer_told_at", "loop_closed_at"]] != "").all(axis=None)
