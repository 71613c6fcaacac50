"""Why do customers of the sample shop write, and how does each reason behave?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reason:
    """One contact reason: how common, who takes it, and what tends to follow."""

    name: str
    share: float  # of contacts, outside the surge
    about_order: bool  # concerns one order, so that a refund can follow
    refund_weight: float  # relative chance of a refund, 1 = average order-related ticket
    vendor_share: float  # routed to the outside vendor


REASONS: tuple[Reason, ...] = (
    Reason("where_is_my_order", 0.27, True, 0.8, 0.62),
    Reason("damaged_or_missing_item", 0.12, True, 1.4, 0.55),
    Reason("refund_request", 0.08, True, 1.6, 0.52),
    Reason("cancel_or_change_order", 0.09, True, 1.0, 0.58),
    Reason("subscription_change", 0.11, False, 1.0, 0.55),
    Reason("discount_code", 0.07, False, 1.0, 0.60),
    Reason("product_question", 0.09, False, 1.0, 0.40),
    Reason("grinder_defect", 0.05, True, 1.1, 0.42),
    Reason("wrong_item", 0.05, True, 1.0, 0.55),
    Reason("address_change", 0.04, True, 0.5, 0.60),
    Reason("loyalty_or_gift_card", 0.03, False, 1.0, 0.52),
)

# The surge is a carrier's trouble: what it adds is mostly people asking where their order is.
SURGE_REASON = 0
SURGE_REASON_SHARE = 0.6

SHARES = np.array([reason.share for reason in REASONS])
ABOUT_ORDER = np.array([reason.about_order for reason in REASONS])
VENDOR_SHARES = np.array([reason.vendor_share for reason in REASONS])


def _refund_weights() -> np.ndarray:
    weights = np.array([reason.refund_weight for reason in REASONS])
    about_order = SHARES * ABOUT_ORDER
    return weights * about_order.sum() / (weights * about_order).sum()


REFUND_WEIGHTS = _refund_weights()  # mean 1 over order-related contacts
