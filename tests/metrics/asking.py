"""How the tests of metrics ask: one metric, one month, all counts at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hand_made import Log

from workbench.definitions.periods import Period
from workbench.metrics.answers import answer, answers, tickets_behind
from workbench.metrics.declaration import Answer
from workbench.metrics.registry import metric_named
from workbench.workspace import Workspace


@dataclass(frozen=True)
class Asked:
    """A workspace made of a log."""

    workspace: Workspace

    def about(self, metric: str, period: str = "2025-03") -> Answer:
        return answer(self.workspace, metric_named(metric), Period.parse(period))

    def split(self, metric: str, by: str, period: str = "2025-03") -> dict[str, Answer]:
        found = answers(self.workspace, metric_named(metric), Period.parse(period), by=by)
        return {str(one.by.get(by)): one for one in found}

    def hits(self, metric: str, period: str = "2025-03") -> set[str]:
        """The tickets or orders that count as hits."""
        seen = tickets_behind(self.workspace, metric_named(metric), Period.parse(period))
        counts = seen["hit"] & ~seen["is_excluded"] & ~seen["is_immature"]
        return set(seen.loc[counts, "ref"])


def asked(log: Log, root: Path) -> Asked:
    return Asked(log.workspace(root))


def counts(one: Answer) -> tuple[float | None, int | None, int, int]:
    """Numerator, denominator, left out, too young."""
    return one.numerator, one.denominator, one.n_excluded, one.n_immature
