"""What is planted about money and operations: refunds, disputes, quality reviews, costs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from workbench.sample.draws import stream
from workbench.sample.planted import month_start, plain
from workbench.sample.words import people

# The world without any planted truth.
REFUND_SHARE = 0.08
SLOW_HOURS = 12.0
POLICY_DAYS = 30
DISPUTE_SHARE = 0.015
DISPUTE_DAYS = 30


@dataclass(frozen=True)
class RefundLift:
    """Slow or inconsistent replies to order-related tickets are followed by more refunds."""

    slow_hours: float
    odds_ratio: float
    inconsistent_odds_ratio: float
    base_share: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"An order-related ticket first answered after more than {self.slow_hours:g} hours is"
            f" followed by a refund within 14 days with {self.odds_ratio:.2f} times the odds of a"
            " faster one, and one that passed from agent to agent before it was answered with"
            f" {self.inconsistent_odds_ratio:.2f} times the odds of one that stayed; the share of"
            f" the others is near {self.base_share:.2f}."
        )


@dataclass(frozen=True)
class OutOfPolicyRefunds:
    """One agent pays back orders that are too old for the policy."""

    agent: str
    policy_days: int
    share: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"Refunds are for orders of the last {self.policy_days} days. {self.agent} of"
            f" Brightline also pays back older orders: about {self.share:.0%} of the refunds this"
            " agent grants, where others hardly ever do."
        )


@dataclass(frozen=True)
class Chargebacks:
    """Customers whom a "solved" ticket did not help take their money back through the bank."""

    within_days: int
    odds_ratio: float
    base_share: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            "An order whose ticket Brightline solved and whose customer came back (reopened with a"
            " complaint, or a new ticket within 7 days) is disputed at the bank within"
            f" {self.within_days} days after the solve with {self.odds_ratio:.1f} times the odds of"
            f" other orders that tickets are about, whose share is near {self.base_share:.3f}."
        )


@dataclass(frozen=True)
class QaGap:
    """The vendor's reviewers are kinder than the company's own on the same tickets."""

    points: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"On calibration tickets scored by both, Brightline's own QA gives {self.points:.1f}"
            " points of 100 more than internal QA."
        )


@dataclass(frozen=True)
class CostRamp:
    """What the vendor bills per resolution falls while its agents learn."""

    start: date
    end: date
    ratio: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            f"From {self.start} to {self.end} the vendor's invoices per resolved ticket fall month"
            f" by month to {self.ratio:.2f} times what they were, and stay there."
        )


@dataclass(frozen=True)
class ShopTruths:
    """The planted truths of money and operations; None switches one off."""

    refund_lift: RefundLift | None = None
    out_of_policy_refunds: OutOfPolicyRefunds | None = None
    chargebacks: Chargebacks | None = None
    qa_gap: QaGap | None = None
    cost_ramp: CostRamp | None = None

    @classmethod
    def none(cls) -> ShopTruths:
        """Return the shop in which nothing is planted."""
        return cls()

    @classmethod
    def drawn(cls, seed: int, start: date, months: int) -> ShopTruths:
        """Return the truths of a seed: each date and size is drawn from it."""
        return cls(
            refund_lift=_refund_lift(seed),
            out_of_policy_refunds=_out_of_policy_refunds(seed),
            chargebacks=_chargebacks(seed),
            qa_gap=_qa_gap(seed),
            cost_ramp=_cost_ramp(seed, start, months),
        )

    def as_json(self) -> dict[str, dict[str, Any] | None]:
        """Return the truths as plain values; a switched-off truth is null."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: None if truth is None else plain(truth) for name, truth in values}


def _refund_lift(seed: int) -> RefundLift:
    draw = stream(seed, "truth refund lift", 0)
    return RefundLift(
        slow_hours=float(draw.choice([10.0, 11.0, 12.0, 13.0, 14.0])),
        odds_ratio=round(draw.uniform(2.05, 2.4), 2),
        inconsistent_odds_ratio=round(draw.uniform(2.0, 2.5), 2),
        base_share=REFUND_SHARE,
    )


def _out_of_policy_refunds(seed: int) -> OutOfPolicyRefunds:
    draw = stream(seed, "truth out of policy refunds", 0)
    return OutOfPolicyRefunds(
        agent=str(draw.choice(people().agents_vendor)),
        policy_days=POLICY_DAYS,
        share=round(draw.uniform(0.36, 0.48), 2),
    )


def _chargebacks(seed: int) -> Chargebacks:
    draw = stream(seed, "truth chargebacks", 0)
    return Chargebacks(
        within_days=DISPUTE_DAYS,
        odds_ratio=round(draw.uniform(4.5, 6.5), 1),
        base_share=DISPUTE_SHARE,
    )


def _qa_gap(seed: int) -> QaGap:
    return QaGap(points=round(stream(seed, "truth qa gap", 0).uniform(8.0, 13.0), 1))


def _cost_ramp(seed: int, start: date, months: int) -> CostRamp:
    draw = stream(seed, "truth cost ramp", 0)
    begins = min(int(draw.integers(0, 3)), months - 2)
    length = max(1, min(int(draw.integers(6, 10)), months - begins - 2))
    return CostRamp(
        start=month_start(start, begins),
        end=month_start(start, begins + length + 1) - timedelta(days=1),
        ratio=round(draw.uniform(0.58, 0.68), 2),
    )
