"""Which ticket has which contact driver, once somebody has found drivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ibis
import pyarrow as pa

from workbench.workspace import Workspace

DRIVERS = "ticket_drivers"  # the derived table: source, ticket_id, driver


def label_tickets(workspace: Workspace, drivers: Mapping[str, Iterable[str]]) -> None:
    """Say which ticket has which driver: columns ``source``, ``ticket_id`` and ``driver``."""
    rows = ibis.memtable(pa.table({name: pa.array(drivers[name], pa.string()) for name in drivers}))
    workspace.once(DRIVERS, lambda: rows)
