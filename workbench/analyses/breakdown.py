"""Who or what makes a number: one metric of a selection, group by group."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses.exploration import Selection, agent_names
from workbench.definitions.wording import counted, shown, spread
from workbench.metrics.aggregates import cube_of
from workbench.metrics.declaration import Answer, Kind, Metric
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
        label, whole = self.metric.label, shown(self.overall.value, self.metric.unit)
        if self.overall.value is None:
            return f"{label} has no value here: {self.overall.why or 'nothing was counted'}."
        told = self.frame[self.frame["status"] == "ok"]
        rest = self._not_compared()
        if told.empty:
            return f"{label} is {whole}; no {self.split} has enough to be compared."
        if len(told) == 1:
            only = f"the one {self.split} with enough is {self._said(0, told)}"
            return f"{label} is {whole}; {only}.{rest}"
        is_low = self.metric.better == "higher"
        end = told.sort_values("value", ascending=is_low)
        word = "lowest" if is_low else "highest"
        low, high = end.iloc[0]["low"], end.iloc[0]["high"]
        if (
            self.metric.kind in (Kind.SHARE, Kind.MEDIAN)
            and low <= (self.overall.value or 0) <= high
        ):
            return (
                f"{label} is {whole}; no {self.split} clearly differs for the worse. The {word} is"
                f" {self._said(0, end)}.{rest}"
            )
        return f"{label} is {word} for {self._said(0, end)}, against {whole} over all.{rest}"

    def _not_compared(self) -> str:
        words = {"small_n": "too few", "immature": "too recent", "not_computable": "not computable"}
        counts = [
            (int((self.frame["status"] == status).sum()), why) for status, why in words.items()
        ]
        left_out = [f"{counted(n, self.split, self.plural)} {why}" for n, why in counts if n]
        return f" Not compared: {', '.join(left_out)}." if left_out else ""

    def _said(self, place: int, rows: pd.DataFrame) -> str:
        row = rows.iloc[place]
        interval = spread(row["low"], row["high"], self.metric.unit)
        sure = ", ".join(filter(None, (interval, self.counted(int(row["n"])))))
        return f"{self.name(str(row['group']))}: {shown(row['value'], self.metric.unit)} ({sure})"

    def counted(self, n: int) -> str:
        """What a group's value rests on; a ratio's own count, its base being everyone's."""
        return counted(n, "ticket") if self.metric.kind is Kind.RATIO else f"n {n:,}"

    @property
    def plural(self) -> str:
        """More than one group, in words."""
        return "priorities" if self.split == "priority" else f"{self.split}s"


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
    frame = pd.DataFrame(
        [_row(one, split, metric.kind is Kind.RATIO) for one in found], columns=_COLUMNS
    )
    frame = frame.sort_values(["n", "group"], ascending=[False, True], ignore_index=True)
    hidden = len(frame) - most
    caveats = (
        [f"{counted(hidden, 'smaller group')} neither drawn nor compared."] if hidden > 0 else []
    )
    names = agent_names(workspace) if split == "agent" else {}
    return Breakdown(frame.head(most), metric, split, overall, caveats=caveats, names=names)


def _row(one: Answer, split: str, is_ratio: bool) -> dict[str, object]:
    return {
        "group": str(one.by[split]), "value": one.value, "low": one.low, "high": one.high,
        # A ratio's n is its base, the same for every group; what it counts differs.
        "n": int(one.numerator or 0) if is_ratio else one.denominator or 0,
        "n_excluded": one.n_excluded, "n_immature": one.n_immature, "status": one.status,
        "why": one.why,
    }  # fmt: skip
