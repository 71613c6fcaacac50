"""Does the Zendesk export have its true shape, and do tickets and audits tell one story?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from sample_exports import Exports

DONE = ("solved", "closed")


@pytest.fixture(scope="module")
def stories(planted: Exports) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each ticket with its audits."""
    audits = defaultdict(list)
    for audit in planted.raw_audits:
        audits[audit["ticket_id"]].append(audit)
    return [(ticket, audits[ticket["id"]]) for ticket in planted.raw_tickets]


def changes(audits: list[dict[str, Any]], name: str) -> Iterator[tuple[str, Any, Any]]:
    """When a field changed, to what, from what."""
    for audit in audits:
        for event in audit["events"]:
            if event.get("field_name") == name:
                yield audit["created_at"], event["value"], event.get("previous_value")


def test_audits_are_in_order_and_chain(stories: list[Any]) -> None:
    for _, audits in stories:
        times = [audit["created_at"] for audit in audits]
        assert times == sorted(times)
        for name in ("status", "group_id", "assignee_id", "priority"):
            before = None
            for _, value, previous in changes(audits, name):
                assert previous == before
                before = value


def test_first_audit_creates_and_later_ones_change(stories: list[Any]) -> None:
    for _, audits in stories:
        for audit, expected in zip(audits, ["Create"] + ["Change"] * len(audits), strict=False):
            assert {event["type"] for event in audit["events"]} <= {expected, "Comment"}


def test_fields_are_what_the_audits_left(stories: list[Any]) -> None:
    for ticket, audits in stories:
        for name in ("status", "priority", "group_id", "assignee_id"):
            values = [value for _, value, _ in changes(audits, name)]
            left = values[-1] if values else None
            assert left == (None if ticket[name] is None else str(ticket[name]))
        score = [value for _, value, _ in changes(audits, "satisfaction_score")]
        assert ticket["satisfaction_rating"]["score"] == (score[-1] if score else "unoffered")
        assert ticket["created_at"] == audits[0]["created_at"]
        assert ticket["updated_at"] == audits[-1]["created_at"]
        assert ticket["submitter_id"] == audits[0]["author_id"]


def test_metric_set_is_what_the_audits_count(stories: list[Any]) -> None:
    for ticket, audits in stories:
        metrics, status = ticket["metric_set"], list(changes(audits, "status"))
        solves = [at for at, to, before in status if to in DONE and before not in DONE]
        reopens = [at for at, to, before in status if before in DONE and to not in DONE]
        held = ticket["status"] in DONE
        assert metrics["reopens"] == len(reopens)
        assert metrics["solved_at"] == (solves[-1] if held else None)
        assert metrics["group_stations"] == len(list(changes(audits, "group_id")))
        assigned = [at for at, value, _ in changes(audits, "assignee_id") if value]
        assert metrics["assignee_stations"] == len(assigned)
        assert metrics["assigned_at"] == (assigned[-1] if assigned else None)
        assert metrics["initially_assigned_at"] == (assigned[0] if assigned else None)
        first = metrics["first_resolution_time_in_minutes"]["calendar"]
        assert first == (minutes(ticket["created_at"], solves[0]) if solves else None)


def test_waiting_times_add_up_to_the_time_in_each_status(stories: list[Any]) -> None:
    running = {"new": "requester", "open": "requester", "pending": "agent", "hold": "requester"}
    for ticket, audits in stories[::7]:
        seconds: Counter[str] = Counter()
        steps = list(changes(audits, "status"))
        for (since, status, _), (until, _, _) in zip(steps, steps[1:], strict=False):
            spent = (pd.Timestamp(until) - pd.Timestamp(since)).total_seconds()
            seconds[running.get(status, "done")] += int(spent)
            seconds["on_hold"] += int(spent) if status == "hold" else 0
        for wait, name in (
            ("requester", "requester_wait"),
            ("agent", "agent_wait"),
            ("on_hold", "on_hold"),
        ):
            assert (
                ticket["metric_set"][f"{name}_time_in_minutes"]["calendar"] == seconds[wait] // 60
            )


def minutes(since: str, until: str) -> int:
    """Whole minutes between two moments."""
    return int((pd.Timestamp(until) - pd.Timestamp(since)).total_seconds()) // 60


def test_comments_agree_with_audits_and_replies(planted: Exports, stories: list[Any]) -> None:
    agents = set(planted.users.loc[planted.users["role"] == "agent", "id"])
    for ticket, audits in stories:
        told = [
            (event["id"], audit["author_id"], event["public"], audit["created_at"])
            for audit in audits
            for event in audit["events"]
            if event["type"] == "Comment"
        ]
        comments = ticket["comments"]
        assert told == [(c["id"], c["author_id"], c["public"], c["created_at"]) for c in comments]
        assert comments[0]["body"] == ticket["description"]
        replies = [c for c in comments[1:] if c["author_id"] in agents and c["public"]]
        assert ticket["metric_set"]["replies"] == len(replies)
        reply = ticket["metric_set"]["reply_time_in_minutes"]["calendar"]
        if replies and ticket["submitter_id"] == ticket["requester_id"]:
            assert reply == minutes(ticket["created_at"], replies[0]["created_at"])
        else:
            assert reply is None


def test_business_minutes_never_exceed_calendar_minutes(stories: list[Any]) -> None:
    for ticket, _ in stories:
        for value in ticket["metric_set"].values():
            if isinstance(value, dict) and value["calendar"] is not None:
                assert 0 <= value["business"] <= value["calendar"]


def test_ids_are_unique_and_known(planted: Exports) -> None:
    users, tickets = set(planted.users["id"]), planted.tickets
    assert tickets["id"].is_unique
    assert planted.users["id"].is_unique
    assert planted.users["email"].is_unique
    assert set(tickets["requester"]) | set(tickets["submitter"]) <= users
    assert set(tickets["group"]) == set(planted.groups.values())
    events = [e["id"] for audit in planted.raw_audits for e in (audit, *audit["events"])]
    assert len(events) == len(set(events))


def test_two_teams_and_those_they_escalate_to(planted: Exports) -> None:
    groups = {"In-house": 7, "Brightline": 8, "Founder": 1, "Product": 2, "Marketing": 1}
    assert set(planted.groups) == set(groups)
    assert (planted.users["role"] == "agent").sum() == sum(groups.values())
    work = defaultdict(set)
    for ticket in planted.raw_tickets:
        if ticket["assignee_id"]:
            work[ticket["group_id"]].add(ticket["assignee_id"])
    assert {name: len(work[group]) for name, group in planted.groups.items()} == groups


def test_nothing_is_later_than_the_data(planted: Exports) -> None:
    assert max(audit["created_at"] for audit in planted.raw_audits) <= planted.truth["as_of"]
    late = planted.tickets[planted.tickets["created"] > planted.as_of - pd.Timedelta("3D")]
    assert (~late["status"].isin(DONE)).any()


def test_the_inbox_is_believable(planted: Exports) -> None:
    tickets = planted.tickets
    rated = tickets["score"].isin(("good", "bad"))
    assert 0.15 < rated.sum() / (tickets["score"] != "unoffered").sum() < 0.25
    slow_or_reopened = (tickets["reopens"] > 0) | (tickets["reply_minutes"] > 720)
    good = tickets[rated].assign(good=tickets["score"] == "good")
    assert good.loc[~slow_or_reopened, "good"].mean() > good.loc[slow_or_reopened, "good"].mean()
    for share in (tickets["merged"], tickets["spam"], tickets["submitter"] != tickets["requester"]):
        assert 0.005 < share.mean() < 0.05
    # Before in-house falls behind, and before the vendor begins to hurry.
    usual = tickets[tickets["created"] < pd.Timestamp("2024-03-01", tz="UTC")]
    hours = usual.groupby("group")["reply_minutes"].median() / 60
    assert hours[planted.groups["In-house"]] == pytest.approx(2.2, rel=0.25)
    assert hours[planted.groups["Brightline"]] == pytest.approx(1.2, rel=0.25)
    local = tickets["created"].dt.tz_convert("America/New_York").dt.hour
    assert local.between(8, 19).mean() > 0.65


def test_texts_vary(planted: Exports) -> None:
    bodies = Counter(ticket["description"] for ticket in planted.raw_tickets)
    assert len(bodies) > 0.9 * len(planted.raw_tickets)
    assert not any("{" in body or "}" in body for body in bodies)


def test_true_reasons_cover_all_tickets_and_tags_are_noisy(planted: Exports) -> None:
    reasons = planted.reasons
    gorgias = planted.gorgias["Ticket id"].astype(int)
    assert sorted(reasons.index) == sorted([*planted.tickets["id"], *gorgias])
    contact_reasons = set(reasons) - {"spam", "question_before_ordering", "outreach"}
    assert len(contact_reasons) == 12
    right = untagged = n = 0
    for ticket in planted.raw_tickets:
        reason = reasons[ticket["id"]]
        if reason in contact_reasons:
            tags = {tag for tag in ticket["tags"] if not tag.startswith(("tier_", "closed_"))}
            n, right, untagged = n + 1, right + (reason in tags), untagged + (not tags)
    assert right / n == pytest.approx(0.665, abs=0.03)
    assert untagged / n == pytest.approx(0.20, abs=0.03)
