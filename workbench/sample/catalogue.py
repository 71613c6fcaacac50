"""What does the shop sell, and with which codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Product:
    """One product of the shop."""

    name: str
    sku: str
    cents: int
    variants: tuple[str, ...]


_GRINDS = ("Whole bean", "Drip", "French press", "Espresso")

PRODUCTS: tuple[Product, ...] = (
    Product("Harbor Blend", "FH-HAR-12", 1650, _GRINDS),
    Product("Foxglove Espresso", "FH-FOX-12", 1750, _GRINDS),
    Product("Slow Sunday Decaf", "FH-DEC-12", 1800, _GRINDS),
    Product("Ridge Dark Roast", "FH-RDG-12", 1600, _GRINDS),
    Product("Ethiopia Guji", "FH-ETH-12", 1950, _GRINDS),
    Product("Colombia Huila", "FH-COL-12", 1850, _GRINDS),
    Product("Morning Fern 2 lb", "FH-MOR-32", 4200, _GRINDS),
    Product("Night Shift 2 lb", "FH-NGT-32", 4300, _GRINDS),
    Product("Paper Filters (100)", "FH-FIL-100", 850, ("Size 4",)),
    Product("Cold Brew Packs", "FH-CBP-06", 1400, ("6 pack",)),
    Product("Enamel Mug", "FH-MUG-01", 1600, ("Green",)),
    Product("Ridgeline Grinder", "FH-GRN-01", 12900, ("Black",)),
)
COFFEES = 8  # the first eight; the others are extras
EXTRA_SHARES = np.array([0.38, 0.28, 0.18, 0.16])
CODES = ("WELCOME10", "FERN15", "BEANS20", "FRIEND15", "SPRING10")
CODE_PERCENT = np.array([10, 15, 20, 15, 10])
SHIPPING_CENTS = 595
FREE_SHIPPING_FROM_CENTS = 4000
