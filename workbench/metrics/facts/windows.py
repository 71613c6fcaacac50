"""Spans between two moments: how long, within how many days, and known up to when.

All of it in whole seconds since 1970: arithmetic on zoned times costs an engine a look at its
calendar for every row, and engines round fractions of a second differently.
"""

from __future__ import annotations

from datetime import datetime

import ibis
import ibis.expr.types as ir

from workbench.workspace import Workspace

_DAY = 86400
_WEEK = 7 * _DAY
_MONDAY = 3 * _DAY  # 1970 began on a Thursday, three days into its week


def seconds(moment: ir.TimestampValue) -> ir.IntegerValue:
    """Whole seconds since 1970 in UTC."""
    return moment.epoch_seconds()


def month_number(moment: ir.TimestampValue) -> ir.IntegerValue:
    """Months since year zero in UTC, so that months can be compared as numbers."""
    return moment.year() * 12 + moment.month() - 1


def week_number(moment: ir.TimestampValue) -> ir.IntegerValue:
    """Weeks since that of 1 January 1970 (Monday to Monday, UTC)."""
    return ((seconds(moment) + _MONDAY) // _WEEK).cast("int64")


def minutes_between(start: ir.TimestampValue, end: ir.TimestampValue) -> ir.FloatingValue:
    """Calendar minutes from ``start`` to ``end``, to the second."""
    # An explicit float, so that no engine computes this as a decimal.
    return (seconds(end) - seconds(start)).cast("float64") / ibis.literal(60.0)


def lasted_minutes(start: ir.TimestampValue, end: ir.TimestampValue) -> ir.FloatingValue:
    """Calendar minutes from ``start`` to ``end``; unknown where the end lies before the start, for
    then a clock was wrong and nobody knows by how much."""
    minutes = minutes_between(start, end)
    return ibis.ifelse(minutes >= 0, minutes, ibis.null("float64"))


def within(later: ir.TimestampValue, earlier: ir.TimestampValue, days: int) -> ir.BooleanValue:
    """Does ``later`` fall into the ``days`` after ``earlier`` (end included)? Null counts as no."""
    return (seconds(later) - seconds(earlier) <= days * _DAY).fill_null(False)


def is_open_window(
    start: ir.TimestampValue, days: int, until: ir.TimestampValue
) -> ir.BooleanValue:
    """Is the window of ``days`` after ``start`` still open where the data stop (``until``)?"""
    return seconds(start) + days * _DAY > seconds(until)


def known_until(
    workspace: Workspace, rows: ir.Table, as_of: datetime, *tables: str
) -> ir.TimestampValue:
    """Up to which moment is what follows each row known?

    Two sources seldom stop on the same day: a row is known as far as its own source tells in all
    of ``tables``; where that source feeds none of a table, as far as the table reaches.
    """
    loaded = [workspace.state.tables[name] for name in tables if workspace.has(name)]
    sources = sorted({source for table in loaded for source in table.sources})
    ends = []
    for source in sources:
        told = [table.sources.get(source, table.as_of) for table in loaded]
        end = min((datetime.fromisoformat(t) for t in told if t is not None), default=as_of)
        ends.append((rows.source == source, ibis.literal(end)))
    return ibis.cases(*ends, else_=ibis.literal(as_of)) if ends else ibis.literal(as_of)
