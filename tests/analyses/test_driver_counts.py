"""Shares, changes, months, themes and births of drivers, added up by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from driver_labels import by_name, written
from hand_made import Log

from workbench.analyses.driver_changes import FELL, GREW, IN_STEP, driver_changes
from workbench.analyses.driver_emergence import driver_emergence
from workbench.analyses.driver_months import driver_months
from workbench.analyses.driver_shares import driver_shares
from workbench.analyses.driver_themes import driver_themes, squarified
from workbench.definitions.periods import Period
from workbench.errors import UsageError
from workbench.metrics.intervals import ratio, share

JUNE = Period.month("2025-06")
IGNORED = {"state": "ignored"}


def month_of_five(root: Path, **changes: object):
    log = Log(until="07-01")
    written(log, "2025-06", late=3, broken=1, unclear=1)
    written(log, "2025-05", late=1, broken=1)
    log.order("first", "05-01")  # rates count from the first order on
    for i in range(10):
        log.order(f"o{i}", "06-03")
    return log.workspace(root), by_name(log, **changes)


def test_shares_and_rates_are_counted_and_unclear_comes_last(tmp_path: Path) -> None:
    workspace, labels = month_of_five(tmp_path)
    found = driver_shares(workspace, JUNE, labelled=labels)
    assert list(found.frame["driver"]) == ["late", "broken", "unclear"]
    assert found.frame["rank"].to_list()[:2] == [1, 2]
    assert found.frame["rank"].isna().to_list() == [False, False, True]
    late = found.frame.iloc[0]
    assert (late["n"], late["share"], late["n_before"], late["share_before"]) == (3, 0.6, 1, 0.5)
    assert (late["low"], late["high"]) == pytest.approx(share(3, 5))
    assert (late["rate"], late["orders"]) == (30.0, 10)
    assert (late["rate_low"], late["rate_high"]) == pytest.approx([100 * x for x in ratio(3, 10)])
    assert (found.n, found.n_unclear, found.base) == (5, 1, "n 5 contacts, of them 1 unclear")
    assert "“late” with 60.0 % (23.1–88.2 %) of 5 contacts, 30.0 per 100 orders" in found.finding()


def test_a_driver_put_aside_is_not_drawn_but_counted(tmp_path: Path) -> None:
    workspace, labels = month_of_five(tmp_path, late=IGNORED)
    found = driver_shares(workspace, JUNE, labelled=labels)
    assert list(found.drawn["driver"]) == ["broken", "unclear"]
    assert found.frame.set_index("driver").loc["broken", "share"] == 0.2
    assert "of them 3 of drivers put aside, 1 unclear" in found.base
    assert "The largest driver is “broken”" in found.finding()


def test_unclear_is_never_a_finding(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-06", unclear=40)
    found = driver_shares(log.workspace(tmp_path), JUNE, labelled=by_name(log))
    assert found.finding() == "None of 40 contacts has a clear driver."


def test_without_orders_the_rate_is_blank_and_says_why(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-06", late=3)
    found = driver_shares(log.workspace(tmp_path), JUNE, labelled=by_name(log))
    assert found.frame["rate"].isna().all()
    assert found.rate_why == "needs orders"
    assert "per 100" not in found.finding()


def test_an_open_workspace_takes_one_labelling(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-06", late=3, broken=3)
    workspace = log.workspace(tmp_path)
    driver_shares(workspace, JUNE, labelled=by_name(log))
    with pytest.raises(UsageError, match="told of other drivers"):
        driver_shares(workspace, JUNE, labelled=by_name(log, late={"name": "tardy"}).__class__(
            by_name(log).frame.assign(driver="tardy"), {}, "text"))  # fmt: skip


@pytest.mark.parametrize(
    "question", [driver_shares, driver_changes, driver_emergence, driver_months, driver_themes]
)
def test_a_period_without_contacts_is_said(tmp_path: Path, question) -> None:
    log = Log(until="07-01")
    written(log, "2025-06", late=3)
    found = question(log.workspace(tmp_path), Period.month("2025-03"), labelled=by_name(log))
    assert found.why_not.startswith("no contacts in")
    assert found.frame.empty
    assert found.why_not in found.finding()


def test_volume_is_told_from_structure(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-05", late=100, broken=100, odd=60)
    written(log, "2025-06", late=200, broken=200, odd=120)
    steady = driver_changes(log.workspace(tmp_path / "a"), JUNE, labelled=by_name(log))
    assert set(steady.frame["verdict"]) == {IN_STEP}
    assert steady.volume == pytest.approx(2 * 31 / 30)  # per day: May is longer
    assert "Contacts rose (260 to 520" in steady.finding()
    assert "what shows is volume, not the mix" in steady.finding()

    log = Log(until="07-01")
    written(log, "2025-05", late=100, broken=100, odd=60)
    written(log, "2025-06", late=300, broken=100, odd=60)
    moved = driver_changes(log.workspace(tmp_path / "b"), JUNE, labelled=by_name(log))
    rows = moved.frame.set_index("driver")
    assert rows["verdict"].to_dict() == {"late": GREW, "broken": FELL, "odd": FELL}
    late = rows.loc["late"]
    assert late["growth"] == pytest.approx((300 / 460) / (100 / 260))
    assert late["growth"] == pytest.approx(late["ratio"] / moved.volume)
    assert late["growth_low"] < late["growth"] < late["growth_high"]
    assert late["change"] == pytest.approx(300 / 460 - 100 / 260)
    assert "“late” grew ×1.70" in moved.finding()


def test_a_driver_new_to_the_month_has_no_upper_bound(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-05", late=100)
    written(log, "2025-06", late=100, new=40)
    found = driver_changes(log.workspace(tmp_path), JUNE, labelled=by_name(log))
    new = found.frame.iloc[0]
    assert (new["driver"], new["n_before"], new["verdict"]) == ("new", 0, GREW)
    assert "no bound" in found.finding()


def test_months_are_shares_of_their_own_and_cut_ones_are_marked(tmp_path: Path) -> None:
    log = Log(until="06-20")
    written(log, "2025-04", late=1)
    written(log, "2025-05", late=30, broken=10)
    for i in range(5):
        log.row(f"broken-{i}", "06-03")
    found = driver_months(log.workspace(tmp_path), JUNE, labelled=by_name(log))
    late = found.frame[found.frame["driver"] == "late"]
    assert late["share"].to_list() == [1.0, 0.75, 0.0]
    assert late["is_partial"].to_list() == [False, False, True]
    assert [f"{m:%Y-%m}" for m in found.partial_months] == ["2025-06"]
    assert "between April 2025 and May 2025" in found.finding()


def test_the_smallest_drivers_are_hidden_and_counted(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-06", a=5, b=4, c=3, unclear=2)
    found = driver_months(log.workspace(tmp_path), JUNE, labelled=by_name(log), most=2)
    assert list(dict.fromkeys(found.frame["driver"])) == ["a", "b", "unclear"]
    assert (found.hidden, found.n) == (1, 14)


def test_areas_are_as_large_as_their_contacts_and_fill_the_map(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-06", a=8, b=4, c=4, d=3, unclear=1)
    shop = {"theme": "shop"}
    found = driver_themes(
        log.workspace(tmp_path), JUNE, labelled=by_name(log, a=shop, b=shop, d=IGNORED)
    )
    themes = found.themes.set_index("theme")
    assert list(themes.index) == ["shop", "theme of c", "unclear"]
    area = themes["width"] * themes["height"]
    assert area.sum() == pytest.approx(found.aspect)
    assert area["shop"] / area["theme of c"] == pytest.approx(3)
    rows = found.frame.set_index("driver")
    assert rows.loc["a", "width"] * rows.loc["a", "height"] == pytest.approx(
        2 * rows.loc["b", "width"] * rows.loc["b", "height"]
    )
    assert rows.index[-1] == "unclear"
    assert rows.loc["d", ["x", "width"]].isna().all()  # put aside: counted, not drawn
    assert "“shop” with 60.0 %" in found.finding()


def test_rectangles_fill_their_box_without_overlap() -> None:
    sizes = [6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0]  # the example of Bruls, Huizing and van Wijk
    boxes = squarified(sizes, (0.0, 0.0, 6.0, 4.0))
    assert [w * h for *_, w, h in boxes] == pytest.approx(sizes)
    assert boxes[0][2:] == pytest.approx((3.0, 2.0))
    assert max(max(w / h, h / w) for *_, w, h in boxes) < 3
    for i, (x, y, w, h) in enumerate(boxes):
        assert -1e-9 <= x
        assert x + w <= 6 + 1e-9
        assert -1e-9 <= y
        assert y + h <= 4 + 1e-9
        for u, v, s, t in boxes[:i]:
            assert min(x + w, u + s) - max(x, u) < 1e-9 or min(y + h, v + t) - max(y, v) < 1e-9


def test_a_new_driver_is_shown_with_its_weeks_and_what_it_coincides_with(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-06", late=30)
    for i, day in enumerate(("06-11", "06-12", "06-17")):
        log.row(f"new-{i}", day, subject=f"Odd thing {i}")
    log.add("calendar_events", event_id="1", at="06-10 12:00", kind="release", label="App 2")
    log.add("calendar_events", event_id="2", at="05-10", kind="campaign", label="Long ago")
    log.add("calendar_events", event_id="3", at="06-13", kind="campaign", label="After it")
    examples = (("desk", "new-1"), ("desk", "gone"))
    labels = by_name(log, new={"born": date(2025, 6, 11), "examples": examples})
    found = driver_emergence(log.workspace(tmp_path), JUNE, labelled=labels)
    (row,) = found.frame.to_dict("records")
    assert (row["driver"], row["n"], row["share"]) == ("new", 3, pytest.approx(3 / 33))
    assert row["coincides_with"] == "release “App 2” (10 Jun 2025)"
    assert row["examples"] == "Odd thing 1 (desk new-1); no subject (desk gone)"
    assert found.weekly["n"].to_list()[:2] == [2, 1]
    assert "its beginning coincides with release “App 2” (10 Jun 2025)" in found.finding()
    assert "cause" not in found.finding()
    later = driver_emergence(
        log.workspace(tmp_path / "later"), Period.month("2025-06"), labelled=by_name(log), months=1
    )
    assert later.finding() == "No new driver since June 2025 (n 33 contacts)."


def test_births_need_drivers_that_keep_their_identity(tmp_path: Path) -> None:
    log = Log(until="07-01")
    written(log, "2025-06", late=3)
    found = driver_emergence(log.workspace(tmp_path), JUNE, labelled=by_name(log, basis="text"))
    assert "keep their identity" in found.why_not
