"""Do the files people keep beside the help desk have their shape, and do they fit the tickets?"""

from __future__ import annotations

import pandas as pd
import pytest
import yaml
from sample_exports import Exports
from shop_exports import moments, qa_totals, table

from workbench.sample.agents import INHOUSE, TRIAL, VENDOR, opening_hours
from workbench.sample.settings import DAYS, SCHEDULES
from workbench.tables.catalog import TABLES
from workbench.tables.schema import provenance

GIVEN = {column.name for column in provenance()}


@pytest.mark.parametrize(("name", "file", "extra"), [
    ("reviews", "reviews/reviews.csv.gz", set()),
    ("qa_ratings", "operations/qa_ratings.csv.gz", set()),
    ("calendar_events", "operations/calendar_events.csv", set()),
    ("onboarding", "operations/onboarding.csv", set()),
    ("costs", "operations/costs.csv", {"invoice_number", "hours"}),
])  # fmt: skip
def test_columns_are_those_of_the_canonical_table(
    planted: Exports, null_world: Exports, name: str, file: str, extra: set[str]
) -> None:
    expected = {column.name for column in TABLES[name].columns} - GIVEN
    for exports in (planted, null_world):
        rows = table(exports, file)
        assert set(rows.columns) == expected | extra
        key = [column for column in TABLES[name].key if column != "source"]
        assert not rows.duplicated(key).any()
        assert len(rows) > 15


def test_reviews_follow_delivery_and_are_worse_where_support_failed(planted: Exports) -> None:
    reviews = table(planted, "reviews/reviews.csv.gz")
    assert 0.02 < len(reviews) / len(planted.orders) < 0.08
    orders = planted.orders.set_index("name")
    assert (reviews["order_ref"].map(orders["email"]) == reviews["customer_key"]).all()
    assert (moments(reviews["at"]) > reviews["order_ref"].map(orders["created"])).all()
    assert moments(reviews["at"]).max() <= planted.as_of
    stars = reviews["stars"].astype(int)
    assert set(stars) == {1, 2, 3, 4, 5}
    again = planted.tickets.loc[planted.tickets["reopens"] > 0, "order"]
    assert stars[reviews["order_ref"].isin(again)].mean() < stars.mean() - 0.5


def test_about_ten_quality_reviews_a_week(planted: Exports) -> None:
    totals = qa_totals(planted)
    assert len(totals) / 78 == pytest.approx(10, abs=1.2)
    assert totals["points"].between(0, 100).all()
    sessions = totals[totals["is_calibration"] == "true"]
    assert set(sessions.groupby("ticket_id").size()) <= {1, 2}
    assert (sessions["session_id"] != "").all()
    assert sessions.groupby("session_id")["ticket_id"].nunique().max() == 2


def test_reviews_are_of_tickets_their_agent_held(planted: Exports) -> None:
    ratings = table(planted, "operations/qa_ratings.csv.gz")
    simulated = ratings["is_simulated"] == "true"
    assert 20 < ratings.loc[simulated, "review_id"].nunique() < 60
    assert ratings.loc[simulated, "ticket_id"].str.startswith("reverse-test-").all()
    holder = {str(t["id"]): str(t["assignee_id"]) for t in planted.raw_tickets}
    real = ratings[~simulated]
    assert (real["ticket_id"].map(holder) == real["reviewee_id"]).all()
    solved = planted.status_changes[planted.status_changes["to"] == "solved"]
    first = solved.groupby(solved["id"].astype(str))["at"].min()
    assert (moments(real["at"]) > real["ticket_id"].map(first)).all()
    skipped = real["is_not_applicable"] == "true"
    assert ((real["score"] == "") == skipped).all()


def test_calendar_has_the_planted_happenings_and_ordinary_ones(
    planted: Exports, null_world: Exports
) -> None:
    truths = planted.truth["truths"]
    events = table(planted, "operations/calendar_events.csv")
    dated = {(row.kind, row.at[:10]) for row in events.itertuples()}
    for truth, kind, day in (
        ("campaign", "campaign", "start"),
        ("new_driver", "release", "release"),
        ("hire_relief", "hire", "hire"),
        ("trial", "go_live", "start"),
    ):
        assert (kind, truths[truth][day]) in dated
    ordinary = table(null_world, "operations/calendar_events.csv")
    assert {"campaign", "release", "policy", "outage", "go_live"} <= set(ordinary["kind"])
    assert "hire" not in set(ordinary["kind"])
    assert len(events) == len(ordinary) + 3
    assert events["at"].is_monotonic_increasing


def test_costs_are_monthly_and_only_vendors_send_invoices(planted: Exports) -> None:
    costs = table(planted, "operations/costs.csv")
    assert costs["month"].nunique() == 18
    assert costs["month"].str.endswith("-01T00:00:00Z").all()
    assert (costs["amount"].astype(float) > 0).all()
    assert ((costs["invoice_number"] != "") == (costs["component"] == "vendor")).all()
    invoices = costs[costs["component"] == "vendor"]
    assert invoices["invoice_number"].is_unique
    assert set(invoices["team"]) == {"Brightline", planted.truth["truths"]["trial"]["vendor"]}
    house = costs[costs["team"] == "In-house"]
    assert {"labour", "management", "tool", "training"} == set(house["component"])


def test_agents_come_on_board_in_four_phases(planted: Exports) -> None:
    rows = table(planted, "operations/onboarding.csv")
    assert (rows.groupby("agent_id").size() == 4).all()
    agents = planted.users[planted.users["role"] == "agent"]["id"].astype(str)
    assert len(set(rows["agent_id"]) & set(agents)) >= 15
    assert (moments(rows["starts_at"]) < moments(rows["ends_at"])).all()


def settings(exports: Exports, name: str) -> list[dict[str, str]]:
    text = (exports.folder / f"settings/{name}.yaml").read_text()
    return yaml.load(text, Loader=yaml.BaseLoader)[name]  # noqa: S506 - every word as written


@pytest.mark.parametrize(
    "name", ["ownership_map", "sla_policies", "schedules", "holidays", "targets"]
)
def test_settings_name_canonical_columns(planted: Exports, name: str) -> None:
    rows = settings(planted, name)
    assert rows
    known = {column.name for column in TABLES[name].columns}
    assert all(set(row) <= known for row in rows)


def test_schedules_are_the_hours_teams_work(planted: Exports) -> None:
    rows = {(row["schedule"], row["day"]): row for row in settings(planted, "schedules")}
    for team in (INHOUSE, VENDOR, TRIAL):
        for number, day in enumerate(DAYS):
            opens, closes = opening_hours(team, number)
            row = rows[SCHEDULES[team], day]
            assert row["opens"] == f"{opens // 3600:02d}:00"
            assert row["closes"] == f"{closes // 3600:02d}:00"


def test_first_replies_fall_into_opening_hours(planted: Exports) -> None:
    rows = {(row["schedule"], row["day"]): row for row in settings(planted, "schedules")}
    replies = [
        (ticket["group_id"], pd.Timestamp(comment["created_at"]).tz_convert("America/New_York"))
        for ticket in planted.raw_tickets[::5]
        for comment in ticket["comments"][1:2]
        if comment["public"] and comment["author_id"] != ticket["requester_id"]
    ]
    for team, schedule in (("In-house", "in_house"), ("Brightline", "brightline")):
        inside = [
            rows[schedule, DAYS[at.weekday()]]["opens"]
            <= at.strftime("%H:%M")
            <= rows[schedule, DAYS[at.weekday()]]["closes"]
            for group, at in replies
            if group == planted.groups[team]
        ]
        assert sum(inside) / len(inside) > 0.97


def test_business_minutes_rest_on_holidays(planted: Exports) -> None:
    days = {row["date"] for row in settings(planted, "holidays")}
    assert {"2024-05-27", "2024-11-28", "2025-01-01"} <= days
    spent = [
        ticket["metric_set"]["first_resolution_time_in_minutes"]["business"]
        for ticket in planted.raw_tickets
        if ticket["created_at"][:10] in days
        and (ticket["metric_set"]["solved_at"] or "")[:10] == ticket["created_at"][:10]
        and ticket["created_at"][11:13] >= "05"
    ]
    assert len(spent) > 20
    assert set(spent) == {0}
