"""Labellings of tickets for tests: by hand, and the sample's own truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from hand_made import Log

from workbench.drivers.labelled import UNCLEAR, Driver, LabelledTickets
from workbench.workspace import Workspace

ROOT = Path(__file__).parents[1]
THEMES = {
    "where_is_my_order": "delivery", "address_change": "delivery", "refund_request": "money",
    "discount_code": "money", "loyalty_or_gift_card": "money", "app_login": "account",
    "subscription_change": "account", "wrong_item": "faults", "grinder_defect": "faults",
    "damaged_or_missing_item": "faults",
}  # fmt: skip


def by_name(log: Log, *, basis: str = "catalogue", **changes: Mapping[str, Any]) -> LabelledTickets:
    """Tickets called ``late-1`` have the driver ``late``; ``changes`` are fields of its `Driver`.

    A ticket called ``unclear-1`` has none.
    """
    tickets = [
        (t["source"], t["ticket_id"], t["ticket_id"].split("-")[0]) for t in log.tables["tickets"]
    ]
    names = dict.fromkeys([name for *_, name in tickets if name != UNCLEAR] + list(changes))
    drivers = {
        f"id-{name}": replace(
            Driver(f"id-{name}", name, name, f"theme of {name}"), **changes.get(name, {})
        )
        for name in names
    }
    rows = [
        (source, ticket, f"id-{name}" if name != UNCLEAR else "", name, "", 1.0)
        for source, ticket, name in tickets
    ]
    columns = ["source", "ticket_id", "driver_id", "driver", "theme", "confidence"]
    return LabelledTickets(pd.DataFrame(rows, columns=columns), drivers, basis)


def written(log: Log, month: str, **numbers: int) -> None:
    """So many tickets of each driver, spread over the days of a month such as ``2025-06``."""
    for name, n in numbers.items():
        for i in range(n):
            day = f"{month}-{1 + i % 28:02} 09:00"
            log.row(
                f"{name}-{month}-{i}", day, f"{name}{i}", subject=f"About {name}", source="desk"
            )


def true_labels(workspace: Workspace) -> LabelledTickets:
    """The sample's contacts by their true reason; what was born with the app release is known."""
    told = pd.read_csv(ROOT / "data/sample/truth_reasons.csv.gz", dtype=str)
    told = told[~told["reason"].isin(["spam", "outreach"])]
    tickets = workspace.table("tickets").select("source", "ticket_id", "created_at").to_pandas()
    frame = tickets.merge(told, on="ticket_id").sort_values("created_at")
    drivers = {}
    for reason, rows in frame.groupby("reason"):
        first = rows.iloc[0]
        born = first["created_at"].date() if reason == "app_login" else None
        examples = tuple(rows[["source", "ticket_id"]].head(2).itertuples(index=False, name=None))
        name = str(reason).replace("_", " ")
        drivers[str(reason)] = Driver(
            str(reason), name, name, THEMES.get(str(reason), "orders"), "active", born, examples
        )
    frame = frame.assign(
        driver_id=frame["reason"], driver=frame["reason"].str.replace("_", " "), confidence=1.0,
        theme=frame["reason"].map(THEMES).fillna("orders"),
    )  # fmt: skip
    columns = ["source", "ticket_id", "driver_id", "driver", "theme", "confidence"]
    return LabelledTickets(frame[columns].reset_index(drop=True), drivers, "catalogue")
