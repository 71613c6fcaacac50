"""Are customers satisfied?"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.metrics.declaration import SURVEYS, TICKETS, Kind, Metric, Variant
from workbench.metrics.facts.surveys import sources_of_unanswered, survey_facts
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

_LEFT_OUT = "spam, merged and deleted tickets"


def _ratings(workspace: Workspace, as_of: datetime) -> ir.Table:
    rated = survey_facts(workspace, "csat")
    return observed(
        rated, at=rated.created_at, ref=rated.ticket_id,
        is_excluded=rated.good.isnull(), hit=rated.good, owner=rated.customer_key,
    )  # fmt: skip


def _ratings_by_answer(workspace: Workspace, as_of: datetime) -> ir.Table:
    rated = survey_facts(workspace, "csat")
    return observed(
        rated,
        at=ibis.coalesce(rated.answered_at, rated.created_at),
        ref=rated.ticket_id,
        is_excluded=rated.good.isnull(),
        is_unknown=rated.good.notnull() & rated.answered_at.isnull(),
        hit=rated.good,
        owner=rated.customer_key,
    )


def _good_of_offered(workspace: Workspace, as_of: datetime) -> ir.Table:
    s = survey_facts(workspace, "csat")
    return observed(
        s, at=s.created_at, ref=s.ticket_id, is_unknown=_hides_unanswered(workspace, s),
        hit=s.good, owner=s.customer_key,
    )  # fmt: skip


def _answers_of_offered(workspace: Workspace, as_of: datetime) -> ir.Table:
    s = survey_facts(workspace, "csat")
    return observed(
        s, at=s.created_at, ref=s.ticket_id, is_unknown=_hides_unanswered(workspace, s),
        hit=s.is_answered, owner=s.customer_key,
    )  # fmt: skip


def _hides_unanswered(workspace: Workspace, s: ir.Table) -> ir.BooleanValue:
    return ~s.source.isin(sources_of_unanswered(workspace))


CSAT = Metric(
    name="csat",
    version=1,
    label="Customer satisfaction",
    question="What share of rated tickets is rated good?",
    formula="Good ratings over good and bad ones; on a 1-5 scale 4 and 5 are good. A survey "
    "without an answer is not a bad one.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(TICKETS, SURVEYS),
    basis="tickets created in the period (exports seldom date the rating)",
    observations=_ratings,
    exclusions=f"{_LEFT_OUT}; surveys not answered",
    target=(0.85, None),
    source="Zendesk good / (good + bad); Gorgias 4-5 of rated",
    variants=(
        Variant(
            "by_answer_date",
            says="Good ratings over good and bad ones, by the day the customer answered.",
            whose="Gorgias and Chatwoot, whose reports go by the date of the survey",
            changes={
                "observations": _ratings_by_answer,
                "basis": "surveys answered in the period",
                "exclusions": f"{_LEFT_OUT}; surveys not answered, or without the date of it",
                "needs_value": "the dates of the answers",
            },
        ),
        Variant(
            "all_surveys",
            says="Good ratings over all surveys offered: a survey without an answer is not a good "
            "one.",
            whose="nobody's default; a lower bound if everybody who was silent was unhappy",
            changes={
                "observations": _good_of_offered,
                "exclusions": f"{_LEFT_OUT}; help desks that export answered surveys only",
                "needs_value": "surveys that were offered and not answered",
            },
        ),
    ),
)

CSAT_RESPONSE_RATE = Metric(
    name="csat_response_rate",
    version=1,
    label="Survey response rate",
    question="What share of satisfaction surveys is answered?",
    formula="Satisfaction surveys with an answer over those offered.",
    unit="share",
    better="higher",
    kind=Kind.SHARE,
    needs=(TICKETS, SURVEYS),
    basis="tickets created in the period (exports seldom date the survey)",
    observations=_answers_of_offered,
    exclusions=f"{_LEFT_OUT}; help desks that export answered surveys only",
    needs_value="surveys that were offered and not answered",
    source="Chatwoot csat: responses / surveys sent",
)
