"""An audit-log export: several rows per ticket, one per change.

The last row is the ticket; differences between neighbouring rows are its events.
"""

from __future__ import annotations

import duckdb

from workbench.tables.helpdesk import EVENTS

# Ticket columns whose changes become events, and what the events call them.
_WATCHED = {
    "status": "status", "assignee_id": "assignee", "group_id": "group", "priority": "priority",
}  # fmt: skip


def changes(
    connection: duckdb.DuckDBPyConnection, snapshots: str, name: str, *, in_order: str = "of_time"
) -> str:
    """The events hidden in snapshot rows of tickets: the first state, then every difference.

    Lays them down as table ``name`` of the engine, which it gives as a query: one row per change
    of a watched field, in the shape of ``events`` plus ``_record``. A log that is known to stand
    in order (``of_file``) is believed before its times, for a clock may have been set.
    """
    order = "_record" if in_order == "of_file" else "updated_at, _record"
    parts = []
    for column, field in _WATCHED.items():
        parts.append(
            f"""SELECT _record, ticket_id, updated_at AS "at", '{field}' AS field, old, new, source
            FROM (SELECT *, "{column}" AS new,
                         lag("{column}") OVER earlier AS old,
                         row_number() OVER earlier AS place
                  FROM {snapshots}
                  WINDOW earlier AS (PARTITION BY source, ticket_id ORDER BY {order}))
            WHERE CASE WHEN place = 1 THEN new IS NOT NULL ELSE new IS DISTINCT FROM old END"""
        )
    connection.execute(
        f"""CREATE OR REPLACE TABLE {name} AS
            SELECT _record, ticket_id || '/' || _record || '/' || field AS event_id,
                   ticket_id, "at",
                   row_number() OVER (PARTITION BY source, ticket_id ORDER BY "at", _record, field)
                     AS seq,
                   CAST(NULL AS VARCHAR) AS actor_id, field, old, new,
                   CAST(NULL AS VARCHAR) AS custom, source, _record AS source_row
            FROM ({" UNION ALL ".join(parts)}) ORDER BY _record, field"""
    )
    columns = ", ".join(f'"{column}"' for column in EVENTS.names)
    return f"(SELECT _record, {columns} FROM {name})"
