"""What a business decides rather than exports: owners, promises, hours, holidays, targets."""

from __future__ import annotations

from workbench.tables.schema import Column, Kind, Table, provenance

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCKS = ("calendar", "business")
DIRECTIONS = ("at_least", "at_most")

OWNERSHIP_MAP = Table(
    "ownership_map",
    grain="one row per category and tier",
    key=("source", "category", "tier"),
    columns=(
        Column("category", Kind.TEXT, "kind of problem: bug, refund, VIP, …", required=True),
        Column("tier", Kind.TEXT, "support tier it holds for, 1 to 3 or all", default="all"),
        Column("owner", Kind.TEXT, "who must decide", required=True, personal="staff"),
        Column("backup", Kind.TEXT, "who decides while the owner is away", personal="staff"),
        Column("ack_min", Kind.INTEGER, "time to acknowledge", "minutes"),
        Column("decide_min", Kind.INTEGER, "time to decide", "minutes"),
        Column("clock", Kind.TEXT, "which minutes count", allowed=CLOCKS, default="calendar"),
        Column("channel", Kind.TEXT, "where to raise it", personal="staff"),
        Column("reviewed_at", Kind.TIME, "when the row was last confirmed"),
        *provenance(),
    ),
)

SLA_POLICIES = Table(
    "sla_policies",
    grain="one row per policy, metric, priority and tier",
    key=("source", "policy", "metric", "priority", "tier"),
    columns=(
        Column("policy", Kind.TEXT, "name of the policy", required=True),
        Column("metric", Kind.TEXT, "what is promised: first_reply, resolution, …", required=True),
        Column("priority", Kind.TEXT, "priority it holds for, or all", default="all"),
        Column("tier", Kind.TEXT, "support tier it holds for, 1 to 3 or all", default="all"),
        Column("target_min", Kind.INTEGER, "promised at most", "minutes", required=True),
        Column("clock", Kind.TEXT, "which minutes count", allowed=CLOCKS, default="calendar"),
        Column("schedule", Kind.TEXT, "business hours it runs on, from `schedules`"),
        Column("pause_statuses", Kind.LIST, "statuses in which the clock stands still"),
        *provenance(),
    ),
)

SCHEDULES = Table(
    "schedules",
    grain="one row per shift of a weekday",
    key=("source", "schedule", "day", "shift"),
    columns=(
        Column("schedule", Kind.TEXT, "name of the schedule", required=True),
        Column("tz", Kind.TEXT, "time zone of its hours", required=True, form="zone"),
        Column("day", Kind.TEXT, "weekday", required=True, allowed=DAYS),
        Column("shift", Kind.INTEGER, "its place in the day, from 1: a day may have two shifts"),
        Column("opens", Kind.TEXT, "first minute, local time", "HH:MM", required=True,
               form="clock"),
        Column("closes", Kind.TEXT, "first minute after it", "HH:MM", required=True, form="clock"),
        *provenance(),
    ),
)  # fmt: skip

HOLIDAYS = Table(
    "holidays",
    grain="one row per schedule and day off",
    key=("source", "schedule", "date"),
    columns=(
        Column("schedule", Kind.TEXT, "schedule that rests", required=True),
        Column("date", Kind.TEXT, "the day, in the schedule's own zone", "YYYY-MM-DD",
               required=True, form="date"),
        Column("label", Kind.TEXT, "what it is called"),
        *provenance(),
    ),
)  # fmt: skip

TARGETS = Table(
    "targets",
    grain="one row per metric and team",
    key=("source", "metric", "team"),
    columns=(
        Column("metric", Kind.TEXT, "name of the metric", required=True),
        Column("team", Kind.TEXT, "team it holds for, or all", default="all"),
        Column("target", Kind.NUMBER, "the bound; shares as fractions", "the metric's",
               required=True),
        Column("direction", Kind.TEXT, "which side is good", required=True, allowed=DIRECTIONS),
        *provenance(),
    ),
)  # fmt: skip

SETTINGS = (OWNERSHIP_MAP, SLA_POLICIES, SCHEDULES, HOLIDAYS, TARGETS)
