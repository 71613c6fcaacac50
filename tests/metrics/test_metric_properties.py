"""What holds for every log: order, splitting and shifting change nothing, and counts add up."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hand_made import Log, at
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from workbench.definitions.periods import Period
from workbench.metrics.answers import answers, tickets_behind
from workbench.metrics.declaration import Answer, Kind
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

START = at("03-01")
SPRING = "2025-03..2025-04"  # 31 + 30 days, like May and June: 61 days later is two months later
TWO_MONTHS = timedelta(days=61)
# Every example is a workspace on disk: few and large ones, and none shrunk for minutes.
QUICK = settings(derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate))
PAIRS = settings(QUICK, max_examples=4)
ONES = settings(QUICK, max_examples=8)
ASKED = (
    "tickets_created", "contact_rate", "backlog", "first_response_time", "full_resolution_time",
    "fcr", "reopen_rate", "refund_rate_cash", "refund_rate_cohort", "refund_amount", "churn_90",
)  # fmt: skip


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
)
logs = st.lists(lives, min_size=6, max_size=25)
ends = st.integers(20, 120)  # days until the data stop: some windows are open, some closed


def log_of(told: list[Life], days: int, shift: timedelta = timedelta(0)) -> Log:
    def moment(since: datetime, hours: int) -> str:
        return (since + timedelta(hours=hours)).replace(tzinfo=None).isoformat()

    begins = START + shift
    log = Log(until=moment(begins, 24 * (60 + days)))
    for number, life in enumerate(told):
        created = begins + timedelta(hours=life.created)
        ticket = log.ticket(
            str(number), moment(created, 0), life.who, source=life.source, group_id=life.team,
            is_spam=life.is_spam,
        )  # fmt: skip
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


def every_answer(workspace: Workspace, period: str, by: str = "month") -> list[Answer]:
    span = Period.parse(period)
    return [one for name in ASKED for one in answers(workspace, METRICS[name], span, by=by)]


def rounded(one: Answer) -> Answer:
    """Sums of floats in another order differ in the last digit."""
    told = {k: v if v is None else round(v, 9) for k, v in vars(one).items()
            if k in ("value", "low", "high", "numerator")}  # fmt: skip
    return replace(one, **told)


def told(workspace: Workspace, period: str = SPRING) -> list[Answer]:
    by_team = every_answer(workspace, period, "team")
    return [rounded(one) for one in every_answer(workspace, period) + by_team]


@PAIRS
@given(logs, ends, st.randoms(use_true_random=False))
def test_row_order_never_matters(lived: list[Life], days: int, chance: random.Random) -> None:
    log, mixed = log_of(lived, days), log_of(lived, days)
    for cells in mixed.tables.values():
        chance.shuffle(cells)
    with opened(log) as one, opened(mixed) as other:
        assert told(one) == told(other)


@PAIRS
@given(logs, ends)
def test_two_imports_say_what_one_says(lived: list[Life], days: int) -> None:
    log = log_of(lived, days)
    with opened(log) as one, opened(log, parts=2) as other:
        assert told(one) == told(other)


@PAIRS
@given(logs, ends)
def test_shifting_everything_by_two_months_shifts_months_only(lived: list[Life], days: int) -> None:
    with opened(log_of(lived, days)) as one, opened(log_of(lived, days, TWO_MONTHS)) as later:
        spring, summer = told(one), told(later, "2025-05..2025-06")
    moved = {"2025-03": "2025-05", "2025-04": "2025-06"}
    for before, after in zip(spring, summer, strict=True):
        by = {k: moved.get(str(v), v) for k, v in before.by.items()}
        # Only the reason names a date.
        assert replace(before, by=by, why="") == replace(after, why="")


@ONES
@given(logs, ends)
def test_every_answer_is_sound(lived: list[Life], days: int) -> None:
    with opened(log_of(lived, days)) as workspace:
        for one in every_answer(workspace, SPRING):
            metric = METRICS[one.metric]
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
    assert one.value >= 0
    if one.low is not None and one.high is not None:
        assert one.low - 1e-9 <= one.value <= one.high + 1e-9
    if kind is Kind.SHARE:
        assert one.low is not None
        assert one.high is not None
        assert -1e-9 <= one.low
        assert one.high <= 1 + 1e-9
        assert one.numerator == pytest.approx(one.value * (one.denominator or 0))


@ONES
@given(logs, ends)
def test_a_union_lies_between_its_parts_and_counts_their_sum(lived: list[Life], days: int) -> None:
    with opened(log_of(lived, days)) as workspace:
        span = Period.parse(SPRING)
        for name in ("fcr", "reopen_rate", "churn_90"):
            for by in ("team", "source"):
                (whole,) = answers(workspace, METRICS[name], span)
                parts = answers(workspace, METRICS[name], span, by=by)
                if "not_computable" in {one.status for one in (whole, *parts)}:
                    continue
                assert whole.denominator == sum(one.denominator or 0 for one in parts)
                assert whole.n_immature == sum(one.n_immature for one in parts)
                known = [(one.numerator, one.denominator) for one in parts if one.denominator]
                shares = [(hits or 0) / n for hits, n in known]
                if shares:
                    share = (whole.numerator or 0) / (whole.denominator or 1)
                    assert min(shares) - 1e-9 <= share <= max(shares) + 1e-9
