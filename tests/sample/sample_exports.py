"""A sample read back from its raw files only, as an outsider would."""

from __future__ import annotations

import gzip
import json
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd


class Exports:
    """The raw exports of one sample, as an outsider reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def truth(self) -> dict[str, Any]:
        return json.loads((self.folder / "truth.json").read_text())

    @property
    def as_of(self) -> pd.Timestamp:
        return pd.Timestamp(self.truth["as_of"])

    @cached_property
    def raw_tickets(self) -> list[dict[str, Any]]:
        return self._lines("zendesk/tickets.ndjson.gz")

    @cached_property
    def raw_audits(self) -> list[dict[str, Any]]:
        return self._lines("zendesk/audits.ndjson.gz")

    @cached_property
    def users(self) -> pd.DataFrame:
        return pd.DataFrame(self._lines("zendesk/users.ndjson.gz"))

    @cached_property
    def groups(self) -> dict[str, int]:
        answer = json.loads((self.folder / "zendesk/groups.json").read_text())
        return {group["name"]: group["id"] for group in answer["groups"]}

    @cached_property
    def tickets(self) -> pd.DataFrame:
        """One row per ticket."""
        rows = [
            {
                "id": ticket["id"],
                "created": ticket["created_at"],
                "requester": ticket["requester_id"],
                "submitter": ticket["submitter_id"],
                "group": ticket["group_id"],
                "assignee": ticket["assignee_id"],
                "status": ticket["status"],
                "merged": "closed_by_merge" in ticket["tags"],
                "spam": "spam" in ticket["tags"],
                "order": ticket["custom_fields"][0]["value"],
                "replies": ticket["metric_set"]["replies"],
                "reopens": ticket["metric_set"]["reopens"],
                "reply_minutes": ticket["metric_set"]["reply_time_in_minutes"]["calendar"],
                "score": ticket["satisfaction_rating"]["score"],
            }
            for ticket in self.raw_tickets
        ]
        tickets = pd.DataFrame(rows)
        tickets["created"] = pd.to_datetime(tickets["created"], utc=True)
        return tickets

    @cached_property
    def status_changes(self) -> pd.DataFrame:
        """One row per status a ticket got."""
        rows = [
            (audit["ticket_id"], audit["created_at"], event["value"], event.get("previous_value"))
            for audit in self.raw_audits
            for event in audit["events"]
            if event.get("field_name") == "status"
        ]
        changes = pd.DataFrame(rows, columns=["id", "at", "to", "from"])
        return changes.assign(at=pd.to_datetime(changes["at"], utc=True))

    @cached_property
    def gorgias(self) -> pd.DataFrame:
        """One row per ticket of the vendor on trial."""
        path = self.folder / "gorgias/tickets.csv.gz"
        return pd.read_csv(path, dtype=str, keep_default_na=False)

    @cached_property
    def freshdesk(self) -> pd.DataFrame:
        """One row per ticket of the help desk before."""
        path = self.folder / "freshdesk/tickets.csv.gz"
        return pd.read_csv(path, dtype=str, keep_default_na=False)

    @cached_property
    def escalations(self) -> pd.DataFrame:
        """One row per escalation."""
        path = self.folder / "operations/escalations.csv.gz"
        log = pd.read_csv(path, keep_default_na=False)
        return log.assign(at=pd.to_datetime(log["at"], utc=True))

    @cached_property
    def reasons(self) -> pd.Series:
        """The true contact reason by ticket number."""
        reasons = pd.read_csv(self.folder / self.truth["reasons"]["file"])
        return reasons.set_index("ticket_id")["reason"]

    @cached_property
    def order_rows(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "shopify/orders.csv.gz", dtype=str, keep_default_na=False)

    @cached_property
    def orders(self) -> pd.DataFrame:
        """One row per order."""
        first = self.order_rows.drop_duplicates("Name")
        return pd.DataFrame(
            {
                "name": first["Name"],
                "email": first["Email"],
                "created": pd.to_datetime(first["Created at"], utc=True),
                "total": first["Total"].astype(float),
                "refunded": first["Refunded Amount"].astype(float),
                "financial_status": first["Financial Status"],
            }
        ).reset_index(drop=True)

    @cached_property
    def refunds(self) -> pd.DataFrame:
        """One row per refund, failed ones included."""
        refunds = pd.read_csv(self.folder / "stripe/refunds.csv.gz", keep_default_na=False)
        return refunds.assign(at=pd.to_datetime(refunds["Created (UTC)"], utc=True))

    def _lines(self, name: str) -> list[dict[str, Any]]:
        with gzip.open(self.folder / name, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
