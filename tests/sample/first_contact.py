"""Was the first reply enough? Told from raw exports only, the same for every help desk."""

from __future__ import annotations

import pandas as pd
from sample_exports import Exports

WEEK = pd.Timedelta("7D")


def ordinary(exports: Exports) -> pd.DataFrame:
    """Tickets customers opened, without spam and merged ones."""
    tickets = exports.tickets
    by_customer = tickets["submitter"] == tickets["requester"]
    return tickets[by_customer & ~tickets["merged"] & ~tickets["spam"]]


def first_contact(exports: Exports) -> pd.DataFrame:
    """Matured solved tickets with whether the first reply was enough."""
    changes = exports.status_changes
    solved = changes[changes["to"] == "solved"].groupby("id")["at"].min().rename("solved")
    back = changes[(changes["from"] == "solved") & (changes["to"] == "open")]
    reopened = back.groupby("id")["at"].min().rename("reopened")
    tickets = ordinary(exports).join(solved, on="id").join(reopened, on="id")
    tickets = tickets[tickets["solved"] <= exports.as_of - WEEK]
    contacts = ordinary(exports)[["requester", "created"]].rename(columns={"created": "next"})
    pairs = tickets[["id", "requester", "solved"]].merge(contacts, on="requester")
    again = pairs[(pairs["next"] > pairs["solved"]) & (pairs["next"] <= pairs["solved"] + WEEK)]
    enough = (
        (tickets["replies"] <= 1)
        & ~(tickets["reopened"] - tickets["solved"] <= WEEK)
        & ~tickets["id"].isin(again["id"])
    )
    return tickets.assign(enough=enough)


def trial_contacts(exports: Exports) -> pd.DataFrame:
    """Matured closed tickets of the vendor on trial with whether the first reply was enough."""
    rows = exports.gorgias
    tickets = pd.DataFrame(
        {
            "id": rows["Ticket id"].astype(int),
            "email": rows["Customer email"],
            "created": pd.to_datetime(rows["Creation date"], utc=True, errors="coerce"),
            "closed": pd.to_datetime(rows["Closed date"], utc=True, errors="coerce"),
            "replies": rows["Number of agent messages"].astype(int),
        }
    ).dropna(subset=["created"])
    solved = tickets[tickets["closed"] <= exports.as_of - WEEK]
    contacts = tickets[["email", "created"]].rename(columns={"created": "next"})
    pairs = solved[["id", "email", "created", "closed"]].merge(contacts, on="email")
    # A repeat follows the first close, which a reopened ticket's last close may come after.
    again = pairs[(pairs["next"] > pairs["created"]) & (pairs["next"] <= pairs["closed"] + WEEK)]
    return solved.assign(enough=(solved["replies"] <= 1) & ~solved["id"].isin(again["id"]))
