"""How good is the work, as reviewers see it?"""

from __future__ import annotations

from datetime import datetime

import ibis.expr.types as ir

from workbench.metrics.declaration import TICKETS, Kind, Metric, Need
from workbench.metrics.facts.reviews import review_facts
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.facts.windows import is_open_window, known_until, within
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

QA_RATINGS = Need("qa_ratings", "quality reviews")
COVERED_DAYS = 14
PASS_POINTS = 80


def _scores(workspace: Workspace, as_of: datetime) -> ir.Table:
    r = review_facts(workspace)
    return observed(
        r, at=r["at"], ref=r.review_id, is_excluded=~r.is_ordinary,
        is_unknown=r.is_ordinary & r.score.isnull(), hit=r.score >= PASS_POINTS,
        value=r.score.fill_null(0.0), owner=r.reviewee_id,
    )  # fmt: skip


def _simulations(workspace: Workspace, as_of: datetime) -> ir.Table:
    r = review_facts(workspace).filter(lambda r: r.is_simulated)
    return observed(
        r, at=r["at"], ref=r.review_id, is_unknown=r.score.isnull(), hit=r.score >= PASS_POINTS,
        owner=r.reviewee_id,
    )  # fmt: skip


def _covered(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted, t.is_done)
    r = review_facts(workspace).filter(lambda r: r.is_ordinary & r.is_ticket)
    first = r.group_by(desk="home", reviewed="ticket_id").aggregate(first_at=r["at"].min())
    joined = t.left_join(first, [("source", "desk"), ("ticket_id", "reviewed")])
    until = known_until(workspace, joined, as_of, "tickets", "qa_ratings")
    return observed(
        joined,
        at=joined.solved_last_at,
        ref=joined.ticket_id,
        is_immature=is_open_window(joined.solved_last_at, COVERED_DAYS, until),
        hit=within(joined.first_at, joined.solved_last_at, COVERED_DAYS),
        owner=joined.customer_key,
    )


QA_SCORE = Metric(
    name="qa_score",
    counts="reviews",
    version=1,
    label="Quality score",
    question="How many points of 100 do reviewers give?",
    formula="Mean over reviews of the points given over the points possible, times 100, by the "
    "weights of the categories that applied; 0 where a critical category got less than half its "
    "points.",
    unit="points",
    better="higher",
    kind=Kind.MEAN,
    needs=(QA_RATINGS,),
    basis="reviews made in the period",
    observations=_scores,
    exclusions="reviews of simulated tickets and of calibration; reviews without a score",
    needs_value="reviews of customers' tickets with points given and possible",
    source="Klaus / Zendesk QA: weighted categories, critical ones fail the review",
)

QA_COVERAGE = Metric(
    name="qa_coverage",
    version=1,
    label="Review coverage",
    question="What share of solved tickets does anybody review?",
    formula=f"Of tickets last solved, those with at least one ordinary review up to {COVERED_DAYS} "
    "days after; a ticket reviewed twice counts once.",
    unit="share",
    better="neither",
    kind=Kind.SHARE,
    needs=(TICKETS, QA_RATINGS),
    basis="tickets last solved in the period",
    observations=_covered,
    window_days=COVERED_DAYS,
    exclusions="spam, merged and deleted tickets; tickets that are open again; reviews of "
    "simulated tickets and of calibration",
    source="share of conversations reviewed, as review tools print it",
)

SIMULATION_PASS_RATE = Metric(
    name="simulation_pass_rate",
    counts="reviews",
    version=1,
    label="Simulations passed",
    question="What share of simulated tickets is handled well enough?",
    formula=f"Of reviews of simulated tickets, those with at least {PASS_POINTS} points of 100, "
    "counted as for the quality score.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(QA_RATINGS,),
    basis="reviews made in the period",
    observations=_simulations,
    exclusions="reviews of customers' tickets; reviews without a score",
    min_n=10,
    source="own definition",
)
