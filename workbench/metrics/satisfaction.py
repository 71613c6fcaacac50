"""Are customers satisfied?"""

from __future__ import annotations

from datetime import datetime

import ibis.expr.types as ir

from workbench.metrics.declaration import SURVEYS, TICKETS, Kind, Metric
from workbench.metrics.facts import ticket_facts
from workbench.metrics.observed import observed
from workbench.workspace import Workspace


def _ratings(workspace: Workspace, as_of: datetime) -> ir.Table:
    t = ticket_facts(workspace)
    t = t.filter(t.is_counted)
    s = workspace.table("surveys").filter(lambda r: r.kind == "csat")
    s = s.select("source", "ticket_id", "answered_at", "offered_at", "good")
    rated = t.inner_join(s, ["source", "ticket_id"], rname="s_{name}")
    return observed(
        rated, at=rated.created_at, ref=rated.ticket_id,
        is_excluded=rated.good.isnull(), hit=rated.good,
    )  # fmt: skip


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
    exclusions="spam, merged and deleted tickets; surveys not answered",
    target=(0.85, None),
    source="Zendesk good / (good + bad); Gorgias 4-5 of rated",
)
