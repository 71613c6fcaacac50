"""Escalations: how many, to whom, and whether anybody learns the outcome."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asking import counts
from declared import about, split
from escalating import escalate, escalation_log, mapped
from hand_made import Log

from workbench.metrics import escalations as told
from workbench.metrics.declaration import Answer, Metric
from workbench.metrics.escalation_times import ESCALATION_ACK_ON_TIME


@pytest.fixture
def log() -> Log:
    return escalation_log()


def asked(log: Log, metric: Metric, tmp_path: Path) -> Answer:
    return about(log.workspace(tmp_path), metric)


def test_a_ticket_escalated_twice_counts_once(log: Log, tmp_path: Path) -> None:
    for name in ("A", "B", "C", "D"):
        log.row(name, "03-05", name)
    log.row("spam", "03-05", is_spam=True)
    escalate(log, "1", ticket_id="A", owner="founder ", tier=3)
    escalate(log, "2", ticket_id="A", tier=3)
    escalate(log, "3", "03-19", ticket_id="B")  # exactly 14 days after
    escalate(log, "4", "03-19 00:01", ticket_id="C")
    escalate(log, "5", ticket_id="D", origin="derived")
    escalate(log, "6", ticket_id="spam")
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, told.ESCALATION_RATE)) == (2, 4, 0, 0)
    assert counts(about(workspace, told.ESCALATION_RATE.variant("tier3"))) == (1, 4, 0, 0)
    assert counts(about(workspace, told.ESCALATION_RATE.variant("founder"))) == (1, 4, 0, 0)


def test_young_tickets_wait_for_their_escalation(tmp_path: Path) -> None:
    log = Log(until="03-19").row("old", "03-05").row("young", "03-05 00:01")
    escalate(log, "first", "01-01", ticket_id="old")
    escalate(log, "last", "03-19", ticket_id="x")
    escalate(log, "1", ticket_id="young")
    assert counts(asked(log, told.ESCALATION_RATE, tmp_path)) == (1, 1, 0, 1)


def test_help_desks_the_log_never_names_are_not_known(log: Log, tmp_path: Path) -> None:
    log.row("A", "03-05").row("B", "03-05", source="chat").row("B", "03-05")
    escalate(log, "1", ticket_id="A")
    escalate(log, "2", ticket_id="B")  # which of the two B?
    found = split(log.workspace(tmp_path), told.ESCALATION_RATE, "source")
    assert counts(found["desk"]) == (1, 2, 0, 0)
    assert found["chat"].why == "needs recorded escalations that name their ticket"


def test_a_loop_is_closed_when_both_learned_of_it_in_time(log: Log, tmp_path: Path) -> None:
    escalate(log, "1", customer_told_at="03-24 10:00", loop_closed_at="03-11")
    escalate(log, "2", customer_told_at="03-24 10:01", loop_closed_at="03-11")
    escalate(log, "3", customer_told_at="03-11")
    escalate(log, "4", loop_closed_at="03-11")
    escalate(log, "5", "12-20", customer_told_at="12-21", loop_closed_at="12-21")
    workspace = log.workspace(tmp_path)
    assert counts(about(workspace, told.LOOP_CLOSED_RATE)) == (1, 4, 0, 0)
    assert about(workspace, told.LOOP_CLOSED_RATE, "2025-12").n_immature == 2


def test_a_hand_over_is_complete_when_every_field_is_true(log: Log, tmp_path: Path) -> None:
    handed = [
        {"handover_order": "True", "handover_value": True, "note": "False"},
        {"handover_order": "yes", "handover_value": 1},
        {"handover_order": "True", "handover_value": "False"},
        {"handover_order": None},
        {"handover_order": ""},
        {"handover_order": 10},
        {"note": "True"},
    ]
    for n, custom in enumerate(handed):
        escalate(log, str(n), custom=json.dumps(custom))
    escalate(log, "bare")
    assert counts(asked(log, told.HANDOVER_COMPLETENESS, tmp_path)) == (2, 6, 2, 0)


def test_the_founder_is_called_so_or_has_the_role(log: Log, tmp_path: Path) -> None:
    escalate(log, "1", owner="FOUNDER")
    escalate(log, "2", owner="Ada")
    escalate(log, "3", owner="Product")
    escalate(log, "4", owner=None)
    assert counts(asked(log, told.FOUNDER_SHARE, tmp_path / "plain")) == (1, 3, 1, 0)
    log.add("agents", agent_id="9", name="ada", role="founder")
    assert counts(asked(log, told.FOUNDER_SHARE, tmp_path / "roles")) == (2, 3, 1, 0)


def test_where_nobody_is_called_founder_their_share_is_not_zero(log: Log, tmp_path: Path) -> None:
    escalate(log, "1", owner="Ada")
    one = asked(log, told.FOUNDER_SHARE, tmp_path)
    assert one.why == "needs an owner called Founder, or an agent with the role founder"


def test_categories_that_are_not_on_the_map(log: Log, tmp_path: Path) -> None:
    mapped(log, tier="3")
    escalate(log, "1", tier=2)
    escalate(log, "2", category=" Bug")
    escalate(log, "3", category="vip")
    escalate(log, "4", category=None)
    assert counts(asked(log, told.UNMAPPED_SHARE, tmp_path)) == (1, 3, 1, 0)


def test_escalations_sent_back(log: Log, tmp_path: Path) -> None:
    escalate(log, "1", was_returned=True)
    escalate(log, "2", was_returned=False)
    escalate(log, "3")
    assert counts(asked(log, told.BOUNCE_BACK_RATE, tmp_path)) == (1, 2, 1, 0)


def test_an_escalation_belongs_to_the_team_that_handed_it_over(log: Log, tmp_path: Path) -> None:
    log.row("A", "03-05", group_id="holds it now")
    escalate(log, "1", ticket_id="A", from_team="Blue", was_returned=True)
    escalate(log, "2", ticket_id="A", was_returned=False)
    found = split(log.workspace(tmp_path), told.BOUNCE_BACK_RATE, "team")
    assert {team: counts(one)[:2] for team, one in found.items()} == {
        "Blue": (1, 1), "holds it now": (0, 1),
    }  # fmt: skip


def test_without_a_log_or_a_map_nothing_is_said(tmp_path: Path) -> None:
    workspace = Log().row("A", "03-05").workspace(tmp_path)
    assert about(workspace, told.ESCALATION_RATE).why == "needs a log of escalations"
    assert (
        about(workspace, ESCALATION_ACK_ON_TIME).why
        == "needs a log of escalations and an ownership map"
    )
