"""Can the truths about money and quality be found in the raw files, and not in a null world?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sample_exports import Exports
from shop_exports import (
    calibration_gaps,
    contacts,
    disputed_orders,
    granted,
    pooled_log_odds,
    refund_contacts,
    vendor_cost_per_resolution,
)

from workbench.sample.shop_truths import ShopTruths

QUARTER = pd.Timedelta("90D")


def test_seeds_move_sizes_and_dates() -> None:
    drawn = [ShopTruths.drawn(seed, date(2024, 1, 1), 18).as_json() for seed in range(12)]
    for truth, name in (
        ("refund_lift", "inconsistent_odds_ratio"),
        ("out_of_policy_refunds", "agent"),
        ("out_of_policy_refunds", "share"),
        ("chargebacks", "odds_ratio"),
        ("qa_gap", "points"),
        ("cost_ramp", "end"),
        ("cost_ramp", "ratio"),
    ):
        assert len({(world[truth] or {})[name] for world in drawn}) > 3, (truth, name)


def test_every_truth_fits_into_a_short_span() -> None:
    for seed in range(20):
        ramp = ShopTruths.drawn(seed, date(2024, 1, 1), 3).cost_ramp
        assert ramp is not None
        assert date(2024, 1, 1) <= ramp.start < ramp.end < date(2024, 4, 1)


@pytest.mark.parametrize(("cause", "name", "other"), [
    ("slow", "odds_ratio", "moved"),
    ("moved", "inconsistent_odds_ratio", "slow"),
])  # fmt: skip
def test_slow_and_inconsistent_replies_each_raise_refunds(
    planted: Exports, null_world: Exports, cause: str, name: str, other: str
) -> None:
    lift = planted.truth["truths"]["refund_lift"]
    log, error = pooled_log_odds(
        refund_contacts(planted, lift["slow_hours"]), cause, "refunded", by=other
    )
    assert abs(log - np.log(lift[name])) < 2.6 * error
    assert log > 2.6 * error
    log, error = pooled_log_odds(refund_contacts(null_world, 12), cause, "refunded", by=other)
    assert abs(log) < 2.6 * error


def test_base_share_of_refunds_is_the_planted_one(planted: Exports) -> None:
    lift = planted.truth["truths"]["refund_lift"]
    tickets = refund_contacts(planted, lift["slow_hours"])
    quick = tickets[~tickets["slow"] & ~tickets["moved"]]
    assert quick["refunded"].mean() == pytest.approx(lift["base_share"], abs=0.012)


def refunds_after_campaign(exports: Exports, campaign: dict[str, str]) -> tuple[int, float]:
    """Refunds paid in the echo of a campaign and some days after, and how many were usual."""
    at = exports.refunds.loc[exports.refunds["Status"] == "succeeded", "at"]
    start = pd.Timestamp(campaign["start"], tz="UTC")
    echo = at.between(start + pd.Timedelta("7D"), start + pd.Timedelta("19D"))
    usual = at.between(start - pd.Timedelta("56D"), start)
    return int(echo.sum()), float(usual.sum() * 12 / 56)


def test_refunds_rise_after_the_campaign_only(planted: Exports, null_world: Exports) -> None:
    campaign = planted.truth["truths"]["campaign"]
    paid, usual = refunds_after_campaign(planted, campaign)
    assert paid > usual + 1.6 * np.sqrt(usual)
    paid, usual = refunds_after_campaign(null_world, campaign)
    assert abs(paid - usual) < 2.6 * np.sqrt(usual + usual * 12 / 56)


def test_one_agent_refunds_outside_the_policy(planted: Exports) -> None:
    truth = planted.truth["truths"]["out_of_policy_refunds"]
    refunds = granted(planted)
    theirs = refunds["Agent (metadata)"] == truth["agent"]
    n = int(theirs.sum())
    assert n > 25
    late = refunds.loc[theirs, "late"].mean()
    assert late == pytest.approx(truth["share"], abs=2.6 * np.sqrt(0.25 / n))
    assert refunds.loc[~theirs, "late"].mean() < 0.03
    others = refunds[~theirs].groupby("Agent (metadata)")["late"].mean()
    assert late > others.max() + 0.1


def test_nobody_refunds_outside_the_policy_in_the_null_world(null_world: Exports) -> None:
    refunds = granted(null_world)
    assert refunds["Agent (metadata)"].nunique() > 12
    by_agent = refunds.groupby("Agent (metadata)")["late"].agg(["mean", "size"])
    assert refunds["late"].mean() < 0.03
    assert (by_agent.loc[by_agent["size"] > 15, "mean"] < 0.15).all()


def test_disputes_follow_tickets_that_were_only_called_solved(planted: Exports) -> None:
    truth = planted.truth["truths"]["chargebacks"]
    orders = disputed_orders(planted)
    log, error = pooled_log_odds(orders, "failed", "disputed", by="all")
    assert abs(log - np.log(truth["odds_ratio"])) < 2.6 * error
    assert log > 2.6 * error
    base = orders.loc[~orders["failed"], "disputed"].mean()
    assert base == pytest.approx(truth["base_share"], abs=0.006)


def test_disputes_follow_no_outcome_in_the_null_world(null_world: Exports) -> None:
    orders = disputed_orders(null_world)
    assert orders["disputed"].sum() > 30
    log, error = pooled_log_odds(orders, "failed", "disputed", by="all")
    assert abs(log) < 2.6 * error


def test_the_vendors_reviewers_are_kinder(planted: Exports) -> None:
    gaps = calibration_gaps(planted).dropna()
    error = gaps.std() / np.sqrt(len(gaps))
    assert len(gaps) > 100
    # A score cannot exceed its most, which cuts a little off the highest ones.
    assert gaps.mean() == pytest.approx(
        planted.truth["truths"]["qa_gap"]["points"], abs=2.6 * error + 0.4
    )


def test_reviewers_agree_in_the_null_world(null_world: Exports) -> None:
    gaps = calibration_gaps(null_world).dropna()
    assert abs(gaps.mean()) < 2.6 * gaps.std() / np.sqrt(len(gaps))


def test_cost_per_resolution_falls_as_the_vendor_learns(planted: Exports) -> None:
    truth = planted.truth["truths"]["cost_ramp"]
    costs = vendor_cost_per_resolution(planted)
    before, after = costs[: truth["start"][:7]], costs[truth["end"][:7] :]
    assert after.mean() / before.mean() == pytest.approx(truth["ratio"], abs=0.03)
    between = costs[truth["start"][:7] : truth["end"][:7]]
    assert np.corrcoef(np.arange(len(between)), between)[0, 1] < -0.95


def test_cost_per_resolution_is_flat_in_the_null_world(null_world: Exports) -> None:
    costs = vendor_cost_per_resolution(null_world)
    assert len(costs) == 18
    assert costs.max() / costs.min() < 1.12
    assert costs[-6:].mean() / costs[:6].mean() == pytest.approx(1.0, abs=0.03)


def lapsed(exports: Exports) -> pd.DataFrame:
    """Contacts of buyers with whether they bought nothing in the 90 days after."""
    email = exports.users.set_index("id")["email"]
    tickets = contacts(exports)
    tickets = tickets[tickets["created"] <= exports.as_of - QUARTER]
    tickets = tickets.assign(email=tickets["requester"].map(email))
    bought = exports.orders[exports.orders["total"] > 0]  # a replacement is no purchase
    bought = bought[["email", "created"]].rename(columns={"created": "bought"})
    tickets = tickets[tickets["email"].isin(bought["email"])]
    pairs = tickets[["id", "email", "created"]].merge(bought, on="email")
    wait = pairs["bought"] - pairs["created"]
    stayed = pairs.loc[(wait > pd.Timedelta(0)) & (wait <= QUARTER), "id"]
    # Whoever wrote twice about one problem is counted with the first of these tickets.
    before = tickets.groupby("requester")["created"].shift()
    alone = ~(tickets["created"] - before <= pd.Timedelta("10D"))
    return tickets.assign(lapsed=~tickets["id"].isin(stayed), first=alone)


def hazard_ratio(tickets: pd.DataFrame) -> tuple[float, float, int]:
    """Hazard ratio of those who came back against the others, base share, and how many."""
    back = tickets.loc[tickets["came_back"] & tickets["first"], "lapsed"]
    base = tickets.loc[~tickets["came_back"] & tickets["first"], "lapsed"]
    ratio = np.log(1 - back.mean()) / np.log(1 - base.mean())
    return float(ratio), float(base.mean()), len(back)


@pytest.mark.parametrize("kind", ["reopened", "repeated"])
def test_customers_whose_problem_came_back_leave(planted: Exports, kind: str) -> None:
    truth = planted.truth["truths"]["churn_hazard"]
    tickets = lapsed(planted)
    reopened = tickets["reopens"] > 0
    other = ~reopened if kind == "reopened" else reopened
    ratio, base, n = hazard_ratio(tickets[~(tickets["came_back"] & other)])
    assert base == pytest.approx(truth["base_share"], abs=0.03)
    assert ratio == pytest.approx(truth["hazard_ratio"], abs=3 * 1.9 / np.sqrt(0.3 * n))
    assert ratio > 1.3


def test_customers_whose_problem_came_back_stay_in_the_null_world(null_world: Exports) -> None:
    ratio, base, n = hazard_ratio(lapsed(null_world))
    assert base == pytest.approx(0.18, abs=0.03)
    assert ratio == pytest.approx(1.0, abs=3 / np.sqrt(0.18 * n))
