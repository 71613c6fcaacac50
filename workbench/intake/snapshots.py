"""An audit-log export: several rows per ticket, one per change.

The last row is the ticket; differences between neighbouring rows are its events.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from workbench.tables.helpdesk import EVENTS

# Ticket columns whose changes become events, and what the events call them.
_WATCHED = {
    "status": "status", "assignee_id": "assignee", "group_id": "group", "priority": "priority",
}  # fmt: skip


def last_rows(
    connection: duckdb.DuckDBPyConnection, rows: pa.Table, key: tuple[str, ...], order_by: str
) -> pa.Table:
    """One row per key: the latest by ``order_by``, by place in the file where that is equal."""
    # One record may give several rows, so a row's place is its own.
    placed = rows.append_column("_place", pa.array(range(rows.num_rows), pa.int64()))
    connection.register("keyed", placed)
    order = f'"{order_by}" DESC NULLS LAST, ' if order_by else ""
    keys = ", ".join(f'"{k}"' for k in key)
    found = connection.sql(
        f"SELECT * EXCLUDE (_place) FROM keyed QUALIFY row_number() OVER (PARTITION BY {keys} "
        f"ORDER BY {order}_record DESC, _place DESC) = 1 ORDER BY _place"
    ).to_arrow_table()
    connection.unregister("keyed")
    return found.cast(rows.schema)


def changes(connection: duckdb.DuckDBPyConnection, snapshots: pa.Table) -> pa.Table:
    """The events hidden in snapshot rows of tickets: the first state, then every difference.

    One row per change of a watched field, in the shape of ``events`` plus ``_record``.
    """
    connection.register("snapshots", snapshots)
    parts = []
    for column, name in _WATCHED.items():
        parts.append(
            f"""SELECT _record, ticket_id, updated_at AS "at", '{name}' AS field, old, new, source
            FROM (SELECT *, "{column}" AS new,
                         lag("{column}") OVER earlier AS old,
                         row_number() OVER earlier AS place
                  FROM snapshots
                  WINDOW earlier AS (PARTITION BY source, ticket_id ORDER BY updated_at, _record))
            WHERE CASE WHEN place = 1 THEN new IS NOT NULL ELSE new IS DISTINCT FROM old END"""
        )
    found = connection.sql(
        f"""SELECT _record, ticket_id || '/' || _record || '/' || field AS event_id,
                   ticket_id, "at",
                   row_number() OVER (PARTITION BY source, ticket_id ORDER BY "at", _record, field)
                     AS seq,
                   NULL AS actor_id, field, old, new, NULL AS custom, source,
                   _record AS source_row
            FROM ({" UNION ALL ".join(parts)}) ORDER BY _record, field"""
    ).to_arrow_table()
    connection.unregister("snapshots")
    return found.cast(pa.schema([pa.field("_record", pa.int64()), *EVENTS.schema]))
