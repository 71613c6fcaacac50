"""Why customers write: from texts, else from recorded reasons, else not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_made import Log

from workbench.analyses.drivers import ContactDrivers, contact_drivers
from workbench.definitions.periods import Period

JUNE = Period.month("2025-06")
TEXTS = {
    "parcel": "my parcel and its tracking are delayed",
    "grinder": "the grinder motor is jammed",
    "coupon": "a coupon code expired at checkout",
}


def written(log: Log, month: int, **numbers: int) -> None:
    """So many tickets about each topic."""
    for topic, n in numbers.items():
        for i in range(n):
            log.row(
                f"{month}-{topic}-{i}", f"2025-{month:02}-{1 + i % 28:02}", f"c{i}",
                subject=f"About {topic}", description=TEXTS[topic], source="desk",
            )  # fmt: skip


def drivers_of(log: Log, root: Path, n: int = 3, seed: int = 0) -> ContactDrivers:
    return contact_drivers(log.workspace(root), JUNE, n_drivers=n, seed=seed)


def test_shares_are_counted_and_compared_with_three_months_before(tmp_path: Path) -> None:
    log = Log(until="06-30")
    written(log, 2, coupon=500)  # four months before: not looked at
    for month in (3, 4, 5):
        written(log, month, parcel=20, grinder=15, coupon=15)
    written(log, 6, parcel=10, grinder=40, coupon=10)
    found = drivers_of(log, tmp_path)
    frame = found.frame.set_index("driver")
    assert found.basis == "text"
    assert (found.n, found.before) == (60, "Mar 2025–May 2025")
    assert sorted(frame["n"]) == [10, 10, 40]
    assert frame["share"].sum() == pytest.approx(1)
    (grinder,) = [d for d in frame.index if "grinder" in d]
    row = frame.loc[grinder]
    assert (row["n"], row["n_before"]) == (40, 45)
    assert (row["share"], row["share_before"]) == pytest.approx((40 / 60, 45 / 150))
    assert row["low"] < row["share"] < row["high"]
    assert row["change_low"] > 0
    assert row["example"] == "About grinder"
    assert f"Contacts about “{grinder}” rose from 30.0 %" in found.finding()
    assert "of 60 contacts (+36.7 points" in found.finding()


def test_steady_drivers_are_not_said_to_grow(tmp_path: Path) -> None:
    log = Log(until="06-30")
    for month in (3, 4, 5, 6):
        written(log, month, parcel=20, grinder=15, coupon=15)
    text = drivers_of(log, tmp_path).finding()
    assert "with 40.0 % of 50 contacts; none grew clearly against Mar 2025–May 2025" in text


def test_the_first_month_is_compared_with_nothing(tmp_path: Path) -> None:
    log = Log(until="06-30")
    written(log, 6, parcel=30, grinder=20, coupon=10)
    found = drivers_of(log, tmp_path)
    assert found.frame["share_before"].isna().all()
    assert found.finding().endswith("there are no earlier months to compare with.")


def test_the_same_seed_gives_the_same_drivers(tmp_path: Path) -> None:
    log = Log(until="06-30")
    written(log, 6, parcel=30, grinder=20, coupon=10)
    workspace = log.workspace(tmp_path)
    one, other = (contact_drivers(workspace, JUNE, n_drivers=4, seed=3) for _ in range(2))
    assert one.frame.equals(other.frame)
    assert one.tickets.equals(other.tickets)


def test_contacts_without_text_are_unclear_and_counted(tmp_path: Path) -> None:
    log = Log(until="06-30")
    written(log, 6, parcel=30, grinder=20, coupon=10)
    for i in range(7):
        log.row(f"call-{i}", "06-05", channel="phone")
    found = drivers_of(log, tmp_path)
    assert found.n == 67
    assert found.frame.set_index("driver").loc["unclear", "n"] == 7
    assert list(found.frame["driver"])[-1] == "unclear"
    assert "7 of 67 contacts have no text at all." in found.caveats


def test_without_text_the_recorded_reasons_are_shown(tmp_path: Path) -> None:
    log = Log(until="06-30")
    reasons = ["network"] * 30 + ["mail"] * 15 + ["printer"] * 5 + ["desk"] * 2 + [None] * 40
    for i, reason in enumerate(reasons):
        log.row(f"{i}", "06-05", reason_raw=reason)
    found = contact_drivers(log.workspace(tmp_path), JUNE, most=2)
    assert found.basis == "recorded"
    assert list(found.frame[["driver", "n"]].itertuples(index=False, name=None)) == [
        ("network", 30), ("mail", 15), ("other drivers", 7), ("not recorded", 40),
    ]  # fmt: skip
    assert "The largest driver is “network”" in found.finding()  # what is unknown is no driver


@pytest.mark.parametrize("subject", [None, "??"])
def test_nothing_to_group_is_said(tmp_path: Path, subject: str | None) -> None:
    log = Log(until="06-30")
    for i in range(60):
        log.row(f"{i}", "06-05", subject=subject)
    found = drivers_of(log, tmp_path)
    assert found.frame.empty
    assert found.n == 0
    assert found.finding().startswith("Contact drivers cannot be shown: ")


def test_a_month_without_contacts_is_said(tmp_path: Path) -> None:
    log = Log(until="06-30")
    written(log, 5, parcel=30, grinder=30)
    assert drivers_of(log, tmp_path).why_not == "no contacts in the period"


def test_spam_and_our_own_tickets_have_no_driver(tmp_path: Path) -> None:
    log = Log(until="06-30")
    written(log, 6, parcel=30, grinder=30)
    log.row("spam", "06-05", subject="win a parcel", is_spam=True)
    log.row("ours", "06-05", subject="your parcel", agent_initiated=True)
    assert drivers_of(log, tmp_path).n == 60
