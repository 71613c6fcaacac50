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
    ease: float  # rough: how much more often than average the first reply is enough
    tier: int = 1  # who can solve it


REASONS: tuple[Reason, ...] = (
    Reason("where_is_my_order", 0.27, True, 0.8, 0.62, 0.09),
    Reason("damaged_or_missing_item", 0.12, True, 1.4, 0.55, -0.11),
    Reason("refund_request", 0.08, True, 3.2, 0.52, -0.12),
    Reason("cancel_or_change_order", 0.09, True, 1.0, 0.58, 0.10),
    Reason("subscription_change", 0.11, False, 1.0, 0.55, -0.08),
    Reason("discount_code", 0.07, False, 1.0, 0.60, 0.08),
    Reason("product_question", 0.09, False, 1.0, 0.40, 0.0),
    Reason("grinder_defect", 0.05, True, 1.1, 0.42, -0.16, tier=2),
    Reason("wrong_item", 0.05, True, 1.0, 0.55, -0.10),
    Reason("address_change", 0.04, True, 0.5, 0.60, 0.12),
    Reason("loyalty_or_gift_card", 0.03, False, 1.0, 0.52, -0.08),
    # Nobody has this reason before the app release that brings it.
    Reason("app_login", 0.0, False, 1.0, 0.55, 0.0, tier=2),
)
USUAL = REASONS[:-1]
NEW_REASON = len(REASONS) - 1
REFUND_REASON, PROMOTION_REASON, GRINDER_REASON = 2, 5, 7

# The surge is a carrier's trouble: what it adds is mostly people asking where their order is.
SURGE_REASON = 0
SURGE_REASON_SHARE = 0.6

SHARES = np.array([reason.share for reason in REASONS])
ABOUT_ORDER = np.array([reason.about_order for reason in REASONS])
VENDOR_SHARES = np.array([reason.vendor_share for reason in REASONS])
TIERS = np.array([reason.tier for reason in REASONS])


def _refund_weights() -> np.ndarray:
    weights = np.array([reason.refund_weight for reason in REASONS])
    about_order = SHARES * ABOUT_ORDER
    return weights * about_order.sum() / (weights * about_order).sum()


def _ease() -> np.ndarray:
    """Return what each reason adds to the first-contact resolution of whoever takes it.

    Nothing over all contacts, and nothing over those of either regular team: what routes a
    reason to one of them is made independent of how easy it is.
    """
    rough = np.array([reason.ease for reason in REASONS])
    routing = np.column_stack([np.ones(len(REASONS)), VENDOR_SHARES])
    weighted = routing * SHARES[:, None]
    known = rough - routing @ np.linalg.solve(weighted.T @ routing, weighted.T @ rough)
    return np.where(SHARES > 0, known, 0.0)


REFUND_WEIGHTS = _refund_weights()  # mean 1 over order-related contacts
EASE = _ease()
IS_EASY = EASE > 0
EASY_SHARE = float(SHARES[IS_EASY].sum())
