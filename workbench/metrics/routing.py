"""Through how many hands does a ticket go?"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import ibis.expr.types as ir

from workbench.metrics.declaration import (
    ASSIGNMENTS,
    MESSAGES,
    TICKETS,
    Kind,
    Metric,
    Variant,
)
from workbench.metrics.facts.contacts import issue_facts
from workbench.metrics.facts.routing import author_facts, routing_facts
from workbench.metrics.facts.windows import is_open_window, known_until
from workbench.metrics.first_contact import solved_at
from workbench.metrics.observed import observed
from workbench.workspace import Workspace

ISSUE_DAYS = 7


def _hands(
    workspace: Workspace, as_of: datetime, *, column: str, knows: str, less: int = 0
) -> ir.Table:
    t = routing_facts(workspace)
    value = t[column] - less
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key, value=value,
        is_unknown=~t[knows] | t[column].isnull(),
    )  # fmt: skip


def _authors(workspace: Workspace, as_of: datetime, *, column: str, less: int) -> ir.Table:
    t = author_facts(workspace)
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key, value=t[column] - less,
        is_excluded=t[column] == 0, is_unknown=t[column].isnull(),
    )  # fmt: skip


def _shares(
    workspace: Workspace, as_of: datetime, *, column: str, knows: str, least: int = 1
) -> ir.Table:
    t = routing_facts(workspace)
    return observed(
        t, at=solved_at(t), ref=t.ticket_id, owner=t.contact_key,
        is_unknown=~t[knows] | t[column].isnull(), hit=t[column] >= least,
    )  # fmt: skip


def _issues(workspace: Workspace, as_of: datetime) -> ir.Table:
    i = issue_facts(workspace)
    until = known_until(workspace, i, as_of, "tickets")
    ends = i.resolved_at
    return observed(
        i, at=i.opened_at, ref=i.ticket_id, owner=i.contact_key, value=i.n_tickets,
        is_immature=ends.isnull() | is_open_window(ends, ISSUE_DAYS, until),
    )  # fmt: skip


_LEFT_OUT = "spam, merged and deleted tickets; tickets without assignee history"
_GROUPS = "spam, merged and deleted tickets; tickets without group history"
_SOLVED = "tickets first solved in the period"
HANDOFFS = Metric(
    name="handoffs",
    version=1,
    label="Handoffs per ticket",
    question="How often does a ticket change hands?",
    formula="Mean changes from one assignee to another, per ticket; the first assignment, repeats "
    "and pauses without an assignee are none.",
    unit="handoffs",
    better="lower",
    kind=Kind.MEAN,
    needs=(TICKETS, ASSIGNMENTS),
    basis=_SOLVED,
    observations=partial(_hands, column="n_handoffs", knows="knows_assignees"),
    exclusions=_LEFT_OUT,
    needs_value="assignee history (L2)",
    source="own definition: assignee stints less one",
    variants=(
        Variant("group", "Mean changes from one group to another, per ticket.",
                "this workbench; Zammad's ticket moves",
                {"observations": partial(_hands, column="group_n_handoffs", knows="knows_groups"),
                 "exclusions": _GROUPS, "needs_value": "group history (L2)"}),
        Variant("stations", "Mean times an assignee was set, per ticket: the first assignment and "
                "a return count.", "Zendesk 'assignee stations'",
                {"observations": partial(_hands, column="n_stations", knows="knows_assignees")}),
        Variant("commenters", "Mean number of people who wrote anything on the ticket, private "
                "notes included: one is no handoff.", "dbt_zendesk count_ticket_handoffs",
                {"observations": partial(_authors, column="n_commenters", less=0),
                 "needs": (TICKETS, MESSAGES), "needs_value": "messages with their authors (L1)",
                 "exclusions": "spam, merged and deleted tickets; tickets nobody wrote on"}),
        Variant("seen_by_customer", "Mean number of people who wrote to the customer, less one.",
                "this workbench: what the customer notices",
                {"observations": partial(_authors, column="n_public_authors", less=1),
                 "needs": (TICKETS, MESSAGES), "needs_value": "messages with their authors (L1)",
                 "exclusions": "spam, merged and deleted tickets; tickets without a reply"}),
    ),
)  # fmt: skip

HANDED_OFF_SHARE = Metric(
    name="handed_off_share",
    version=1,
    label="Tickets handed off",
    question="What share of tickets changes hands at all?",
    formula="Of tickets first solved, those with at least one change from one assignee to another.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS, ASSIGNMENTS),
    basis=_SOLVED,
    observations=partial(_shares, column="n_handoffs", knows="knows_assignees"),
    exclusions=_LEFT_OUT,
    needs_value="assignee history (L2)",
    source="own definition",
    variants=(
        Variant("group", "Of tickets first solved, those that went from one group to another.",
                "Zammad's ticket moves",
                {"observations": partial(_shares, column="group_n_handoffs", knows="knows_groups"),
                 "exclusions": _GROUPS, "needs_value": "group history (L2)"}),
    ),
)  # fmt: skip

PING_PONG_RATE = Metric(
    name="ping_pong_rate",
    version=1,
    label="Ping-pong rate",
    question="What share of tickets returns to a team that had given it away?",
    formula="Of tickets first solved, those handed back at least once to a group that had held "
    "them before.",
    unit="share",
    better="lower",
    kind=Kind.SHARE,
    needs=(TICKETS, ASSIGNMENTS),
    basis=_SOLVED,
    observations=partial(_shares, column="group_n_returns", knows="knows_groups"),
    exclusions=_GROUPS,
    needs_value="group history (L2)",
    source="own definition: A, B, A",
    variants=(
        Variant("assignee", "Of tickets first solved, those handed back to a person who had held "
                "them before.", "this workbench",
                {"observations": partial(_shares, column="n_returns", knows="knows_assignees"),
                 "exclusions": _LEFT_OUT, "needs_value": "assignee history (L2)"}),
    ),
)  # fmt: skip

TICKETS_PER_ISSUE = Metric(
    name="tickets_per_issue",
    version=1,
    label="Tickets per issue",
    question="How many tickets does one problem of one customer take?",
    formula="Mean inbound tickets per issue: a ticket and every further one of the same customer "
    "opened within 7 days after the one before was last solved.",
    unit="per issue",
    better="lower",
    kind=Kind.MEAN,
    needs=(TICKETS,),
    basis="issues by their first ticket",
    observations=_issues,
    window_days=ISSUE_DAYS,
    exclusions="spam, merged, deleted and agent-started tickets; tickets of unknown customers",
    counts="issues",
    source="own definition; contacts per resolution without reopenings",
)
