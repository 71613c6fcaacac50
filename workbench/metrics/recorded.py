"""What does the export itself say? Counters and flags that a help desk worked out."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import ibis.expr.types as ir

from workbench.metrics.declaration import TICKETS, Kind, Metric
from workbench.metrics.facts.tickets import counted_tickets
from workbench.metrics.observed import observed
from workbench.workspace import Workspace


def _recorded(workspace: Workspace, as_of: datetime, *, column: str) -> ir.Table:
    t = counted_tickets(workspace)
    told = t[column]
    hit = told if isinstance(told, ir.BooleanValue) else told > 0
    return observed(
        t, at=t.created_at, ref=t.ticket_id, owner=t.contact_key, is_unknown=told.isnull(), hit=hit
    )


def _metric(
    name: str, label: str, question: str, formula: str, column: str, *, better: str, lacks: str,
    needs_value: str, source: str,
) -> Metric:  # fmt: skip
    return Metric(
        name=name, version=1, label=label, question=question, formula=formula, unit="share",
        better=better, kind=Kind.SHARE, needs=(TICKETS,), basis="tickets created in the period",
        observations=partial(_recorded, column=column),
        exclusions=f"spam, merged and deleted tickets; tickets without {lacks}",
        needs_value=needs_value, source=source,
    )  # fmt: skip


REOPENED_RECORDED = _metric(
    "reopened_recorded", "Reopened, as recorded",
    "What share of tickets does the export itself count as reopened?",
    "Of tickets created, those whose exported reopen counter is above zero; no window.",
    "n_reopens", better="lower", lacks="a reopen counter",
    needs_value="a reopen counter in the export", source="the export's own counter",
)  # fmt: skip

REASSIGNED_RECORDED = _metric(
    "reassigned_recorded", "Reassigned, as recorded",
    "What share of tickets changed hands, by the export's own count?",
    "Of tickets created, those whose exported reassignment counter is above zero.",
    "n_reassignments", better="lower", lacks="a reassignment counter",
    needs_value="a reassignment counter in the export",
    source="the export's own counter; for Zendesk, assignee stations less the first",
)  # fmt: skip

SLA_MET_RECORDED = _metric(
    "sla_met_recorded", "SLA met, as recorded",
    "What share of tickets met their SLA, by the export's own flag?",
    "Of tickets created, those the export flags as having met their SLA.",
    "sla_met", better="higher", lacks="the flag",
    needs_value="an SLA flag in the export", source="the export's own flag",
)  # fmt: skip
