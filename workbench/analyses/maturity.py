"""Of which weeks is the outcome known by now?"""

from __future__ import annotations

from workbench.definitions.periods import Period
from workbench.metrics.answers import answer
from workbench.metrics.declaration import Answer, Metric
from workbench.metrics.judging import gap_in
from workbench.workspace import Workspace

MOST_YOUNG = 0.05  # share of things whose outcome is open up to which a week counts as judged
LOOKED_BACK = 26  # weeks; what is older says nothing about the week of a report


def is_judged(one: Answer) -> bool:
    """Does an answer speak for its whole period: covered by the data, and old enough?"""
    seen = one.n_immature + (one.denominator or 0)
    return one.value is not None and not gap_in(one) and one.n_immature <= MOST_YOUNG * seen


def latest_judged(workspace: Workspace, metric: Metric, period: Period) -> Period | None:
    """Which is the last week (or month) up to this one of which a metric can say all?

    A week of which more than one thing in twenty has an open outcome waits: what is known early
    is not like the rest. None where none of the last 26 is judged.
    """
    for one in reversed(period.last(LOOKED_BACK).parts):
        if is_judged(answer(workspace, metric, one)):
            return one
    return None
