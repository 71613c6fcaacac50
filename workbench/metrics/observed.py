"""The common shape of observations: when, who, whether it counts, and what was seen."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.definitions.dimensions import DIMENSIONS


def observed(
    rows: ir.Table,
    *,
    at: ir.TimestampValue,
    ref: ir.StringValue,
    is_excluded: ir.BooleanValue | None = None,
    is_immature: ir.BooleanValue | None = None,
    hit: ir.BooleanValue | None = None,
    value: ir.NumericValue | None = None,
) -> ir.Table:
    """One row per thing counted; rows without a cohort time are not part of any period.

    A dimension the rows do not have is empty: an order has no team.
    """
    no = ibis.literal(False)
    dimensions = {
        name: rows[name] if name in rows.columns else ibis.null("string") for name in DIMENSIONS
    }
    return rows.select(
        **dimensions,
        at=at,
        ref=ref,
        is_excluded=no if is_excluded is None else is_excluded.fill_null(False),
        is_immature=no if is_immature is None else is_immature.fill_null(False),
        hit=no if hit is None else hit.fill_null(False),
        value=ibis.literal(1.0) if value is None else value.cast("float64"),
    ).filter(lambda r: r["at"].notnull())
