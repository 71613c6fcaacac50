"""Who takes part: agents, their teams, customers, and how new agents come on board."""

from __future__ import annotations

from workbench.tables.schema import Column, Kind, Table, provenance

ROLES = ("agent", "lead", "qa", "founder", "ops", "eng", "mktg", "bot")

AGENTS = Table(
    "agents",
    grain="one row per agent",
    key=("source", "agent_id"),
    order_by="updated_at",
    columns=(
        Column("agent_id", Kind.TEXT, "identifier in the help desk", required=True),
        Column("name", Kind.TEXT, "name as exported", personal="staff"),
        Column("updated_at", Kind.TIME, "last change the help desk recorded"),
        Column("group_id", Kind.TEXT, "the group the agent belongs to"),
        Column("tier", Kind.INTEGER, "support tier, 1 to 3"),
        Column("role", Kind.TEXT, "role", allowed=ROLES),
        Column("valid_from", Kind.TIME, "first day in this role"),
        Column("valid_to", Kind.TIME, "last day in this role"),
        Column("go_live_at", Kind.TIME, "first day with customers"),
        *provenance(),
    ),
)

TEAMS = Table(
    "teams",
    grain="one row per group of agents",
    key=("source", "group_id"),
    columns=(
        Column("group_id", Kind.TEXT, "identifier in the help desk", required=True),
        Column("team", Kind.TEXT, "name a report shows", required=True, personal="staff"),
        Column("org", Kind.TEXT, "who employs them", allowed=("internal", "vendor", "bot")),
        Column("vendor", Kind.TEXT, "vendor's name", personal="staff"),
        Column("site", Kind.TEXT, "where they sit", personal="staff"),
        *provenance(),
    ),
)

CUSTOMERS = Table(
    "customers",
    grain="one row per customer of one source",
    key=("source", "customer_id"),
    order_by="updated_at",
    columns=(
        Column(
            "customer_id", Kind.TEXT, "identifier in that source", required=True, personal="key"
        ),
        Column(
            "customer_key",
            Kind.TEXT,
            "the person across sources: from the e-mail address",
            personal="key",
        ),
        Column("updated_at", Kind.TIME, "last change the source recorded"),
        Column("first_seen", Kind.TIME, "when the source first knew them"),
        Column("vip", Kind.BOOLEAN, "flagged as important"),
        Column("segment", Kind.TEXT, "segment or plan"),
        Column("value", Kind.MONEY, "lifetime value", "currency"),
        *provenance(),
    ),
    notes="Also the identity map: tickets know a `customer_id`, shops know an e-mail address.",
)

ONBOARDING = Table(
    "onboarding",
    grain="one row per agent and onboarding phase",
    key=("source", "agent_id", "phase"),
    columns=(
        Column("agent_id", Kind.TEXT, "the new agent", required=True),
        Column("phase", Kind.TEXT, "phase of the plan", required=True),
        Column("starts_at", Kind.TIME, "start of the phase"),
        Column("ends_at", Kind.TIME, "end of the phase"),
        Column("hours", Kind.NUMBER, "training received", "hours"),
        Column("score", Kind.NUMBER, "score reached"),
        Column("bar", Kind.NUMBER, "score needed"),
        *provenance(),
    ),
)
