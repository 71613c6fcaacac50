"""Do raw exports show who wrote more and when help came, and nothing in a null world?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sample_exports import Exports

DAY = pd.Timedelta("1D")


def moment(day: str) -> pd.Timestamp:
    """A day's beginning in New York."""
    return pd.Timestamp(day, tz="America/New_York")


def by_reason(exports: Exports) -> pd.DataFrame:
    """All tickets with their true reason."""
    return exports.tickets.assign(reason=exports.tickets["id"].map(exports.reasons))


# A release brings a reason.


def test_the_new_reason_is_born_with_the_release(planted: Exports) -> None:
    truth = planted.truth["truths"]["new_driver"]
    tickets = by_reason(planted)
    has_it = tickets["reason"] == truth["reason"]
    assert tickets.loc[has_it, "created"].min() >= moment(truth["release"])
    after = tickets["created"] >= moment(truth["release"])
    n = int(after.sum())
    # Spam and people who only ask are no contacts with a reason.
    expected = 0.94 * truth["ticket_share"]
    assert has_it[after].mean() == pytest.approx(expected, abs=3 * np.sqrt(0.07 / n))
    bodies = {ticket["id"]: ticket["description"].lower() for ticket in planted.raw_tickets}
    texts = tickets["id"].map(bodies)
    assert texts[has_it].str.contains("app").mean() > 0.6
    assert texts[~after].str.contains("the app |new app|updated app").mean() < 0.01


def test_nobody_has_the_new_reason_in_the_null_world(null_world: Exports) -> None:
    assert "app_login" not in set(null_world.reasons)
    assert not any("app_login" in ticket["tags"] for ticket in null_world.raw_tickets)


# A campaign echoes.


def refund_requests(exports: Exports, since: pd.Timestamp, until: pd.Timestamp) -> float:
    """Refund requests a day."""
    tickets = by_reason(exports)
    span = (tickets["created"] >= since) & (tickets["created"] < until)
    return float((tickets["reason"] == "refund_request")[span].sum() / ((until - since) / DAY))


def campaign_ratio(exports: Exports, start: str) -> float:
    """Refund requests 7 to 14 days after a day, against the ten weeks before that day."""
    began = moment(start)
    usual = refund_requests(exports, began - 70 * DAY, began)
    return refund_requests(exports, began + 7 * DAY, began + 15 * DAY) / usual


def test_refund_requests_echo_the_campaign(planted: Exports) -> None:
    truth = planted.truth["truths"]["campaign"]
    ratio = campaign_ratio(planted, truth["start"])
    assert ratio == pytest.approx(truth["refund_request_ratio"], rel=0.4)
    assert ratio > 2
    began = moment(truth["start"])
    echo = refund_requests(planted, began + 7 * DAY, began + 15 * DAY)
    assert refund_requests(planted, began, began + 7 * DAY) < echo / 1.3
    assert refund_requests(planted, began + 15 * DAY, began + 36 * DAY) < echo / 1.5


def test_nothing_echoes_in_the_null_world(planted: Exports, null_world: Exports) -> None:
    assert campaign_ratio(null_world, planted.truth["truths"]["campaign"]["start"]) < 1.8


# A hire brings relief, and it does not last.


def reply_minutes(exports: Exports, *spans: tuple[pd.Timestamp, pd.Timestamp]) -> float:
    """Median minutes to the first reply in-house, of what arrived in opening hours."""
    tickets = exports.tickets[exports.tickets["group"] == exports.groups["In-house"]]
    local = tickets["created"].dt.tz_convert("America/New_York")
    tickets = tickets[local.dt.hour.between(8, 15) & (local.dt.weekday < 5)]
    inside = [
        (tickets["created"] >= since) & (tickets["created"] < until) for since, until in spans
    ]
    return float(tickets.loc[np.any(inside, axis=0), "reply_minutes"].median())


def story(exports: Exports, truth: dict[str, str]) -> list[float]:
    """Minutes in quiet weeks before and after, at the worst, after the hire, in the relapse."""
    worsens, hire, relapse, ends = (
        moment(truth[name]) for name in ("worsens_from", "hire", "relapses_from", "ends")
    )
    quiet = (worsens - 60 * DAY, worsens), (ends + 7 * DAY, ends + 97 * DAY)
    return [
        reply_minutes(exports, *quiet),
        reply_minutes(exports, (hire - 21 * DAY, hire)),
        reply_minutes(exports, (hire + 7 * DAY, relapse)),
        reply_minutes(exports, (relapse + 10 * DAY, ends)),
    ]


def test_the_hire_brings_relief_and_relapse_follows(planted: Exports) -> None:
    truth = planted.truth["truths"]["hire_relief"]
    quiet, worst, relief, relapse = story(planted, truth)
    assert worst > 1.4 * quiet
    assert relief < worst / 1.3
    assert relief == pytest.approx(quiet, rel=0.3)
    assert relapse == pytest.approx(truth["relapse_ratio"] * quiet, rel=0.35)


def test_the_new_colleague_starts_on_the_day(planted: Exports) -> None:
    truth = planted.truth["truths"]["hire_relief"]
    agents = planted.users[planted.users["role"] == "agent"].set_index("name")
    hired = agents.loc[truth["agent"]]
    assert pd.Timestamp(hired["created_at"]) == moment(truth["hire"])
    work = planted.tickets[planted.tickets["assignee"] == hired["id"]]
    assert work["created"].min() >= moment(truth["hire"])
    assert len(work) > 100


def test_inhouse_waits_are_level_in_the_null_world(planted: Exports, null_world: Exports) -> None:
    minutes = story(null_world, planted.truth["truths"]["hire_relief"])
    assert max(minutes) < 1.4 * min(minutes)
    assert "Petra Lund" not in set(null_world.users["name"])
