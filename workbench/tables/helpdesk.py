"""What a help desk exports: tickets, what was said, what changed, how customers rated it."""

from __future__ import annotations

from workbench.tables.schema import Column, Kind, Table, provenance

STATUSES = ("new", "open", "pending", "hold", "solved", "closed", "deleted")
DONE = ("solved", "closed")
CHANGES_OF_HOLDER = ("assignee", "group")
AUTHOR_ROLES = ("customer", "agent", "bot", "system")

TICKETS = Table(
    "tickets",
    grain="one row per ticket, as the export last saw it",
    key=("source", "ticket_id"),
    order_by="updated_at",
    clock=("created_at", "updated_at", "last_solved_at", "closed_at"),
    columns=(
        Column("ticket_id", Kind.TEXT, "identifier in the help desk", required=True),
        Column("created_at", Kind.TIME, "when the customer first wrote", required=True),
        Column("updated_at", Kind.TIME, "last change the help desk recorded"),
        Column("status", Kind.TEXT, "state at the end of the data", allowed=STATUSES),
        Column(
            "channel", Kind.TEXT, "how the customer wrote: email, chat, web, phone, …", form="word"
        ),
        Column("subject", Kind.TEXT, "subject line", personal="text"),
        Column("description", Kind.TEXT, "the customer's first message", personal="text"),
        Column("requester_key", Kind.TEXT, "who asked, within this source", personal="key"),
        Column("org_id", Kind.TEXT, "the customer's organisation", personal="reference"),
        Column("priority", Kind.TEXT, "priority as exported, lower case", form="word"),
        Column("type", Kind.TEXT, "ticket type as exported"),
        Column("group_id", Kind.TEXT, "the group that holds it; its name is in `teams`"),
        Column("assignee_id", Kind.TEXT, "the agent who holds it"),
        Column("tier", Kind.INTEGER, "support tier, 1 to 3"),
        Column("brand", Kind.TEXT, "brand or storefront"),
        Column("language", Kind.TEXT, "language code, where exported"),
        Column("tags", Kind.LIST, "tags at the end of the data", personal="text"),
        Column(
            "reason_raw", Kind.TEXT, "contact reason as the help desk recorded it", personal="text"
        ),
        Column(
            "order_ref",
            Kind.TEXT,
            "order name the ticket is about, such as #1001",
            personal="reference",
        ),
        Column("agent_initiated", Kind.BOOLEAN, "true where an agent opened it"),
        Column("is_spam", Kind.BOOLEAN, "true for spam"),
        Column(
            "merged_into",
            Kind.TEXT,
            "the ticket it was merged into, or 'merged' if unnamed",
            personal="reference",
        ),
        Column("first_reply_at", Kind.TIME, "first public agent reply, where exported as a time"),
        Column("first_solved_at", Kind.TIME, "first time solved, where exported"),
        Column("last_solved_at", Kind.TIME, "last time solved, where exported"),
        Column("closed_at", Kind.TIME, "when closed for good, where exported"),
        Column("n_public_agent", Kind.INTEGER, "public agent replies as the export counts them"),
        Column("n_customer", Kind.INTEGER, "customer messages as the export counts them"),
        Column("n_reopens", Kind.INTEGER, "reopens as the export counts them"),
        Column("n_reassignments", Kind.INTEGER, "changes of holder as the export counts them"),
        Column("sla_met", Kind.BOOLEAN, "whether the export itself says its SLA was met"),
        Column("reported_first_reply", Kind.NUMBER, "first reply time, as reported", "minutes"),
        Column("reported_resolution", Kind.NUMBER, "full resolution time, reported", "minutes"),
        *provenance(),
    ),
)

MESSAGES = Table(
    "messages",
    grain="one row per message or private note",
    key=("source", "message_id"),
    clock=("at",),
    columns=(
        Column("message_id", Kind.TEXT, "identifier in the help desk", required=True),
        Column("ticket_id", Kind.TEXT, "the ticket it belongs to", required=True),
        Column("at", Kind.TIME, "when it was written", required=True),
        Column("author_id", Kind.TEXT, "who wrote it: the help desk's own number"),
        Column("author_role", Kind.TEXT, "kind of author", allowed=AUTHOR_ROLES),
        Column("is_public", Kind.BOOLEAN, "true where the customer can read it"),
        Column("is_automated", Kind.BOOLEAN, "true where a rule or bot sent it"),
        Column("channel", Kind.TEXT, "channel of this message"),
        Column("body", Kind.TEXT, "text", personal="text"),
        *provenance(),
    ),
)

EVENTS = Table(
    "events",
    grain="one row per change of one field of a ticket",
    key=("source", "event_id"),
    clock=("at",),
    columns=(
        Column("event_id", Kind.TEXT, "identifier, or ticket/record/field", required=True),
        Column("ticket_id", Kind.TEXT, "the ticket that changed", required=True),
        Column("at", Kind.TIME, "when it changed", required=True),
        Column("seq", Kind.INTEGER, "order among the ticket's changes at one moment"),
        Column("actor_id", Kind.TEXT, "who changed it"),
        Column("field", Kind.TEXT, "status, assignee, group, priority, …", required=True),
        Column("old", Kind.TEXT, "value before; empty at creation", personal="change"),
        Column("new", Kind.TEXT, "value after", personal="change"),
        *provenance(),
    ),
)

SURVEYS = Table(
    "surveys",
    grain="one row per ticket and kind of survey",
    key=("source", "ticket_id", "kind"),
    order_by="updated_at",
    # No clock: most help desks do not date a rating, and one that does must not make it seem as
    # if the ratings of the others began and ended with its own. A rating reaches as far as its
    # tickets do.
    columns=(
        Column("ticket_id", Kind.TEXT, "the ticket that was rated", required=True),
        Column("kind", Kind.TEXT, "what was asked", required=True, allowed=("csat", "nps", "ces")),
        Column(
            "updated_at", Kind.TIME, "last change of the rated ticket: an older export is older"
        ),
        Column("offered_at", Kind.TIME, "when the survey was sent, where known"),
        Column("answered_at", Kind.TIME, "when the customer answered, where known"),
        Column("raw", Kind.TEXT, "the answer as exported; empty while unanswered", personal="text"),
        Column("scale", Kind.TEXT, "binary, 1-3, 1-5, 1-10 or emoji"),
        Column("good", Kind.BOOLEAN, "satisfied; empty while unanswered (unanswered is not bad)"),
        Column("comment", Kind.TEXT, "what the customer added", personal="text"),
        *provenance(),
    ),
)
