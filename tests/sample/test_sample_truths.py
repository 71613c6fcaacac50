"""Can a reader who has only the raw exports find what was planted, and nothing in a null world?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from first_contact import first_contact, ordinary
from sample_exports import Exports

FORTNIGHT, QUARTER = pd.Timedelta("14D"), pd.Timedelta("90D")


def fcr(exports: Exports, group: str, since: str, until: str) -> tuple[float, int]:
    """Share and number of a group's tickets solved in a span of days."""
    tickets = first_contact(exports)
    span = tickets["solved"].between(
        pd.Timestamp(since, tz="UTC"), pd.Timestamp(until, tz="UTC") + pd.Timedelta("1D")
    )
    chosen = tickets.loc[span & (tickets["group"] == exports.groups[group]), "enough"]
    return float(chosen.mean()), len(chosen)


def refund_odds_ratio(exports: Exports, slow_hours: float) -> tuple[float, float, float]:
    """Odds ratio of a refund within 14 days after a slow reply, its log's error, base share."""
    tickets = ordinary(exports).dropna(subset=["order", "reply_minutes"])
    tickets = tickets[tickets["created"] <= exports.as_of - FORTNIGHT]
    paid_back = exports.refunds[exports.refunds["Status"] == "succeeded"]
    paid_back = paid_back.groupby("Order (metadata)")["at"].max()
    wait = tickets["order"].map(paid_back) - tickets["created"]
    refunded = (wait >= pd.Timedelta(0)) & (wait <= FORTNIGHT)
    slow = tickets["reply_minutes"] > slow_hours * 60
    cells = [int((s & r).sum()) for s in (slow, ~slow) for r in (refunded, ~refunded)]
    ratio = cells[0] * cells[3] / (cells[1] * cells[2])
    error = float(np.sqrt(sum(1 / cell for cell in cells)))
    return ratio, error, cells[2] / (cells[2] + cells[3])


def lapses(exports: Exports) -> pd.DataFrame:
    """Contacts of people who had ordered, with whether no order came in the next 90 days."""
    email = exports.users.set_index("id")["email"]
    tickets = ordinary(exports)
    tickets = tickets[tickets["created"] <= exports.as_of - QUARTER]
    tickets = tickets.assign(email=tickets["requester"].map(email))
    times = order_times(exports)
    tickets = tickets[tickets["email"].isin(times.index)]
    return tickets.assign(lapsed=lapsed_after(times, tickets["email"], tickets["created"]))


def order_times(exports: Exports) -> pd.Series:
    """The moments of each customer's orders."""
    naive = exports.orders.assign(created=exports.orders["created"].dt.tz_convert(None))
    return naive.groupby("email")["created"].agg(lambda at: at.to_numpy())


def lapsed_after(times: pd.Series, emails: pd.Series, moments: pd.Series) -> list[bool]:
    """Whether none of a customer's orders fell within 90 days after each moment."""
    quarter = QUARTER.to_timedelta64()
    starts = moments.dt.tz_convert(None).to_numpy()
    return [
        not ((times[email] > start) & (times[email] <= start + quarter)).any()
        for email, start in zip(emails, starts, strict=True)
    ]


def lapse_hazard_ratio(exports: Exports) -> tuple[float, float, int, int]:
    """Hazard ratio of complaint reopens, base share, and how many contacts of each kind."""
    contacts = lapses(exports)
    complained = (contacts["reopens"] > 0) & (contacts["replies"] >= 2)
    more = contacts.loc[complained, "lapsed"]
    base = contacts.loc[contacts["reopens"] == 0, "lapsed"]
    ratio = np.log(1 - more.mean()) / np.log(1 - base.mean())
    return float(ratio), float(base.mean()), len(more), len(base)


def weekly_volume(exports: Exports) -> pd.Series:
    """Tickets per day."""
    days = exports.tickets["created"].dt.tz_convert("America/New_York").dt.date
    return days.value_counts().sort_index()


def surge_ratio(exports: Exports, start: str, end: str) -> float:
    """Daily tickets within a span against the five weeks before it."""
    daily = weekly_volume(exports)
    daily.index = pd.to_datetime(daily.index)
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    before = daily[first - pd.Timedelta("35D") : first - pd.Timedelta("1D")]
    return float(daily[first:last].mean() / before.mean())


def backlog_at(exports: Exports, moment: pd.Timestamp) -> int:
    """Tickets created but not done at a moment."""
    changes = exports.status_changes
    latest = changes[changes["at"] <= moment].groupby("id")["to"].last()
    return int((~latest.isin(("solved", "closed"))).sum())


def test_vendor_resolution_decays_and_inhouse_stays(planted: Exports) -> None:
    decay = planted.truth["truths"]["fcr_decay"]
    begin, n = fcr(planted, "Brightline", planted.truth["start"], decay["start"])
    assert begin == pytest.approx(decay["share_before"], abs=3 * np.sqrt(0.22 / n))
    last_weeks = str((planted.as_of - pd.Timedelta("84D")).date())
    late, n = fcr(planted, "Brightline", last_weeks, decay["end"])
    assert late == pytest.approx(decay["share_at_end"] + 0.02, abs=3 * np.sqrt(0.25 / n))
    assert late < begin - 0.06
    for since, until in ((planted.truth["start"], decay["start"]), (last_weeks, decay["end"])):
        steady, n = fcr(planted, "In-house", since, until)
        assert steady == pytest.approx(0.70, abs=3 * np.sqrt(0.21 / n))


def test_vendor_resolution_is_steady_in_the_null_world(null_world: Exports) -> None:
    begin, n_begin = fcr(null_world, "Brightline", "2024-01-01", "2024-08-01")
    late, n_late = fcr(null_world, "Brightline", "2025-03-01", "2025-06-30")
    assert abs(begin - late) < 3 * np.sqrt(0.22 / n_begin + 0.22 / n_late)


def test_slow_replies_raise_refunds(planted: Exports) -> None:
    lift = planted.truth["truths"]["refund_lift"]
    ratio, error, base = refund_odds_ratio(planted, lift["slow_hours"])
    assert base == pytest.approx(lift["base_share"], abs=0.015)
    assert abs(np.log(ratio / lift["odds_ratio"])) < 2.6 * error
    assert np.log(ratio) > 2.6 * error


def test_slow_replies_raise_nothing_in_the_null_world(null_world: Exports) -> None:
    ratio, error, _ = refund_odds_ratio(null_world, 12)
    assert abs(np.log(ratio)) < 2.6 * error


def test_surge_comes_and_goes(planted: Exports) -> None:
    surge = planted.truth["truths"]["surge"]
    ratio = surge_ratio(planted, surge["start"], surge["end"])
    assert ratio == pytest.approx(surge["volume_ratio"], rel=0.15)
    start, end = (pd.Timestamp(surge[name], tz="UTC") for name in ("start", "end"))
    quiet, busy, later = (
        np.mean([backlog_at(planted, at - pd.Timedelta(days=d)) for d in range(7)])
        for at in (start, end, end + pd.Timedelta("42D"))
    )
    assert busy > 1.8 * quiet
    assert later < 1.35 * quiet
    tickets = planted.tickets.set_index("created").sort_index()["reply_minutes"]
    slow = tickets[start + pd.Timedelta("10D") : end].median()
    assert slow > 1.5 * tickets[:start].median()
    assert tickets[end + pd.Timedelta("35D") :].median() < 1.3 * tickets[:start].median()


def test_no_surge_in_the_null_world(planted: Exports, null_world: Exports) -> None:
    surge = planted.truth["truths"]["surge"]
    assert surge_ratio(null_world, surge["start"], surge["end"]) < 1.25


def test_reopened_customers_leave_more_often(planted: Exports) -> None:
    churn = planted.truth["truths"]["churn_hazard"]
    ratio, base, n_more, _ = lapse_hazard_ratio(planted)
    assert 0.15 < base < 0.25
    assert ratio == pytest.approx(churn["hazard_ratio"], abs=3 * 1.9 / np.sqrt(0.3 * n_more))
    assert ratio > 1.4


def test_reopened_customers_leave_as_often_in_the_null_world(null_world: Exports) -> None:
    ratio, base, n_more, _ = lapse_hazard_ratio(null_world)
    assert 0.15 < base < 0.25
    assert ratio == pytest.approx(1.0, abs=3 / np.sqrt(0.18 * n_more))


def test_contact_as_such_changes_nothing(planted: Exports) -> None:
    landmark = pd.Timedelta("14D")
    orders = planted.orders[planted.orders["created"] <= planted.as_of - QUARTER - landmark]
    orders = orders.assign(moment=orders["created"] + landmark)
    tickets = planted.tickets.assign(
        email=planted.tickets["requester"].map(planted.users.set_index("id")["email"])
    )
    pairs = orders[["name", "email", "created"]].merge(
        tickets[["email", "created", "reopens"]], on="email", suffixes=("", "_ticket")
    )
    near = pairs["created_ticket"] - pairs["created"]
    pairs = pairs[(near > pd.Timedelta(0)) & (near <= landmark)]
    upset = orders["name"].isin(pairs.loc[pairs["reopens"] > 0, "name"])
    wrote = orders["name"].isin(pairs["name"]) & ~upset
    lapsed = pd.Series(
        lapsed_after(order_times(planted), orders["email"], orders["moment"]), index=orders.index
    )
    n = int(wrote.sum())
    difference = lapsed[wrote].mean() - lapsed[~wrote & ~upset].mean()
    assert abs(difference) < 3 * np.sqrt(0.15 / n)
