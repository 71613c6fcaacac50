"""Do raw exports show what was planted about teams and agents, and nothing in a null world?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from first_contact import first_contact, trial_contacts
from sample_exports import Exports

from workbench.sample.reasons import IS_EASY, REASONS

EASY = {reason.name for reason, easy in zip(REASONS, IS_EASY, strict=True) if easy}


def moment(day: str) -> pd.Timestamp:
    """A day's beginning in UTC."""
    return pd.Timestamp(day, tz="UTC")


# The vendor answers faster, and says less.


def first_replies(exports: Exports, group: str) -> Iterator[tuple[pd.Timestamp, str]]:
    """When and what a group's agents first replied to customers."""
    agents = set(exports.users.loc[exports.users["role"] == "agent", "id"])
    for ticket in exports.raw_tickets:
        if ticket["group_id"] == exports.groups[group] and ticket["submitter_id"] not in agents:
            replies = (c for c in ticket["comments"] if c["author_id"] in agents and c["public"])
            for reply in list(replies)[:1]:
                yield pd.Timestamp(reply["created_at"]), reply["body"]


def template_share(exports: Exports, group: str, since: pd.Timestamp, until: pd.Timestamp) -> float:
    """Share of first replies that promise to look into it, whatever it is."""
    marks = ("your patience", "Ihre Geduld", "su paciencia")
    bodies = [body for at, body in first_replies(exports, group) if since <= at < until]
    return float(np.mean([any(mark in body for mark in marks) for body in bodies]))


def reply_minutes(exports: Exports, group: str, since: pd.Timestamp, until: pd.Timestamp) -> float:
    """Median minutes to the first reply of what arrived in a span."""
    tickets = exports.tickets[exports.tickets["created"].between(since, until)]
    return float(tickets.loc[tickets["group"] == exports.groups[group], "reply_minutes"].median())


def test_the_vendor_answers_faster_with_more_templates(planted: Exports) -> None:
    truth = planted.truth["truths"]["superficial_replies"]
    begin, start = moment(planted.truth["start"]), moment(truth["start"])
    late, end = planted.as_of - pd.Timedelta("56D"), planted.as_of
    assert template_share(planted, "Brightline", begin, start) == 0
    share = template_share(planted, "Brightline", late, end)
    assert share == pytest.approx(0.91 * truth["superficial_share_at_end"], abs=0.08)
    middle = template_share(planted, "Brightline", start, start + (end - start) / 2)
    assert 0.05 < middle < share
    assert template_share(planted, "In-house", begin, end) == 0
    before = reply_minutes(planted, "Brightline", begin, start)
    ratio = reply_minutes(planted, "Brightline", late, end) / before
    assert ratio == pytest.approx(truth["reply_time_ratio_at_end"] + 0.05, abs=0.15)


def test_superficial_replies_help_less(planted: Exports) -> None:
    replies = {t["id"]: " ".join(c["body"] for c in t["comments"]) for t in planted.raw_tickets}
    tickets = first_contact(planted)
    late = tickets[tickets["created"] > moment("2025-01-01")]
    late = late[late["group"] == planted.groups["Brightline"]]
    superficial = late["id"].map(replies).str.contains("appreciate your patience")
    assert late.loc[superficial, "enough"].mean() < late.loc[~superficial, "enough"].mean() - 0.05


def test_templates_name_neither_order_nor_action(planted: Exports) -> None:
    bodies = [body for _, body in first_replies(planted, "Brightline") if "your patience" in body]
    assert len(bodies) > 200
    assert not any("#" in body or "refund" in body for body in bodies)


def test_nobody_hurries_in_the_null_world(null_world: Exports) -> None:
    begin, end = moment(null_world.truth["start"]), null_world.as_of
    assert template_share(null_world, "Brightline", begin, end) == 0
    first = reply_minutes(null_world, "Brightline", begin, begin + pd.Timedelta("180D"))
    last = reply_minutes(null_world, "Brightline", end - pd.Timedelta("56D"), end)
    assert last == pytest.approx(first, rel=0.2)


# A vendor is on trial.


def arms(exports: Exports, start: str) -> pd.DataFrame:
    """Tickets of the trial's span at the new and the regular vendor, by true reason."""
    theirs = trial_contacts(exports).assign(arm="trial")
    rest = first_contact(exports)
    rest = rest[(rest["group"] == exports.groups["Brightline"]) & (rest["created"] > moment(start))]
    both = pd.concat([theirs, rest.assign(arm="regular")])[["id", "arm", "enough"]]
    both = both.assign(reason=both["id"].map(exports.reasons))
    return both[both["reason"].isin([reason.name for reason in REASONS])]


def gap_points(both: pd.DataFrame) -> tuple[float, float]:
    """How much worse the trial is, as it looks and at equal case mix, in points."""
    raw = both.groupby("arm")["enough"].mean()
    cells = both.groupby(["reason", "arm"])["enough"].mean().unstack()
    weights = both["reason"].value_counts(normalize=True)
    equal = ((cells["regular"] - cells["trial"]) * weights).sum()
    return 100 * float(raw["regular"] - raw["trial"]), 100 * float(equal)


def test_the_trial_looks_fair_and_is_worse_at_equal_mix(busy: Exports) -> None:
    truth = busy.truth["truths"]["trial"]
    both = arms(busy, truth["start"])
    raw, equal = gap_points(both)
    error = 100 * np.sqrt(0.24 * (1 / both["arm"].value_counts()).sum())
    assert equal == pytest.approx(truth["gap_points"], abs=2.2 * error)
    assert equal > 2 * error
    assert raw < 1.5 * error
    easy = both["reason"].isin(EASY).groupby(both["arm"]).mean()
    assert easy["trial"] - easy["regular"] > 0.8 * truth["easy_share_lift"]


def test_the_trial_takes_its_share_and_its_repeats(planted: Exports) -> None:
    truth = planted.truth["truths"]["trial"]
    created = pd.to_datetime(planted.gorgias["Creation date"], utc=True, errors="coerce").dropna()
    assert created.min() >= moment(truth["start"])
    regular = (planted.tickets["created"] >= moment(truth["start"])).sum()
    share = len(planted.gorgias) / (len(planted.gorgias) + regular)
    assert share == pytest.approx(truth["ticket_share"], abs=0.03)
    assert planted.gorgias["Customer email"].duplicated().sum() > 15


def test_the_trial_is_fair_in_the_null_world(busy_null_world: Exports) -> None:
    both = arms(busy_null_world, busy_null_world.gorgias["Creation date"].min())
    raw, equal = gap_points(both)
    error = 100 * np.sqrt(0.24 * (1 / both["arm"].value_counts()).sum())
    assert abs(equal) < 2.5 * error
    assert abs(raw) < 2.5 * error
    easy = both["reason"].isin(EASY).groupby(both["arm"]).mean()
    assert abs(easy["trial"] - easy["regular"]) < 0.06


# Agents of one team differ.


def agent_points(exports: Exports) -> tuple[pd.Series, pd.Series]:
    """Each agent's share of enough first replies against the team's, in points; and its error."""
    tickets = first_contact(exports)
    regular = [exports.groups[name] for name in ("In-house", "Brightline")]
    tickets = tickets[tickets["group"].isin(regular)]
    names = exports.users.set_index("id")["name"]
    by_agent = tickets.groupby(["group", "assignee"])["enough"].agg(["mean", "size"]).reset_index()
    team = by_agent.groupby("group")["mean"].transform("mean")
    points = 100 * (by_agent["mean"] - team)
    agents = by_agent["assignee"].map(names)
    error = 100 * np.sqrt(0.21 / by_agent["size"])
    return points.set_axis(agents), error.set_axis(agents)


def test_agents_lie_where_they_were_planted(busy: Exports) -> None:
    truth = busy.truth["truths"]["agents_differ"]
    points, error = agent_points(busy)
    planted = pd.Series(truth["points"])
    assert set(points.index) == set(planted.index)
    assert planted.std(ddof=0) == pytest.approx(truth["sd_points"], abs=0.1)
    assert np.corrcoef(points, planted[points.index])[0, 1] > 0.8
    assert ((points - planted[points.index]).abs() < 3.5 * error).all()


def test_agents_are_equal_in_the_null_world(busy_null_world: Exports) -> None:
    points, error = agent_points(busy_null_world)
    assert len(points) == 14
    assert ((points / error) ** 2).sum() < 27  # chi square with 12 degrees of freedom, 1 in 100
