"""What was planted in the sample is found through the whole path, and nothing in a null world.

Raw exports go through the gate into a workspace; metrics and analyses are all these tests look at.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench.analyses.churn import ChurnTrend, churn_trend
from workbench.analyses.drivers import contact_drivers
from workbench.analyses.findings import monthly_findings
from workbench.analyses.quality import QualityTrend, quality_trend
from workbench.analyses.refunds import refund_trend
from workbench.analyses.scorecard import scorecard
from workbench.analyses.trends import history
from workbench.analyses.volume import VolumeTrend, volume_trend
from workbench.definitions.findings import Finding
from workbench.definitions.periods import Period
from workbench.intake.imports import import_files
from workbench.intake.options import Options
from workbench.metrics.answers import answers
from workbench.metrics.backlog import BACKLOG
from workbench.metrics.declaration import Answer
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.first_contact import FCR
from workbench.metrics.refunds import paid_refunds
from workbench.metrics.speed import FIRST_RESPONSE_TIME
from workbench.sample.generate import generate
from workbench.sample.truths import Truths
from workbench.workspace import Workspace

ROOT = Path(__file__).parents[1]
VENDOR, INHOUSE = "Brightline", "In-house"


@dataclass(frozen=True)
class Shop:
    """An imported sample and what its maker says was planted."""

    workspace: Workspace
    truths: dict[str, Any]
    month: Period

    @cached_property
    def months(self) -> Period:
        return history(self.workspace, self.month)

    @cached_property
    def quality(self) -> QualityTrend:
        return quality_trend(self.workspace, self.month, shown=self.months)

    @cached_property
    def volume(self) -> VolumeTrend:
        return volume_trend(self.workspace, self.month, shown=self.months)

    @cached_property
    def churn(self) -> ChurnTrend:
        return churn_trend(self.workspace, shown=self.months)

    @cached_property
    def findings(self) -> list[Finding]:
        return monthly_findings(
            volume=self.volume, quality=self.quality, churn=self.churn,
            drivers=contact_drivers(self.workspace, self.month),
            refunds=refund_trend(self.workspace, self.month, shown=self.months),
            card=scorecard(self.workspace, self.month, shown=self.months),
        )  # fmt: skip

    def by_team(self, metric: Any, period: str) -> dict[str, Answer]:
        found = answers(self.workspace, metric, Period.parse(period), by="team")
        return {str(one.by["team"]): one for one in found}

    def monthly(self, metric: Any) -> dict[str, Answer]:
        found = answers(self.workspace, metric, self.months, by="month")
        return {one.by["month"]: one for one in found}


def imported(exports: Path, root: Path) -> Shop:
    store = Workspace(root).store
    outcomes = import_files(store, [exports], Options(), now=datetime(2025, 7, 1, tzinfo=UTC))
    truth = json.loads((exports / "truth.json").read_text(encoding="utf-8"))
    assert not [one for one in outcomes if one.error]
    rejected = [
        (Path(one.path).relative_to(exports).as_posix(), row.line)
        for one in outcomes
        for row in one.rejected
    ]
    assert rejected == [(row["file"], row["line"]) for row in truth.get("broken_rows", [])]
    return Shop(Workspace.open(root), truth["truths"], Period.month(truth["as_of"][:7]))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The committed sample."""
    return imported(ROOT / "data" / "sample", tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def null_world(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop like it, for a year, with nothing planted."""
    exports = tmp_path_factory.mktemp("exports") / "sample"
    generate(exports, months=12, truths=Truths.none())
    return imported(exports, tmp_path_factory.mktemp("null"))


# The vendor's first contact resolution decays.


def test_the_vendors_decay_is_found_and_only_there(planted: Shop) -> None:
    worse = [(s.metric.name, s.group) for s in planted.quality.shifts if s.is_worse]
    assert worse == [("fcr", VENDOR)]
    (shift,) = [s for s in planted.quality.shifts if s.metric is FCR and s.group == VENDOR]
    decay = planted.truths["fcr_decay"]
    assert shift.change.before == pytest.approx(decay["share_before"], abs=0.04)
    # The last three months, on a straight line of 47 weeks, average a little above the end.
    assert shift.change.after == pytest.approx(decay["share_at_end"] + 0.02, abs=0.04)
    size = decay["share_at_end"] + 0.02 - decay["share_before"]
    assert shift.change.low <= size <= shift.change.high


def test_the_vendor_begins_and_the_house_stays_at_the_planted_level(planted: Shop) -> None:
    before = planted.by_team(FCR, "2024-01..2024-07")  # the decay begins in August 2024
    assert before[VENDOR].low <= planted.truths["fcr_decay"]["share_before"] <= before[VENDOR].high
    for span in ("2024-01..2024-07", "2024-08..2025-01", "2025-02..2025-06"):
        house = planted.by_team(FCR, span)[INHOUSE]
        assert house.low <= 0.70 <= house.high


def test_the_decay_is_the_first_thing_a_reader_reads(planted: Shop) -> None:
    assert planted.findings[0].text.startswith(f"First contact resolution at {VENDOR} fell from")


def test_no_decline_is_claimed_in_the_null_world(null_world: Shop) -> None:
    assert null_world.quality.shifts
    assert not [s.sentence() for s in null_world.quality.shifts if s.is_worse]
    vendor = null_world.by_team(FCR, str(null_world.months))[VENDOR]
    assert vendor.low <= 0.68 <= vendor.high


# Slow replies are followed by refunds.


@dataclass(frozen=True)
class Odds:
    """Odds of a refund after a slow reply against a faster one, with Woolf's 95 % interval."""

    ratio: float
    low: float
    high: float
    n_slow: int
    base_share: float


def refund_odds(shop: Shop, slow_hours: float) -> Odds:
    """From what an analyst gets: ``workbench export facts`` and the refunds table."""
    facts = ticket_facts(shop.workspace).to_pandas()
    facts = facts[facts["is_counted"] & ~facts["agent_initiated"]]
    # A ticket that went from agent to agent has odds of its own, and waits longer as well.
    facts = facts[facts["n_reassignments"] == 0]
    facts = facts.dropna(subset=["order_ref", "first_reply_minutes"])
    fortnight = pd.Timedelta(days=14)
    end = shop.workspace.as_of("tickets", "refunds")
    facts = facts[facts["created_at"] <= pd.Timestamp(end) - fortnight]
    paid = paid_refunds(shop.workspace).to_pandas()[["order_ref", "at"]].dropna()
    pairs = facts[["ticket_id", "order_ref", "created_at"]].merge(paid, on="order_ref")
    wait = pairs["at"] - pairs["created_at"]
    hit = pairs.loc[(wait >= pd.Timedelta(0)) & (wait <= fortnight), "ticket_id"]
    refunded = facts["ticket_id"].isin(hit)
    slow = facts["first_reply_minutes"] > 60 * slow_hours
    a, b, c, d = (int((s & r).sum()) for s in (slow, ~slow) for r in (refunded, ~refunded))
    log, error = math.log(a * d / (b * c)), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    low, high = math.exp(log - 1.96 * error), math.exp(log + 1.96 * error)
    return Odds(math.exp(log), low, high, a + b, c / (c + d))


def test_slow_replies_are_followed_by_more_refunds(planted: Shop) -> None:
    lift = planted.truths["refund_lift"]
    odds = refund_odds(planted, lift["slow_hours"])
    assert odds.n_slow > 300
    assert 1 < odds.low <= lift["odds_ratio"] <= odds.high
    assert odds.base_share == pytest.approx(lift["base_share"], abs=0.02)


def test_slow_replies_change_nothing_in_the_null_world(null_world: Shop) -> None:
    odds = refund_odds(null_world, 12)
    error = math.log(odds.high / odds.low) / (2 * 1.96)
    assert abs(math.log(odds.ratio)) < 3 * error


# A surge comes and goes.


def test_the_surge_weeks_are_those_planted(planted: Shop) -> None:
    surge = planted.truths["surge"]
    start, end = pd.Timestamp(surge["start"]), pd.Timestamp(surge["end"])
    week = pd.Timedelta(days=7)
    assert planted.volume.surge_weeks
    assert all(w + week > start and w <= end for w in planted.volume.surge_weeks)
    whole = [w for w in planted.volume.frame["week"] if w >= start and w + week <= end]
    assert set(whole) <= set(planted.volume.surge_weeks)


def test_backlog_and_waiting_rise_with_the_surge_and_recover(planted: Shop) -> None:
    start, end = (pd.Timestamp(planted.truths["surge"][k]) for k in ("start", "end"))
    weeks = planted.volume.frame.set_index("week")["backlog"]
    typical = weeks[: start - pd.Timedelta(days=7)].tail(26).median()
    assert weeks[start:end].max() > 2 * typical
    assert weeks[end + pd.Timedelta(weeks=4) :].median() < 1.5 * typical
    waits = {m: one.value or 0 for m, one in planted.monthly(FIRST_RESPONSE_TIME).items()}
    busy, later = waits["2025-03"], [waits["2025-05"], waits["2025-06"]]
    usual = max(value for m, value in waits.items() if m < "2025-02")
    assert busy > 1.5 * usual
    assert max(later) < 1.3 * usual


def test_no_surge_is_claimed_in_the_null_world(null_world: Shop) -> None:
    assert len(null_world.volume.frame) > 50
    assert null_world.volume.surge_weeks == ()


# Customers whose ticket was reopened leave more often.


def test_reopened_contacts_are_followed_by_more_churn(planted: Shop) -> None:
    contrast = planted.churn.reopened
    assert contrast is not None
    assert contrast.is_clear
    base = planted.truths["churn_hazard"]["base_share"]
    assert contrast.before == pytest.approx(base, abs=0.02)
    # Only complaints raise the hazard; a thank-you reopening, about every fifth, does not.
    complaints = 1 - (1 - base) ** planted.truths["churn_hazard"]["hazard_ratio"]
    # Among the others are customers who wrote a second time, whose hazard is raised as well.
    diluted = 0.8 * (complaints - contrast.before)
    error = (contrast.high - contrast.low) / (2 * 1.96)
    assert abs(contrast.after - contrast.before - diluted) < 3 * error


def test_reopened_contacts_leave_as_often_in_the_null_world(null_world: Shop) -> None:
    contrast = null_world.churn.reopened
    assert contrast is not None
    assert not contrast.is_clear


# What a reader of the null world is told.


def test_the_null_world_has_no_alarming_findings(null_world: Shop) -> None:
    told = " ".join(one.text for one in null_world.findings)
    assert 3 <= len(null_world.findings) <= 5
    for claim in (" fell from ", "After a reopened ticket", "contacts about “"):
        assert claim not in told


def test_backlog_of_the_weekly_frame_is_the_metric(planted: Shop) -> None:
    closing = planted.monthly(BACKLOG)[str(planted.month)].value
    assert planted.volume.closing == closing
    assert planted.volume.frame["backlog"].iloc[-1] == closing  # the data stop with the month
