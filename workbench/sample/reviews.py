"""Which buyers write a public review, and what it says."""

from __future__ import annotations

import csv
from typing import Any, TextIO

import numpy as np

from workbench.sample.catalogue import PRODUCTS
from workbench.sample.shop_time import DAY, utc_text
from workbench.sample.words import review_lines

HEADER: tuple[str, ...] = ("review_id", "at", "customer_key", "order_ref", "stars", "text")

_REVIEWED_SHARE, _REVIEWED_IF_UNHAPPY = 0.045, 0.09
_STARS = (5, 4, 3, 2, 1)
_SHARES = (0.58, 0.24, 0.09, 0.04, 0.05)
_SHARES_IF_UNHAPPY = (0.20, 0.16, 0.16, 0.18, 0.30)  # of buyers whom support did not help
_SECOND_LINE_SHARE = 0.45


class ReviewsExport:
    """Writes reviews to an open file."""

    def __init__(self, file: TextIO, as_of: int) -> None:
        self._rows = csv.writer(file, lineterminator="\n")
        self._rows.writerow(HEADER)
        self._as_of = as_of
        self._written = 0

    def maybe_add(self, order: Any, email: str, draw: np.random.Generator) -> None:
        """Let the buyer of an order write a review, or not."""
        share = _REVIEWED_IF_UNHAPPY if order.unhappy else _REVIEWED_SHARE
        chance, wait = draw.random(), draw.uniform(4, 25)
        at = order.fulfilled + int(wait * DAY)
        if chance >= share or order.cancelled or at > self._as_of:
            return
        self._written += 1
        shares = _SHARES_IF_UNHAPPY if order.unhappy else _SHARES
        stars = int(draw.choice(_STARS, p=shares))
        text = _text(stars, PRODUCTS[order.product_0].name, draw)
        number = f"rv{self._written:06d}"
        self._rows.writerow((number, utc_text(at), email, f"#{order.number}", stars, text))


def _text(stars: int, product: str, draw: np.random.Generator) -> str:
    kind = "good" if stars > 3 else "mixed" if stars == 3 else "bad"
    lines = review_lines()[kind]
    first = int(draw.integers(len(lines)))
    second = (first + 1 + int(draw.integers(len(lines) - 1))) % len(lines)
    chosen = [first, second] if draw.random() < _SECOND_LINE_SHARE else [first]
    return " ".join(lines[number].format(product=product) for number in chosen)
