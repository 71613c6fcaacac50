"""Is a sample repeatable, whole, small, and what the repository holds?"""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest
from sample_exports import Exports

from workbench.errors import UsageError
from workbench.sample.generate import SampleSummary, generate
from workbench.sample.truths import Truths

COMMITTED = Path(__file__).parents[2] / "data" / "sample"
FILES = (
    "zendesk/tickets.ndjson.gz",
    "zendesk/audits.ndjson.gz",
    "zendesk/users.ndjson.gz",
    "zendesk/groups.json",
    "gorgias/tickets.csv.gz",
    "freshdesk/tickets.csv.gz",
    "operations/calendar_events.csv",
    "operations/costs.csv",
    "operations/escalations.csv.gz",
    "operations/onboarding.csv",
    "operations/qa_ratings.csv.gz",
    "operations/teams.csv",
    "reviews/reviews.csv.gz",
    "settings/holidays.yaml",
    "settings/ownership_map.yaml",
    "settings/schedules.yaml",
    "settings/sla_policies.yaml",
    "settings/targets.yaml",
    "stripe/disputes.csv.gz",
    "stripe/payments.csv.gz",
    "stripe/subscriptions.csv.gz",
    "shopify/orders.csv.gz",
    "stripe/refunds.csv.gz",
    "truth_reasons.csv.gz",
    "truth.json",
)


def small(out: Path, *, seed: int = 3, truths: Truths | None = None) -> SampleSummary:
    """A sample that takes a moment."""
    return generate(out, seed=seed, months=3, tickets_per_week=15, truths=truths)


def content(path: Path) -> bytes:
    """What a file says, whichever deflate packed it."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = small(tmp_path / "a"), small(tmp_path / "b")
    written = [str(path.relative_to(tmp_path / "a")) for path in first.files]
    assert sorted(written) == sorted(FILES)
    for one, other in zip(first.files, second.files, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_another_seed_gives_another_shop(tmp_path: Path) -> None:
    small(tmp_path / "a")
    small(tmp_path / "b", seed=4)
    for name in ("zendesk/tickets.ndjson.gz", "shopify/orders.csv.gz", "stripe/refunds.csv.gz"):
        assert content(tmp_path / "a" / name) != content(tmp_path / "b" / name)


def test_seeds_move_dates_and_sizes() -> None:
    drawn = [Truths.drawn(seed, date(2024, 1, 1), 18).as_json() for seed in range(12)]
    for truth, name in (
        ("fcr_decay", "start"),
        ("superficial_replies", "start"),
        ("superficial_replies", "superficial_share_at_end"),
        ("trial", "start"),
        ("trial", "gap_points"),
        ("agents_differ", "sd_points"),
        ("new_driver", "release"),
        ("new_driver", "ticket_share"),
        ("campaign", "start"),
        ("campaign", "refund_request_ratio"),
        ("hire_relief", "hire"),
        ("hire_relief", "relapse_ratio"),
        ("founder_escalations", "ticket_share"),
        ("handover", "incomplete_share"),
        ("fcr_decay", "share_at_end"),
        ("surge", "start"),
        ("surge", "volume_ratio"),
        ("refund_lift", "odds_ratio"),
        ("churn_hazard", "hazard_ratio"),
    ):
        assert len({world[truth][name] for world in drawn}) > 5


def test_a_truth_that_is_switched_off_is_null_in_the_truth_file(tmp_path: Path) -> None:
    small(tmp_path / "none", truths=Truths.none())
    assert set(Exports(tmp_path / "none").truth["truths"].values()) == {None}


def test_a_second_run_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    small(tmp_path / "sample")
    (tmp_path / "sample" / "own_notes.txt").write_text("kept")
    small(tmp_path / "sample", seed=4)
    assert [path.name for path in tmp_path.iterdir()] == ["sample"]
    assert (tmp_path / "sample" / "own_notes.txt").read_text() == "kept"


def test_gzip_headers_hold_no_time_and_no_name(tmp_path: Path) -> None:
    for path in small(tmp_path / "sample").files:
        if path.suffix == ".gz":
            header = path.read_bytes()[:10]
            assert header[3] == 0  # no name
            assert header[4:8] == b"\0\0\0\0"  # no time


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"months": 2}, "2 months"),
        ({"tickets_per_week": 0}, "0 tickets"),
        ({"seed": -1}, "-1"),
        ({"start": date(2024, 1, 15)}, "2024-01-15"),
    ],
)
def test_senseless_arguments_are_refused(
    tmp_path: Path, wrong: dict[str, object], named: str
) -> None:
    with pytest.raises(UsageError, match=named) as refusal:
        generate(tmp_path / "sample", **wrong)  # type: ignore[arg-type]
    assert refusal.value.fix
    assert not (tmp_path / "sample").exists()


def test_the_summary_counts_what_was_written(tmp_path: Path) -> None:
    summary = small(tmp_path / "sample")
    exports = Exports(tmp_path / "sample")
    assert summary.tickets == sum(
        len(tickets) for tickets in (exports.raw_tickets, exports.gorgias, exports.freshdesk)
    )
    assert summary.orders == len(exports.orders)
    assert summary.refunds == len(exports.refunds)


def test_the_committed_sample_is_what_the_default_seed_gives(planted: Exports) -> None:
    for name in FILES:
        assert content(COMMITTED / name) == content(planted.folder / name), name


def test_the_committed_sample_is_small() -> None:
    assert sum(path.stat().st_size for path in COMMITTED.rglob("*")) < 6_000_000


def test_volume_is_near_what_was_asked_for(planted: Exports) -> None:
    weeks = (planted.as_of - planted.tickets["created"].min()).days / 7
    n = len(planted.tickets) + len(planted.gorgias)
    assert n / weeks == pytest.approx(120, rel=0.05)
