"""What is planted about demand and staffing: who writes more, when, and when help comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workbench.sample.draws import stream
from workbench.sample.planted import at_share, weeks_within

CAMPAIGN_WAIT_DAYS = (7, 14)  # refund requests follow a campaign after so many days


@dataclass(frozen=True)
class Surge:
    """Volume rises for some weeks and comes back by itself."""

    start: date
    end: date
    volume_ratio: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"From {self.start} to {self.end} about {self.volume_ratio:.2f} times as many tickets"
            " arrive, backlog and first reply time rise, and all return within a few weeks."
        )


@dataclass(frozen=True)
class NewDriver:
    """A release of the app brings a contact reason that did not exist before."""

    release: date
    reason: str
    ticket_share: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"From the app release of {self.release} on, {self.ticket_share:.1%} of the contacts"
            f" have a reason that nobody had before, {self.reason}."
        )


@dataclass(frozen=True)
class Campaign:
    """A campaign is followed by refund requests a week or two later."""

    start: date
    end: date
    refund_request_ratio: float

    @property
    def echo(self) -> tuple[date, date]:
        """Return the first and the last day of the refund requests."""
        soonest, latest = (timedelta(days=days) for days in CAMPAIGN_WAIT_DAYS)
        return self.start + soonest, self.start + latest

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        first, last = self.echo
        return (
            f"After the campaign that began on {self.start}, from {first} to {last},"
            f" {self.refund_request_ratio:.2f} times as many refund requests arrive as usual."
        )


@dataclass(frozen=True)
class HireRelief:
    """In-house falls behind, a new colleague helps, and some weeks later it falls behind again."""

    worsens_from: date
    hire: date
    agent: str
    relapses_from: date
    ends: date
    reply_time_ratio: float
    relapse_ratio: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"From {self.worsens_from} in-house replies slow down to"
            f" {self.reply_time_ratio:.2f} times the usual time, recover when {self.agent} starts"
            f" on {self.hire}, and from {self.relapses_from} to {self.ends} slow down again to"
            f" {self.relapse_ratio:.2f} times."
        )


def surge(seed: int, start: date, days: int) -> Surge:
    """Return a seed's surge."""
    draw = stream(seed, "truth surge", 0)
    begins = at_share(start, days, draw.uniform(0.70, 0.82))
    length = min(int(draw.integers(26, 32)), max(7, days // 8))
    return Surge(
        start=begins,
        end=begins + timedelta(days=length - 1),
        volume_ratio=round(draw.uniform(1.8, 2.0), 2),
    )


def new_driver(seed: int, start: date, days: int) -> NewDriver:
    """Return a seed's release and the reason it brings."""
    draw = stream(seed, "truth new driver", 0)
    return NewDriver(
        release=at_share(start, days, draw.uniform(0.46, 0.56)),
        reason="app_login",
        ticket_share=round(draw.uniform(0.065, 0.09), 3),
    )


def campaign(seed: int, start: date, days: int) -> Campaign:
    """Return a seed's campaign, which has echoed before the surge begins."""
    draw = stream(seed, "truth campaign", 0)
    begins = at_share(start, days, draw.uniform(0.58, 0.65))
    return Campaign(
        start=begins,
        end=begins + timedelta(days=int(draw.integers(3, 6))),
        refund_request_ratio=round(draw.uniform(3.0, 3.8), 2),
    )


def hire_relief(seed: int, start: date, days: int) -> HireRelief:
    """Return a seed's hire, whose story is over before decay and surge begin."""
    draw = stream(seed, "truth hire relief", 0)
    worsens = at_share(start, days, draw.uniform(0.08, 0.13))
    hire = worsens + timedelta(days=weeks_within(draw.uniform(6, 8), days, 0.1))
    relapse = hire + timedelta(days=weeks_within(draw.uniform(5, 7), days, 0.09))
    ends = relapse + timedelta(days=weeks_within(draw.uniform(6, 8), days, 0.1))
    return HireRelief(
        worsens_from=worsens,
        hire=hire,
        agent="Petra Lund",
        relapses_from=relapse,
        ends=ends,
        reply_time_ratio=round(draw.uniform(2.2, 2.6), 2),
        relapse_ratio=round(draw.uniform(1.9, 2.2), 2),
    )
