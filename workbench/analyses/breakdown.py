"""Who or what makes a number: one metric of a selection, group by group."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses.exploration import Selection, agent_names
from workbench.definitions.wording import counted, shown, spread
from workbench.metrics.aggregates import cube_of
from workbench.metrics.declaration import Answer, Metric
from workbench.workspace import Workspace

MOST = 12
_COLUMNS = ["group", "value", "low", "high", "n", "n_excluded", "n_immature", "status", "why"]


@dataclass(frozen=True)
class Breakdown:
    """``frame``: one row per group, most tickets first: ``group``, ``value``, ``low``, ``high``,
    ``n``, ``n_excluded``, ``n_immature``, ``status``, ``why``. ``overall``: the whole selection."""

    frame: pd.DataFrame
    metric: Metric
    split: str
    overall: Answer
    why_not: str = ""
    caveats: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def name(self, group: str) -> str:
        """A group in words: agents are numbers in an export."""
        return self.names.get(group, group)

    def finding(self) -> str:
        """The group that stands out most from the whole, or that none does."""
        if self.why_not:
            return f"{self.metric.label} by {self.split} cannot be shown: {self.why_not}."
        told = self.frame[self.frame["value"].notna()]
        if told.empty:
            return f"{self.metric.label}: no {self.split} has enough to say something."
        unit, whole = self.metric.unit, shown(self.overall.value, self.metric.unit)
        if len(told) == 1:
            only = self.name(str(told.iloc[0]["group"]))
            return f"{self.metric.label} is {whole}, and all of it is {only}."
        is_low = self.metric.better == "higher"
        end = told.sort_values("value", ascending=is_low).iloc[0]
        interval = spread(end["low"], end["high"], unit)
        return (
            f"{self.metric.label} is {'lowest' if is_low else 'highest'} for"
            f" {self.name(str(end['group']))}: {shown(end['value'], unit)}"
            f" ({interval + ', ' if interval else ''}n {int(end['n']):,}), against {whole} over all"
            f" ({counted(len(told), self.split)}; one of them is always the last)."
        )


def breakdown(
    workspace: Workspace, metric: Metric, selection: Selection, split: str, *, most: int = MOST
) -> Breakdown:
    """One metric for each group of ``split`` within a selection; at most ``most`` groups."""
    cube = cube_of(workspace, metric)
    if isinstance(cube, Answer):
        return Breakdown(pd.DataFrame(columns=_COLUMNS), metric, split, cube, cube.why)
    overall = cube.answer(selection.period, selection.where)
    found = cube.by(selection.period, selection.where, split)
    if not found or not found[0].by:
        why = found[0].why if found else "nothing was counted in this period"
        return Breakdown(pd.DataFrame(columns=_COLUMNS), metric, split, overall, why)
    frame = pd.DataFrame([_row(one, split) for one in found], columns=_COLUMNS)
    frame = frame.sort_values(["n", "group"], ascending=[False, True], ignore_index=True)
    hidden = len(frame) - most
    caveats = [f"{counted(hidden, 'smaller group')} not drawn."] if hidden > 0 else []
    names = agent_names(workspace) if split == "agent" else {}
    return Breakdown(frame.head(most), metric, split, overall, caveats=caveats, names=names)


def _row(one: Answer, split: str) -> dict[str, object]:
    return {
        "group": str(one.by[split]), "value": one.value, "low": one.low, "high": one.high,
        # A ratio's n is its base, the same for every group; what it counts differs.
        "n": int(one.numerator or 0) if one.metric == "contact_rate" else one.denominator or 0,
        "n_excluded": one.n_excluded, "n_immature": one.n_immature, "status": one.status,
        "why": one.why,
    }  # fmt: skip
