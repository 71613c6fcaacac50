"""What is planted about teams and agents: how well they resolve, and how they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from workbench.sample.draws import stream
from workbench.sample.planted import weeks_within
from workbench.sample.words import people

INHOUSE_FCR = 0.70
VENDOR_FCR = 0.68
TRIAL_VENDOR = "Calder Desk"


@dataclass(frozen=True)
class FcrDecay:
    """The vendor's first-contact resolution declines steadily from one week on."""

    start: date
    end: date
    share_before: float
    share_at_end: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"From {self.start} the vendor (group Brightline) resolves fewer contacts at the first"
            f" reply, falling in a straight line from {self.share_before:.2f} to"
            f" {self.share_at_end:.2f} at the end; in-house stays near {INHOUSE_FCR:.2f}."
        )


@dataclass(frozen=True)
class SuperficialReplies:
    """The vendor answers ever faster, with ever more templates that say nothing."""

    start: date
    end: date
    reply_time_ratio_at_end: float
    superficial_share_at_end: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"From {self.start} Brightline picks tickets up ever faster, in"
            f" {self.reply_time_ratio_at_end:.2f} of its earlier time at the end, while a share of"
            f" its first replies growing from 0 to {self.superficial_share_at_end:.2f} is a"
            " template that names no order and no action."
        )


@dataclass(frozen=True)
class Trial:
    """A second vendor is tried on easier tickets, and is worse than it looks."""

    vendor: str
    start: date
    end: date
    ticket_share: float
    easy_share_lift: float
    gap_points: float
    compared_with: str = "Brightline"

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"From {self.start} to {self.end} {self.vendor} takes {self.ticket_share:.0%} of the"
            f" contacts; reasons easier than average are {100 * self.easy_share_lift:.0f} points"
            f" more common among them than among all contacts, and at equal case mix it resolves"
            f" {self.gap_points:.1f} points less at the first reply than {self.compared_with}."
        )


@dataclass(frozen=True)
class AgentsDiffer:
    """Agents of one team resolve unequal shares of the same work."""

    sd_points: float
    points: dict[str, float]  # added to the team's first-contact resolution, by agent

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            "Agents' true first-contact resolution lies above or below that of their team by the"
            f" listed points, whose standard deviation is {self.sd_points:.1f}."
        )


def fcr_decay(seed: int, start: date, end: date, days: int) -> FcrDecay:
    """Return a seed's decay of the vendor."""
    draw = stream(seed, "truth fcr decay", 0)
    week = round(days / 7 * draw.uniform(0.385, 0.513))
    return FcrDecay(
        start=start + timedelta(weeks=week),
        end=end,
        share_before=VENDOR_FCR,
        share_at_end=round(draw.uniform(0.50, 0.54), 3),
    )


def superficial_replies(seed: int, decay: FcrDecay, days: int) -> SuperficialReplies:
    """Return a seed's superficial replies, which begin near the decay."""
    draw = stream(seed, "truth superficial replies", 0)
    after = weeks_within(float(draw.uniform(0, 4)), days, 0.06)
    return SuperficialReplies(
        start=decay.start + timedelta(days=after),
        end=decay.end,
        reply_time_ratio_at_end=round(draw.uniform(0.50, 0.60), 2),
        superficial_share_at_end=round(draw.uniform(0.42, 0.54), 2),
    )


def trial(seed: int, end: date, days: int, *, unfair: bool = True) -> Trial:
    """Return a seed's trial; a fair one has the same dates and share, and no gap."""
    draw = stream(seed, "truth trial", 0)
    length = weeks_within(float(draw.uniform(10, 12)), days, 0.5)
    share, lift, gap = draw.uniform(0.20, 0.25), draw.uniform(0.30, 0.35), draw.uniform(4.5, 6.0)
    return Trial(
        vendor=TRIAL_VENDOR,
        start=end - timedelta(days=length - 1),
        end=end,
        ticket_share=round(float(share), 3),
        easy_share_lift=round(float(lift), 3) if unfair else 0.0,
        gap_points=round(float(gap), 1) if unfair else 0.0,
    )


def agents_differ(seed: int) -> AgentsDiffer:
    """Return a seed's agents, whose effects add up to nothing within their team."""
    draw = stream(seed, "truth agents differ", 0)
    teams = (people().agents_inhouse, people().agents_vendor)
    sd = round(float(draw.uniform(4.0, 6.0)), 1)
    raw = [np.clip(draw.normal(0, 1, len(team)), -1.3, 1.3) for team in teams]
    centred = np.concatenate([effects - effects.mean() for effects in raw])
    scaled = centred / centred.std() * sd
    names = [name for team in teams for name in team]
    points = {name: round(float(p), 1) for name, p in zip(names, scaled, strict=True)}
    return AgentsDiffer(sd_points=sd, points=points)
