"""What is planted in the sample: the few facts an analysis of it must be able to find."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from workbench.sample import demand_truths, escalation_truths, team_truths
from workbench.sample.demand_truths import Campaign, HireRelief, NewDriver, Surge
from workbench.sample.draws import stream
from workbench.sample.escalation_truths import BrokenRows, FounderEscalations, Handover, PingPong
from workbench.sample.planted import month_start, plain
from workbench.sample.shop_truths import ShopTruths
from workbench.sample.team_truths import AgentsDiffer, FcrDecay, SuperficialReplies, Trial

LAPSE_SHARE = 0.18  # of orders are their customer's last, in the world without any planted truth


@dataclass(frozen=True)
class ChurnHazard:
    """Customers whose problem came back, on one ticket or two, stop ordering more often."""

    hazard_ratio: float
    base_share: float

    @property
    def meaning(self) -> str:
        """Return the truth as one sentence."""
        return (
            "A customer whose ticket was reopened with a complaint, or who had to write again"
            f" about the same within 7 days, stops ordering with {self.hazard_ratio:.2f} times the"
            " hazard (no order in the 90 days after contact; share near"
            f" {self.base_share:.2f} otherwise); contact as such and thank-you reopens change"
            " nothing."
        )


@dataclass(frozen=True)
class Truths:
    """The planted truths; None switches one off."""

    fcr_decay: FcrDecay | None = None
    superficial_replies: SuperficialReplies | None = None
    trial: Trial | None = None
    agents_differ: AgentsDiffer | None = None
    new_driver: NewDriver | None = None
    campaign: Campaign | None = None
    surge: Surge | None = None
    hire_relief: HireRelief | None = None
    founder_escalations: FounderEscalations | None = None
    ping_pong: PingPong | None = None
    handover: Handover | None = None
    churn_hazard: ChurnHazard | None = None
    broken_rows: BrokenRows | None = None
    shop: ShopTruths = ShopTruths()  # those of money and operations

    @classmethod
    def none(cls) -> Truths:
        """Return the null world, in which nothing is planted."""
        return cls()

    @classmethod
    def drawn(cls, seed: int, start: date, months: int) -> Truths:
        """Return the truths of a seed: each date and size is drawn from it."""
        end = month_start(start, months) - timedelta(days=1)
        days = (end - start).days
        decay = team_truths.fcr_decay(seed, start, end, days)
        return cls(
            fcr_decay=decay,
            superficial_replies=team_truths.superficial_replies(seed, decay, days),
            trial=team_truths.trial(seed, end, days),
            agents_differ=team_truths.agents_differ(seed),
            new_driver=demand_truths.new_driver(seed, start, days),
            campaign=demand_truths.campaign(seed, start, days),
            surge=demand_truths.surge(seed, start, days),
            hire_relief=demand_truths.hire_relief(seed, start, days),
            founder_escalations=escalation_truths.founder_escalations(seed),
            ping_pong=escalation_truths.ping_pong(seed),
            handover=escalation_truths.handover(seed),
            churn_hazard=_churn_hazard(seed),
            broken_rows=escalation_truths.broken_rows(seed),
            shop=ShopTruths.drawn(seed, start, months),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the truths as plain values; a switched-off truth is null."""
        own = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "shop"}
        service = {name: None if truth is None else plain(truth) for name, truth in own.items()}
        return service | self.shop.as_json()


def _churn_hazard(seed: int) -> ChurnHazard:
    draw = stream(seed, "truth churn hazard", 0)
    return ChurnHazard(hazard_ratio=round(draw.uniform(1.85, 2.15), 2), base_share=LAPSE_SHARE)
