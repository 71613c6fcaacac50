"""The states of a scorecard, and the three to five sentences a month comes down to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hand_made import Log

from workbench.analyses import scorecard as under_test
from workbench.analyses.churn import churn_trend
from workbench.analyses.drivers import contact_drivers
from workbench.analyses.findings import AT_LEAST, AT_MOST, monthly_findings
from workbench.analyses.quality import quality_trend
from workbench.analyses.refunds import refund_trend
from workbench.analyses.scorecard import Scorecard, scorecard
from workbench.analyses.trends import history
from workbench.analyses.volume import volume_trend
from workbench.definitions.findings import Finding
from workbench.definitions.periods import Period
from workbench.metrics.declaration import Answer
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

MARCH = Period.month("2025-03")


def told(metric: str, low: float, high: float, n: int = 100, why: str = "") -> Answer:
    middle = (low + high) / 2
    return Answer(metric, {}, middle, middle * n, n, low, high, 0, 0, "ok", why)


@pytest.mark.parametrize(
    ("metric", "low", "high", "state"),
    [
        ("csat", 0.85, 0.90, "good"),  # target: at least 85 %
        ("csat", 0.849, 0.90, "watch"),
        ("csat", 0.80, 0.85, "watch"),
        ("csat", 0.80, 0.849, "miss"),
        ("reopen_rate", 0.02, 0.08, "good"),  # target: at most 8 %
        ("reopen_rate", 0.02, 0.081, "watch"),
        ("reopen_rate", 0.08, 0.12, "watch"),
        ("reopen_rate", 0.081, 0.12, "miss"),
    ],
)
def test_a_target_is_judged_by_the_whole_interval(
    metric: str, low: float, high: float, state: str
) -> None:
    line = told(metric, low, high)
    assert under_test.state_of(METRICS[metric], line, line) == state


@pytest.mark.parametrize(
    ("metric", "this", "state"),
    [
        ("first_response_time", (61, 80), "watch"),  # before: 40 to 60 minutes; lower is better
        ("first_response_time", (60, 80), "steady"),
        ("first_response_time", (10, 20), "steady"),
        ("sla_met_recorded", (10, 39), "watch"),  # higher is better
        ("sla_met_recorded", (61, 80), "steady"),
        ("tickets_created", (90, 100), "steady"),  # neither is better
        ("refund_amount", (61, 80), "watch"),
    ],
)
def test_without_a_target_the_month_before_is_the_measure(
    metric: str, this: tuple[float, float], state: str
) -> None:
    previous = told(metric, 40, 60)
    assert under_test.state_of(METRICS[metric], told(metric, *this), previous) == state


def test_a_sum_over_part_of_a_month_is_no_measure() -> None:
    refunds, part = METRICS["refund_amount"], "the data begin on 2025-02-20"
    now, before = told("refund_amount", 61, 80), told("refund_amount", 4, 6, why=part)
    assert under_test.state_of(refunds, now, before) == "unknown"
    assert under_test.state_of(refunds, now, replace(before, why="")) == "watch"


def test_no_value_is_unknown() -> None:
    young = replace(told("csat", 0, 1), value=None, status="immature")
    assert under_test.state_of(METRICS["csat"], young, young) == "unknown"


def log_of(until: str = "04-10", per_month: int = 30) -> Log:
    """A shop with orders, refunds and tickets; of 30 a month, 6 are reopened."""
    log = Log(until=until)
    for month in range(1, 4):
        for i in range(per_month):
            day = f"2025-{month:02}-{1 + i % 28:02}"
            ticket = log.ticket(f"{month}-{i}", f"{day} 08:00", f"c{i}", group_id="red")
            ticket.reply(f"{day} 09:00").solved(f"{day} 10:00")
            if i % 5 == 0:
                ticket.reopened(f"{day} 12:00").solved(f"{day} 14:00")
            log.order(f"{month}-{i}", f"{day} 07:00", f"c{i}")
            if i % 10 == 0:
                log.refund(f"{month}-{i}", f"{day} 20:00", "12.50")
    return log


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Everything settled: no window of March is open."""
    return log_of(until="04-30").workspace(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def found(shop: Workspace) -> list[Finding]:
    return findings_of(shop)


def card_of(workspace: Workspace) -> Scorecard:
    return scorecard(workspace, MARCH, shown=history(workspace, MARCH))


def test_a_line_tells_this_month_the_one_before_and_the_history(shop: Workspace) -> None:
    card = card_of(shop)
    line = card.line("tickets_created")
    assert line is not None
    assert (line.this.value, line.previous.value, line.year_ago.value) == (30, 30, None)
    assert line.history == (30, 30, 30)
    names = [one.metric.name for one in card.lines]
    assert "csat" not in names
    assert ("Customer satisfaction", "needs customer ratings") in card.not_computable
    assert "reopened_recorded" not in names  # the standard metric beside it can be computed
    assert card.line("nonsense") is None


def test_an_immature_line_says_what_was_judged_last_and_when_this_one_can_be(
    tmp_path: Path,
) -> None:
    line = card_of(log_of(until="04-01").workspace(tmp_path)).line("refund_rate_cohort")
    assert line is not None
    assert line.state == "unknown"
    assert line.note == "latest judged: February 2025, 10.0 %; this period from 1 May 2025"


def test_an_immature_line_without_history_says_when(tmp_path: Path) -> None:
    log = Log(until="03-31")
    log.ticket("A", "03-05", "ann").log.left("ann", "03-06")
    line = card_of(log.workspace(tmp_path)).line("churn_90")
    assert line is not None
    assert line.note == "this period from 30 June 2025"


def test_a_snapshot_shows_what_it_recorded_itself(tmp_path: Path) -> None:
    log = Log(until="04-10")
    for i in range(40):
        log.row(f"{i}", "03-05", n_reopens=i % 2, n_reassignments=0, closed_at="03-06")
    names = [line.metric.name for line in card_of(log.workspace(tmp_path)).lines]
    assert "reopened_recorded" in names
    assert "reassigned_recorded" in names
    assert "reopen_rate" not in names


def findings_of(workspace: Workspace, month: Period = MARCH) -> list[Finding]:
    months = history(workspace, month)
    return monthly_findings(
        volume=volume_trend(workspace, month, shown=months),
        drivers=contact_drivers(workspace, month),
        refunds=refund_trend(workspace, month, shown=months),
        churn=churn_trend(workspace, shown=months),
        quality=quality_trend(workspace, month, shown=months),
        card=scorecard(workspace, month, shown=months),
    )


def test_findings_are_three_to_five_and_the_weightiest_first(found: list[Finding]) -> None:
    assert AT_LEAST <= len(found) <= AT_MOST
    weights = [one.weight for one in found]
    assert weights == sorted(weights, reverse=True)
    assert all(one.text.endswith(".") for one in found)


def test_a_missed_target_is_stated_not_sworn(found: list[Finding]) -> None:
    (missed,) = [one for one in found if "misses the default target" in one.text]
    assert missed.text == (
        "Reopen rate: 20.0 % (9.5–37.3 %, n 30) misses the default target of at most 8.0 %: "
        "the whole 95 % interval lies above it."
    )
    assert missed.section == "scorecard"


def test_a_bare_snapshot_still_has_three_findings_told_once(tmp_path: Path) -> None:
    log = Log(until="04-10")
    for i in range(60):
        day = f"03-{1 + i % 28:02}"
        log.row(f"{i}", day, closed_at="03-30", sla_met=i % 2 == 0, n_reopens=0)
    found = findings_of(log.workspace(tmp_path))
    assert AT_LEAST <= len(found) <= AT_MOST
    assert len({one.text for one in found}) == len(found)
    weights = [one.weight for one in found]
    assert weights == sorted(weights, reverse=True)


def test_refunds_are_told_by_one_measure(shop: Workspace, found: list[Finding]) -> None:
    trend = refund_trend(shop, MARCH, shown=history(shop, MARCH))
    assert trend.finding().startswith("3 refunds paid back 38 USD (")
    assert trend.finding().endswith("10.0 per 100 orders placed.")
    (told_first,) = [one for one in found if one.section == "refunds"]
    assert told_first.text.endswith("10.0 per 100 orders placed; the month before 10.0.")


def test_two_currencies_cannot_be_told(tmp_path: Path) -> None:
    log = log_of().refund("3-1", "03-05", currency="EUR")
    workspace = log.workspace(tmp_path)
    trend = refund_trend(workspace, MARCH, shown=MARCH)
    assert trend.finding() == (
        "Refunds cannot be shown: needs one currency; refunds are in EUR, USD."
    )
    assert trend.frame["amount"].isna().all()


def test_churn_from_orders_counts_only_what_can_be_judged(tmp_path: Path) -> None:
    log = Log(until="07-15")
    for i in range(40):
        log.order(f"{i}", "03-01", f"c{i}").row(f"{i}", "03-02", f"c{i}")
        if i % 4:
            log.order(f"{i} again", "04-01", f"c{i}")
    log.order("young", "06-01", "young").row("young", "06-02", "young")
    workspace = log.workspace(tmp_path)
    text = churn_trend(workspace, shown=Period.parse("2025-03..2025-06")).finding()
    assert text.startswith("10 of 40 contacts were followed by churn within 90 days: 25.0 % (")
    assert text.endswith("Another 1 is too recent to judge and is not counted as retained.")


def test_churn_that_cannot_be_judged_is_not_zero(tmp_path: Path) -> None:
    log = Log(until="03-31")
    log.order("1", "03-01").row("A", "03-02")
    trend = churn_trend(log.workspace(tmp_path), shown=MARCH)
    assert trend.reopened is None
    assert trend.finding() == (
        "Churn after contact cannot be judged yet: 1 is too recent to judge and is not counted "
        "as retained."
    )
