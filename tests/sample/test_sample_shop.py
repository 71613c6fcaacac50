"""Are the shop's two exports true to their vendors, and do they agree?"""

from __future__ import annotations

import csv
import gzip

import pandas as pd
import pytest
from sample_exports import Exports

STRIPE_HEADER = [
    *("id", "Created (UTC)", "Amount", "Currency", "Status", "Reason", "Charge ID"),
    *("Payment Intent ID", "Description", "Order (metadata)", "Customer Email", "Failure Reason"),
]
LINE_CELLS = {"Name", "Email", "Vendor"}


def test_shopify_header_is_the_whole_export(planted: Exports) -> None:
    columns = list(planted.order_rows.columns)
    assert len(columns) == 75
    assert columns[:4] == ["Name", "Email", "Financial Status", "Paid at"]
    assert columns[15] == "Created at"
    assert columns[-1] == "Payment References"


def test_order_cells_stand_on_the_first_row_only(planted: Exports) -> None:
    rows = planted.order_rows
    later = rows[rows["Name"].duplicated()]
    assert len(later) > 1000
    order_cells = [
        name for name in rows if name not in LINE_CELLS and not name.startswith("Lineitem")
    ]
    assert (later[order_cells] == "").all(axis=None)
    assert (rows.loc[~rows["Name"].duplicated(), "Created at"] != "").all()


def test_line_items_and_charges_make_the_total(planted: Exports) -> None:
    rows = planted.order_rows
    lines = rows["Lineitem price"].astype(float) * rows["Lineitem quantity"].astype(int)
    first = rows.drop_duplicates("Name").set_index("Name")
    money = first[["Subtotal", "Shipping", "Taxes", "Total", "Discount Amount"]].astype(float)
    subtotal = lines.groupby(rows["Name"]).sum() - money["Discount Amount"]
    assert (subtotal - money["Subtotal"]).abs().max() < 0.005
    total = money["Subtotal"] + money["Shipping"] + money["Taxes"]
    assert (total - money["Total"]).abs().max() < 0.005


def test_times_are_new_york_with_both_offsets(planted: Exports) -> None:
    created = planted.order_rows.loc[planted.order_rows["Created at"] != "", "Created at"]
    assert set(created.str[-5:]) == {"-0500", "-0400"}
    moments = pd.to_datetime(created, utc=True)
    there = moments.dt.tz_convert("America/New_York").dt.strftime("%Y-%m-%d %H:%M:%S %z")
    assert (there == created).all()
    assert moments.is_monotonic_increasing
    assert moments.min() >= pd.Timestamp("2024-01-01 05:00", tz="UTC")
    assert moments.max() <= planted.as_of


def test_zips_are_guarded_and_people_invented(planted: Exports) -> None:
    first = planted.order_rows.drop_duplicates("Name")
    assert first["Billing Zip"].str.fullmatch(r"'\d{5}").all()
    assert first["Email"].str.fullmatch(r"[a-z]+\d+@example\.(com|net|org)").all()


def test_refunded_amount_is_what_stripe_paid_back(planted: Exports) -> None:
    succeeded = planted.refunds[planted.refunds["Status"] == "succeeded"]
    paid = succeeded.groupby("Order (metadata)")["Amount"].sum()
    orders = planted.orders.set_index("name")
    assert set(planted.refunds["Order (metadata)"]) <= set(orders.index)
    difference = orders["refunded"] - paid.reindex(orders.index, fill_value=0.0)
    assert difference.abs().max() < 0.005
    status = orders["financial_status"]
    assert (status[orders["refunded"] == 0] == "paid").all()
    whole = (orders["refunded"] - orders["total"]).abs() < 0.005
    assert (status[whole] == "refunded").all()
    assert (status[(orders["refunded"] > 0) & ~whole] == "partially_refunded").all()


def test_stripe_export_has_the_dashboards_shape(planted: Exports) -> None:
    with gzip.open(planted.folder / "stripe/refunds.csv.gz", "rt") as file:
        assert next(csv.reader(file)) == STRIPE_HEADER
    refunds = planted.refunds
    assert refunds["id"].is_unique
    assert refunds["at"].is_monotonic_increasing
    assert set(refunds["Status"]) == {"succeeded", "failed"}
    failed = refunds["Status"] == "failed"
    assert 0 < failed.mean() < 0.08
    assert ((refunds["Failure Reason"] != "") == failed).all()
    ordered = refunds["Order (metadata)"].map(planted.orders.set_index("name")["created"])
    assert (refunds["at"] > ordered).all()
    assert refunds["at"].max() <= planted.as_of


def test_tickets_name_orders_of_their_requester(planted: Exports) -> None:
    named = planted.tickets.dropna(subset=["order"])
    assert len(named) > 0.5 * len(planted.tickets)
    email = named["requester"].map(planted.users.set_index("id")["email"])
    orders = planted.orders.set_index("name")
    assert (named["order"].map(orders["email"]) == email).all()
    assert (named["order"].map(orders["created"]) <= named["created"]).all()


def test_customers_reorder_every_four_to_six_weeks(planted: Exports) -> None:
    times = planted.orders.sort_values("created").groupby("email")["created"]
    gaps = times.diff().dropna().dt.days
    assert gaps.median() == pytest.approx(35, abs=3)
    assert (gaps > 90).mean() < 0.08
