"""What holds for every log: order, splitting and shifting change nothing, and counts add up."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hand_made import Log, at
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from workbench.definitions.periods import Period
from workbench.metrics.answers import answers, tickets_behind
from workbench.metrics.declaration import Answer, Kind
from workbench.metrics.facts.wide import wide_facts
from workbench.metrics.registry import ROOMS, metric_named
from workbench.workspace import Workspace

START = at("03-01")
SPRING = "2025-03..2025-04"  # 31 + 30 days, like May and June: 61 days later is two months later
TWO_MONTHS = timedelta(days=61)
EIGHT_WEEKS = timedelta(weeks=8)
# Every example is a workspace on disk: few and large ones, and none shrunk for minutes.
QUICK = settings(derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate))
PAIRS = settings(QUICK, max_examples=1)
ONES = settings(QUICK, max_examples=2)
# What has no row in these logs (surveys, QA, escalations, costs, …) has tests of its own.
ROOMS_ASKED = ("Volume", "Speed", "Promises", "Resolution", "Routing")
ASKED = (
    *(
        name
        for room in ROOMS_ASKED
        for metric in ROOMS[room]
        for name in (metric.name, *(f"{metric.name}:{one.key}" for one in metric.variants))
    ),
    "refund_rate_cash", "refund_rate_cohort", "refund_amount", "churn_90",
)  # fmt: skip
SPLIT = ("tickets_created", "backlog", "first_response_time", "fcr", "handoffs", "sla_resolution")
# An example is a workspace with all its facts: each asks a quarter of the metrics.
QUARTERS = [ASKED[n::4] for n in range(4)]
every_quarter = pytest.mark.parametrize("names", QUARTERS)


@dataclass(frozen=True)
class Life:
    """What happens to one ticket, in hours since the log begins or since the step before."""

    source: str
    team: str | None
    who: str | None
    created: int
    replies: tuple[int, ...]
    solved: int | None
    reopened: int | None
    is_spam: bool
    ordered: int | None
    refunded: int | None
    holders: tuple[str | None, ...] = ()
    groups: tuple[str | None, ...] = ()
    pending: int | None = None
    priority: str = "normal"
    reason: str | None = None


hours = st.integers(1, 24 * 12)
lives = st.builds(
    Life,
    source=st.sampled_from(["desk", "chat"]),
    team=st.sampled_from(["red", "blue", None]),
    who=st.sampled_from(["ann", "bea", "cat", None]),
    created=st.integers(0, 24 * 60),
    replies=st.lists(st.integers(1, 60), max_size=3).map(tuple),
    solved=st.none() | hours,
    reopened=st.none() | hours | hours,
    is_spam=st.sampled_from([False, False, False, True]),
    ordered=st.none() | st.integers(-24 * 40, 24 * 40),
    refunded=st.none() | st.integers(1, 24 * 40),
    holders=st.lists(st.sampled_from(["ann", "bob", "cem", None]), max_size=4).map(tuple),
    groups=st.lists(st.sampled_from(["red", "blue", None]), max_size=3).map(tuple),
    pending=st.none() | st.integers(1, 48),
    priority=st.sampled_from(["normal", "urgent"]),
    reason=st.sampled_from(["parcel", "invoice", None]),
)
logs = st.lists(lives, min_size=6, max_size=25)
ends = st.integers(20, 120)  # days until the data stop: some windows are open, some closed


def with_promises(log: Log) -> Log:
    """Office hours of a zone without clock changes, and an SLA that runs on them."""
    for day in ("mon", "tue", "wed", "thu", "fri"):
        log.add("schedules", schedule="office", tz="Asia/Tokyo", day=day, shift=1, opens="09:00",
                closes="18:00", source="own")  # fmt: skip
    told = {
        "policy": "p",
        "tier": "all",
        "clock": "business",
        "schedule": "office",
        "source": "own",
    }
    log.add("sla_policies", metric="first_reply", priority="all", target_min=480, **told)
    log.add("sla_policies", metric="resolution", priority="urgent", target_min=960,
            pause_statuses=["pending"], **told)  # fmt: skip
    log.add("sla_policies", metric="resolution", priority="all", target_min=2400, **told)
    return log


def log_of(told: list[Life], days: int, shift: timedelta = timedelta(0)) -> Log:
    def moment(since: datetime, hours: int) -> str:
        return (since + timedelta(hours=hours)).replace(tzinfo=None).isoformat()

    begins = START + shift
    log = with_promises(Log(until=moment(begins, 24 * (60 + days))))
    for number, life in enumerate(told):
        created = begins + timedelta(hours=life.created)
        ticket = log.ticket(
            str(number), moment(created, 0), life.who, source=life.source, group_id=life.team,
            is_spam=life.is_spam, priority=life.priority, reason_raw=life.reason,
        )  # fmt: skip
        for place, holder in enumerate(life.holders):
            ticket.assigned(moment(created, place * 3 + 1), holder)
        for place, group in enumerate(life.groups):
            ticket.moved(moment(created, place * 5 + 1), group)
        if life.pending is not None and (life.solved is None or life.pending < life.solved):
            ticket.turns(moment(created, life.pending), "pending")
        for wait in life.replies:
            ticket.reply(moment(created, wait))
        if life.solved is not None:
            ticket.solved(moment(created, life.solved))
            if life.reopened is not None:
                ticket.reopened(moment(created, life.solved + life.reopened))
        if life.ordered is not None:
            log.order(str(number), moment(created, life.ordered), life.who)
            if life.refunded is not None:
                log.refund(str(number), moment(created, life.ordered + life.refunded))
    return log


@contextmanager
def opened(log: Log, *, parts: int = 1) -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory() as folder:
        yield log.workspace(Path(folder), parts=parts)


def every_answer(
    workspace: Workspace, period: str, by: str = "month", names: tuple[str, ...] = ASKED
) -> list[Answer]:
    span = Period.parse(period)
    return [one for name in names for one in answers(workspace, metric_named(name), span, by=by)]


def rounded(one: Answer) -> Answer:
    """Sums of floats in another order differ in the last digit."""
    told = {k: v if v is None else round(v, 9) for k, v in vars(one).items()
            if k in ("value", "low", "high", "numerator")}  # fmt: skip
    return replace(one, **told)


def told(workspace: Workspace, names: tuple[str, ...], period: str = SPRING) -> list[Answer]:
    by_team = every_answer(workspace, period, "team", tuple(n for n in SPLIT if n in names))
    return [rounded(one) for one in every_answer(workspace, period, names=names) + by_team]


def runs_on_a_schedule(name: str) -> bool:
    return "business" in name or name.startswith("sla_")


@every_quarter
@PAIRS
@given(logs, ends, st.randoms(use_true_random=False))
def test_row_order_never_matters(
    names: tuple[str, ...], lived: list[Life], days: int, chance: random.Random
) -> None:
    log, mixed = log_of(lived, days), log_of(lived, days)
    for cells in mixed.tables.values():
        chance.shuffle(cells)
    with opened(log) as one, opened(mixed) as other:
        assert told(one, names) == told(other, names)


@every_quarter
@PAIRS
@given(logs, ends)
def test_two_imports_say_what_one_says(
    names: tuple[str, ...], lived: list[Life], days: int
) -> None:
    log = log_of(lived, days)
    with opened(log) as one, opened(log, parts=2) as other:
        assert told(one, names) == told(other, names)


@every_quarter
@PAIRS
@given(logs, ends)
def test_shifting_everything_by_two_months_shifts_months_only(
    names: tuple[str, ...], lived: list[Life], days: int
) -> None:
    names = tuple(n for n in names if not runs_on_a_schedule(n))  # 61 days are no whole weeks
    with opened(log_of(lived, days)) as one, opened(log_of(lived, days, TWO_MONTHS)) as later:
        spring, summer = told(one, names), told(later, names, "2025-05..2025-06")
    moved = {"2025-03": "2025-05", "2025-04": "2025-06"}
    for before, after in zip(spring, summer, strict=True):
        by = {k: moved.get(str(v), v) for k, v in before.by.items()}
        # Only the reason names a date.
        assert replace(before, by=by, why="") == replace(after, why="")


@every_quarter
@ONES
@given(logs, ends)
def test_every_answer_is_sound(names: tuple[str, ...], lived: list[Life], days: int) -> None:
    with opened(log_of(lived, days)) as workspace:
        for one in every_answer(workspace, SPRING, names=names):
            metric = metric_named(one.metric)
            if one.status == "not_computable" or one.denominator is None:
                assert one.value is None
                assert one.why
                continue
            _is_sound(one, metric.kind)
            if metric.kind in (Kind.SHARE, Kind.MEDIAN):
                rows = tickets_behind(workspace, metric, Period.parse(one.by["month"]))
                assert one.denominator + one.n_excluded + one.n_immature == len(rows)


def _is_sound(one: Answer, kind: Kind) -> None:
    if one.value is None:
        assert (one.low, one.high) == (None, None)
        return
    assert one.value >= 0 or one.metric == "net_flow"
    if one.low is not None and one.high is not None:
        assert one.low - 1e-9 <= one.value <= one.high + 1e-9
    if kind is Kind.SHARE:
        assert one.low is not None
        assert one.high is not None
        assert -1e-9 <= one.low
        assert one.high <= 1 + 1e-9
        assert one.numerator == pytest.approx(one.value * (one.denominator or 0))


@PAIRS
@given(logs, ends)
def test_a_shift_by_whole_weeks_keeps_every_duration(lived: list[Life], days: int) -> None:
    """Business minutes too: the week looks the same eight weeks later, without a holiday."""
    with opened(log_of(lived, days)) as one, opened(log_of(lived, days, EIGHT_WEEKS)) as later:
        first, second = (
            wide_facts(w).order_by("source", "ticket_id").to_pandas() for w in (one, later)
        )
    measured = [c for c in first if c.endswith(("_minutes", "_seconds", "_state"))]
    assert len(measured) >= 10
    pd.testing.assert_frame_equal(first[measured], second[measured], check_dtype=False)


@every_quarter
@PAIRS
@given(logs, ends)
def test_a_union_lies_between_its_parts_and_counts_their_sum(
    names: tuple[str, ...], lived: list[Life], days: int
) -> None:
    with opened(log_of(lived, days)) as workspace:
        span = Period.parse(SPRING)
        shares = [n for n in names if metric_named(n).kind is Kind.SHARE]
        for name in shares:
            for by in ("team", "source") if name in ("fcr", "churn_90") else ("source",):
                (whole,) = answers(workspace, metric_named(name), span)
                parts = answers(workspace, metric_named(name), span, by=by)
                if "not_computable" in {one.status for one in (whole, *parts)}:
                    continue
                assert whole.denominator == sum(one.denominator or 0 for one in parts)
                assert whole.n_immature == sum(one.n_immature for one in parts)
                known = [(one.numerator, one.denominator) for one in parts if one.denominator]
                of_parts = [(hits or 0) / n for hits, n in known]
                if of_parts:
                    share = (whole.numerator or 0) / (whole.denominator or 1)
                    assert min(of_parts) - 1e-9 <= share <= max(of_parts) + 1e-9
