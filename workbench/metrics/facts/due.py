"""When is each promise due? The list a team lead works off in the morning."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.definitions.business_time import BusinessClock
from workbench.metrics.business_hours import schedules
from workbench.metrics.facts.promises import PROMISES, lacks_policies, promise_facts
from workbench.workspace import Workspace

_COLUMNS = (
    "source", "ticket_id", "created_at", "team", "agent", "tier", "status", "priority_applied",
    "policy", "clock", "schedule", "target_seconds", "still_seconds", "elapsed_seconds", "state",
)  # fmt: skip


def promises_due(workspace: Workspace) -> pd.DataFrame:
    """When is, or was, each promise due?

    One row per ticket and promise (``promise``: first_reply, resolution), in the shape of
    `promise_facts`, with ``due_at``: the moment at which the policy's minutes have passed on its
    own clock, pauses so far taken off. Empty while the clock stands still (``pending``), because
    it then moves with every minute. No rows without policies.
    """
    parts = [
        promise_facts(workspace, promise).select(*_COLUMNS).to_pandas().assign(promise=promise)
        for promise in PROMISES
        if not lacks_policies(workspace, promise)
    ]
    if not parts:
        return pd.DataFrame(columns=[*_COLUMNS, "promise", "due_at"])
    rows = pd.concat(parts, ignore_index=True)
    due = pd.Series(np.nan, index=rows.index)
    for (clock, schedule), part in rows.groupby(["clock", "schedule"], dropna=False):
        due[part.index] = _due(workspace, part, str(clock), schedule)
    due[rows["state"] == "pending"] = np.nan
    rows["due_at"] = pd.to_datetime(due, unit="s", utc=True).astype("datetime64[us, UTC]")
    return rows.sort_values(["due_at", "source", "ticket_id", "promise"], ignore_index=True)


def _due(workspace: Workspace, part: pd.DataFrame, clock: str, schedule: object) -> np.ndarray:
    begun = part["created_at"].dt.as_unit("s").astype("int64").to_numpy()
    allowed = (part["target_seconds"] + part["still_seconds"]).to_numpy(dtype=np.int64)
    if clock != "business":
        return np.asarray(begun + allowed, dtype=np.float64)
    hours = schedules(workspace)[str(schedule)]
    first, last = (pd.Timestamp(moment, unit="s").date() for moment in (begun.min(), begun.max()))
    return np.asarray(BusinessClock(hours, first, last).due(begun, allowed), dtype=np.float64)
