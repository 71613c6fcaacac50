"""How support is run: quality reviews, escalations, costs, and what happened around it."""

from __future__ import annotations

from workbench.tables.schema import Column, Kind, Table, provenance

QA_RATINGS = Table(
    "qa_ratings",
    grain="one row per review and scorecard category",
    key=("source", "review_id", "category"),
    clock=("at",),
    columns=(
        Column("review_id", Kind.TEXT, "the review", required=True),
        Column("category", Kind.TEXT, "scorecard category", required=True),
        Column("session_id", Kind.TEXT, "calibration session, where it was one"),
        Column("ticket_id", Kind.TEXT, "the reviewed ticket"),
        Column("reviewee_id", Kind.TEXT, "the agent under review"),
        Column("reviewer_id", Kind.TEXT, "who reviewed"),
        Column("reviewer_org", Kind.TEXT, "reviewer's organisation", personal="staff"),
        Column("at", Kind.TIME, "when it was reviewed", required=True),
        Column("scorecard", Kind.TEXT, "scorecard's name and version"),
        Column("score", Kind.NUMBER, "points given"),
        Column("max_score", Kind.NUMBER, "points possible"),
        Column("weight", Kind.NUMBER, "weight of the category"),
        Column("is_critical", Kind.BOOLEAN, "failing it fails the ticket"),
        Column("is_not_applicable", Kind.BOOLEAN, "category did not apply"),
        Column("is_calibration", Kind.BOOLEAN, "several reviewers scored the same ticket"),
        Column("is_simulated", Kind.BOOLEAN, "a reverse-test ticket, not a customer's"),
        *provenance(),
    ),
)

ESCALATIONS = Table(
    "escalations",
    grain="one row per escalation",
    key=("source", "escalation_id"),
    clock=("at",),
    columns=(
        Column("escalation_id", Kind.TEXT, "identifier", required=True),
        Column("ticket_id", Kind.TEXT, "the escalated ticket"),
        Column("at", Kind.TIME, "when it was handed over", required=True),
        Column("category", Kind.TEXT, "kind: bug, refund, VIP, …"),
        Column("from_team", Kind.TEXT, "team that handed over", personal="staff"),
        Column("owner", Kind.TEXT, "who must decide", personal="staff"),
        Column("tier", Kind.INTEGER, "tier it went to"),
        Column("channel", Kind.TEXT, "where it was raised"),
        Column("ack_at", Kind.TIME, "when the owner acknowledged"),
        Column("decided_at", Kind.TIME, "when the owner decided"),
        Column("loop_closed_at", Kind.TIME, "when support learned the outcome"),
        Column("customer_told_at", Kind.TIME, "when the customer learned the outcome"),
        Column("outcome", Kind.TEXT, "decision"),
        Column("was_returned", Kind.BOOLEAN, "sent back as incomplete or misrouted"),
        Column(
            "origin", Kind.TEXT, "recorded by people or derived", allowed=("recorded", "derived")
        ),
        *provenance(),
    ),
)

COSTS = Table(
    "costs",
    grain="one row per month, team and component",
    key=("source", "month", "team", "component"),
    clock=("month",),
    columns=(
        Column("month", Kind.TIME, "first day of the month", required=True),
        Column("team", Kind.TEXT, "team that costs", required=True),
        Column(
            "component", Kind.TEXT, "labour, vendor, tool, management, training, …", required=True
        ),
        Column("amount", Kind.MONEY, "cost", "currency", required=True),
        Column("currency", Kind.TEXT, "three-letter code"),
        *provenance(),
    ),
)

CALENDAR_EVENTS = Table(
    "calendar_events",
    grain="one row per dated happening",
    key=("source", "event_id"),
    clock=("at",),
    columns=(
        Column("event_id", Kind.TEXT, "identifier", required=True),
        Column("at", Kind.TIME, "when it happened", required=True),
        Column("kind", Kind.TEXT, "campaign, release, outage, policy, hire, go_live, …"),
        Column("label", Kind.TEXT, "what a chart prints beside it"),
        Column("scope", Kind.TEXT, "team, product or market concerned"),
        *provenance(),
    ),
)
