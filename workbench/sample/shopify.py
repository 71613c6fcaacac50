"""The Shopify orders export: one row per line item, order cells on an order's first row only."""

from __future__ import annotations

import csv
from typing import Any, TextIO

from workbench.sample.catalogue import CODES, PRODUCTS, Product
from workbench.sample.customers import Person
from workbench.sample.shop_time import ShopTime

_ADDRESS = (
    *("Name", "Street", "Address1", "Address2", "Company"),
    *("City", "Zip", "Province", "Country", "Phone"),
)
_TAXES = tuple(f"Tax {n} {part}" for n in range(1, 6) for part in ("Name", "Value"))

HEADER: tuple[str, ...] = (
    *("Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at"),
    *("Accepts Marketing", "Currency", "Subtotal", "Shipping", "Taxes", "Total"),
    *("Discount Code", "Discount Amount", "Shipping Method", "Created at"),
    *("Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price"),
    *("Lineitem sku", "Lineitem requires shipping", "Lineitem taxable"),
    "Lineitem fulfillment status",
    *(f"Billing {part}" for part in _ADDRESS),
    *(f"Shipping {part}" for part in _ADDRESS),
    *("Notes", "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference"),
    *("Refunded Amount", "Vendor", "Id", "Tags", "Risk Level", "Source", "Lineitem discount"),
    *_TAXES,
    *("Phone", "Receipt Number", "Duties", "Billing Province Name", "Shipping Province Name"),
    *("Payment ID", "Payment Terms Name", "Next Payment Due At", "Payment References"),
)

_FIRST_ID = 5_600_000_000_000


class OrdersExport:
    """Writes orders to an open file."""

    def __init__(self, file: TextIO, clock: ShopTime) -> None:
        self._rows = csv.DictWriter(file, HEADER, restval="", lineterminator="\n")
        self._rows.writeheader()
        self._clock = clock

    def add(self, order: Any, person: Person, as_of: int) -> None:
        """Write one order (a row of the recent orders), a row per line item."""
        shipped = order.fulfilled <= as_of and not order.cancelled
        lines = [
            _line(order, PRODUCTS[number], order.quantity if position == 0 else 1, shipped)
            for position, number in enumerate((order.product_0, order.product_1, order.product_2))
            if number >= 0
        ]
        head = {"Name": f"#{order.number}", "Email": person.email}
        cells = self._order_cells(order, shipped) | _address_cells(person)
        self._rows.writerow(head | cells | lines[0])
        for line in lines[1:]:
            self._rows.writerow(head | line)

    def _order_cells(self, order: Any, shipped: bool) -> dict[str, str]:
        created = self._clock.local_text(order.created)
        return {
            "Financial Status": _financial_status(order),
            "Paid at": created,
            "Fulfillment Status": "fulfilled" if shipped else "unfulfilled",
            "Fulfilled at": self._clock.local_text(order.fulfilled) if shipped else "",
            "Currency": "USD",
            "Subtotal": _money(order.total - order.shipping),
            "Shipping": _money(order.shipping),
            "Taxes": "0.00",
            "Total": _money(order.total),
            "Discount Code": CODES[order.code] if order.code >= 0 else "",
            "Discount Amount": _money(order.discount),
            "Shipping Method": "Standard" if order.shipping else "Free shipping",
            "Created at": created,
            "Cancelled at": self._clock.local_text(order.cancelled) if order.cancelled else "",
            "Payment Method": "" if order.replacement else "Shopify Payments",
            "Refunded Amount": _money(order.refunded),
            "Id": str(_FIRST_ID + order.number),
            "Tags": "replacement" if order.replacement else "",
            "Risk Level": "Low",
            "Source": "shopify_draft_order" if order.replacement else "web",
        }


def _financial_status(order: Any) -> str:
    if not order.refunded:
        return "paid"
    return "refunded" if order.refunded >= order.total else "partially_refunded"


def _line(order: Any, product: Product, quantity: int, shipped: bool) -> dict[str, str]:
    variant = product.variants[order.variant % len(product.variants)]
    return {
        "Lineitem quantity": str(quantity),
        "Lineitem name": f"{product.name} - {variant}",
        "Lineitem price": _money(product.cents),
        "Lineitem sku": product.sku,
        "Lineitem requires shipping": "true",
        "Lineitem taxable": "false",
        "Lineitem fulfillment status": "fulfilled" if shipped else "pending",
        "Vendor": "Fernhill Coffee",
        "Lineitem discount": "0.00",
    }


def _address_cells(person: Person) -> dict[str, str]:
    address = {
        "Name": person.name,
        "Street": person.street,
        "Address1": person.street,
        "City": person.city.name,
        "Zip": f"'{person.zip_code}",  # Shopify's guard against spreadsheets eating zeros
        "Province": person.city.province,
        "Country": "US",
    }
    cells = {f"{kind} {part}": v for kind in ("Billing", "Shipping") for part, v in address.items()}
    return cells | {
        "Accepts Marketing": "yes" if person.accepts_marketing else "no",
        "Billing Province Name": person.city.province_name,
        "Shipping Province Name": person.city.province_name,
    }


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
