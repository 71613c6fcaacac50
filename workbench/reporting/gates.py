"""Should somebody look at this page before readers do?

A run can be flawless and its numbers still wrong: half the rows missing, a month that has not
ended, a field that an export no longer has. Each reason is one sentence; a page with reasons is
kept, not published, until somebody accepts it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from workbench.definitions.wording import counted, shown
from workbench.metrics.registry import METRICS
from workbench.reporting.request import PeriodFacts

Answers = Sequence[Mapping[str, Any]]

HALF = 0.5  # of the usual tickets: fewer is more often a broken export than a quiet month
MISSING_DAYS = 1  # that tickets may stop before the period's end
REJECTED_SHARE = 0.05  # of the records imported since the period began
MIN_N = 30  # a jump between smaller numbers is chance
SHARE_JUMP = 0.25  # 25 points from one period to the next
RATIO_JUMP = 3.0  # times as much, or a third
MOST_JUMPS = 5
# Of no concern to a reader: a library tells its programmers what will change.
_FOR_PROGRAMMERS = re.compile(r"\b\w*Deprecat\w*Warning\b|\bFutureWarning\b")


def review_reasons(facts: PeriodFacts | None, warnings: Sequence[str]) -> tuple[str, ...]:
    """Why a person should look at this run first, by what it read and what its cells warned of."""
    told = [one for one in warnings if not _FOR_PROGRAMMERS.search(one)]
    covered = _coverage(facts) if facts is not None else []
    return (*covered, *(f"a cell warned: {one}" for one in told))


def _coverage(facts: PeriodFacts) -> list[str]:
    reasons = []
    until = facts.tickets_until
    if until is not None and facts.ends - until >= timedelta(days=MISSING_DAYS):
        missing = (facts.ends - until).days
        reasons.append(
            f"tickets stop on {until:%-d %B %Y}, {counted(missing, 'day')} before the period ends"
        )
    usual = facts.usual_tickets
    if usual is not None and usual >= MIN_N and facts.tickets < HALF * usual:
        reasons.append(
            f"the period has {counted(facts.tickets, 'ticket')}, "
            f"less than half of the usual {usual:,.0f}"
        )
    if facts.rejected > REJECTED_SHARE * facts.records:
        reasons.append(
            f"{facts.rejected:,} of {counted(facts.records, 'record')} imported since the period "
            "began were rejected"
        )
    return reasons


def jumps(answers: Answers, before: Answers, period: str) -> tuple[str, ...]:
    """Which numbers are too far from those published for ``period``, the one before?"""
    earlier = {key_of(one): one for one in before}
    now = {key_of(one): one for one in answers}
    told = [_jump(one, earlier[key], period) for key, one in now.items() if key in earlier]
    gone = [_gone(one, period) for key, one in earlier.items() if key not in now]
    found = [sentence for sentence in [*told, *gone] if sentence]
    more = len(found) - MOST_JUMPS
    return (*found[:MOST_JUMPS], *([f"{more} more numbers jumped"] if more > 0 else []))


def _jump(now: Mapping[str, Any], then: Mapping[str, Any], period: str) -> str:
    name, unit = label_of(now), unit_of(now)
    new, old = now.get("value"), then.get("value")
    if old is not None and new is None:
        needs = now.get("status") == "not_computable"
        return f"{name} was computable in {period} and is not now" if needs else ""
    if new is None or old is None or not (_is_enough(now, then) and _apart(now, then)):
        return ""
    is_jump: Callable[[float, float], bool] = _far if unit == "share" else _times
    if not is_jump(float(new), float(old)):
        return ""
    return f"{name} went from {shown(old, unit)} in {period} to {shown(new, unit)}"


def _gone(then: Mapping[str, Any], period: str) -> str:
    """A team with its tickets, or whatever else was a group of its own and is none now."""
    old = then.get("value")
    if old is None or _n(then) < MIN_N:
        return ""
    return f"{label_of(then)} was {shown(old, unit_of(then))} in {period} and is missing now"


def _is_enough(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    """Is chance no explanation? Of a count the larger decides: 500 that became 20 are no chance."""
    counts = all(one.get("value") == one.get("denominator") for one in (now, then))
    n = max if counts else min
    return n(_n(now), _n(then)) >= MIN_N


def _far(new: float, old: float) -> bool:
    return abs(new - old) > SHARE_JUMP


def _times(new: float, old: float) -> bool:
    low, high = sorted((abs(new), abs(old)))
    return high > 0 and high > RATIO_JUMP * low


def _n(one: Mapping[str, Any]) -> float:
    n = one.get("denominator")
    return float(n) if n is not None else float("inf")


def _apart(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    """Do the intervals leave chance no room? Numbers without one are full counts."""
    bounds = [now.get("low"), now.get("high"), then.get("low"), then.get("high")]
    if any(bound is None for bound in bounds):
        return True
    low, high, low_then, high_then = map(float, bounds)  # type: ignore[arg-type]
    return low > high_then or high < low_then


def key_of(one: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What an answer is about: the same in two runs for the same number."""
    by = one.get("by")
    groups = by.items() if isinstance(by, Mapping) else []
    return str(one.get("metric")), tuple(sorted((str(k), str(v)) for k, v in groups))


def label_of(one: Mapping[str, Any]) -> str:
    """What a reader calls the number: ``First contact resolution (team: Aster)``."""
    name, groups = key_of(one)
    label = METRICS[name].label if name in METRICS else name
    told = ", ".join(f"{split}: {value}" for split, value in groups)
    return f"{label} ({told})" if told else label


def unit_of(one: Mapping[str, Any]) -> str:
    """The unit of an answer's metric; empty for a number no metric declares."""
    name = str(one.get("metric"))
    return METRICS[name].unit if name in METRICS else ""
