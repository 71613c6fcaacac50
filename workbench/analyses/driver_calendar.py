"""What stands in the calendar near something that happened? A coincidence, never a cause."""

from __future__ import annotations

import pandas as pd

from workbench.workspace import Workspace

NEAR_DAYS = 14
CALENDAR = "calendar_events"
NO_CALENDAR = "Whether anything coincides with a campaign or release needs calendar events."


def calendar(workspace: Workspace) -> pd.DataFrame:
    """Dated happenings: one row each with ``at`` (naive UTC), ``kind`` and ``label``, in order."""
    columns = ["at", "kind", "label"]
    if not workspace.has(CALENDAR):
        return pd.DataFrame(columns=columns)
    found = workspace.table(CALENDAR).select(*columns).order_by("at", "label").to_pandas()
    found["at"] = found["at"].dt.tz_localize(None)
    return found.fillna({"kind": "event", "label": ""})


def near(
    events: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, *, days: int = NEAR_DAYS
) -> pd.DataFrame:
    """The events from ``days`` before ``first`` up to the end of the day ``last``."""
    since, until = first - pd.Timedelta(days=days), last + pd.Timedelta(days=1)
    return events[(events["at"] >= since) & (events["at"] < until)]


def coincidence(events: pd.DataFrame) -> str:
    """The events in words: ``campaign “Bundle” (22 Nov 2024)``; empty without any."""
    told = []
    for kind, label, at in zip(events["kind"], events["label"], events["at"], strict=True):
        name = f"{kind} “{label}”" if label else f"{kind}"
        told.append(f"{name} ({at:%-d %b %Y})")
    return ", ".join(told)
