"""What drivers cost, what could be written down, what vendors got, and the map of tickets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from driver_labels import by_name, written
from hand_made import Log

from workbench.analyses.driver_costs import driver_costs
from workbench.analyses.driver_gaps import driver_gaps
from workbench.analyses.driver_map import driver_map
from workbench.analyses.driver_vendors import driver_vendors
from workbench.definitions.periods import Period

MARCH = Period.month("2025-03")


def solved_month(*, again: int = 10) -> Log:
    """Forty solved tickets of each of two drivers; of ``late`` some come back three days later."""
    log = Log(until="05-31")
    for name in ("late", "broken"):
        for i in range(40):
            day = f"2025-03-{1 + i % 20:02}"
            team = "red" if name == "late" else "blue"
            log.ticket(f"{name}-{i}", f"{day} 08:00", f"{name}{i}", group_id=team).reply(
                f"{day} 09:00"
            ).solved(f"{day} 10:00")
            if name == "late" and i < again:
                log.ticket(
                    f"other-{i}", f"2025-03-{4 + i % 20:02} 08:00", f"late{i}", group_id="red"
                )
    log.add("teams", group_id="red", team="red", vendor="Acme")
    log.add("teams", group_id="blue", team="blue", vendor="Best")
    return log


def test_repeats_and_costs_of_each_driver(tmp_path: Path) -> None:
    log = solved_month()
    log.add("costs", month="2025-03-01", team="red", amount=100, currency="EUR",
            component="invoice")  # fmt: skip
    log.add("costs", month="2025-03-01", team="blue", amount=120, currency="EUR",
            component="invoice")  # fmt: skip
    found = driver_costs(log.workspace(tmp_path), MARCH, labelled=by_name(log))
    rows = found.frame.set_index("driver")
    assert (rows.loc["late", "repeat"], rows.loc["late", "repeat_n"]) == (0.25, 40)
    assert rows.loc["broken", "repeat"] == 0
    assert rows.loc["late", "cost"] == pytest.approx(40 * 100 / 50)  # red has fifty contacts
    assert rows.loc["broken", "cost"] == pytest.approx(120)
    assert rows["cost_share"].sum() == pytest.approx(1)
    assert "come back most often about “late”: 25.0 %" in found.finding()
    assert "most expensive driver is “broken” with about 120" in found.finding()
    assert any("takes longer" in caveat for caveat in found.caveats)


def test_without_costs_it_says_what_it_needs(tmp_path: Path) -> None:
    log = solved_month()
    found = driver_costs(log.workspace(tmp_path), MARCH, labelled=by_name(log))
    assert found.frame["cost"].isna().all()
    assert "What drivers cost is not known: needs monthly costs by team." in found.finding()


def test_the_score_is_volume_times_repeats_times_one_touch(tmp_path: Path) -> None:
    log = solved_month()
    found = driver_gaps(log.workspace(tmp_path), MARCH, labelled=by_name(log))
    late = found.frame.set_index("driver").loc["late"]
    assert late["score"] == pytest.approx(40 * 0.25 * 1.0)
    assert late["score_low"] < late["score"] < late["score_high"]
    assert (late["rank"], late["rank_low"], late["is_candidate"]) == (1, 1, True)
    assert "First candidate for documentation: “late” may lack an article" in found.finding()
    assert any("Whether an article exists is not known" in c for c in found.caveats)
    # Ten solved never: too few to be a candidate, and not silently left out.
    other = found.frame.set_index("driver").loc["other"]
    assert (other["is_candidate"], other["why"]) == (False, "too few or too recent solved contacts")


@pytest.mark.parametrize("key", ["late", "id-late"])
def test_a_driver_with_an_article_is_no_candidate(tmp_path: Path, key: str) -> None:
    log = solved_month()
    found = driver_gaps(
        log.workspace(tmp_path), MARCH, labelled=by_name(log), articles={key: "Late parcels"}
    )
    late = found.frame.set_index("driver").loc["late"]
    assert (late["article"], late["is_candidate"], late["why"]) == (
        "Late parcels", False, "has an article",
    )  # fmt: skip
    assert "“broken” has no article" in found.finding()
    assert not any("is not known" in caveat for caveat in found.caveats)


def test_without_solved_tickets_there_are_no_candidates(tmp_path: Path) -> None:
    log = Log(until="05-31")
    written(log, "2025-03", late=40)
    found = driver_gaps(log.workspace(tmp_path), MARCH, labelled=by_name(log))
    assert found.why_not
    assert found.frame.empty


def test_a_vendor_with_easy_tickets_is_visible(tmp_path: Path) -> None:
    """Acme gets 90 easy and 10 hard tickets, Best the other way round; both solve alike."""
    log = Log(until="05-31")
    number = 0
    for team, easy, hard in (("red", 90, 10), ("blue", 10, 90)):
        for name, n in (("easy", easy), ("hard", hard)):
            for i in range(n):
                number += 1
                day = f"2025-03-{1 + number % 20:02}"
                ticket = log.ticket(f"{name}-{number}", f"{day} 08:00", f"c{number}", group_id=team)
                ticket.reply(f"{day} 09:00")
                if name == "hard" and i % 2:
                    ticket.asks(f"{day} 09:20").reply(f"{day} 09:30")
                ticket.solved(f"{day} 10:00")
    log.add("teams", group_id="red", team="red", vendor="Acme")
    log.add("teams", group_id="blue", team="blue", vendor="Best")
    found = driver_vendors(log.workspace(tmp_path), MARCH, labelled=by_name(log))
    assert found.split == "vendor"
    row = found.frame.set_index(["vendor", "driver"]).loc[("Acme", "easy")]
    assert (row["n"], row["share"], row["share_others"]) == (90, 0.9, 0.1)
    assert row["difference_low"] > 0.6
    acme, best = (found.vendors.set_index("vendor").loc[v] for v in ("Acme", "Best"))
    assert acme["ease"] == pytest.approx(0.9 + 0.1 * 0.5)
    assert acme["easier"] == pytest.approx(0.4)
    assert acme["easier_low"] > 0 > best["easier_high"]
    assert (acme["fcr"], best["fcr"]) == pytest.approx((0.95, 0.55))
    assert "got easier drivers than the others" in found.finding() or "harder" in found.finding()


def test_one_vendor_cannot_be_compared(tmp_path: Path) -> None:
    log = Log(until="05-31")
    written(log, "2025-03", late=40)
    found = driver_vendors(log.workspace(tmp_path), MARCH, labelled=by_name(log))
    assert found.why_not.startswith("needs two vendors or teams")


def grouped(n: int = 120) -> tuple[np.ndarray, list[str]]:
    random = np.random.default_rng(3)
    which = np.arange(n) % 3
    return np.eye(3)[which] * 6 + random.normal(size=(n, 3)), [f"d{k}" for k in which]


@pytest.mark.parametrize("method", ["PCA", "t-SNE"])
def test_the_map_keeps_groups_together_and_is_the_same_again(method: str) -> None:
    vectors, drivers = grouped()
    words, refs = ["about"] * 120, [f"desk {i}" for i in range(120)]
    found = driver_map(vectors, drivers, words, refs, method=method, seed=2)
    again = driver_map(vectors, drivers, words, refs, method=method, seed=2)
    assert found.frame.equals(again.frame)
    assert not found.is_sampled
    assert found.kept > 0.8
    middles = found.frame.groupby("driver")[["x", "y"]].mean()
    apart = np.linalg.norm(middles.to_numpy()[:, None] - middles.to_numpy(), axis=2)
    spread = found.frame.groupby("driver")[["x", "y"]].std().to_numpy().mean()
    assert apart[np.triu_indices(3, 1)].min() > 2 * spread


def test_a_sample_says_that_it_is_one() -> None:
    vectors, drivers = grouped()
    found = driver_map(vectors, drivers, [None] * 120, ["r"] * 120, most=50, method="PCA")  # type: ignore[list-item]
    assert (len(found.frame), found.n, found.is_sampled) == (50, 120, True)
    assert found.finding().startswith("50 of 120 tickets, drawn by chance,")
    assert set(found.frame["subject"]) == {""}


def test_what_cannot_be_mapped_is_said() -> None:
    assert driver_map(np.ones((3, 5)), ["d"] * 3, ["s"] * 3, ["r"] * 3).why_not
    alike = driver_map(np.ones((40, 5)), ["d"] * 40, ["s"] * 40, ["r"] * 40)
    assert np.isfinite(alike.frame[["x", "y"]].to_numpy()).all()
    with pytest.raises(ValueError, match="one of each per ticket"):
        driver_map(np.ones((30, 5)), ["d"] * 29, ["s"] * 30, ["r"] * 30)
