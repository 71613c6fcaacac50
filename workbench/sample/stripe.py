"""The Stripe refunds export as its dashboard writes it: major units, UTC."""

from __future__ import annotations

import csv
import time
from typing import Any, TextIO

import numpy as np

from workbench.sample.refunds import FAILED

HEADER: tuple[str, ...] = (
    *("id", "Created (UTC)", "Amount", "Currency", "Status", "Reason", "Charge ID"),
    *("Payment Intent ID", "Description", "Order (metadata)", "Customer Email", "Failure Reason"),
)

_LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))
_REASONS = ("requested_by_customer",) * 8 + ("", "duplicate")
_FAILURES = ("insufficient_funds", "lost_or_stolen_card", "expired_or_canceled_card")


class RefundsExport:
    """Writes refunds to an open file."""

    def __init__(self, file: TextIO) -> None:
        self._rows = csv.writer(file, lineterminator="\n")
        self._rows.writerow(HEADER)

    def add(self, refund: Any, email: str, draw: np.random.Generator) -> None:
        """Write one refund."""
        charge, own = _token(draw, 14), _token(draw, 6)
        failed = refund.status == FAILED
        self._rows.writerow(
            (
                f"re_3{charge}{own}",
                time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(refund.created)),
                f"{refund.cents // 100}.{refund.cents % 100:02d}",
                "usd",
                refund.status,
                _REASONS[int(draw.integers(len(_REASONS)))],
                f"ch_3{charge}",
                f"pi_3{charge}",
                f"Refund for order #{refund.order}",
                f"#{refund.order}",
                email,
                _FAILURES[int(draw.integers(len(_FAILURES)))] if failed else "",
            )
        )


def _token(draw: np.random.Generator, length: int) -> str:
    return "".join(_LETTERS[draw.integers(0, len(_LETTERS), length)])
