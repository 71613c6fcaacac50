"""What a filter adds up is what a pass over the rows gives, and lists what it counted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hand_made import Log
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.definitions.periods import Period
from workbench.metrics.aggregates import cube_of
from workbench.metrics.answers import answers, observations
from workbench.metrics.behind import behind
from workbench.metrics.cube import Cube
from workbench.metrics.declaration import Answer, Kind
from workbench.metrics.facts.drivers import label_tickets
from workbench.metrics.judging import NOT_RECORDED
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

PERIODS = ("2024-11..2025-01", "2025-06")
every_metric = pytest.mark.parametrize("name", METRICS)


@pytest.fixture(scope="module")
def shop(demo) -> Workspace:
    return Workspace.open(demo.workspace)


def cube(workspace: Workspace, name: str) -> Cube:
    found = cube_of(workspace, METRICS[name])
    assert isinstance(found, Cube)
    return found


def same(one: Answer, other: Answer) -> bool:
    """Equal in words and counts, and in numbers to the last digits that adding up leaves alone."""
    left, right = one.as_json(), other.as_json()
    numbers = {k for k, v in left.items() if isinstance(v, float) and right[k] is not None}
    return all(
        left[k] == pytest.approx(right[k], rel=1e-9) if k in numbers else left[k] == right[k]
        for k in left
    )


@every_metric
@pytest.mark.parametrize("period", PERIODS)
def test_the_whole_is_what_a_pass_over_the_rows_gives(shop, name, period):
    (expected,) = answers(shop, METRICS[name], Period.parse(period))
    found = cube_of(shop, METRICS[name])
    if isinstance(found, Answer):
        assert same(found, expected)
    else:
        assert same(found.answer(Period.parse(period), {}), expected)


@every_metric
@pytest.mark.parametrize("split", ["team", "tier"])
def test_every_group_is_what_a_pass_over_the_rows_gives(shop, name, split):
    span = Period.parse("2025-02..2025-04")
    expected = answers(shop, METRICS[name], span, by=split)
    found = cube_of(shop, METRICS[name])
    groups = [found] if isinstance(found, Answer) else found.by(span, {}, split)
    assert [one.by for one in groups] == [one.by for one in expected]
    assert all(same(a, b) for a, b in zip(groups, expected, strict=True))


@every_metric
def test_what_is_listed_is_what_was_counted(shop, name):
    metric, span = METRICS[name], Period.parse("2025-04")
    found = cube(shop, name)
    where = {"channel": "chat"} if found.knows("channel") else {}
    listed = behind(shop, metric, span, where, most=None)
    assert len(listed.rows) == listed.n
    if metric.counts == "tickets":  # of replies and customer-months there may be several
        assert not listed.rows.duplicated(["source", "ref"]).any()
    answer = found.answer(span, where)
    if answer.status == "not_computable":
        assert listed.n == 0
        return
    if metric.kind in (Kind.SHARE, Kind.MEDIAN, Kind.MEAN, Kind.TOTAL, Kind.UNIT_COST):
        assert listed.n == answer.denominator
    else:
        assert listed.n == answer.numerator
    if metric.kind is Kind.SHARE:
        assert listed.rows["hit"].sum() == answer.numerator


def test_listed_tickets_are_the_ones_a_filter_of_the_rows_leaves(shop):
    span, where = Period.parse("2025-04"), {"team": "Brightline", "channel": "email"}
    rows = observations(shop, METRICS["fcr"])
    kept = rows[
        (rows["at"] >= span.start) & (rows["at"] < span.end) & ~rows["is_excluded"]
        & ~rows["is_immature"] & (rows["team"] == "Brightline") & (rows["channel"] == "email")
    ]  # fmt: skip
    first = behind(shop, METRICS["fcr"], span, where)
    rest = behind(shop, METRICS["fcr"], span, where, first=50, most=None)
    assert first.n == len(kept) > 50
    assert set(first.rows["ref"]) | set(rest.rows["ref"]) == set(kept["ref"])
    assert first.rows["subject"].notna().any()


def test_months_follow_each_other_and_add_up(shop):
    span = Period.parse("2025-01..2025-03")
    made = cube(shop, "tickets_created")
    months = made.months(span, {"team": "Brightline"})
    assert [one.by["month"] for one in months] == ["2025-01", "2025-02", "2025-03"]
    assert sum(one.value for one in months) == made.answer(span, {"team": "Brightline"}).value


def test_a_group_nobody_has_is_empty_and_a_dimension_nothing_has_is_not_computable(shop):
    span = Period.parse("2025-03")
    assert cube(shop, "fcr").answer(span, {"team": "Nobody"}).value is None
    money = cube(shop, "refund_amount").answer(span, {"team": "Brightline"})
    assert (money.status, money.why) == ("not_computable", "needs a team for what it counts")
    assert cube(shop, "refund_amount").by(span, {}, "agent")[0].why.startswith("needs an agent")


def test_drivers_are_there_once_tickets_were_labelled(tmp_path: Path):
    log = Log()
    for number in range(4):
        log.ticket(f"t{number}", "03-05 10:00").reply("03-05 11:00").solved("03-05 11:00")
    workspace = log.workspace(tmp_path)
    assert not cube(workspace, "tickets_created").knows("driver")
    label_tickets(workspace, {"source": ["desk"] * 2, "ticket_id": ["t0", "t1"],
                              "driver": ["parcel late"] * 2})  # fmt: skip
    found = cube(workspace, "tickets_created").by(Period.parse("2025-03"), {}, "driver")
    assert {one.by["driver"]: one.value for one in found} == {NOT_RECORDED: 2.0, "parcel late": 2.0}


@given(
    tickets=st.lists(
        st.tuples(
            st.integers(1, 28), st.sampled_from(["A", "B"]), st.sampled_from(["email", "chat"]),
            st.booleans(), st.integers(1, 4000),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_log_gives_the_same_both_ways(tickets, tmp_path_factory):
    log = Log(until="06-30")
    for number, (day, group, channel, returns, minutes) in enumerate(tickets):
        one = log.ticket(f"t{number}", f"03-{day:02d} 08:00", group_id=group, channel=channel)
        moment = pd.Timestamp(2025, 3, day, 8) + pd.Timedelta(minutes=minutes)
        one.reply(f"{moment:%Y-%m-%d %H:%M}").solved(f"{moment:%Y-%m-%d %H:%M}")
        if returns:
            one.reopened(f"{moment + pd.Timedelta(hours=3):%Y-%m-%d %H:%M}")
    workspace = log.workspace(tmp_path_factory.mktemp("log"))
    for name in ("fcr", "first_response_time", "reopen_rate", "tickets_created", "backlog"):
        found = cube(workspace, name)
        for month in Period.parse("2025-03..2025-04").months:
            (whole,) = answers(workspace, METRICS[name], month)
            assert same(found.answer(month, {}), whole)
            for split in ("team", "channel"):
                parts = answers(workspace, METRICS[name], month, by=split)
                groups = found.by(month, {}, split)
                assert all(same(a, b) for a, b in zip(groups, parts, strict=True))
