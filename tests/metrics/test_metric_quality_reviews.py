"""Reviews: scores by hand, critical categories, coverage, and how reviewers compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asking import counts
from declared import about, split
from hand_made import Log

from workbench.metrics.calibration import CALIBRATION_AGREEMENT, CALIBRATION_BIAS
from workbench.metrics.quality_reviews import QA_COVERAGE, QA_SCORE, SIMULATION_PASS_RATE

NEAR = CALIBRATION_AGREEMENT.variant("near")
Scores = dict[str, float | None]


def review(log: Log, name: str, scores: Scores, when: str = "03-10", **cells: Any) -> None:
    """One review; ``policy`` is critical, a score of None does not apply, ``tone`` weighs 1 and
    everything else 3."""
    for category, score in scores.items():
        told = {
            "ticket_id": f"t-{name}", "reviewee_id": "kim", "reviewer_id": "q1",
            "reviewer_org": "internal", "at": when, "max_score": 10.0,
            "weight": 1.0 if category == "tone" else 3.0, "is_critical": category == "policy",
            "is_not_applicable": score is None, "source": "qa", **cells,
        }  # fmt: skip
        log.add("qa_ratings", review_id=name, category=category, score=score, **told)


def test_a_score_is_weighted_and_a_failed_critical_category_makes_it_zero(tmp_path: Path) -> None:
    log = Log()
    review(log, "a", {"tone": 10, "accuracy": 6})  # (10 + 18) of 40
    review(log, "b", {"tone": 10, "policy": 5}, reviewee_id="lou")  # half is not failed
    review(log, "c", {"tone": 10, "policy": 4}, reviewee_id="max")  # under half
    review(log, "d", {"tone": 8, "accuracy": None, "policy": None}, reviewee_id="ned")
    one = about(log.workspace(tmp_path), QA_SCORE)
    # 70, (10 + 15) / 40 = 62.5, 0 and 80
    assert one.value == pytest.approx((70 + 62.5 + 0 + 80) / 4)
    assert one.denominator == 4


def test_simulations_and_calibrations_are_left_out_of_the_score(tmp_path: Path) -> None:
    log = Log()
    review(log, "a", {"tone": 6})
    review(log, "s", {"tone": 10}, is_simulated=True)
    review(log, "s2", {"tone": 8}, is_simulated=True)
    review(log, "s3", {"tone": 9, "policy": 1}, is_simulated=True)
    review(log, "s4", {"tone": 7.9}, is_simulated=True)
    review(log, "c", {"tone": 10}, is_calibration=True)
    review(log, "nothing", {"tone": None})
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, QA_SCORE)) == (60, 1, 6, 0)
    assert counts(about(workspace, SIMULATION_PASS_RATE)) == (2, 4, 0, 0)


def test_reviews_of_one_agent_are_one_opinion_to_the_interval(tmp_path: Path) -> None:
    log = Log()
    for n in range(5):
        review(log, f"r{n}", {"tone": 6 + n})
    one = about(log.workspace(tmp_path), QA_SCORE)
    assert (one.denominator, one.low, one.high) == (5, None, None)


def test_a_review_belongs_to_the_reviewees_team(tmp_path: Path) -> None:
    log = Log()
    log.add("teams", group_id="g1", team="Blue")
    log.add("teams", group_id="g2", team="Red", vendor="Acme")
    log.add("agents", agent_id="kim", group_id="g1")
    log.add("agents", agent_id="lou")
    # lou holds most tickets for Red, and kim once held one of theirs.
    for name, who, group in (("A", "lou", "g2"), ("B", "lou", "g2"), ("C", "lou", "g1"),
                             ("D", "kim", "g2")):  # fmt: skip
        log.row(name, "03-05", assignee_id=who, group_id=group)
    review(log, "a", {"tone": 6}, ticket_id="D")
    review(log, "b", {"tone": 8}, reviewee_id="lou", ticket_id="C")
    review(log, "c", {"tone": 9}, reviewee_id="new", ticket_id="elsewhere")
    workspace = log.workspace(tmp_path)
    found = split(workspace, QA_SCORE, "team")
    assert {team: one.value for team, one in found.items()} == {
        "Blue": 60, "Red": 80, "not recorded": 90,
    }  # fmt: skip
    assert split(workspace, QA_SCORE, "vendor")["Acme"].value == 80


def test_coverage_counts_a_ticket_once_and_only_ordinary_reviews(tmp_path: Path) -> None:
    log = Log()
    for name in ("twice", "late", "simulated", "none", "open"):
        ticket = log.ticket(name, "03-01", name)
        if name != "open":
            ticket.solved("03-02")
    review(log, "mark", {"tone": 5}, "01-01", ticket_id="x")
    review(log, "end", {"tone": 5}, "12-30", ticket_id="x")
    review(log, "a", {"tone": 5, "policy": 9}, "03-05", ticket_id="twice")
    review(log, "b", {"tone": 5}, "03-16", ticket_id="twice")  # 14 days
    review(log, "c", {"tone": 5}, "03-16 00:01", ticket_id="late")
    review(log, "d", {"tone": 5}, "03-05", ticket_id="simulated", is_simulated=True)
    review(log, "e", {"tone": 5}, "03-05", ticket_id="none", is_calibration=True)
    assert counts(about(log.workspace(tmp_path), QA_COVERAGE)) == (1, 4, 0, 0)


def test_young_solves_wait_for_their_review(tmp_path: Path) -> None:
    log = Log(until="03-16")
    log.ticket("old", "03-01", "a").solved("03-02")
    log.ticket("young", "03-01", "b").solved("03-02 00:01")
    review(log, "mark", {"tone": 5}, "01-01", ticket_id="x")
    review(log, "end", {"tone": 5}, "03-16", ticket_id="x")
    assert counts(about(log.workspace(tmp_path), QA_COVERAGE)) == (0, 1, 0, 1)


def test_a_number_that_two_desks_use_is_no_reviewed_ticket(tmp_path: Path) -> None:
    log = Log()
    log.row("1", "03-01", last_solved_at="03-02")
    log.row("1", "03-01", last_solved_at="03-02", source="chat")
    log.row("2", "03-01", last_solved_at="03-02", source="chat")
    review(log, "mark", {"tone": 5}, "01-01", ticket_id="x")
    review(log, "end", {"tone": 5}, "12-30", ticket_id="x")
    review(log, "a", {"tone": 5}, "03-05", ticket_id="1")
    review(log, "b", {"tone": 5}, "03-05", ticket_id="2")
    assert counts(about(log.workspace(tmp_path), QA_COVERAGE)) == (1, 3, 0, 0)


def calibrated(log: Log, name: str, org: str, scores: Scores, ticket: str = "T",
               session: str = "s1", reviewer: str = "") -> None:  # fmt: skip
    review(log, name, scores, reviewer_org=org, reviewer_id=reviewer or name, ticket_id=ticket,
           session_id=session, is_calibration=True)  # fmt: skip


def test_three_reviewers_make_three_pairs_of_every_category(tmp_path: Path) -> None:
    log = Log()
    calibrated(log, "a", "internal", {"tone": 8, "accuracy": 6})
    calibrated(log, "b", "Acme", {"tone": 8, "accuracy": 7})
    calibrated(log, "c", "Acme", {"tone": 9, "accuracy": None})
    calibrated(log, "d", "Acme", {"tone": 8}, session="s2")  # another session
    calibrated(log, "e", "Acme", {"tone": 8}, ticket="U")  # another ticket
    calibrated(log, "again", "internal", {"tone": 8}, reviewer="a")  # never with oneself
    workspace = log.workspace(tmp_path)
    # tone: a-b, a-c, b-c, again-b, again-c; accuracy: a-b
    assert counts(about(workspace, CALIBRATION_AGREEMENT)) == (2, 6, 0, 0)
    assert counts(about(workspace, NEAR)) == (6, 6, 0, 0)


def test_bias_is_the_vendors_points_less_the_internal_ones(tmp_path: Path) -> None:
    log = Log()
    calibrated(log, "a", "Internal", {"tone": 6, "policy": 2})  # 30, and failed
    calibrated(log, "b", "Acme", {"tone": 10, "policy": 2})  # 40
    calibrated(log, "c", "Acme", {"tone": 10, "policy": 6})  # 70
    calibrated(log, "d", "internal", {"tone": 8}, ticket="U")
    calibrated(log, "e", "Acme", {"tone": 7}, ticket="U")
    calibrated(log, "f", "Brand", {"tone": 8}, ticket="U")
    calibrated(log, "g", "Acme", {"tone": 10}, ticket="alone")
    review(log, "h", {"tone": 1}, ticket_id="alone")  # ordinary
    workspace = log.workspace(tmp_path)
    found = split(workspace, CALIBRATION_BIAS, "vendor")
    # Acme: 55 - 30 on T and 70 - 80 on U; Brand: 80 - 80
    assert found["Acme"].value == pytest.approx((25 - 10) / 2)
    assert found["Brand"].value == pytest.approx(0)
    assert about(workspace, CALIBRATION_BIAS).denominator == 3


def test_without_reviews_nothing_is_said(tmp_path: Path) -> None:
    workspace = Log().row("A", "03-05").workspace(tmp_path)
    for metric in (QA_SCORE, QA_COVERAGE, SIMULATION_PASS_RATE, CALIBRATION_BIAS):
        assert about(workspace, metric).why == "needs quality reviews"
