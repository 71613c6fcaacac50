"""Would customers recommend the shop, and was it easy to get help?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import SURVEYS, TICKETS, Kind, Metric
from workbench.metrics.facts.surveys import score_of, survey_facts, survey_scales
from workbench.metrics.facts.tickets import ticket_facts
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

PROMOTERS_FROM = 9
PASSIVES_FROM = 7
HIGHEST = 10
_LEFT_OUT = "spam, merged and deleted tickets; surveys not answered"


def _nobody_asked(workspace: Workspace) -> ir.Table:
    """All tickets as unknown: without any survey of a kind the metric says what it needs."""
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted)
    return observed(t, at=t.created_at, ref=t.ticket_id, is_unknown=ibis.literal(True))


def _recommendations(workspace: Workspace, as_of: datetime) -> ir.Table:
    if not survey_scales(workspace, "nps"):
        return _nobody_asked(workspace)
    s = survey_facts(workspace, "nps")
    score = score_of(s)
    side = ibis.cases((score >= PROMOTERS_FROM, 100.0), (score >= PASSIVES_FROM, 0.0), else_=-100.0)
    is_score = ((score >= 0) & (score <= HIGHEST)).fill_null(False)
    return observed(
        s, at=s.created_at, ref=s.ticket_id, is_excluded=~s.is_answered,
        is_unknown=s.is_answered & ~is_score, hit=score >= PROMOTERS_FROM,
        value=ibis.ifelse(is_score, side, 0.0), owner=s.customer_key,
    )  # fmt: skip


def _efforts(workspace: Workspace, as_of: datetime) -> ir.Table:
    if not survey_scales(workspace, "ces"):
        return _nobody_asked(workspace)
    s = survey_facts(workspace, "ces")
    score = score_of(s)
    is_mixed = len(survey_scales(workspace, "ces")) > 1
    return observed(
        s, at=s.created_at, ref=s.ticket_id, is_excluded=~s.is_answered,
        is_unknown=(s.is_answered & score.isnull()) | ibis.literal(is_mixed),
        value=score.fill_null(0.0), owner=s.customer_key,
    )  # fmt: skip


NPS = Metric(
    name="nps",
    version=1,
    label="Net promoter score",
    question="By how much do those who would recommend the shop outnumber those who would not?",
    formula="Mean over answers of +100 (9 or 10), 0 (7 or 8) and -100 (0 to 6): the percentage of "
    "promoters less that of detractors.",
    unit="points",
    better="higher",
    kind=Kind.MEAN,
    needs=(TICKETS, SURVEYS),
    basis="tickets created in the period (exports seldom date the answer)",
    observations=_recommendations,
    exclusions=f"{_LEFT_OUT}, or with something else than 0 to 10",
    needs_value="surveys of that kind (nps), answered from 0 to 10",
    source="Reichheld 2003",
)

CES = Metric(
    name="ces",
    version=1,
    label="Customer effort score",
    question="How easy was it to get help?",
    formula="Mean of the answers, on the scale of the survey: it cannot be told whether high means "
    "easy, which is how the newer form of the question is asked.",
    unit="points",
    better="higher",
    kind=Kind.MEAN,
    needs=(TICKETS, SURVEYS),
    basis="tickets created in the period (exports seldom date the answer)",
    observations=_efforts,
    exclusions=f"{_LEFT_OUT}, or without a number",
    needs_value="surveys of that kind (ces), answered with numbers on one scale",
    source="Dixon, Freeman and Toman 2010; mean of the scale as survey tools print it",
)
