"""All canonical tables by name, and the page that documents them."""

from __future__ import annotations

import difflib

from workbench.errors import UsageError
from workbench.tables.helpdesk import EVENTS, MESSAGES, SURVEYS, TICKETS
from workbench.tables.operations import CALENDAR_EVENTS, COSTS, ESCALATIONS, QA_RATINGS
from workbench.tables.people import AGENTS, CUSTOMERS, ONBOARDING, TEAMS
from workbench.tables.schema import Table
from workbench.tables.settings import SETTINGS
from workbench.tables.shop import (
    CHURN_EVENTS,
    DISPUTES,
    ORDER_LINES,
    ORDERS,
    PAYMENTS,
    REFUNDS,
    REVIEWS,
    SUBSCRIPTIONS,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        TICKETS, MESSAGES, EVENTS, SURVEYS,
        AGENTS, TEAMS, CUSTOMERS, ONBOARDING,
        ORDERS, ORDER_LINES, PAYMENTS, REFUNDS, DISPUTES, SUBSCRIPTIONS, CHURN_EVENTS, REVIEWS,
        QA_RATINGS, ESCALATIONS, COSTS, CALENDAR_EVENTS,
        *SETTINGS,
    )
}  # fmt: skip


def table_named(name: str) -> Table:
    """The declaration called ``name``, or a `UsageError` that names the nearest."""
    if name in TABLES:
        return TABLES[name]
    near = difflib.get_close_matches(name, TABLES, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(TABLES)}."
    raise UsageError(f"there is no canonical table {name!r}.", fix=hint)


def tables_page() -> str:
    """``docs/tables.md``, generated from the declarations."""
    head = (
        "# Canonical tables\n\n"
        "Generated from `workbench/tables/`; do not edit. `make docs` writes it anew.\n\n"
        "Times are UTC to the microsecond, identifiers are text, money is decimal with its\n"
        "currency beside it. A `?` after a type means the column may be empty. Every export\n"
        "keeps fields the tables do not know under `custom`.\n\n"
    )
    return head + "\n".join(table.describe() for table in TABLES.values())
