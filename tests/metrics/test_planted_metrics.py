"""What was planted in the sample comes out of the metrics, through the whole path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workbench.definitions.periods import Period
from workbench.metrics.answers import answers
from workbench.metrics.declaration import Answer
from workbench.metrics.facts.promises import promise_facts
from workbench.metrics.registry import metric_named
from workbench.workspace import Workspace

ROOT = Path(__file__).parents[2]
ALL = "2024-01..2025-06"


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((ROOT / "data" / "sample" / "truth.json").read_text())
    return told.get("truths", told)


@pytest.fixture(scope="module")
def shop(demo) -> Workspace:
    return Workspace.open(demo.workspace)


def ask(workspace: Workspace, name: str, period: str = ALL, **where: str) -> Answer:
    return answers(workspace, metric_named(name), Period.parse(period), where=where)[0]


def holds(one: Answer, truth: float, slack: float = 0.0) -> bool:
    assert one.low is not None
    assert one.high is not None
    return one.low - slack <= truth <= one.high + slack


def test_the_vendors_first_replies_turn_into_templates(shop, truth) -> None:
    planted = truth["superficial_replies"]["superficial_share_at_end"]
    before = ask(shop, "template_reply_share", "2024-03..2024-08", team="Brightline")
    at_end = ask(shop, "template_reply_share", "2025-06", team="Brightline")
    house = ask(shop, "template_reply_share", "2025-06", team="In-house")
    assert before.value < 0.12
    assert house.value < 0.15
    assert holds(at_end, planted, slack=0.02)


def test_the_contracts_clock_stays_green_while_the_answers_fail(shop) -> None:
    """The vendor replies ever faster and keeps the promise; by an answer it keeps it less often."""
    year_ago, now = "2024-06..2024-08", "2025-04..2025-06"

    def of_vendor(name: str) -> list[Answer]:
        return [ask(shop, name, period, team="Brightline") for period in (year_ago, now)]

    shown = of_vendor("first_response_time")
    assert shown[1].value < 0.8 * shown[0].value
    kept = of_vendor("sla_first_reply")
    assert abs(kept[1].value - kept[0].value) < 0.03
    meant = of_vendor("sla_first_reply:substantive")
    assert meant[1].high < meant[0].low


def test_escalations_to_the_founder_and_handovers(shop, truth) -> None:
    desk = {"source": "zendesk"}
    assert holds(ask(shop, "escalation_rate:founder", **desk),
                 truth["founder_escalations"]["ticket_share"])  # fmt: skip
    assert holds(ask(shop, "handover_completeness"), 1 - truth["handover"]["incomplete_share"])
    assert holds(ask(shop, "loop_closed_rate"), 1 - truth["handover"]["open_loop_share"])


def test_promotions_go_to_and_fro(shop, truth) -> None:
    """Escalated promotions move at least twice between two groups; other tickets hardly return."""
    whole = ask(shop, "ping_pong_rate")
    assert whole.value < 0.02
    product = ask(shop, "ping_pong_rate", team="Product")
    marketing = ask(shop, "ping_pong_rate", team="Marketing")
    assert max(product.value, marketing.value) > 5 * whole.value


def test_refunds_out_of_policy_have_one_name(shop, truth) -> None:
    planted = truth["out_of_policy_refunds"]
    groups = answers(shop, metric_named("out_of_policy_refund_rate"), Period.parse(ALL), by="agent")
    shares = {one.by["agent"]: one for one in groups if one.value is not None}
    assert holds(shares[planted["agent"]], planted["share"])
    assert all(one.value < 0.1 for name, one in shares.items() if name != planted["agent"])


def test_the_vendors_own_reviewers_are_kinder(shop, truth) -> None:
    assert holds(ask(shop, "calibration_bias"), truth["qa_gap"]["points"])


def test_promises_of_urgent_tickets_break_first(shop) -> None:
    rows = promise_facts(shop, "first_reply").to_pandas()
    broken = (rows["state"] == "breached").groupby(rows["priority_applied"]).mean()
    assert broken["urgent"] > 10 * broken["normal"]
    assert set(rows["state"]) <= {"met", "breached", "active", "pending"}


def test_the_last_thirty_days_have_no_thirty_day_number(shop) -> None:
    one = ask(shop, "fcr:30d", "2025-06")
    assert (one.value, one.low, one.high) == (None, None, None)
    assert one.status == "immature"
    assert one.n_immature > 300
    assert one.denominator == 0
