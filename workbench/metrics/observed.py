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
    weight: ir.NumericValue | None = None,
    owner: ir.StringValue | None = None,
    is_unknown: ir.BooleanValue | None = None,
) -> ir.Table:
    """One row per thing counted; rows without a cohort time are not part of any period.

    A dimension the rows do not have is empty: an order has no team. ``is_unknown`` marks what is
    left out because the export does not say, as against what the definition leaves out; it counts
    as excluded too. Without ``owner`` everything stands for itself.
    """
    no = ibis.literal(False)
    dimensions = {
        name: rows[name] if name in rows.columns else ibis.null("string") for name in DIMENSIONS
    }
    unknown = no if is_unknown is None else is_unknown.fill_null(False)
    excluded = no if is_excluded is None else is_excluded.fill_null(False)
    one = ibis.literal(1.0)
    return rows.select(
        **dimensions,
        at=at,
        ref=ref,
        is_excluded=excluded | unknown,
        is_unknown=unknown,
        is_immature=no if is_immature is None else is_immature.fill_null(False),
        hit=no if hit is None else hit.fill_null(False),
        value=one if value is None else value.cast("float64"),
        weight=one if weight is None else weight.cast("float64"),
        owner=ref if owner is None else ibis.coalesce(owner, ref),
    ).filter(lambda r: r["at"].notnull())
