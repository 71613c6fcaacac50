"""What is planted in the sample: the few facts an analysis of it must be able to find."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from workbench.sample.draws import stream

# The world without any planted truth.
INHOUSE_FCR = 0.70
VENDOR_FCR = 0.68
REFUND_SHARE = 0.08
LAPSE_SHARE = 0.18
SLOW_HOURS = 12.0


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
class RefundLift:
    """Slow first replies to order-related tickets are followed by more refunds."""

    slow_hours: float
    odds_ratio: float
    base_share: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"An order-related ticket first answered after more than {self.slow_hours:g} hours is"
            f" followed by a refund within 14 days with {self.odds_ratio:.2f} times the odds of a"
            f" faster one, whose share is near {self.base_share:.2f}."
        )


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
class ChurnHazard:
    """Customers whose ticket was reopened in complaint stop ordering more often."""

    hazard_ratio: float
    base_share: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"A customer whose ticket was reopened with a complaint stops ordering with"
            f" {self.hazard_ratio:.2f} times the hazard (no order in the 90 days after contact;"
            f" share near {self.base_share:.2f} otherwise); contact as such and thank-you reopens"
            " change nothing."
        )


@dataclass(frozen=True)
class Truths:
    """The planted truths; None switches one off."""

    fcr_decay: FcrDecay | None = None
    refund_lift: RefundLift | None = None
    surge: Surge | None = None
    churn_hazard: ChurnHazard | None = None

    @classmethod
    def none(cls) -> Truths:
        """Return the null world, in which nothing is planted."""
        return cls()

    @classmethod
    def drawn(cls, seed: int, start: date, months: int) -> Truths:
        """Return the truths of a seed: each date and size is drawn from it."""
        end = month_start(start, months) - timedelta(days=1)
        days = (end - start).days
        return cls(
            fcr_decay=_fcr_decay(seed, start, end, days),
            refund_lift=_refund_lift(seed),
            surge=_surge(seed, start, days),
            churn_hazard=_churn_hazard(seed),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the truths as plain values; a switched-off truth is null."""
        return {
            name: None if value is None else _plain(value)
            for name, value in (
                ("fcr_decay", self.fcr_decay),
                ("refund_lift", self.refund_lift),
                ("surge", self.surge),
                ("churn_hazard", self.churn_hazard),
            )
        }


def month_start(start: date, months: int) -> date:
    """Return the first day of the month that comes this many months after the start's month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _plain(truth: FcrDecay | RefundLift | Surge | ChurnHazard) -> dict[str, Any]:
    values = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(truth).items()
    }
    return {**values, "meaning": truth.meaning}


def _fcr_decay(seed: int, start: date, end: date, days: int) -> FcrDecay:
    draw = stream(seed, "truth fcr decay", 0)
    week = round(days / 7 * draw.uniform(0.385, 0.513))
    return FcrDecay(
        start=start + timedelta(weeks=week),
        end=end,
        share_before=VENDOR_FCR,
        share_at_end=round(draw.uniform(0.50, 0.54), 3),
    )


def _refund_lift(seed: int) -> RefundLift:
    draw = stream(seed, "truth refund lift", 0)
    return RefundLift(
        slow_hours=float(draw.choice([10.0, 11.0, 12.0, 13.0, 14.0])),
        odds_ratio=round(draw.uniform(2.05, 2.4), 2),
        base_share=REFUND_SHARE,
    )


def _surge(seed: int, start: date, days: int) -> Surge:
    draw = stream(seed, "truth surge", 0)
    begins = start + timedelta(days=int(days * draw.uniform(0.70, 0.82)))
    length = min(int(draw.integers(26, 32)), max(7, days // 8))
    return Surge(
        start=begins,
        end=begins + timedelta(days=length - 1),
        volume_ratio=round(draw.uniform(1.8, 2.0), 2),
    )


def _churn_hazard(seed: int) -> ChurnHazard:
    draw = stream(seed, "truth churn hazard", 0)
    return ChurnHazard(hazard_ratio=round(draw.uniform(1.85, 2.15), 2), base_share=LAPSE_SHARE)
