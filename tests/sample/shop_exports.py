"""What an outsider works out of the raw files about money and operations."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sample_exports import Exports

WEEK, FORTNIGHT, MONTH = pd.Timedelta("7D"), pd.Timedelta("14D"), pd.Timedelta("30D")


def table(exports: Exports, name: str) -> pd.DataFrame:
    """A CSV file as text; empty cells are empty text."""
    return pd.read_csv(exports.folder / name, dtype=str, keep_default_na=False)


def moments(values: pd.Series) -> pd.Series:
    """UTC moments; empty text is no moment."""
    return pd.to_datetime(values.replace("", None), utc=True, format="mixed")


def contacts(exports: Exports) -> pd.DataFrame:
    """Tickets of Zendesk that customers opened, with stations, solve and whether they came back."""
    tickets = exports.tickets
    by_customer = tickets["submitter"] == tickets["requester"]
    tickets = tickets[by_customer & ~tickets["merged"] & ~tickets["spam"]]
    stations = {t["id"]: t["metric_set"]["assignee_stations"] for t in exports.raw_tickets}
    changes = exports.status_changes
    solved = changes[changes["to"] == "solved"].groupby("id")["at"].min()
    tickets = tickets.assign(
        stations=tickets["id"].map(stations), solved=tickets["id"].map(solved)
    ).sort_values("created")
    opened = tickets[["requester", "created", "order"]].rename(columns={"created": "next"})
    pairs = tickets[["id", "requester", "solved", "order"]].merge(opened, on="requester")
    unnamed = pairs["order_x"].isna() | pairs["order_y"].isna()
    pairs = pairs[unnamed | (pairs["order_x"] == pairs["order_y"])]  # not about another order
    again = pairs[(pairs["next"] > pairs["solved"]) & (pairs["next"] <= pairs["solved"] + WEEK)]
    complained = (tickets["reopens"] > 0) & (tickets["replies"] >= 2)
    return tickets.assign(came_back=complained | tickets["id"].isin(again["id"]))


def pooled_log_odds(frame: pd.DataFrame, exposed: str, hit: str, by: str) -> tuple[float, float]:
    """Log odds ratio pooled over strata with inverse variances, and its standard error."""
    parts = []
    for _, part in frame.groupby(by):
        a, b, c, d = (
            int(((part[exposed] == e) & (part[hit] == h)).sum()) + 0.5
            for e in (True, False)
            for h in (True, False)
        )
        parts.append((np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d))
    weights = [1 / variance for _, variance in parts]
    return float(np.average([log for log, _ in parts], weights=weights)), sum(weights) ** -0.5


def refund_contacts(exports: Exports, slow_hours: float) -> pd.DataFrame:
    """Order-related contacts with whether a refund followed, the reply was slow, it moved."""
    tickets = contacts(exports).dropna(subset=["order", "reply_minutes"])
    tickets = tickets[tickets["created"] <= exports.as_of - FORTNIGHT]
    paid = exports.refunds[exports.refunds["Status"] == "succeeded"]
    wait = tickets["order"].map(paid.groupby("Order (metadata)")["at"].max()) - tickets["created"]
    return tickets.assign(
        refunded=(wait >= pd.Timedelta(0)) & (wait <= FORTNIGHT),
        slow=tickets["reply_minutes"] > 60 * slow_hours,
        moved=tickets["stations"] > 1,
    )


def granted(exports: Exports) -> pd.DataFrame:
    """Refunds an agent granted, with whether the order was older than the policy allows."""
    refunds = exports.refunds[exports.refunds["Agent (metadata)"] != ""]
    refunds = refunds[refunds["Status"] == "succeeded"]
    ordered = refunds["Order (metadata)"].map(exports.orders.set_index("name")["created"])
    return refunds.assign(late=refunds["at"] - ordered > MONTH)


def disputed_orders(exports: Exports) -> pd.DataFrame:
    """Orders that tickets were about, with whether a dispute followed within 30 days."""
    tickets = contacts(exports).dropna(subset=["order", "solved"])
    tickets = tickets[tickets["solved"] <= exports.as_of - MONTH]
    vendor = tickets["group"] == exports.groups["Brightline"]
    tickets = tickets.assign(failed=vendor & tickets["came_back"])
    orders = tickets.groupby("order").agg(solved=("solved", "min"), failed=("failed", "any"))
    disputes = table(exports, "stripe/disputes.csv.gz").set_index("Order (metadata)")
    opened = moments(disputes["Dispute Created (UTC)"]).reindex(orders.index)
    wait = opened - orders["solved"]
    # A few days more, because an order may have had several tickets.
    hit = (wait >= pd.Timedelta(0)) & (wait <= MONTH + WEEK)
    return orders.assign(disputed=hit, all="all")


def qa_totals(exports: Exports) -> pd.DataFrame:
    """One row per review with its points of 100."""
    ratings = table(exports, "operations/qa_ratings.csv.gz")
    ratings = ratings[ratings["is_not_applicable"] == "false"]
    number = ratings[["score", "max_score", "weight"]].astype(float)
    ratings = ratings.assign(
        points=100 * number["weight"] * number["score"] / number["max_score"],
        weight=number["weight"],
    )
    key = ["review_id", "session_id", "ticket_id", "reviewer_org", "is_calibration"]
    totals = ratings.groupby(key, as_index=False)[["points", "weight"]].sum()
    return totals.assign(points=totals["points"] / totals["weight"])


def calibration_gaps(exports: Exports) -> pd.Series:
    """Points the vendor's reviewer gave more than the internal one, per calibration ticket."""
    totals = qa_totals(exports)
    totals = totals[totals["is_calibration"] == "true"]
    pairs = totals.pivot(index="ticket_id", columns="reviewer_org", values="points")
    return pairs["Brightline"] - pairs["internal"]


def vendor_cost_per_resolution(exports: Exports) -> pd.Series:
    """Dollars invoiced per ticket the vendor had solved in the month, by month."""
    costs = table(exports, "operations/costs.csv")
    costs = costs[(costs["team"] == "Brightline") & (costs["component"] == "vendor")]
    invoiced = costs.assign(amount=costs["amount"].astype(float), month=costs["month"].str[:7])
    merged = set(exports.tickets.loc[exports.tickets["merged"] | exports.tickets["spam"], "id"])
    months = [
        ticket["metric_set"]["solved_at"][:7]
        for ticket in exports.raw_tickets
        if ticket["group_id"] == exports.groups["Brightline"]
        and ticket["metric_set"]["solved_at"]
        and ticket["id"] not in merged
    ]
    solved = pd.Series(months).value_counts()
    return (invoiced.groupby("month")["amount"].sum() / solved).dropna().sort_index()
