"""Why did a number move: did the groups change, or how many are in each?

A share's change splits exactly into two parts (Kitagawa 1955): *mix*, what changed because groups
make up other parts of the whole, and *rate*, what changed within the groups. A count per order and
a count split into what each group contributed. A median does not split at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import pandas as pd

from workbench.analyses.comparisons import share_change
from workbench.analyses.exploration import Selection, agent_names
from workbench.definitions.periods import Period
from workbench.definitions.wording import points, points_spread, signed
from workbench.metrics.aggregates import cube_of
from workbench.metrics.cube import Cube
from workbench.metrics.declaration import Answer, Kind, Metric
from workbench.metrics.judging import gap_in, needs_split
from workbench.workspace import Workspace

_Z = 1.959963984540054
_COLUMNS = ["group", "n_before", "n", "before", "after", "mix", "mix_low", "mix_high", "rate",
            "rate_low", "rate_high"]  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One part of a change with its 95 % interval, in the metric's unit."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Movement:
    """``frame``: one row per group with ``n_before``, ``n``, its value ``before`` and ``after``,
    and its ``mix`` and ``rate`` part of the change, each with its 95 % interval. The parts of all
    groups add up to ``change``."""

    frame: pd.DataFrame
    metric: Metric
    split: str
    period: Period
    before: Period
    change: Part | None = None
    mix: Part | None = None
    rate: Part | None = None
    why_not: str = ""
    caveats: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def name(self, group: str) -> str:
        """A group in words: agents are numbers in an export."""
        return self.names.get(group, group)

    def finding(self) -> str:
        """The change, and how much of it is mix."""
        if self.why_not or self.change is None or self.rate is None:
            return f"Why {self.metric.label.lower()} moved cannot be told: {self.why_not}."
        whole = f"{self.metric.label} moved by {_said(self.change, self.metric)}"
        whole += f" against {self.before.title}"
        if self.mix is None:
            top = self.frame.iloc[self.frame["rate"].abs().argmax()]
            part = _said(Part(float(top["rate"])), self.metric)
            return f"{whole}; the largest part, {part}, is {self.name(str(top['group']))}."
        return (
            f"{whole}: {_said(self.rate, self.metric)} within the groups (rate) and"
            f" {_said(self.mix, self.metric)} because their sizes changed (mix of {self.split}s)."
        )


def _said(part: Part, metric: Metric) -> str:
    if metric.unit == "share":
        words = points(part.value)
        if part.low is None or part.high is None:
            return words
        return f"{words} ({points_spread(part.low, part.high)})"
    unit = "" if metric.unit == "currency" else f" {metric.unit}"
    digits = 0 if metric.unit in ("tickets", "currency") else 1
    words = f"{signed(part.value, digits)}{unit}"
    if part.low is None or part.high is None:
        return words
    return f"{words} ({signed(part.low, digits)} to {signed(part.high, digits)})"


def movement(workspace: Workspace, metric: Metric, selection: Selection, split: str) -> Movement:
    """How does a selection's change against the period before split by the groups of ``split``?"""
    blank = Movement(
        pd.DataFrame(columns=_COLUMNS), metric, split, selection.period, selection.before,
        names=agent_names(workspace) if split == "agent" else {},
    )  # fmt: skip
    cube = cube_of(workspace, metric)
    if isinstance(cube, Answer):
        return replace(blank, why_not=cube.why)
    now = cube.answer(selection.period, selection.where)
    then = cube.answer(selection.before, selection.where)
    why_not = _why_not(blank, cube, then, now)
    if why_not:
        return replace(blank, why_not=why_not)
    sides = _sides(cube, selection, split)
    if sides.empty:
        return replace(blank, why_not="nothing was counted in either period")
    is_share = metric.kind is Kind.SHARE
    found = _of_share(blank, sides) if is_share else _of_sum(blank, sides, then, now)
    partly = [
        f"{period.title} is only partly known: {gap_in(one)}."
        for one, period in ((then, selection.before), (now, selection.period))
        if gap_in(one)
    ]
    return replace(found, caveats=[*partly, *found.caveats])


def _why_not(asked: Movement, cube: Cube, then: Answer, now: Answer) -> str:
    if asked.metric.kind is Kind.MEDIAN:
        return "the median of a whole is not made up of the medians of its parts"
    if not cube.knows(asked.split):
        return needs_split(asked.split)
    for one, period in ((then, asked.before), (now, asked.period)):
        if one.value is None and not (one.numerator or one.denominator):
            return f"nothing was counted in {period.title}"
        if one.value is None:
            return f"no value for {period.title}" + (f" ({one.why})" if one.why else "")
        if asked.metric.kind is Kind.TOTAL and gap_in(one):
            return f"{period.title} is only partly known: {gap_in(one)}"
    return ""


def _sides(cube: Cube, selection: Selection, split: str) -> pd.DataFrame:
    """Per group what was counted before and now; a group that is absent on one side has zero."""
    found = [cube.by(p, selection.where, split) for p in (selection.before, selection.period)]
    frames = [
        pd.DataFrame(
            [(str(a.by[split]), a.numerator or 0.0, a.denominator or 0) for a in side],
            columns=["group", "hits", "n"],
        ).set_index("group")
        for side in found
    ]
    both = frames[0].join(frames[1], how="outer", lsuffix="_before", rsuffix="_now").fillna(0.0)
    return both[both.any(axis=1)].sort_index()  # what nobody could judge moved nothing


def _of_share(blank: Movement, sides: pd.DataFrame) -> Movement:
    n0, n1 = sides["n_before"], sides["n_now"]
    # A group that one side lacks did not get better or worse there: all it brings is mix.
    r0 = (sides["hits_before"] / n0).where(n0 > 0, sides["hits_now"] / n1)
    r1 = (sides["hits_now"] / n1).where(n1 > 0, r0)
    r0, r1 = r0.fillna(0.0), r1.fillna(0.0)
    w0, w1 = n0 / n0.sum(), n1 / n1.sum()
    middle = (r0 + r1) / 2
    # Weights add up to one on both sides, so a constant may be taken off: with the overall share
    # off, growth of a group that is as good as the whole counts as nothing.
    overall = ((w0 * r0).sum() + (w1 * r1).sum()) / 2
    mix = (w1 - w0) * (middle - overall)
    weight = (w0 + w1) / 2
    rate = weight * (r1 - r0)
    noise0, noise1 = _share_noise(sides["hits_before"], n0), _share_noise(sides["hits_now"], n1)
    on_both = (n0 > 0) & (n1 > 0)
    noise = (weight**2 * (noise0 + noise1)).where(on_both, 0.0)
    # The middle of a group that one side lacks is its share on the other side, noise and all.
    middle_noise = ((noise0 + noise1) / 4).where(on_both, noise0.where(n0 > 0, noise1))
    size_noise = w0 * (1 - w0) / n0.sum() + w1 * (1 - w1) / n1.sum()
    mix_noise = (w1 - w0) ** 2 * middle_noise + (middle - overall) ** 2 * size_noise
    frame = pd.DataFrame(
        {
            "n_before": n0.astype(int), "n": n1.astype(int),
            "before": r0.where(n0 > 0), "after": r1.where(n1 > 0), "mix": mix, "rate": rate,
            "rate_low": rate - _Z * noise**0.5, "rate_high": rate + _Z * noise**0.5,
            "mix_low": mix - _Z * mix_noise**0.5, "mix_high": mix + _Z * mix_noise**0.5,
        }
    )  # fmt: skip
    whole = share_change(
        int(sides["hits_before"].sum()), int(n0.sum()), int(sides["hits_now"].sum()), int(n1.sum())
    )
    shuffled = _size_noise(w0, middle, n0.sum()) + _size_noise(w1, middle, n1.sum())
    shuffled += float(((w1 - w0) ** 2 * middle_noise).sum())
    return replace(
        blank,
        frame=_ranked(frame),
        change=Part(whole.change, whole.low, whole.high),
        mix=_part(float(mix.sum()), math.sqrt(shuffled)),
        rate=_part(float(rate.sum()), math.sqrt(float(noise.sum()))),
        caveats=[
            "Mix and rate add up to the change exactly; which group a ticket is in is taken as "
            "given, and neither part is a cause."
        ],
    )


def _share_noise(hits: pd.Series, n: pd.Series) -> pd.Series:
    """Variance of a share, none where nothing was counted. Two successes and two failures are
    added (Agresti and Coull 1998), or one ticket out of one would be a certainty."""
    share = (hits + 2) / (n + 4)
    return (share * (1 - share) / (n + 4)).where(n > 0, 0.0)


def _size_noise(weights: pd.Series, values: pd.Series, n: float) -> float:
    """Variance of a weighted mean when the weights are shares of n things drawn."""
    mean = (weights * values).sum()
    return float((weights * (values - mean) ** 2).sum() / max(n, 1))


def _part(value: float, error: float) -> Part:
    return Part(value, value - _Z * error, value + _Z * error)


def _of_sum(blank: Movement, sides: pd.DataFrame, then: Answer, now: Answer) -> Movement:
    """Counts, and counts per base: every group adds its own, and there is no mix."""
    scale0, scale1 = (
        (one.value or 0.0) / one.numerator if one.numerator else 0.0 for one in (then, now)
    )
    before, after = sides["hits_before"] * scale0, sides["hits_now"] * scale1
    # Poisson counts: the variance of each is itself. A stock is a full
    # count, and sums of money vary by more than how many there are.
    error = (sides["hits_before"] * scale0**2 + sides["hits_now"] * scale1**2) ** 0.5
    is_count = blank.metric.kind is not Kind.STOCK and blank.metric.unit != "currency"
    reach = _Z * error if is_count else error * math.nan
    frame = pd.DataFrame(
        {
            "n_before": sides["hits_before"].astype(int), "n": sides["hits_now"].astype(int),
            "before": before, "after": after, "mix": 0.0, "rate": after - before,
            "rate_low": after - before - reach, "rate_high": after - before + reach,
            "mix_low": 0.0, "mix_high": 0.0,
        }
    )  # fmt: skip
    change = float((after - before).sum())
    noise = float((error**2).sum())
    if blank.metric.kind is Kind.RATIO:  # the orders below vary as well, for all groups at once
        noise += sum((one.value or 0.0) ** 2 / max(one.denominator or 1, 1) for one in (then, now))
    whole = _part(change, math.sqrt(noise)) if is_count else Part(change)
    return replace(blank, frame=_ranked(frame), change=whole, rate=whole)


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    size = (frame["mix"] + frame["rate"]).abs()
    order = size.sort_values(ascending=False, kind="stable").index
    return frame.loc[order].rename_axis("group").reset_index()[_COLUMNS]
