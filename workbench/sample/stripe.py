"""The Stripe exports as its dashboard writes them: major units, UTC."""

from __future__ import annotations

import csv
import time
from typing import Any, TextIO

import numpy as np

from workbench.sample.refunds import FAILED
from workbench.sample.shop_time import DAY

PAYMENTS_HEADER: tuple[str, ...] = (
    *("id", "Description", "Created (UTC)", "Amount", "Amount Refunded", "Currency", "Fee"),
    *("Status", "Customer Email", "Captured", "Disputed Amount", "Dispute Status"),
    *("Dispute Reason", "Dispute Date (UTC)", "PaymentIntent ID", "Order (metadata)"),
)
REFUNDS_HEADER: tuple[str, ...] = (
    *("id", "Created (UTC)", "Amount", "Currency", "Status", "Reason", "Charge ID"),
    *("Payment Intent ID", "Description", "Order (metadata)", "Agent (metadata)"),
    *("Customer Email", "Failure Reason"),
)
DISPUTES_HEADER: tuple[str, ...] = (
    *("id", "Description", "Dispute Created (UTC)", "Charge Created (UTC)", "Dispute Amount"),
    *("Dispute Currency", "Charge Amount", "Charge Currency", "Charge ID", "Card Brand"),
    *("Card Funding", "Customer Email", "Reason", "Status", "Due By (UTC)", "Past Due"),
    *("Has Evidence", "Submission Count", "Is Charge Refundable", "Amount Refunded"),
    *("Payment Method Type", "Payment Intent", "Order (metadata)"),
)

_TO_THE_SECOND, _TO_THE_MINUTE = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"
_REASONS = ("requested_by_customer",) * 8 + ("", "duplicate")
_FAILURES = ("insufficient_funds", "lost_or_stolen_card", "expired_or_canceled_card")
_DISPUTE_REASONS = (
    *("product_not_received", "product_unacceptable", "fraudulent", "credit_not_processed"),
    *("product_not_received", "general", "unrecognized"),
)
_BRANDS, _FUNDING = ("Visa", "Visa", "MasterCard", "American Express"), ("credit", "debit")
_ANSWER_DAYS, _DECIDED_DAYS = 9, 60


class PaymentsExport:
    """Writes charges to an open file, in the columns of the dashboard's older export."""

    def __init__(self, file: TextIO) -> None:
        self._rows = csv.writer(file, lineterminator="\n")
        self._rows.writerow(PAYMENTS_HEADER)

    def add(self, order: Any, email: str, as_of: int) -> None:
        """Write the charge of one order (a row of the recent orders)."""
        disputed = order.disputed > 0
        status = _dispute_status(order.number, order.disputed_at, as_of)
        self._rows.writerow(
            (
                f"ch_{_token(order.number)}",
                "",
                _text(order.created, _TO_THE_MINUTE),
                _money(order.total),
                _money(order.refunded),
                "usd",
                _money(order.total * 29 // 1000 + 30),
                "Refunded" if order.refunded >= order.total else "Paid",
                email,
                "true",
                _money(order.disputed) if disputed else "",
                status if disputed else "",
                _dispute_reason(order.number) if disputed else "",
                _text(order.disputed_at, _TO_THE_MINUTE) if disputed else "",
                f"pi_{_token(order.number)}",
                f"#{order.number}",
            )
        )


class RefundsExport:
    """Writes refunds to an open file."""

    def __init__(self, file: TextIO) -> None:
        self._rows = csv.writer(file, lineterminator="\n")
        self._rows.writerow(REFUNDS_HEADER)
        self.written = 0

    def add(self, refund: Any, email: str, agent: str, draw: np.random.Generator) -> None:
        """Write one refund and who granted it."""
        token, failed = _token(refund.order), refund.status == FAILED
        self.written += 1
        self._rows.writerow(
            (
                f"re_{token}{self.written:07d}",
                _text(refund.created, _TO_THE_SECOND),
                _money(refund.cents),
                "usd",
                refund.status,
                _REASONS[int(draw.integers(len(_REASONS)))],
                f"ch_{token}",
                f"pi_{token}",
                f"Refund for order #{refund.order}",
                f"#{refund.order}",
                agent,
                email,
                _FAILURES[int(draw.integers(len(_FAILURES)))] if failed else "",
            )
        )


class DisputesExport:
    """Writes disputes to an open file."""

    def __init__(self, file: TextIO, as_of: int) -> None:
        self._rows = csv.writer(file, lineterminator="\n")
        self._rows.writerow(DISPUTES_HEADER)
        self._as_of = as_of

    def add(self, dispute: Any, email: str) -> None:
        """Write one dispute as it stands when the data stop."""
        number, token = dispute.order, _token(dispute.order)
        due = dispute.created + _ANSWER_DAYS * DAY
        status = _dispute_status(number, dispute.created, self._as_of)
        answered = status != "needs_response"
        self._rows.writerow(
            (
                f"dp_{token}",
                f"Order #{number}",
                _text(dispute.created, _TO_THE_MINUTE),
                _text(dispute.placed, _TO_THE_MINUTE),
                _money(dispute.cents),
                "usd",
                _money(dispute.cents),
                "usd",
                f"ch_{token}",
                _BRANDS[number % len(_BRANDS)],
                _FUNDING[number // 7 % len(_FUNDING)],
                email,
                _dispute_reason(number),
                status,
                _text(due, _TO_THE_MINUTE),
                _flag(not answered and due < self._as_of),
                _flag(answered),
                int(answered),
                "false",
                "0.00",
                "card",
                f"pi_{token}",
                f"#{number}",
            )
        )


def _token(number: int) -> str:
    """Return what the ids of an order's charge share; running numbers pack well."""
    return f"3PfhKqLw2eYt{number:09d}"


def _dispute_status(number: int, opened: int, as_of: int) -> str:
    if opened + _ANSWER_DAYS * DAY > as_of:
        return "needs_response"
    if opened + _DECIDED_DAYS * DAY > as_of:
        return "under_review"
    return ("lost", "won", "lost")[number % 3]


def _dispute_reason(number: int) -> str:
    return _DISPUTE_REASONS[number % len(_DISPUTE_REASONS)]


def _text(moment: int, form: str) -> str:
    return time.strftime(form, time.gmtime(moment))


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
