"""How tests ask about a metric by its declaration, whether or not it is in the registry."""

from __future__ import annotations

from workbench.definitions.periods import Period
from workbench.metrics.answers import answer, answers
from workbench.metrics.declaration import Answer, Metric
from workbench.workspace import Workspace


def about(workspace: Workspace, metric: Metric, period: str = "2025-03") -> Answer:
    return answer(workspace, metric, Period.parse(period))


def split(
    workspace: Workspace, metric: Metric, by: str, period: str = "2025-03"
) -> dict[str, Answer]:
    found = answers(workspace, metric, Period.parse(period), by=by)
    return {str(one.by.get(by)): one for one in found}
