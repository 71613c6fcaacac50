"""The parts of a change add up to it, and each is the part it says it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.analyses import movement as module
from workbench.analyses.exploration import Selection
from workbench.analyses.movement import movement
from workbench.definitions.dimensions import SPLITS
from workbench.definitions.periods import Period
from workbench.metrics.cube import SUMS, Cube
from workbench.metrics.judging import Reach, not_computable
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

FEBRUARY, MARCH = 2025 * 12 + 1, 2025 * 12 + 2
SELECTED = Selection(Period.month("2025-03"))

Cells = dict[str, tuple[int, int, int, int]]  # group: hits and n before, hits and n now


def cube_of_cells(name: str, cells: Cells, base: dict[int, int] | None = None) -> Cube:
    """A cube of two months whose teams are the given groups."""
    groups = sorted(cells)
    before, now = ([cells[g][0:2] for g in groups], [cells[g][2:4] for g in groups])
    hits = np.array([h for h, _ in before + now], dtype=float)
    n = np.array([n for _, n in before + now], dtype=float)
    size = 2 * len(groups)
    kept = (n > 0) | (hits > 0)
    labels = {split: ["not recorded"] for split in SPLITS} | {"team": groups}
    codes = {split: np.zeros(size, dtype=np.int32)[kept] for split in SPLITS}
    codes["team"] = np.tile(np.arange(len(groups), dtype=np.int32), 2)[kept]
    sums = {name: np.zeros(size)[kept] for name in SUMS}
    sums |= {"mature": n[kept], "hits": hits[kept], "amount": n[kept], "squares": n[kept]}
    reach = Reach(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC))
    month = np.repeat(np.array([FEBRUARY, MARCH], dtype=np.int32), len(groups))[kept]
    empty = np.zeros(int(kept.sum()) + 1, dtype=np.int64)
    return Cube(METRICS[name], reach, month, labels, codes, sums, np.empty(0), empty, base)


def moved(monkeypatch, name: str, cells: Cells, base: dict[int, int] | None = None):
    cube = cube_of_cells(name, cells, base)
    monkeypatch.setattr(module, "cube_of", lambda *_: cube)
    monkeypatch.setattr(module, "agent_names", lambda *_: {})
    return movement(Workspace("nowhere"), METRICS[name], SELECTED, "team")


def parts(result) -> dict[str, tuple[float, float]]:
    return {row.group: (row.mix, row.rate) for row in result.frame.itertuples()}


def test_only_the_mix_moved(monkeypatch):
    # A stays at 80 %, B at 40 %; B grows from half to three quarters: 60 % -> 50 %.
    result = moved(monkeypatch, "csat", {"A": (80, 100, 40, 50), "B": (40, 100, 60, 150)})
    assert result.change.value == pytest.approx(-0.10)
    assert result.mix.value == pytest.approx(-0.10)
    assert result.rate.value == pytest.approx(0.0)
    assert "−10.0 points" in result.finding()


def test_only_the_rates_moved(monkeypatch):
    # Weights stay half and half; A falls by 20 points: half of it reaches the whole.
    result = moved(monkeypatch, "csat", {"A": (80, 100, 60, 100), "B": (40, 100, 40, 100)})
    assert result.mix.value == pytest.approx(0.0)
    assert parts(result)["A"] == pytest.approx((0.0, -0.10))
    assert parts(result)["B"] == pytest.approx((0.0, 0.0))
    assert result.frame["group"].iloc[0] == "A"


def test_simpson_all_groups_improve_and_the_whole_falls(monkeypatch):
    # 90 of 100 and 20 of 50 before; 46 of 50 and 45 of 100 now: 73.3 % -> 60.7 %.
    result = moved(monkeypatch, "csat", {"A": (90, 100, 46, 50), "B": (20, 50, 45, 100)})
    assert result.change.value == pytest.approx(91 / 150 - 110 / 150)
    assert result.rate.value > 0 > result.mix.value


def test_one_ticket_out_of_one_is_no_certainty(monkeypatch):
    result = moved(monkeypatch, "csat", {"A": (1, 1, 0, 1), "B": (50, 100, 50, 100)})
    row = result.frame.set_index("group").loc["A"]
    assert row["rate_low"] < row["rate"] < row["rate_high"]


def test_the_mix_of_a_new_group_is_as_unsure_as_the_group(monkeypatch):
    # Drawn anew many times, both the sizes and the hits: the interval must be about as wide.
    cells = {"A": (320, 400, 240, 300), "B": (0, 0, 40, 63)}
    result = moved(monkeypatch, "csat", cells)
    chance = np.random.default_rng(5)
    drawn = []
    for _ in range(4000):
        n = chance.multinomial(363, [300 / 363, 63 / 363])
        before, now = chance.binomial(400, 0.8) / 400, chance.binomial(n, [0.8, 40 / 63]) / n
        weight, middle = n[1] / n.sum(), (before + now[0]) / 2
        drawn.append(weight * (now[1] - middle))
    spread = np.quantile(drawn, [0.025, 0.975])
    assert result.mix.high - result.mix.low == pytest.approx(spread[1] - spread[0], rel=0.15)


def test_a_period_the_data_only_partly_cover_is_said(monkeypatch):
    cube = cube_of_cells("csat", {"A": (80, 100, 60, 100)})
    late = replace(cube, reach=Reach(datetime(2025, 2, 15, tzinfo=UTC), cube.reach.as_of))
    monkeypatch.setattr(module, "cube_of", lambda *_: late)
    result = movement(Workspace("nowhere"), METRICS["csat"], SELECTED, "team")
    assert result.caveats[0] == (
        "February 2025 is only partly known: the data begin on 2025-02-15."
    )
    counted = cube_of_cells("tickets_created", {"A": (0, 30, 0, 50)})
    late = replace(counted, reach=late.reach)
    monkeypatch.setattr(module, "cube_of", lambda *_: late)
    result = movement(Workspace("nowhere"), METRICS["tickets_created"], SELECTED, "team")
    assert "only partly known" in result.why_not


def test_a_group_that_is_new_is_all_mix(monkeypatch):
    result = moved(monkeypatch, "csat", {"A": (80, 100, 80, 100), "B": (0, 0, 10, 100)})
    assert parts(result)["B"][1] == 0
    assert result.change.value == pytest.approx(result.mix.value)


def test_an_interval_of_the_rate_part_by_hand(monkeypatch):
    result = moved(monkeypatch, "csat", {"A": (80, 100, 60, 100)})
    before, now = 82 / 104, 62 / 104  # two more hits and two more misses on each side
    error = (before * (1 - before) / 104 + now * (1 - now) / 104) ** 0.5
    assert result.rate.low == pytest.approx(-0.2 - 1.959964 * error, abs=1e-6)
    assert (result.mix.low, result.mix.high) == (0.0, 0.0)


counts = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
groups = st.lists(st.tuples(counts, counts), min_size=1, max_size=5).filter(
    lambda found: sum(a[1] for a, _ in found) > 0 and sum(b[1] for _, b in found) > 0
)


@given(found=groups)
@settings(max_examples=120, deadline=None)
def test_mix_and_rate_always_add_up_to_the_change(found):
    cells = {f"g{i}": (*before, *now) for i, (before, now) in enumerate(found)}
    with pytest.MonkeyPatch.context() as patch:
        result = moved(patch, "csat", cells)
    change = pytest.approx(result.change.value, abs=1e-12)
    assert result.frame[["mix", "rate"]].sum().sum() == change
    assert result.mix.value + result.rate.value == change
    assert len(result.frame) == sum(1 for a, b in found if a[1] + b[1] > 0)


def test_counts_split_into_what_each_group_brought(monkeypatch):
    result = moved(monkeypatch, "tickets_created", {"A": (0, 30, 0, 50), "B": (0, 20, 0, 10)})
    assert result.change.value == 10
    assert result.mix is None
    assert parts(result) == {"A": (0.0, 20.0), "B": (0.0, -10.0)}
    assert "the largest part" in result.finding()


def test_a_rate_per_order_splits_over_its_base(monkeypatch):
    base = {FEBRUARY: 200, MARCH: 400}
    result = moved(monkeypatch, "contact_rate", {"A": (0, 30, 0, 50), "B": (0, 20, 0, 10)}, base)
    assert result.change.value == pytest.approx(60 / 400 * 100 - 50 / 200 * 100)
    assert parts(result)["A"][1] == pytest.approx(12.5 - 15.0)


def test_a_median_does_not_split(monkeypatch):
    result = moved(monkeypatch, "first_response_time", {"A": (0, 30, 0, 50)})
    assert "median" in result.why_not
    assert result.frame.empty


def test_what_cannot_be_computed_says_why(monkeypatch):
    monkeypatch.setattr(module, "cube_of", lambda *_: not_computable(METRICS["fcr"], "needs L2"))
    result = movement(Workspace("nowhere"), METRICS["fcr"], SELECTED, "team")
    assert result.finding().endswith("cannot be told: needs L2.")
    cube = cube_of_cells("csat", {"A": (80, 100, 60, 100)})
    monkeypatch.setattr(module, "cube_of", lambda *_: cube)
    earlier = replace(SELECTED, period=Period.month("2025-02"))
    assert (
        "nothing was counted in January 2025"
        in movement(Workspace("nowhere"), METRICS["csat"], earlier, "team").why_not
    )


def test_a_rate_of_nothing_on_both_sides_did_not_move(monkeypatch):
    base = {FEBRUARY: 200, MARCH: 400}
    cube = cube_of_cells("contact_rate", {"A": (0, 30, 0, 50), "B": (0, 20, 0, 10)}, base)
    monkeypatch.setattr(module, "cube_of", lambda *_: cube)
    nobody = Selection(Period.month("2025-03"), {"team": "Nobody"})
    result = movement(Workspace("nowhere"), METRICS["contact_rate"], nobody, "team")
    assert result.why_not == "nothing was counted in either period"
    assert result.frame.empty
