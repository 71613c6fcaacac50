"""Every metric asked of the workspace as a report asks it.

python benchmarks/peers/ours.py WORKSPACE RESULTS NAMES [--profile]
"""

from __future__ import annotations

import sys
from pathlib import Path

from outcome import Clock, started, story_period

from workbench.metrics.answers import answers
from workbench.metrics.declaration import Answer, Metric
from workbench.metrics.judging import lacks
from workbench.metrics.registry import METRICS
from workbench.workspace import Workspace

WANTED = {"tickets", "replies", "changes", "customers", "issues", "orders", "refunds"}


def asked(workspace: Workspace) -> tuple[list[Metric], dict[str, str]]:
    """The default metrics of these things that the data can answer, and why not the others.

    Replies are told to be templates by their words, and here they have none.
    """
    left_out = {"template_reply_share": "needs the words of replies; bodies here are a few letters"}
    kept = []
    for name, metric in METRICS.items():
        if metric.counts not in WANTED:
            continue  # escalations, reviews, costs, …: other data, other questions
        elif lacks(workspace, metric):
            left_out[name] = lacks(workspace, metric)
        elif name not in left_out:
            kept.append(metric)
    return kept, left_out


def row(one: Answer) -> list[float | None]:
    """What both sides must agree on."""
    return [one.value, one.numerator, one.denominator, one.low, one.high, one.n_excluded,
            one.n_immature]  # fmt: skip


def main() -> None:
    """Answer, and say what it took."""
    root, results, names = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    started()
    clock, workspace = Clock(), Workspace.open(root)
    metrics, left_out = asked(workspace)
    wanted = set(names.split(",")) if names else {m.name for m in metrics}
    left_out |= {m.name: "not asked for" for m in metrics if m.name not in wanted}
    found, period = {}, story_period()
    for metric in metrics:
        if metric.name in wanted:
            found[metric.name] = [
                row(one) for one in answers(workspace, metric, period, by="month")
            ]
            clock.lap(metric.name)
    clock.done(results, found, left_out)


def profiled() -> None:
    """Count what it takes to compute each derived table apart from the metric that asked first."""
    own = Workspace.once
    laps = Clock()
    stack: list[float] = []

    def once(self: Workspace, name: str, build, **more):  # type: ignore[no-untyped-def]
        if self.holds(name):
            return own(self, name, build, **more)
        before, inner = laps.now(), len(stack)
        stack.append(0.0)
        kept = own(self, name, build, **more)
        took = laps.now() - before
        within = stack.pop()
        assert len(stack) == inner
        if stack:
            stack[-1] += took
        Clock.apart[f"[{name}]"] = took - within
        return kept

    Workspace.once = once  # type: ignore[method-assign]


if __name__ == "__main__":
    if "--profile" in sys.argv:
        profiled()
    main()
